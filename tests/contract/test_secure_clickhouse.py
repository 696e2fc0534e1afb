"""TLS to ClickHouse, several hosts, no password in what is shown: a door with TLS stands before the database."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from config.access import ClickHouseAccess, Tls
from config.secret import Secret
from config.settings import Settings
from dashboard.doctor import examine
from streams.clickhouse import Database, DatabaseUnavailable, Question
from tests.contract.clickhouse_part import start
from tests.contract.tls_part import Door, Papers, door, papers

pytestmark = pytest.mark.contract

ONE = Question("one", "SELECT 1 AS one")
SECRET = "cl1ck-s3cret"  # noqa: S105 - nobody's


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Papers:
    return papers(tmp_path_factory.mktemp("own"), "127.0.0.1", "localhost")


@pytest.fixture(scope="module")
def other(tmp_path_factory: pytest.TempPathFactory) -> Papers:
    """Of another authority, for another name."""
    return papers(tmp_path_factory.mktemp("other"), "elsewhere.example")


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """Port of an embedded database of our own, whatever CLICKHOUSE_URL names: the doors stand on loopback."""
    served = start(tmp_path_factory.mktemp("plain"))
    yield served.port
    assert served.stop() == 0


@pytest.fixture
def secure(plain: int, own: Papers) -> Iterator[Door]:
    with door(plain, own) as opened:
        yield opened


def settings(*ports: int, tls: Tls | None = None, host: str = "127.0.0.1") -> Settings:
    hosts = ",".join(f"{host}:{port}" for port in ports)
    access = ClickHouseAccess(tls=tls or Tls(), password=Secret(SECRET))
    return Settings(
        clickhouse_url=f"{'clickhouses' if tls else 'clickhouse'}://{hosts}/default", clickhouse_access=access
    )


def ask(settings: Settings, wait: float = 3.0) -> list[int]:
    database = Database(settings.database_url, connect_timeout=wait)
    try:
        return list(database.ask(ONE).column("one"))
    finally:
        database.close()


def test_with_the_authority_that_signed_it(secure: Door, own: Papers) -> None:
    assert ask(settings(secure.port, tls=Tls(cafile=own.authority))) == [1]
    assert secure.entered >= 1


def test_rows_go_through_it(secure: Door, own: Papers) -> None:
    database = Database(settings(secure.port, tls=Tls(cafile=own.authority)).database_url)
    name = f"tls_{time.monotonic_ns()}"
    database.command(f"CREATE TABLE {name} (a UInt64, b String) ENGINE = Memory")
    database.insert(name, {"a": range(100_000), "b": ["水"] * 100_000})
    assert list(database.ask(Question("q", f"SELECT sum(a) AS s FROM {name}")).column("s")) == [4_999_950_000]  # noqa: S608
    database.command(f"DROP TABLE {name}")
    database.close()


def test_another_authority_is_not_believed(secure: Door, other: Papers) -> None:
    with pytest.raises(DatabaseUnavailable, match=r"(?i)certificate") as caught:
        ask(settings(secure.port, tls=Tls(cafile=other.authority)))
    assert SECRET not in str(caught.value)
    assert secure.entered == 0


def test_a_certificate_for_another_name_is_refused_unless_names_do_not_matter(plain: int, other: Papers) -> None:
    with door(plain, other) as opened:
        with pytest.raises(DatabaseUnavailable, match=r"(?i)certificate|hostname"):
            ask(settings(opened.port, tls=Tls(cafile=other.authority)))
        assert ask(settings(opened.port, tls=Tls(cafile=other.authority, check_hostname=False))) == [1]


def test_a_server_that_asks_who_we_are(plain: int, own: Papers, other: Papers) -> None:
    with door(plain, own, wants=other) as opened:
        with pytest.raises(DatabaseUnavailable):
            ask(settings(opened.port, tls=Tls(cafile=own.authority)))
        ours = Tls(own.authority, other.certificate, other.key)
        assert ask(settings(opened.port, tls=ours)) == [1]


def test_tls_to_a_plain_port_says_so(plain: int, own: Papers) -> None:
    with pytest.raises(DatabaseUnavailable, match=f"127.0.0.1:{plain}"):
        ask(settings(plain, tls=Tls(cafile=own.authority)))


def test_a_host_that_refuses_is_passed_over(plain: int) -> None:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        nobody = probe.getsockname()[1]
    assert ask(settings(nobody, plain)) == [1]


def test_a_host_that_takes_us_and_drops_us_is_passed_over(plain: int) -> None:
    """The driver itself goes on only when a connection is refused."""
    with door(plain) as bad:
        bad.shut = True
        assert ask(settings(bad.port, plain)) == [1]


def test_a_host_that_goes_away_is_left_and_not_asked_again_while_the_next_answers(plain: int) -> None:
    with door(plain) as first, door(plain) as second:
        database = Database(settings(first.port, second.port).database_url)
        assert len(database.ask(ONE)) == 1
        assert (first.entered, second.entered) == (1, 0)
        first.close()
        for _ in range(3):
            assert len(database.ask(ONE)) == 1
        assert (first.entered, second.entered) == (1, 1)
        second.close()
        with pytest.raises(DatabaseUnavailable, match=f"127.0.0.1:{first.port}, 127.0.0.1:{second.port}"):
            database.ask(ONE)
        database.close()


def test_an_insert_whose_host_is_gone_goes_elsewhere_once(plain: int) -> None:
    with door(plain) as first, door(plain) as second:
        database = Database(settings(first.port, second.port).database_url)
        name = f"failover_{time.monotonic_ns()}"
        database.command(f"CREATE TABLE {name} (a UInt8) ENGINE = Memory")
        first.close()
        assert database.insert(name, {"a": [1]}) == 1
        assert second.entered == 1
        assert list(database.ask(Question("q", f"SELECT a FROM {name}")).column("a")) == [1]  # noqa: S608
        database.command(f"DROP TABLE {name}")
        database.close()


def test_many_threads_move_together(plain: int) -> None:
    with door(plain) as first, door(plain) as second:
        database = Database(settings(first.port, second.port).database_url)
        database.ask(ONE)
        first.close()
        answers: list[int] = []
        threads = [threading.Thread(target=lambda: answers.append(len(database.ask(ONE)))) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(20)
        assert answers == [1] * 8
        database.close()


def errors(given: Settings) -> Iterator[str]:
    """All that the errors of a database that is not there say, causes included."""
    database = Database(given.database_url, connect_timeout=0.3)
    yield repr(database)
    for act in (partial(database.ask, ONE), database.create, partial(database.insert, "t", {"a": [1]})):
        with pytest.raises(DatabaseUnavailable) as caught:
            act()
        error: BaseException | None = caught.value
        while error is not None:
            yield f"{error!s} {error!r}"
            error = error.__cause__


def test_nothing_that_is_shown_holds_the_password(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(0)
    within = Settings(clickhouse_url=f"clickhouse://u:{SECRET}@127.0.0.1:9/x")
    shown = []
    for given in (settings(9, 10), within):
        shown += [*errors(given), repr(given)]
        shown += [finding.text for finding in examine(replace(given, data=tmp_path))]
    assert len(shown) > 10
    assert [text for text in [*shown, caplog.text] if SECRET in text] == []
