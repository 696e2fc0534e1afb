"""The routes of the map over made-up values: tiles that never change, values in their order, and only what changed."""

from __future__ import annotations

import struct
from base64 import b64decode
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from fastapi import FastAPI

from dashboard.atlas import answers, dot_routes, routes
from dashboard.past.seen import Past
from layers import scale
from layers.catalog import LAYERS, layer
from layers.cells import Cells, Districts
from layers.scale import NO_DATA, TOP
from streams.clickhouse import DatabaseUnavailable
from tests.dashboard import moments
from tests.dashboard.made_cells import Storm, storm
from tests.dashboard.served import Show, context
from tests.dashboard.test_api import Client

BOX = "101.6,36.6,101.8,36.7"
VALUES = {"layer": "rain", "resolution": 8, "box": BOX}
City = tuple[Client, Storm]


@pytest.fixture(scope="module")
def application(tmp_path_factory: pytest.TempPathFactory) -> FastAPI:
    made = context(Show(), Path(tmp_path_factory.mktemp("data")))
    assert made.state is not None
    made.state.moment = moments.moment(made.state.now())
    app = FastAPI()
    app.include_router(routes.router(made))
    app.include_router(dot_routes.router(Past(made)))
    return app


@pytest.fixture
def city(application: FastAPI) -> Iterator[City]:
    with storm() as made:
        yield Client(application), made


def decoded(answer: Any) -> bytes:
    return b64decode(answer["values"])


def test_values_come_in_the_order_of_the_tiles(city: City) -> None:
    client, made = city
    answer = client.get("/atlas/values", params=VALUES).json()
    sizes = [size for _, size in answer["tiles"]]
    assert len(decoded(answer)) == sum(sizes) > 300
    assert answer["known"] == sum(byte != NO_DATA for byte in decoded(answer))
    at = 0
    told = dict(zip(*cells_of(made), strict=True))
    for parent, size in answer["tiles"]:
        body = client.get(f"/atlas/tile/8/{parent}").content
        ids = np.frombuffer(body, "<u8", struct.unpack_from("<I", body)[0], 40)
        assert len(ids) == size
        for cell, byte in list(zip(ids.tolist(), decoded(answer)[at : at + size], strict=True))[::29]:
            assert abs(byte - told.get(cell, NO_DATA)) <= 30  # the storm has drifted on between the two
        at += size


def cells_of(made: Storm) -> tuple[list[int], list[int]]:
    found = made.cells(None, moments.city(), layer("rain"), moments.NOW, 8, routes.box_of(BOX))
    return list(found.ids), scale.encode(found.values, layer("rain").breaks).tolist()


def test_the_second_answer_tells_only_what_changed(city: City) -> None:
    client, made = city
    made.step = 0.0
    first = client.get("/atlas/values", params=VALUES).json()
    same = client.get("/atlas/values", params={**VALUES, "have": first["tag"]}).json()
    made.step = 0.0001
    other = client.get("/atlas/values", params={**VALUES, "have": first["tag"]}).json()
    whole = client.get("/atlas/values", params=VALUES).json()
    assert "values" in first
    assert not {"values", "places"} & set(same)
    assert 0 < len(b64decode(other["changed"])) < len(decoded(first)) / answers.CHANGE
    bytes_now = bytearray(decoded(first))
    for place, byte in zip(np.frombuffer(b64decode(other["places"]), "<u4"), b64decode(other["changed"]), strict=True):
        bytes_now[place] = byte
    assert sum(one != two for one, two in zip(bytes_now, decoded(whole), strict=True)) < len(bytes_now) / 5


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        (b"\x01\x02\x03\x04\x05\x06", b"\x01\x02\x09\x04\x05\x06", {"places": b"\x02\0\0\0", "changed": b"\x09"}),
        (b"\x01\x02\x03\x04\x05\x06", b"\x01\x02\x03\x04\x05\x06", {"places": b"", "changed": b""}),
        (b"\x01\x02\x03", b"\x07\x08\x09", {"values": b"\x07\x08\x09"}),
        (b"\x01", b"\x07\x08\x09", {"values": b"\x07\x08\x09"}),
    ],
)
def test_what_is_shorter_is_sent(before: bytes, after: bytes, told: dict[str, bytes]) -> None:
    assert {key: b64decode(text) for key, text in answers.changes(before, after).items()} == told


def test_nothing_new_is_next_to_nothing(application: FastAPI) -> None:
    sent = routes.Sent()
    told = {"tag": "one", "tiles": [["a", 3]]}
    sent.put(told, b"\1\2\3")
    assert sent.since("one", told, b"\1\2\3") == {}
    assert sent.since("one", {**told, "tag": "two"}, b"\1\2\3")["changed"] == ""
    other = {"tag": "two", "tiles": [["b", 3]]}
    assert "values" in sent.since("one", other, b"\1\2\3"), "other tiles: places would mean other cells"
    assert "values" in sent.since("unknown", other, b"\1\2\3")


def test_what_was_sent_is_forgotten_in_time() -> None:
    sent = routes.Sent()
    for number in range(3 * routes.REMEMBERED):
        sent.put({"tag": str(number), "tiles": []}, b"")
    assert len(sent.kept) == routes.REMEMBERED


def test_twenty_thousand_cells_are_less_than_forty_kilobytes(city: City) -> None:
    client, _ = city
    answer = client.get("/atlas/values", params={**VALUES, "resolution": 9, "box": "101.3,36.5,101.8,36.8"})
    cells = sum(size for _, size in answer.json()["tiles"])
    assert cells > 10_000
    assert len(answer.content) / cells * 20_000 < 40_000


def test_a_cell_that_nobody_named_has_the_rest() -> None:
    tile: Any = SimpleNamespace(parent=1, cells=np.array([1, 2, 3], dtype=np.uint64))
    assert answers.bytes_of(Cells(8, (2, 9), (100.0, 50.0), rest=0.0), [tile], (0, 100)) == bytes([0, TOP, 0])
    assert answers.bytes_of(Cells(8), [tile], (0, 100)) == bytes([NO_DATA] * 3)
    assert answers.bytes_of(Cells(8), [], (0, 100)) == b""
    assert answers.bytes_of(Cells(8), [tile], ()) == bytes([NO_DATA] * 3)


def test_a_tile_is_kept_for_ever_and_asked_for_by_its_tag(city: City) -> None:
    client, _ = city
    parent = client.get("/atlas/values", params=VALUES).json()["tiles"][0][0]
    first = client.get(f"/atlas/tile/8/{parent}")
    assert "immutable" in first.headers["cache-control"]
    assert first.headers["etag"]
    assert "cache-control" not in client.get("/atlas/tile/8/85248b37fffffff").headers


def unbundled(body: bytes) -> dict[str, bytes]:
    count, *head = struct.unpack_from(f"<{1 + 2 * struct.unpack_from('<Q', body)[0]}Q", body)
    at, found = 8 + 16 * count, {}
    for parent, size in zip(head[::2], head[1::2], strict=True):
        found[f"{parent:x}"], at = body[at : at + size], at + size
    assert at == len(body)
    return found


def test_tiles_of_a_box_come_in_one_answer_and_none_that_the_browser_has(city: City) -> None:
    client, _ = city
    told = [parent for parent, _ in client.get("/atlas/values", params=VALUES).json()["tiles"]]
    answer = client.get("/atlas/tiles/8", params={"box": BOX})
    every = unbundled(answer.content)
    assert list(every) == told
    assert all(client.get(f"/atlas/tile/8/{parent}").content == body for parent, body in every.items())
    assert "immutable" in answer.headers["cache-control"]
    kept = ",".join(parent.rstrip("f") for parent in told[1:])
    assert list(unbundled(client.get("/atlas/tiles/8", params={"box": BOX, "kept": kept}).content)) == told[:1]


def test_districts_are_bytes_by_adcode(city: City) -> None:
    answer = city[0].get("/atlas/districts", params={"layer": "rain"}).json()
    assert set(answer["districts"]) == {one.adcode for one in moments.city().districts}
    assert all(0 <= byte <= TOP for byte in answer["districts"].values())


def test_districts_have_a_scale_of_their_own_where_cells_add_up() -> None:
    shown, found = layer("cases"), Districts({"630102": 20.0, "630103": 250.0, "630104": None})
    answer = answers.of_districts(shown, found, moments.NOW)
    assert answer["districts"] == {"630102": round(TOP / 5), "630103": round(TOP * 4 / 5), "630104": NO_DATA}
    sums = [one for one in LAYERS if one.folds == "sum" and one.breaks]
    assert sums
    assert all(len(one.at(0).breaks) == len(one.breaks) and one.at(0).breaks != one.breaks for one in sums), (
        "as many breaks as colours"
    )
    assert not [one.key for one in LAYERS if one.scales and one.folds != "sum"]
    assert answer["resolution"] == 0


@pytest.mark.parametrize(
    ("path", "params", "status", "told"),
    [
        ("/atlas/values", {**VALUES, "layer": "moon"}, 404, "there are: rain"),
        ("/atlas/values", {**VALUES, "layer": "rain.max.7"}, 404, "no way"),
        ("/atlas/values", {**VALUES, "resolution": 5}, 422, "6 to 10"),
        ("/atlas/values", {**VALUES, "box": "1,2,3"}, 422, "west,south,east,north"),
        ("/atlas/values", {**VALUES, "box": "102,36,101,37"}, 422, "west < east"),
        ("/atlas/values", {**VALUES, "box": "nan,36,101,37"}, 422, "west < east"),
        ("/atlas/values", {**VALUES, "resolution": 10, "box": "100,36,102,38"}, 422, "ask a coarser one"),
        ("/atlas/values", {**VALUES, "at": "yesterday"}, 422, "is no time"),
        ("/atlas/tiles/5", {"box": BOX}, 422, "6 to 10"),
        ("/atlas/tiles/10", {"box": "100,36,102,38"}, 422, "ask a coarser one"),
        ("/atlas/tile/8/85248b37fffffff", {}, 404, "has no cell in this city"),
        ("/atlas/tile/8/84248b3ffffffff", {}, 404, "resolution 5"),
        ("/atlas/tile/8/nothing", {}, 404, "H3 index"),
        ("/atlas/districts", {"layer": ""}, 404, "there are"),
        ("/atlas/points", {"box": "here"}, 422, "west,south,east,north"),
    ],
)
def test_what_is_wrong_is_said(city: City, path: str, params: dict[str, Any], status: int, told: str) -> None:
    answer = city[0].get(path, params=params)
    assert answer.status_code == status
    assert told in answer.json()["detail"]


def test_of_a_wrong_moment_nobody_is_told_that_a_span_is_wrong(city: City) -> None:
    answer = city[0].get("/atlas/values", params={**VALUES, "at": "yesterday"})
    assert answer.json()["detail"].startswith("'yesterday' is no time")


def test_a_database_that_is_gone_is_503(city: City) -> None:
    client, made = city
    made.error = DatabaseUnavailable("127.0.0.1 refused")
    answer = client.get("/atlas/values", params=VALUES)
    assert answer.status_code == 503
    assert "cannot be reached" in answer.json()["detail"]


def test_a_past_moment_is_the_same_question_with_another_now(city: City) -> None:
    client, made = city
    client.get("/atlas/values", params={**VALUES, "at": "2026-07-21T08:00:00Z"})
    client.get("/atlas/values", params={**VALUES, "at": "2999-07-21T08:00:00Z"})
    assert made.moments[0].isoformat() == "2026-07-21T08:00:00+00:00"
    assert made.moments[1].year < 2999, "a moment to come is now"


def test_devices_are_points_told_once(city: City) -> None:
    client, made = city
    made.count = 20
    first = client.get("/atlas/points", params={"box": BOX, "lang": "en"}).json()
    again = client.get("/atlas/points", params={"box": BOX, "lang": "en", "have": first["tag"]}).json()
    assert first["points"][0] == ["made-0", "Gauge 0", 101.68, 36.66]
    assert list(b64decode(first["states"]))[:2] == [1, 0]
    assert "points" not in again
    assert (again["states"], first["total"]) == (first["states"], 20)


def test_open_warnings_the_worst_last(city: City) -> None:
    found = city[0].get("/atlas/warnings", params={"lang": "en"}).json()["warnings"]
    ranks = [("blue", "yellow", "orange", "red").index(one["level"]) for one in found]
    assert ranks == sorted(ranks)
    assert len(ranks) >= 4
    assert " · " in found[0]["name"]


def test_old_values_say_how_old_they_are(city: City) -> None:
    client, made = city
    made.age = timedelta(hours=2)
    answer = client.get("/atlas/values", params=VALUES).json()
    assert answer["at"] - answer["newest"] == 7_200_000
