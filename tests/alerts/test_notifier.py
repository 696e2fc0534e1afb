"""Telling people goes on, whatever goes wrong once."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from threading import Event

import pytest

from alerts import notifier, review
from config.read import read_city
from config.settings import Settings


@dataclass
class Falls:
    """A worker that fails in a way that nobody thought of, then works; the third turn is the end."""

    stop: Event
    turns: list[object] = field(default_factory=list)
    pen: object = None
    faults: dict[str, str] = field(default_factory=dict)

    def turn(self, now: datetime | int) -> None:
        self.turns.append(now)
        if len(self.turns) == 3:
            self.stop.set()
        if len(self.turns) == 1:
            raise KeyError("no word for it")


def test_a_fault_that_nobody_thought_of_does_not_end_the_telling(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(notifier, "BEAT_S", 0.01)
    worker = Falls(Event())
    notifier.run(worker, lambda: worker, worker.stop)  # type: ignore[arg-type]
    assert len(worker.turns) == 3
    assert worker.faults == {"": "KeyError('no word for it')"}


def test_a_fault_that_nobody_thought_of_does_not_end_the_looks_at_late_data(monkeypatch: pytest.MonkeyPatch) -> None:
    worker = Falls(Event())
    monkeypatch.setattr(review, "BEAT_S", 0.01)
    monkeypatch.setattr(review, "Review", lambda *_: worker)
    review.run(Settings(), read_city("xining"), (), lambda: True, worker.stop)
    assert len(worker.turns) == 3
