"""What is older than its table keeps rows is rejected with a reason, never stored to vanish."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any, NamedTuple

import pytest

from config.keep import Keep
from streams.ages import MARGIN, OLDER, Ages, ages, young
from streams.batch import Batch, Lane
from streams.messages import parse
from streams.parse_fields import DAY, OLDEST
from streams.places import Places
from streams.records import Reading, Rejected

NOW = 1_795_300_000_000


class Partition(NamedTuple):
    topic: str
    partition: int


NOWHERE: dict[str, Any] = {"type": "FeatureCollection", "features": []}


def reading(days: float) -> Reading:
    return Reading("d", "m", round(NOW - days * DAY), 1.0, "", None, None)


def test_ages_are_those_of_the_parser_unless_rows_are_kept_for_less() -> None:
    assert ages(Keep()) == Ages()
    assert ages(Keep(readings=0, cases=0, events=0)) == Ages()
    assert ages(Keep(readings=30, cases=401, events=400)) == Ages(30 * DAY - MARGIN, OLDEST, OLDEST - MARGIN)


def test_only_what_is_too_old_is_turned_away() -> None:
    limits = ages(Keep(readings=30))
    items = [reading(29.9), reading(30.1), Rejected("bad", "", b"")]
    first, second, third = young(items, "iot", NOW, limits, b"whole")
    assert (first, third) == (items[0], items[2])
    assert isinstance(second, Rejected)
    assert (second.reason, json.loads(second.raw)["device"]) == (OLDER, "d")
    assert "YIPING_KEEP_READINGS_DAYS" in second.detail
    assert young(items, "iot", NOW, Ages(), b"") is items


def test_a_message_of_one_is_kept_as_it_came() -> None:
    payload = json.dumps({"case": "c", "at": NOW - 9 * DAY, "stage": "reported"}).encode()
    items = parse("cases", payload, NOW)
    (found,) = young(items, "cases", NOW, ages(Keep(cases=7)), payload)
    assert found == Rejected(OLDER, "at is before what is kept (YIPING_KEEP_CASES_DAYS)", payload)


@pytest.mark.parametrize("gateway", [False, True])
def test_ingest_turns_away_what_would_vanish_on_every_way_that_it_takes(gateway: bool) -> None:
    said = [{"device": f"d{days}", "metric": "m", "at": NOW - days * DAY, "value": 1} for days in (1, 31)]
    payloads = [{"readings": said * 20}] if gateway else said
    records = [
        SimpleNamespace(offset=number, value=json.dumps(payload).encode(), headers=())
        for number, payload in enumerate(payloads)
    ]
    for keep, rejected in ((Keep(), 0), (Keep(readings=30), 20 if gateway else 1)):
        batch = Batch(Places(9, NOWHERE), ages(keep))
        assert batch.take(Partition("t", 0), Lane("iot", "e", 0, {}), records, NOW) == len(records)
        assert (batch.rows.count("rejects"), batch.rows.count("readings")) == (
            rejected,
            (40 if gateway else 2) - rejected,
        )
