"""What the map makes of an address that a person typed."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from dashboard.atlas.view import Eye, Known, Mend, Place, View, iso, parts, place_of, read, write

NOW = datetime(2026, 7, 21, 8, 42, 8, tzinfo=UTC)
KNOWN = Known(("rain", "water", "cases"), ("630102",), NOW)
CELL = "872681ad9ffffff"


def test_an_empty_address_is_the_first_layer_of_the_city_now():
    assert read(None, KNOWN) == (View("rain"), ())


def test_everything_at_once():
    text = f"?layer=water&place=cell:{CELL}&at=2026-07-21T16:00:00%2B08:00&eye=36.62,101.78,11.5&lang=en&look=light"
    view, mends = read(text, KNOWN)
    moment = datetime(2026, 7, 21, 8, 0, tzinfo=UTC)
    assert (view, mends) == (
        View("water", Place("cell", CELL), moment, Eye(36.62, 101.78, 11.5), "en", "light"), (),
    )  # fmt: skip


def test_a_misspelt_layer_is_the_nearest_one():
    view, mends = read("layer=watr", KNOWN)
    assert view.layer == "water"
    assert mends == (Mend("layer", "watr", "water"),)


@pytest.mark.parametrize(("given", "meant"), [("pm25", "air"), ("pm25.max.1440", "air.max.1440")])
def test_who_names_the_metric_means_its_layer(given, meant):
    known = replace(KNOWN, layers=("rain", "pm10", "air", "air.max.1440"))
    view, mends = read(f"layer={given}", known)
    assert (view.layer, mends) == (meant, ())
    assert read("layer=pm25", replace(KNOWN, layers=("rain", "pm10")))[0].layer == "pm10", "nothing there is meant"


def test_an_address_from_before_quantities_had_layers_of_their_own():
    known = replace(KNOWN, layers=("rain", "weights:people", "weights:old"))
    assert read("layer=weights", known)[0].layer == "weights:people"
    assert read("layer=weights", known)[1] == ()
    assert write(read("layer=weights:old", known)[0]) == "layer=weights:old&lang=zh-CN"
    assert read("layer=weights", KNOWN)[1] == (Mend("layer", "weights", "rain"),), "a city that has none says so"


@pytest.mark.parametrize(
    "place",
    ["999999", "cell:12", "cell:872681AD9FFFFFF", "moon:1", "device:", "cell:ffffffffffffffff", "device:\x07", "²"],
)
def test_no_such_place_is_the_city(place):
    view, mends = read(f"place={place}", KNOWN)
    assert view.place == Place()
    assert [mend.part for mend in mends] == ["place"]


@pytest.mark.parametrize(
    "at", ["yesterday", "2026-07-21T16:00:00", "2027-01-01T00:00:00Z", "0001-01-01T00:00:00+23:00"]
)
def test_no_past_moment_is_now(at):
    view, mends = read(f"at={at.replace('+', '%2B')}", KNOWN)
    assert view.at is None
    assert [mend.part for mend in mends] == ["at"]


def test_a_plus_that_became_a_blank_is_understood():
    assert read("at=2026-07-21T16:00:00+08:00", KNOWN)[0].at == datetime(2026, 7, 21, 8, 0, tzinfo=UTC)


def test_an_eye_out_of_the_world_is_brought_back_and_said():
    view, mends = read("eye=99,101,40", KNOWN)
    assert view.eye == Eye(85.0, 101.0, 19.0)
    assert mends == (Mend("eye", "99,101,40", "85.00000,101.00000,19.00"),)


@pytest.mark.parametrize("eye", ["1,2", "a,b,c", "nan,1,2", "1,inf,2", "1,2,3,4"])
def test_no_eye_is_left_out(eye):
    view, mends = read(f"eye={eye}", KNOWN)
    assert view.eye is None
    assert [mend.part for mend in mends] == ["eye"]


def test_what_is_the_default_is_not_written():
    assert write(View("rain")) == "layer=rain&lang=zh-CN"


def test_the_scripts_are_told_the_same():
    view = View("rain", Place("district", "630102"), NOW, Eye(1, 2, 3))
    assert parts(view) == {
        "layer": "rain", "place": "630102", "at": "2026-07-21T08:42:08Z", "eye": [1, 2, 3], "lang": "zh-CN",
        "look": "dark",
    }  # fmt: skip


def test_milliseconds_are_kept_only_where_there_are_some():
    assert iso(NOW.replace(microsecond=250_000)) == "2026-07-21T08:42:08.250Z"


def test_a_name_may_have_a_colon():
    assert place_of("device:pump:7") == Place("device", "pump:7")
