"""What `yiping publish` says, in both languages, and the code that it ends with."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest
from typer.testing import CliRunner

from config.read import read_words
from config.words import LANGUAGES
from dashboard.cli import app
from dashboard.publishing import BadOption, Outcome, moment, told
from streams.feed_tally import Example, Tally
from streams.publish import Manner, Summary

WORDS = read_words("en")


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("YIPING_LANGUAGE", "en")
    monkeypatch.setenv("YIPING_KAFKA_PORT", "1")
    monkeypatch.setenv("YIPING_CITY", "xining")


def outcome(tally: Tally, dry: bool = True, shift_to: int | None = None) -> Outcome:
    return Outcome("gauges", "yiping.iot", Summary(0, 2.0, tally), Manner(dry=dry, shift_to=shift_to), True)


def some() -> Tally:
    tally = Tally(records=1_210, skipped=3, messages=1_207, accepted=1_200, mended=3, flagged=1)
    tally.marks.update({"no_place": 2, "outside": 1, "of another life": 1})
    tally.rejected.update({"bad_time": 2, "of another life": 1})
    tally.examples = {"bad_time": [Example(17, "at 'x' is no time")], "of another life": []}
    return tally


def test_the_summary_counts_by_reason_with_examples() -> None:
    assert list(told(outcome(some()), WORDS)) == [
        "gauges: 1,210 records would be 1,207 messages to yiping.iot; nothing was sent (2.0 s)",
        "  accepted         1,200",
        "  mended               3",
        "  flagged              1",
        "                       2  no_place             coordinates that cannot be used, left out",
        "                       1  outside              outside the city (readings are in no figure, cases on no map)",
        "                       1  of another life",
        "  rejected             3",
        "                       2  bad_time             Faulty time",
        "                          line 17: at 'x' is no time",
        "                       1  of another life",
        "  skipped              3",
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_lines_its_figures_up(language: str) -> None:
    from rich.cells import cell_len

    words = read_words(language)
    shares = [line for line in told(outcome(some()), words) if line.startswith("  ") and line[2] != " "]
    assert len(shares) == 5
    assert {cell_len(line) for line in shares} == {24}


@pytest.mark.parametrize(
    ("language", "lines"),
    [
        (
            "zh-CN",
            ["PM2.5（3 条）：是否 pm25（PM2.5）？", "雨量（2 条）：是否 rain（雨量）？", "zz（1 条）"],
        ),
        (
            "en",
            ["PM2.5 (readings: 3): is it pm25 (PM2.5)?", "雨量 (readings: 2): is it rain (Rain)?", "zz (readings: 1)"],
        ),
    ],
)
def test_metrics_that_nobody_knows_are_told_with_those_that_are_meant(language: str, lines: list[str]) -> None:
    tally, words = some(), read_words(language)
    assert words("publish.strange_kept") not in list(told(outcome(tally), words))
    tally.strange.update({"zz": 1, "PM2.5": 3, "雨量": 2})
    *said, last = list(told(outcome(tally), words))[-4:]
    assert [line.split(" ", 1 if language == "zh-CN" else 2)[-1] for line in said] == lines
    assert last == words("publish.strange_kept")
    tally.strange.update({f"made-up-{number}": 1 for number in range(4)})
    assert words("publish.strange_more", n=2) in list(told(outcome(tally), words))


def test_a_metric_that_a_rule_of_the_city_asks_for_is_not_strange(monkeypatch: pytest.MonkeyPatch) -> None:
    tally = some()
    tally.strange["ice"] = 4
    monkeypatch.setattr("dashboard.publishing._asked_for", lambda: frozenset({"ice"}))
    assert not any("ice" in line.split() for line in told(outcome(tally), WORDS))


def test_what_was_sent_says_where_the_rejected_are() -> None:
    lines = list(told(outcome(some(), dry=False), WORDS))
    assert lines[0] == "gauges: 1,210 records, 1,207 messages to yiping.iot in 2.0 s (604/s)"
    assert "rejects" in lines[-1]
    assert not any("/ops" in line for line in told(outcome(Tally(), dry=False), WORDS))


def test_a_trial_is_called_one() -> None:
    assert "a trial, not the feed" in list(told(outcome(some(), shift_to=1_784_623_320_000), WORDS))[1]


def test_a_moment() -> None:
    assert moment(None, WORDS) is None
    assert moment("2026-07-21T16:42:00+08:00", WORDS) == 1_784_623_320_000
    assert abs((moment("now", WORDS) or 0) - time.time() * 1000) < 5_000
    for text in ("2026-07-21T16:42:00", "yesterday"):
        with pytest.raises(BadOption, match="with its offset"):
            moment(text, WORDS)


def run(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(app, list(arguments))
    return result.exit_code, result.output


def test_the_code_says_whether_anything_is_rejected(tmp_path: Path) -> None:
    file = tmp_path / "a.jsonl"
    good = json.dumps({"device": "a", "metric": "rain", "at": round(time.time() * 1000), "value": 1})
    file.write_text(good, "utf-8")
    code, output = run("publish", str(file), "--topic", "iot", "--dry-run")
    assert (code, good in output) == (0, True)
    file.write_text(good + "\nx\n", "utf-8")
    assert run("publish", str(file), "--topic", "iot", "--dry-run")[0] == 1


def test_json_over_several_lines_is_refused_once(tmp_path: Path) -> None:
    file = tmp_path / "pretty.json"
    file.write_text(json.dumps({"readings": [{"device": "a"}] * 3}, indent=2), "utf-8")
    code, output = run("publish", str(file), "--topic", "iot", "--dry-run")
    assert (code, "JSON Lines" in output, "not_json" in output) == (2, True, False), output


def test_a_source_maps_a_file() -> None:
    feed = Path(__file__).parents[1] / "streams" / "feeds" / "environment-agency.csv"
    code, output = run("publish", str(feed), "--source", "environment-agency", "--dry-run", "--shift-to", "now")
    assert code == 1
    assert "ea-X0001" in output
    assert "line 6: value is missing" in output


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["publish", "x.csv"], "Say --source NAME"),
        (["publish", "x.csv", "--source", "nobody"], "no source 'nobody'; there are: environment-agency"),
        (["publish", "x.csv", "--source", "usgs-csv"], "x.csv: No such file"),
        (["publish", "x.csv", "--topic", "iot", "--shift-to", "now"], "--shift-to needs a mapped source"),
        (["publish", "x.csv", "--source", "usgs-csv", "--shift-to", "soon"], "write `now`"),
        (["follow", "--source", "usgs-csv"], "names no topic to follow"),
    ],
)
def test_what_cannot_be_done_is_one_sentence(arguments: list[str], said: str) -> None:
    code, output = run(*arguments)
    assert code == 2
    assert said in output
    assert "Traceback" not in output


def test_sources_are_listed() -> None:
    code, output = run("sources")
    assert code == 0
    assert next(line.split()[:3] for line in output.splitlines()) == ["environment-agency", "iot", "csv"]


@pytest.mark.parametrize(("language", "about"), [("zh-CN", "热线工单导出"), ("en", "Export of the 12345 hotline")])
def test_a_source_says_what_it_is_in_the_language_of_the_terminal(
    monkeypatch: pytest.MonkeyPatch, language: str, about: str
) -> None:
    monkeypatch.setenv("YIPING_LANGUAGE", language)
    assert about in run("sources")[1]
