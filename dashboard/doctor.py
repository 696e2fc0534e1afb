"""`yiping doctor`: looks at every part from outside, as a user of it would, and says what to do about what is wrong."""

from __future__ import annotations

import json
import shutil
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from config.read import read_city, read_words
from config.settings import CITIES, SCHEMA, Settings, strangers
from config.words import Words
from dashboard.device_lists import adrift
from dashboard.migrating import short_histories
from dashboard.preflight import DISK_WANTED
from dashboard.probes import answers
from layers import registered
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
    words = read_words(settings.language)
    yield from _configuration(settings, words)
    yield from _disk(settings.data, words)
    yield from _broker(settings, words)
    yield from _database(settings, words)
    yield from _web(settings.web_url, words)


def _configuration(settings: Settings, words: Words) -> Iterator[Finding]:
    profile = read_city(settings.city)
    yield Finding(True, words("doctor.city", city=profile.id, stations=len(profile.stations)))
    for text in strangers():
        yield Finding(False, text)
    for text in short_histories(settings, words):
        yield Finding(True, text)
    yield from _devices(CITIES / settings.city / FILE, words)


def _devices(file: Path, words: Words) -> Iterator[Finding]:
    """Nothing about a file that is not there: devices may come by message."""
    if not file.exists():
        return
    try:
        found = read_devices(file.read_bytes(), str(file), round(time.time() * 1000))
    except (WrongDevices, OSError) as error:
        yield Finding(False, f"{words('doctor.wrong_file', file=FILE)}\n{brief(error)}")
    else:
        yield Finding(True, words("doctor.devices", file=FILE, n=len(found)))


def _disk(folder: Path, words: Words) -> Iterator[Finding]:
    if not folder.exists():
        yield Finding(False, words("doctor.no_folder", folder=folder))
        return
    free = shutil.disk_usage(folder).free
    well = free > DISK_WANTED
    yield Finding(well, words("doctor.free" if well else "doctor.full", folder=folder, free=f"{free / 1e9:.1f} GB"))


def _broker(settings: Settings, words: Words) -> Iterator[Finding]:
    address = ", ".join(settings.brokers)
    try:
        topics = ", ".join(sorted(_topics(settings))) or words("doctor.no_topics")
    except BrokerUnavailable as error:
        yield Finding(False, words("doctor.no_broker", address=address, error=error))
        return
    yield Finding(True, words("doctor.broker", address=address, topics=topics))


def _topics(settings: Settings) -> list[str]:
    topics = Topics(settings)
    try:
        return list(topics.epochs())
    finally:
        topics.close()


def _database(settings: Settings, words: Words) -> Iterator[Finding]:
    database = Database(settings.database_url, patience=PATIENCE_S)
    try:
        waiting = pending(database, SCHEMA)
        lost = () if waiting else registered.nowhere(database, datetime.now(UTC))
    except (DatabaseUnavailable, QueryFailed) as error:
        yield Finding(False, words("doctor.no_database", error=error))
        return
    finally:
        database.close()
    if waiting:
        yield Finding(False, words("doctor.old_tables", names=", ".join(waiting)))
    else:
        yield Finding(True, words("doctor.tables"))
    yield from (Finding(False, text) for text in adrift(lost, words))


def _web(url: str, words: Words) -> Iterator[Finding]:
    if not answers(f"{url}/healthz"):
        yield Finding(False, words("doctor.no_web", url=url))
        return
    reasons = _not_ready(f"{url}/readyz")
    yield Finding(not reasons, words("doctor.not_ready" if reasons else "doctor.web", url=url, reasons=reasons))


def _not_ready(url: str) -> str:
    """What /readyz complains of; empty when it is content."""
    try:
        with urllib.request.urlopen(url, timeout=3):  # noqa: S310 - our own loopback address
            return ""
    except urllib.error.HTTPError as error:
        return _reasons(error.read())
    except OSError as error:
        return str(error)


def _reasons(answer: bytes) -> str:
    """What an answer of /readyz complains of; one of another server as it is."""
    try:
        return "; ".join(json.loads(answer)["reasons"])
    except (ValueError, TypeError, LookupError):
        return answer.decode("utf-8", "replace")
