"""Headers of answers without rows are asked for once, until a table changes."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from streams.headers import MOST, Headers
from streams.native_blocks import Block


def block(kind: str) -> Block:
    return Block(("x",), (kind,))


def never() -> Block:
    raise AssertionError("asked again")


def telling(kind: str) -> Callable[[], Block]:
    return lambda: block(kind)


def test_a_statement_is_asked_for_once() -> None:
    headers = Headers()
    key = ("yiping", "SELECT x FROM t")
    assert headers.of(key, telling("UInt8")).types == ("UInt8",)
    assert headers.of(key, never).types == ("UInt8",)


def test_another_database_is_another_answer() -> None:
    headers = Headers()
    headers.of(("a", "SELECT x FROM t"), telling("UInt8"))
    assert headers.of(("b", "SELECT x FROM t"), telling("String")).types == ("String",)


def test_what_was_asked_before_a_change_by_any_connection_is_forgotten() -> None:
    headers, other = Headers(), Headers()
    key = ("yiping", "SELECT x FROM t")
    headers.of(key, telling("UInt8"))
    other.changed()
    assert headers.of(key, telling("String")).types == ("String",)


def test_what_was_asked_while_it_changed_is_not_kept() -> None:
    headers = Headers()
    key = ("yiping", "SELECT x FROM t")

    def slowly() -> Block:
        headers.changed()
        return block("UInt8")

    assert headers.of(key, slowly).types == ("UInt8",)
    assert headers.of(key, telling("String")).types == ("String",)


def test_a_table_named_by_a_parameter_is_asked_for_each_time() -> None:
    headers = Headers()
    key = ("yiping", "SELECT x FROM {table:Identifier}")
    headers.of(key, telling("UInt8"))
    assert headers.of(key, telling("String")).types == ("String",)


def test_an_error_is_not_kept() -> None:
    headers = Headers()
    with pytest.raises(AssertionError, match="asked again"):
        headers.of(("", "SELECT 1"), never)
    assert headers.of(("", "SELECT 1"), telling("UInt8")).types == ("UInt8",)


def test_only_so_many_are_kept() -> None:
    headers = Headers()
    for number in range(MOST + 1):
        headers.of(("", f"SELECT {number}"), telling("UInt8"))
    assert headers.of(("", "SELECT 0"), telling("String")).types == ("String",)
