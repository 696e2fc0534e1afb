import re
from dataclasses import replace
from pathlib import Path

import pytest

from config.settings import ROOT, Settings, SettingsError, as_environment, loopback, read_settings, strangers


def test_an_empty_environment_means_the_embedded_parts() -> None:
    settings = read_settings({})
    assert settings.kafka_embedded
    assert settings.clickhouse_embedded
    assert settings.brokers == ("127.0.0.1:19092",)
    assert settings.database_url == "clickhouse://default@127.0.0.1:19000/yiping"
    assert settings.topic("iot") == "yiping.iot"


def test_real_servers_replace_the_embedded_ones() -> None:
    settings = read_settings({"KAFKA_BROKERS": "a:1, b:2", "CLICKHOUSE_URL": "clickhouse://c/x"})
    assert settings.brokers == ("a:1", "b:2")
    assert settings.database_url == "clickhouse://c/x"
    assert not settings.kafka_embedded
    assert not settings.clickhouse_embedded


def test_a_child_reads_what_its_parent_had() -> None:
    settings = replace(read_settings({}), data=Path("/tmp/x y"), kafka_brokers=("a:1", "b:2"), web_port=9, supervisor=7)
    assert read_settings(as_environment(settings)) == settings


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.9", "::1", "localhost"])
def test_loopback_is_allowed(host: str) -> None:
    assert loopback(host) == host


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.2", "example.org", ""])  # noqa: S104
def test_every_other_address_is_refused_with_the_reason(host: str) -> None:
    with pytest.raises(SettingsError, match="There are no accounts yet"):
        loopback(host)


def test_what_is_no_address_is_told_from_one_of_other_machines() -> None:
    with pytest.raises(SettingsError, match=r"^YIPING_HOST='0\.0\.0\.0x' is not an IP address; write 127\.0\.0\.1"):
        read_settings({"YIPING_HOST": "0.0.0.0x"})
    with pytest.raises(SettingsError, match=r"^YIPING_HOST='192\.168\.1\.2' is not an address of this machine only"):
        read_settings({"YIPING_HOST": "192.168.1.2"})


def test_the_address_of_the_screens() -> None:
    assert read_settings({"YIPING_HOST": "127.0.0.9"}).web_url == "http://127.0.0.9:8050"
    assert read_settings({"YIPING_HOST": "::1", "YIPING_WEB_PORT": "9"}).web_url == "http://[::1]:9"


@pytest.mark.parametrize("port", ["0", "65536", "http", "-1", "8050 ", "８０５０"])
def test_a_port_that_is_none_names_the_variable(port: str) -> None:
    with pytest.raises(SettingsError, match="YIPING_WEB_PORT"):
        read_settings({"YIPING_WEB_PORT": port})


def test_an_unknown_language_names_the_known_ones() -> None:
    with pytest.raises(SettingsError, match="en, zh-CN"):
        read_settings({"YIPING_LANGUAGE": "fr"})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("KAFKA_BROKERS", "nonsense"),
        ("KAFKA_BROKERS", "good:9092, bad"),
        ("KAFKA_BROKERS", ",,"),
        ("KAFKA_BROKERS", " , "),
        ("CLICKHOUSE_URL", "http://foo"),
        ("YIPING_TOPIC_PREFIX", "a b/中"),
        ("YIPING_TOPIC_PREFIX", ""),
    ],
)
def test_what_cannot_work_is_refused_by_name(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=name):
        read_settings({name: value})


def test_a_misspelt_setting_names_the_nearest() -> None:
    assert strangers(
        {"YIPING_WEBPORT": "1", "YIPING_CITY": "xining", "HOME": "/", "YIPING_KEEP_READING_DAYS": "3"}
    ) == [
        "YIPING_KEEP_READING_DAYS is no setting and does nothing; did you mean YIPING_KEEP_READINGS_DAYS?",
        "YIPING_WEBPORT is no setting and does nothing; did you mean YIPING_WEB_PORT?",
    ]
    (far,) = strangers({"YIPING_QQQQQQ": ""})
    assert "there are YIPING_CITY, YIPING_DATA" in far


def test_what_the_code_reads_is_no_stranger() -> None:
    """A variable is read by the name that a parent hands on to its children."""
    said = {
        name
        for path in (ROOT / "config").glob("*.py")
        for name in re.findall(r'"(YIPING_[A-Z_]+[A-Z])"', path.read_text("utf-8"))
    }
    assert len(said) > 8
    assert strangers(dict.fromkeys(said, "")) == []
    assert strangers(as_environment(Settings())) == []


def test_two_servers_cannot_share_a_port() -> None:
    with pytest.raises(SettingsError, match="three different ports"):
        read_settings({"YIPING_WEB_PORT": "19092"})


def test_settings_cannot_be_changed() -> None:
    with pytest.raises(AttributeError):
        Settings().city = "harbin"  # type: ignore[misc]


def test_names_of_this_server() -> None:
    assert read_settings({"YIPING_NAMES": " Wall.city.example, yiping "}).names == ("wall.city.example", "yiping")
    with pytest.raises(SettingsError, match="without http:// and port"):
        read_settings({"YIPING_NAMES": "http://yiping"})
