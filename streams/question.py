"""A question to the database, and its answer."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time
from functools import cached_property
from pathlib import Path
from string import Template
from typing import Any

from clickhouse_driver.columns.util import get_inner_columns_with_types

_PARAM = re.compile(r"\{(\w+):([^{}]+)\}")


@dataclass(frozen=True)
class Answer:
    """What came back: `columns[i]` holds the values of `names[i]`, all equally long, also when there are no rows."""

    names: tuple[str, ...]
    columns: tuple[Sequence[Any], ...]

    def __len__(self) -> int:
        """Number of rows."""
        return len(self.columns[0]) if self.columns else 0

    def rows(self) -> list[dict[str, Any]]:
        """One dict a row."""
        return [dict(zip(self.names, row, strict=True)) for row in zip(*self.columns, strict=True)]

    def first(self) -> dict[str, Any] | None:
        """The first row; None when there is none."""
        return {name: column[0] for name, column in zip(self.names, self.columns, strict=True)} if len(self) else None

    def column(self, name: str) -> Sequence[Any]:
        """Values of one column; KeyError names those that there are."""
        if name not in self.names:
            raise KeyError(f"no column {name!r} in the answer, only {', '.join(self.names)}")
        return self.columns[self.names.index(name)]


@dataclass(frozen=True)
class Question:
    """One statement with `{name:Type}` where values go; `name` is what errors call it."""

    name: str
    sql: str

    @cached_property
    def params(self) -> dict[str, str]:
        """Type of each placeholder, without spaces."""
        return {name: _compact(kind) for name, kind in _PARAM.findall(self.sql)}

    @classmethod
    def load(cls, folder: Path, name: str) -> Question:
        """Read `folder/name.sql`: `-- what it asks`, `-- params: now_ms Int64, metric String`, one statement.

        ValueError names the file when the two lines are missing or differ from the placeholders.
        """
        path = folder / f"{name}.sql"
        lines = path.read_text(encoding="utf-8").splitlines()
        if len(lines) < 3 or not lines[0].startswith("-- ") or not lines[1].startswith("-- params:"):
            raise ValueError(f"{path}: the first two lines must be '-- what it asks' and '-- params: name Type, ...'")
        question = cls(name, "\n".join(lines[2:]).strip().removesuffix(";"))
        _same(path, declared(lines[1]), question.params)
        return question


def template(folder: Path, name: str) -> Template:
    """`folder/name.sql` without its two lines of comment: where `$words` go that no driver can send as parameters."""
    return Template((folder / f"{name}.sql").read_text("utf-8").split("\n", 2)[2].strip())


def declared(line: str) -> dict[str, str]:
    """Types by name of a line `-- params: now_ms Int64, metric String`; nothing after the colon means none."""
    pairs = get_inner_columns_with_types(line.removeprefix("-- params:"))
    return {name: _compact(kind) for name, kind in pairs if name}


def _compact(kind: str) -> str:
    return kind.replace(" ", "")


def _same(path: Path, said: Mapping[str, str], used: Mapping[str, str]) -> None:
    for name in sorted(said.keys() | used.keys()):
        if said.get(name) != used.get(name):
            raise ValueError(
                f"{path}: parameter {name} is {said.get(name, 'missing')} in the params line "
                f"and {used.get(name, 'missing')} in the statement"
            )


def answer(columns: Sequence[Sequence[Any]], described: Sequence[tuple[str, str]]) -> Answer:
    """The driver's result as ours: without rows it has no columns at all, ours has empty ones."""
    names = tuple(name for name, _ in described)
    return Answer(names, tuple(columns) if columns else ((),) * len(names))


def checked(question: Question, params: Mapping[str, object]) -> dict[str, object]:
    """`params` as the driver shall send them; ValueError when they are not those of the question."""
    if question.params.keys() != params.keys():
        wanted, given = ", ".join(sorted(question.params)), ", ".join(sorted(params))
        raise ValueError(f"{question.name}: wants the parameters ({wanted}), was given ({given})")
    return {name: _sendable(question, name, value) for name, value in params.items()}


def _sendable(question: Question, name: str, value: object) -> object:
    """TypeError for what the protocol would change on the way: a datetime loses its milliseconds, NULL becomes text."""
    if value is None or isinstance(value, (date, time, bytes)):
        raise TypeError(f"{question.name}: {name} must not be {type(value).__name__}: times go as epoch milliseconds")
    return int(value) if isinstance(value, bool) else value
