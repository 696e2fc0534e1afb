"""The stages of a case, of GB/T 30428. Pure."""

from __future__ import annotations

# The main way, then the side paths.
STAGES = (
    "reported",
    "filed",
    "dispatched",
    "processing",
    "feedback",
    "closed",
    "evaluated",
    "voided",
    "returned",
    "reworked",
    "extended",
    "suspended",
    "supervised",
)
