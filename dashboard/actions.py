"""Officers' actions: looks at the journal as it stands, appends what may be appended, and wakes every screen."""

from __future__ import annotations

import threading
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from alerts import journal, origins
from dashboard.conduct import Refusal, Wish, refusal

if TYPE_CHECKING:
    from alerts.alert import Action, Alert
    from dashboard.context import Context

_ONE_AT_A_TIME = threading.Lock()
"""Between looking and appending nobody else of this process may append: a double click is two requests at once."""


MOMENT = timedelta(milliseconds=1)
"""The least that two actions are apart."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a wish: the action appended, or why none was; `alert` as it stood then (None: cleared)."""

    action: Action | None
    refusal: Refusal | None
    alert: Alert | None


def act(context: Context, alert_id: str, wish: Wish, name: str = "") -> Outcome:
    """Append `wish` to the alert's journal if it may be; of the same under one `name` one counts.

    Its time is that of its turn, after all that was done before: who pressed first may have waited longer, and the
    journal's order says whose word stands.
    Raises DatabaseUnavailable (it may have been appended), QueryFailed (it was not).
    """
    wish = wish.tidy()
    with _ONE_AT_A_TIME:
        now = context.state.now()
        alert = find_open(journal.open_alerts(context.database, now), alert_id)
        actions = alert.actions if alert else journal.actions(context.database, alert_id)
        refused = refusal(alert, actions, wish, now) or _made_up(context, alert, wish)
        if refused is not None:
            return Outcome(None, refused, alert)
        at = max([now, *(action.at + MOMENT for action in actions)])
        try:
            action = journal.act(context.database, alert_id, wish.kind, wish.actor, wish.text, at, name)
        except journal.UnknownAlert:
            return Outcome(None, Refusal("unknown"), None)
    context.state.refresh()
    return Outcome(action, None, alert and replace(alert, actions=(*alert.actions, action)))


def _made_up(context: Context, alert: Alert | None, wish: Wish) -> Refusal | None:
    """What rests on made-up data is never for everybody: its CAP messages stay Test and Restricted (alerts/cap.py)."""
    if wish.kind != "release" or alert is None:
        return None
    found = origins.simulated(context.database, [origins.ground(alert)], context.rulebook)
    return Refusal("simulated") if found else None


def find_open(alerts: tuple[Alert, ...], alert_id: str) -> Alert | None:
    """The open alert of this id."""
    return next((alert for alert in alerts if alert.id == alert_id), None)
