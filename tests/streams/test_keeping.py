"""Which rows end when: what the settings want against what the server says."""

from __future__ import annotations

from dataclasses import replace

import pytest

from config.keep import Keep
from config.settings import SCHEMA
from streams.keeping import KEPT, changes, told, wanted
from streams.migrations import migrations
from streams.parse_fields import DAY, OLDEST

SAYS = "MergeTree ORDER BY at TTL toDateTime(at) + toIntervalDay(90) SETTINGS index_granularity = 8192"


@pytest.mark.parametrize(
    ("engine", "days"),
    [
        (SAYS, ("at", 90)),
        ("MergeTree\nORDER BY x\nTTL toDateTime(received) + INTERVAL 7 DAY", ("received", 7)),
        ("MergeTree ORDER BY ttl_like SETTINGS a = 1", ("", 0)),
        ("MergeTree ORDER BY at TTL at + toIntervalMonth(1)", None),
    ],
)
def test_what_a_definition_says(engine: str, days: tuple[str, int] | None) -> None:
    assert told(engine) == days


def test_only_what_differs_is_changed() -> None:
    there = {"rejects": SAYS.replace("(at)", "(received)"), "readings": "MergeTree ORDER BY at", "case_steps": SAYS}
    assert changes(Keep(), there) == {"readings": ("at", 800), "case_steps": ("at", 0)}
    assert changes(replace(Keep(), readings=0, cases=90), there) == {}


def test_readings_are_kept_longer_than_messages_may_be_old() -> None:
    kinds = {kept.kind: days for kept in KEPT for _, days in [wanted(Keep())[kept.table]]}
    assert all(
        days == 0 or days > OLDEST // DAY for kind, days in kinds.items() if kind in ("readings", "cases", "events")
    )


def test_every_table_that_ends_is_one_of_the_schema_with_that_column() -> None:
    texts = [statement for migration in migrations(SCHEMA) for statement in migration.statements]
    for kept in KEPT:
        made = next(text for text in texts if f"IF NOT EXISTS {kept.table}\n" in text)
        assert f"\n    {kept.column} " in made
