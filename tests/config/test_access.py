"""Encryption, names and passwords from the environment: what is read, what is refused; nothing shows a secret."""

from __future__ import annotations

import pickle
from dataclasses import replace
from pathlib import Path

import pytest

from config.access import ClickHouseAccess, KafkaAccess, Tls, checked_url, driver_url, hosts
from config.secret import Secret, read_secret
from config.settings import Settings, SettingsError, as_environment, read_settings

BROKERS = {"KAFKA_BROKERS": "a:9093,b:9093"}
SASL = {
    "KAFKA_SECURITY_PROTOCOL": "sasl_ssl",
    "KAFKA_SASL_MECHANISM": "scram-sha-512",
    "KAFKA_SASL_USERNAME": "yiping",
    "KAFKA_SASL_PASSWORD": "kafka-s3cret",
}
TLS_URL = {"CLICKHOUSE_URL": "clickhouses://one:9440,two:9440/city"}


@pytest.fixture
def pem(tmp_path: Path) -> str:
    path = tmp_path / "ca.pem"
    path.write_text("-")
    return str(path)


def test_nothing_is_asked_for_by_default() -> None:
    settings = read_settings({})
    assert settings.kafka_access == KafkaAccess()
    assert settings.clickhouse_access == ClickHouseAccess()


def test_kafka_with_a_name_and_encryption(pem: str) -> None:
    access = read_settings(BROKERS | SASL | {"KAFKA_SSL_CAFILE": pem}).kafka_access
    assert (access.protocol, access.mechanism, access.username) == ("SASL_SSL", "SCRAM-SHA-512", "yiping")
    assert access.password.reveal() == "kafka-s3cret"
    assert access.tls == Tls(cafile=pem)


def test_a_password_may_stand_in_a_file(tmp_path: Path) -> None:
    (tmp_path / "pw").write_text("from a file\n")
    named = {name: value for name, value in SASL.items() if name != "KAFKA_SASL_PASSWORD"}
    settings = read_settings(BROKERS | named | {"KAFKA_SASL_PASSWORD_FILE": str(tmp_path / "pw")})
    assert settings.kafka_access.password.reveal() == "from a file"
    assert "from a file" not in str(as_environment(settings)), "children get the file's path, not its text"


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"KAFKA_SECURITY_PROTOCOL": "TLS"}, r"KAFKA_SECURITY_PROTOCOL='TLS'.*SASL_SSL"),
        (
            {"KAFKA_SECURITY_PROTOCOL": "SASL_SSL"},
            r"KAFKA_SASL_MECHANISM and KAFKA_SASL_USERNAME and KAFKA_SASL_PASSWORD",
        ),
        (SASL | {"KAFKA_SASL_MECHANISM": "GSSAPI"}, r"KAFKA_SASL_MECHANISM='GSSAPI'.*PLAIN, SCRAM-SHA-256"),
        (SASL | {"KAFKA_SASL_PASSWORD": ""}, r"needs KAFKA_SASL_PASSWORD"),
        ({"KAFKA_SASL_USERNAME": "x"}, r"KAFKA_SASL_USERNAME is of no use with KAFKA_SECURITY_PROTOCOL=PLAINTEXT"),
        ({"KAFKA_SSL_CHECK_HOSTNAME": "0"}, r"KAFKA_SSL_\* is of no use"),
        (SASL | {"KAFKA_SSL_CHECK_HOSTNAME": "maybe"}, r"KAFKA_SSL_CHECK_HOSTNAME='maybe'.*1 or 0"),
        (SASL | {"KAFKA_SSL_CAFILE": "/no/such.pem"}, r"KAFKA_SSL_CAFILE='/no/such.pem' is no file"),
        (
            SASL | {"KAFKA_SASL_PASSWORD_FILE": "/no/such"},
            r"KAFKA_SASL_PASSWORD and KAFKA_SASL_PASSWORD_FILE are both set",
        ),
    ],
)
def test_what_kafka_could_not_use_is_refused_by_name(given: dict[str, str], told: str) -> None:
    with pytest.raises(SettingsError, match=told) as caught:
        read_settings(BROKERS | given)
    assert "s3cret" not in str(caught.value)


def test_a_certificate_needs_its_key(pem: str) -> None:
    with pytest.raises(SettingsError, match="KAFKA_SSL_CERTFILE and KAFKA_SSL_KEYFILE go together"):
        read_settings(BROKERS | {"KAFKA_SECURITY_PROTOCOL": "SSL", "KAFKA_SSL_CERTFILE": pem})


def test_security_without_brokers_is_a_mistake() -> None:
    with pytest.raises(SettingsError, match="KAFKA_BROKERS is missing"):
        read_settings(SASL)
    with pytest.raises(SettingsError, match="CLICKHOUSE_URL is missing"):
        read_settings({"CLICKHOUSE_CLUSTER": "yiping"})


def test_clickhouse_with_all_of_it(pem: str) -> None:
    given = {
        "CLICKHOUSE_URL": "clickhouses://one:9440,two:9441,[::1]:9442/city?send_receive_timeout=7",
        "CLICKHOUSE_USER": "a@b",
        "CLICKHOUSE_PASSWORD": "p:/?#@ 1",
        "CLICKHOUSE_SSL_CAFILE": pem,
        "CLICKHOUSE_SSL_CHECK_HOSTNAME": "no",
        "CLICKHOUSE_CLUSTER": "city",
    }
    settings = read_settings(given)
    assert settings.database_url == (
        "clickhouses://a%40b:p%3A%2F%3F%23%40%201@one:9440/city?send_receive_timeout=7"
        f"&ca_certs={pem}&cluster=city&check_hostname=0&alt_hosts=two:9441,[::1]:9442"
    )
    assert settings.database_hosts == ("one:9440", "two:9441", "[::1]:9442")


def test_a_name_and_password_in_the_address_stay_as_they_are() -> None:
    url = "clickhouse://name:p%40ss@c:9000/x"
    assert driver_url(url, ClickHouseAccess()) == url
    assert driver_url("clickhouse://c", ClickHouseAccess()) == "clickhouse://c"
    assert driver_url("clickhouse://c/x", ClickHouseAccess(password=Secret("p"))) == "clickhouse://default:p@c/x"
    assert hosts(url) == ("c:9000",)


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (TLS_URL | {"CLICKHOUSE_CLUSTER": "a b"}, "CLICKHOUSE_CLUSTER='a b'"),
        (TLS_URL | {"CLICKHOUSE_PASSWORD_FILE": "/no/such"}, "CLICKHOUSE_PASSWORD_FILE='/no/such' cannot be read"),
        (
            {"CLICKHOUSE_URL": "clickhouse://c/x", "CLICKHOUSE_SSL_CHECK_HOSTNAME": "0"},
            "begin CLICKHOUSE_URL with clickhouses",
        ),
        ({"CLICKHOUSE_URL": "clickhouse://u@c/x", "CLICKHOUSE_USER": "v"}, "both name a user"),
        ({"CLICKHOUSE_URL": "http://u:s3cret@c/x"}, r"CLICKHOUSE_URL cannot be used \(http\)"),
        ({"CLICKHOUSE_URL": "u:s3cret@c"}, r"CLICKHOUSE_URL cannot be used \(no scheme\)"),
        ({"CLICKHOUSE_URL": "clickhouse://u:s3cret@c:port/x"}, "CLICKHOUSE_URL cannot be used"),
    ],
)
def test_what_clickhouse_could_not_use_is_refused_by_name(given: dict[str, str], told: str) -> None:
    with pytest.raises(SettingsError, match=told) as caught:
        read_settings(given)
    assert "s3cret" not in str(caught.value)


def test_an_empty_file_is_no_password(tmp_path: Path) -> None:
    (tmp_path / "empty").write_text("\n")
    with pytest.raises(SettingsError, match=r"X_FILE=.*is empty"):
        read_secret({"X_FILE": str(tmp_path / "empty")}, "X")


def test_nothing_shows_a_secret() -> None:
    url = "clickhouse://u:click-s3cret@c:9000/x"
    settings = read_settings(BROKERS | SASL | {"CLICKHOUSE_URL": url})
    for shown in (
        repr(settings),
        str(settings),
        f"{settings.kafka_access}",
        str(Secret("s3cret")),
        f"{Secret('s3cret')!r}",
    ):
        assert "s3cret" not in shown
    assert repr(Secret()) == "Secret()"


def test_children_read_what_their_parent_had(pem: str) -> None:
    given = (
        BROKERS | SASL | TLS_URL | {"CLICKHOUSE_PASSWORD": "x", "CLICKHOUSE_SSL_CAFILE": pem, "CLICKHOUSE_CLUSTER": "c"}
    )
    settings = read_settings(given | {"YIPING_KEEP_READINGS_DAYS": "30"})
    assert read_settings(as_environment(settings)) == settings
    assert settings != replace(settings, clickhouse_access=ClickHouseAccess())
    assert pickle.loads(pickle.dumps(settings)) == settings  # noqa: S301 - our own bytes


def test_checked_url_takes_an_empty_one() -> None:
    assert checked_url("") == ""
    assert Settings().database_hosts == ("127.0.0.1:19000",)


@pytest.mark.parametrize(
    ("value", "told"),
    [("-1", "is not a number of days"), ("1.5", "is not a number"), ("1", "too short"), ("99999", "is not a number")],
)
def test_days_that_cannot_be(value: str, told: str) -> None:
    with pytest.raises(SettingsError, match=f"YIPING_KEEP_REJECTS_DAYS.*{told}"):
        read_settings({"YIPING_KEEP_REJECTS_DAYS": value})
