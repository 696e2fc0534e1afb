"""Which open alerts are hidden, for a picture of any moment."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import structlog

from alerts import silences
from alerts.quiet import Flapping
from streams.clickhouse import Database, QueryFailed

if TYPE_CHECKING:
    from alerts.alert import Alert
    from alerts.rules import RuleBook
    from dashboard.state import Judged

log = structlog.get_logger(__name__)


def judged(database: Database, book: RuleBook, flapping: Flapping, alerts: tuple[Alert, ...], now: datetime) -> Judged:
    """Which alerts are hidden. When that cannot be said every alert is told. Raises DatabaseUnavailable."""
    try:
        return silences.judged(database, alerts, book, flapping, now)
    except QueryFailed as error:
        log.warning("silences cannot be read; nothing is hidden", error=str(error))
        return {}, ()
