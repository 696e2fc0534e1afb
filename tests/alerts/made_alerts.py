"""Open alerts and silences, made short."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from alerts.alert import Alert
from alerts.quiet import Quiet
from alerts.rules import RuleBook
from tests.alerts.made import rule

NOW = datetime(2026, 7, 21, 8, 42, tzinfo=UTC)
BOOK = RuleBook(
    rules=(
        rule(key="storm", inhibits=["hour"]),
        rule(key="hour", inhibits=["minute"]),
        rule(key="minute"),
        rule(key="other", scenario="urban"),
    )
)


def alert(name: str = "storm", level: str = "yellow", **given: Any) -> Alert:
    """An open alert of rule `name`, open for ten minutes, in district 630102; its id is rule and place."""
    place = given.pop("place", "a")
    since = given.pop("since", NOW - timedelta(minutes=10))
    content: dict[str, Any] = {
        "id": f"{name}-{place}", "rule": name, "version": "1", "place": place, "state": level, "level": level,
        "since": since, "changed": since, "value": 25.0, "threshold": 20.0, "reason": "crossed", "detail": {},
        "latest": 25.0, "peak": 25.0, "observed": NOW, "lat": 36.6, "lon": 101.7, "cell": 0, "district": "630102",
    }  # fmt: skip
    return Alert(**{**content, **given})


def quiet(**given: Any) -> Quiet:
    """A silence of rule storm that began an hour ago and lasts another hour."""
    hour = timedelta(hours=1)
    content: dict[str, Any] = {
        "id": "s1", "kind": "silence", "owner": "李", "reason": "检修", "starts": NOW - hour, "ends": NOW + hour,
        "rule": "storm",
    }  # fmt: skip
    return Quiet(**{**content, **given})
