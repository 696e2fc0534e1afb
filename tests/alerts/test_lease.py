"""Who leads."""

from __future__ import annotations

from alerts.lease import ALIVE_MS, Watcher, leader


def test_the_first_that_is_alive_leads() -> None:
    watchers = [Watcher(200, "b:1", 10_000), Watcher(100, "a:1", 10_000)]
    assert leader(watchers, 10_000 + ALIVE_MS) == "a:1"


def test_one_that_beats_no_more_leads_no_more() -> None:
    watchers = [Watcher(200, "b:1", 10_000), Watcher(100, "a:1", 9_999)]
    assert leader(watchers, 10_000 + ALIVE_MS) == "b:1"


def test_started_at_once_everybody_sees_the_same_leader() -> None:
    watchers = [Watcher(100, "b:1", 1), Watcher(100, "a:1", 1)]
    assert leader(watchers, 1) == leader(reversed(watchers), 1) == "a:1"


def test_nobody() -> None:
    assert leader([], 0) == ""
