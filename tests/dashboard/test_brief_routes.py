"""The brief's addresses."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from config.settings import Settings
from dashboard.brief import facts as facts_of
from dashboard.brief import routes
from streams.clickhouse import DatabaseUnavailable
from tests.dashboard.brief_day import CITY, MADE, facts


class Web:
    """A server with the brief's routes, whose facts are made up; it counts how often they were asked for."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = MADE
        self.asked = 0
        self.down = False
        monkeypatch.setattr(routes, "build", self.build)
        context: Any = SimpleNamespace(
            settings=Settings(), profile=CITY.profile, city=CITY, rulebook=SimpleNamespace(rules=()), database=None
        )
        server = FastAPI()
        server.include_router(routes.router(context, lambda: self.now))
        self.server = server

    def get(self, path: str) -> httpx.Response:
        async def ask() -> httpx.Response:
            transport = httpx.ASGITransport(app=self.server)
            async with httpx.AsyncClient(transport=transport, base_url="http://here") as client:
                return await client.get(path)

        return asyncio.run(ask())

    def build(self, database: Any, city: Any, rulebook: Any, day: Any, now: datetime) -> Any:
        self.asked += 1
        if self.down:
            raise DatabaseUnavailable("nobody answers")
        if day > self.now.date():
            return facts_of.build(database, city, rulebook, day, now)
        return facts()


@pytest.fixture
def web(monkeypatch: pytest.MonkeyPatch) -> Web:
    return Web(monkeypatch)


@pytest.mark.parametrize("path", ["/brief", "/brief/"])
def test_the_newest_is_yesterday(web: Web, path: str) -> None:
    answer = web.get(path + "?lang=en")
    assert (answer.status_code, answer.headers["location"]) == (307, "/brief/2026-07-21?lang=en")


def test_yesterday_in_the_city_not_in_utc(web: Web) -> None:
    web.now = MADE - timedelta(hours=7)  # 01:00 in Xining, still the day before in UTC
    assert web.get("/brief/").headers["location"] == "/brief/2026-07-21"


@pytest.mark.parametrize("path", ["/brief/2026-07-21", "/brief/2026-07-21.html"])
def test_page(web: Web, path: str) -> None:
    answer = web.get(path)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert "城市运行日报" in answer.text


def test_english(web: Web) -> None:
    assert 'lang="en"' in web.get("/brief/2026-07-21?lang=en").text


def test_pdf(web: Web) -> None:
    answer = web.get("/brief/2026-07-21.pdf")
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["content-disposition"] == 'inline; filename="yiping-xining-2026-07-21.pdf"'
    assert answer.content.startswith(b"%PDF")


@pytest.mark.parametrize(
    "name",
    ["2026-02-30", "yesterday", "2026-7-1", "2026-07-21.docx", "0001-01-01", "9999-12-31", "<b>", "２０２６-07-21"],
)
def test_what_is_no_day_is_said(web: Web, name: str) -> None:
    answer = web.get(f"/brief/{name}")
    assert answer.status_code == 422
    assert "不是日期" in answer.text
    assert "<b>" not in answer.text
    assert web.asked == 0


def test_a_day_to_come_is_said(web: Web) -> None:
    answer = web.get("/brief/2026-07-23")
    assert answer.status_code == 404
    assert "还没有开始" in answer.text


def test_a_database_that_is_down_is_said(web: Web) -> None:
    web.down = True
    answer = web.get("/brief/2026-07-21")
    assert answer.status_code == 503
    assert "数据库没有应答" in answer.text
    web.down = False
    assert web.get("/brief/2026-07-21").status_code == 200


def test_readers_of_the_same_moment_share_their_questions(web: Web) -> None:
    for path in ("/brief/2026-07-21", "/brief/2026-07-21.pdf", "/brief/2026-07-21?lang=en"):
        web.get(path)
    assert web.asked == 1
    web.now = MADE + timedelta(minutes=1)
    web.get("/brief/2026-07-21")
    assert web.asked == 2
