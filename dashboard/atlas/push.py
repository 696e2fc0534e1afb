"""What the server pushes to a map: how old the city's picture is. The layer that is looked at is asked for. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dashboard.header import data_age

if TYPE_CHECKING:
    from dashboard.frames import Frame
    from dashboard.state import Moment


def frame(moment: Moment, language: str, scene: str = "") -> Frame:  # noqa: ARG001 - the push asks every screen alike
    """Age of the data and whether it is made up."""
    return dict(data_age("atlas", moment))
