"""Who may see a layer: what is for staff is not there for all, by no address; and never on the wall."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from fastapi import FastAPI

from config.read import read_words
from config.settings import Settings, SettingsError, read_settings
from dashboard import api, audience, ground_routes
from dashboard.app import pages
from dashboard.atlas import routes
from dashboard.atlas.callbacks import view_of
from dashboard.atlas.find import Finder
from dashboard.atlas.place import choose, for_audience
from dashboard.atlas.view import Place
from dashboard.files import router as files_router
from dashboard.fonts import Fonts
from layers.catalog import LAYERS, WALL, layer
from layers.colour import Why
from layers.risk import pieces
from tests.dashboard.made_cells import storm
from tests.dashboard.moments import NOW
from tests.dashboard.served import Show, context
from tests.dashboard.test_api import Client

STAFF = [one.key for one in LAYERS if one.seen_by == "staff"]
BOX = "101.6,36.6,101.8,36.7"


def seen(folder: Path, who: str):
    made = context(Show(), folder)
    return audience.fitting(replace(made, settings=Settings(data=folder, audience=who)))


def client(folder: Path, who: str) -> Client:
    made, app = seen(folder, who), FastAPI()
    for one in (routes.router(made), api.router(made), files_router(made.city, Fonts(folder))):
        app.include_router(one)
    app.include_router(ground_routes.router(made.city, ""))
    return Client(app)


def asks(key: str) -> list[tuple[str, dict[str, str]]]:
    box = {"layer": key, "resolution": "8", "box": BOX}
    return [("/atlas/values", box), ("/atlas/districts", {"layer": key}), (f"/api/hexes/{key}", {})]


def test_there_are_layers_for_staff() -> None:
    assert {"overdue", "cameras"} < set(STAFF)


@pytest.mark.parametrize("key", STAFF)
def test_all_are_refused_in_words_what_staff_is_answered(tmp_path: Path, key: str) -> None:
    with storm():
        for address, query in asks(key)[:2]:
            answer = client(tmp_path, "all").get(address, params=query)
            assert answer.status_code == 403
            assert "for staff" in answer.json()["detail"]
        assert client(tmp_path, "staff").get(*asks("overdue")[1][:1], params={"layer": "overdue"}).status_code == 200


@pytest.mark.parametrize("key", STAFF)
def test_what_is_for_staff_is_not_listed(tmp_path: Path, key: str) -> None:
    answer = client(tmp_path, "all").get("/atlas/districts", params={"layer": "nothing"})
    assert answer.status_code == 404
    assert f" {key}," not in answer.json()["detail"] + ","
    page = pages(seen(tmp_path, "all"))["/map"](read_words("en"), f"?layer={key}&lang=en")
    setup = json.loads(page.to_plotly_json()["props"]["data-setup"])
    assert key not in setup["layers"]
    assert setup["view"]["layer"] != key
    assert key not in setup["geometry"]
    assert f"data-layer={key!r}" not in str(page)
    assert view_of(seen(tmp_path, "all"), {"layer": key}, NOW).layer != key
    theirs = pages(seen(tmp_path, "staff"))["/map"](read_words("en"), "").to_plotly_json()["props"]
    assert key in json.loads(theirs["data-setup"])["layers"]


def test_cameras_are_nowhere_for_all(tmp_path: Path) -> None:
    for who, count in (("staff", 1), ("all", 0)):
        found = client(tmp_path, who)
        assert bool(found.get("/api/ground/cameras").json()["cameras"]) is bool(count)
        assert bool(found.get("/geo/cameras.geojson").json()["features"]) is bool(count)
        assert ("cameras" in found.get("/geo/style/dark.json").json()["sources"]) is bool(count)
        camera = Place("camera", "cam-qiaotou")
        assert bool(choose(seen(tmp_path, who), camera, NOW)) is bool(count)
        assert any(one.entry.place == str(camera) for one in Finder(seen(tmp_path, who)).still) is bool(count)


def test_a_risk_does_not_tell_the_parts_that_are_for_staff(tmp_path: Path) -> None:
    found = Why(layer("risk"), 12.0, "measured", pieces=pieces({"cases": 8.0, "overdue": 60.0}))
    told = {who: {one.layer for one in for_audience(seen(tmp_path, who), found).pieces} for who in ("staff", "all")}
    assert told["staff"] - told["all"] == {"overdue"}


def test_the_wall_is_never_given_what_is_for_staff() -> None:
    assert all(one.seen_by == "all" for one in WALL)


def test_a_way_to_look_is_what_the_panel_is_told_of(tmp_path: Path) -> None:
    assert view_of(seen(tmp_path, "staff"), {"layer": "rain.max.1440"}, NOW).layer != "rain", "not mended"


def test_the_setting() -> None:
    assert read_settings({}).audience == "staff"
    assert read_settings({"YIPING_AUDIENCE": "all"}).audience == "all"
    with pytest.raises(SettingsError, match="staff"):
        read_settings({"YIPING_AUDIENCE": "public"})
