"""How long after it was published a reading can be seen by a query.

    python -m tests.bench.ingest_latency [--seconds 30] [--rates 1000,10000]

Publishes single readings at an even rate, each with the time at which it was handed to the producer as its value (so
the producer's own linger counts), while `yiping ingest` runs as a process; looks every few milliseconds which of them
are there. A reading is visible at the first look that finds it, so the figures are too high by half a look.
"""

from __future__ import annotations

import argparse
import json
import threading
import time

from config.settings import Settings
from streams import kafka
from streams.clickhouse import Database, Question
from tests.bench.stage import Stage, epoch_of, fill, ingest, percentiles, reading, say, singles, stage, stored

LOOK_S = 0.005
WARM_S = 5.0  # the first parts, and whatever is done once
TICK_S = 0.01
NEWS = Question(
    "news",
    "SELECT value, offset FROM readings WHERE epoch = {epoch:String} AND offset >= {first:UInt64} ORDER BY offset",
)


class Publisher(threading.Thread):
    """So many readings a second, evenly; values are seconds since `began`."""

    def __init__(self, settings: Settings, rate: int, seconds: float) -> None:
        super().__init__()
        self.settings, self.rate, self.seconds = settings, rate, seconds
        self.began = time.monotonic()
        self.sent = 0

    def run(self) -> None:
        producer = kafka.producer(self.settings)
        topic = self.settings.topic("iot")
        base = [reading(number, time.time()) | {"metric": "latency"} for number in range(2_000)]
        first = time.monotonic()
        while (elapsed := time.monotonic() - first) < self.seconds:
            for number in range(self.sent, int(elapsed * self.rate)):
                said = base[number % len(base)] | {"value": time.monotonic() - self.began}
                producer.send(topic, json.dumps(said).encode())
                self.sent = number + 1
            time.sleep(TICK_S)
        producer.flush(timeout=30)
        producer.close(timeout=5)


def measure(servers: Stage, rate: int, seconds: float) -> dict[str, object]:
    """Percentiles of seconds from published to seen, of what was published after the warm-up."""
    settings, database = servers.settings(), servers.database
    epoch = epoch_of(settings)
    fill(settings, singles(1))
    with ingest(settings):
        while not stored(database, epoch):  # it starts, and joins the group
            time.sleep(0.1)
        publisher = Publisher(settings, rate, seconds + WARM_S)
        publisher.start()
        found = watched(database, epoch, publisher)
    database.close()
    return {"rate": rate, "achieved": round(publisher.sent / (seconds + WARM_S)), "readings": len(found)} | percentiles(
        found
    )


def watched(database: Database, epoch: str, publisher: Publisher) -> list[float]:
    """Seconds that each reading took, once all are there."""
    latencies: list[float] = []
    first = 1  # 0 is the one that was waited for
    while publisher.is_alive() or first <= publisher.sent:
        answer = database.ask(NEWS, epoch=epoch, first=first)
        now = time.monotonic() - publisher.began
        if len(answer):
            latencies += [now - value for value in answer.column("value") if value > WARM_S]
            first = max(answer.column("offset")) + 1
        time.sleep(LOOK_S)
    return latencies


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=30.0)
    parser.add_argument("--rates", default="1000,10000")
    given = parser.parse_args()
    with stage() as servers:
        for rate in map(int, given.rates.split(",")):
            say(case="published to visible, s", **measure(servers, rate, given.seconds))


if __name__ == "__main__":
    main()
