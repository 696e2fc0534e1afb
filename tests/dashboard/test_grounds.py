"""Where the words of a narrow table may be wrapped."""

from __future__ import annotations

from typing import Any

import pytest
from dash import html

from dashboard.desk.grounds import _cell


def pieces(cell: str, language: str = "zh-CN") -> str:
    """The cell with | where its words may be wrapped."""
    found: list[Any] = list(_cell(cell, language))
    return "".join("|" if isinstance(one, html.Wbr) else getattr(one, "children", one) for one in found)


@pytest.mark.parametrize(
    ("cell", "wanted"),
    [
        ("", ""),
        ("14:31:54", "14:31:54"),
        ("11-23 14:31:54 · 已 5 分钟", "11-23 14:31:54 · 已 5 分钟"),
        ("−1,234,567.89 mm", "−1,234,567.89 mm"),
        ("rain-017", "rain-017"),
        ("qx@xining.gov.cn", "qx@|xining.|gov.|cn"),
        ("西宁 8839b8c5c3fffffff 站", "西宁 8839b8c5c3ff|fffff 站"),
        ("https://example.org/a", "https://|example.|org/|a"),
        ("................", "................"),
    ],
)
def test_a_long_word_is_wrapped_at_its_parts_and_no_time_or_number_is(cell: str, wanted: str) -> None:
    assert pieces(cell) == wanted
    assert pieces(cell, "en") == wanted
