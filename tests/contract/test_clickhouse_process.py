"""The embedded ClickHouse as a process: who may reach it, what it refuses, how it starts, stops and dies."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from clickhouse_driver import Client, errors

from tests.contract.clickhouse_part import ROOT, Served

pytestmark = [
    pytest.mark.contract,
    pytest.mark.skipif("CLICKHOUSE_URL" in os.environ, reason="is about the embedded process itself"),
]

Embedded = Callable[..., Served]


def test_noise_at_the_port_harms_nobody_else(client: Client) -> None:
    address = (client.connection.hosts[0][0], client.connection.hosts[0][1])
    generator = random.Random(1)
    client.execute("SELECT 1")
    hello = b"\x00\x01a\x14\x0a\xc4\xa9\x03\x00\x07default\x00"
    noises = [b"GET / HTTP/1.1\r\n\r\n", b"\x00" + b"\xff" * 20, b"", b"\x00", hello[:9], b"\x16\x03\x01" + b"\0" * 300]
    noises += [generator.randbytes(generator.randrange(1, 5000)) for _ in range(20)]
    noises += [hello + b"\x00" + generator.randbytes(generator.randrange(1, 5000)) for _ in range(20)]
    noises += [hello + b"\x00\x01" + generator.randbytes(500), hello + b"\x00\x02\x00" + b"\xff" * 9]
    for noise in noises:
        with socket.create_connection(address, timeout=5) as connection, contextlib.suppress(OSError):
            connection.sendall(noise)
            connection.shutdown(socket.SHUT_WR)
            while connection.recv(65536):
                pass
    assert client.execute("SELECT 1") == [(1,)]


def test_rows_in_the_text_of_an_insert_are_refused(client: Client) -> None:
    client.execute("CREATE TABLE t (n UInt32, s String) ENGINE = MergeTree ORDER BY n")
    for sql in (
        "INSERT INTO t VALUES (1, 'a')",
        'INSERT INTO t FORMAT JSONEachRow {"n":1}\n\nDROP TABLE t',
        "-- x\nINSERT INTO t FORMAT TSV\n1\ta\n\nDROP TABLE t",
    ):
        with pytest.raises(errors.ServerException) as raised:
            client.execute(sql)
        assert raised.value.code == 62
    assert client.execute("SELECT count() FROM t") == [(0,)]


def test_a_format_that_is_not_the_protocols_is_refused(client: Client) -> None:
    for sql in ("SELECT 1 FORMAT JSON", "SELECT number FROM numbers(100) FORMAT CSV"):
        with pytest.raises(errors.ServerException):
            client.execute(sql)
    assert client.execute("SELECT 1") == [(1,)]


def test_compression_is_refused_with_a_sentence(client: Client) -> None:
    client.execute("SELECT 1")
    client.connection.compression = 1  # what the address's compression= would set, without the packages that it needs
    with pytest.raises(errors.ServerException, match="take compression= out of the address"):
        client.execute("SELECT 1")


def test_too_many_clients_are_turned_away(embedded: Embedded) -> None:
    served = embedded()
    address = ("127.0.0.1", served.port)
    with contextlib.ExitStack() as stack:
        crowd = [stack.enter_context(socket.create_connection(address)) for _ in range(256)]
        with pytest.raises(errors.ServerException, match="too many"), Client.from_url(served.url) as late:
            late.execute("SELECT 1")
        for visitor in crowd:
            visitor.close()
    time.sleep(0.5)
    with Client.from_url(served.url) as later:
        assert later.execute("SELECT 1") == [(1,)]


def test_acknowledged_rows_outlive_kill_9(embedded: Embedded) -> None:
    first = embedded()
    with Client.from_url(first.url) as before:
        before.execute("CREATE TABLE t (n UInt32, s String) ENGINE = MergeTree ORDER BY n")
        for n in range(20):
            before.execute("INSERT INTO t VALUES", [list(range(n * 100, n * 100 + 100)), ["x"] * 100], columnar=True)
    first.stop(signal.SIGKILL)
    second = embedded(first.data, first.port)
    with Client.from_url(second.url) as after:
        assert after.execute("SELECT count(), uniqExact(n) FROM t") == [(2000, 2000)]
    assert second.stop() == 0


def test_a_second_process_on_the_folder_is_told_whose_it_is(embedded: Embedded) -> None:
    first = embedded()
    refused = _run("--data", str(first.data), "--port", "0")
    assert refused.returncode == 1
    assert f"in use by process {first.process.pid}" in refused.stderr
    assert refused.stderr.count("\n") == 1


def test_a_port_in_use_is_told(embedded: Embedded, tmp_path: Path) -> None:
    first = embedded()
    refused = _run("--data", str(tmp_path / "other"), "--port", str(first.port))
    assert refused.returncode == 1
    assert f"port {first.port} of 127.0.0.1 is taken" in refused.stderr


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.5", "::", "example.org"])  # noqa: S104
def test_other_machines_cannot_reach_it(tmp_path: Path, host: str) -> None:
    refused = _run("--data", str(tmp_path), "--port", "0", "--host", host)
    assert refused.returncode == 1
    assert "asks nobody for a password" in refused.stderr


def _run(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "streams.embedded_clickhouse", *arguments]
    return subprocess.run(command, cwd=ROOT, text=True, capture_output=True, timeout=30, check=False)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_stops_within_three_seconds_under_load(embedded: Embedded, number: int) -> None:
    served = embedded()
    clients = [Client.from_url(served.url) for _ in range(3)]
    clients[0].execute("SELECT 1")
    for busy in clients[1:]:
        busy.connection.force_connect()
        busy.connection.send_query("SELECT sleepEachRow(0.2) FROM numbers(500) SETTINGS max_block_size = 5")
        busy.connection.send_external_tables(None)
    time.sleep(0.5)
    begun = time.monotonic()
    assert served.stop(number) == 0
    assert time.monotonic() - begun < 3
    for client in clients:
        client.disconnect()


def test_it_stays_small(embedded: Embedded) -> None:
    served = embedded()
    with Client.from_url(served.url) as client:
        client.execute("SELECT 1")
    status = Path(f"/proc/{served.process.pid}/status").read_text()
    resident_kb = int(status.partition("VmRSS:")[2].split()[0])
    assert resident_kb < 400_000
