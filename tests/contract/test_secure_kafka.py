"""SASL and TLS to Kafka, with every client of ours: on Apache Kafka itself, and the embedded broker behind a door."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from kafka.admin import ScramMechanism, UserScramCredentialUpsertion

from config.access import KafkaAccess, Tls
from config.secret import Secret
from config.settings import Settings
from dashboard.doctor import examine
from streams import kafka
from tests.apache.fetch import NotHere
from tests.apache.node import Node
from tests.contract.kafka_part import free_port, fresh_prefix
from tests.contract.tls_part import Papers, papers

pytestmark = [
    pytest.mark.contract,
    pytest.mark.timeout(170),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),  # the library's sockets, see below
]

SECRET = "k4fka-s3cret"  # noqa: S105 - nobody's
MECHANISMS = ("PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512")
JAAS = "org.apache.kafka.common.security"


@pytest.fixture(autouse=True)
def swept() -> Iterator[None]:
    """A connection that the library was still opening when it gave up is closed by the collector, with a warning."""
    yield
    gc.collect()


class Guarded:
    """Apache Kafka with a plain door, one with TLS, one with TLS and names, and one with names alone."""

    def __init__(self, own: Papers) -> None:
        self.own, self.node = own, Node()
        self.ports = {name: free_port() for name in ("SSL", "SASL_SSL", "SASL_PLAINTEXT")}
        lines = self.node.properties.read_text("utf-8").splitlines()
        listeners = next(line for line in lines if line.startswith("listeners=")).partition("=")[2]
        listeners += "".join(f",{name}://127.0.0.1:{port}" for name, port in self.ports.items())
        more = {
            "listeners": listeners,
            "advertised.listeners": listeners,
            "listener.security.protocol.map": ",".join(f"{name}:{name}" for name in ("PLAINTEXT", *self.ports))
            + ",CONTROLLER:PLAINTEXT",
            "ssl.keystore.type": "PEM",
            "ssl.keystore.location": own.bundle,
            "sasl.enabled.mechanisms": ",".join(MECHANISMS),
        }
        for name in ("sasl_ssl", "sasl_plaintext"):
            plain, scram = f"{JAAS}.plain.PlainLoginModule", f"{JAAS}.scram.ScramLoginModule"
            more[f"listener.name.{name}.plain.sasl.jaas.config"] = f'{plain} required user_yiping="{SECRET}";'
            for mechanism in MECHANISMS[1:]:
                more[f"listener.name.{name}.{mechanism.lower()}.sasl.jaas.config"] = f"{scram} required;"
        with self.node.properties.open("a", encoding="utf-8") as out:
            out.writelines(f"{name}={value}\n" for name, value in more.items())

    def start(self) -> None:
        self.node.start()
        admin = kafka.admin(Settings(kafka_brokers=(self.node.address,)))
        numbers = (ScramMechanism.SCRAM_SHA_256, ScramMechanism.SCRAM_SHA_512)
        told = [
            admin.alter_user_scram_credentials(
                [UserScramCredentialUpsertion("yiping", number, SECRET, iterations=4096)]
            )
            for number in numbers
        ]
        admin.close()
        assert told == [{"yiping": None}] * 2

    def settings(self, protocol: str, mechanism: str = "", password: str = SECRET, tls: Tls | None = None) -> Settings:
        trusted = tls or Tls(cafile=self.own.authority)
        name = ("yiping", Secret(password)) if mechanism else ("", Secret())
        access = KafkaAccess(protocol, mechanism, *name, trusted if protocol.endswith("SSL") else Tls())
        broker = f"127.0.0.1:{self.ports[protocol]}"
        return Settings(kafka_brokers=(broker,), kafka_access=access, topic_prefix=fresh_prefix())


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Papers:
    return papers(tmp_path_factory.mktemp("own"), "127.0.0.1")


@pytest.fixture(scope="module")
def guarded(own: Papers) -> Iterator[Guarded]:
    try:
        found = Guarded(own)
    except NotHere as reason:
        pytest.skip(str(reason))
    try:
        found.start()
        yield found
    finally:
        found.node.stop()
        found.node.remove()


def there_and_back(settings: Settings) -> bytes:
    """Through our admin, our producer and our consumer."""
    assert len(kafka.ensure_topics(settings)) == len(kafka.STREAMS)
    producer = kafka.producer(settings)
    producer.send(settings.topic("iot"), "水".encode()).get(10)
    producer.close(timeout=2)
    consumer = kafka.consumer(settings, kafka.group(settings))
    consumer.subscribe([settings.topic("iot")])
    try:
        found = next(records for _ in range(40) if (records := consumer.poll(500)))
    finally:
        consumer.close()
    return next(iter(found.values()))[0].value  # type: ignore[no-any-return]


WAYS = [("SSL", ""), *((way, name) for way in ("SASL_SSL", "SASL_PLAINTEXT") for name in MECHANISMS)]


@pytest.mark.parametrize(("protocol", "mechanism"), WAYS)
def test_every_client_gets_in(guarded: Guarded, protocol: str, mechanism: str) -> None:
    assert there_and_back(guarded.settings(protocol, mechanism)) == "水".encode()


WRONG = [("PLAIN", "producer"), ("SCRAM-SHA-256", "consumer"), ("SCRAM-SHA-512", "admin")]


@pytest.mark.parametrize(("mechanism", "make"), WRONG)
def test_a_wrong_password_is_told_without_it(guarded: Guarded, mechanism: str, make: str) -> None:
    settings = guarded.settings("SASL_SSL", mechanism, password=f"{SECRET}-wrong")
    with pytest.raises(kafka.BrokerUnavailable, match=r"(?i)authentication|sasl") as caught:
        kafka.consumer(settings, "g") if make == "consumer" else getattr(kafka, make)(settings)
    assert SECRET not in f"{caught.value} {caught.value.__cause__!r}"


def test_another_authority_is_not_believed(guarded: Guarded, tmp_path: Path) -> None:
    tls = Tls(cafile=papers(tmp_path, "127.0.0.1").authority)
    with pytest.raises(kafka.BrokerUnavailable):
        kafka.admin(guarded.settings("SSL", tls=tls))


def test_a_plain_client_at_a_guarded_door_is_told(guarded: Guarded) -> None:
    settings = replace(guarded.settings("SASL_SSL", "PLAIN"), kafka_access=KafkaAccess())
    with pytest.raises(kafka.BrokerUnavailable, match="is KAFKA_SECURITY_PROTOCOL=PLAINTEXT right"):
        kafka.admin(settings)


def test_clients_that_get_not_in_leave_nothing_open(guarded: Guarded) -> None:
    """Ingest tries again for as long as it takes."""
    settings = guarded.settings("SASL_PLAINTEXT", "PLAIN", password="wrong")  # noqa: S106 - it is
    for _ in range(2):  # the first loads what stays
        before = len(os.listdir("/proc/self/fd"))
        for make in (kafka.admin, kafka.producer):
            with pytest.raises(kafka.BrokerUnavailable):
                make(settings)
        gc.collect()
    assert len(os.listdir("/proc/self/fd")) <= before


def test_a_broker_that_is_gone_is_passed_over(guarded: Guarded) -> None:
    settings = guarded.settings("SASL_SSL", "SCRAM-SHA-512")
    assert (
        there_and_back(replace(settings, kafka_brokers=(f"127.0.0.1:{free_port()}", *settings.kafka_brokers)))
        == "水".encode()
    )


def test_nothing_that_is_shown_holds_the_password(
    guarded: Guarded, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(0)
    shown = []
    for settings in (
        guarded.settings("SASL_SSL", "PLAIN"),
        guarded.settings("SASL_PLAINTEXT", "SCRAM-SHA-256", password=f"{SECRET}-wrong"),
    ):
        shown += [repr(settings), *(finding.text for finding in examine(replace(settings, data=tmp_path)))]
        with pytest.raises(kafka.BrokerUnavailable) as caught:
            kafka.admin(replace(settings, kafka_brokers=(f"127.0.0.1:{free_port()}",)))
        shown.append(f"{caught.value} {caught.value.__cause__!r}")
    assert [text for text in [*shown, caplog.text] if SECRET in text] == []
