"""The brief as an HTML page, and the page that says why there is none. Reads its templates; decides nothing."""

from __future__ import annotations

from dataclasses import asdict
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from config.words import Words
from dashboard.brief.document import Document

FOLDER = Path(__file__).parent


@cache
def _environment() -> Environment:
    """Everything is escaped but our own style sheet and charts."""
    return Environment(loader=FileSystemLoader(FOLDER), autoescape=True, undefined=StrictUndefined, trim_blocks=True)


@cache
def _style() -> str:
    return (FOLDER / "page.css").read_text("utf-8")


def to_html(document: Document, words: Words) -> str:
    """One page that needs nothing but itself: styles and charts inside, no script."""
    return _environment().get_template("page.html.j2").render(**asdict(document), say=words, style=_style())


def notice(title: str, text: str, link: str, link_text: str, language: str) -> str:
    """A page with one sentence and one link."""
    page = _environment().get_template("notice.html.j2")
    return page.render(title=title, text=text, link=link, link_text=link_text, language=language, style=_style())
