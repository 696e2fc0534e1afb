"""/api/silences, and what it does to /api/alerts and to the screens."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from alerts.silences import SilenceRefused
from config.read import read_words
from config.words import LANGUAGES
from dashboard import quieted
from dashboard.desk import push, quiet_lists, quieting, view
from dashboard.wall.panels import frame
from tests.dashboard.test_api import City, city, first
from tests.dashboard.test_desk import text

__all__ = ["city"]

WISH = {"rule": "river_level", "place": "wl-xigangqiao", "owner": "甲班", "reason": "检修", "minutes": 60}


def begin(found: City, **given: Any) -> Any:
    return found[0].post("/api/silences", json={**WISH, **given})


def test_a_silence_asked_for_again_with_its_key_is_the_first(city: City) -> None:
    client, database, _ = city
    ids = [
        client.post("/api/silences", json={**WISH, "minutes": minutes}, headers={"Idempotency-Key": key}).json()["id"]
        for minutes, key in ((60, "7e1b9a52-one"), (60, "7e1b9a52-one"), (600, "7e1b9a52-one"), (90, "7e1b9a52-two"))
    ]
    assert ids[0] == ids[1]
    assert [row["silence"] for row in database.quieted] == [ids[0], *ids[2:]]
    assert len(set(ids)) == 3
    assert client.post("/api/silences", json=WISH, headers={"Idempotency-Key": "1"}).status_code == 422


def test_a_silence_hides_an_alert_and_says_why(city: City) -> None:
    client, _, made = city
    before = push.signature(made.state.moment)
    begun = begin(city)
    assert begun.status_code == 201
    assert (begun.json()["state"], begun.json()["level"]) == ("running", "orange")
    moment = made.state.step()
    assert push.signature(moment) != before
    river = next(one for one in client.get("/api/alerts").json()["alerts"] if one["place"] == "wl-xigangqiao")
    assert (river["quiet"]["why"], river["quiet"]["hidden"]) == ("silence", True)
    assert river["quiet"]["silence"] == begun.json()["id"]
    assert "甲班" in river["quiet"]["text"]
    assert "检修" in river["quiet"]["text"]
    assert first(client)["quiet"] is None


def test_the_desk_shows_what_is_hidden_apart_with_why(city: City) -> None:
    made = city[2]
    begin(city)
    moment = made.state.step()
    for language in LANGUAGES:
        words = read_words(language)
        hidden = view.hidden(moment, made, words)
        assert len(hidden) == 1
        assert hidden[0].id not in [line.id for line in view.lines(moment, made, words)]
        assert "检修" in text(quiet_lists.hidden(hidden, words))
        listed = quiet_lists.silences(view.silences(moment, made, words), words)
        assert words("quiet.list.cancel") in text(listed)
        assert "甲班" in text(listed)
        told = view.detail(made, hidden[0].id, words, moment.at)
        assert "检修" in text(told.parts[0])


def test_the_wall_counts_what_is_hidden(city: City) -> None:
    made, words = city[2], read_words("zh-CN")
    shown = made.state.moment
    begin(city)
    hidden = made.state.step()
    drawn = [frame(moment, words, made.city, made.rulebook) for moment in (shown, hidden)]
    counts = [int(one["alerts-count"]["children"]) for one in drawn]
    assert counts[0] - counts[1] == 1
    assert words("wall.alerts.hidden", n=1) not in text(drawn[0]["alerts"]["children"])
    assert words("wall.alerts.hidden", n=1) in text(drawn[1]["alerts"]["children"])


def test_the_desk_plans_a_window_for_later(city: City) -> None:
    made, words = city[2], read_words("zh-CN")
    alert = next(one for one in made.state.moment.alerts if one.place == "wl-xigangqiao")
    wish = quieting.Wish("甲班", "设备检修", "22:00", timedelta(hours=2), red=False)
    assert quieting._begin(made, alert.id, wish, words, "k1") == "已登记维护：22:00 至 07-22 00:00"
    (kept,) = made.state.step().silences
    assert (kept.kind, kept.level, kept.rule, kept.place) == ("maintenance", "orange", alert.rule, alert.place)
    assert not made.state.moment.hidden, "it has not begun"
    with pytest.raises(SilenceRefused, match="start"):
        quieting._begin(made, alert.id, replace(wish, start="tonight"), words, "k2")


def test_every_count_is_of_what_is_shown_and_says_what_is_hidden(city: City) -> None:
    client, _, made = city
    before = client.get("/api/snapshot").json()
    begin(city)
    moment = made.state.step()
    found, now = client.get("/api/incidents").json(), client.get("/api/snapshot").json()
    why = {"silence": 1, "maintenance": 0, "inhibited": 0}
    assert found["hidden"] == now["hidden_alerts"] == client.get("/api/alerts").json()["hidden"] == why
    listed = [alert for one in found["incidents"] for alert in one["alerts"]]
    assert sorted(listed) == sorted(alert.id for alert in moment.shown)
    assert sum(one["hidden"] for one in found["incidents"]) in (0, 1)
    shown = len(moment.shown)
    assert sum(before["open_alerts"].values()) - 1 == sum(now["open_alerts"].values()) == shown
    assert (now["kpis"]["alerts"]["value"], now["kpis"]["alerts"]["change"]) == (shown, None)
    metrics = client.get("/metrics").text
    assert 'yiping_alerts_hidden{why="silence"} 1.0' in metrics
    assert (
        sum(float(line.split()[1]) for line in metrics.splitlines() if line.startswith("yiping_alerts_open{")) == shown
    )
    for language, said in (("zh-CN", "另有 1 起不提示：静默 1 起"), ("en", "1 more kept quiet: 1 silenced")):
        words = read_words(language)
        lines = view.lines(moment, made, words)
        assert view.count(lines, lines, words, quieted.beside(moment.hidden_why, words)).endswith(said)
        drawn = frame(moment, words, made.city, made.rulebook, "emergency")
        assert words("wall.alerts.beside", n=1) in text(drawn["kpi-0"]["children"])


def test_no_warning_is_not_said_without_what_is_hidden(city: City) -> None:
    made, words = city[2], read_words("en")
    for scenario in ("emergency", "water", "urban"):
        begin(city, rule="", place="", scenario=scenario, level="red")
    panel = frame(made.state.step(), words, made.city, made.rulebook)["alerts"]["children"]
    assert words("wall.alerts.hidden", n=4) in text(panel)


def test_flapping_is_marked_and_stays_in_the_list(city: City) -> None:
    client, database, made = city
    at = round(made.state.now().timestamp() * 1000)
    database.opened_often = [
        {"its_rule": "river_level", "place": "wl-xigangqiao", "opened_ms": [at - n * 60_000 for n in range(5)]}
    ]
    moment, words = made.state.step(), read_words("en")
    line = next(line for line in view.lines(moment, made, words) if line.flaps)
    assert line.flaps == 5
    assert "5" in line.quiet
    river = next(one for one in client.get("/api/alerts").json()["alerts"] if one["id"] == line.id)
    assert (river["quiet"]["why"], river["quiet"]["hidden"], river["quiet"]["opened"]) == ("flapping", False, 5)
    panel = frame(moment, words, made.city, made.rulebook)["alerts"]["children"]
    assert words("wall.alerts.flapping", n=5) in text(panel)


def test_a_silence_is_ended_and_stays_on_the_list(city: City) -> None:
    client, _, made = city
    name = begin(city).json()["id"]
    ended = client.post(f"/api/silences/{name}/cancel", json={"actor": "丙班"}).json()
    assert (ended["state"], ended["cancelled_by"]) == ("over", "丙班")
    assert [one["state"] for one in client.get("/api/silences").json()["silences"]] == ["over"]
    assert not made.state.step().hidden
    assert client.post("/api/silences/none/cancel", json={"actor": "丙班"}).status_code == 404


@pytest.mark.parametrize(
    "given",
    [
        {"owner": ""},
        {"reason": " "},
        {"rule": "", "place": ""},
        {"minutes": None},
        {"minutes": 50_000},
        {"level": "clear"},
        {"ends": "2026-07-21T17:00:00+08:00"},
        {"minutes": None, "ends": "2026-07-21T17:00:00"},
    ],
)
def test_what_makes_no_sense_is_refused(given: dict[str, Any], city: City) -> None:
    assert begin(city, **given).status_code == 422
    assert city[0].get("/api/silences").json()["silences"] == []


@pytest.mark.parametrize(
    ("given", "said"),
    [({"place": "西钢桥"}, "wl-0（西钢桥）"), ({"rule": "river"}, "river_level"), ({"district": "朝阳区"}, "城东区")],
)
def test_what_nobody_knows_is_refused_with_what_is_meant(given: dict[str, str], said: str, city: City) -> None:
    answer = begin(city, **given)
    assert (answer.status_code, said in answer.text) == (422, True), answer.text
    assert city[1].quieted == []


def test_a_district_is_called_by_its_name_too(city: City) -> None:
    assert begin(city, place="", district="城东区").json()["district"] == "630102"


def test_another_sites_page_silences_nothing(city: City) -> None:
    answer = city[0].post("/api/silences", json=WISH, headers={"Origin": "http://elsewhere.example"})
    assert answer.status_code == 403


def test_a_database_that_is_away_is_said(city: City) -> None:
    city[1].down = True
    assert begin(city).status_code == 503
