"""/past: frames of past moments as the push sends them, what changed between two, and what is not kept."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from fastapi import FastAPI

from dashboard.app import replayed
from dashboard.past import routes
from dashboard.past.ids import AT
from dashboard.past.seen import Past
from layers.moments import to_ms
from streams.clickhouse import DatabaseUnavailable
from tests.dashboard.made_past import Made, past
from tests.dashboard.served import Show, context
from tests.dashboard.test_api import Client

NOW = datetime.now(UTC)
SINCE = NOW - timedelta(days=9)
THEN = (NOW - timedelta(days=2)).replace(minute=45, second=7, microsecond=0)
City = tuple[Client, Made]


@pytest.fixture
def city(tmp_path: Path) -> Iterator[City]:
    found = context(Show(), tmp_path)
    app = FastAPI()
    app.include_router(routes.router(Past(found), replayed(found)))
    with past(SINCE) as made:
        yield Client(app), made


def look(city: City, at: datetime, **more: str | int) -> dict[str, object]:
    answer = city[0].get("/past", params={"at": at.isoformat(), **more})
    assert answer.status_code == 200, answer.text
    found: dict[str, object] = answer.json()
    return found


def test_a_frame_names_its_moment_and_all_of_it_is_of_that_moment(city: City) -> None:
    told = look(city, THEN)
    assert told["shown"] == str(to_ms(THEN))
    props = told["props"]
    assert isinstance(props, dict)
    assert props[AT] == {"data": to_ms(THEN)}
    assert props["kpi-0-age"]["data-at"] == str(to_ms(THEN - timedelta(seconds=2)))
    assert "map" in told
    assert city[1].asked == [THEN]


def test_who_has_a_frame_is_told_what_changed(city: City) -> None:
    whole = look(city, THEN)
    again = look(city, THEN, have=to_ms(THEN))
    later = look(city, THEN + timedelta(minutes=3), have=to_ms(THEN))
    assert "props" not in again
    assert len(str(later)) < len(str(whole))
    assert look(city, THEN, have=12)["props"] == whole["props"], "an unknown frame is no frame"
    assert len(city[1].asked) == 2, "each moment is made once"


def test_at_a_pace_moments_lie_on_a_grid(city: City) -> None:
    told = [look(city, THEN + timedelta(seconds=n), pace=60)["shown"] for n in (0, 20, 53)]
    assert told == [str(to_ms(THEN.replace(second=0)))] * 2 + [str(to_ms(THEN.replace(second=0)) + 60_000)]


def test_what_is_not_kept_is_no_empty_city(city: City) -> None:
    told = look(city, SINCE - timedelta(hours=1))
    assert told["none"] == str(to_ms(SINCE))
    assert "props" not in told
    assert look(city, SINCE + timedelta(hours=1))["lacks"] == "beats"
    assert look(city, THEN)["lacks"] == ""


def test_the_present_is_not_the_past(city: City) -> None:
    assert look(city, NOW + timedelta(hours=1))["present"] == "1"
    assert city[1].asked == []


@pytest.mark.parametrize(("why", "part"), [(DatabaseUnavailable("gone"), "gone")])
def test_a_database_that_is_gone_is_said(city: City, why: Exception, part: str) -> None:
    city[1].error = why
    answer = city[0].get("/past", params={"at": THEN.isoformat()})
    assert answer.status_code == 503
    assert part in answer.json()["detail"]


def test_what_cannot_be_shown_is_refused(city: City) -> None:
    for params, status in (({"at": "then"}, 422), ({"at": "1", "screen": "ops"}, 404), ({}, 422)):
        assert city[0].get("/past", params=params).status_code == status


def test_a_span_tells_where_something_happened_and_where_data_begins(city: City) -> None:
    asked = {"since": (NOW - timedelta(hours=6)).isoformat(), "until": NOW.isoformat(), "steps": 60}
    told = city[0].get("/past/span", params=asked).json()
    assert told["earliest"] == to_ms(SINCE)
    assert told["marks"] == [[15, 3, 2], [30, 12, 4], [58, 1, 0]]
    wrong = city[0].get("/past/span", params={"since": NOW.isoformat(), "until": NOW.isoformat()})
    assert wrong.status_code == 422
