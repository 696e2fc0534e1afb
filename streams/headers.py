"""What the answer to a statement looks like, remembered: the engine tells it of an answer without rows only when asked
again, and plans the whole statement for that (17 ms for the question who is silent). Pure.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from streams.native_blocks import Block

MOST = 256

Key = tuple[str, str]
"""Database, and text of the statement. Its parameters have their types in the text."""


class Headers:
    """Blocks without rows, by statement, of one connection: a table that it made for itself may be named as another's.

    They hold until any connection changes a table: there is one engine in a process.
    """

    _changes: ClassVar[int] = 0

    def __init__(self) -> None:
        self._kept: dict[Key, Block] = {}
        self._seen = 0

    @classmethod
    def changed(cls) -> None:
        """Tables, or what they look like, may be others now."""
        cls._changes += 1

    def of(self, key: Key, ask: Callable[[], Block]) -> Block:
        """The header of a statement, from `ask` the first time. Raises what `ask` raises."""
        changes = Headers._changes
        if changes != self._seen or len(self._kept) >= MOST:
            self._kept, self._seen = {}, changes
        if key not in self._kept:
            found = ask()
            if changes != Headers._changes or "Identifier}" in key[1]:  # a parameter may name another table
                return found
            self._kept[key] = found
        return self._kept[key]
