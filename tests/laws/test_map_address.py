"""A view survives its address, and no address at all is too wrong for the map."""

from datetime import UTC, datetime, timedelta

import h3.api.basic_int as h3
from hypothesis import given
from hypothesis import strategies as st

from config.words import LANGUAGES
from dashboard.atlas.view import KINDS, LOOKS, Eye, Known, Place, View, read, write

NOW = datetime(2026, 7, 21, 8, 42, 8, tzinfo=UTC)
KNOWN = Known(("rain", "water", "cases"), ("630102", "630103"), NOW)

lats, lons = st.floats(-84.9, 84.9), st.floats(-179.9, 179.9)
eyes = st.builds(lambda lat, lon, zoom: Eye(round(lat, 5), round(lon, 5), round(zoom, 2)), lats, lons, st.floats(3, 19))
cells = st.builds(lambda lat, lon, fine: f"{h3.latlng_to_cell(lat, lon, fine):x}", lats, lons, st.integers(4, 12))
names = st.text(min_size=1, max_size=40).filter(lambda text: text.isprintable() and text.strip() == text)
places = st.one_of(
    st.just(Place()),
    st.sampled_from(KNOWN.districts).map(lambda adcode: Place("district", adcode)),
    cells.map(lambda cell: Place("cell", cell)),
    st.builds(Place, st.sampled_from([kind for kind in KINDS if kind not in ("district", "cell")]), names),
)
moments = st.one_of(st.none(), st.integers(1, 10**10).map(lambda ms: NOW - timedelta(milliseconds=ms)))
views = st.builds(
    View, st.sampled_from(KNOWN.layers), places, moments, st.one_of(st.none(), eyes), st.sampled_from(LANGUAGES),
    st.sampled_from(LOOKS),
)  # fmt: skip


@given(views)
def test_a_view_is_read_from_its_address_as_it_was_written(view):
    assert read(write(view), KNOWN) == (view, ())


@given(st.text(max_size=300))
def test_any_text_is_an_address_of_some_view(text):
    view, _ = read(text, KNOWN)
    assert read(write(view), KNOWN) == (view, ())


@given(st.dictionaries(st.sampled_from(("layer", "place", "at", "eye", "lang", "look")), st.text(max_size=60)))
def test_wrong_parts_are_mended_and_each_is_said_once(parts):
    view, mends = read("&".join(f"{key}={value}" for key, value in parts.items()), KNOWN)
    assert len({mend.part for mend in mends}) == len(mends)
    assert read(write(view), KNOWN) == (view, ())
