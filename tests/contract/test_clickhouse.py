"""What we rely on of a ClickHouse, through clickhouse-driver: the embedded one and a server must both keep it."""

from __future__ import annotations

import contextlib
import threading
import time
import uuid
from collections.abc import Callable

import pytest
from clickhouse_driver import Client, errors

pytestmark = pytest.mark.contract


def test_hello_and_ping(client: Client) -> None:
    client.connection.force_connect()
    assert client.connection.ping()
    client.connection.is_query_executing = False
    assert client.connection.server_info.revision >= 54459
    assert client.connection.server_info.timezone


def test_a_database_that_does_not_exist_is_refused(clickhouse_url: str) -> None:
    with Client.from_url(clickhouse_url.rpartition("/")[0] + "/no_such_database") as stranger:
        with pytest.raises(errors.ServerException) as raised:
            stranger.execute("SELECT 1")
        assert raised.value.code == 81


def test_rows_and_columns_can_be_inserted(client: Client) -> None:
    client.execute("CREATE TABLE t (a Int32, b String) ENGINE = MergeTree ORDER BY a")
    assert client.execute("INSERT INTO t (a, b) VALUES", [(1, "x"), (2, "y")]) == 2
    assert client.execute("INSERT INTO t VALUES", [{"a": 3, "b": "z"}]) == 1
    assert client.execute("insert into `t` (`b`, `a`) values", [["w"], [4]], columnar=True) == 1
    assert client.execute("SELECT * FROM t ORDER BY a") == [(1, "x"), (2, "y"), (3, "z"), (4, "w")]


def test_columns_left_out_get_their_defaults(client: Client) -> None:
    client.execute("CREATE TABLE t (a Int32, b String DEFAULT 'none', c Int32 MATERIALIZED a * 2) ENGINE = Memory")
    client.execute("INSERT INTO t (a) VALUES", [(5,)])
    client.execute("INSERT INTO t VALUES", [(6, "given")])
    assert client.execute("SELECT a, b, c FROM t ORDER BY a") == [(5, "none", 10), (6, "given", 12)]


@pytest.mark.parametrize("count", [10_000, 100_000])
def test_many_rows_at_once(client: Client, count: int) -> None:
    client.execute("CREATE TABLE t (n UInt32, s String, f Float64) ENGINE = MergeTree ORDER BY n")
    columns = [list(range(count)), [f"device-{n}" for n in range(count)], [n / 7 for n in range(count)]]
    assert client.execute("INSERT INTO t VALUES", columns, columnar=True) == count
    assert client.execute("SELECT count(), sum(n), uniqExact(s) FROM t") == [(count, count * (count - 1) // 2, count)]


def test_an_insert_of_several_blocks(client: Client) -> None:
    client.execute("CREATE TABLE t (n UInt32) ENGINE = MergeTree ORDER BY n")
    options = {"insert_block_size": 1000}
    assert client.execute("INSERT INTO t VALUES", [list(range(5500))], columnar=True, settings=options) == 5500
    assert client.execute("SELECT count(), max(n) FROM t") == [(5500, 5499)]


def test_an_insert_of_nothing(client: Client) -> None:
    client.execute("CREATE TABLE t (n UInt32) ENGINE = MergeTree ORDER BY n")
    assert client.execute("INSERT INTO t VALUES", []) == 0
    assert client.execute("SELECT count() FROM t") == [(0,)]


def test_a_failing_insert_raises_and_stores_nothing(client: Client) -> None:
    client.execute(
        "CREATE TABLE t (n UInt32, CONSTRAINT small CHECK n < 100) ENGINE = MergeTree ORDER BY n",
    )
    with pytest.raises(errors.ServerException) as raised:
        client.execute("INSERT INTO t VALUES", [(1,), (1000,)])
    assert raised.value.code == 469
    assert client.execute("SELECT count() FROM t") == [(0,)]
    assert client.execute("INSERT INTO t VALUES", [(1,)]) == 1


@pytest.mark.parametrize("sql", ["INSERT INTO missing VALUES", "INSERT INTO t (missing) VALUES"])
def test_an_insert_into_what_is_not_there_raises(client: Client, sql: str) -> None:
    client.execute("CREATE TABLE t (n UInt32) ENGINE = MergeTree ORDER BY n")
    with pytest.raises(errors.ServerException) as raised:
        client.execute(sql, [(1,)])
    assert raised.value.code in (60, 47, 16)


def test_a_syntax_error_has_its_code_and_the_connection_goes_on(client: Client) -> None:
    with pytest.raises(errors.ServerException) as raised:
        client.execute("SELEC 1")
    assert raised.value.code == 62
    assert "Syntax error" in str(raised.value)
    assert client.execute("SELECT 1") == [(1,)]


def test_an_error_in_the_middle_of_an_answer_raises(client: Client) -> None:
    with pytest.raises(errors.ServerException) as raised:
        client.execute("SELECT throwIf(number = 500000) FROM numbers(1000000) SETTINGS max_threads = 1")
    assert raised.value.code == 395
    assert client.execute("SELECT 1") == [(1,)]


@pytest.mark.parametrize("tail", [";", " ; -- the end", "\n;\n", " -- the end", ""])
def test_the_end_of_a_statement_may_be_marked(client: Client, tail: str) -> None:
    assert client.execute(f"SELECT 1 AS a WHERE 0{tail}", with_column_types=True) == ([], [("a", "UInt8")])
    assert client.execute(f"SELECT 1 AS a{tail}") == [(1,)]


def test_two_statements_in_one_text_are_refused(client: Client) -> None:
    client.execute("CREATE TABLE t (n UInt32) ENGINE = Memory")
    for sql in ("SELECT 1; DROP TABLE t", "SELECT 1;\n\nDROP TABLE t", "DROP TABLE IF EXISTS t2; DROP TABLE t"):
        with pytest.raises(errors.ServerException) as raised:
            client.execute(sql)
        assert raised.value.code == 62
    assert client.execute("SELECT count() FROM t") == [(0,)]


HOSTILE = [
    "\n\nDROP TABLE t", "\r\n\r\nDROP TABLE t\r\n", "x\n\n\nSELECT 1;\n\nDROP TABLE t;\n", "'); DROP TABLE t; --",
    "\0\n\nDROP TABLE t", "\n\nINSERT INTO t VALUES (666, '')\n\n", "\\N\n\nDROP TABLE t",
]  # fmt: skip


def test_statements_inside_rows_are_only_text(client: Client) -> None:
    client.execute("CREATE TABLE t (n UInt32, s String) ENGINE = MergeTree ORDER BY n")
    numbers = list(range(len(HOSTILE)))
    client.execute("INSERT INTO t (n, s) VALUES", [numbers, HOSTILE], columnar=True)
    assert client.execute("SELECT n, s FROM t ORDER BY n") == list(zip(numbers, HOSTILE, strict=True))


def test_bytes_that_are_no_text_come_back_unchanged(client: Client) -> None:
    client.execute("CREATE TABLE t (n UInt32, s String) ENGINE = MergeTree ORDER BY n")
    raw = [b"\xff\xfe\x00", b"\x80 half", bytes(range(256))]
    options = {"strings_as_bytes": True}
    client.execute("INSERT INTO t VALUES", [[0, 1, 2], raw], columnar=True, settings=options)
    assert client.execute("SELECT s FROM t ORDER BY n", settings=options) == [(text,) for text in raw]
    assert client.execute("SELECT hex(s) FROM t WHERE n = 0") == [("FFFE00",)]


def test_settings_last_for_one_question(client: Client) -> None:
    sql = "SELECT getSetting('max_block_size')"
    before = client.execute(sql)
    assert client.execute(sql, settings={"max_block_size": 4321}) == [(4321,)]
    assert client.execute(sql) == before
    assert client.execute("SELECT 1", settings={"no_such_setting": "1"}) == [(1,)]
    with pytest.raises(errors.ServerException):
        client.execute("SELEC 1", settings={"max_block_size": 1234})
    assert client.execute(sql) == before


def test_other_statements_answer_too(client: Client) -> None:
    client.execute("CREATE TABLE t (n UInt32) ENGINE = MergeTree ORDER BY n")
    assert client.execute("SHOW TABLES") == [("t",)]
    assert client.execute("EXISTS TABLE t") == [(1,)]
    assert client.execute("DESCRIBE TABLE t")[0][:2] == ("n", "UInt32")
    assert client.execute("INSERT INTO t SELECT number FROM numbers(10)") == []
    assert client.execute("INSERT INTO t (n) WITH 5 AS x SELECT x + {y:UInt32}", {"y": 100}) == []
    assert client.execute("WITH 1 AS x SELECT count() + x FROM t") == [(12,)]
    assert client.execute("(SELECT 1 AS a) UNION ALL (SELECT 1)") == [(1,), (1,)]
    assert client.execute("ALTER TABLE t DELETE WHERE n < 5 SETTINGS mutations_sync = 1") == []
    assert client.execute("OPTIMIZE TABLE t FINAL") == []
    assert client.execute("SELECT count() FROM t") == [(6,)]


def test_materialised_views_see_what_is_inserted(client: Client) -> None:
    client.execute("CREATE TABLE t (k String, v Float64) ENGINE = MergeTree ORDER BY k")
    client.execute(
        "CREATE MATERIALIZED VIEW m (k String, s SimpleAggregateFunction(sum, Float64)) "
        "ENGINE = AggregatingMergeTree ORDER BY k AS SELECT k, sum(v) AS s FROM t GROUP BY k"
    )
    client.execute("INSERT INTO t VALUES", [("a", 1.0), ("b", 2.0), ("a", 3.0)])
    rows, described = client.execute("SELECT k, s FROM m ORDER BY k", with_column_types=True)
    assert rows == [("a", 4.0), ("b", 2.0)]
    assert described[1] == ("s", "SimpleAggregateFunction(sum, Float64)")


def test_a_big_answer_comes_in_several_blocks(client: Client) -> None:
    seen = rows = 0
    client.connection.force_connect()
    client.connection.is_query_executing = False
    for block_rows, total in _blocks(client, "SELECT number, toString(number), number / 3 FROM numbers(1000000)"):
        seen, rows = seen + 1, total
        assert block_rows <= 200_000
    assert rows == 1_000_000
    assert seen > 5


def _blocks(client: Client, sql: str) -> list[tuple[int, int]]:
    """Rows of each block of an answer, and rows so far."""
    found, total = [], 0
    client.connection.send_query(sql)
    client.connection.send_external_tables(None)
    client.last_query = None
    while (packet := client.connection.receive_packet()).type != 5:
        if packet.block is not None and packet.block.num_rows:
            total += packet.block.num_rows
            found.append((packet.block.num_rows, total))
    return found


def test_many_clients_at_once(client: Client, clickhouse_url: str) -> None:
    client.execute("CREATE TABLE t (who UInt32, n UInt32) ENGINE = MergeTree ORDER BY n")
    url = clickhouse_url.rpartition("/")[0] + f"/{client.connection.database}"
    wrong: list[object] = []

    def work(who: int) -> None:
        try:
            with Client.from_url(url) as own:
                for n in range(10):
                    own.execute(
                        "INSERT INTO t VALUES", [[who] * 100, list(range(n * 100, n * 100 + 100))], columnar=True
                    )
                    found = own.execute("SELECT count(), any(who) FROM t WHERE who = %(who)s", {"who": who})
                    if found != [((n + 1) * 100, who)]:
                        wrong.append(found)
        except Exception as error:
            wrong.append(error)

    threads = [threading.Thread(target=work, args=(who,)) for who in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert wrong == []
    assert client.execute("SELECT count(), uniqExact(who) FROM t") == [(8000, 8)]


def test_a_client_that_cancels_gets_the_end_and_goes_on(client: Client) -> None:
    rows = client.execute_iter("SELECT number FROM system.numbers", settings={"max_block_size": 1000})
    assert next(rows) == (0,)
    client.connection.send_cancel()
    with contextlib.suppress(errors.ServerException):
        for _ in rows:
            pass
    assert client.execute("SELECT 1") == [(1,)]


def test_a_client_that_leaves_takes_its_question_with_it(client: Client, clickhouse_url: str) -> None:
    mark = f"mark{uuid.uuid4().hex}"
    running = "SELECT count() FROM system.processes WHERE query LIKE {mark:String} AND query NOT LIKE '%processes%'"
    leaver = Client.from_url(clickhouse_url)
    leaver.connection.force_connect()
    slow = "SELECT sleepEachRow(0.1), '{}' FROM numbers(600) SETTINGS max_block_size = 1"
    leaver.connection.send_query(slow.format(mark))
    leaver.connection.send_external_tables(None)
    _until(lambda: client.execute(running, {"mark": f"%{mark}%"}) == [(1,)])
    leaver.disconnect()
    _until(lambda: client.execute(running, {"mark": f"%{mark}%"}) == [(0,)])


def _until(true: Callable[[], bool], seconds: float = 10) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.05)


def test_an_answer_without_rows_follows_its_table(client: Client, clickhouse_url: str) -> None:
    """Its columns are told as they are now, also when another connection has changed them."""

    def told() -> list[tuple[str, str]]:
        rows, described = client.execute("SELECT * FROM t WHERE a > 1", with_column_types=True)
        assert rows == []
        return [(name, kind) for name, kind, *_ in described]

    client.execute("CREATE TABLE t (a UInt8) ENGINE = MergeTree ORDER BY a")
    assert told() == told() == [("a", "UInt8")]
    database = client.execute("SELECT currentDatabase()")[0][0]
    with Client.from_url(f"{clickhouse_url.rpartition('/')[0]}/{database}") as other:
        other.execute("ALTER TABLE t ADD COLUMN b String")
    assert told() == [("a", "UInt8"), ("b", "String")]
