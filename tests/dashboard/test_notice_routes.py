"""/api/notices, /api/alerts/<id>.cap, the release of CAP messages, and the desk's list of notices."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from lxml import etree

from alerts import outbox
from alerts.alert import milliseconds
from alerts.cap import NAMESPACE
from config.read import read_words
from config.words import LANGUAGES
from dashboard.desk import notices
from tests.alerts.test_cap import schema
from tests.dashboard.desk_city import ROWS, opened
from tests.dashboard.moments import NOW
from tests.dashboard.test_api import City, city, first
from tests.dashboard.test_desk import text

__all__ = ["city"]


def row(state: str, **given: Any) -> dict[str, Any]:
    at = milliseconds(NOW - timedelta(minutes=5))
    content: dict[str, Any] = {
        "notice": f"n-{state}", "its_receiver": "duty", "its_step": 0, "its_district": "630102",
        "its_scenario": "emergency", "its_kind": "opened", "its_reason": "1 opened", "its_previous": "",
        "its_alerts": json.dumps({"a1": {"level": "red", "name": "暴雨"}}),
        "its_body": json.dumps({"title": "【新警情】红色暴雨"}), "its_state": state, "attempts": 3,
        "last_error": "answered 503", "decided_ms": at, "at_ms": at,
    }  # fmt: skip
    return {**content, **given}


def cap(found: City, alert: str) -> Any:
    answer = found[0].get(f"/api/alerts/{alert}.cap")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("application/cap+xml")
    root = etree.fromstring(answer.content)
    schema().assertValid(root)
    return root


def test_notices_are_listed_with_what_became_of_them(city: City) -> None:
    city[1].told = [row("sent"), row("given_up")]
    found = city[0].get("/api/notices").json()["notices"]
    assert [(one["state"], one["receiver"], one["attempts"]) for one in found] == [
        ("sent", "duty", 3),
        ("given_up", "duty", 3),
    ]
    assert (found[0]["title"], found[0]["alerts"]) == ("【新警情】红色暴雨", ["a1"])


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_desk_shows_what_did_not_arrive(language: str, city: City) -> None:
    words = read_words(language)
    city[1].told = [row(state) for state in ("sent", "unsure", "given_up", "failed", "trying", "intended")]
    found = outbox.told(city[1], NOW)  # type: ignore[arg-type]
    drawn = notices.notices(found, words, city[2].profile.zone, NOW)
    assert [text(one).count("answered 503") for one in drawn] == [0, 1, 1, 1, 0, 0]
    assert words("notice.state.unsure") in text(drawn[1])
    assert notices.count(found, words) == words("notice.list.trouble", n=6, bad=3)
    assert text(notices.notices([], words, city[2].profile.zone, NOW)) == words("notice.list.empty")


def test_an_alert_is_cap_and_an_exercise_until_a_person_releases_it(city: City) -> None:
    client, _, made = city
    alert = first(client)["id"]
    assert cap(city, alert).findtext(f"{{{NAMESPACE}}}status") == "Exercise"
    path, wish = f"/api/alerts/{alert}/actions", {"kind": "release", "actor": "甲班"}
    assert client.post(path, json=wish).status_code == 422, "a release says why"
    done = client.post(path, json={**wish, "text": "气象局已核实"}).json()
    assert (done["appended"], done["action"]["kind"]) == (True, "release")
    assert client.post(path, json={**wish, "text": "再次"}).json()["appended"] is False
    made.state.step()
    root = cap(city, alert)
    assert root.findtext(f"{{{NAMESPACE}}}status") == "Actual"
    assert root.findtext(f"{{{NAMESPACE}}}scope") == "Public"
    assert first(client)["acknowledged"] is None, "to release is not to acknowledge"


def test_an_alert_of_simulated_data_is_a_test(city: City) -> None:
    alert = first(city[0])["id"]
    city[1].made_up = [{"stream": "iot", "what": "rain", "who": "rain-101"}]
    assert cap(city, alert).findtext(f"{{{NAMESPACE}}}status") == "Test"
    wish = {"kind": "release", "actor": "甲班", "text": "气象局已核实"}
    refused = city[0].post(f"/api/alerts/{alert}/actions", json=wish)
    assert refused.status_code == 422
    assert "模拟数据" in refused.json()["detail"]
    assert city[2].state.moment.alerts[0].actions == ()
    city[1].told = [row("sent", its_body=json.dumps({"title": "〔模拟数据〕", "simulated": True})), row("sent")]
    assert [one["simulated"] for one in city[0].get("/api/notices").json()["notices"]] == [True, False]


def test_an_alert_that_is_open_for_months_is_still_told_with_all_before(city: City) -> None:
    client, database, made = city
    database.alerts, database.transitions = opened(NOW, [(*ROWS[0][:4], 100 * 24 * 60, *ROWS[0][5:])])
    made.state.step()
    references = cap(city, first(client)["id"]).findtext(f"{{{NAMESPACE}}}references")
    assert len(references.split()) >= 100 * 8 - 1, "renewed each three hours"


def test_no_cap_of_an_alert_that_never_was(city: City) -> None:
    assert city[0].get("/api/alerts/nothing.cap").status_code == 404
