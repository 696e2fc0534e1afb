"""The brief in words, before it is a page or a PDF: texts, tables and charts, the same for every format. Pure."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a table: text, or a chart (SVG) with the text for those who cannot see it.

    `level` colours a warning; `open` marks what waits for somebody (未签收), so that it stands out.
    """

    text: str
    level: str = ""
    svg: str = ""
    open: bool = False


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its head, whether it holds numbers (right-aligned), its share of the width (0: as wide as its text).

    `phone` False: left out where there is no room.
    """

    head: str
    number: bool = False
    share: int = 0
    phone: bool = True


@dataclass(frozen=True, slots=True)
class Table:
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True, slots=True)
class Figure:
    """One number: `beside` is how it comes about (337 / 381), `below` where or against what."""

    label: str
    value: str
    unit: str = ""
    beside: str = ""
    below: str = ""


@dataclass(frozen=True, slots=True)
class Chart:
    caption: str
    svg: str


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the page. `lead` are sentences above its figures, `notes` definitions in small type under them."""

    key: str
    title: str
    lead: tuple[str, ...] = ()
    figures: tuple[Figure, ...] = ()
    chart: Chart | None = None
    table: Table | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Headline:
    label: str
    text: str


@dataclass(frozen=True, slots=True)
class Document:
    """One brief, ready to be set. `marks` are what a reader must know before the first number (模拟数据)."""

    language: str
    title: str
    subtitle: str
    until: str
    marks: tuple[str, ...]
    headlines: tuple[Headline, ...]
    sections: dict[str, Section]
    foot: str
    links: dict[str, str]
