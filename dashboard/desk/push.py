"""What the server pushes to a desk: that something changed. What a desk then shows depends on its own choices. Pure."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from dashboard.behind import cause
from dashboard.desk import ids
from dashboard.header import data_age
from dashboard.trust import frozen, stopped

if TYPE_CHECKING:
    from alerts.alert import Alert
    from alerts.quiet import Verdict
    from dashboard.frames import Frame
    from dashboard.state import Moment

CHART_EVERY = 15
"""Seconds after which a desk draws its curve anew although nothing happened to the alert."""


def frame(moment: Moment, language: str, scene: str = "") -> Frame:  # noqa: ARG001 - the push asks every screen alike
    """The pulse: another text whenever the list would look different."""
    beat = int(moment.at.timestamp()) // CHART_EVERY
    return {ids.PULSE: {"children": f"{signature(moment)} {beat}"}, **data_age("desk", moment)}


def signature(moment: Moment) -> str:
    """Stands for everything a desk draws of the alerts: the same text means that nothing needs to be drawn again."""
    known = moment.snapshot is None, moment.error is None, stopped(moment), frozen(moment) is None, cause(moment)
    parts = [str(known), *(_alert(alert, moment.verdict(alert)) for alert in moment.alerts)]
    parts += [f"{quiet.id} {quiet.ends} {quiet.runs(moment.at)}" for quiet in moment.silences]
    return hashlib.sha256("|".join(parts).encode()).hexdigest()[:16]


def _alert(alert: Alert, verdict: Verdict) -> str:
    hidden = f"{verdict.why} {verdict.by} {verdict.opened}"
    witness = alert.witness.word if alert.witness else ""
    return f"{alert.id} {alert.state} {alert.latest} {alert.threshold} {len(alert.actions)} {hidden} {witness}"
