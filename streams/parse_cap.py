"""CAP 1.2 on the events topic: the first `info` of an alert (Chinese before others) as one CityEvent. Pure.

XML from outside is read without entities, without network and without a document type: a DTD is a reject.
"""

from __future__ import annotations

from typing import Any

from lxml import etree

from streams.parse_fields import LONGEST_NAME, Refusal, believable, moment
from streams.records import CityEvent

_NAMESPACE = "{urn:oasis:names:tc:emergency:cap:1.2}"
_STATE = {"Alert": "active", "Update": "updated", "Cancel": "cancelled", "Ack": "acknowledged", "Error": "error"}


def read_cap(payload: bytes, now: int) -> CityEvent:
    """The event of a CAP 1.2 message. Raises Refusal: bad_xml, missing_field, or a reason of its time or place."""
    alert = _alert(payload)
    info = _info(alert)
    lat, lon = _point(info)
    return CityEvent(
        event=_must(alert, "identifier"),
        at=believable(moment(_must(alert, "sent"), "sent"), "sent", now),
        kind=_must(info, "event"),
        class_=_may(info, "category"),
        grade=_may(info, "severity"),
        title=_may(info, "headline", 10_000) or _must(info, "event"),
        text=_may(info, "description", 1 << 20),
        lat=lat,
        lon=lon,
        area=_may(info, "area/areaDesc", 10_000),
        status=_status(alert),
        sender=_must(alert, "sender"),
    )


def _alert(payload: bytes) -> Any:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False, load_dtd=False)
    try:
        root = etree.fromstring(payload, parser)
    except (etree.XMLSyntaxError, ValueError, LookupError) as error:
        raise Refusal("bad_xml", str(error)[:200]) from None
    if root is None:
        raise Refusal("bad_xml", "there is no element")
    if root.getroottree().docinfo.internalDTD is not None:
        raise Refusal("bad_xml", "a document type (DTD) is not taken")
    if root.tag != f"{_NAMESPACE}alert":
        raise Refusal("bad_xml", f"the root must be a CAP 1.2 alert, not {str(root.tag)[:80]}")
    return root


def _find(element: Any, path: str) -> list[Any]:
    return list(element.findall("/".join(f"{_NAMESPACE}{step}" for step in path.split("/"))))


def _info(alert: Any) -> Any:
    infos = _find(alert, "info")
    if not infos:
        raise Refusal("missing_field", "info is missing")
    return next((info for info in infos if _may(info, "language").lower().startswith("zh")), infos[0])


def _may(element: Any, path: str, longest: int = LONGEST_NAME) -> str:
    for found in _find(element, path):
        value = "".join(found.itertext(with_tail=False)).strip() if len(found) else (found.text or "").strip()
        if len(value) > longest:
            raise Refusal("too_long", f"{path} has {len(value)} characters; at most {longest} are taken")
        return value
    return ""


def _must(element: Any, path: str) -> str:
    value = _may(element, path)
    if not value:
        raise Refusal("missing_field", f"{path} is missing")
    return value


def _status(alert: Any) -> str:
    """What the message does to the event; one that is not Actual says what it is: exercise, test, system, draft."""
    status = _must(alert, "status")
    return _STATE.get(_may(alert, "msgType"), "active") if status == "Actual" else status.lower()


def _point(info: Any) -> tuple[float | None, float | None]:
    """The first point of the area: a circle's centre, else a polygon's first corner. CAP writes `lat,lon`."""
    where = _may(info, "area/circle", 1 << 20) or _may(info, "area/polygon", 1 << 20)
    if not where:
        return None, None
    try:
        lat, lon = (float(part) for part in where.split()[0].split(","))
    except ValueError:
        raise Refusal("bad_place", f"{where[:40]!r} is not a CAP circle or polygon") from None
    if not (-90 <= lat <= 90 and -180 <= lon <= 180):
        raise Refusal("bad_place", f"{where[:40]!r} is out of range")
    return (None, None) if lat == lon == 0 else (lat, lon)
