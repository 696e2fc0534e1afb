"""Map files of a profile, read strictly: what is taken, and that each mistake has its place and its mend."""

from __future__ import annotations

import json
from typing import Any

import pytest
from shapely.geometry import LineString, Point

from streams import map_features
from streams.map_features import MapFeature, WrongMap, read_features
from streams.map_forms import DISTRICTS, FACILITIES, PLACES, RIVERS, ROADS, Form

SQUARE = {"type": "Polygon", "coordinates": [[[101.0, 36.0], [102.0, 36.0], [102.0, 37.0], [101.0, 36.0]]]}
LINE = {"type": "LineString", "coordinates": [[101.0, 36.0, 2200.0], [102.0, 37.0, 2300.0]]}


def collection(*features: Any, **more: Any) -> bytes:
    return json.dumps({"type": "FeatureCollection", "features": features, **more}, ensure_ascii=False).encode()


def feature(geometry: Any, **properties: Any) -> dict[str, Any]:
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def read(content: bytes, form: Form, file: str = "map.geojson", datum: str = "WGS-84") -> tuple[MapFeature, ...]:
    return read_features(content, file, form, datum)


def told(content: bytes, form: Form, file: str = "map.geojson") -> list[str]:
    with pytest.raises(WrongMap) as raised:
        read(content, form, file)
    lines = str(raised.value).splitlines()
    assert all(line.startswith(file) and ("; " in line or "?" in line) for line in lines[:50]), lines
    return lines


def test_a_feature_says_what_the_form_knows() -> None:
    (one,) = read(collection(feature(SQUARE, adcode=630102.0, name="城东区", city="西宁市")), DISTRICTS)
    assert (one.where, dict(one.told)) == ("feature 1 (城东区)", {"adcode": "630102", "name_zh": "城东区"})


def test_heights_are_left_out_and_flags_are_flags() -> None:
    (one,) = read(collection(feature(LINE, name="湟水", schematic="是")), RIVERS)
    assert one.shape == LineString([(101, 36), (102, 37)])
    assert one.told["schematic"] is True


def test_a_byte_order_mark_and_systems_of_degrees_are_taken() -> None:
    system = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::4490"}}
    content = b"\xef\xbb\xbf" + collection(feature(LINE, name="湟水"), crs=system)
    assert len(read(content, RIVERS)) == 1


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gbk"])
def test_a_sheet_says_the_same(encoding: str) -> None:
    content = "名称,英文名称,等级,纬度,经度\n多巴,Duoba,3,36.66,101.53\n".encode(encoding)
    (one,) = read(content, PLACES, "names.csv")
    assert one.shape == Point(101.53, 36.66)
    assert dict(one.told) == {"name_zh": "多巴", "name_en": "Duoba", "rank": 3.0, "lat": 36.66, "lon": 101.53}


def test_each_line_may_have_a_datum_of_its_own() -> None:
    sheet = "name_zh,lat,lon,datum\n甲,36.6,101.7,\n乙,36.6,101.7,GCJ-02\n丙,36.6,101.7,wgs84\n".encode()
    first, second, third = (one.shape for one in read(sheet, PLACES, "names.csv", "BD-09"))
    assert third == Point(101.7, 36.6)
    assert 0.006 < third.distance(first) < 0.02  # BD-09, the file's
    assert 0.001 < third.distance(second) < 0.003  # GCJ-02


@pytest.mark.parametrize(
    ("content", "form", "said"),
    [
        (b"{", RIVERS, ", line 1: cannot be read as GeoJSON"),
        (b'{"a":\n\n"\xff"}', RIVERS, ", line 3: not UTF-8; save"),
        (b'{"type":"Topology"}', RIVERS, "no GeoJSON FeatureCollection; export it as GeoJSON"),
        (b"[]", RIVERS, "no GeoJSON FeatureCollection"),
        (b"[" * 100_000, RIVERS, "nested too deep"),
        (collection(), RIVERS, "the file: holds nothing; add a feature"),
        (
            collection(feature(LINE, name="x"), crs={"properties": {"name": "EPSG:3857"}}),
            RIVERS,
            "are in EPSG:3857; export it as EPSG:4326",
        ),
        (collection(feature(None, name="湟水")), RIVERS, "feature 1 (湟水): has no geometry; draw it"),
        (collection("x"), RIVERS, "feature 1: has no geometry"),
        (collection(feature({"type": "Circle"}, name="x")), RIVERS, "its geometry cannot be read"),
        (collection(feature(SQUARE, name="x")), RIVERS, "is a Polygon; LineString or MultiLineString is wanted"),
        (collection(feature({"type": "LineString", "coordinates": []}, name="x")), RIVERS, "has no coordinates; draw"),
        (
            collection(feature({"type": "LineString", "coordinates": [[0, float("nan")], [1, 1]]}, name="x")),
            RIVERS,
            "holds NaN, which is no number; take its feature out",
        ),
        (
            collection(feature({"type": "LineString", "coordinates": [[11322710, 4383204], [1, 1]]}, name="x")),
            RIVERS,
            "coordinates beyond 180; export it in degrees (EPSG:4326), not in metres",
        ),
        (
            collection(feature({"type": "LineString", "coordinates": [[36.0, 101.0], [37.0, 102.0]]}, name="x")),
            RIVERS,
            "beyond a pole; change latitude and longitude over",
        ),
        (collection(feature(LINE)), RIVERS, "feature 1: name_zh is missing; fill it in"),
        (collection(feature(LINE, name="x", schematics=True)), RIVERS, "schematics is none of ours; did you mean"),
        (collection(feature(LINE, name="x", schematic="maybe")), RIVERS, "'maybe' is neither true nor false"),
        (collection(feature(LINE, name="x\ny")), RIVERS, "is no line of text"),
        (collection(feature(LINE, name="x" * 257)), RIVERS, "of at most 256 characters; shorten it"),
        (collection(feature(LINE, **{"class": "motorwy"})), ROADS, "'motorwy' is not known; did you mean motorway?"),
        (collection(feature(LINE, **{"class": "?"})), ROADS, "write one of motorway, trunk, primary"),
        (collection(feature(SQUARE, adcode="63", name="x")), DISTRICTS, "'63' is no code of six to twelve digits"),
        (
            collection(feature(SQUARE, adcode=630102, name="x"), feature(SQUARE, adcode=630102, name="y")),
            DISTRICTS,
            "feature 2 (y): adcode 630102 is that of feature 1 (x) already; give each its own",
        ),
    ],
)
def test_what_is_wrong_is_told_with_its_mend(content: bytes, form: Form, said: str) -> None:
    assert said in told(content, form)[0]


@pytest.mark.parametrize(
    ("sheet", "said"),
    [
        (
            "id,kind,name_zh,lat,lon\na,hospitl,x,36,101\n",
            "line 2: kind: 'hospitl' is not known; did you mean hospital?",
        ),
        ("id,kind,name_zh,lat,lon\na,pump,x,36,\n", "line 2: lat and lon are wanted; write both"),
        ("id,kind,name_zh,lat,lon\na,pump,x,north,101\n", "line 2: lat: 'north' is no number"),
        ("id,kind,name_zh,lat,lon\na,pump,x,101.7,36\n", "are latitude and longitude changed over?"),
        ("id,kind,name_zh,lat,lon\na b,pump,x,36,101\n", "'a b' is no identifier of letters"),
        ("id,kind,name_zh,lat,lon,capacity\na,pump,x,36,101,-4\n", "capacity: -4 is not from 0 to 1e+09; write the"),
        ("id,kind,name_zh,lat,lon,datum\na,pump,x,36,101,火星\n", "datum '火星' is none of WGS-84"),
        ("id,kind,name_zh,lat,lon\na,pump,x,36,101\na,pump,y,36,101\n", "line 3: id a is that of line 2 already"),
        ("id,kind,lat,lon\na,pump,36,101\n", "line 1, column name_zh: is missing; begin the file with"),
        (
            "id,kind,name_zh,lat,lon,capcity\na,pump,x,36,101,4\n",
            "column capcity: is none of ours; did you mean capacity?",
        ),
    ],
)
def test_a_sheet_is_read_as_strictly(sheet: str, said: str) -> None:
    (line,) = told(sheet.encode(), FACILITIES, "facilities.csv")
    assert said in line


def test_kinds_of_mistake_are_told_at_once_up_to_fifty(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(map_features, "MOST_TOLD", 2)
    sheet = "id,kind,name_zh,lat,lon\na,pump,x,north,101\nb,,x,36,101\n,pump,x,36,101\nc,pump,,36,101\n"
    with pytest.raises(WrongMap) as raised:
        read_features(sheet.encode(), "facilities.csv", FACILITIES, "WGS-84")
    lines = str(raised.value).splitlines()
    assert len(lines) == 3
    assert lines[-1] == "facilities.csv: and 2 more kinds of mistake"


@pytest.mark.parametrize(
    ("content", "form", "file", "said"),
    [
        (
            "id,kind,name_zh,lat,lon\n" + "".join(f"a{n},pump,x,north{36 + n / 100},101.7\n" for n in range(60)),
            FACILITIES,
            "facilities.csv",
            "facilities.csv, line 2: lat: 'north36.0' is no number; write one such as 36.5 "
            "(and 59 more like it: line 3, line 4, line 5, line 6, line 7, ...)",
        ),
        (
            collection(*(feature(LINE) for _ in range(3))).decode(),
            RIVERS,
            "map.geojson",
            "map.geojson, feature 1: name_zh is missing; fill it in (and 2 more like it: feature 2, feature 3)",
        ),
    ],
)
def test_a_mistake_that_many_share_is_one_line(content: str, form: Any, file: str, said: str) -> None:
    assert told(content.encode(), form, file) == [said]
