"""How a foreign feed becomes our messages: the keys of sources.yaml, as frozen values. Pure: reads no file.

docs/sources.md says for people what each key does; streams/feed_mapping.py does it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, RootModel

from config.city import Part
from config.source_values import (
    Brokers,
    Encoding,
    Expression,
    Mark,
    Numbers,
    Scalar,
    SourceName,
    Texts,
    Times,
    ValueMap,
    Zone,
    expression,
    short,
)
from config.source_values import Topic as ForeignName
from config.stages import STAGES
from config.words import FIRST, Names

Topic = Literal["iot", "cases", "events"]
About = Annotated[Names, BeforeValidator(lambda told: {FIRST: told} if isinstance(told, str) else told)]
Location = tuple[int | str, ...]

MUST: Mapping[str, tuple[str, ...]] = {
    "iot": ("device", "metric", "at", "value"),
    "cases": ("case", "at", "stage"),
    "events": ("event", "at", "kind", "title", "status", "source"),
}
MAY: Mapping[str, tuple[str, ...]] = {
    "iot": ("quality", "lat", "lon", "unit", "datum"),
    "cases": (
        *("category", "title", "text", "lat", "lon", "datum", "district", "channel", "department"),
        "due",
        "contact",
    ),
    "events": ("class", "grade", "text", "lat", "lon", "datum", "area", "polygon", "circle", "expires"),
}
"""Fields of a message of each topic: those that must be there, and those that may."""
TIMES = ("at", "due", "expires")
NUMBERS = ("value", "lat", "lon")
OURS = (*MUST, "devices")
"""Streams that have a topic of ours."""
RESERVED = ("simulator",)
"""Names that mean something on the screens already: 模拟数据 is shown while rows of the simulator arrive."""
PLACEHOLDER = re.compile(r"\{([^{}]*)\}")


class FieldMap(Part):
    """Where one field of a message comes from: exactly one of `from`, `path`, `text`, `value`."""

    from_: str | None = Field(None, alias="from")  # a CSV's column by its name; a path in JSON
    path: Expression | None = None
    text: str | None = None  # a template: "usgs-{site_no}"; each {} as `from` has it
    value: Scalar | None = None  # a constant
    split: str | None = None  # the text holds several words, parted by this; each goes through the map
    map: ValueMap | None = None
    unmapped: Literal["reject", "keep", "default"] = "reject"  # a value that is not in the map
    default: Scalar | None = None  # when there is nothing
    time: Times | None = None  # only of a time; else that of the source

    @property
    def ways(self) -> tuple[str, ...]:
        """Those of from, path, text, value that are given."""
        given = {"from": self.from_, "path": self.path, "text": self.text, "value": self.value}
        return tuple(way for way, said in given.items() if said is not None)

    @property
    def placeholders(self) -> tuple[str, ...]:
        return tuple(PLACEHOLDER.findall(self.text or ""))


Fields = dict[str, Annotated[FieldMap, BeforeValidator(short)]]


class MessageMap(Part):
    """One message of a record; or, with `each`, one for every item of a list that the record holds."""

    when: Expression | None = None  # only if this is true
    each: Expression | None = None
    as_: Annotated[str, Field(pattern=r"^[A-Za-z_]\w*$")] = Field("item", alias="as")  # the item's name in paths
    fields: Fields = Field(default_factory=dict)


class ForeignTopic(Part):
    """A Kafka topic that `yiping follow` reads: each of its messages is read as one line of a file would be."""

    topic: ForeignName
    brokers: Brokers = ()  # host:port; ours when not told
    group: str | None = None
    start: Literal["earliest", "latest"] = "earliest"  # where a group that never read begins


class Source(Part):
    """One foreign feed."""

    about: About = Field(default_factory=dict)
    topic: Topic
    format: Literal["csv", "json", "lines"]
    kafka: ForeignTopic | None = None
    encoding: Encoding = "auto"
    delimiter: Mark = ","
    quote: Mark | None = '"'
    columns: tuple[str, ...] = ()  # of a CSV that has no header
    skip_lines: Annotated[int, Field(ge=0)] = 0  # before the header
    records: Expression | None = None  # where they are in a JSON document, or in each line
    skip: Expression | None = None  # records that are not wanted
    zone: Zone | None = None  # of times without an offset
    time: Times = ("iso",)
    clock_change: Literal["earlier", "later", "reject"] = "earlier"  # a local time that was there twice
    empty: Texts = ()  # texts that mean nothing, beside blank
    sentinels: Numbers = ()  # values that mean "no measurement", beside ours
    decimal: Mark = "."
    thousands: Mark | None = None
    separator: Mark = "|"  # of several numbers in one cell
    several: Literal["reject", "first", "last", "least", "greatest", "mean"] = "reject"
    fields: Fields = Field(default_factory=dict)  # of every message; a message's own come first
    messages: tuple[MessageMap, ...] = (MessageMap.model_validate({}),)

    def fields_of(self, message: MessageMap) -> dict[str, FieldMap]:
        """Fields of one message: the source's, and its own instead or beside."""
        return self.fields | message.fields

    def columns_named(self) -> set[str]:
        """Columns of a CSV that `from` and templates name: a file without one of them cannot be read."""
        every = [one for message in self.messages for one in self.fields_of(message).values()]
        named = {one.from_ for one in every if one.from_ is not None}
        return (named | {part for one in every for part in one.placeholders}) if self.format == "csv" else set()


class Sources(RootModel[dict[SourceName, Source]]):
    """A file of sources by name."""


def problems(name: str, source: Source, prefix: str = "yiping") -> Iterator[tuple[Location, str]]:
    """What is wrong with a source although each key alone is right: where it stands, and what to do.

    `prefix` is that of our own topics.
    """
    if name in RESERVED:
        yield (name,), f"{name!r} is the name of the invented city's own messages; choose another"
    yield from _of_format(name, source)
    yield from _of_topic(name, source, prefix)
    for at, fields in _field_blocks(name, source):
        for key, field in fields.items():
            yield from (((*at, key), text) for text in _of_field(source, key, field))
    for number, message in enumerate(source.messages):
        missing = [key for key in MUST[source.topic] if key not in source.fields_of(message)]
        if missing:
            where = (name, "messages", number) if message.fields else (name, "fields")
            yield where, f"a message of {source.topic} must have {', '.join(missing)}; say where it comes from"


def _field_blocks(name: str, source: Source) -> Iterator[tuple[Location, Mapping[str, FieldMap]]]:
    yield (name, "fields"), source.fields
    for number, message in enumerate(source.messages):
        yield (name, "messages", number, "fields"), message.fields


def _of_format(name: str, source: Source) -> Iterator[tuple[Location, str]]:
    csv_only = {"columns", "skip_lines", "delimiter", "quote"}
    wrong = {"records"} if source.format == "csv" else csv_only
    for key in sorted(wrong & source.model_fields_set):
        yield (name, key), f"a source of format {source.format} has no {key}; take it out"
    if source.kafka and source.format == "csv":
        yield (name, "kafka"), "messages of a Kafka topic are read as JSON; write format: lines"
    if len(set(source.columns)) < len(source.columns):
        yield (name, "columns"), "a column is named twice"
    if source.separator == source.decimal or source.thousands in (source.decimal, source.separator):
        yield (name, "separator"), "decimal, thousands and separator must be three different characters"
    if not source.messages:
        yield (name, "messages"), "at least one message is wanted; without the key there is one"


def _of_topic(name: str, source: Source, prefix: str) -> Iterator[tuple[Location, str]]:
    """Of a foreign broker's topics none is ours; streams/follow.py looks whether it is foreign."""
    if source.kafka and not source.kafka.brokers:
        head, _, stream = source.kafka.topic.rpartition(".")
        if head == prefix and stream in OURS:
            what = f"{source.kafka.topic} is our own topic, and would feed itself"
            yield (name, "kafka", "topic"), f"{what}; name theirs, or with brokers whose it is"


def _of_field(source: Source, key: str, field: FieldMap) -> Iterator[str]:
    known = (*MUST[source.topic], *MAY[source.topic])
    if key not in known:
        yield f"a message of {source.topic} has no {key}; it has {', '.join(known)}"
    if len(field.ways) != 1:
        yield f"exactly one of from, path, text and value is wanted, not {' and '.join(field.ways) or 'none'}"
    if field.time is not None and key not in TIMES:
        yield f"only a time ({', '.join(TIMES)}) has the key time"
    if field.split is not None and key in (*TIMES, *NUMBERS):
        yield "only a text can be split"
    if field.unmapped != "reject" and field.map is None:
        yield "unmapped says what becomes of a value that is not in the map, but there is no map"
    if key == "stage":
        yield from _of_stages(field)
    yield from _of_paths(source, field)


def _of_stages(field: FieldMap) -> Iterator[str]:
    """Stages that are said here, and not by the feed."""
    constants: Iterable[Scalar | None] = (field.value, field.default, *(field.map or {}).values())
    for one in dict.fromkeys(constants):
        if one is not None and one not in STAGES:
            yield f"{one!r} is no stage; there are {', '.join(STAGES)}"


def _of_paths(source: Source, field: FieldMap) -> Iterator[str]:
    """In JSON, `from` and the parts of a template are paths."""
    if field.text is not None and re.search(r"[{}]", PLACEHOLDER.sub("", field.text)):
        yield f"the braces of {field.text!r} do not match"
    named = [*field.placeholders, *([field.from_] if field.from_ is not None else [])]
    if any(not part.strip() for part in named):
        yield "a name is wanted, not nothing"
    elif source.format != "csv":
        for part in named:
            try:
                expression(part)
            except ValueError as error:
                yield str(error)
