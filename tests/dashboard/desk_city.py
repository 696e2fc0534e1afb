"""A city for the desk, operations and /api: the real app over a database of plain Python lists."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from alerts.alert import Spot, alert_id, milliseconds
from alerts.journal import open_alerts
from alerts.quiet import Flapping
from alerts.silences import judged
from alerts.states import State, Timer, write_state
from config.settings import Settings
from dashboard.context import Context
from dashboard.state import CityState
from streams.clickhouse import Answer, DatabaseUnavailable, Question
from tests.dashboard.moments import NOW, book, city, snapshot
from tests.dashboard.why_rows import WhyRows

WATER = ("wl-xigangqiao", "wl-qiaotou")
RAW = b'{"device":"rain-001","metric":"rain","at":"yesterday"}<script>alert(1)</script>\xff\xfe\x00'


@dataclass
class Lists(WhyRows):
    """Answers each question of the desk from lists; `down` makes it a database that nobody answers at."""

    alerts: list[dict[str, Any]] = field(default_factory=list)
    transitions: list[dict[str, Any]] = field(default_factory=list)
    done: list[dict[str, Any]] = field(default_factory=list)
    beats: list[dict[str, Any]] = field(default_factory=list)
    turned: list[dict[str, Any]] = field(default_factory=list)
    quieted: list[dict[str, Any]] = field(default_factory=list)
    told: list[dict[str, Any]] = field(default_factory=list)
    opened_often: list[dict[str, Any]] = field(default_factory=list)
    made_up: list[dict[str, Any]] = field(default_factory=list)
    corrected: list[dict[str, Any]] = field(default_factory=list)
    looks: dict[str, int] = field(default_factory=lambda: {"left": 0, "old": 0, "many": 0})
    lost: list[dict[str, Any]] = field(default_factory=list)
    down: bool = False

    def ask(self, question: Question, **params: Any) -> Answer:
        if self.down:
            raise DatabaseUnavailable(f"{question.name}: ClickHouse at 127.0.0.1:1 does not answer: refused")
        assert question.params.keys() == params.keys(), question.name
        rows: Sequence[Mapping[str, Any]] = getattr(self, f"_{question.name}")(**params)
        names = tuple(rows[0]) if rows else ()
        return Answer(names, tuple([row[name] for row in rows] for name in names))

    def insert(self, table: str, columns: Mapping[str, Sequence[Any]]) -> int:
        if self.down:
            raise DatabaseUnavailable("insert: refused")
        assert table in ("alert_actions", "silences")
        row = {name: column[0] for name, column in columns.items()}
        if table == "silences":
            self.quieted.append(row)
            return 1
        self.done.append(
            {"alert": row["alert"], "at_ms": row["at"], "kind": row["kind"], "actor": row["actor"], "text": row["text"]}
        )
        return 1

    def ping(self) -> bool:
        return not self.down

    def _devices_nowhere(self, since_ms: int, most: int) -> Any:
        return self.lost

    def _devices_strange(self, since_ms: int, most: int) -> Any:
        return []

    def _open_alerts(self, now_ms: int, **_: object) -> Any:
        return self.alerts

    def _actions(self, alerts: Sequence[str], now_ms: int) -> Any:
        return [row for row in self.done if row["alert"] in alerts]

    def _actions_of(self, alert: str) -> Any:
        return [row for row in self.done if row["alert"] == alert]

    def _alert_known(self, alert: str) -> Any:
        return [{"transitions": sum(row["alert"] == alert for row in self.transitions)}]

    def _history(self, of: str, since_ms: int, most: int) -> Any:
        of_it = [row for row in self.transitions if of in ("", row["alert"], row["place"]) and row["at_ms"] > since_ms]
        return sorted(of_it, key=lambda row: row["at_ms"])[:most]  # of one moment there is one each

    def _silences(self, since_ms: int) -> Any:
        same = ("rule", "scenario", "place", "district", "area", "level", "owner", "reason")
        return [
            {
                "silence": row["silence"],
                "what": row["kind"],
                **{f"its_{name}": row[name] for name in same},
                "starts_ms": row["starts"],
                "ends_ms": min(one["ends"] for one in self.quieted if one["silence"] == row["silence"]),
                "cancelled_by": "".join(
                    one["owner"] for one in self.quieted if (one["silence"], one["kind"]) == (row["silence"], "cancel")
                ),
            }
            for row in self.quieted
            if row["kind"] != "cancel"
        ]

    def _notices_told(self, since_ms: int, all: int) -> Any:
        return self.told

    def _made_up(self, metrics: Sequence[str], devices: Sequence[str], since_ms: int) -> Any:
        return self.made_up

    def _openings(self, since_ms: int, now_ms: int, times: int) -> Any:
        return self.opened_often

    def _corrections(self, alert: str, **_: Any) -> Any:
        return [row for row in self.corrected if not alert or alert in row["alerts"]]

    def _late_looks(self, since_ms: int) -> Any:
        return [self.looks]

    def _correction_counts(self) -> Any:
        return [{"its_verdict": "missed", "corrections": len(self.corrected)}] if self.corrected else []

    def _ingest_beats(self, now_ms: int, since_ms: int) -> Any:
        beats = [row for row in self._heartbeats(since_ms) if row["process"] == "ingest"]
        return [{"instance": row["instance"], "beat": row["detail"], "at_ms": row["at_ms"]} for row in beats]

    def _heartbeats(self, since_ms: int) -> Any:
        rows = [{**row, "at_ms": milliseconds(self.now()) - row["age"] * 1000} for row in self.beats]
        return [{name: row[name] for name in row if name != "age"} for row in rows if row["at_ms"] >= since_ms]

    def _stream_counts(self) -> Any:
        return [
            {"stream": "iot", "accepted": 1_204_331},
            {"stream": "cases", "accepted": 812},
            {"stream": "events", "accepted": 9},
            {"stream": "devices", "accepted": 1_990},
        ]

    def _reject_reasons(self, since_ms: int) -> Any:
        return self.turned

    def _reject_samples(self, stream: str, reason: str, limit: int) -> Any:
        raw = base64.b64encode(RAW).decode()
        row = {
            "received_ms": milliseconds(self.now()) - 60_000,
            "detail": "at: 'yesterday' is not a time",
            "source": "",
        }
        where = {"epoch": "a1b2", "partition": 0, "offset": 4711, "item": 0, "size": len(RAW), "raw_base64": raw}
        return [{**row, **where, "stream": stream or "iot", "reason": reason or "bad_time"}][:limit]

    def _readings_behind(self, device: str, metric: str, since_ms: int, until_ms: int) -> Any:
        base, rise = (2.4, 2.3) if device == "wl-xigangqiao" else (1.7, 1.75)
        steps = range(since_ms - since_ms % 60_000 + 60_000, until_ms, 60_000)
        share = [(at - since_ms) / max(1, until_ms - since_ms) for at in steps]
        if metric == "rain":
            return [
                {"at_ms": at, "value": 1.4 if part > 0.6 else 0.0, "quality": ""}
                for at, part in zip(steps, share, strict=True)
            ]
        return [
            {"at_ms": at, "value": base + rise * part**2, "quality": ""} for at, part in zip(steps, share, strict=True)
        ]

    def _areas(self, now_ms: int) -> Any:
        return []

    def _devices_named(self, text: str, most: int, **_: object) -> Any:
        found = [row for row in DEVICES if text in row["device"] or text in row["name_zh"]]
        same = ("device", "kind", "name_zh", "name_en")
        return [{"registered": 1, "cell": 0, **{name: row[name] for name in same}} for row in found][:most]

    def _devices_count(self, most_s: float) -> Any:
        return [{"registered": 4, "watched": 3}]

    def _devices_registered(self, after: str, most: int) -> Any:
        return [row for row in DEVICES if row["device"] > after][:most]

    def _looks(self, now_ms: int) -> Any:
        return [{"looked_ms": 0, "closed_ms": 0, "noted_ms": milliseconds(NOW) if self.lost else 0}]

    def _window_blocks(self) -> Any:
        return []

    def _devices_silent(self, now_ms: int, **_: object) -> Any:
        texts = {"kinds": ["smoke"] * 2, "names_zh": ["", ""], "names_en": ["", ""], "districts": ["630102"] * 2}
        numbers = {"intervals": [60.0] * 2, "lasts": [now_ms - 600_000] * 2, "newest_ms": now_ms - 600_000}
        names = {"gateway": "gw-1", "devices": 2, "silent": 2, "silent_devices": ["smoke-1", "smoke-2"]}
        return [{**names, **texts, **numbers}]

    def _devices_unknown(self, now_ms: int, most: int, **_: object) -> Any:
        place = {"lat": 36.6, "lon": 101.8, "has_spot": 1, "district": "630102", "was_known": 0, "total": 4}
        heard = {"readings": 7, "since_ms": now_ms - 3_600_000, "newest_ms": now_ms - 60_000}
        pairs = (("pump-9", "sump_level"), ("pump-9", "pump_state"), ("=1+1", "rain"), ("odd,1", "odd"))
        return [{"device": device, "its_metric": metric, **heard, **place} for device, metric in pairs][:most]

    def _table_sizes(self) -> Any:
        return [
            {"table": "readings", "rows": 1_204_331, "bytes": 9_800_000},
            {"table": "case_steps", "rows": 812, "bytes": 61_000},
        ]


DEVICES = [
    {
        "device": f"wl-{number}", "kind": "water", "metrics": ["water_level"], "units": ["cm"], "lat": 36.6,
        "lon": None, "district": "630102", "interval_s": 60.0, "gateway": "gw-1",
        "thresholds": '{"water_level":{"warning":4.0}}',
        "owner": "水务局", "name_zh": "西钢桥", "name_en": "", "told_ms": milliseconds(NOW),
    }
    for number in range(3)
]  # fmt: skip

ROWS: tuple[tuple[Any, ...], ...] = (
    # rule, place, device, level, minutes, value, threshold, lat, lon, district, stale
    ("rainstorm", "630106", "rain-101", "red", 12, 104.2, 100.0, 36.655, 101.62, "630106", False),
    ("river_level", "wl-xigangqiao", "wl-xigangqiao", "orange", 4, 4.62, 4.5, 36.6475, 101.69, "630105", False),
    ("river_level", "wl-qiaotou", "wl-qiaotou", "yellow", 31, 3.42, 3.1, 36.929, 101.685, "630121", True),
    ("rain_hour", "630105", "rain-033", "yellow", 95, 31.4, 30.0, 36.70, 101.72, "630105", False),
)


def opened(now: datetime, rows: Sequence[tuple[Any, ...]] = ROWS) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Rows of open_alerts and of history."""
    alerts, steps = [], []
    for rule, place, device, level, minutes, value, threshold, lat, lon, district, stale, *more in rows:
        since = milliseconds(now - timedelta(minutes=minutes))
        identity = alert_id(rule, place, since)
        thresholds = _thresholds(rule, place)
        state = State(
            "stale" if stale else level, opened=since - 60_000, changed=since, fired=since,
            timers={level: Timer(since, firing=True)}, device=device, value=value, observed=milliseconds(now) - 20_000,
            peak=value, thresholds=thresholds, spot=Spot(lat, lon, 0, district),
        )  # fmt: skip
        row = {"rule": rule, "place": place, "version": "1", "alert": identity, "value": value, "threshold": threshold}
        detail = json.dumps(
            {"level": level, "device": device, "peak": value, "thresholds": thresholds, **(more[0] if more else {})}
        )
        alerts.append(
            {
                **row,
                "state": state.name,
                "at_ms": since,
                "reason": "crossed",
                "detail": detail,
                "memory": write_state(state),
            }
        )
        spot = {"lat": lat, "lon": lon, "cell": 0, "district": district, "detail": detail}
        steps.append(
            {
                **row,
                **spot,
                "at_ms": since - 60_000,
                "before": "clear",
                "after": "pending",
                "reason": "waiting",
                "observed_ms": since,
            }
        )
        steps.append(
            {
                **row,
                **spot,
                "at_ms": since,
                "before": "pending",
                "after": level,
                "reason": "crossed",
                "observed_ms": since,
            }
        )
    return alerts, steps


def _thresholds(rule: str, place: str) -> dict[str, float]:
    station = city().profile.station(place)
    return book().rule(rule).thresholds(station.marks if station else None)


def beat(process: str, age: int, **detail: Any) -> dict[str, Any]:
    """A heartbeat that is always `age` seconds old."""
    return {"process": process, "instance": "duty:4711", "age": age, "detail": json.dumps(detail)}


def lists(now: Callable[[], datetime], rows: Sequence[tuple[Any, ...]] = ROWS) -> Lists:
    """A storm over Xining, with everything running."""
    alerts, steps = opened(now(), rows)
    turned = [
        {"stream": "iot", "reason": "bad_time", "total": 40, "lately": 12, "newest_ms": milliseconds(now())},
        {
            "stream": "iot",
            "reason": "not_json",
            "total": 3,
            "lately": 0,
            "newest_ms": milliseconds(now() - timedelta(days=3)),
        },
    ]
    found = Lists(now, alerts, steps, turned=turned)
    found.beats = [
        beat("ingest", 1, state="running", last_error=None, topics={"yiping.iot": {"lag": 0, "rate": 53.5}}),
        beat("watch", 2, rules=12, seconds=0.031, failed=[], last_error=None),
    ]
    return found


_picture = cache(snapshot)


def context(database: Lists, now: Callable[[], datetime] = lambda: NOW) -> Context:
    """The context of the real app; `state` does not run: `step()` it, or start it."""
    picture = _picture(now())
    state = CityState(
        lambda at: (replace(picture, now=at), open_alerts(database, at), at),  # type: ignore[arg-type]
        now=now,
        judge=lambda alerts, at: judged(database, alerts, book(), Flapping(), at),  # type: ignore[arg-type]
    )
    settings = Settings(data=Path("/nowhere"))
    return Context(settings, city().profile, city(), book(), database, state, "boot")  # type: ignore[arg-type]
