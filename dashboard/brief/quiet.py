"""Which alerts were hidden at the time of a brief: silenced, or part of another. Asks the journal."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from alerts.journal import open_alerts
from alerts.quiet import Flapping
from alerts.silences import judged

if TYPE_CHECKING:
    from alerts.rules import RuleBook
    from streams.clickhouse import Database


def hidden(database: Database, book: RuleBook, until: datetime) -> frozenset[str]:
    """Ids of alerts that were open then and on no screen, as the live screens judge it. Raises QueryFailed."""
    alerts = open_alerts(database, until)
    verdicts, _ = judged(database, alerts, book, Flapping(), until)
    return frozenset(alert for alert, verdict in verdicts.items() if not verdict.shown)
