"""Messages as a sender would write them, for the schema; a test sends each through the parser. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

_AT = "2026-11-21T16:42:00+08:00"
EXAMPLES: Mapping[str, Sequence[Mapping[str, Any]]] = {
    "iot": (
        {"device": "rain-017", "metric": "rain", "at": _AT, "value": 1.4, "lat": 36.62, "lon": 101.77},
        {"device": "wl-3", "metric": "water_level", "at": 1_795_250_520_000, "value": 352, "unit": "cm"},
        {"datum": "GCJ-02", "readings": (
            {"device": "air-1", "metric": "pm25", "at": _AT, "value": 35, "lat": 36.61, "lon": 101.78},
            {"device": "air-1", "metric": "pm10", "at": _AT, "value": 60, "quality": "suspect"},
        )},
    ),
    "cases": (
        {"case": "20261121-00017", "at": _AT, "stage": "reported", "category": "市容环境", "title": "占道经营",
         "text": "门口摊位占了人行道", "lat": 36.623, "lon": 101.779, "datum": "BD-09", "channel": "12345"},
        {"case": "20261121-00017", "at": "2026-11-21T18:05:00+08:00", "stage": "dispatched", "department": "城管局",
         "district": "630104", "due": "2026-11-24T18:00:00+08:00"},
    ),
    "events": (
        {"event": "119-2026-881", "at": _AT, "kind": "fire", "title": "商铺火情", "status": "active", "source": "119",
         "class": "建筑火灾", "grade": "III", "text": "两辆消防车到场", "lat": 36.6, "lon": 101.8, "area": "城东区"},
        {"event": "qx-20261121-3", "at": _AT, "kind": "暴雨", "title": "暴雨橙色预警信号", "status": "active",
         "source": "气象台", "expires": "2026-11-21T22:42:00+08:00"},
    ),
    "devices": (
        {"device": "rain-017", "metric": "rain", "lat": 36.62, "lon": 101.77, "interval": 60, "owner": "水务局",
         "name": {"zh-CN": "小桥雨量站", "en": "Xiaoqiao rain gauge"}},
        {"device": "wl-3", "at": "2026-01-01T00:00:00+08:00", "metric": "water_level", "unit": "cm", "gateway": "gw-2",
         "thresholds": {"water_level": {"warning": 400, "guarantee": 450}}},
        {"device": "air-1", "kind": "air station", "metrics": {"pm25": "", "pm10": "ug/m3"}, "datum": "GCJ-02"},
        {"device": "noise-9", "state": "retired"},
    ),
}  # fmt: skip
