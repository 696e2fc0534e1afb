"""How to mend what is wrong in a devices.csv: for each mistake where it stands and what to write there. Pure."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from streams.parse_fields import Refusal
from streams.sheet import Mistake, Row, as_number


def number_mend(column: str, text: str) -> str:
    """How to write the number that somebody meant."""
    plain = text.replace("，", ",").replace(",", ".", 1)
    if column != "interval" and plain != text and as_number(plain) is not None:
        return f"write it as {plain}"
    return _AS_NUMBERS.get(column, "write only the number, in the unit of the row, such as 4.5")


_AS_NUMBERS = {
    "lat": "write degrees, such as 36.6475",
    "lon": "write degrees, such as 101.6900",
    "interval": "write seconds, such as 60",
}


def refused(rows: Sequence[Row], refusal: Refusal, columns: Collection[str]) -> Mistake:
    """Where in the file the refused field stands: the texts of refusals begin with the field's name."""
    field = refusal.detail.split(" ", 1)[0].rstrip(",")
    column = {"zh-CN": "name_zh"}.get(field, "name_en" if field == "en" else field)
    its = [row for row in rows if column in row.cells]
    named = [row for row in its if row.cells.get("metric", "?") in refusal.detail]
    line = (named or its or rows)[0].line
    mend = _AS_NUMBERS["interval"] if column == "interval" else _MENDS[refusal.reason]
    return Mistake(line, f"column {column}" if column in columns else "the device", refusal.detail, mend)


class _Mends(dict[str, str]):
    def __missing__(self, reason: str) -> str:
        return "correct it"


_MENDS = _Mends(
    missing_field="fill it in",
    bad_place="write both in degrees, as 36.6475 and 101.6900, or leave both blank",
    unknown_datum="write WGS-84, GCJ-02 or BD-09; blank is WGS-84",
    wrong_unit="write the unit of the device's own values, or leave it blank for ours",
    bad_threshold="let the marks rise, or fall where low is bad",
    unknown_state="write active (在用) or retired (停用), or leave it blank",
    too_long="shorten it to 256 characters",
    bad_value="write a plain number, such as 4.5",
)
