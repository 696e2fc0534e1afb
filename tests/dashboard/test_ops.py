"""The operations screen's panels."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from config.read import read_words
from config.words import LANGUAGES
from dashboard.context import Context
from dashboard.health import figures
from dashboard.ops import ids, machine
from dashboard.ops.callbacks import chosen, screen, unanswered
from dashboard.ops.layout import layout
from dashboard.ops.ready import ready
from dashboard.ops.report import report
from dashboard.tables import streams
from dashboard.telling import number, printable
from dashboard.vitals import FULL, Beat, Trouble, late, newest, read_detail, troubles
from streams.clickhouse import DatabaseUnavailable
from tests.dashboard.desk_city import Lists, beat, context, lists
from tests.dashboard.moments import NOW
from tests.dashboard.test_desk import text

ZH = read_words("zh-CN")
City = tuple[Context, Lists]


@pytest.fixture
def city() -> City:
    database = lists(lambda: NOW)
    made = context(database)
    made.state.step()
    return made, database


def parts(city: City, reject: tuple[str, str] | None = None) -> dict[str, str]:
    made, _ = city
    found = report(made.database, Path("/"), NOW, reject)
    return {part: text(children) for part, children in screen(found, made.state.moment, made, ZH, reject).items()}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_layout_stands_in_both_languages(language: str, city: City) -> None:
    words = read_words(language)
    assert words("ops.streams.title") in text(layout(words, city[0].profile))


def test_everything_well(city: City) -> None:
    shown = parts(city)
    assert "一切就绪" in shown[ids.READY]
    assert "1,204,331" in shown[ids.STREAMS]
    assert "0.031 秒" in shown[ids.RULES]
    assert "老爷山" in shown[ids.GAPS]
    assert "readings" in shown[ids.DISK]
    assert "时间有误" in shown[ids.REJECTS]
    assert shown[ids.SAMPLES] == ""


def test_samples_of_the_chosen_reason(city: City) -> None:
    assert "<script>" in parts(city, ("iot", "bad_time"))[ids.SAMPLES]  # as text: React escapes it
    assert chosen("?stream=iot&reason=bad_time&lang=en") == ("iot", "bad_time")
    assert chosen("?lang=en") is None


@pytest.mark.parametrize("state", ["", "waiting for broker", "waiting for database"])
def test_a_stream_that_nobody_reads_is_late_however_new_its_newest_event_is(city: City, state: str) -> None:
    made, _ = city
    moment = made.state.moment
    assert moment.snapshot is not None
    first, *rest = moment.snapshot.sources
    assert "未在接入" not in parts(city)[ids.STREAMS]
    for held, told in ((False, "未在接入"), (True, "停读")):
        unread = replace(first, at=NOW, lag=None, rate=None, state=state, held=held)
        made.state.moment = replace(moment, snapshot=replace(moment.snapshot, sources=(unread, *rest)))
        assert told in parts(city)[ids.STREAMS]
        assert [one.late for one in streams((unread, *rest), {}, (), str, NOW, NOW).streams][:2] == [True, False]


def test_devices_whose_readings_lie_nowhere_are_counted_and_named(city: City) -> None:
    assert "登记" not in parts(city)[ids.GAPS]
    city[1].lost = [
        {"known": 0, "devices": 1_200, "some": ["lamp-1", "lamp\u202e2"]},
        {"known": 1, "devices": 1, "some": ["bare-1"]},
    ]
    shown = parts(city)
    assert "1,200 台设备既不报位置、也未登记（lamp-1, lamp?2, +1,198）" in shown[ids.GAPS]
    assert "1 台已登记设备没有坐标、自己也不报位置（bare-1）" in shown[ids.GAPS]
    assert "1,201 台设备没有位置" in shown[ids.READY]


def test_a_dead_process_and_a_late_source_stand_out(city: City) -> None:
    made, database = city
    database.beats = [beat("ingest", 90, state="running"), beat("watch", 1, rules=12, failed=["rain_hour"])]
    moment = made.state.moment
    assert moment.snapshot is not None
    old = replace(moment.snapshot.sources[0], at=NOW - timedelta(minutes=4), lag=None)
    made.state.moment = replace(moment, snapshot=replace(moment.snapshot, sources=(old, *moment.snapshot.sources[1:])))
    shown = parts(city)
    assert "接入 心跳中断 · 1 分钟前" in shown[ids.READY]
    assert "无心跳" in shown[ids.PROCESSES]
    assert "迟到" in shown[ids.STREAMS]
    assert "—" in shown[ids.STREAMS]
    assert "rain_hour" in shown[ids.RULES]


def test_a_full_disk_stands_above_all(city: City) -> None:
    made, _ = city
    made.state.moment = replace(made.state.moment, free=FULL)
    assert "磁盘 已满" not in parts(city)[ids.READY]
    made.state.moment = replace(made.state.moment, free=FULL - 1)
    assert "磁盘 已满" in parts(city)[ids.READY]


def test_a_held_stream_is_no_source_in_time(city: City) -> None:
    made, _ = city
    moment = made.state.moment
    assert moment.snapshot is not None
    held = replace(moment.snapshot.sources[0], held=True, state="held", lag=11_383)
    (row,) = streams((held,), {}, (), str, NOW, NOW).streams
    assert (row.state, row.late, row.lag) == ("held", True, 11_383)
    made.state.moment = replace(moment, snapshot=replace(moment.snapshot, sources=(held,)))
    shown = parts(city)[ids.STREAMS]
    assert "停读" in shown
    assert "11,383" in shown
    assert "正常" not in shown
    told = figures(made.state.moment, (), (), NOW, ready=True)
    assert (told.held, told.lag) == ({"iot": 1.0}, {"iot": 11_383.0})


def test_a_file_that_is_not_used_is_no_peace(city: City) -> None:
    """Only while an ingest says so that lives."""
    _, database = city
    wrong = {"devices.csv": "devices.csv, line 3, column lat: 'north' is no number; write it as 36.6475"}
    database.beats = [beat("ingest", 1, state="running", wrong=wrong), beat("watch", 1, rules=12)]
    shown = parts(city)
    assert "有 1 处异常" in shown[ids.READY]
    assert "devices.csv 有误" in shown[ids.GAPS]
    assert "line 3, column lat" in shown[ids.GAPS]
    database.beats = [beat("ingest", 99, state="running", wrong=wrong), beat("ingest", 1), beat("watch", 1)]
    assert "devices.csv" not in parts(city)[ids.GAPS]


def test_that_people_are_not_told_is_said_at_the_top(city: City) -> None:
    """Only while a watch says so that lives."""
    _, database = city
    unsaid = {"duty 630105 emergency": "KeyError('no word for it')"}
    database.beats = [beat("ingest", 1, state="running"), beat("watch", 1, rules=12, unsaid=unsaid)]
    shown = parts(city)
    assert "相关人员未收到" in shown[ids.READY]
    assert "duty 630105 emergency: KeyError('no word for it')" in shown[ids.RULES]
    database.beats = [beat("watch", 99, unsaid=unsaid), beat("ingest", 1), beat("watch", 1)]
    assert "未收到" not in parts(city)[ids.READY]


def test_without_a_database_each_part_says_so_and_is_asked_once(city: City) -> None:
    made, database = city
    database.down = True
    found = report(made.database, Path("/"), NOW, ("iot", "bad_time"))
    assert list(found.failures) == ["database"]
    shown = parts(city)
    assert "数据库 连不上" in shown[ids.READY]
    assert "查询失败" in shown[ids.REJECTS]
    assert "物联感知" in shown[ids.STREAMS]  # the last good picture


def test_while_the_database_hangs_the_page_does_not_wait_for_it(city: City) -> None:
    """The wall's own sentence, at once; a picture that stands still for another reason is looked into."""
    made, _ = city
    words, zone = read_words("zh-CN"), made.profile.zone
    still = replace(made.state.moment, at=NOW + timedelta(seconds=40))
    assert unanswered(made.state.moment, words, zone) == ""
    assert "停在" in unanswered(still, words, zone)
    assert "停在" in unanswered(replace(still, error="DatabaseUnavailable: no answer"), words, zone)
    assert unanswered(replace(still, error="KeyError: 'x'"), words, zone) == ""


def test_a_database_that_is_slow_is_not_one_that_is_gone(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    """A question ran out of time: who answers a call all the same is slow."""
    monkeypatch.setattr(Lists, "_heartbeats", _out_of_time)
    assert ("数据库 响应过慢" in parts(city)[ids.READY], "连不上" in parts(city)[ids.READY]) == (True, False)
    city[1].down = True
    assert ("数据库 响应过慢" in parts(city)[ids.READY], "连不上" in parts(city)[ids.READY]) == (False, True)


def _out_of_time(_: Lists, since_ms: int) -> None:
    raise DatabaseUnavailable("heartbeats: ClickHouse at 127.0.0.1:1 does not answer: timed out")


def test_troubles_do_not_guess_at_heartbeats_nobody_could_read() -> None:
    found = troubles(NOW, database=False, snapshot_at=NOW, error=None, beats=())
    assert [trouble.part for trouble in found] == ["database"]
    old = troubles(NOW, database=True, snapshot_at=NOW - timedelta(seconds=11), error="boom", beats=())
    assert [(trouble.part, trouble.what) for trouble in old] == [
        ("snapshot", "failing"), ("ingest", "never_seen"), ("watch", "never_seen"),
    ]  # fmt: skip


def test_the_newest_instance_speaks_for_a_process() -> None:
    dead, alive = (Beat("watch", name, NOW - timedelta(seconds=age), {}) for name, age in (("a", 99), ("b", 1)))
    assert newest((dead, alive), "watch") == alive
    assert read_detail("[1]") == read_detail("{") == {}


def test_a_stream_never_heard_is_late() -> None:
    assert late("iot", None, NOW)
    assert late("iot", NOW - timedelta(minutes=4), NOW)
    assert not late("cases", NOW - timedelta(minutes=4), NOW)


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        (b'{"a":1}\n', '{"a":1}\n'),
        (b"\x00\x1b[31m", "\\x00\\x1b[31m"),
        ("水\u202e".encode(), "水\\u202e"),
        (b"\xff", "\\xff"),
    ],
)
def test_bytes_are_shown_and_do_nothing(raw: bytes, shown: str) -> None:
    assert printable(raw) == shown


@pytest.mark.parametrize(
    ("count", "told"), [(None, "—"), (0, "0 B"), (999, "999 B"), (1500, "1.5 kB"), (82_800_000_000, "82.8 GB")]
)
def test_sizes(count: int | None, told: str) -> None:
    assert machine.size(count) == told


def test_numbers() -> None:
    assert [number(value) for value in (None, 0.016, 53.33, 1204331.0)] == ["—", "0.02", "53.3", "1,204,331"]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("what", ["never_taken", "failing", "stale"])
def test_the_head_names_the_picture_once(what: str, language: str) -> None:
    words = read_words(language)
    told, part = text(ready([Trouble("snapshot", what, 11.0)], words)), words("ops.part.snapshot")
    assert told.count(part) == 1
    assert words(f"ops.trouble.{what}") in told
