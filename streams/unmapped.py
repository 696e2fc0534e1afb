"""What a source's mapping could not map: a marked message, which ingest rejects for the reason that it names.

So a foreign record is stored or is in `rejects`, with the mapping's own reason, its line and the record itself. Pure.
"""

from __future__ import annotations

import json
from typing import Any

from streams.parse_fields import Refusal

KEY = "yiping_unmapped"
REASONS = frozenset((
    *("unmapped", "no_message", "wrong_columns", "several_numbers", "bad_time", "time_without_offset", "bad_value"),
    *("bad_place", "bad_text", "sentinel_value", "not_utf8", "not_json", "wrong_shape", "empty"),
))  # fmt: skip
"""Why a record cannot be mapped; reasons are few and known, so a marked message with another is malformed."""
LONGEST_RECORD = 200_000  # characters kept of the record: with escapes far below the 1 MB that a message may have
LONGEST_DETAIL = 500


def marked(refusal: Refusal, source: str, line: int | str, record: Any) -> bytes:
    """The message that says why `record`, read at `line` (or a place in a topic) of `source`, could not be mapped."""
    why = {"reason": refusal.reason, "detail": refusal.detail[:LONGEST_DETAIL], "source": source, "line": line}
    try:
        text = _json({KEY: why, "record": record})
    except RecursionError:
        text = _json({KEY: why, "record": "nested too deeply to be kept"})
    if len(text) > LONGEST_RECORD:
        text = _json({KEY: why, "record": text[: LONGEST_RECORD // 6]})  # an escaped character takes six
    return text.encode("utf-8", "backslashreplace")  # half a surrogate pair becomes JSON's own escape


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, default=str)


def refusal_of(mark: Any) -> Refusal:
    """The refusal that the value of a marked message's KEY names."""
    if not isinstance(mark, dict) or str(mark.get("reason")) not in REASONS:
        return Refusal("wrong_shape", f"{KEY} names no reason that is known")
    where = f"{str(mark.get('source', ''))[:80]}, {_where(mark.get('line'))}"
    detail = f"{where}: {str(mark.get('detail', ''))[:LONGEST_DETAIL]}"
    return Refusal(str(mark["reason"]), detail.encode("utf-8", "backslashreplace").decode())


def _where(line: Any) -> str:
    return f"line {line}" if isinstance(line, int) else str(line)[:80]
