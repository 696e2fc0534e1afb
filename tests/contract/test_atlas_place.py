"""The panel, the search and named areas of the map, over a real database."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import h3.api.basic_int as h3
import pytest

from config.words import LANGUAGES
from dashboard.atlas.callbacks import tell
from tests.contract.atlas_part import Desk, desk
from tests.contract.blank_part import Blanks
from tests.contract.snapshot_part import CENTRE, DAY, HOUR, NORTH, NOW, insert, step
from tests.contract.test_inside import CELL, SQUARE
from tests.dashboard.test_desk import text

pytestmark = pytest.mark.contract
RING = [[lon, lat] for lat, lon in SQUARE]
AREA = {"ring": RING, "name": "老城", "owner": "李", "reason": "内涝点"}


@pytest.fixture(scope="module")
def made(blanks: Blanks, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with desk(blanks, tmp_path_factory.mktemp("data")) as found:
        yield found


def told(made: Desk, place: str = "city", language: str = "zh-CN", **given: Any) -> tuple[str, str]:
    """All words of the panel, and the border it draws."""
    asked = {"layer": "rain", "place": place, "lang": language, **given}
    children, ring = tell(made.context, asked, NOW)
    return "\n".join(map(text, children)), ring


def test_the_whole_city_has_no_panel(made: Desk) -> None:
    assert tell(made.context, {}, NOW) == ([], "")
    assert tell(made.context, {"place": "nonsense:1"}, NOW) == ([], "")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "layer", ["rain", "water", "cases", "alerts", "risk", "blind", "weights:people", "rivers", "air.max.1440"]
)
def test_every_layer_tells_of_a_cell(made: Desk, layer: str, language: str) -> None:
    words, ring = told(made, f"cell:{CELL:x}", language, layer=layer)
    assert "rain-1" in words or "雨量站" in words or "Rain gauge" in words
    assert "路灯不亮" in words
    assert "追尾" in words
    assert "None" not in words
    assert ring.count("[") == 7, "the cell's six corners, for a map that draws cells of another size"


def test_a_past_moment_says_so_and_knows_no_more(made: Desk) -> None:
    words, _ = told(made, f"cell:{CELL:x}", "en", at=(NOW - HOUR * 4).isoformat())
    assert "As of" in words
    assert "No warning is open here" in words, "a5 opened an hour ago"
    assert "Rainstorm" not in words
    assert "No warning is open here" not in told(made, f"cell:{CELL:x}", "en")[0]


@pytest.mark.parametrize(
    ("place", "word"),
    [
        ("630102", "rain-4"),
        ("device:rain-2", "silent"),
        ("station:wl-xigangqiao", "Xigang Bridge"),
        ("device:nobody", "There is no such place: nobody"),
        ("facility:none", "There is no such place: none"),
        ("camera:cam-qiaotou", "Open the camera's page"),
        ("camera:none", "There is no such place: none"),
        ("area:none", "There is no such place: none"),
    ],
)
def test_every_kind_of_place(made: Desk, place: str, word: str) -> None:
    words, _ = told(made, place, "en")
    assert word in words or word.replace("rain-4", "Rain") in words


def test_a_camera_is_a_link_of_its_own_window(made: Desk) -> None:
    children, _ = tell(made.context, {"layer": "cameras", "place": "camera:cam-qiaotou", "lang": "zh-CN"}, NOW)
    links = [one for child in children for one in child._traverse() if getattr(one, "target", None)]
    assert [(one.href, one.target, one.rel) for one in links] == [
        ("https://video.example/cameras/qiaotou", "_blank", "noopener noreferrer")
    ]


def test_a_facility_tells_how_far_the_others_are(made: Desk) -> None:
    facility = made.context.city.facilities[0]
    words, _ = told(made, f"facility:{facility.id}", "en")
    assert " km" in words or " m\n" in words


def test_a_polygon_is_counted_before_it_has_a_name(made: Desk) -> None:
    words, ring = told(made, language="en", drawn={"ring": RING})
    assert "Area just drawn" in words
    assert "Keep as a named area" in words
    assert ring.startswith("[[")
    around, ring = told(made, language="en", drawn={"cell": f"{CELL:x}", "rings": 2})
    assert "Area just drawn" in around
    assert ring.count("[") > 12


@pytest.mark.parametrize(
    "drawn",
    [
        {},
        {"ring": "x"},
        {"ring": [[101.7, 36.6]]},
        {"ring": [RING[0], RING[2], RING[1], RING[3]]},
        {"ring": RING, "cell": "8"},
        5,
    ],
)
def test_what_is_no_polygon_says_why(made: Desk, drawn: Any) -> None:
    words, _ = told(made, language="en", drawn=drawn)
    assert "polygon" in words or "cross" in words


def test_a_panel_is_filled_in_time(made: Desk) -> None:
    """The best of some: what else this machine does is not the panel's."""

    def seconds(_round: int) -> float:
        began = time.perf_counter()
        told(made, f"cell:{CELL:x}")
        return time.perf_counter() - began

    assert min(map(seconds, range(6))) < 2, "300 ms on a quiet machine"


# -- search ----------------------------------------------------------------------------------------------------------


def hits(made: Desk, q: str, **given: str) -> list[dict[str, Any]]:
    answer = made.client.get("/atlas/search", params={"q": q, "lang": "en", **given})
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["hits"]
    return found


@pytest.mark.parametrize(
    ("q", "place"),
    [
        ("rain-2", "device:rain-2"),
        ("RAIN-2", "device:rain-2"),
        ("dead", "device:dead-1"),
        ("xgq", "station:wl-xigangqiao"),
        ("城西", "630104"),
        ("西钢桥示例摄像机", "camera:cam-xigangqiao"),
        ("鲁沙尔", f"cell:{h3.latlng_to_cell(36.501, 101.571, 9):x}"),
        ("nanchuan avenue", None),
        ("湟水", None),
        ("c1", None),
        (f"{CELL:x}", f"cell:{CELL:x}"),
        ("36.62,101.77", f"cell:{h3.latlng_to_cell(36.62, 101.77, 9):x}"),
    ],
)
def test_the_first_hit(made: Desk, q: str, place: str | None) -> None:
    first = hits(made, q)[0]
    assert place is None or first["place"] == place
    assert first["eye"] is None or len(first["eye"]) == 3


def test_a_case_leads_to_where_it_is(made: Desk) -> None:
    case = next(hit for hit in hits(made, "c1") if hit["kind"] == "case")
    assert case["eye"][:2] == pytest.approx(list(CENTRE), abs=1e-4)
    assert "Reported" in case["detail"]


def test_devices_by_name_and_kind_and_nothing_by_nonsense(made: Desk) -> None:
    assert {hit["place"] for hit in hits(made, "gauge")} >= {"device:rain-1", "device:dead-1"}
    assert {hit["place"] for hit in hits(made, "雨量站")} >= {"device:rain-1"}
    assert hits(made, "zzzzzz") == hits(made, "") == []
    assert "gone-1" not in [hit["name"] for hit in hits(made, "gone-1")], "retired, and not heard"


def test_gcj_is_converted_and_said(made: Desk) -> None:
    assert "GCJ-02" in hits(made, "gcj:36.62,101.77")[0]["detail"]


# -- areas -----------------------------------------------------------------------------------------------------------


def test_an_area_is_kept_found_used_and_ended(made: Desk) -> None:
    client = made.client
    kept = client.post("/api/areas", json=AREA)
    assert kept.status_code == 201, kept.text
    area = kept.json()
    assert area["ring"] == [pytest.approx(corner, abs=1e-6) for corner in RING]
    assert [one["id"] for one in client.get("/api/areas").json()["areas"]] == [area["id"]]
    assert hits(made, "老城")[0]["place"] == f"area:{area['id']}"
    words, ring = told(made, f"area:{area['id']}", "en")
    assert "内涝点" in words
    assert ring.startswith("[[")
    silence = {"area": area["id"], "owner": "李", "reason": "检修", "minutes": 5}
    assert client.post("/api/silences", json=silence).status_code == 201
    ended = client.post(f"/api/areas/{area['id']}/end", json={"actor": "王"})
    assert ended.json()["ended_by"] == "王"
    assert client.get("/api/areas").json()["areas"] == []
    assert len(client.get("/api/areas", params={"ended": True}).json()["areas"]) == 1
    assert client.post("/api/silences", json=silence | {"reason": "再来"}).status_code == 422


def test_what_lies_in_a_polygon(made: Desk) -> None:
    found = made.client.post("/api/areas/ask", json={"ring": RING}).json()
    assert (found["devices"], found["silent"], found["cases"], found["overdue"], found["events"]) == (4, 2, 2, 1, 1)
    assert found["km2"] == pytest.approx(0.357, rel=0.01)
    assert set(found["weights"]) == {one.key for one in made.context.city.weights}
    around = made.client.post("/api/areas/ask", json={"cell": f"{CELL:x}", "rings": 0}).json()
    assert around["devices"] == 4


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"ring": RING[:2]}, 422),
        ({"ring": [RING[0], RING[2], RING[1], RING[3]]}, 422),
        ({"ring": [[0, 0], [1, 0], [1, 1]]}, 422),
        ({"name": ""}, 422),
        ({"name": "x" * 41}, 422),
        ({"ring": [["a", 1]]}, 422),
        ({"extra": 1}, 422),
    ],
)
def test_a_wrong_area_is_refused_with_a_sentence(made: Desk, wrong: dict[str, Any], code: int) -> None:
    answer = made.client.post("/api/areas", json=AREA | {"name": "另一片"} | wrong)
    assert answer.status_code == code
    assert answer.json()["detail"]


def test_another_site_may_draw_nothing(made: Desk) -> None:
    foreign = made.client.post(
        "/api/areas", json=AREA, headers={"Origin": "http://evil.example", "Sec-Fetch-Site": "cross-site"}
    )
    assert foreign.status_code == 403
    assert made.client.post("/api/areas/none/end", json={"actor": "王"}).status_code == 404


def test_a_case_is_found_by_words_of_its_title(made: Desk) -> None:
    """The newest first; not one of long ago, and not one that is told later."""
    north = {"lat": NORTH[0], "lon": NORTH[1]}
    told = {
        "t-old": ("closed", NOW - 61 * DAY),
        "t-1": ("closed", NOW - 3 * DAY),
        "t-2": ("closed", NOW - 2 * DAY),
        "t-later": ("closed", NOW + HOUR),
    }
    rows = [step(case, at, stage, **north, title=f"人民路井盖缺失 A{case}") for case, (stage, at) in told.items()]
    insert(made.context.database, "case_steps", rows)
    assert [(hit["kind"], hit["name"]) for hit in hits(made, "井盖")] == [("case", "t-2"), ("case", "t-1")]
    assert [hit["name"] for hit in hits(made, "缺失 at-1")] == ["t-1"]
    assert "井盖缺失" in hits(made, "t-1")[0]["detail"]


def test_borders_of_official_warnings_in_force(made: Desk) -> None:
    """The newest border of each, until it is over. An update of an update is of the same event."""
    square = "36.5,101.8 36.6,101.8 36.6,101.9 36.5,101.8"
    plain = {"kind": "rainstorm", "grade": "Severe", "title": "Rainstorm", "status": "active", "expires": None}
    plain |= {"message": ""}
    told = [
        {"event": "w1", "at": NOW - HOUR, "outline": "1,2 3,4 5,6 1,2"},
        {"event": "w1", "at": NOW - HOUR / 2, "outline": square, "status": "updated"},
        {"event": "w1", "at": NOW - HOUR / 4, "outline": "", "status": "updated", "grade": "Extreme"},
        {"event": "w2", "at": NOW - HOUR, "outline": square},
        {"event": "w2", "at": NOW - HOUR / 2, "outline": "", "status": "cancelled"},
        {"event": "w3", "at": NOW - HOUR, "outline": square, "expires": NOW - HOUR / 2},
        {"event": "w4", "at": NOW - DAY * 2, "outline": square},
        {"event": "w5", "at": NOW - DAY * 2, "outline": square, "expires": NOW + HOUR},
        {"event": "w6", "at": NOW - HOUR, "outline": ""},
        {"event": "w1-update", "at": NOW - HOUR / 8, "outline": square, "message": "w1-again", "status": "updated"},
        {"event": "w1", "at": NOW - HOUR / 7, "outline": "", "message": "w1-update", "status": "updated"},
    ]
    rows = [{**plain, "received": one["at"], "epoch": "b", "offset": place, **one} for place, one in enumerate(told)]
    insert(made.context.database, "city_events", rows)
    answer = made.client.get("/atlas/outlines")
    assert answer.status_code == 200, answer.text
    found = answer.json()["outlines"]
    assert [(one["event"], one["level"]) for one in found] == [("w1", "orange"), ("w5", "orange")]
    assert found[0]["rings"] == [[[101.8, 36.5], [101.8, 36.6], [101.9, 36.6], [101.8, 36.5]]]
    earlier = {"at": (NOW - HOUR * 0.75).isoformat()}
    then = made.client.get("/atlas/outlines", params=earlier).json()["outlines"]
    assert {one["event"] for one in then} == {"w1", "w2", "w3", "w5"}
    assert made.client.get("/atlas/outlines", params={"at": "soon"}).status_code == 422
