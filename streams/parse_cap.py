"""CAP 1.2 on the events topic: an alert in XML as the fields of one city event. Pure.

XML from outside is read without entities, without network and without a document type: whatever has one is a reject
before any parser sees it. Of the schema's demands those are checked on which the meaning of the message depends: the
namespace, status, msgType, and what must be there; an alert is not lost for a certainty that is spelled wrongly.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from lxml import etree

from streams.parse_area import point
from streams.parse_fields import LONGEST_NAME, Fields, Refusal, clean, mend
from streams.parse_json import BROKEN, decoded
from streams.parse_times import moment, told

_NAMESPACE = "{urn:oasis:names:tc:emergency:cap:1.2}"
_STATE = {"Alert": "active", "Update": "updated", "Cancel": "cancelled", "Ack": "acknowledged", "Error": "error"}
_STATUSES = ("Actual", "Exercise", "System", "Test", "Draft")
_FOLLOWS = ("Update", "Cancel")  # what happens to the event of the message that they refer to
_NEEDS_INFO = ("Alert", "Update")
_DECLARATION = re.compile(r"\s*<\?xml\b([^>]*)\?>")
_ENCODING = re.compile(r"encoding\s*=\s*[\"']([\w.\-]*)[\"']")
MOST_ATTRIBUTES = 5_000  # eighty thousand of them keep a parser busy for 0.2 s
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")


def as_fields(payload: bytes) -> Fields | None:
    """The event of a CAP 1.2 message as the fields of a JSON one; None when the payload is no XML.

    Raises Refusal: bad_xml, not_utf8, missing_field, bad_place.
    """
    text, encoding = _text(payload)
    if not text.lstrip().startswith("<"):
        return None
    alert, kind = _checked(_parsed(text))
    found = Fields(_told(alert, kind) | _areas(alert), encoding, _message(alert, kind))
    for field, degrees in zip(("lat", "lon"), _point(found), strict=True):
        found[field] = degrees
    return found


# -- XML


def _text(payload: bytes) -> tuple[str, str]:
    """(text without declaration, encoding): 'gbk' when it is GB18030 and does not say so."""
    wide = payload[:2] in _UTF_16
    text, encoding = (payload.decode("utf-16", "replace"), "") if wide else decoded(payload)
    declared = _DECLARATION.match(text)
    said = _said(declared[1]) if declared else ""
    known = said in ("", "utf-8") or said.startswith("gb")
    if encoding == BROKEN or (encoding and not known):
        if text.lstrip().startswith("<"):
            raise Refusal("not_utf8", f"the bytes are neither UTF-8 nor GB18030; they say that they are {said!r}")
        return "", encoding
    return text[declared.end() :] if declared else text, "" if said.startswith("gb") else encoding


def _said(declaration: str) -> str:
    found = _ENCODING.search(declaration)
    return found[1].lower() if found else ""


def _parsed(text: str) -> Any:
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise Refusal("bad_xml", "a document type (DTD) is not taken")
    if text.count("=") > MOST_ATTRIBUTES:
        raise Refusal("bad_xml", f"more than {MOST_ATTRIBUTES} attributes; a CAP alert has one")
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, huge_tree=False, load_dtd=False, remove_comments=True, remove_pis=True
    )
    try:
        return etree.fromstring(text.strip().encode("utf-8", "surrogatepass"), parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise Refusal("bad_xml", str(error)[:200]) from None


def _find(element: Any, path: str) -> list[Any]:
    return list(element.findall("/".join(f"{_NAMESPACE}{step}" for step in path.split("/"))))


def _all(element: Any, path: str) -> list[str]:
    return ["".join(found.itertext(with_tail=False)).strip() for found in _find(element, path)]


def _may(element: Any, path: str) -> str:
    return next(iter(_all(element, path)), "")


def _must(element: Any, path: str) -> str:
    value = _may(element, path)
    if not value:
        raise Refusal("missing_field", f"{path} is missing")
    return value


# -- CAP


def _checked(alert: Any) -> tuple[Any, str]:
    """(the alert, its msgType), of a message whose meaning is sure."""
    if alert is None or alert.tag != f"{_NAMESPACE}alert":
        raise Refusal("bad_xml", f"the root must be a CAP 1.2 alert, not {str(getattr(alert, 'tag', None))[:80]}")
    status, kind = _must(alert, "status"), _must(alert, "msgType")
    for field, value, known in (("status", status, _STATUSES), ("msgType", kind, _STATE)):
        if value not in known:
            raise Refusal("bad_xml", f"{field} {value[:40]!r} is none of {', '.join(known)}")
    if kind in _NEEDS_INFO and not _find(alert, "info"):
        raise Refusal("missing_field", "info is missing")
    return alert, kind


def _told(alert: Any, kind: str) -> dict[str, Any]:
    info, sender = _info(alert), _must(alert, "sender")
    event = kind.lower() if info is None else _must(info, "event")  # a Cancel may say no more than what it cancels
    said: Mapping[str, str] = {} if info is None else _of_info(info)
    return {
        **said,
        "event": _event(alert, kind),
        "at": _must(alert, "sent"),
        "kind": event,
        "title": said.get("title") or _may(alert, "note") or event,
        "status": _status(alert, kind),
        "source": said.get("source") or sender,
        "expires": _expires(alert),
    }


def _of_info(info: Any) -> dict[str, str]:
    return {
        "class": _may(info, "category"),
        "grade": _may(info, "severity"),
        "title": _may(info, "headline"),
        "text": _may(info, "description"),
        "area": "、".join(filter(None, _all(info, "area/areaDesc"))),
        "source": _may(info, "senderName")[:LONGEST_NAME],  # for people; the sender of the message is for machines
    }


def _info(alert: Any) -> Any:
    """The info block in Chinese, of mainland China before others; else the first; None when there is none."""
    ranks = {"zh-cn": 0, "zh-hans": 1, "zh": 2}
    ranked = sorted(_find(alert, "info"), key=lambda info: _rank(_may(info, "language").lower(), ranks))
    return ranked[0] if ranked else None


def _rank(language: str, ranks: Mapping[str, int]) -> int:
    return ranks.get(language, 3 if language.startswith("zh") else 4)


def _event(alert: Any, kind: str) -> str:
    """What the message is about: an update or a cancellation is about the first message that it refers to."""
    own = _must(alert, "identifier")
    if kind not in _FOLLOWS:
        return own
    referred = [one for one in map(_reference, _may(alert, "references").split()) if one]
    return min(referred)[1] if referred else own


def _message(alert: Any, kind: str) -> str:
    """What it calls itself, when it is about another message: the next one may refer to this one alone."""
    own = clean(_must(alert, "identifier"))[:LONGEST_NAME]
    return "" if own == clean(_event(alert, kind)) else own


def _reference(text: str) -> tuple[int, str] | None:
    """(sent, identifier) of `sender,identifier,sent`; None when it is something else."""
    parts = text.split(",")
    try:
        return (moment(parts[2], "sent"), parts[1]) if len(parts) == 3 and parts[1] else None
    except Refusal:
        return None


def _expires(alert: Any) -> str:
    """The end of the info that holds longest: an alert of several areas or languages is over when all of it is."""
    ends = [(told({"expires": text}, "expires") or 0, text) for text in _all(alert, "info/expires") if text]
    return max(ends, default=(0, ""))[1]


def _status(alert: Any, kind: str) -> str:
    """What the message does to the event; one that is not Actual says what it is: exercise, test, system, draft."""
    status = _must(alert, "status")
    return _STATE[kind] if status == "Actual" else status.lower()


def _areas(alert: Any) -> dict[str, Any]:
    info = _info(alert)
    return {} if info is None else {"polygon": _all(info, "area/polygon"), "circle": _all(info, "area/circle")}


def _point(found: Fields) -> tuple[float | None, float | None]:
    where, turned = point(found.get("polygon", ()), found.get("circle", ()))
    if turned:
        mend(found, "swapped")
    return where or (None, None)
