"""The journal of notices: appended before and after each attempt, never overwritten."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from alerts.alert import instant, milliseconds
from alerts.delivery import Named, Post
from alerts.notify import Group, Said
from streams.clickhouse import Database, Question
from streams.fences import Inserting

SQL = Path(__file__).parent / "sql"
SAID = Question.load(SQL, "notices_said")
TOLD = Question.load(SQL, "notices_told")

REMEMBERED = timedelta(days=30)
"""How long what was said last is known: longer than an alert is open without a repeat."""


@dataclass(frozen=True, slots=True)
class Told:
    """A notice and what became of it; `decided` is when it was."""

    post: Post
    decided: datetime


def append(pen: Inserting, posts: Sequence[Post]) -> None:
    """Journal rows, all in one insert. Raises as the pen; after DatabaseUnavailable they may be stored."""
    rows = [_row(post) for post in posts]
    if rows:
        pen.insert("notices", {name: [row[name] for row in rows] for name in rows[0]})


def _row(post: Post) -> dict[str, Any]:
    first = post.state == "intended"
    return {
        "at": milliseconds(post.at),
        "notice": post.id,
        **post.group._asdict(),
        "kind": post.kind,
        "reason": post.reason,
        "previous": post.previous,
        "alerts": _json(post.alerts) if first else "",
        "body": _json(post.body) if first else "",
        "state": post.state,
        "attempt": post.attempt,
        "error": post.error[:500],
    }


def _json(content: object) -> str:
    return json.dumps(content, ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def said(database: Database, now: datetime) -> tuple[dict[Group, Said], dict[str, Named]]:
    """What each group was told last, and the alerts in it as they were. Raises DatabaseUnavailable, QueryFailed."""
    database.catch_up("notices")
    rows = database.ask_settled(SAID, since_ms=milliseconds(now - REMEMBERED)).rows()
    known = [(row, json.loads(row["known"])) for row in rows]
    told_of = {name: one for _, alerts in known for name, one in alerts.items()}
    return {_group(row, "step"): _said(row, alerts) for row, alerts in known}, told_of


def _group(row: Mapping[str, Any], step: str) -> Group:
    return Group(row["its_receiver"], row[step], row["its_district"], row["its_scenario"])


def _said(row: Mapping[str, Any], alerts: Mapping[str, Named]) -> Said:
    return Said(row["last"], instant(row["at_ms"]), {name: one["level"] for name, one in alerts.items()})


def unfinished(database: Database, now: datetime) -> list[Post]:
    """Notices that were begun and are not done, the oldest first. Raises DatabaseUnavailable, QueryFailed."""
    database.catch_up("notices")
    rows = database.ask_settled(TOLD, since_ms=milliseconds(now - REMEMBERED), all=0).rows()
    return [_post(row) for row in reversed(rows)]


def told(database: Database, since: datetime) -> tuple[Told, ...]:
    """Notices decided after `since` and what became of them, the newest first. Raises as `unfinished`."""
    rows = database.ask(TOLD, since_ms=milliseconds(since), all=1).rows()
    return tuple(Told(_post(row), instant(row["decided_ms"])) for row in rows)


def _post(row: Mapping[str, Any]) -> Post:
    return Post(
        id=row["notice"],
        group=_group(row, "its_step"),
        at=instant(row["at_ms"]),
        kind=row["its_kind"],
        reason=row["its_reason"],
        previous=row["its_previous"],
        alerts=json.loads(row["its_alerts"]),
        body=json.loads(row["its_body"]),
        state=row["its_state"],
        attempt=row["attempts"],
        error=row["last_error"],
    )
