"""How we get in: encryption, names and passwords for Kafka and ClickHouse, and several hosts of each."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from urllib.parse import quote, unquote, urlencode

from config.secret import Secret, as_variables, read_secret
from config.variables import Given, SettingsError, choice, file, said, word, yes

PROTOCOLS = ("PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL")
MECHANISMS = ("PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512")

_URL = re.compile(r"(clickhouses?)://(?:(.*)@)?([^@/?#]*)(?:/([^?#]*))?(?:\?([^#]*))?")
_HOST = re.compile(r"(?:\[[0-9A-Fa-f:.]+\]|[^\s:,\[\]]+)(?::\d{1,5})?")
URL_FORM = "clickhouse://user@host:9000/database, clickhouses:// for TLS, hosts parted by commas"


@dataclass(frozen=True)
class Tls:
    """Files in PEM: who we trust (the system's own when empty), and who we are where the server asks for it."""

    cafile: str = ""
    certfile: str = ""
    keyfile: str = ""
    check_hostname: bool = True


@dataclass(frozen=True)
class KafkaAccess:
    """What a broker wants of us; the default is one that asks for nothing."""

    protocol: str = "PLAINTEXT"
    mechanism: str = ""
    username: str = ""
    password: Secret = field(default_factory=Secret)
    tls: Tls = field(default_factory=Tls)

    @property
    def encrypted(self) -> bool:
        return self.protocol.endswith("SSL")

    @property
    def named(self) -> bool:
        return self.protocol.startswith("SASL")


@dataclass(frozen=True)
class ClickHouseAccess:
    """What ClickHouse wants beside its address; `cluster` is its name in `remote_servers`, '' for a single server."""

    user: str = ""
    password: Secret = field(default_factory=Secret)
    tls: Tls = field(default_factory=Tls)
    cluster: str = ""


def read_kafka_access(given: Given) -> KafkaAccess:
    """From KAFKA_SECURITY_PROTOCOL, KAFKA_SASL_* and KAFKA_SSL_*. Raises SettingsError."""
    access = KafkaAccess(
        choice(given, "KAFKA_SECURITY_PROTOCOL", PROTOCOLS, "PLAINTEXT"),
        choice(given, "KAFKA_SASL_MECHANISM", MECHANISMS, ""),
        said(given, "KAFKA_SASL_USERNAME"),
        read_secret(given, "KAFKA_SASL_PASSWORD"),
        _tls(given, "KAFKA"),
    )
    _check_names(access)
    if access.tls != Tls() and not access.encrypted:
        raise SettingsError(
            f"KAFKA_SSL_* is of no use with KAFKA_SECURITY_PROTOCOL={access.protocol}; write SSL or SASL_SSL"
        )
    return access


def _check_names(access: KafkaAccess) -> None:
    parts = {
        "KAFKA_SASL_MECHANISM": access.mechanism,
        "KAFKA_SASL_USERNAME": access.username,
        "KAFKA_SASL_PASSWORD": access.password,
    }
    missing = [name for name, value in parts.items() if not value]
    if access.named and missing:
        raise SettingsError(f"KAFKA_SECURITY_PROTOCOL={access.protocol} needs {' and '.join(missing)}")
    if not access.named and len(missing) < len(parts):
        there = next(name for name in parts if name not in missing)
        raise SettingsError(f"{there} is of no use with KAFKA_SECURITY_PROTOCOL={access.protocol}; write SASL_SSL")


def _tls(given: Given, prefix: str) -> Tls:
    tls = Tls(
        file(given, f"{prefix}_SSL_CAFILE"),
        file(given, f"{prefix}_SSL_CERTFILE"),
        file(given, f"{prefix}_SSL_KEYFILE"),
        yes(given, f"{prefix}_SSL_CHECK_HOSTNAME"),
    )
    if bool(tls.certfile) != bool(tls.keyfile):
        raise SettingsError(f"{prefix}_SSL_CERTFILE and {prefix}_SSL_KEYFILE go together; write both or none")
    return tls


def read_clickhouse_access(given: Given, url: str) -> ClickHouseAccess:
    """From CLICKHOUSE_USER, CLICKHOUSE_PASSWORD, CLICKHOUSE_SSL_* and CLICKHOUSE_CLUSTER. Raises SettingsError."""
    access = ClickHouseAccess(
        said(given, "CLICKHOUSE_USER"),
        read_secret(given, "CLICKHOUSE_PASSWORD"),
        _tls(given, "CLICKHOUSE"),
        word(given, "CLICKHOUSE_CLUSTER", "name of a cluster"),
    )
    if access != ClickHouseAccess() and not url:
        raise SettingsError(f"CLICKHOUSE_URL is missing, and other CLICKHOUSE_ settings are there; write {URL_FORM}")
    if access.tls != Tls() and not url.startswith("clickhouses://"):
        raise SettingsError(
            "CLICKHOUSE_SSL_* is of no use with clickhouse://; begin CLICKHOUSE_URL with clickhouses://"
        )
    if access.user and "@" in url.partition("?")[0]:
        raise SettingsError("CLICKHOUSE_URL and CLICKHOUSE_USER both name a user; keep one of them")
    return access


def checked_url(url: str) -> str:
    """`url` when it is an address of ClickHouse; else SettingsError, which does not repeat what may hold a password."""
    found = _URL.fullmatch(url)
    if url and (found is None or not all(_HOST.fullmatch(host) for host in found[3].split(","))):
        scheme = url.partition("://")[0] if "://" in url else "no scheme"
        raise SettingsError(f"CLICKHOUSE_URL cannot be used ({scheme[:20]}); write {URL_FORM}")
    return url


def driver_url(url: str, access: ClickHouseAccess) -> str:
    """`url` as streams.clickhouse.Database takes it: one host, the others as `alt_hosts`, and what `access` says.

    Holds the password: hand it to a Database and show it to nobody; `hosts` is for people.
    """
    found = _URL.fullmatch(checked_url(url))
    assert found is not None  # noqa: S101 - checked_url has looked
    scheme, said_user, servers, database, options = (part or "" for part in found.groups())
    first, *others = servers.split(",")
    more = _options(access) | ({"alt_hosts": ",".join(others)} if others else {})
    user = _user(said_user, access)
    query = "&".join(part for part in (options, urlencode(more, safe=",:/[]")) if part)
    return f"{scheme}://{user}{first}" + (f"/{database}" if database else "") + (f"?{query}" if query else "")


def _user(said_user: str, access: ClickHouseAccess) -> str:
    name, _, password = said_user.partition(":")
    name, password = access.user or unquote(name), access.password.reveal() or unquote(password)
    if not name and not password:
        return ""
    return quote(name or "default", safe="") + (f":{quote(password, safe='')}" if password else "") + "@"


def _options(access: ClickHouseAccess) -> dict[str, str]:
    """What clickhouse-driver calls these, those that are set."""
    tls = access.tls
    options = {"ca_certs": tls.cafile, "certfile": tls.certfile, "keyfile": tls.keyfile, "cluster": access.cluster}
    return {name: value for name, value in options.items() if value} | (
        {} if tls.check_hostname else {"check_hostname": "0"}
    )


def hosts(url: str) -> tuple[str, ...]:
    """host:port of each server of an address, as it names them: what may be shown."""
    found = _URL.fullmatch(url)
    return tuple(found[3].split(",")) if found else ()


def kafka_variables(access: KafkaAccess) -> dict[str, str]:
    """The variables that make `read_kafka_access` return `access` again."""
    return {
        "KAFKA_SECURITY_PROTOCOL": access.protocol,
        "KAFKA_SASL_MECHANISM": access.mechanism,
        "KAFKA_SASL_USERNAME": access.username,
        **as_variables("KAFKA_SASL_PASSWORD", access.password),
        **_tls_variables("KAFKA", access.tls),
    }


def clickhouse_variables(access: ClickHouseAccess) -> dict[str, str]:
    """The variables that make `read_clickhouse_access` return `access` again."""
    return {
        "CLICKHOUSE_USER": access.user,
        **as_variables("CLICKHOUSE_PASSWORD", access.password),
        **_tls_variables("CLICKHOUSE", access.tls),
        "CLICKHOUSE_CLUSTER": access.cluster,
    }


def _tls_variables(prefix: str, tls: Tls) -> dict[str, str]:
    return {
        f"{prefix}_SSL_CAFILE": tls.cafile,
        f"{prefix}_SSL_CERTFILE": tls.certfile,
        f"{prefix}_SSL_KEYFILE": tls.keyfile,
        f"{prefix}_SSL_CHECK_HOSTNAME": "1" if tls.check_hostname else "0",
    }
