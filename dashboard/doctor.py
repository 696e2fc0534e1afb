"""`yiping doctor`: looks at every part from outside, as a user of it would, and says what to do about what is wrong."""

from __future__ import annotations

import shutil
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from config.read import read_city, read_words
from config.settings import CITIES, SCHEMA, Settings, strangers
from dashboard.migrating import short_histories
from dashboard.preflight import DISK_WANTED
from dashboard.probes import answers
from streams.clickhouse import Database, DatabaseUnavailable, QueryFailed
from streams.device_file import WrongDevices, read_devices
from streams.kafka import BrokerUnavailable, Topics
from streams.migrations import pending
from streams.registrar import FILE, brief


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at: whether it is well, and a sentence."""

    well: bool
    text: str


PATIENCE_S = 3
"""For an answer of the database; it is asked twice."""


def examine(settings: Settings) -> Iterator[Finding]:
    """Findings about configuration, disk, broker, database and web, in the order in which to mend them: each as soon
    as it is known, because a part that hangs is waited for."""
    yield from _configuration(settings)
    yield from _disk(settings)
    yield from _broker(settings)
    yield from _database(settings)
    yield from _web(settings)


def _configuration(settings: Settings) -> Iterator[Finding]:
    profile = read_city(settings.city)
    yield Finding(True, f"city {profile.id}: {len(profile.stations)} stations")
    for text in strangers():
        yield Finding(False, text)
    for text in short_histories(settings, read_words("en")):
        yield Finding(True, text)
    yield from _devices(CITIES / settings.city / FILE)


def _devices(file: Path) -> Iterator[Finding]:
    """Nothing about a file that is not there: devices may come by message."""
    if not file.exists():
        return
    try:
        found = read_devices(file.read_bytes(), str(file), round(time.time() * 1000))
    except (WrongDevices, OSError) as error:
        yield Finding(False, f"{FILE} is not used until it is mended:\n{brief(error)}")
    else:
        yield Finding(True, f"{FILE}: {len(found)} devices")


def _disk(settings: Settings) -> Iterator[Finding]:
    if not settings.data.exists():
        yield Finding(False, f"{settings.data} does not exist yet: `yiping up` makes it")
        return
    free = shutil.disk_usage(settings.data).free
    text = f"{settings.data}: {free / 1e9:.1f} GB free"
    yield Finding(free > DISK_WANTED, text if free > DISK_WANTED else f"{text}; free some, or move it with --data")


def _broker(settings: Settings) -> Iterator[Finding]:
    address = ", ".join(settings.brokers)
    try:
        topics = _topics(settings)
    except BrokerUnavailable as error:
        yield Finding(False, f"broker {address}: {error}; start it with `yiping up`, or name yours in KAFKA_BROKERS")
        return
    yield Finding(True, f"broker {address}: {', '.join(sorted(topics)) or 'no topics yet'}")


def _topics(settings: Settings) -> list[str]:
    topics = Topics(settings)
    try:
        return list(topics.epochs())
    finally:
        topics.close()


def _database(settings: Settings) -> Iterator[Finding]:
    database = Database(settings.database_url, patience=PATIENCE_S)
    try:
        waiting = pending(database, SCHEMA)
    except (DatabaseUnavailable, QueryFailed) as error:
        yield Finding(False, f"database: {error}; start it with `yiping up`, or name yours in CLICKHOUSE_URL")
        return
    finally:
        database.close()
    if waiting:
        yield Finding(False, f"database: {', '.join(waiting)} not applied; run `yiping migrate`")
    else:
        yield Finding(True, "database: every table is up to date")


def _web(settings: Settings) -> Iterator[Finding]:
    url = f"http://127.0.0.1:{settings.web_port}"
    if not answers(f"{url}/healthz"):
        yield Finding(False, f"{url} does not answer; start it with `yiping up` or `yiping web`")
        return
    reasons = _not_ready(f"{url}/readyz")
    yield Finding(not reasons, f"{url} {reasons or 'is ready'}")


def _not_ready(url: str) -> str:
    """What /readyz complains of; empty when it is content."""
    try:
        with urllib.request.urlopen(url, timeout=3):  # noqa: S310 - our own loopback address
            return ""
    except urllib.error.HTTPError as error:
        return error.read().decode("utf-8", "replace")
    except OSError as error:
        return str(error)
