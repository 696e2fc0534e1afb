"""How this machine runs: the environment, read once, as one frozen value. No other module reads os.environ."""

from __future__ import annotations

import difflib
import ipaddress
import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from config.access import (
    ClickHouseAccess,
    KafkaAccess,
    checked_url,
    clickhouse_variables,
    driver_url,
    hosts,
    kafka_variables,
    read_clickhouse_access,
    read_kafka_access,
)
from config.keep import Keep, keep_variables, read_keep
from config.variables import SettingsError, number, port, said, secret_word

__all__ = [
    "ASSETS",
    "CITIES",
    "ROOT",
    "RULES",
    "SCHEMA",
    "WORDS",
    "Settings",
    "SettingsError",
    "as_environment",
    "loopback",
    "read_settings",
    "strangers",
]

ROOT = Path(__file__).resolve().parent.parent
CITIES = ROOT / "config" / "cities"
RULES = ROOT / "config" / "rules"
WORDS = ROOT / "config" / "words"
SCHEMA = ROOT / "config" / "schema"
ASSETS = ROOT / "assets"

KAFKA_PORT = 19092
CLICKHOUSE_PORT = 19000
WEB_PORT = 8050
OURS = "YIPING_"


@dataclass(frozen=True)
class Settings:
    """Everything the processes need to know about their surroundings.

    `kafka_brokers` and `clickhouse_url` name real servers; empty means the embedded part on loopback at its port.
    """

    city: str = "xining"
    data: Path = Path("yiping-data")
    host: str = "127.0.0.1"
    names: tuple[str, ...] = ()  # under which a proxy or a tunnel shows the screens; by address always
    web_port: int = WEB_PORT
    kafka_brokers: tuple[str, ...] = ()
    kafka_port: int = KAFKA_PORT
    kafka_access: KafkaAccess = field(default_factory=KafkaAccess)
    clickhouse_url: str = field(default="", repr=False)  # a password may stand in it
    clickhouse_port: int = CLICKHOUSE_PORT
    clickhouse_access: ClickHouseAccess = field(default_factory=ClickHouseAccess)
    keep: Keep = field(default_factory=Keep)
    topic_prefix: str = "yiping"
    most_rejects: int = 10_000  # in ten minutes, and more than are taken: then the stream is held; 0 never
    language: str = "zh-CN"
    audience: str = "staff"  # who looks at the screens: `all` is not shown the layers of staff
    wmts_key: str = field(default="", repr=False)  # of the foreign map that the profile may name
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
        """Address of the database as streams.clickhouse.Database takes it, password included: show it to nobody."""
        if self.clickhouse_embedded:
            return f"clickhouse://default@127.0.0.1:{self.clickhouse_port}/yiping"
        return driver_url(self.clickhouse_url, self.clickhouse_access)

    @property
    def database_hosts(self) -> tuple[str, ...]:
        """host:port of each database server, for people."""
        return hosts(self.clickhouse_url) or (f"127.0.0.1:{self.clickhouse_port}",)

    @property
    def web_url(self) -> str:
        """Where the web process answers."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{host}:{self.web_port}"

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
    what = "an address of this machine only" if _is_address(host) else "an IP address"
    raise SettingsError(
        f"YIPING_HOST={host!r} is not {what}; write 127.0.0.1 (the default), localhost or ::1. There are no accounts "
        "yet, so whoever reaches the port could acknowledge warnings: let other machines come through a proxy that "
        "asks for a password, or an ssh tunnel"
    )


def _is_loopback(host: str) -> bool:
    return _is_address(host) and ipaddress.ip_address(host).is_loopback


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


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
    brokers, url = _brokers(given.get("KAFKA_BROKERS", "")), checked_url(given.get("CLICKHOUSE_URL", "").strip())
    return Settings(
        city=given.get("YIPING_CITY", Settings.city),
        data=Path(given.get("YIPING_DATA", str(Settings.data))).expanduser().absolute(),
        host=loopback(given.get("YIPING_HOST", Settings.host)),
        names=_names(said(given, "YIPING_NAMES")),
        web_port=port(given, "YIPING_WEB_PORT", WEB_PORT),
        kafka_brokers=brokers,
        kafka_access=_kafka_access(given, brokers),
        kafka_port=port(given, "YIPING_KAFKA_PORT", KAFKA_PORT),
        clickhouse_url=url,
        clickhouse_access=read_clickhouse_access(given, url),
        clickhouse_port=port(given, "YIPING_CLICKHOUSE_PORT", CLICKHOUSE_PORT),
        keep=read_keep(given),
        topic_prefix=_prefix(given.get("YIPING_TOPIC_PREFIX", Settings.topic_prefix)),
        most_rejects=number(given, "YIPING_MOST_REJECTS", Settings.most_rejects),
        language=_language(given.get("YIPING_LANGUAGE", Settings.language)),
        audience=_audience(said(given, "YIPING_AUDIENCE") or Settings.audience),
        wmts_key=secret_word(given, "YIPING_WMTS_KEY"),
        supervisor=int(given.get("YIPING_SUPERVISOR", "0")),
    )


def as_environment(settings: Settings) -> dict[str, str]:
    """The variables that make `read_settings` return `settings` again: what a parent hands its child processes."""
    return {
        "YIPING_CITY": settings.city,
        "YIPING_DATA": str(settings.data),
        "YIPING_HOST": settings.host,
        "YIPING_NAMES": ",".join(settings.names),
        "YIPING_WEB_PORT": str(settings.web_port),
        "KAFKA_BROKERS": ",".join(settings.kafka_brokers),
        **kafka_variables(settings.kafka_access),
        "YIPING_KAFKA_PORT": str(settings.kafka_port),
        "CLICKHOUSE_URL": settings.clickhouse_url,
        **clickhouse_variables(settings.clickhouse_access),
        "YIPING_CLICKHOUSE_PORT": str(settings.clickhouse_port),
        **keep_variables(settings.keep),
        "YIPING_TOPIC_PREFIX": settings.topic_prefix,
        "YIPING_MOST_REJECTS": str(settings.most_rejects),
        "YIPING_LANGUAGE": settings.language,
        "YIPING_AUDIENCE": settings.audience,
        "YIPING_WMTS_KEY": settings.wmts_key,
        "YIPING_SUPERVISOR": str(settings.supervisor),
    }


def strangers(environment: Mapping[str, str] | None = None) -> list[str]:
    """A sentence about each variable YIPING_... that is no setting of ours: it does nothing, and may be misspelt."""
    known = [name for name in as_environment(Settings()) if name.startswith(OURS)]
    given = os.environ if environment is None else environment
    if given.get("YIPING_SUPERVISOR", "") not in ("", "0"):  # `yiping up` said it for all its children
        return []
    return [_stranger(name, known) for name in sorted(given) if name.startswith(OURS) and name not in known]


def _stranger(name: str, known: Sequence[str]) -> str:
    close = difflib.get_close_matches(name, known, 1)
    meant = f"did you mean {close[0]}?" if close else f"there are {', '.join(known)}"
    return f"{name} is no setting and does nothing; {meant}"


def _brokers(text: str) -> tuple[str, ...]:
    found = tuple(part.strip() for part in text.split(",") if part.strip())
    if text.strip() and not found:
        raise SettingsError(f"KAFKA_BROKERS={text!r} names no broker; write host:port, or nothing for the embedded one")
    wrong = [part for part in found if not re.fullmatch(r"\S+:\d{1,5}", part)]
    if wrong:
        raise SettingsError(f"KAFKA_BROKERS: {wrong[0]!r} is no broker; write host:port, several parted by commas")
    return found


def _kafka_access(given: Mapping[str, str], brokers: tuple[str, ...]) -> KafkaAccess:
    access = read_kafka_access(given)
    if access != KafkaAccess() and not brokers:
        raise SettingsError(
            "KAFKA_BROKERS is missing, and other KAFKA_ settings are there; write host:9093, several parted by commas"
        )
    return access


def _prefix(text: str) -> str:
    if re.fullmatch(r"[A-Za-z0-9._-]{1,200}", text):
        return text
    raise SettingsError(f"YIPING_TOPIC_PREFIX={text!r}: a topic's name has only letters, digits, dot, _ and -")


def _language(text: str) -> str:
    known = sorted(path.name for path in WORDS.iterdir() if path.is_dir())
    if text in known:
        return text
    raise SettingsError(f"YIPING_LANGUAGE={text!r} is not a language of ours; write one of {', '.join(known)}")


def _names(text: str) -> tuple[str, ...]:
    names = tuple(name.strip().lower() for name in text.split(",") if name.strip())
    wrong = [name for name in names if not re.fullmatch(r"[^\s/:@*]+", name)]
    if wrong:
        raise SettingsError(
            f"YIPING_NAMES: {wrong[0]!r} is no name of a machine; write yiping.city.example, several parted by commas, "
            "without http:// and port"
        )
    return names


def _audience(text: str) -> str:
    if text in ("all", "staff"):
        return text
    raise SettingsError(f"YIPING_AUDIENCE={text!r} is nobody; write staff (every layer) or all (those for everybody)")
