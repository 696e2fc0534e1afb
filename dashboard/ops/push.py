"""What the server pushes to the operations screen: that it is time to look again. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dashboard.header import data_age
from dashboard.ops import ids

if TYPE_CHECKING:
    from dashboard.frames import Frame
    from dashboard.state import Moment

EVERY = 5
"""Seconds between two looks: operations is no race, and each look asks the database some questions."""


def frame(moment: Moment, language: str, scene: str = "") -> Frame:  # noqa: ARG001 - the push asks every screen alike
    """The pulse rises every few seconds."""
    return {ids.PULSE: {"children": str(int(moment.at.timestamp()) // EVERY)}, **data_age("ops", moment)}
