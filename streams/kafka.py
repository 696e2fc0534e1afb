"""The one way to Kafka: producers, consumers, topics. Everything waits for seconds at most, then says who is not there.

Settings of the client that are not the library's, and why (measured with kafka-python 3.0.12 and the embedded broker):
session 6 s, since the embedded broker lets a new member wait for half of it; linger 50 ms, since its fetches cost more
with every batch; no pause between reconnects longer than a second, since a duty room waits.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import Any

from kafka import KafkaAdminClient, KafkaConsumer, KafkaProducer, TopicPartition
from kafka.admin import ConfigResource, ConfigResourceType, NewTopic
from kafka.errors import KafkaConnectionError, KafkaError, KafkaTimeoutError, TopicAlreadyExistsError
from kafka.net.compat import KafkaNetClient

from config.faults import Fault
from config.settings import Settings
from streams.knock import heard, knock, security, told
from streams.records import STREAMS

__all__ = [
    "EPOCH",
    "PARTITIONS",
    "STREAMS",
    "BrokerUnavailable",
    "KafkaError",
    "TopicPartition",
    "Topics",
    "admin",
    "broker_errors",
    "consumer",
    "ensure_topics",
    "group",
    "producer",
]

PARTITIONS = 4  # of a topic that we create on a real cluster: so many ingests can share the work
BOOTSTRAP_MS = 3_000
REQUEST_MS = 5_000
SESSION_MS = 6_000
FETCH_BYTES = 4 << 20  # of one partition at once: the bound of what ingest holds in memory
LINGER_MS = 50
EPOCH = "yiping.epoch"
"""Entry of a topic's configuration: its identity, where the topic id cannot be it: the embedded broker's topics come
back after a kill with all they held, under a new topic id."""


class BrokerUnavailable(Fault, ConnectionError):
    """No broker answers, or it answers nonsense; the text names it."""


@contextmanager
def broker_errors(settings: Settings) -> Any:
    """Every error of the client as BrokerUnavailable."""
    try:
        yield
    except (KafkaError, OSError) as error:
        where = ", ".join(settings.brokers)
        raise BrokerUnavailable(f"Kafka at {where} does not answer: {type(error).__name__}: {_short(error)}") from error


def _short(error: BaseException) -> str:
    return str(error).splitlines()[0][:200] if str(error) else ""


def group(settings: Settings) -> str:
    """The consumer group of ingest; its committed offsets say what is stored."""
    return f"{settings.topic_prefix}.ingest"


@contextmanager
def _made(settings: Settings) -> Iterator[dict[str, Any]]:
    """Options for a client that is made in the block; when that fails, what it opened is closed and the cause is told.

    The library leaves its sockets open then, and says only that nobody answered when a password was refused.
    """
    made: list[KafkaNetClient] = []

    def client(**options: Any) -> KafkaNetClient:
        made.append(_client(**options))
        return made[-1]

    with broker_errors(settings):
        common = _common(settings) | {"kafka_client": client}
        heard.said = ""
        try:
            yield common
        except KafkaError as error:
            for one in made:
                with suppress(KafkaError, OSError, RuntimeError):
                    one.close()
            raise KafkaConnectionError(told(heard.said or str(error), settings.kafka_access)) from None


def _common(settings: Settings) -> dict[str, Any]:
    knock(settings.brokers, settings.kafka_access)
    return {
        "bootstrap_servers": list(settings.brokers),
        "client_id": "yiping",
        "bootstrap_timeout_ms": BOOTSTRAP_MS,
        "request_timeout_ms": REQUEST_MS,
        "reconnect_backoff_max_ms": 1_000,
        **security(settings.kafka_access),
    }


def _client(**options: Any) -> KafkaNetClient:
    """The library's own, which asks for topics without creating them.

    kafka-python 3.0.12 loses `allow_auto_create_topics` on the way to where it counts, so that a topic which somebody
    deletes comes back with the partitions that the broker gives to any.
    """
    client = KafkaNetClient(**options)
    client.cluster.config["allow_auto_create_topics"] = False
    return client


class _Producer(KafkaProducer):  # type: ignore[misc]  # the library has no types
    """Ends when it is closed. The library's own goes on while not all was acknowledged, with its thread, until it is
    collected, and then it writes a traceback into the log."""

    _ending = False

    def flush(self, timeout: float | None = None) -> None:
        try:
            super().flush(timeout)
        except KafkaTimeoutError:
            if not self._ending:
                raise

    def close(self, timeout: float | None = None, null_logger: bool = False) -> None:
        self._ending = True
        super().close(timeout, null_logger)


def producer(settings: Settings, **options: Any) -> KafkaProducer:
    """A producer that waits for all acknowledgements and tries again for 30 s. Raises BrokerUnavailable."""
    wanted = {
        "acks": "all",
        "linger_ms": LINGER_MS,
        "batch_size": 256 << 10,
        "max_request_size": 8 << 20,
        "max_block_ms": 10_000,
        "delivery_timeout_ms": 60_000,
        "request_timeout_ms": 20_000,  # longer than the embedded broker's gate may hold a request
    }
    with _made(settings) as common:
        return _Producer(**(common | wanted | options))


def consumer(settings: Settings, group_id: str | None, **options: Any) -> KafkaConsumer:
    """A consumer that commits nothing by itself and begins at the beginning. Raises BrokerUnavailable."""
    wanted = {
        "group_id": group_id,
        "metrics_enabled": False,
        "enable_auto_commit": False,
        "auto_offset_reset": "earliest",
        "session_timeout_ms": SESSION_MS,
        "heartbeat_interval_ms": SESSION_MS // 4,
        "request_timeout_ms": max(REQUEST_MS, SESSION_MS + 4_000),  # joining waits for the others
        "max_poll_records": 5_000,
        "max_partition_fetch_bytes": FETCH_BYTES,
        "fetch_max_bytes": FETCH_BYTES * 4,
        "fetch_max_wait_ms": 100,
        "metadata_max_age_ms": 10_000,
    }
    with _made(settings) as common:
        return KafkaConsumer(**(common | wanted | options))


def admin(settings: Settings) -> KafkaAdminClient:
    """A client for topics and groups. Raises BrokerUnavailable."""
    with _made(settings) as common:
        return KafkaAdminClient(**common)


class Topics:
    """What exists: names, identities and partitions of our topics, over one lasting connection."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._names = [settings.topic(stream) for stream in STREAMS]
        self._admin = admin(settings)
        self._epochs: dict[str, str] = {}  # by topic id

    def epochs(self) -> dict[str, str]:
        """Identity of each topic that exists: one created anew has another. Raises BrokerUnavailable."""
        ids = self._ids()
        if not self._epochs.keys() >= set(ids.values()):
            self._learn(ids)
        return {name: self._epochs[found] for name, found in ids.items() if found in self._epochs}

    def _ids(self) -> dict[str, str]:
        with broker_errors(self._settings):
            found = self._admin.describe_topics(self._names)
        return {topic["name"]: str(topic["topic_id"]) for topic in found if topic["error_code"] == 0}

    def _learn(self, ids: Mapping[str, str]) -> None:
        """The epochs of topics: their own word if they have one, else their ids. A topic that is made anew while we
        ask is left for the next time."""
        said = self._said(list(ids))
        after = self._ids()
        same = {name: found for name, found in ids.items() if after.get(name) == found}
        self._epochs = {found: said.get(name, found) for name, found in same.items()}

    def _said(self, names: list[str]) -> dict[str, str]:
        resources = [ConfigResource(ConfigResourceType.TOPIC, name) for name in names]
        with broker_errors(self._settings):  # a cluster that does not let us look says nothing, which will do
            found = self._admin.describe_configs(resources, config_filter="all").get("topic", {})
        return {name: str(entries[EPOCH]["value"]) for name, entries in found.items() if EPOCH in entries}

    def create(self, partitions: int) -> list[str]:
        """Create those that are missing; returns their names. Raises BrokerUnavailable."""
        there = self.epochs()
        missing = [name for name in self._names if name not in there]
        for name in missing:
            with broker_errors(self._settings), suppress(TopicAlreadyExistsError):
                self._admin.create_topics([NewTopic(name, partitions, -1 if partitions > 1 else 1)])
        if missing:
            with broker_errors(self._settings):
                self._admin.wait_for_topics(missing, timeout_ms=REQUEST_MS)
        return missing

    def delete(self, names: Sequence[str]) -> None:
        """Delete topics and what is in them. Raises BrokerUnavailable."""
        with broker_errors(self._settings):
            self._admin.delete_topics(list(names))

    def committed(self, group_id: str) -> dict[TopicPartition, int]:
        """What a group has committed, by partition. Raises BrokerUnavailable."""
        with broker_errors(self._settings):
            found: Mapping[Any, Any] = self._admin.list_group_offsets([group_id])
        offsets = found.get(group_id, {})
        return {partition: state.offset for partition, state in offsets.items() if state.offset >= 0}

    def close(self) -> None:
        with suppress(KafkaError, OSError):
            self._admin.close()


def ensure_topics(settings: Settings) -> list[str]:
    """Create our topics where they are missing: one partition each on the embedded broker, four on a cluster.

    Returns the names of those created. Raises BrokerUnavailable.
    """
    topics = Topics(settings)
    try:
        return topics.create(1 if settings.kafka_embedded else PARTITIONS)
    finally:
        topics.close()
