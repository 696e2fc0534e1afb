"""A publisher of numbered messages in a process of its own: `python -m tests.contract.numbers FILE`, until stdin ends.

It goes on whoever is killed, and at the end writes to FILE how many messages of each kind it sent, and whose number was
never acknowledged.
"""

from __future__ import annotations

import json
import sys
import threading
import time
from collections import Counter
from pathlib import Path
from typing import Any

from config.settings import Settings, read_settings
from streams import kafka

RATE = 500.0  # messages a second
KINDS = ("readings",) * 7 + ("case_steps", "city_events", "rejects")
STREAM = {"readings": "iot", "case_steps": "cases", "city_events": "events", "rejects": "iot"}
DAY_MS = 86_400_000


def message(number: int, now: int) -> tuple[str, bytes]:
    """(kind, bytes) of the message with this number; readings fall into two months."""
    kind = KINDS[number % len(KINDS)]
    at = now - (number % 3) * 20 * DAY_MS
    said: dict[str, Any] = {
        "readings": {"device": f"d-{number % 50}", "metric": "number", "at": at, "value": number},
        "case_steps": {"case": f"c-{number}", "at": at, "stage": "reported", "title": "-"},
        "city_events": {
            "event": f"e-{number}", "at": at, "kind": "test", "title": "-", "status": "active", "source": "test",
        },
        "rejects": {"bad": number},
    }  # fmt: skip
    return kind, json.dumps(said[kind]).encode()


def run(settings: Settings, stop: threading.Event) -> tuple[Counter[str], list[int]]:
    """Publish until `stop`; how many of each kind, and the numbers that failed."""
    producer = kafka.producer(settings, delivery_timeout_ms=120_000)
    print("begun", flush=True)  # noqa: T201 - the test waits for it
    sent: list[Any] = []
    kinds: Counter[str] = Counter()
    began = time.monotonic()
    while not stop.is_set():
        kind, text = message(len(sent), round(time.time() * 1000))
        sent.append(producer.send(settings.topic(STREAM[kind]), text))
        kinds[kind] += 1
        time.sleep(max(0.0, len(sent) / RATE - (time.monotonic() - began)))
    producer.flush(timeout=120)
    failed = [number for number, one in enumerate(sent) if not one.is_done or one.failed()]
    producer.close(timeout=2)
    return kinds, failed


def main() -> None:
    stop = threading.Event()
    threading.Thread(target=lambda: (sys.stdin.read(), stop.set()), daemon=True).start()
    kinds, failed = run(read_settings(), stop)
    Path(sys.argv[1]).write_text(json.dumps({"sent": kinds, "failed": failed}), "utf-8")


if __name__ == "__main__":
    main()
