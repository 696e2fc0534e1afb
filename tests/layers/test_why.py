"""Why a place has no colour, without a database: what the map leaves uncoloured names no cells that it came from."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import h3.api.basic_int as h3
import pytest

from layers import why
from layers.catalog import layer
from layers.colour import Source
from layers.scope import of_cell
from tests.dashboard.moments import NOW, city

CELL = int(h3.latlng_to_cell(36.62, 101.77, 7))
NEAR = (Source(int(h3.grid_ring(CELL, 2)[0]), 2, 32.9, 1.0),)


@pytest.mark.parametrize(("value", "sources"), [(None, ()), (32.9, NEAR)])
def test_a_cell_at_the_border_that_is_not_coloured_comes_from_nowhere(
    value: float | None, sources: tuple[Source, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    found = SimpleNamespace(ids=(CELL,), values=(value,), rest=None, devices=3, late=0, newest=NOW)
    monkeypatch.setattr(why, "cells", lambda *_: found)
    monkeypatch.setattr(why, "_measured", lambda *_: (False, NEAR))
    told = why.why(cast(Any, None), city(), layer("rain"), of_cell(CELL, 9), NOW)
    assert (told.value, told.sources) == (value, sources)
