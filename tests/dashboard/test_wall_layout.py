"""The wall's panels, drawn from a storm, a calm day, an empty database and a broken one."""

import base64
import json
from dataclasses import replace
from datetime import timedelta

import pytest
from plotly.utils import PlotlyJSONEncoder

from config.read import read_words
from dashboard.files import geometry_urls
from dashboard.state import Moment
from dashboard.wall import layout as wall
from dashboard.wall import panels
from dashboard.wall.scenes import SCENES
from layers.picture import Source
from tests.dashboard.moments import NOW, book, city, many, moment

LANGUAGES = ("zh-CN", "en")


def frame(found, language="zh-CN", scene="emergency"):
    return panels.frame(found, read_words(language), city(), book(), scene)


def text(part):
    """All the text below a component, as a reader sees it."""
    if isinstance(part, dict):
        part = part.get("children")
    if part is None or isinstance(part, bool):
        return ""
    if isinstance(part, str | int | float):
        return str(part)
    if isinstance(part, list | tuple):
        return " ".join(filter(None, (text(one) for one in part)))
    return text(getattr(part, "children", None))


def ids(component, found=None):
    found = set() if found is None else found
    if isinstance(component, list | tuple):
        for one in component:
            ids(one, found)
        return found
    if getattr(component, "id", None):
        found.add(component.id)
    return ids(component.children, found) if getattr(component, "children", None) is not None else found


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("scene", [scene.key for scene in SCENES])
@pytest.mark.parametrize("storm", [0.0, 1.0])
def test_every_part_of_a_frame_has_its_place_in_the_layout(language, scene, storm):
    page = wall.layout(read_words(language), city(), geometry_urls(city()))
    assert set(frame(moment(storm=storm), language, scene)) <= ids(page) | {"map"}


@pytest.mark.parametrize("scene", [scene.key for scene in SCENES])
def test_no_panel_of_a_storm_fails(scene):
    shown = frame(moment(), scene=scene)
    assert "读取失败" not in json.dumps(shown, cls=PlotlyJSONEncoder, ensure_ascii=False)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_city_without_gauges_says_so_where_they_would_stand(language):
    words, dry = read_words(language), replace(city(), profile=city().profile.model_copy(update={"stations": ()}))
    bands = [text(wall._foot(words, one)) for one in (city(), dry)]
    assert [words("wall.gauges.none") in band for band in bands] == [False, True]
    assert [words("wall.gauges.marks") in "".join(band) for band in bands] == [True, False]


def test_the_same_moment_draws_the_same_frame():
    assert json.dumps(frame(moment()), cls=PlotlyJSONEncoder) == json.dumps(frame(moment()), cls=PlotlyJSONEncoder)


def test_numbers_of_list_and_map_agree():
    shown = frame(moment())
    pins = shown["map"]["pins"]
    rows = shown["alerts"]["children"]
    assert [pin["number"] for pin in pins] == ["1", "2", "3", "4", "5"]
    assert [text(row)[0] for row in rows if row is not None] == ["1", "2", "3", "4", "5"]
    assert [pin["level"] for pin in pins] == ["red", "orange", "yellow", "yellow", "blue"]


def test_a_state_is_words():
    rows = [text(row) for row in frame(moment())["alerts"]["children"] if row is not None]
    assert "红色" in rows[0]
    assert "已签收" in rows[0]
    assert "未签收" in rows[1]
    assert "数据中断" in rows[3]


def test_the_seventh_warning_is_counted_and_has_a_pin_without_number():
    different = tuple(replace(alert, rule=f"rule_{place}") for place, alert in enumerate(many(NOW, 9)))
    shown = frame(replace(moment(), alerts=different))
    rows = [text(row) for row in shown["alerts"]["children"]]
    assert len(rows) == 7
    assert "3" in rows[6]
    assert [pin["number"] for pin in shown["map"]["pins"]][5:] == ["6", "", "", ""]


def test_too_many_warnings_of_one_rule_share_a_line():
    more = tuple(replace(alert, id=f"more-{alert.id}") for alert in many(NOW, 9))
    shown = frame(replace(moment(), alerts=(*moment().alerts, *more)))
    rows = [text(row) for row in shown["alerts"]["children"]]
    assert len([row for row in rows if row]) == 5, "the five of the storm; the burst of calls is one of them, ten times"
    assert "另 9 处" in rows[4]
    assert [pin["number"] for pin in shown["map"]["pins"]] == ["1", "2", "3", "4", "5", *[""] * 9]


@pytest.mark.parametrize(
    "title", ["暴雨红色预警信号", "西宁市气象台发布暴雨红色预警", "发布中心今日发布暴雨红色预警信号"]
)
def test_an_official_warning_is_called_what_its_issuer_calls_it(title):
    issued = replace(many(NOW, 1)[0], rule="official_warning", detail={"title": title})
    told = text(frame(replace(moment(), alerts=(issued,)))["alerts"])
    assert "发布暴雨" not in "".join(told)
    assert "暴雨红色预警" in told
    assert "官方发布" in told
    assert "信号" not in told


def test_of_a_title_that_no_line_holds_hazard_and_colour_are_told():
    detail = {"title": "西宁市自然资源局发布地质灾害气象风险橙色预警"}
    issued = replace(many(NOW, 1)[0], rule="official_warning", detail=detail)
    told = text(frame(replace(moment(), alerts=(issued,)))["alerts"])
    assert "地质灾害橙色预警 官方 " in told, "and the mark is short beside it"


@pytest.mark.parametrize(("language", "head"), [("zh-CN", "暴雨红色预警，另2项"), ("en", "Rainstorm, red +2")])
def test_the_worst_official_warning_says_how_many_stand_beside_it(language, head):
    detail = {"title": "暴雨红色预警信号", "warnings": 3}
    issued = replace(many(NOW, 1)[0], rule="official_warning", level="red", detail=detail)
    assert head in text(frame(replace(moment(), alerts=(issued,)), language)["alerts"])


@pytest.mark.parametrize(
    ("title", "head"),
    [
        ("暴雨红色预警信号", "Rainstorm, red"),
        ("西宁市气象台发布雷雨大风红色预警信号", "Thunderstorm gale, red"),
        ("空间天气红色预警", "Official warning"),
    ],
)
def test_an_official_warning_is_told_to_a_reader_of_another_language(title, head):
    """By what is known of it; the issuer's words stand beside, marked as Chinese."""
    issued = replace(many(NOW, 1)[0], rule="official_warning", level="red", detail={"title": title})
    shown = frame(replace(moment(), alerts=(issued,)), "en")
    for part in ("alerts", "caption"):
        drawn = json.dumps(shown[part], cls=PlotlyJSONEncoder, ensure_ascii=False)
        assert head in text(shown[part])
        said = title.removeprefix("西宁市气象台发布").removesuffix("信号")
        assert f'{{"children": "{said}", "lang": "zh-CN"}}' in drawn
        assert ('"className": "warned"' in drawn) == (head != "Official warning"), "its own words give way to it"


def test_a_forecast_with_nothing_ahead_says_so_instead_of_its_horizon():
    """In the list and beside the map."""
    soon = replace(many(NOW, 1)[0], rule="river_forecast", level="orange", value=360.0, latest=360.0, threshold=30.0)
    shown = frame(replace(moment(), alerts=(soon,)))
    for part in ("alerts", "caption"):
        assert "6 小时内不到" in text(shown[part])
        assert "360" not in text(shown[part])
    near = frame(replace(moment(), alerts=(replace(soon, latest=25.0),)))
    assert "25 分钟" in text(near["alerts"])


def test_no_warning_is_calm_only_while_sensors_are_heard():
    calm = moment(storm=0.0)
    assert "无未解除警情" in text(frame(calm)["alerts"])
    late = tuple(replace(source, received=NOW - timedelta(hours=1)) for source in calm.snapshot.sources)
    assert "可能漏报" in text(frame(replace(calm, snapshot=replace(calm.snapshot, sources=late)))["alerts"])
    silent = replace(calm.snapshot, sources=(Source("iot"), Source("cases"), Source("events")))
    assert "警情未知" in text(frame(replace(calm, snapshot=silent))["alerts"])


def test_before_the_first_picture_nothing_is_claimed():
    shown = frame(Moment(NOW))
    assert "正在接入数据" in text(shown["kpi-0"])
    assert "警情未知" in text(shown["alerts"])
    assert shown["map"]["values"] == ""


def test_no_data_is_a_dash_and_never_a_zero():
    storm = moment()
    unknown = {key: replace(kpi, value=None, change=None) for key, kpi in storm.snapshot.kpis.items()}
    shown = frame(replace(storm, snapshot=replace(storm.snapshot, kpis=unknown)))
    assert "—" in text(shown["kpi-0"])
    assert "0" not in text(shown["kpi-0"])


@pytest.mark.parametrize(
    ("change", "way", "said"), [(0.04, "level", "0.0"), (-0.04, "level", "0.0"), (0.06, "up", "+0.1")]
)
def test_a_change_that_is_written_as_none_has_no_direction(change: float, way: str, said: str) -> None:
    storm = moment()
    rate = replace(storm.snapshot.kpis["on_time_rate"], change=change)
    kpis = {**storm.snapshot.kpis, "on_time_rate": rate}
    shown = frame(replace(storm, snapshot=replace(storm.snapshot, kpis=kpis)))["kpi-3"]
    assert f"way {way}" in str(shown)
    assert f"{said}个百分点" in text(shown)


def test_a_part_that_failed_says_so_and_leaves_the_others():
    storm = moment()
    snapshot = replace(storm.snapshot, kpis={}, gauges=(), failures=("kpis.alerts: E: x", "gauges: E: y"))
    shown = frame(replace(storm, snapshot=snapshot))
    assert "读取失败" in text(shown["kpi-0"])
    assert "读取失败" in text(shown["gauges-note"])
    assert "红色" in text(shown["alerts"])


def test_a_panel_that_breaks_leaves_the_others(monkeypatch):
    def broken(_view):
        raise ZeroDivisionError

    monkeypatch.setattr(panels, "PANELS", ((broken, ("trouble",)), *panels.PANELS[1:]))
    shown = frame(moment())
    assert text(shown["trouble"]) == "读取失败"
    assert "暴雨" in text(shown["alerts"])


def test_an_unreadable_database_is_said_with_the_time_of_the_picture():
    shown = frame(replace(moment(), error="DatabaseUnavailable: x"))
    assert "16:42:08" in text(shown["trouble"])
    assert text(frame(moment())["trouble"]) == ""


def test_a_late_source_is_named_with_its_delay():
    storm = moment()
    late = tuple(replace(source, received=NOW - timedelta(minutes=3)) for source in storm.snapshot.sources)
    shown = frame(replace(storm, snapshot=replace(storm.snapshot, sources=late)))
    assert shown["source-iot-box"] == {"className": "source late"}
    assert "迟 3 分钟" in text(shown["source-iot"])
    assert shown["source-events-box"] == {"className": "source"}


def test_made_up_data_is_said():
    storm = moment()
    assert text(frame(storm)["simulated"]) == "模拟数据"
    real = tuple(replace(source, simulated=0) for source in storm.snapshot.sources)
    assert text(frame(replace(storm, snapshot=replace(storm.snapshot, sources=real)))["simulated"]) == ""


def test_a_byte_a_cell_goes_to_the_map():
    values = base64.b64decode(frame(moment())["map"]["values"])
    assert len(values) == len(city().grid)
    assert 255 in values


def test_a_layer_that_could_not_be_read_hatches_every_cell():
    storm = moment()
    shown = frame(replace(storm, snapshot=replace(storm.snapshot, hexes={})))
    assert shown["map"]["values"] == ""
    assert "读取失败" in text(shown["legend"])


def test_a_gauge_tells_the_time_to_its_next_mark():
    assert "保证 1 小时 30 分内" in text(frame(moment())["gauge-1"])
    assert "已超保证" in text(frame(moment())["gauge-0"])


def test_a_gauge_that_is_silent_has_no_rate():
    storm = moment()
    silent = tuple(
        replace(gauge, value=None, fresh=False, rate=None, eta=None, over=None) for gauge in storm.snapshot.gauges
    )
    shown = text(frame(replace(storm, snapshot=replace(storm.snapshot, gauges=silent)))["gauge-0"])
    assert "—" in shown
    assert "未报" in shown
    assert "m/h" not in shown


@pytest.mark.parametrize("language", LANGUAGES)
def test_ages_are_left_to_the_browser(language):
    shown = frame(moment(), language)
    assert shown["kpi-0-age"] == {"data-at": str(round((NOW - timedelta(seconds=2)).timestamp() * 1000))}
