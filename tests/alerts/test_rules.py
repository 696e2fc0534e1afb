"""Rules are strict, and their errors name file and line."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from alerts.rulebook import read_rulebook
from alerts.rules import RuleBook
from alerts.watches import duration
from config.city import Marks
from config.load import ConfigError
from config.read import read_words
from config.words import LANGUAGES
from tests.alerts.made import rule

GOOD = """rules:
  - key: river
    scenario: water
    names: {zh-CN: 水位高, en: River high}
    what: {zh-CN: 水位, en: Level}
    source: {zh-CN: 试验, en: Test}
    basis: sample
    unit: m
    watch: {metric: water_level, measure: last, window: 10m}
    place: {kind: device}
    levels: {yellow: {mark: warning}, red: 5}
    for: 90s
    stale_after: 10m
"""


def written(folder: Path, text: str, name: str = "a.yaml") -> Path:
    path = folder / name
    path.write_text(text, "utf-8")
    return path


@pytest.mark.parametrize(
    ("text", "expected"), [("90s", 90_000), ("1h30m", 5_400_000), ("2d", 172_800_000), ("0s", 0), ("10m", 600_000)]
)
def test_duration(text: str, expected: int) -> None:
    assert duration(text) == expected


@pytest.mark.parametrize("text", ["", "5", "m5", "5 m", "-5m", "5m1h", "1.5h", 5, None, True])
def test_what_is_no_duration(text: object) -> None:
    with pytest.raises(ValueError, match="is not a duration"):
        duration(text)


def test_a_rule_file_is_read(tmp_path: Path) -> None:
    (river,) = read_rulebook(written(tmp_path, GOOD)).rules
    assert river.wait == 90_000
    assert river.ladder == ("yellow", "red")
    assert river.thresholds(Marks(warning=3.0, guarantee=4.0)) == {"yellow": 3.0, "red": 5}
    assert river.thresholds(None) == {"red": 5}


PLAIN = GOOD.replace("{mark: warning}", "4")

FAULTS = [
    ("for: 90s", "for: 90", "line 12: rules.0.for: 90 is not a duration"),
    ("unit: m\n", "unit: m\n    colour: red\n", "line 9: rules.0.colour: there is no key colour"),
    ("{mark: warning}", "{mark: warning, at: 3}", "line 11: rules.0.levels.yellow: give a level either"),
    ("{mark: warning}", "{dated: [{until: 2026-03-01, at: 4}, {from: 2026-02-01, at: 3}]}", "is until 2026-03-01 and"),
    ("{mark: warning}", "{dated: [{until: 2026-03-01, at: 4}, {from: 2026-04-01, at: 3}]}", "let each begin"),
    ("window: 10m", "window: 0m", "line 9: rules.0.watch.readings: window: no reading lies within no time"),
    ("{mark: warning}", "{at: 4, window: 0m}", "levels.yellow: window: no reading lies within no time"),
    ("{mark: warning}", '"4"', "levels.yellow: '4' is no number; write one such as"),
    ("{mark: warning}", "{dated: [{until: 2026-02-30, at: 4}]}", "'2026-02-30' is no day"),
    ("stale_after: 10m", "stale_after: 0s", "no reading is as new as that"),
    ("水位高", "十一个字的标题实在太长了", "line 4: rules.0.names: a headline has at most 10"),
    ("measure: last", "measure: newest", "line 9: rules.0.watch.readings.measure"),
    ("key: river", "key: River", "line 2: rules.0.key: 'River' does not do; write small Latin letters"),
    ("{kind: device}", "{kind: district, across: max}", "a mark belongs to a device"),
    ("{kind: device}", "{kind: device, across: max}", "place.across"),
    (
        "{kind: device}",
        "{kind: event}",
        "line 10: rules.0.place: readings are not of an event, only watch: {official: []}",
    ),
    (
        "{metric: water_level, measure: last, window: 10m}\n    place: {kind: device}",
        "{cases: reported, window: 10m}\n    place: {kind: event}",
        "this watch speaks of a cell or a district or a city or an area or a basin: place: {kind: cell}",
    ),
    (
        "{metric: water_level, measure: last, window: 10m}\n    place: {kind: device}",
        "{official: [], window: 10m}\n    place: {kind: device}",
        "this watch speaks of an event or a district or a city: place: {kind: event}",
    ),
    (
        "yellow: 4",
        "yellow: 6",
        "line 11: rules.0.levels.red: levels must go up from blue to red, and red 5 is not above",
    ),
    ("stale_after: 10m", "stale_after: 10m\n    clear: {at: 6}", "clear.at 6 lies beyond"),
    ("stale_after: 10m", "stale_after: 10m\n    direction: below", "levels must go down"),
]


@pytest.mark.parametrize(("good", "bad", "complaint"), FAULTS)
def test_a_fault_is_named(tmp_path: Path, good: str, bad: str, complaint: str) -> None:
    text = PLAIN if "must go" in complaint or "beyond" in complaint else GOOD
    assert good in text
    path = written(tmp_path, text.replace(good, bad))
    with pytest.raises(ConfigError) as raised:
        read_rulebook(path)
    assert complaint in str(raised.value)
    assert str(path) in str(raised.value)


def test_a_key_in_two_files_is_refused(tmp_path: Path) -> None:
    one, two = written(tmp_path, GOOD), written(tmp_path, GOOD, "b.yaml")
    with pytest.raises(
        ConfigError, match=r"b\.yaml, line 2: rules\.0\.key: rule 'river' is given in .*a\.yaml, line 2,"
    ):
        read_rulebook(one, two)


def test_every_fault_of_every_file_is_named_at_once(tmp_path: Path) -> None:
    """One that cannot be read hides neither what contradicts itself in another, nor a key given twice."""
    twice = PLAIN.replace("for: 90s", "for: 90").partition("\n")[2]
    one = written(tmp_path, PLAIN.replace("yellow: 4", "yellow: 6").replace("10m\n", "0s\n") + twice)
    torn, two = written(tmp_path, "rules: [", "b.yaml"), written(tmp_path, GOOD, "c.yaml")
    with pytest.raises(ConfigError) as raised:
        read_rulebook(one, torn, two)
    told = str(raised.value).splitlines()
    assert [line.partition(": ")[0] for line in told] == [
        f"{one}, line 11",
        f"{one}, line 13",
        f"{one}, line 14",
        f"{one}, line 24",
        f"{torn}, line 1",
        f"{two}, line 2",
    ]
    assert "rule 'river' is given in line 2 too" in told[2]


def test_rules_that_hide_each_other_are_named_with_their_line(tmp_path: Path) -> None:
    hides = GOOD.replace("stale_after: 10m", "stale_after: 10m\n    inhibits: [lake]")
    other = written(tmp_path, GOOD.replace("key: river", "inhibits: [river]\n    key: lake"), "b.yaml")
    with pytest.raises(ConfigError, match=r"a\.yaml, line 14: rules\.0\.inhibits: .*river > lake > river"):
        read_rulebook(written(tmp_path, hides), other)


def test_the_version_is_that_of_the_content() -> None:
    assert rule().version == rule().version
    assert rule().version != rule(levels={"blue": 11}).version


def test_a_rule_cannot_be_changed() -> None:
    with pytest.raises(ValidationError):
        rule().unit = "km"


def test_a_rule_that_left_the_book_has_a_stand_in() -> None:
    assert read_rulebook().rule("gone").names == {"en": "gone"}


def test_our_rules_are_right() -> None:
    book = read_rulebook()
    assert len(book.rules) >= 12
    assert {one.scenario for one in book.rules} == {"emergency", "water", "urban"}
    for one in book.rules:
        assert set(one.names) == set(one.what) == set(one.source) == set(LANGUAGES), one.key


@pytest.mark.parametrize("language", LANGUAGES)
def test_units_of_our_rules_have_words(language: str) -> None:
    words = read_words(language)
    assert all(words.has(f"unit.{one.unit}") for one in read_rulebook().rules)


def test_what_is_inhibited_must_not_inhibit_in_turn() -> None:
    first, second = rule(key="one", inhibits=["two"]), rule(key="two", inhibits=["one"])
    with pytest.raises(ValidationError, match="one > two > one"):
        RuleBook(rules=(first, second))
    assert RuleBook(rules=(first, rule(key="two", inhibits=["three"]))).rule("one").inhibits == ("two",)


def test_every_inhibited_rule_of_the_book_exists() -> None:
    book = read_rulebook()
    assert {key for one in book.rules for key in one.inhibits} <= {one.key for one in book.rules}
    assert book.rule("rainstorm").inhibits == ("rain_hour",)
