"""Borders of official warnings: the level of each, the worst last, in the order of coordinates that maps have."""

from __future__ import annotations

from dashboard.atlas.outlines import outlines, rings
from streams.parse_area import outline

SQUARE = "36.5,101.8 36.6,101.8 36.6,101.9 36.5,101.8"


def row(event: str, grade: str = "", title: str = "") -> dict[str, object]:
    return {"its_event": event, "said": (grade, title), "rings": SQUARE}


def test_the_worst_is_drawn_last_and_what_is_no_warning_is_not_drawn() -> None:
    told = [row("a", "Extreme"), row("b", "", "大风蓝色预警信号"), row("c", "II", "桥梁事故"), row("d", "Severe")]
    assert [(one["event"], one["level"]) for one in outlines(told)] == [("b", "blue"), ("d", "orange"), ("a", "red")]


def test_rings_are_longitude_first() -> None:
    assert rings(SQUARE) == [[[101.8, 36.5], [101.8, 36.6], [101.9, 36.6], [101.8, 36.5]]]
    assert len(rings(outline([SQUARE], ["36.7,101.7 5"]))) == 2
