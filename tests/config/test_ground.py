"""What a profile may give the map, and what is refused."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from config.city import CityProfile
from config.ground import Ground, Wmts
from config.read import read_city

KEYED = "https://t{s}.map.example/vec_w/wmts?x={x}&y={y}&z={z}&tk={key}"
PEOPLE = {"file": "people.csv", "name": {"en": "People"}, "unit": {"en": "people"}, "source": "made up"}


def test_a_name_of_a_file_is_short_for_the_whole() -> None:
    plain, whole = (Ground.model_validate({"roads": one}) for one in ("roads.geojson", {"file": "roads.geojson"}))
    assert plain == whole


def test_a_file_without_a_datum_has_the_profiles() -> None:
    profile = read_city("xining").model_copy(update={"datum": "BD-09"})
    assert profile.datum_of(profile.districts) == "BD-09"
    assert profile.datum_of(profile.districts.model_copy(update={"datum": "GCJ-02"})) == "GCJ-02"


def test_the_key_and_the_parts_are_put_in() -> None:
    wmts = Wmts(address=KEYED, parts=("0", "1"))
    assert wmts.addresses("") == (), "without its key the address is not used"
    assert wmts.addresses("K")[1] == "https://t1.map.example/vec_w/wmts?x={x}&y={y}&z={z}&tk=K"
    assert Wmts(address="http://10.1.2.3:8080/{z}/{x}/{y}.png").addresses("") == (
        "http://10.1.2.3:8080/{z}/{x}/{y}.png",
    )


@pytest.mark.parametrize(
    ("ground", "said"),
    [
        ({"cameras": {"file": "c.csv", "hosts": ["https://video.example"]}}, "is no host; write it as"),
        ({"cameras": {"file": "c.csv", "hosts": ["Video.example"]}}, "in small letters"),
        ({"weights": {"People": PEOPLE}}, "is no key; write small letters"),
        ({"weights": {"people": {**PEOPLE, "source": ""}}}, "needs a `source`"),
        ({"basemap": {"tiles": "map.tif"}}, "must end in .mbtiles or .pmtiles"),
        ({"basemap": {"tiles": {"file": "map.mbtiles", "datum": "GCJ-02"}}}, "cannot be converted"),
        ({"basemap": {"wmts": [{"address": "//map.example/{z}/{x}/{y}"}]}}, "is no address"),
        ({"basemap": {"wmts": [{"address": "https://me:word@map.example/{z}/{x}/{y}"}]}}, "without a password"),
        ({"basemap": {"wmts": [{"address": "https://map.example/{z}/{x}"}]}}, "must hold {z}, {x} and {y}"),
        ({"basemap": {"wmts": [{"address": "https://map.example/{z}/{x}/{y}/{t}"}]}}, "only {s} and {key}"),
        ({"basemap": {"wmts": [{"address": KEYED.replace("vec_w", "vec_c"), "parts": ["0"]}]}}, "vec_w, not vec_c"),
        ({"basemap": {"wmts": [{"address": KEYED}]}}, "belong together"),
        ({"basemap": {"wmts": [{"address": KEYED, "parts": ["evil.example/"]}]}}, "letters and digits"),
        ({"basemap": {"wmts": [{"address": "https://map.example; script-src *//{z}/{x}/{y}"}]}}, "is no address"),
        ({"lakes": "lakes.geojson"}, "Extra inputs"),
    ],
)
def test_what_cannot_be_is_refused_with_the_mend(ground: dict[str, Any], said: str) -> None:
    with pytest.raises(ValidationError) as raised:
        CityProfile.model_validate({**read_city("xining").model_dump(exclude={"ground"}), "ground": ground})
    assert said in str(raised.value)
