"""Values of the keys of sources.yaml: each is checked by itself, and its error says what to write instead. Pure."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Annotated, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import jmespath
from jmespath.exceptions import JMESPathError
from jmespath.functions import Functions
from pydantic import AfterValidator, BeforeValidator, Field

SAMPLE = datetime(2021, 3, 4, 17, 6, 7, tzinfo=UTC)  # no part of it is what strptime takes for what is not told

_NAME = re.compile(r"\w[\w()（）/%°℃²³·-]*")  # as makers write a column, its unit behind


def expression(text: str) -> str:
    """A jmespath expression that compiles; the error says at which column it does not."""
    try:
        parsed = jmespath.compile(text).parsed
    except JMESPathError as error:
        raise ValueError(f"{text!r} is no jmespath expression: {str(error).splitlines()[0]}{_quoted(text)}") from None
    if unknown := set(_called(parsed)) - Functions.FUNCTION_TABLE.keys():
        raise ValueError(f"{text!r} calls what jmespath does not know: {', '.join(sorted(unknown))}{_quoted(text)}")
    return text


def _called(part: Mapping[str, Any]) -> Iterator[str]:
    """Names of the functions in a parsed expression: rain(mm) is read as one."""
    if part["type"] == "function_expression":
        yield part["value"]
    for child in part["children"]:
        if isinstance(child, dict):
            yield from _called(child)


def _quoted(text: str) -> str:
    """The mend of a path whose names want the double quotes of jmespath, such as 工单编号 or 雨量(毫米)."""
    parts = text.split(".")
    if not all(_NAME.fullmatch(part) and not _calls(part) for part in parts):
        return ""
    return "; write '" + ".".join(part if _plain(part) else f'"{part}"' for part in parts) + "'"


def _calls(part: str) -> bool:
    """Whether a bracket follows a function of jmespath: then it is no name."""
    return part.partition("(")[0] in Functions.FUNCTION_TABLE and "(" in part


def _plain(name: str) -> bool:
    return name.isascii() and name.isidentifier()


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(f"no time zone {name!r}; write one such as Asia/Shanghai") from None
    return name


def _encoding(name: str) -> str:
    try:
        return name if name == "auto" else codecs.lookup(name).name
    except LookupError:
        raise ValueError(f"no encoding {name!r}; write auto, utf-8, gb18030, gbk, utf-16, latin-1 ...") from None


def _time(form: str) -> str:
    if form in ("iso", "epoch_s", "epoch_ms"):
        return form
    advice = "write iso, epoch_s, epoch_ms or a pattern such as '%Y-%m-%d %H:%M'"
    if "%" not in form:
        raise ValueError(f"{form!r} is no form of time; {advice}")
    try:
        read = datetime.strptime(SAMPLE.strftime(form), form)  # noqa: DTZ007 - only its year is looked at
    except (ValueError, re.error) as error:
        raise ValueError(f"{form!r} cannot be read: {error}; {advice}") from None
    if read.year != SAMPLE.year:
        raise ValueError(f"{form!r} does not tell the year; {advice}")
    return form


def _broker(text: str) -> str:
    if re.fullmatch(r"\S+:\d{1,5}", text, re.ASCII):
        return text
    raise ValueError(f"{text!r} is no broker; write host:port, such as kafka.example.org:9092")


def _topic(name: str) -> str:
    if re.fullmatch(r"[A-Za-z0-9._-]{1,249}", name, re.ASCII):
        return name
    raise ValueError(f"{name!r} is no topic: its name has only letters, digits, dot, _ and -, at most 249 of them")


def _name(name: str) -> str:
    if re.fullmatch(r"[a-z][a-z0-9_-]{0,63}", name, re.ASCII):
        return name
    raise ValueError(f"{name!r} is no name of a source; write small letters, digits, _ and -, a letter first")


def _several(given: object) -> object:
    """One or a list; always a tuple afterwards."""
    return (given,) if isinstance(given, str | int | float) else given


def short(given: object) -> object:
    """A bare text is where the value stands."""
    return {"from": given} if isinstance(given, str) else given


def _texts(given: object) -> object:
    """Keys of a map as the text a feed would write: YAML reads 1 and true as a number and a truth."""
    return {_text(key): value for key, value in given.items()} if isinstance(given, dict) else given


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


Expression = Annotated[str, AfterValidator(expression)]
Zone = Annotated[str, AfterValidator(_zone)]
Encoding = Annotated[str, AfterValidator(_encoding)]
Times = Annotated[tuple[Annotated[str, AfterValidator(_time)], ...], BeforeValidator(_several), Field(min_length=1)]
Numbers = Annotated[tuple[float, ...], BeforeValidator(_several)]
Texts = Annotated[tuple[str, ...], BeforeValidator(_several)]
Scalar = bool | int | float | str
ValueMap = Annotated[dict[str, Scalar], BeforeValidator(_texts)]
Mark = Annotated[str, Field(min_length=1, max_length=1)]
Topic = Annotated[str, AfterValidator(_topic)]
Brokers = Annotated[tuple[Annotated[str, AfterValidator(_broker)], ...], BeforeValidator(_several)]
SourceName = Annotated[str, AfterValidator(_name)]
