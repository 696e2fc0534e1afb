"""The brief as a PDF: set by typst with the one font of the PyPI package, offline. Reads files; decides nothing."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import datetime
from functools import cache
from importlib.resources import files
from pathlib import Path

import typst

from dashboard.brief.document import Document

TEMPLATE = Path(__file__).parent / "brief.typ"
FONT_PACKAGE = "noto_cjk_sans_otc"


@cache
def _fonts() -> typst.Fonts:
    """NotoSansCJK-Regular and nothing else, so that a brief looks the same on every machine."""
    folder = str(files(FONT_PACKAGE))
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[folder])


def to_pdf(document: Document, made: datetime) -> bytes:
    """A4 pages. The same document and `made` give the same bytes. TypstError: a fault of the template."""
    inputs = {"document": json.dumps(asdict(document), ensure_ascii=False)}
    pdf = typst.compile(
        TEMPLATE.read_bytes(),
        format="pdf",
        font_paths=_fonts(),
        ignore_system_fonts=True,
        sys_inputs=inputs,
        timestamp=int(made.timestamp()),
    )
    if not isinstance(pdf, bytes):
        raise TypeError(f"typst gave {type(pdf).__name__}, not the bytes of one PDF")
    return pdf
