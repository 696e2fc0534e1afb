"""Official warnings by themselves on the screens: where they lie, what they cover, what they are called."""

from __future__ import annotations

from dataclasses import replace

import pytest

from alerts.alert import Alert
from config.read import read_words
from dashboard.atlas.alert_list import place_shown
from dashboard.atlas.covering import warned
from dashboard.atlas.panel_alerts import alerts as panel_rows
from dashboard.atlas.place import Chosen, Facts
from dashboard.atlas.telling import Reader
from dashboard.atlas.view import Place, View
from dashboard.desk.rows import rows
from dashboard.telling import Teller
from dashboard.wall.focus import focus
from dashboard.wall.groups import groups
from layers.scope import Look, of_district, of_spot
from tests.dashboard.moments import NOW, book, city, many
from tests.dashboard.moments import alerts as storm
from tests.dashboard.test_desk import text

ZH = read_words("zh-CN")
HERE = (36.63, 101.50)
"""In 湟中区."""


def issued(event: str, title: str, district: str, level: str = "orange") -> Alert:
    """A warning whose point lies HERE, of a district or of the city."""
    detail = {"title": title, "sender": "西宁市气象台", "event": event, "city": "630100"}
    return replace(
        storm(NOW)[0], id=event, rule="official_warning", place=f"event:{event}", level=level, state=level,
        detail=detail, district=district, lat=HERE[0], lon=HERE[1], cell=0, changed=NOW,
    )  # fmt: skip


WHOLE = issued("w1", "暴雨红色预警信号", "", "red")
NEAR = issued("w2", "大风橙色预警信号", "630106")
FAR = issued("w3", "地质灾害橙色预警", "630121")


@pytest.mark.parametrize(
    ("look", "found"),
    [
        (of_district("630106", HERE), [("w2", True, ""), ("w1", False, "city")]),
        (of_spot(HERE, 9, 7, "rain-7"), [("w1", False, "city"), ("w2", False, "district")]),
        (of_district("630102", HERE), [("w1", False, "city")]),
    ],
)
def test_a_panel_tells_what_is_issued_for_its_district_and_for_the_city(
    look: Look, found: list[tuple[str, bool, str]]
) -> None:
    told = warned((WHOLE, NEAR, FAR), look, city())
    assert [(one.alert.id, one.here, one.over) for one in told] == found


def test_a_panel_says_over_what_each_is() -> None:
    look = of_spot(HERE, 9, 7, "rain-7")
    chosen = Chosen(Place("device", "rain-7"), look)
    facts = Facts(chosen, NOW, alerts=warned((WHOLE, NEAR), look, city()))
    told = " ".join(map(text, panel_rows(facts, Reader(View("rain"), Teller(book(), city(), ZH), NOW))))
    assert "官方暴雨红色预警" in told
    assert "全市" in told
    assert "湟中区全境" in told
    assert "event:" not in told


def test_the_list_beside_the_map_opens_its_district() -> None:
    assert [place_shown(one, city()) for one in (WHOLE, NEAR, FAR)] == ["", "630106", "630121"]


def test_the_wall_goes_to_a_district_and_stays_over_the_city_for_all_of_it() -> None:
    assert focus((WHOLE,), NOW) is None
    seen = focus((WHOLE, NEAR), NOW)
    assert seen is not None
    assert seen.alert.id == "w2"


def test_two_hazards_never_share_a_line_of_the_wall() -> None:
    rain = [issued(f"r{n}", "暴雨橙色预警", "630106") for n in range(5)]
    others = [NEAR, FAR, *many(NOW, 2)]
    found = groups((*rain, *others))
    assert sorted(len(group.alerts) for group in found) == [1, 1, 1, 1, 5]
    assert {one.detail["title"] for one in found[0].alerts} == {"暴雨橙色预警"}


def test_a_line_says_who_issued_it_and_its_level_once() -> None:
    line = Teller(book(), city(), ZH).line(FAR)
    assert (line.headline, line.place, line.issuer) == ("官方地质灾害橙色预警", "大通县", "西宁市气象台")
    assert line.value == line.threshold == ""
    assert "西宁市气象台" in text(rows([line], None, ZH, city().zone, NOW))
    own = Teller(book(), city(), ZH).line(storm(NOW)[1])
    assert own.value
    assert own.issuer == ""
