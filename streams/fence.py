"""A fence around lanes: whoever opens them shuts out all who opened them before, and the database is the judge.

A lane is one partition in one life (epoch) of its topic. To open lanes a member writes a row for each into `fences`,
under a fresh random token and a number above all others; reads back that no other token stands there at or above that
number (else again, higher); waits until every fenced insert that runs at that moment has ended; and only then asks what
is stored. Each insert carries its token, and the server refuses it while another token stands on one of its lanes at
or above its number, or its own does not.

Why nothing is stored twice. The server lists a statement as running before it evaluates the guard in it. Take an older
insert: either its guard was evaluated before our rows could be seen, and then it was running or over when we looked at
what runs, so its rows are seen by our question; or it is evaluated later, sees our token, and fails as a whole, before
a row is written. When does not matter: sent by a stopped process that wakes, read from the socket of a dead one, or
tried again. Rows of one opening are one block of a table without partitions: all its lanes at once, or none.

A lost answer: the rows are there or come later; we open again, above them. Rows that come late shut out the newer
member until it opens again: a delay, never a double. Two openings with the same number each see the other in the
check, or the earlier fails at its first insert. No clock is read. A database that lost `fences` refuses everybody, and
everybody opens anew. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import blake2b

from config.faults import Fault

REFUSED = 395  # ClickHouse's FUNCTION_THROW_IF_VALUE_IS_NON_ZERO

Lane = tuple[str, int]
"""(epoch, partition)"""


class Fenced(Fault):
    """Another member has opened one of our lanes: nothing of the insert was stored. Forget all, and join anew."""


def key(lane: Lane) -> int:
    """A lane as a UInt64. Should two ever share one, they shut each other out for nothing, and harm nobody."""
    return int.from_bytes(blake2b(f"{lane[0]}:{lane[1]}".encode(), digest_size=8).digest(), "big")


@dataclass(frozen=True)
class Fence:
    """One opening of lanes. `token` is hexadecimal: it stands in the text of statements."""

    number: int
    token: str
    lanes: tuple[Lane, ...]

    @property
    def keys(self) -> list[int]:
        return sorted(map(key, self.lanes))

    def holds(self, tokens: Iterable[str]) -> bool:
        """Whether it is the only one of those that stand on its lanes at or above its number."""
        return set(tokens) == {self.token}

    def rows(self, instance: str) -> dict[str, list[object]]:
        """Its rows of `fences`, by column."""
        count = len(self.lanes)
        return {
            "number": [self.number] * count,
            "lane": [key(lane) for lane in self.lanes],
            "token": [self.token] * count,
            "epoch": [epoch for epoch, _ in self.lanes],
            "partition": [partition for _, partition in self.lanes],
            "instance": [instance] * count,
        }

    def words(self) -> dict[str, str]:
        """What the guard of an insert says: numbers and hexadecimal digits only."""
        return {"number": str(self.number), "token": self.token, "lanes": ", ".join(map(str, self.keys))}


def structure(types: Mapping[str, str], columns: Iterable[str]) -> str:
    """Names and types of columns as the text of a table function: `'` in a type is escaped. KeyError for a stranger."""
    told = ", ".join(f"`{name}` {types[name]}" for name in columns)
    return told.replace("\\", "\\\\").replace("'", "\\'")
