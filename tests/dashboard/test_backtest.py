"""`yiping backtest`: what it prints, and with which code it ends."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from dashboard.cli import app
from tests.alerts.test_rules import PLAIN, written

KEYS = ["at", "rule", "place", "from", "to", "value", "reason"]
FLOOD = [3.0, 3.5, 4.2, 4.5, 5.5, 5.5, 4.5, 3.5, 3.0]
COURSE = [("02:00", "pending"), ("03:30", "yellow"), ("04:00", "red"), ("06:00", "yellow"), ("07:00", "clear")]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("YIPING_LANGUAGE", "en")
    written(tmp_path, PLAIN.replace("{yellow: 4, red: 5}", "{yellow: 4, red: {at: 5, for: 0s}}"), "rules.yaml")
    flood(tmp_path)
    return tmp_path


def flood(folder: Path, year: int = 2021, **given: Any) -> Path:
    lines = [
        json.dumps(
            {"device": "g1", "metric": "water_level", "at": f"{year}-07-20T08:{n:02}:00+08:00", "value": one} | given
        )
        for n, one in enumerate(FLOOD)
    ]
    return written(folder, "\n".join(lines), "flood.jsonl")


def run(folder: Path, *more: str, text: str = "") -> Result:
    files = [
        "--rules",
        str(folder / "rules.yaml"),
        *([] if "--iot" in more else ["--iot", str(folder / "flood.jsonl")]),
    ]
    return CliRunner().invoke(app, ["backtest", *files, *more], input=text)


def told(found: Result) -> list[dict[str, Any]]:
    return [json.loads(line) for line in found.stdout.splitlines()]


def course(found: Result) -> list[tuple[str, str]]:
    return [(one["at"][14:19], one["to"]) for one in told(found)]


def test_a_flood_of_long_ago(folder: Path) -> None:
    found = run(folder)
    assert found.exit_code == 0, found.output
    assert course(found) == COURSE
    assert all(list(one) == KEYS for one in told(found))
    assert told(found)[0] == {
        "at": "2021-07-20T08:02:00+08:00",
        "rule": "river",
        "place": "g1",
        "from": "clear",
        "to": "pending",
        "value": 4.2,
        "reason": "waiting",
    }


def test_a_flood_of_the_century_before(folder: Path) -> None:
    flood(folder, 1998)
    assert course(run(folder)) == COURSE


def test_the_order_of_lines_does_not_matter(folder: Path) -> None:
    lines = (folder / "flood.jsonl").read_text().splitlines()
    written(folder, "\n".join(reversed(lines)), "flood.jsonl")
    assert course(run(folder)) == COURSE


def test_an_array_from_standard_input(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = (folder / "flood.jsonl").read_text().splitlines()
    path = written(folder, f"[{','.join(lines)}]", "array.json")
    assert course(run(folder, "--iot", str(path))) == COURSE


def test_looks_are_as_often_as_asked(folder: Path) -> None:
    assert course(run(folder, "--every", "2m")) == [
        ("02:00", "pending"),
        ("04:00", "red"),
        ("06:00", "yellow"),
        ("08:00", "clear"),
    ]


def test_the_silence_after_the_last_reading_is_looked_at_only_when_asked(folder: Path) -> None:
    lines = (folder / "flood.jsonl").read_text().splitlines()
    written(folder, "\n".join(lines[:5]), "flood.jsonl")
    assert course(run(folder)) == COURSE[:3]
    found = run(folder, "--to", "2021-07-20T08:30:00+08:00")
    assert course(found) == [*COURSE[:3], ("14:30", "stale")]


def test_from_and_to_are_in_the_citys_time_unless_they_say_otherwise(folder: Path) -> None:
    assert course(run(folder, "--from", "2021-07-20T08:05:00", "--to", "2021-07-20T00:06:30Z")) == [
        ("05:00", "red"),
        ("06:00", "pending"),
        ("06:30", "yellow"),
    ]


def test_rejects_are_counted_by_reason(folder: Path) -> None:
    with (folder / "flood.jsonl").open("a") as lines:
        lines.write('\n{"device": "g1"}\n{"device": "g2"}\nnonsense')
    found = run(folder)
    assert course(found) == COURSE
    assert "rejected: 2 of iot: missing_field: no. 10: metric is missing" in found.stderr
    assert "rejected: 1 of iot: not_json: no. 12" in found.stderr


def test_a_gauge_of_elsewhere_is_used_unless_a_city_is_named(folder: Path) -> None:
    flood(folder, lat=34.75, lon=113.62)
    elsewhere, own = run(folder), run(folder, "--city", "xining")
    assert course(elsewhere) == COURSE
    assert "9 readings come from outside xining: they are used" in elsewhere.stderr
    assert course(own) == []
    assert "9 readings come from outside xining, which --city names: they are not used" in own.stderr


def test_a_summary_says_how_good_the_rules_were(folder: Path) -> None:
    label = {"from": "2021-07-20T08:04:00+08:00", "to": "2021-07-20T08:06:00+08:00", "rule": "river"}
    path = written(folder, json.dumps(label), "labels.jsonl")
    *lines, last = told(run(folder, "--summary", "--labels", str(path)))
    assert len(lines) == len(COURSE)
    mine = last["summary"]["rules"]["river"]
    assert (mine["alerts"], mine["false_alarms"], mine["missed"]) == (1, 0, 0)
    assert mine["lead_s"] == {"n": 1, "least": 30.0, "median": 30.0, "most": 30.0}
    assert mine["ahead_s"]["red"]["median"] == 30.0
    assert datetime.fromisoformat(last["summary"]["from"]).year == 2021


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (("--iot", "nothing.jsonl"), "nothing.jsonl: No such file"),
        (("--every", "0s"), "--every 0s: write a duration"),
        (("--every", "often"), "--every often: write a duration"),
        (("--from", "monday"), "--from monday: write a time such as"),
        (("--from", "2022-01-01"), "--from 2022-01-01T00:00:00+08:00 is after the end, 2021-07-20T08:08:00+08:00"),
        (("--from", "2021-07-21", "--to", "2021-07-20"), "is after the end, 2021-07-20T00:00:00+08:00"),
        (("--database",), "leave out --iot"),
        (("--source", "no_such"), "no source 'no_such'"),
        (("--city", "atlantis"), "no city 'atlantis'"),
        (("--labels", "nothing.jsonl"), "nothing.jsonl: No such file"),
    ],
)
def test_what_cannot_be_used(folder: Path, more: tuple[str, ...], said: str) -> None:
    found = run(folder, *more)
    assert found.exit_code == 2, found.output
    assert said in found.stderr


@pytest.mark.parametrize("text", ["", "nonsense", '{"device": "g1"}'])
def test_files_without_anything(folder: Path, text: str) -> None:
    found = run(folder, "--iot", str(written(folder, text, "empty.jsonl")))
    assert found.exit_code == 2
    assert "no reading, no step of a case and no event could be taken" in found.stderr


def test_without_files(folder: Path) -> None:
    found = CliRunner().invoke(app, ["backtest", "--rules", str(folder / "rules.yaml")])
    assert found.exit_code == 2
    assert "name files with --iot" in found.stderr


@pytest.mark.parametrize(
    ("label", "said"),
    [
        ('{"from": "2021-07-20T08:00:00+08:00"}', "labels.jsonl, line 1: 'to' is missing"),
        ('{"from": "2021-07-20", "to": "2021-07-20"}', "has no offset"),
        ('{"from": "2021-07-20T08:00:00Z", "to": "2021-07-20T07:00:00Z"}', "from is after to"),
        ('{"from": 1, "until": 2}', "'until' is not known"),
        ("[1]", "labels.jsonl, line 1"),
    ],
)
def test_labels_that_are_none(folder: Path, label: str, said: str) -> None:
    found = run(folder, "--labels", str(written(folder, label, "labels.jsonl")))
    assert found.exit_code == 2
    assert said in found.stderr


def test_official_warnings_are_events(folder: Path) -> None:
    plain = {"event": "w1", "kind": "warning", "source": "bureau", "title": "暴雨橙色预警信号"}
    words = [
        plain | {"at": "2021-07-20T08:00:00+08:00", "status": "active"},
        plain | {"at": "2021-07-20T08:10:00+08:00", "status": "cancelled"},
    ]
    path = written(folder, "\n".join(map(json.dumps, words)), "events.jsonl")
    found = CliRunner().invoke(app, ["backtest", "--events", str(path)])
    assert found.exit_code == 0, found.output
    mine = [one for one in told(found) if one["rule"] == "official_warning"]
    assert [(one["at"][11:16], one["to"], one["value"]) for one in mine] == [
        ("08:00", "orange", 3.0),
        ("08:10", "clear", 0.0),
    ]


def test_a_source_maps_its_file(folder: Path) -> None:
    written(folder, PLAIN.replace("{yellow: 4, red: 5}", "{yellow: 0.5}").replace("for: 90s", "for: 0s"), "rules.yaml")
    feed = Path(__file__).parents[1] / "streams" / "feeds" / "usgs.csv"
    found = run(folder, "--iot", str(feed), "--source", "usgs-csv")
    assert found.exit_code == 0, found.output
    assert ("usgs-09990001", "yellow") in [(one["place"], one["to"]) for one in told(found)]
    assert told(found)[0]["at"].endswith("+08:00")


def test_a_source_of_another_stream_says_so(folder: Path) -> None:
    found = run(folder, "--source", "myla311")
    assert found.exit_code == 2
    assert "source myla311 makes messages of cases: name its file with --cases" in found.stderr
