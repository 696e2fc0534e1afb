"""The simulator tells a real broker, marks every message, and stops when asked."""

from __future__ import annotations

import json
import threading
import time
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from config.read import read_city
from config.settings import Settings
from streams import kafka, simulate


@pytest.mark.contract
def test_it_tells_a_real_broker_and_stops(kafka_settings: Settings, tmp_path: Path) -> None:
    settings = Settings(**{**_fields(kafka_settings), "data": tmp_path})
    stop = threading.Event()
    thread = threading.Thread(
        target=simulate.run, args=(settings, read_city("xining"), stop), kwargs={"backfill_hours": 1}
    )
    thread.start()
    state = tmp_path / "simulate.json"
    until = time.monotonic() + 60
    while time.monotonic() < until and not (state.exists() and json.loads(state.read_text())["filling"] is None):
        time.sleep(0.1)
    stop.set()
    thread.join(10)
    assert not thread.is_alive(), "it ends within a second, on a quiet machine"
    told = _topic(settings)
    assert told["yiping-source", b"simulator"] == told["messages"] > 10_000


def _fields(settings: Settings) -> dict[str, Any]:
    return {name: getattr(settings, name) for name in settings.__dataclass_fields__}


def _topic(settings: Settings) -> Counter[Any]:
    counts: Counter[Any] = Counter()
    consumer = kafka.consumer(settings, None)
    partitions = [
        kafka.TopicPartition(settings.topic(stream), number)
        for stream in kafka.STREAMS
        for number in consumer.partitions_for_topic(settings.topic(stream)) or ()
    ]
    consumer.assign(partitions)
    consumer.seek_to_beginning(*partitions)
    while found := consumer.poll(1_500):
        for record in (one for some in found.values() for one in some):
            counts.update(["messages", *record.headers])
    consumer.close()
    return counts
