"""From a record of a foreign feed to our messages, as its source says. Pure.

What cannot be mapped is not dropped: it becomes a message that says so (see unmapped.py), which ingest rejects.
The same record always gives the same bytes, so one that is sent twice can be known as such.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

import jmespath
import msgspec
from jmespath.exceptions import JMESPathError

from config.sources import NUMBERS, PLACEHOLDER, TIMES, FieldMap, MessageMap, Source
from streams.feed_values import Times, is_nothing, number_of, shown, text_of
from streams.parse_fields import Refusal
from streams.unmapped import marked

Scope = Mapping[str, Any]
Find = Callable[[Scope], Any]


@dataclass(frozen=True, slots=True)
class Record:
    """One record as read. `line`: where it begins (from 1), its number in a JSON document, or its place in a topic."""

    line: int | str
    found: Any


@dataclass(frozen=True, slots=True)
class Unread:
    """What should have been a record and cannot be read: why, and its text."""

    line: int | str
    reason: str
    detail: str
    raw: str


@dataclass(frozen=True, slots=True)
class Mapped:
    """A message on its way: where it came from, its time (epoch ms; None when there is none), what was mended in it."""

    payload: bytes
    line: int | str
    at: int | None = None
    mends: tuple[str, ...] = ()


class Mapper:
    """Maps the records of one source. `shift`: ms that all times are moved by, for trials with old feeds."""

    def __init__(self, name: str, source: Source, shift: int = 0) -> None:
        self._name, self._source, self._shift = name, source, shift
        self._skip = _path(source.skip) if source.skip else None
        self._messages = [_Message(source, message, shift) for message in source.messages]

    def __call__(self, record: Record | Unread) -> list[Mapped]:
        """The messages of a record; none only if the source says that it is to be skipped. Never raises."""
        if isinstance(record, Unread):
            return [self._marked(Refusal(record.reason, record.detail), record.line, record.raw)]
        scope = record.found if isinstance(record.found, dict) else {"record": record.found}
        try:
            if self._skip is not None and _true(self._skip(scope)):
                return []
            made = [one for message in self._messages for one in self._made(message, scope, record)]
        except Refusal as refusal:
            return [self._marked(refusal, record.line, record.found)]
        nothing = Refusal(
            "no_message", "no message of the source fits this record; the key skip says what is not wanted"
        )
        return made or [self._marked(nothing, record.line, record.found)]

    def _made(self, message: _Message, scope: Scope, record: Record) -> Iterator[Mapped]:
        for inner in message.scopes(scope):
            marks: list[str] = []
            try:
                said = message.say(inner, marks)
                yield Mapped(_encoded(said), record.line, said.get("at"), tuple(dict.fromkeys(marks)))
            except Refusal as refusal:
                yield self._marked(refusal, record.line, record.found)

    def _marked(self, refusal: Refusal, line: int | str, found: Any) -> Mapped:
        return Mapped(marked(refusal, self._name, line, found), line)


def newest(messages: Iterable[Mapped]) -> int | None:
    """The latest time of some messages, epoch ms; None when none has a time."""
    return max((one.at for one in messages if one.at is not None), default=None)


class _Message:
    """One message of a source, ready to be said."""

    def __init__(self, source: Source, message: MessageMap, shift: int) -> None:
        self._when = _path(message.when) if message.when else None
        self._each = _path(message.each) if message.each else None
        self._as, self._marks_quality = message.as_, source.topic == "iot"
        self._fields = [_Field(source, key, field, shift) for key, field in source.fields_of(message).items()]

    def scopes(self, scope: Scope) -> list[Scope]:
        """What the paths of each message look into: the record, and the item of `each` under its name."""
        inner = [scope] if self._each is None else [{**scope, self._as: item} for item in self._items(scope)]
        return [one for one in inner if self._when is None or _true(self._when(one))]

    def _items(self, scope: Scope) -> Sequence[Any]:
        found = self._each(scope) if self._each else None
        if found is not None and not isinstance(found, list):
            raise Refusal("wrong_shape", f"each finds {shown(found)}, which is no list")
        return found or ()

    def say(self, scope: Scope, marks: list[str]) -> dict[str, Any]:
        """The message. Raises Refusal: its first field that cannot be said."""
        said = {field.key: value for field in self._fields if (value := field.say(scope, marks)) is not None}
        if marks and self._marks_quality:
            said["quality"] = ",".join(dict.fromkeys([*filter(None, [said.get("quality")]), *marks]))
        return said


class _Field:
    """One field of a message, ready to be said."""

    def __init__(self, source: Source, key: str, field: FieldMap, shift: int) -> None:
        self.key = key
        self._source, self._field, self._shift = source, field, shift
        self._find = _finder(field, source.format == "csv")
        zone = ZoneInfo(source.zone) if source.zone else None
        self._time = Times(field.time or source.time, zone, source.clock_change)

    def say(self, scope: Scope, marks: list[str]) -> Any:
        """Its value as our messages have it; None when there is nothing to say. Raises Refusal."""
        value = self._found(scope)
        if value is None:
            return None
        if self.key in TIMES:
            return self._time(value, self.key, marks) + self._shift
        if self.key in NUMBERS:
            return self._number(value, marks)
        return text_of(value, self.key)

    def _found(self, scope: Scope) -> Any:
        field, empty = self._field, self._source.empty
        value = self._find(scope)
        if field.split is not None or isinstance(value, list):
            value = self._words(value)
        elif field.map is not None and not is_nothing(value, empty):
            value = self._mapped(value)
        return field.default if is_nothing(value, empty) else value

    def _words(self, value: Any) -> str | None:
        """Several words in one text, or a list of them, each through the map, as one text parted by commas."""
        parts = value if isinstance(value, list) else [] if value is None else str(value).split(self._field.split)
        told = [part for part in parts if not is_nothing(part, self._source.empty)]
        words = [text_of(self._mapped(part), self.key) for part in told]
        return ",".join(dict.fromkeys(filter(None, words))) or None

    def _mapped(self, value: Any) -> Any:
        if self._field.map is None:
            return value
        said = text_of(value, self.key)
        if said in self._field.map:
            return self._field.map[said]
        if self._field.unmapped == "reject":
            raise Refusal("unmapped", f"{self.key} {shown(said)} is not in its map")
        return said if self._field.unmapped == "keep" else self._field.default or ""

    def _number(self, value: Any, marks: list[str]) -> float:
        number = number_of(value, self.key, self._source, marks)
        if self.key == "value" and number in self._source.sentinels:
            raise Refusal("sentinel_value", f"value {number:g} means that there was no measurement")
        return number


def _finder(field: FieldMap, csv: bool) -> Find:
    """What finds the field's value in a scope."""
    if field.value is not None:
        constant = field.value
        return lambda _: constant
    if field.text is not None:
        return _template(field.text, csv)
    if field.path is not None:
        return _path(field.path)
    return _named(field.from_ or "", csv)


def _named(name: str, csv: bool) -> Find:
    return (lambda scope: scope.get(name)) if csv else _path(name)


def _path(expression: str) -> Find:
    compiled = jmespath.compile(expression)

    def find(scope: Scope) -> Any:
        try:
            return compiled.search(scope)
        except (JMESPathError, TypeError, ValueError) as error:  # a function that was given what it does not take
            raise Refusal("wrong_shape", f"{expression!r}: {str(error).splitlines()[0]}") from None

    return find


def _template(text: str, csv: bool) -> Find:
    """Fills the braces of a text; nothing when one of them is."""
    pieces = PLACEHOLDER.split(text)  # text, name, text, name, ... text
    finds = [_named(name, csv) for name in pieces[1::2]]

    def fill(scope: Scope) -> str | None:
        found = [find(scope) for find in finds]
        if any(is_nothing(one, ()) for one in found):
            return None
        parts = [text_of(one, text) for one in found]
        return "".join(piece for pair in zip(pieces[::2], [*parts, ""], strict=True) for piece in pair)

    return fill


def _true(found: Any) -> bool:
    """jmespath's own idea of truth: zero is something."""
    return found is not None and found is not False and found not in ("", [], {})


def _encoded(said: Mapping[str, Any]) -> bytes:
    try:
        return msgspec.json.encode(said)
    except UnicodeEncodeError:
        raise Refusal("bad_text", "a text holds half a surrogate pair, which no table can hold") from None
