"""Corrections after late data: /api/corrections, the desk's history, the operations page."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from alerts.alert import milliseconds
from alerts.corrections import Correction, Lateness
from alerts.episodes import Episode
from alerts.errata import _row
from config.read import read_words
from dashboard.desk import view
from dashboard.ops import ids
from dashboard.ops.callbacks import screen
from dashboard.ops.report import report
from tests.dashboard.moments import NOW
from tests.dashboard.test_api import City, city, first
from tests.dashboard.test_desk import text

__all__ = ["city"]

THEN = milliseconds(NOW - timedelta(days=3))
HOUR = 3_600_000
RED = Episode("red", THEN, THEN + HOUR, 5.3)
LATE = Lateness("iot", 8, "wl-xigangqiao", 1, 71 * HOUR)


def correction(alert: str = "", found: int = THEN + 72 * HOUR, previous: str = "") -> Correction:
    told = Episode("blue", THEN, THEN + HOUR, 3.9, (alert,)) if alert else None
    verdict = "higher" if alert else "missed"
    return Correction(found, THEN, "river_level", "v1", "wl-xigangqiao", verdict, RED, told, LATE, previous)


def row(one: Correction) -> dict[str, Any]:
    """As the question gives it."""
    said = _row(one)
    parts = {
        name: tuple(said[f"{name}_{key}"] for key in ("level", "peak", "since", "until")) for name in ("now", "told")
    }
    late = (said["stream"], said["readings"], said["device"], said["devices"], said["late_ms"])
    plain = {name: said[name] for name in ("correction", "previous", "version", "place", "alerts")}
    return {
        **plain,
        **parts,
        "found_ms": one.found,
        "at_ms": one.at,
        "its_rule": one.rule,
        "its_verdict": one.verdict,
        "late": late,
        "spot": (said["lat"], said["lon"], said["cell"], said["district"]),
    }


def test_the_api_tells_them(city: City) -> None:
    client, database, _ = city
    database.corrected = [row(correction())]
    (one,) = client.get("/api/corrections?lang=en").json()["corrections"]
    assert (one["rule"], one["place"], one["verdict"], one["told"]) == ("river_level", "wl-xigangqiao", "missed", None)
    assert (one["now"]["level"], one["now"]["peak"], one["readings"], one["late_s"]) == ("red", 5.3, 8, 255_600.0)
    assert one["text"].startswith("Should have fired.")
    assert client.get("/api/corrections?since=yesterday").status_code == 422


def test_a_missed_alert_has_a_page_on_the_desk_and_is_counted(city: City) -> None:
    client, database, context = city
    database.corrected = [row(replace(correction(), missed="0123456789ab"))]
    assert client.get("/api/corrections?alert=0123456789ab").json()["corrections"][0]["missed"] == "0123456789ab"
    assert 'yiping_corrections{verdict="missed"} 1.0' in client.get("/metrics").text
    found = view.detail(context, "0123456789ab", read_words("zh-CN"), NOW)
    told = text(list(found.parts))
    assert "应报未报" in told
    assert "河道水位超警" in told
    assert found.shown == "0123456789ab"
    assert found.off == (True, True), "there is nothing to acknowledge"


def test_only_what_is_in_force_unless_all_is_wanted(city: City) -> None:
    client, database, _ = city
    old = correction()
    new = correction(found=old.found + 1, previous=old.id)
    database.corrected = [row(old), row(new)]
    assert [one["id"] for one in client.get("/api/corrections").json()["corrections"]] == [new.id]
    assert len(client.get("/api/corrections?history=1").json()["corrections"]) == 2


@pytest.mark.parametrize(("language", "said"), [("en", "Should have been higher"), ("zh-CN", "级别应更高")])
def test_the_desk_tells_those_of_the_alert(city: City, language: str, said: str) -> None:
    client, database, made = city
    alert = first(client)["id"]
    database.corrected = [row(correction(alert))]
    words = read_words(language)
    assert said in text(view.detail(made, alert, words, NOW).parts[2])
    database.corrected = [row(correction("another"))]
    assert said not in text(view.detail(made, alert, words, NOW).parts[2])


def test_the_operations_page_counts_and_tells_them(city: City) -> None:
    _, database, made = city

    def shown() -> str:
        found = report(made.database, Path("/"), NOW)
        return text(screen(found, made.state.moment, made, read_words("zh-CN"), None)[ids.RULES])

    assert "因数据迟到的更正（7 天） 无" in shown() or "因数据迟到的更正（7 天）无" in shown()
    database.corrected, database.looks = [row(correction())], {"left": 12, "old": 0, "many": 0}
    told = shown()
    assert "应触发而未触发" in told
    assert "西钢桥" in told
    assert "待复核的地点" in told
    assert "未复核的数据" not in told
