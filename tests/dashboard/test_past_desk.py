"""A desk in the past: it asks of then, and nothing can be done to it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from dash.exceptions import PreventUpdate

from config.read import read_words
from dashboard.context import Context
from dashboard.desk import quieting
from dashboard.desk.page import seen
from dashboard.past.seen import Past
from layers.moments import to_ms
from streams.asof import AsOf
from streams.clickhouse import DatabaseUnavailable
from tests.dashboard.made_past import Made, past
from tests.dashboard.served import Show, context

NOW = datetime.now(UTC)
THEN = (NOW - timedelta(days=2)).replace(minute=45, second=7, microsecond=0)


@pytest.fixture
def city(tmp_path: Path) -> Iterator[tuple[Context, Made]]:
    with past(NOW - timedelta(days=9)) as made:
        yield context(Show(), tmp_path), made


def test_then_is_now_for_all_that_the_desk_asks(city: tuple[Context, Made]) -> None:
    living, _ = city
    then = asyncio.run(seen(Past(living), to_ms(THEN)))
    assert then.state.now() == then.state.moment.at == THEN
    assert isinstance(then.database, AsOf)
    assert then.database.at == THEN
    assert asyncio.run(seen(Past(living), None)) is living


def test_what_cannot_be_read_changes_nothing_on_the_page(city: tuple[Context, Made]) -> None:
    living, made = city
    made.error = DatabaseUnavailable("gone")
    with pytest.raises(PreventUpdate):
        asyncio.run(seen(Past(living), to_ms(THEN)))


@pytest.mark.parametrize(("language", "told"), [("zh-CN", "请先回到现在"), ("en", "Go back to now first")])
def test_nothing_is_done_to_the_past(language: str, told: str) -> None:
    def act() -> str:
        raise AssertionError("it was done")

    said, looks, _ = asyncio.run(quieting._tried(act, read_words(language), to_ms(THEN)))
    assert told in said
    assert looks == quieting.BAD
