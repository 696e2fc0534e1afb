"""How this machine runs: the environment, read once, as one frozen value. No other module reads os.environ."""

from __future__ import annotations

import ipaddress
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from config.faults import Fault

ROOT = Path(__file__).resolve().parent.parent
CITIES = ROOT / "config" / "cities"
RULES = ROOT / "config" / "rules"
WORDS = ROOT / "config" / "words"
SCHEMA = ROOT / "config" / "schema"
ASSETS = ROOT / "assets"

KAFKA_PORT = 19092
CLICKHOUSE_PORT = 19000
WEB_PORT = 8050


class SettingsError(Fault, ValueError):
    """A setting cannot be used; the text names it, its value, and what to write instead."""


@dataclass(frozen=True)
class Settings:
    """Everything the processes need to know about their surroundings.

    `kafka_brokers` and `clickhouse_url` name real servers; empty means the embedded part on loopback at its port.
    """

    city: str = "xining"
    data: Path = Path("yiping-data")
    host: str = "127.0.0.1"
    web_port: int = WEB_PORT
    kafka_brokers: tuple[str, ...] = ()
    kafka_port: int = KAFKA_PORT
    clickhouse_url: str = ""
    clickhouse_port: int = CLICKHOUSE_PORT
    topic_prefix: str = "yiping"
    language: str = "zh-CN"
    supervisor: int = 0  # pid of the `yiping up` that started this process; 0: nobody did

    @property
    def kafka_embedded(self) -> bool:
        return not self.kafka_brokers

    @property
    def clickhouse_embedded(self) -> bool:
        return not self.clickhouse_url

    @property
    def brokers(self) -> tuple[str, ...]:
        """host:port of each broker to talk to."""
        return self.kafka_brokers or (f"127.0.0.1:{self.kafka_port}",)

    @property
    def database_url(self) -> str:
        """Address of the database to talk to, as clickhouse-driver takes it."""
        return self.clickhouse_url or f"clickhouse://default@127.0.0.1:{self.clickhouse_port}/yiping"

    def topic(self, stream: str) -> str:
        """Kafka topic of a stream: `topic("iot")` is `yiping.iot`."""
        return f"{self.topic_prefix}.{stream}"


def loopback(host: str) -> str:
    """`host`, when it is an address of this machine only; SettingsError otherwise.

    There are no accounts yet: whoever reaches a server may read the city and acknowledge its warnings, so no
    server of ours listens where another machine could reach it.
    """
    if host == "localhost" or _is_loopback(host):
        return host
    raise SettingsError(
        f"refusing to listen on {host!r}: there are no accounts yet, so anybody who reaches the port could acknowledge "
        "warnings. Use 127.0.0.1 (the default); for other machines, a proxy that asks for a password or an ssh tunnel."
    )


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def read_settings(environment: Mapping[str, str] | None = None) -> Settings:
    """Settings of the environment (os.environ unless given). Raises SettingsError for a value that cannot be used."""
    given = os.environ if environment is None else environment
    settings = _read(given)
    ports = [settings.web_port, settings.kafka_port, settings.clickhouse_port]
    if len(set(ports)) < len(ports):
        raise SettingsError(
            "YIPING_WEB_PORT, YIPING_KAFKA_PORT and YIPING_CLICKHOUSE_PORT must be three different ports"
        )
    return settings


def _read(given: Mapping[str, str]) -> Settings:
    return Settings(
        city=given.get("YIPING_CITY", Settings.city),
        data=Path(given.get("YIPING_DATA", str(Settings.data))).expanduser().absolute(),
        host=loopback(given.get("YIPING_HOST", Settings.host)),
        web_port=_port(given, "YIPING_WEB_PORT", WEB_PORT),
        kafka_brokers=_brokers(given.get("KAFKA_BROKERS", "")),
        kafka_port=_port(given, "YIPING_KAFKA_PORT", KAFKA_PORT),
        clickhouse_url=_database(given.get("CLICKHOUSE_URL", "").strip()),
        clickhouse_port=_port(given, "YIPING_CLICKHOUSE_PORT", CLICKHOUSE_PORT),
        topic_prefix=_prefix(given.get("YIPING_TOPIC_PREFIX", Settings.topic_prefix)),
        language=_language(given.get("YIPING_LANGUAGE", Settings.language)),
        supervisor=int(given.get("YIPING_SUPERVISOR", "0")),
    )


def as_environment(settings: Settings) -> dict[str, str]:
    """The variables that make `read_settings` return `settings` again: what a parent hands its child processes."""
    return {
        "YIPING_CITY": settings.city,
        "YIPING_DATA": str(settings.data),
        "YIPING_HOST": settings.host,
        "YIPING_WEB_PORT": str(settings.web_port),
        "KAFKA_BROKERS": ",".join(settings.kafka_brokers),
        "YIPING_KAFKA_PORT": str(settings.kafka_port),
        "CLICKHOUSE_URL": settings.clickhouse_url,
        "YIPING_CLICKHOUSE_PORT": str(settings.clickhouse_port),
        "YIPING_TOPIC_PREFIX": settings.topic_prefix,
        "YIPING_LANGUAGE": settings.language,
        "YIPING_SUPERVISOR": str(settings.supervisor),
    }


def _brokers(text: str) -> tuple[str, ...]:
    found = tuple(part.strip() for part in text.split(",") if part.strip())
    wrong = [part for part in found if not re.fullmatch(r"\S+:\d{1,5}", part)]
    if wrong:
        raise SettingsError(f"KAFKA_BROKERS: {wrong[0]!r} is no broker; write host:port, several parted by commas")
    return found


def _database(text: str) -> str:
    if text and not text.startswith(("clickhouse://", "clickhouses://")):
        raise SettingsError(f"CLICKHOUSE_URL={text!r}: write clickhouse://user:password@host:9000/database")
    return text


def _prefix(text: str) -> str:
    if re.fullmatch(r"[A-Za-z0-9._-]{1,200}", text):
        return text
    raise SettingsError(f"YIPING_TOPIC_PREFIX={text!r}: a topic's name has only letters, digits, dot, _ and -")


def _port(given: Mapping[str, str], name: str, default: int) -> int:
    text = given.get(name, str(default))
    if text.isascii() and text.isdigit() and 0 < int(text) < 65536:
        return int(text)
    raise SettingsError(f"{name}={text!r} is not a port; write a number from 1 to 65535")


def _language(text: str) -> str:
    known = sorted(path.name for path in WORDS.iterdir() if path.is_dir())
    if text in known:
        return text
    raise SettingsError(f"YIPING_LANGUAGE={text!r} is not a language of ours; write one of {', '.join(known)}")
