"""Which rules look at which places again."""

from __future__ import annotations

from dataclasses import replace

import h3.api.basic_int as h3_int
import h3.api.basic_str as h3
import pytest

from alerts.latecomers import (
    LATE,
    MOST_BEATS,
    PLACES,
    Late,
    again,
    beats,
    coming,
    jobs,
    late_rows,
    lateness,
    leave_out,
    near,
    slack,
)
from alerts.rules import Rule
from config.read import read_city
from tests.alerts.made import MINUTE, rule

PROFILE = read_city("xining")
CELL = 617_700_169_958_293_503
HOUR = 60 * MINUTE


def late(device: str = "a", metric: str = "level", first: int = HOUR, rows: int = 2, slot: int = 0) -> Late:
    return Late("iot", metric, device, "630102", CELL, slot, rows, first, first + MINUTE, HOUR, 0)


def nothing_seen(_rule: Rule, _late: Late) -> bool:
    return False


@pytest.mark.parametrize(
    ("watch", "place", "expected"),
    [
        ({"metric": "level", "measure": "sum", "window": "1h"}, {"kind": "device"}, True),
        ({"metric": "level", "measure": "absent", "window": "1h"}, {"kind": "device"}, False),
        ({"cases": "reported", "window": "30m"}, {"kind": "district"}, True),
        ({"silent": "5m", "known": "30m"}, {"kind": "metric"}, False),
        ({"official": [], "window": "24h"}, {"kind": "city"}, False),
    ],
)
def test_what_late_data_can_change(watch: dict[str, object], place: dict[str, str], expected: bool) -> None:
    assert again(rule(watch=watch, place=place)) is expected


def test_a_late_device_is_a_job_of_the_rules_of_its_metric() -> None:
    rules = [rule(), rule(key="rain", watch={"metric": "rain", "measure": "last", "window": "10m"})]
    (job,) = jobs(rules, [late()], PROFILE, nothing_seen)
    assert (job.rule.key, job.places, job.first, job.last) == ("made", {"a"}, HOUR, HOUR + MINUTE)


def test_what_was_seen_or_says_nothing_is_no_job() -> None:
    assert jobs([rule()], [late()], PROFILE, lambda *_: True) == []
    assert jobs([rule()], [late(rows=0)], PROFILE, nothing_seen) == []


def test_places_of_a_district_a_city_and_cells_with_their_rings() -> None:
    shared = {"metric": "level", "measure": "last", "window": "10m"}
    makes = {
        "district": rule(key="d", watch=shared, place={"kind": "district", "across": "max"}),
        "city": rule(key="c", watch=shared, place={"kind": "city", "across": "max"}),
        "cell": rule(key="h", watch=shared, place={"kind": "cell", "across": "max", "resolution": 7}),
    }
    found = {job.rule.place.kind: job.places for job in jobs(makes.values(), [late()], PROFILE, nothing_seen)}
    cell = h3.int_to_str(h3_int.cell_to_parent(CELL, 7))
    assert found == {"district": {"630102"}, "city": {str(PROFILE.adcode)}, "cell": {cell}}


def test_a_composite_is_looked_at_all_around() -> None:
    both = {"watch": {"metric": "level", "measure": "last", "window": "10m"}, "levels": {"blue": 1}}
    made = rule(watch={"all_of": [both, both], "rings": 1}, place={"kind": "cell", "resolution": 7}, levels={"blue": 2})
    assert len({place for job in jobs([made], [late()], PROFILE, nothing_seen) for place in job.places}) == 7
    other = rule(key="o", watch={"all_of": [both, {"rule": "x"}]}, place={"kind": "cell"}, levels={"blue": 2})
    assert not again(other), "nobody told which rule it looks at"


def test_jobs_are_of_a_few_places_of_about_one_time_newest_first() -> None:
    lates = [late(f"d{number}") for number in range(PLACES + 1)] + [late("z", first=99 * HOUR)]
    found = jobs([rule()], lates, PROFILE, nothing_seen)
    assert [len(job.places) for job in found] == [1, PLACES, 1]
    assert found[0].places == {"z"}


def test_beats_are_even_and_where_something_late_was_said() -> None:
    found = beats(HOUR, 2 * HOUR, 3 * HOUR, [HOUR + 1, HOUR + 5001, 9 * HOUR])
    assert found[:3] == [HOUR, HOUR + 1000, HOUR + 6000]
    assert {one for one in found if one > HOUR + 6000} == set(range(HOUR + 30_000, 3 * HOUR + 1, 30_000))
    assert found[-1] == 3 * HOUR


def test_beats_are_bounded() -> None:
    days = 30 * 24 * HOUR
    assert len(beats(0, days, days, range(0, days, 1000))) <= 2 * MOST_BEATS + 2


def test_who_is_still_sending_is_waited_for_but_not_for_ever() -> None:
    just, before = late(slot=9 * MINUTE), late(slot=2 * MINUTE)
    assert coming([just], 10 * MINUTE, MINUTE, 5 * MINUTE) == {just.source}
    assert coming([just, before], 10 * MINUTE, MINUTE, 5 * MINUTE) == frozenset()
    assert coming([before], 10 * MINUTE, MINUTE, 5 * MINUTE) == frozenset()


def test_lateness_is_that_of_the_place() -> None:
    made = rule(
        watch={"metric": "level", "measure": "last", "window": "10m"}, place={"kind": "district", "across": "max"}
    )
    (job,) = jobs([made], [late("a"), late("b", rows=5)], PROFILE, nothing_seen)
    told = lateness(job, "630102", PROFILE)
    assert (told.readings, told.device, told.devices, told.late) == (7, "b", 2, HOUR)


def test_what_is_late_can_be_left_out() -> None:
    columns = {"at": [0, 0, 0], "received": [LATE, LATE + 1, LATE + 2], "value": [1, 2, 3]}
    rows = late_rows(columns, LATE + 2)
    assert rows == {2}
    assert leave_out(columns, rows)["value"] == [1, 2]
    assert late_rows({}, 0) == frozenset()
    assert leave_out(columns, frozenset({0, 1, 2})) == {}


def test_slack_is_minutes_whatever_the_rule() -> None:
    assert slack(rule(stale_after="2m"), 30_000) == LATE
    assert slack(rule(stale_after="6h"), 30_000) == 15 * MINUTE


def test_a_composite_of_other_rules_is_looked_at_with_them() -> None:
    def composite(key: str, part: str, **place: object) -> Rule:
        both = {"watch": {"metric": "rain", "measure": "last", "window": "10m"}, "levels": {"blue": 1}}
        at = {"kind": "cell", "resolution": 7, **place}
        return rule(key=key, watch={"all_of": [both, {"rule": part}], "rings": 1}, place=at, levels={"blue": 2})

    rules = [composite("outer", "inner"), composite("inner", "made"), rule()]
    found = {job.rule.key: job for job in jobs(rules, [late()], PROFILE, nothing_seen)}
    assert {key: [one.key for one in job.others] for key, job in found.items()} == {
        "outer": ["inner", "made"],
        "inner": ["made"],
        "made": [],
    }
    assert len(near(replace(found["outer"], places=frozenset([h3.int_to_str(h3_int.cell_to_parent(CELL, 7))])))) == 19
    wide = rule(watch={"metric": "level", "measure": "max", "window": "1h"}, place={"kind": "city", "across": "max"})
    (job, *_) = (one for one in jobs([composite("o", "made"), wide], [late()], PROFILE, nothing_seen) if one.others)
    assert near(job) == frozenset(), "what speaks for the city is asked of all of it"
    silent = rule(watch={"silent": "5m", "known": "30m"}, place={"kind": "metric"})
    assert not again(composite("o", "made"), [silent])
