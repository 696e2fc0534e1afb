"""The ground in two looks: everything on it can be told from what it lies on."""

from __future__ import annotations

import pytest

from layers import palettes
from layers.basemap import LOOKS, ROADS, Look, above, below, contrast, of_vector_tiles
from streams.map_forms import ROAD_CLASSES

BOTH = pytest.mark.parametrize("look", LOOKS.values(), ids=LOOKS)
ALL = dict.fromkeys(("districts", "water", "roads", "rivers", "borders"), "")


def test_contrast_is_that_of_wcag() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)  # WCAG's own example of just too little
    assert contrast("#123456", "#123456") == 1


@BOTH
def test_names_can_be_read_on_their_halo_on_land_and_on_water(look: Look) -> None:
    for kind, ink in look.labels.items():
        assert contrast(ink, look.halo) >= 7, kind
        for ground in (look.land, look.back, look.water):
            assert contrast(ink, ground) >= 4.5, (kind, ground)


@BOTH
def test_lines_are_seen_on_land(look: Look) -> None:
    """3 to 1 is what WCAG 1.4.11 asks of what must be seen; what is only for orientation may be quieter."""
    for colour in (look.river, look.outer, look.roads["motorway"]):
        assert contrast(colour, look.land) >= 3
        assert contrast(colour, look.back) >= 3
    assert contrast(look.shore, look.land) >= 2.5
    assert contrast(look.inner, look.land) >= 2.4
    assert contrast(look.water, look.land) >= 1.2
    assert contrast(look.land, look.back) >= 1.05


@BOTH
def test_greater_roads_stand_out_more(look: Look) -> None:
    seen = [contrast(look.roads[road], look.land) for road in ROADS]
    assert seen == sorted(seen)
    assert seen[0] >= 1.8


@pytest.mark.parametrize("name", LOOKS)
def test_lines_are_seen_on_every_colour_of_a_cell(name: str) -> None:
    """A line and its casing stand far apart, so that one of the two is seen on any colour of a scale."""
    look = LOOKS[name]
    ground: palettes.Ground = "dark" if name == "dark" else "light"
    cells = {colour for palette in ("data", "level") for colour in palettes.colours(palette, ground)}  # type: ignore[arg-type]
    for line in (look.river, look.outer, look.roads["motorway"]):
        for cell in cells:
            assert max(contrast(line, cell), contrast(look.back, cell)) >= 2, (line, cell)


@BOTH
def test_every_class_of_road_has_its_layers(look: Look) -> None:
    assert set(look.roads) == set(ROADS) == set(ROAD_CLASSES)
    made = {one["id"]: one for one in above(look, ALL)}
    assert len(made) == len(above(look, ALL))
    for road in ROAD_CLASSES:
        assert "line-dasharray" in made[f"ground-road-{road}-schematic"]["paint"]
        assert "line-dasharray" not in made[f"ground-road-{road}"]["paint"]


@BOTH
def test_only_what_is_there_is_drawn(look: Look) -> None:
    assert [one["type"] for one in below(look, {})] == ["background"]
    assert above(look, {}) == []
    assert [one["id"] for one in above(look, {"over": "", "rivers": ""})] == [
        "outside", "ground-river-casing", "ground-river",
    ]  # fmt: skip


@BOTH
def test_what_lies_over_cells_is_one_source_and_each_layer_draws_its_part(look: Look) -> None:
    made = above(look, {**ALL, "over": ""})
    assert {one["source"] for one in made} == {"over"}
    parts = {"outside": "outside", "ground-shore": "water", "ground-river": "rivers", "ground-border-outer": "borders"}
    told = {one["id"]: one["filter"][1] for one in made}
    assert {key: told[key] for key in parts} == {key: ["==", ["get", "part"], part] for key, part in parts.items()}
    assert all(told[key][2] == "roads" for key in told if key.startswith("ground-road"))


@BOTH
def test_of_vector_tiles_lines_and_areas_are_drawn_and_no_text(look: Look) -> None:
    found = of_vector_tiles(look, "tiles", ("water", "transportation", "place", "poi", "transportation_name"))
    assert [(one["source-layer"], one["type"]) for one in found] == [("water", "fill"), ("transportation", "line")]
    assert all("layout" not in one or "text-field" not in one["layout"] for one in found)
