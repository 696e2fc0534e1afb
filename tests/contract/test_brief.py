"""The brief's questions on a real ClickHouse: rows in, facts out, with midnight where the city has it."""

from __future__ import annotations

import json
import math
import uuid
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from alerts import errata
from alerts.corrections import Correction, Lateness
from alerts.episodes import Episode
from alerts.rulebook import read_rulebook
from alerts.silences import begin
from config.read import read_city, read_words
from config.settings import Settings, SettingsError
from dashboard.brief.asking import SQL, Subject, _question
from dashboard.brief.facts import build, gather
from dashboard.brief.figures import Absent, Air, Cases, Facts, Intake, Rain
from dashboard.brief.write import render, write
from layers.geometry import load_city
from tests.alerts.made_alerts import quiet
from tests.contract.city_part import Town, town
from tests.contract.notice_part import OPENED, open_river

__all__ = ["town"]

pytestmark = pytest.mark.contract

PROFILE = read_city("xining")
CITY = load_city(PROFILE)
DISTRICTS = {"630102": {"zh-CN": "城东区"}}
SUBJECT = Subject(PROFILE, DISTRICTS, {**DISTRICTS, "630100": PROFILE.name}, {"river": ({"zh-CN": "超警"}, "m")})
DAY = date(2026, 7, 21)
NOW = datetime(2026, 7, 22, 0, 0, tzinfo=UTC)  # 08:00 of the next day in Xining
MINUTE, HOUR = 60_000, 3_600_000
START = round(datetime(2026, 7, 20, 16, tzinfo=UTC).timestamp() * 1000)
END = START + 24 * HOUR


def brief(town: Town, day: date = DAY, now: datetime = NOW) -> Facts:
    return gather(town.database, SUBJECT, day, now)


def transition(
    town: Town, at: int, before: str, after: str, value: float, *, alert: str = "a1", rule: str = "river",
    place: str = "wl-xigangqiao", detail: str = "{}",
) -> None:  # fmt: skip
    town.database.insert(
        "alert_transitions",
        {
            "at": [at], "rule": [rule], "version": ["1"], "place": [place], "alert": [alert],
            "from_state": [before], "to_state": [after], "value": [value], "threshold": [4.0], "reason": ["crossed"],
            "observed": [at], "lat": [math.nan], "lon": [math.nan], "cell": [0], "district": ["630102"],
            "detail": [detail],
        },
    )  # fmt: skip


def action(town: Town, at: int, kind: str, actor: str) -> None:
    row: dict[str, list[Any]] = {
        "at": [at],
        "action": [uuid.uuid4()],
        "alert": ["a1"],
        "kind": [kind],
        "actor": [actor],
        "text": [""],
    }
    town.database.insert("alert_actions", row)


def test_an_empty_database_says_so_and_nothing_is_zero(town: Town) -> None:
    known = brief(town)
    assert {known.warnings, known.rain, known.cases, known.air} == {Absent("no_rows")}
    assert isinstance(known.intake, Intake)
    assert [(gap.metric, gap.seconds) for gap in known.intake.gaps] == [("", 86_400)]
    assert not isinstance(known.rivers, Absent)
    assert {gauge.peak for gauge in known.rivers} == {None}


@pytest.mark.parametrize("language", ["zh-CN", "en"])
@pytest.mark.parametrize("format", ["html", "pdf"])
def test_even_that_can_be_read(town: Town, language: str, format: str) -> None:
    assert render(brief(town), format, read_words(language))


def test_the_day_is_the_citys(town: Town) -> None:
    town.read("water_level", "wl-xigangqiao", {START - 1: 9.0, START: 3.0, END - 1: 3.5, END: 8.0})
    known = brief(town)
    assert not isinstance(known.rivers, Absent)
    assert (known.rivers[0].peak, known.rivers[0].last) == (3.5, 3.5)
    assert known.rivers[0].peak_at == datetime(2026, 7, 21, 23, 59, 59, 999_000, PROFILE.zone)


def test_the_first_of_equal_peaks_is_when_it_was_reached(town: Town) -> None:
    town.read("water_level", "wl-xigangqiao", {START + HOUR: 3.0, START + 2 * HOUR: 3.0})
    rivers = brief(town).rivers
    assert not isinstance(rivers, Absent)
    assert rivers[0].peak_at == datetime(2026, 7, 21, 1, tzinfo=PROFILE.zone)


def test_rain_of_any_sixty_minutes(town: Town) -> None:
    fell = {START + 90 * MINUTE + step * 5 * MINUTE: 1.0 for step in range(24)}  # two hours across full hours
    town.read("rain", "rain-001", fell, district="630102")
    town.read("rain", "rain-002", {START + HOUR: 0.0}, district="")
    rain = brief(town).rain
    assert isinstance(rain, Rain)
    assert (rain.gauges, rain.hour_max.value, rain.day_max.value) == (2, 12.0, 24.0)
    assert rain.hour_max.at == datetime(2026, 7, 21, 2, 25, tzinfo=PROFILE.zone)
    assert (rain.hours[0], rain.hours[2]) == (None, (12.0, 12.0))
    assert rain.by_district == {"630102": 24.0, "": 0.0}


def test_air_is_a_mean_of_hours_and_says_when_too_few(town: Town) -> None:
    town.read("pm25", "air-001", {START: 10.0, START + MINUTE: 30.0, START + HOUR: 40.0})
    assert brief(town).air == (Air("pm25", 30.0, 1, 0, 43),)
    town.read("pm25", "air-002", {START + hour * HOUR: 60.0 for hour in range(20)})
    assert brief(town).air == (Air("pm25", 60.0, 2, 1, 100),)


def test_cases_with_their_last_deadline(town: Town) -> None:
    town.case("closed", "reported", START + HOUR, due=START + 5 * HOUR, district="630102")
    town.case("closed", "closed", START + 4 * HOUR)
    town.case("extended", "reported", START, due=START + HOUR)
    town.case("extended", "extended", START + 2 * HOUR, due=END + HOUR)
    town.case("late", "reported", START - 50 * HOUR, due=START - 40 * HOUR)
    town.case("void", "reported", START, due=START + HOUR)
    town.case("void", "voided", START + MINUTE)
    town.case("old", "reported", START - 90 * HOUR, due=START - 80 * HOUR)
    town.case("old", "closed", START - 85 * HOUR)
    cases = brief(town).cases
    assert isinstance(cases, Cases)
    total = cases.total
    assert (total.reported, total.due, total.closed, total.on_time, total.overdue) == (3, 1, 1, 1, 1)
    assert (cases.due_soon, cases.without_due, cases.before) == (1, 0, None)
    assert [one.case for one in cases.overdue] == ["late"]
    assert cases.districts["630102"].due == 1


def test_what_happened_later_does_not_change_a_day(town: Town) -> None:
    town.case("c", "reported", START, due=START + HOUR)
    before = brief(town).cases
    town.case("c", "closed", END + HOUR)
    assert brief(town).cases == before


def test_a_warning_with_its_acknowledgement(town: Town) -> None:
    transition(town, START - 2 * HOUR, "pending", "yellow", 4.1)
    transition(town, START + HOUR, "yellow", "red", 5.3)
    action(town, START - HOUR, "acknowledge", "王")
    action(town, END + HOUR, "unacknowledge", "王")
    transition(town, START - 3 * HOUR, "pending", "blue", 4.0, alert="gone")
    transition(town, START - 2 * HOUR, "blue", "clear", 1.0, alert="gone")
    warnings = brief(town).warnings
    assert not isinstance(warnings, Absent)
    (one,) = warnings
    assert (one.worst, one.peak, one.unit, one.actor, one.cleared) == ("red", 5.3, "m", "王", None)
    assert one.place["zh-CN"] == "湟水 西钢桥"
    assert one.acknowledged == datetime(2026, 7, 20, 23, tzinfo=PROFILE.zone)


def test_official_warnings_are_called_what_their_issuers_call_them(town: Town) -> None:
    for event, level, title in (("w1", "orange", "暴雨橙色预警信号"), ("w2", "blue", "大风蓝色预警信号")):
        told = json.dumps({"title": title}, ensure_ascii=False)
        place = {"rule": "official_warning", "place": f"event:{event}", "detail": told}
        transition(town, START + HOUR, "clear", level, 3.0, alert=event, **place)
        transition(town, START + 2 * HOUR, level, "clear", 0.0, alert=event, **place | {"detail": "{}"})
    found = build(town.database, CITY, read_rulebook(), DAY, NOW)
    assert [(one.title["zh-CN"], one.place["zh-CN"]) for one in found.warnings] == [  # type: ignore[union-attr]
        ("官方暴雨橙色预警", "城东区"), ("官方大风蓝色预警", "城东区"),
    ]  # fmt: skip
    assert found.warnings[1].title["en"] == "Gale, blue (official)"  # type: ignore[index]
    page = render(found, "html", read_words("zh-CN")).decode()
    assert "官方大风蓝色预警" in page
    assert "event:" not in page


def test_a_warning_that_is_silenced_at_the_briefs_time_is_counted_apart(town: Town) -> None:
    open_river(town.database)
    end = datetime(2026, 7, 21, 16, tzinfo=UTC)
    begin(town.database, quiet(rule="river_level", starts=OPENED, ends=end + timedelta(minutes=1)), OPENED)
    for day, hidden in ((DAY, True), (date(2026, 7, 22), False)):
        (river,) = build(town.database, CITY, read_rulebook(), day, NOW).warnings  # type: ignore[misc]
        assert (river.hidden, river.still, river.waiting) == (hidden, not hidden, not hidden)
    page = render(build(town.database, CITY, read_rulebook(), DAY, NOW), "html", read_words("zh-CN")).decode()
    assert "未解除 0 起，未签收 0 起；另有 1 起静默或并入" in page


def test_today_is_counted_to_now(town: Town) -> None:
    town.read("noise", "noise-001", {START + step * 10 * MINUTE: 50.0 for step in range(12)})
    now = datetime.fromtimestamp((START + 3 * HOUR) / 1000, UTC)
    known = brief(town, now=now)
    assert not known.day.whole
    assert isinstance(known.intake, Intake)
    assert [gap.seconds for gap in known.intake.gaps] == [3600]
    assert [(one.metric, one.silent) for one in known.intake.silences] == [("noise", 1)]


def test_a_question_that_fails_takes_only_its_part(town: Town) -> None:
    town.read("rain", "rain-001", {START: 1.0})
    town.database.command("DROP TABLE case_steps")
    known = brief(town)
    assert known.cases == known.intake == Absent("failed")
    assert isinstance(known.rain, Rain)
    assert "查询失败" in render(known, "html", read_words("zh-CN")).decode()


def test_the_command_writes_yesterday(town: Town, clickhouse_url: str) -> None:
    settings = Settings(clickhouse_url=f"{clickhouse_url.rpartition('/')[0]}/{town.database.name}")
    assert "2026年7月21日" in write(settings, None, "html", "zh-CN", NOW).decode()
    for day in (date(2026, 7, 23), date(1, 1, 1)):
        with pytest.raises(SettingsError, match=str(day)):
            write(settings, day, "pdf", "en", NOW)


def test_every_question_is_asked() -> None:
    asked = {path.stem for path in SQL.glob("*.sql")}
    source = (SQL.parent / "asking.py").read_text("utf-8")
    assert {name for name in asked if f'self.ask("{name}"' in source} == asked
    assert all(_question(name).params for name in asked)


def test_late_data_corrects_the_brief_of_the_day_of_which_it_speaks(town: Town) -> None:
    red = Episode("red", START + HOUR, START + 3 * HOUR, 5.2)
    late = Lateness("iot", 9, "wl-xigangqiao", 1, 40 * HOUR)
    one = Correction(END + 9 * HOUR, red.since, "river", "1", "wl-xigangqiao", "missed", red, None, late)
    errata.append(town.database, [one])
    told = brief(town).corrections
    assert not isinstance(told, Absent)
    (found,) = told
    assert found.now is not None
    assert (found.verdict, found.now.level, found.now.since.hour, found.told) == ("missed", "red", 1, None)
    assert found.place["zh-CN"] == "湟水 西钢桥"
    assert brief(town, DAY - timedelta(days=1)).corrections == ()
