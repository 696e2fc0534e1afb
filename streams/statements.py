"""What kind of statement a text is, as far as the embedded ClickHouse must know before it hands it to the engine."""

from __future__ import annotations

import re

# Possessive throughout: a text that does not match must not be tried in a million ways.
_HEAD = re.compile(r"(?:\s++|--[^\n]*+\n?|/\*.*?\*/)*+", re.DOTALL)
_TAIL = re.compile(r"\s*+;\s*+(?:--[^\n]*+\s*+)*+\Z")
_STREAMED = re.compile(r"(?:select|with)\b|\(", re.IGNORECASE)
_INSERT = re.compile(r"insert\b", re.IGNORECASE)
_NAME = r'(?:\w++|`(?:[^`\\]|\\.|``)++`|"(?:[^"\\]|\\.|"")++")'
_COLUMNS = rf"\s*+(?:\(((?:{_NAME}|[\s,.]++)*+)\))?+\s*+"
_TARGET = rf"insert\s++into\s++(?:table\s++)?({_NAME}(?:\s*+\.\s*+{_NAME})?+){_COLUMNS}"
_BLOCKS = re.compile(_TARGET + r"(?:values|format\s++(?:native|values))?\s*+;?\s*+", re.IGNORECASE)
_INPUT = re.compile(
    rf"({_TARGET}select\s++{_NAME}(?:\s*+,\s*+{_NAME})*+\s++from\s++)"
    r"input\s*+\(\s*+(?P<structure>'(?:[^'\\]|\\.|'')*+')\s*+\)(?P<rest>.*)format\s++native\s*+",
    re.IGNORECASE | re.DOTALL,
)
_SELECT = re.compile(_TARGET + r"(?:settings\s+[^()]*?)?(?:select\b|with\b|\()", re.IGNORECASE)


def body(sql: str) -> str:
    """The statement without comments in front of it and without the `;` at its end."""
    head = _HEAD.match(sql)
    return _TAIL.sub("", sql[head.end() if head else 0 :])


def is_streamed(statement: str) -> bool:
    """May its answer come in parts? Takes a `body`, as all that follow."""
    return _STREAMED.match(statement) is not None


def insert_of_blocks(statement: str) -> tuple[str, str] | None:
    """Table and columns (`*` for all) of an INSERT whose rows come as blocks; None for any other statement."""
    found = _BLOCKS.fullmatch(statement)
    return (found[1], (found[2] or "").strip() or "*") if found else None


def insert_of_input(statement: str) -> tuple[str, str, str] | None:
    """What stands before, in and after the brackets of `FROM input(...)`, when rows come as blocks to it; else None.

    Only the plain form: INSERT INTO t (names) SELECT names FROM input('structure') ... FORMAT Native.
    """
    found = _INPUT.fullmatch(statement)
    return (found[1], found["structure"], found["rest"]) if found else None


def has_rows_in_text(statement: str) -> bool:
    """Is it an INSERT that is neither of blocks nor from a SELECT, so that its rows would stand behind it?"""
    inserts = _INSERT.match(statement) is not None
    return inserts and not (_BLOCKS.fullmatch(statement) or _SELECT.match(statement))


def quoted(name: str) -> str:
    """A name as SQL takes it, whatever is in it."""
    return "`" + name.replace("\\", "\\\\").replace("`", "\\`") + "`"


def escaped(value: str) -> str:
    """A text as a parameter takes it: as in a field of a TSV file."""
    return value.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n")
