"""The desk's panels and what an officer may do."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from dash import no_update

from alerts.alert import Action, Witness
from config.read import read_city, read_words
from config.words import LANGUAGES
from dashboard.conduct import Refusal, Wish, refusal
from dashboard.context import Context
from dashboard.desk import callbacks, push, quieting, view
from dashboard.desk.chart import Threshold, apart, figure, reach
from dashboard.desk.layout import layout
from dashboard.desk.measure import measured
from dashboard.desk.news import levels, news
from dashboard.desk.rows import MOST, rows
from dashboard.inflow import Point
from dashboard.languages import language_of
from dashboard.telling import Line, day_clock, lasted
from streams.clickhouse import DatabaseUnavailable
from tests.dashboard.desk_city import Lists, context, lists
from tests.dashboard.moments import NOW

ZH = read_words("zh-CN")
ZONE = read_city("xining").zone


@pytest.fixture
def city() -> tuple[Context, Lists]:
    database = lists(lambda: NOW)
    made = context(database)
    made.state.step()
    return made, database


def text(component: Any) -> str:
    """All the text of a component."""
    if component is None or isinstance(component, str | int | float):
        return "" if component is None else str(component)
    if isinstance(component, list | tuple):
        return " ".join(map(text, component))
    return text(getattr(component, "children", None))


def lines(made: Context) -> tuple[Line, ...]:
    return view.lines(made.state.moment, made, ZH)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_layout_stands_in_both_languages(language: str, city: tuple[Context, Lists]) -> None:
    words = read_words(language)
    page = layout(words, city[0].profile, "key")
    assert words("desk.action.acknowledge") in text(page)
    assert "desk-pulse" in page


def test_a_row_says_level_headline_place_since_value_and_state(city: tuple[Context, Lists]) -> None:
    made, _ = city
    told = text(rows(lines(made), None, ZH, made.profile.zone, NOW)[1])
    assert told == "橙色 河道水位超警 湟水 西钢桥 城北区 16:38 已 4 分钟 4.62 m 4.5 m 未签收"


def test_a_break_in_the_data_is_said_and_the_level_stays(city: tuple[Context, Lists]) -> None:
    stale = next(line for line in lines(city[0]) if line.stale)
    told = text(rows([stale], None, ZH, ZONE, NOW))
    assert stale.level == "yellow"
    assert "数据中断" in told


def test_filters(city: tuple[Context, Lists]) -> None:
    found = lines(city[0])
    assert [line.level for line in view.wanted(found, ["red", "blue"], "all", unacknowledged=False)] == ["red"]
    assert view.wanted(found, ["red"], "water", unacknowledged=False) == ()
    taken = replace(found[0], acknowledged=Action(NOW, "acknowledge", "甲班"))
    assert view.wanted([taken, found[1]], ["red", "orange"], "all", unacknowledged=True) == (found[1],)


def test_an_empty_list_says_why(city: tuple[Context, Lists]) -> None:
    made, _ = city
    moment, found = made.state.moment, lines(made)
    assert text(view.empty((), moment, ZH)) == "当前没有未解除的警情"
    assert text(view.empty(found, moment, ZH)) == "没有符合筛选的警情"
    assert "等待" in text(view.empty((), replace(moment, snapshot=None), ZH))


def test_a_long_list_is_cut_and_says_so(city: tuple[Context, Lists]) -> None:
    drawn = rows([lines(city[0])[0]] * (MOST + 7), None, ZH, ZONE, NOW)
    assert len(drawn) == MOST + 1
    assert "7" in text(drawn[-1])


def test_the_notice_says_when_the_picture_is_old(city: tuple[Context, Lists]) -> None:
    made, database = city
    assert view.notice(made.state.moment, ZH, ZONE) == ""
    database.down = True
    assert "16:42:08" in view.notice(made.state.step(), ZH, ZONE)


def test_detail_tells_story_history_and_journal(city: tuple[Context, Lists]) -> None:
    made, database = city
    alert = made.state.moment.alerts[1].id
    database.done.append({"alert": alert, "at_ms": 1784623000000, "kind": "note", "actor": "乙班", "text": "已通知"})
    found = view.detail(made, alert, ZH, NOW)
    story, journal, history = map(text, found.parts)
    assert "4.62 m" in story
    assert "乙班" in journal
    assert "待确认 → 橙色" in history
    assert (found.shown, found.off) == (alert, (False, True))


def test_detail_of_nothing_of_nonsense_and_of_what_has_cleared(city: tuple[Context, Lists]) -> None:
    made, database = city
    alert = made.state.moment.alerts[0].id
    assert view.detail(made, None, ZH, NOW).hidden
    assert "没有编号为 nonsense" in text(view.detail(made, "nonsense", ZH, NOW).parts[0])
    database.alerts = database.alerts[1:]
    made.state.step()
    cleared = view.detail(made, alert, ZH, NOW)
    assert "已解除" in text(cleared.parts[0])
    assert (cleared.shown, cleared.off) == (alert, (True, True))


def test_detail_without_a_database_keeps_what_is_known(city: tuple[Context, Lists]) -> None:
    made, database = city
    database.down = True
    found = view.detail(made, made.state.moment.alerts[1].id, ZH, NOW)
    assert "4.62 m" in text(found.parts[0])
    assert "查询失败" in text(found.parts[2])
    proof = view.proof(made, made.state.moment.alerts[1].id, ZH, NOW)
    assert proof[2] == ZH("desk.chart.broken")
    assert "明细查询失败" in text(proof[3])
    assert "没有可列出的明细" not in text(proof[3])
    assert "处理记录查询失败" in text(view.detail(made, "cleared", ZH, NOW).parts[1])


def test_the_curve_holds_readings_against_the_stations_marks(city: tuple[Context, Lists]) -> None:
    made, _ = city
    drawn, _, note, _ = view.proof(made, made.state.moment.alerts[1].id, ZH, NOW)
    assert [shape["y0"] for shape in drawn["layout"]["shapes"]] == [3.8, 4.0, 4.5, 5.2]
    assert drawn["data"][0]["x"][-1].startswith("2026-07-21T16:4")  # the city's clock
    assert note == "湟水 西钢桥 · 实测值"


def test_the_curve_of_a_sum_shows_the_sum_and_only_levels_of_its_window(city: tuple[Context, Lists]) -> None:
    made, _ = city
    drawn, _, note, below = view.proof(made, made.state.moment.alerts[0].id, ZH, NOW)
    assert note == "rain-101 · 3 小时累计"
    assert [shape["y0"] for shape in drawn["layout"]["shapes"]][-1:] == [100.0]
    assert drawn["data"][0]["y"][-1] > 50
    assert "红色 100 mm 3 小时窗口" in text(below)
    assert "1 小时累计低于 2.5 mm · 持续 5 分钟" in text(below)


def test_measures() -> None:
    points = [Point(NOW + timedelta(minutes=m), float(m), "") for m in range(5)]
    window, since = timedelta(minutes=2), NOW + timedelta(minutes=2)

    def values(measure: str) -> list[float]:
        return [point.value for point in measured(points, measure, window, since)]

    assert values("last") == [2, 3, 4]
    assert values("sum") == [3, 5, 7]
    assert values("avg") == [1.5, 2.5, 3.5]
    assert values("max") == [2, 3, 4]
    assert values("min") == [1, 2, 3]
    assert values("count") == [2, 2, 2]
    assert values("rate_per_hour") == []  # two points make no slope
    assert [p.value for p in measured(points, "rate_per_hour", timedelta(minutes=5), since)] == pytest.approx([60] * 3)


def test_the_chart_breaks_where_nothing_was_heard_and_reaches_to_the_next_level() -> None:
    points = [Point(NOW - timedelta(minutes=m), 2.0, "") for m in (90, 89, 10)]
    drawn = figure(points, [Threshold("blue", 3.0), Threshold("red", 9.0)], "m", ZH, ZONE, NOW)
    assert drawn["data"][0]["y"] == [2.0, 2.0, None, 2.0]
    assert [shape["y0"] for shape in drawn["layout"]["shapes"]] == [3.0]
    assert reach([4.0, 5.0], [3.0, 4.5, 9.0]) == (3.0, 9.0)


def test_labels_of_near_thresholds_do_not_cover_each_other() -> None:
    assert apart([100.0, 20.0, 24.0, 26.0]) == [100.0, 20.0, 34.0, 48.0]
    assert apart([]) == []


def test_the_pulse_changes_with_state_value_and_actions_only(city: tuple[Context, Lists]) -> None:
    made, _ = city
    before = made.state.moment
    later = replace(before, at=before.at + timedelta(seconds=1), number=9)
    assert push.signature(later) == push.signature(before)
    acted = replace(before.alerts[0], actions=(Action(NOW, "note", "王", "x"),))
    assert push.signature(replace(before, alerts=(acted, *before.alerts[1:]))) != push.signature(before)
    assert push.signature(replace(before, error="down")) != push.signature(before)


def test_only_what_is_new_or_worse_is_read_out(city: tuple[Context, Lists]) -> None:
    found = lines(city[0])
    assert news(found, None, ZH) == ""
    assert news(found, levels(found), ZH) == ""
    known = levels(found) | {found[0].id: "blue"}
    del known[found[1].id]
    assert news(found, known, ZH).split("；") == ["红色 暴雨 湟中区", "橙色 河道水位超警 湟水 西钢桥"]
    assert news(found, dict.fromkeys(known, "red") | {found[1].id: "red"}, ZH) == ""
    assert news(found, {}, ZH).endswith("；另有 1 起")


def alert_with(made: Context, *actions: Action) -> Any:
    return replace(made.state.moment.alerts[0], actions=actions)


def why(found: Refusal | None) -> str | None:
    return found.why if found else None


def test_what_an_officer_may_do(city: tuple[Context, Lists]) -> None:
    made, _ = city
    open_, taken = alert_with(made), alert_with(made, Action(NOW, "acknowledge", "甲班"))
    acknowledge, withdraw = Wish("acknowledge", "乙班"), Wish("unacknowledge", "乙班")
    assert refusal(open_, (), acknowledge, NOW) is None
    assert refusal(taken, taken.actions, withdraw, NOW) is None
    assert why(refusal(taken, taken.actions, acknowledge, NOW)) == "acknowledged"
    assert why(refusal(open_, (), withdraw, NOW)) == "unacknowledged"
    assert why(refusal(None, (), acknowledge, NOW)) == "cleared"
    assert why(refusal(open_, (), Wish("acknowledge", ""), NOW)) == "actor"
    assert why(refusal(open_, (), Wish("note", "乙班"), NOW)) == "text"


def test_the_same_note_counts_once_within_two_minutes(city: tuple[Context, Lists]) -> None:
    note, wish = Action(NOW, "note", "甲班", "已通知"), Wish("note", "甲班", " 已通知 ").tidy()
    found = refusal(None, (note,), wish, NOW + timedelta(seconds=119))
    assert found is not None
    assert found.twice(wish)
    assert refusal(None, (note,), wish, NOW + timedelta(seconds=121)) is None


def test_a_colleagues_acknowledgement_is_told_by_name_and_clock(city: tuple[Context, Lists]) -> None:
    taken = alert_with(city[0], Action(NOW, "acknowledge", "甲班"))
    found = refusal(taken, taken.actions, Wish("acknowledge", "乙班"), NOW)
    assert found is not None
    assert found.sentence(ZH, ZONE) == "甲班 已于 16:42:08 签收"
    assert not found.twice(Wish("acknowledge", "乙班"))


@pytest.mark.parametrize(
    ("age", "told"),
    [(-5, "已 0 秒"), (59, "已 59 秒"), (60, "已 1 分钟"), (3600, "已 1 小时 0 分"), (90000, "已 1 天 1 小时")],
)
def test_durations(age: int, told: str) -> None:
    assert lasted(timedelta(seconds=age), ZH) == told


def test_yesterdays_clock_has_its_day() -> None:
    assert day_clock(NOW, NOW, ZONE) == "16:42"
    assert day_clock(NOW - timedelta(days=1), NOW, ZONE, seconds=True) == "07-20 16:42:08"


def test_languages_of_addresses() -> None:
    assert language_of("?lang=en&alert=1", "zh-CN") == "en"
    assert language_of("?lang=fr", "zh-CN") == "zh-CN"
    assert language_of(None, "en") == "en"


def test_an_alert_on_one_reading_says_so_in_its_row(city: tuple[Context, Lists]) -> None:
    made, _ = city
    one, before = made.state.moment.shown[1], push.signature(made.state.moment)
    sure = replace(one, witness=Witness("wl-a", 0, confirmed=60_000))
    told = [view.teller(made, ZH).line(replace(one, witness=witness)) for witness in (Witness("wl-a", 0), sure.witness)]
    assert text(rows([told[0]], None, ZH, ZONE, NOW)).endswith("仅一次读数")
    assert told[1].doubt == ""
    single = replace(made.state.moment, alerts=(replace(one, witness=Witness("wl-a", 0)),))
    assert push.signature(single) not in (before, push.signature(replace(single, alerts=(sure,))))


def test_a_change_that_got_no_answer_is_the_same_when_it_is_pressed_again(
    city: tuple[Context, Lists], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The page keeps its key until it knows; then the next change, be it of the same words, is another."""
    (made, database), wish, names = city, Wish("note", "王", "x"), []

    def hung(_: Lists, table: str, columns: Any) -> int:
        names.append((table, *columns["action"]))
        raise DatabaseUnavailable("no answer")

    monkeypatch.setattr(Lists, "insert", hung)
    alert = database.alerts[0]["alert"]
    for key in ("a", "a", "b"):
        outcome = callbacks._try(made, alert, wish, key)
        assert outcome == Refusal("database")
        assert callbacks._told(outcome, wish, ZH, made)[-1] is no_update
    assert names[0] == names[1] != names[2]
    monkeypatch.undo()
    told = [callbacks._told(callbacks._try(made, alert, wish, "a"), wish, ZH, made) for _ in range(2)]
    assert {row[0] for row in told} == {ZH("desk.action.done.note")}
    assert len({row[-1] for row in told}) == 2
    assert len(database.done) == 1


def test_a_silence_that_is_pressed_again_later_is_the_same_by_its_key() -> None:
    clock = [NOW]
    database = lists(lambda: clock[0])
    made = context(database, lambda: clock[0])
    made.state.step()
    alert = next(one.id for one in made.state.moment.alerts if one.level != "red")
    wish = quieting.Wish("王", "试", "", timedelta(minutes=30), False)
    for key, minutes in (("a", 0), ("a", 3), ("b", 6)):  # of the same words within two minutes there is one anyway
        clock[0] = NOW + timedelta(minutes=minutes)
        assert quieting._begin(made, alert, wish, ZH, key)
    assert [row["starts"] for row in database.quieted] == [
        round((NOW + timedelta(minutes=minutes)).timestamp() * 1000) for minutes in (0, 6)
    ]
