"""/api, /healthz, /readyz and /metrics over a city of plain lists."""

from __future__ import annotations

import asyncio
import json
import threading
import time
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError

from dashboard import api, health
from dashboard.context import Context
from dashboard.parameters import stranger, unfit
from tests.dashboard.desk_city import RAW, Lists, beat, context, lists
from tests.dashboard.moments import NOW


class Client:
    """Asks an app without a socket."""

    def __init__(self, app: FastAPI) -> None:
        self._app = app

    def get(self, path: str, params: Any = None) -> httpx.Response:
        return self._ask("GET", path, params=params)

    def post(self, path: str, **body: Any) -> httpx.Response:
        return self._ask("POST", path, **body)

    def _ask(self, method: str, path: str, **what: Any) -> httpx.Response:
        async def ask() -> httpx.Response:
            transport = httpx.ASGITransport(self._app)
            async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
                return await client.request(method, path, **what)

        return asyncio.run(ask())


City = tuple[Client, Lists, Context]


@pytest.fixture
def city() -> City:
    database = lists(lambda: NOW)
    made = context(database)
    made.state.step()
    server = FastAPI()
    server.include_router(api.router(made))
    server.add_exception_handler(RequestValidationError, unfit)
    return Client(server), database, made


def test_a_picture_that_a_hung_database_left_behind_is_stale_before_anything_failed(
    city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    client, _, made = city
    assert client.get("/api/alerts").json()["stale"] is False
    monkeypatch.setattr(made.state, "now", lambda: NOW + timedelta(seconds=11))
    found = client.get("/api/alerts").json()
    assert (found["stale"], found["error"]) == (True, None)


def act(client: Client, alert: str, **headers: str) -> Any:
    body = {"kind": "acknowledge", "actor": "甲班"}
    return client.post(f"/api/alerts/{alert}/actions", json=body, headers=headers)


def first(client: Client) -> dict[str, Any]:
    found: dict[str, Any] = client.get("/api/alerts").json()["alerts"][0]
    return found


def test_alerts_come_worst_first_with_sentences_in_the_language_asked_for(city: City) -> None:
    client, _, _ = city
    found = client.get("/api/alerts?lang=en").json()
    assert [one["level"] for one in found["alerts"]] == ["red", "orange", "yellow", "yellow"]
    assert found["alerts"][1]["headline"] == "River high"
    assert found["alerts"][1]["place_name"] == "Huangshui Xigang Bridge"
    assert "4.62 m" in found["alerts"][1]["explanation"]
    assert [one["state"] for one in found["alerts"][2:]] == ["yellow", "stale"]
    assert found["transitions"] is None
    assert found["stale"] is False


def test_history_gives_transitions_since_a_time(city: City) -> None:
    client, database, _ = city
    found = client.get("/api/alerts", params={"history": 1, "since": "2026-07-21T16:00:00+08:00"}).json()["transitions"]
    assert len(found) == sum(row["at_ms"] > 1784620800000 for row in database.transitions)
    assert {"at", "from", "to", "reason"} <= found[0].keys()


def test_history_comes_in_pages_that_name_the_next(city: City) -> None:
    client, database, _ = city
    since, pages = "0", []
    while since is not None:
        found = client.get("/api/alerts", params={"history": 1, "since": since, "limit": 2}).json()
        pages.append(found["transitions"])
        since = found["next_since"]
    told = [(one["at"], one["place"]) for page in pages for one in page]
    assert len(told) == len(set(told)) == len(database.transitions)
    assert told == sorted(told)
    assert max(map(len, pages)) == 2
    assert client.get("/api/alerts?history=1&since=0").json()["next_since"] is None, "a thousand are one page"


def test_there_is_a_most_of_a_page(city: City) -> None:
    answer = city[0].get("/api/alerts?history=1&since=0&limit=10001")
    assert answer.status_code == 422
    assert "less than or equal to 10000" in answer.json()["detail"]


@pytest.mark.parametrize("since", ["yesterday", "2026-07-21T16:00:00", "9" * 30])
def test_a_time_that_is_none_is_422_with_a_sentence(city: City, since: str) -> None:
    answer = city[0].get("/api/alerts", params={"history": 1, "since": since})
    assert answer.status_code == 422
    assert "write 2026" in answer.json()["detail"]


@pytest.mark.parametrize(
    "path", ["alerts", "incidents", "silences", "areas", "notices", "devices", "streams", "ground/facilities"]
)
def test_a_parameter_that_nobody_reads_is_refused_by_name(city: City, path: str) -> None:
    """Left out, it would make an answer of everything look like one of what was asked for."""
    answer = city[0].get(f"/api/{path}?histroy=1")
    assert answer.status_code == 400
    assert answer.json()["detail"].startswith("there is no parameter 'histroy'; ")


def test_the_parameters_that_there_are_are_told(city: City) -> None:
    told = city[0].get("/api/alerts?histroy=1").json()["detail"]
    assert told == (
        "there is no parameter 'histroy'; did you mean history? there are datum, history, lang, limit, since"
    )
    assert stranger("x", ()) == "there is no parameter 'x'; this address takes none"
    assert city[0].get("/healthz?probe=1").status_code == 200  # supervisors add what they like


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ('{"owner":', "the body is no JSON from line 1, character 10 on: Expecting value"),
        ('{"owner": "x",\n "reason" "y"}', "the body is no JSON from line 2, character 11 on: Expecting ':' delimiter"),
        ("", "the body: it is missing"),
        ("[]", "the body: keys with values wanted, not []"),
        (
            '{"owner": 3, "reasn": "x", "minutes": 5, "level": "violet"}',
            "in the body, level: 'violet' is not known; write 'blue', 'yellow', 'orange' or 'red'; "
            "in the body, owner: a text wanted, not 3; in the body, reason: the key reason is missing; add it; "
            "in the body, reasn: there is no key reasn; did you mean reason?",
        ),
        ('{"owner": "x", "reason": "y"}', "the body: give either ends or minutes"),
    ],
)
def test_a_body_of_the_wrong_shape_is_told_in_a_sentence(city: City, body: str, told: str) -> None:
    answer = city[0].post("/api/silences", content=body, headers={"content-type": "application/json"})
    assert answer.status_code == 422
    assert answer.json()["detail"].startswith(told)


def test_a_parameter_with_a_wrong_value_is_named(city: City) -> None:
    told = city[0].get("/api/rejects?limit=0&stream=smoke").json()["detail"]
    assert told == (
        "parameter stream: 'smoke' is not known; write 'iot', 'cases', 'events' or 'devices'; "
        "parameter limit: Input should be greater than or equal to 1"
    )


def test_an_action_is_appended_once_and_seen_at_once(city: City) -> None:
    client, database, made = city
    alert = first(client)["id"]
    done, again = act(client, alert).json(), act(client, alert).json()
    assert (done["appended"], again["appended"]) == (True, False)
    assert "甲班" in again["why"]
    assert [row["kind"] for row in database.done] == ["acknowledge"]
    assert done["alert"]["acknowledged"]["actor"] == "甲班"
    assert made.state._wake.is_set()  # every screen is asked to look now


def test_an_action_goes_to_the_journal_under_its_key(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    client, _, made = city
    named: list[object] = []
    insert = made.database.insert
    monkeypatch.setattr(made.database, "insert", lambda table, row: named.extend(row["action"]) or insert(table, row))
    alert, headers = first(client)["id"], {"Idempotency-Key": "7e1b9a52"}
    for kind in ("acknowledge", "unacknowledge", "acknowledge"):
        client.post(f"/api/alerts/{alert}/actions", json={"kind": kind, "actor": "甲班"}, headers=headers)
    assert len(named) == 3
    assert named[0] == named[2] != named[1]


def test_what_two_officers_do_at_once_has_an_order(city: City) -> None:
    """Within the same millisecond, too: the last word in the journal is the last that was told as done."""
    client, database, _ = city
    alert = first(client)["id"]
    for kind in ("acknowledge", "unacknowledge", "acknowledge"):
        answer = client.post(f"/api/alerts/{alert}/actions", json={"kind": kind, "actor": "甲班"})
        assert answer.json()["appended"]
    times = [row["at_ms"] for row in database.done]
    assert times == [times[0], times[0] + 1, times[0] + 2]


def test_two_notes_of_two_officers_are_both_kept(city: City) -> None:
    client, database, _ = city
    alert = first(client)["id"]
    for actor in ("甲班", "乙班", "乙班"):
        client.post(f"/api/alerts/{alert}/actions", json={"kind": "note", "actor": actor, "text": "已通知"})
    assert [row["actor"] for row in database.done] == ["甲班", "乙班"]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"kind": "acknowledge", "actor": "  "}, 422),
        ({"kind": "note", "actor": "甲班", "text": " "}, 422),
        ({"kind": "close", "actor": "甲班"}, 422),
        ({"kind": "note", "actor": "甲班", "text": "x" * 1001}, 422),
        ({"kind": "note", "actor": "甲班", "text": "x", "at": "now"}, 422),
    ],
)
def test_an_incomplete_action_is_refused(city: City, body: dict[str, str], status: int) -> None:
    client, database, _ = city
    assert client.post(f"/api/alerts/{first(client)['id']}/actions", json=body).status_code == status
    assert database.done == []


def test_an_alert_that_cleared_takes_notes_but_no_acknowledgement(city: City) -> None:
    client, database, _ = city
    alert = first(client)["id"]
    database.alerts = database.alerts[1:]
    assert act(client, alert).status_code == 409
    note = {"kind": "note", "actor": "甲班", "text": "水已退"}
    assert client.post(f"/api/alerts/{alert}/actions", json=note).json()["appended"]


def test_an_unknown_alert_is_404(city: City) -> None:
    note = {"kind": "note", "actor": "甲班", "text": "?"}
    assert city[0].post("/api/alerts/000000000000/actions", json=note).status_code == 404


def test_a_page_of_another_site_changes_nothing(city: City) -> None:
    client, database, _ = city
    alert = first(client)["id"]
    assert act(client, alert, origin="http://elsewhere.example").status_code == 403
    assert act(client, alert, **{"sec-fetch-site": "cross-site"}).status_code == 403
    plain = client.post(
        f"/api/alerts/{alert}/actions",
        content=json.dumps({"kind": "acknowledge", "actor": "x"}),
        headers={"content-type": "text/plain"},
    )
    assert plain.status_code in (415, 422)
    assert database.done == []
    assert act(client, alert, origin="http://127.0.0.1", **{"sec-fetch-site": "same-origin"}).status_code == 200


def test_incidents_group_open_alerts_by_district_and_scenario(city: City) -> None:
    found = city[0].get("/api/incidents?lang=zh-CN").json()["incidents"]
    assert [(one["district_name"], one["level"], len(one["alerts"])) for one in found] == [
        ("湟中区", "red", 1), ("城北区", "orange", 2), ("大通县", "yellow", 1),
    ]  # fmt: skip


def test_hexes_give_a_value_or_null_for_every_cell_as_text(city: City) -> None:
    client, _, made = city
    found = client.get("/api/hexes/rain").json()
    assert len(found["cells"]) == len(found["values"]) == len(made.city.grid)
    assert found["cells"][0] == f"{made.city.grid.cells[0]:x}"
    assert None in found["values"]
    assert (found["unit"], found["window_minutes"], found["devices"]) == ("mm", 180, 412)
    assert client.get("/api/hexes/snow").status_code == 404
    assert client.get("/api/hexes/alerts").status_code == 503  # its question failed: no empty layer that looks calm


def test_streams_count_what_was_accepted_and_what_was_not(city: City) -> None:
    iot = city[0].get("/api/streams").json()["streams"][0]
    assert (iot["topic"], iot["accepted"]) == ("yiping.iot", 1_204_331)
    assert iot["rejected"] == {"bad_time": 40, "not_json": 3}
    assert iot["rejected_24h"] == {"bad_time": 12}
    assert (iot["lag"], iot["late"]) == (0, False)
    assert iot["delay_s"] == 2.0


def test_what_ingest_says_of_a_stream_is_as_new_as_its_heartbeat_and_dated(city: City) -> None:
    client, database, _ = city
    database.beats = [beat("ingest", 7, state="waiting for broker", topics={})]
    found = client.get("/api/streams").json()
    iot = found["streams"][0]
    assert (iot["state"], iot["lag"]) == ("waiting for broker", None), "the picture before said running, 0"
    assert datetime.fromisoformat(iot["told"]) == NOW - timedelta(seconds=7)
    assert datetime.fromisoformat(found["picture"]) == NOW
    database.beats = []
    iot = client.get("/api/streams").json()["streams"][0]
    assert (iot["state"], iot["lag"], iot["told"]) == ("", None, None)


@pytest.mark.parametrize("path", ["/api/streams", "/api/rejects", "/api/alerts?history=1", "/api/silences"])
def test_a_database_that_hangs_is_not_waited_for(city: City, monkeypatch: pytest.MonkeyPatch, path: str) -> None:
    client, database, made = city
    answers, slow = database.ask, threading.Event()
    monkeypatch.setattr(api, "PATIENCE", 0.05)

    def ask(*what: Any, **params: Any) -> Any:
        slow.wait(0.3)
        return answers(*what, **params)

    monkeypatch.setattr(database, "ask", ask)
    assert client.get(path).status_code == 200, "the picture is of now: the question only takes long"
    monkeypatch.setattr(made.state, "now", lambda: NOW + timedelta(seconds=9))
    hung = client.get(path)
    assert hung.status_code == 503
    assert "the last picture is 9 s old" in hung.json()["detail"]


def test_rejects_show_their_bytes_as_text_that_can_do_nothing(city: City) -> None:
    found = city[0].get("/api/rejects", params={"stream": "iot", "limit": 1}).json()["rejects"][0]
    assert found["preview"].endswith("\\xff\\xfe\\x00")
    assert found["size"] == len(RAW)
    assert city[0].get("/api/rejects?stream=smoke").status_code == 422
    assert city[0].get("/api/rejects?limit=0").status_code == 422


def test_ready_while_everything_lives(city: City) -> None:
    client, _, _ = city
    assert client.get("/healthz").json() == {"alive": True}
    assert client.get("/readyz").json() == {"ready": True, "reasons": []}


def test_not_ready_says_why(city: City) -> None:
    client, database, _ = city
    database.beats = [beat("ingest", 40)]
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["reasons"] == ["ingest: silent (last sign 40 s ago)", "watch: never seen"]


def test_health_does_not_wait_for_a_database_that_hangs(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    client, database, _ = city
    monkeypatch.setattr(health, "PATIENCE", 0.05)
    monkeypatch.setattr(database, "ask", lambda *_, **__: time.sleep(0.5))
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["reasons"] == ["database: unreachable"]
    assert "yiping_ready 0.0" in client.get("/metrics").text


def test_half_a_character_is_refused_like_any_other_nonsense(city: City) -> None:
    client, database, _ = city
    for body in ('{"kind": "acknowledge", "actor": "\\ud800"}', '{"kind": "note", "actor": "x", "\\ud800": 1}'):
        answer = client.post(
            f"/api/alerts/{first(client)['id']}/actions", content=body, headers={"content-type": "application/json"}
        )
        assert answer.status_code == 422
        assert answer.json()["detail"]
    assert database.done == []


def test_a_page_at_a_foreign_name_that_points_here_changes_nothing(city: City) -> None:
    client, database, _ = city
    assert act(client, first(client)["id"], host="evil.com", origin="http://evil.com").status_code == 403
    assert database.done == []


def test_without_a_database_health_says_so_and_questions_are_503(city: City) -> None:
    client, database, _ = city
    database.down = True
    assert client.get("/healthz").status_code == 200
    assert client.get("/readyz").json()["reasons"] == ["database: unreachable"]
    for path in ("/api/streams", "/api/rejects", "/api/alerts?history=1"):
        answer = client.get(path)
        assert answer.status_code == 503
        assert "cannot be reached" in answer.json()["detail"]
    assert act(client, first(client)["id"]).status_code == 503
    assert client.get("/metrics").status_code == 200


def test_before_the_first_snapshot_nothing_pretends_to_be_zero() -> None:
    made = context(lists(lambda: NOW))
    server = FastAPI()
    server.include_router(api.router(made))
    client = Client(server)
    assert client.get("/api/alerts").json()["stale"] is True
    assert client.get("/api/snapshot").status_code == 503
    assert client.get("/readyz").json()["reasons"] == ["snapshot: never taken"]
    assert "yiping_alerts_open{" not in client.get("/metrics").text


def test_metrics_tell_alerts_lag_and_rejects(city: City) -> None:
    text = city[0].get("/metrics").text
    assert 'yiping_alerts_open{level="yellow"} 2.0' in text
    assert 'yiping_stream_lag_messages{stream="iot"} 0.0' in text
    assert 'yiping_rejects{reason="bad_time",stream="iot"} 40.0' in text
    assert "yiping_ready 1.0" in text
    assert "yiping_screens 0.0" in text
    assert "yiping_snapshot_seconds 0." in text


def test_openapi_describes_every_answer(city: City) -> None:
    paths = city[0].get("/openapi.json").json()["paths"]
    assert {"/api/alerts", "/api/incidents", "/api/hexes/{layer}", "/api/streams", "/readyz"} <= paths.keys()
    answer = paths["/api/streams"]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
    assert answer["$ref"].endswith("StreamsOut")
