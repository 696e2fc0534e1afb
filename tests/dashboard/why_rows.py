"""What the invented city says to the questions behind "why", and an open alert of each kind."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from alerts.alert import milliseconds

MINUTE, HOUR, WEEK = 60_000, 3_600_000, 7 * 86_400_000
NOWHERE = (float("nan"), float("nan"), 0, "")
TITLES = ("海湖路积水", "井盖缺失", "占道经营", "路灯不亮", "噪声扰民", "垃圾未清")


@dataclass
class WhyRows:
    """Answers to alerts/sql/*_behind and *_slots, and to those of the engine's that a panel asks again."""

    now: Callable[[], datetime]

    def _at(self) -> int:
        return milliseconds(self.now())

    def _heard(self, **_asked: Any) -> Any:
        return [{"heard": 1}]

    def _registry_state(self) -> Any:
        return [{"entries": 4, "received_ms": 0}]

    def _device_marks(self, metric: str) -> Any:
        return []

    def _samples(self, metric: str, now_ms: int, from_ms: int, devices: Sequence[str]) -> Any:
        ages = range(40, -1, -1)
        return [
            {
                "device": device,
                "at_ms": now_ms - age * MINUTE,
                "said": round(3.7 - age / 120 + 0.06 * (age * 7 % 5 - 2), 3) if age else 3.7,
                "spot": NOWHERE,
            }
            for device in devices
            for age in ages
        ]

    def _devices_behind(self, metric: str, now_ms: int, since_ms: int, district: str) -> Any:
        rows = (("a", 48.0), ("b", 12.5), ("c", 3.0), ("d", 61.2), ("e", 7.1), ("f", 30.0))
        plain = {"last": 1.4, "mean": 0.0, "most": 1.4, "least": 0.0, "readings": 60, "at_ms": now_ms - 20_000}
        spot = (36.6, 101.7, 0, district or "630105")
        return [
            {
                "device": f"{metric}-{name}", "at_ms": plain["at_ms"], "last": 1.4, "total": total, "mean": total,
                "most": total, "least": 0.0, "readings": 60, "spot": spot,
            }
            for name, total in rows
        ]  # fmt: skip

    def _season_behind(self, slots: int, weeks: int, **_asked: Any) -> Any:
        keys = [(week, slot) for week in range(weeks + 1) for slot in range(slots + 2) if week or slot]
        return [
            {"week": week, "slot": slot, "mean": 42.0 + week - abs(slot - 6) if week else 41.0 - 30 / slot}
            for week, slot in keys
        ]

    def _cases_weeks(self, window_ms: int, weeks: Sequence[int], ends_ms: Sequence[int]) -> Any:
        counts = (43, 11, 8, 12, 9)
        plain = {"cell": 0, "its_district": "630102"}
        return [
            {**plain, "week": week, "cases": counts[week], "middle_lat": 36.6, "middle_lon": 101.7} for week in weeks
        ]

    def _cases_known(self, now_ms: int, weeks: int) -> Any:
        return [{"week": week} for week in range(1, weeks + 1)]

    def _cases_slots(self, stage: str, now_ms: int, window_ms: int, slots: int) -> Any:
        place = {"cell": 0, "its_district": "630102"}
        return [{**place, "slot": slot, "cases": 3 * (slots - slot) % 14 + 2} for slot in range(slots)]

    def _cases_behind(self, now_ms: int, most: int, **_asked: Any) -> Any:
        return [
            {
                "case": f"AJ-{place}", "at_ms": now_ms - place * 4 * MINUTE, "its_title": TITLES[place % 6],
                "its_category": "市容", "its_district": "630102",
            }
            for place in range(min(most, 43))
        ]  # fmt: skip

    def _cases_running(self, now_ms: int, edges: Sequence[int], **_asked: Any) -> Any:
        dues = [edge - HOUR for edge in edges] + [edges[-1] + HOUR * hour // 2 for hour in (1, 2, 3)]
        return [
            {
                "case": f"AJ-{place}", "due_ms": due, "part": sum(due > edge for edge in edges), "place_cell": 0,
                "place_district": "630102", "its_title": TITLES[place], "its_category": "", "its_department": "城管局",
            }
            for place, due in enumerate(dues)
        ]  # fmt: skip

    def _marked_behind(self, now_ms: int, **_asked: Any) -> Any:
        return [{"device": f"n-{one}", "readings": 9 - one, "newest_ms": now_ms, "off_s": 7200.0} for one in range(7)]

    def _marked_slots(self, slots: int, **_asked: Any) -> Any:
        return [{"slot": slot, "devices": 44, "marked": 20 // (slot + 1)} for slot in range(slots - 2)]

    def _silence(self, now_ms: int, **_asked: Any) -> Any:
        quiet = [(f"s-{one}", now_ms - (240 - one) * MINUTE, 60.0) for one in range(9)]
        return [{"its_metric": "traffic_speed", "devices": 44, "quiet": quiet}]

    def _silent_behind(self, now_ms: int, **_asked: Any) -> Any:
        return [
            {"device": f"s-{one}", "newest_ms": now_ms - (40 - one) * MINUTE, "its_district": "630102"}
            for one in range(9)
        ]

    def _heard_slots(self, slots: int, **_asked: Any) -> Any:
        return [{"slot": slot, "devices": 44 if slot > 2 else 35} for slot in range(slots)]

    def _rejects_slots(self, now_ms: int, slots: int, **_asked: Any) -> Any:
        return [
            {"slot": slot, "its_reason": reason, "messages": number, "newest_ms": now_ms - slot * 10 * MINUTE}
            for reason, number, last in (("bad_time", 840, 3), ("not_json", 60, slots))
            for slot in range(last)
        ]

    def _references(self, now_ms: int) -> Any:
        return [{"message": "u-2", "event": "w-1"}]

    def _warnings_behind(self, now_ms: int, since_ms: int, **_asked: Any) -> Any:
        told = (("w-1", 50, "暴雨黄色预警信号"), ("w-2", 40, "雷电黄色预警信号"), ("w-1", 15, "暴雨红色预警信号"))
        return [
            {
                "its_event": event, "at_ms": now_ms - age * MINUTE, "its_kind": title[:2], "its_grade": "",
                "title": title, "its_sender": "西宁市气象台", "area": "城区及湟中", "text": "", "its_status": "active",
                "expires_ms": now_ms + HOUR if event == "w-1" else None, "spot": NOWHERE,
            }
            for event, age, title in told
        ]  # fmt: skip


CITY = "630100"
DETAILS: dict[str, dict[str, Any]] = {
    "official_warning": {"title": "暴雨红色预警信号", "sender": "西宁市气象台"},
    "traffic_unusual": {"mean": 11.0, "usual": 37.0, "spread": 4.2},
    "river_forecast": {"mark": "warning", "height": 4.0, "soonest": 31.0, "latest": 90.0},
    "waterlogging": {"parts": "pump-1 2.3; rain-033 31.4"},
    "calls_surge": {"cases": 43, "expected": 10.0, "weeks": 4},
    "device_gap": {"missing": 2, "scope": "gateway"},
    "rejects_burst": {"worst": "bad_time"},
    "clock_ahead": {"missing": 20},
    "data_gap": {"heard": 35, "missing": 9},
}
SEEN: tuple[tuple[str, str, str, str, float, float], ...] = (
    # rule, place, device, level, value, threshold
    ("official_warning", "event:w-1", "", "red", 4.0, 4.0),
    ("rain_hour", "630105", "rain-033", "yellow", 31.4, 30.0),
    ("river_rise", CITY, "wl-xigangqiao", "orange", 2.4, 2.0),
    ("pm25_hour", "630105", "", "orange", 162.0, 150.0),
    ("traffic_unusual", "rain-033", "rain-033", "yellow", -6.2, -5.0),
    ("river_forecast", "wl-xigangqiao", "wl-xigangqiao", "yellow", 48.0, 60.0),
    ("waterlogging", "872830828ffffff", "pump-1", "orange", 3.0, 3.0),
    ("calls_surge", CITY, "", "red", 9.1, 9.0),
    ("cases_returned", "630102", "", "blue", 30.0, 20.0),
    ("cases_overdue", "630102", "", "yellow", 60.0, 50.0),
    ("cases_due_soon", "630102", "", "blue", 60.0, 50.0),
    ("device_gap", "gw-1", "", "yellow", 2.0, 2.0),
    ("rejects_burst", "iot", "", "yellow", 900.0, 500.0),
    ("clock_ahead", "noise", "", "yellow", 45.5, 20.0),
    ("data_gap", "noise", "", "yellow", 20.5, 20.0),
)
KINDS: tuple[tuple[Any, ...], ...] = tuple(
    (rule, place, device, level, 12, value, threshold, 36.6, 101.7, "630105", False, DETAILS.get(rule, {}))
    for rule, place, device, level, value, threshold in SEEN
)
"""An open alert of each kind of watch, in the form of desk_city's ROWS."""
