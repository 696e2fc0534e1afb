"""What `yiping migrate` prints, without a database."""

from __future__ import annotations

import pytest

from config.keep import Keep
from config.read import read_words
from config.settings import Settings
from dashboard.migrating import short_histories, table
from streams.migrations import State

FOUND = [
    State(1, "0001_streams", "a" * 64, "applied", 1_795_300_000_000),
    State(2, "0002_alerts", "b" * 64, "changed", 1_795_300_000_000),
    State(3, "0003_devices", "c" * 64, "pending", None),
    State(4, "0004_gone", "d" * 64, "unknown", 1_795_300_000_000),
]


def test_a_line_a_migration() -> None:
    heads, *lines = table(FOUND, read_words("en"))
    assert heads.split() == ["no.", "name", "checksum", "state"]
    assert lines[0] == "0001  streams  aaaaaaaaaaaa  applied 2026-11-21 22:26:40Z"
    assert "CHANGED after" in lines[1]
    assert lines[2].endswith("  pending")
    assert "another version" in lines[3]
    starts = {
        line.index(state) for line, state in zip(lines, ("applied", "CHANGED", "pending", "applied"), strict=True)
    }
    assert len(starts) == 1, "the states stand below each other"


def test_chinese_has_the_same_lines() -> None:
    assert len(table(FOUND, read_words("zh-CN"))) == len(FOUND) + 1


@pytest.mark.parametrize(("keep", "said"), [(Keep(), 0), (Keep(readings=30, events=399, cases=400, rejects=2), 2)])
def test_less_than_what_messages_may_be_old_is_said(keep: Keep, said: int) -> None:
    lines = short_histories(Settings(keep=keep), read_words("en"))
    assert len(lines) == said
    assert all("older_than_kept" in line for line in lines)
