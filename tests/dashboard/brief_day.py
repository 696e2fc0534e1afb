"""A made-up day of Xining for the tests of the brief: the facts of 2026-07-21, a day with a storm."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

from config.read import read_city
from dashboard.brief.facts import day_of
from dashboard.brief.figures import (
    Absent,
    Air,
    Cases,
    Episode,
    Facts,
    Fall,
    Gap,
    Gauge,
    Happening,
    Intake,
    Overdue,
    Rain,
    Silence,
    Tally,
)
from layers.geometry import load_city

CITY = load_city(read_city("xining"))
DAY = date(2026, 7, 21)
MADE = datetime(2026, 7, 22, 8, 0, tzinfo=CITY.zone)
FAILED = Absent("failed")


def at(hour: int, minute: int = 0, days: int = 0) -> datetime:
    return datetime(2026, 7, 21, hour, minute, tzinfo=CITY.zone) + timedelta(days=days)


RIVER = {"zh-CN": "河道水位超警", "en": "River high"}
PUMP = {"zh-CN": "泵站故障", "en": "Pump fault"}
XIGANG = {"zh-CN": "湟水 西钢桥", "en": "Huangshui Xigang Bridge"}
RED = Episode("a1", RIVER, XIGANG, "630105", "red", at(14, 30), at(21, 18), False, 5.26, "m", at(14, 36), "王建军")
OPEN = Episode("a2", PUMP, {"zh-CN": "pump-014"}, "630102", "yellow", at(16, 3), None, True, 2.0, "", None, "")

PEAKS = {"wl-xigangqiao": 4.62, "wl-qiaotou": 3.5, "wl-liuyiqiao": 2.25, "wl-xiaoxia": 4.95, "wl-laoyeshan": 1.7}
LASTS = {"wl-xigangqiao": 3.62, "wl-qiaotou": 3.2, "wl-liuyiqiao": 1.4, "wl-xiaoxia": 2.0, "wl-laoyeshan": 1.1}


def gauges() -> tuple[Gauge, ...]:
    """One over 保证, one over 警戒, one over the highest, one below, one without marks; the others sent nothing."""
    return tuple(
        Gauge(
            one.id,
            one.name,
            one.river,
            one.base,
            one.marks,
            PEAKS.get(one.id),
            at(18, 2) if one.id in PEAKS else None,
            LASTS.get(one.id),
            at(23, 59) if one.id in PEAKS else None,
        )
        for one in CITY.profile.stations
    )


def cases() -> Cases:
    late = Overdue("X1", "井盖破损", "公用设施", "630123", "市城管局", "processing", at(17, 45, -2), 195_300.0)
    return Cases(
        total=Tally(385, 381, 337, 325, 66),
        before=360,
        closed_today=352,
        due_soon=166,
        without_due=2,
        hours=tuple(range(24)),
        categories=(("市容环境", 112), ("", 30)),
        districts={"630102": Tally(185, 200, 180, 170, 6), "": Tally(200, 181, 157, 155, 60)},
        overdue=(late,),
    )


def facts() -> Facts:
    hours: list[tuple[float, float] | None] = [(0.0, 0.0)] * 14 + [(3.2, 6.8), (18.3, 46.4)] + [(0.0, 0.0)] * 7 + [None]
    return Facts(
        city=CITY.profile.name,
        zone=CITY.profile.timezone,
        day=day_of(DAY, CITY.profile, MADE),
        made=MADE,
        simulated=True,
        sample=True,
        districts={one.adcode: one.name for one in CITY.districts},
        warnings=(RED, OPEN),
        rivers=gauges(),
        rain=Rain(
            412, Fall("rain-222", "630106", 46.6, at(18, 10)), Fall("rain-022", "630102", 114.5, None), tuple(hours),
            {"630102": 114.5, "630106": 80.25},
        ),
        cases=cases(),
        events=(Happening("下穿通道积水约 40 厘米", "flood", "III", "processing", "630104", "应急局", at(14, 12)),),
        air=(Air("pm25", 39.5, 80, 79, 58), Air("pm10", 74.5, 80, 0, 61)),
        intake=Intake(
            2_550_240, 2_164, 3, (("iot", "bad_time", 33), ("cases", "not_json", 4)),
            (Gap("traffic_speed", at(21, 40), at(0, 0, 1)),), (Silence("traffic_speed", 300, 300, at(21, 35)),),
        ),
    )  # fmt: skip


def nothing_known() -> Facts:
    """The same day when every question failed."""
    return replace(
        facts(), warnings=FAILED, rivers=FAILED, rain=FAILED, cases=FAILED, events=FAILED, air=FAILED, intake=FAILED
    )


def quiet() -> Facts:
    """A day on which all was well."""
    calm = tuple(replace(one, peak=one.base, last=one.base, peak_at=at(3), last_at=at(23, 59)) for one in gauges())
    dry = Rain(
        412, Fall("rain-001", "630102", 0.0, at(1)), Fall("rain-001", "630102", 0.0, None), ((0.0, 0.0),) * 24, {}
    )
    none = Cases(Tally(), 0, 0, 0, 0, (0,) * 24, (), {}, ())
    return replace(
        facts(), simulated=False, sample=False, warnings=(), rivers=calm, rain=dry, cases=none, events=(),
        intake=Intake(100, 0, 0, (), (), ()),
    )  # fmt: skip
