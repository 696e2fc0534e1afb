"""When the wall and the desk stop believing their own calm."""

from dataclasses import replace
from datetime import timedelta

import pytest

from alerts.alert import Witness
from config.read import read_city, read_words
from config.words import LANGUAGES
from dashboard.desk import push, view
from dashboard.header import data_age
from dashboard.state import Moment
from dashboard.trust import frozen_sentence, stopped, stopped_sentence
from tests.dashboard.moments import NOW, moment
from tests.dashboard.test_wall_layout import frame, text

ZH = read_words("zh-CN")
ZONE = read_city("xining").zone
STOPPED = "研判已停 3 分钟，警情不可信"


def unwatched(storm, ago=timedelta(minutes=3)):
    return replace(moment(storm=storm), watched=None if ago is None else NOW - ago)


def test_calm_needs_somebody_who_judges():
    shown = text(frame(unwatched(0.0))["alerts"])
    assert "警情未知" in shown
    assert STOPPED in shown
    assert "无未解除警情" not in shown
    assert "无未解除警情" in text(frame(moment(storm=0.0))["alerts"])


def test_a_list_that_nobody_keeps_says_so_above_and_beside_the_scene():
    shown = frame(unwatched(1.0))
    assert text(shown["alerts-caveat"]) == STOPPED
    short = STOPPED.split("，", maxsplit=1)[0]
    assert text(shown["map-title"]).endswith(short), "short, so that it is whole; and nothing else"
    assert "红色" in text(shown["alerts"])
    well = frame(moment())
    assert text(well["alerts-caveat"]) == ""
    assert "研判" not in text(well["map-title"])


def test_the_desk_says_the_same_above_its_list():
    assert view.notice(unwatched(1.0), ZH, ZONE) == STOPPED
    assert view.notice(moment(), ZH, ZONE) == ""
    assert text(view.empty((), unwatched(0.0), ZH)) == "警情未知"
    assert push.signature(unwatched(1.0)) != push.signature(moment())


def unread(storm):
    seen = moment(storm=storm)
    sources = tuple(replace(one, state="", received=NOW - timedelta(seconds=40)) for one in seen.snapshot.sources)
    return replace(seen, snapshot=replace(seen.snapshot, sources=sources))


def test_what_nobody_stores_no_rule_sees():
    said = "接入中断，已 40 秒无新数据"
    assert view.notice(unread(1.0), ZH, ZONE) == said
    assert text(view.empty((), unread(0.0), ZH)) == "警情未知"
    assert text(view.empty((), moment(storm=0.0), ZH)) != "警情未知"
    shown = text(frame(unread(0.0))["alerts"])
    assert "警情未知" in shown
    assert said in shown
    assert push.signature(unread(1.0)) != push.signature(moment())
    assert push.signature(replace(moment(), free=1)) != push.signature(moment())


@pytest.mark.parametrize(("seconds", "told"), [(0, False), (20, False), (21, True)])
def test_watch_may_miss_a_few_beats(seconds, told):
    assert stopped(unwatched(1.0, timedelta(seconds=seconds))) is told


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_watch_never_heard_has_no_age(language):
    words = read_words(language)
    assert stopped_sentence(unwatched(1.0, None), words) == words("wall.untrusted.never")
    assert stopped_sentence(Moment(NOW), words) == "", "before the first picture nothing is claimed"


def test_a_picture_that_stands_still_says_since_when():
    still = replace(moment(storm=0.0), at=NOW + timedelta(seconds=16), error="DatabaseUnavailable: gone")
    shown = frame(still)
    assert text(shown["trouble"]) == "数据库无应答，画面停在 16:42:08"
    assert "无未解除警情" not in text(shown["alerts"])
    assert view.notice(still, ZH, ZONE) == "数据库无应答，画面停在 16:42:08"
    assert push.signature(still) != push.signature(moment(storm=0.0))
    assert not stopped(still), "what nobody could ask for is no sign that watch is dead"
    assert frozen_sentence(replace(still, at=NOW + timedelta(seconds=15)), ZH, ZONE) == ""


def test_a_picture_that_is_only_late_blames_nobody():
    late = replace(moment(storm=0.0), at=NOW + timedelta(seconds=17))
    assert view.notice(late, ZH, ZONE) == "画面迟迟未更新，停在 16:42:08"
    assert push.signature(late) != push.signature(replace(late, error="DatabaseUnavailable: gone"))


def test_the_wall_says_that_a_warning_stands_on_one_reading():
    storm = moment()
    (one, *_) = storm.shown
    told = {
        word: text(frame(replace(storm, alerts=(replace(one, witness=witness),)))["alerts"])
        for word, witness in (("single", Witness("a", 0)), ("sure", Witness("a", 0, confirmed=1)), ("none", None))
    }
    assert "仅一次读数" in told["single"]
    assert "一次读数" not in told["sure"] + told["none"]


@pytest.mark.parametrize(("language", "told"), [("zh-CN", "16:35 的值"), ("en", "as of 16:35")])
def test_a_value_of_another_moment_says_so_on_the_wall_and_on_the_desk(language, told):
    shown = moment()
    alerts = tuple(replace(one, observed=NOW - timedelta(minutes=7)) for one in shown.alerts)
    shown = replace(shown, alerts=alerts)
    earlier = replace(shown, earlier=frozenset(one.id for one in alerts))
    assert told in str(frame(earlier, language)["alerts"])
    assert told not in str(frame(shown, language)["alerts"])


@pytest.mark.parametrize(("minutes", "late"), [(1, ""), (300, "late")])
def test_the_head_says_when_sensors_were_heard_and_not_when_they_were_asked(minutes, late):
    shown = moment()
    sources = tuple(replace(one, received=NOW - timedelta(minutes=minutes)) for one in shown.snapshot.sources)
    head = data_age("desk", replace(shown, snapshot=replace(shown.snapshot, sources=sources)))["desk-data-at"]
    assert head == {"data-at": str(round(sources[0].received.timestamp() * 1000)), "className": late}
    assert data_age("desk", Moment(NOW))["desk-data-at"] == {"data-at": "", "className": "late"}


def test_a_figure_that_is_not_of_now_loses_its_colour():
    def old(found, place):
        return "old" in str(frame(found)[f"kpi-{place}"])

    assert not any(old(moment(), place) for place in range(4))
    assert old(unwatched(1.0), 0), "open warnings that nobody judges"
    assert all(old(replace(moment(), at=NOW + timedelta(minutes=1)), place) for place in range(4)), "a frozen picture"
    shown = moment()
    kpis = {key: replace(one, at=NOW - timedelta(hours=5)) for key, one in shown.snapshot.kpis.items()}
    assert old(replace(shown, snapshot=replace(shown.snapshot, kpis=kpis)), 2)
    empty = {key: replace(one, value=None, at=None) for key, one in kpis.items()}
    assert not old(replace(shown, snapshot=replace(shown.snapshot, kpis=empty)), 2), "nothing has no colour to lose"
