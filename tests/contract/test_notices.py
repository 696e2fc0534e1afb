"""One notice a decision: also when the process is killed between sending and journaling."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from alerts import outbox
from alerts.alert import Transition, milliseconds
from alerts.channels import signature
from alerts.delivery import MOST, pause
from alerts.journal import append, history, open_alerts
from alerts.notifier import Notifier, run
from alerts.origins import ground, simulated
from alerts.receivers import Notices
from alerts.rulebook import read_rulebook
from alerts.silences import begin
from alerts.watch import Watch
from alerts.watch import _telling as telling
from config.read import read_city, read_words
from streams.clickhouse import DatabaseUnavailable, Question
from tests.alerts.made_alerts import quiet
from tests.contract.city_part import Town, town
from tests.contract.notice_part import LATER, OPENED, notifier, open_river, start

__all__ = ["town"]

pytestmark = [
    pytest.mark.contract,
    pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning"),  # what apprise imports
]
SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
SECRET = "not to be seen"  # noqa: S105


class Listener:
    """Hears HTTP on loopback; `answer` is the status, `kill` the process that dies before it gets one."""

    def __init__(self) -> None:
        self.heard: list[tuple[dict[str, str], bytes]] = []
        self.answer = 204
        self.kill: subprocess.Popen[Any] | None = None
        listener = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                length = int(self.headers["Content-Length"])
                content = self.rfile.read(length)
                if len(content) < length:  # who sent it was killed in the middle: a receiver refuses what is not whole
                    return
                listener.heard.append((dict(self.headers), content))
                victim, listener.kill = listener.kill, None
                if victim is not None:
                    victim.kill()
                    victim.wait(10)
                with suppress(OSError):
                    self.send_response(listener.answer)
                    self.end_headers()

            def log_message(self, *_: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = self.server.server_address[1]
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.05,))
        self.thread.start()

    def stop(self) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join(5)


@pytest.fixture
def listener() -> Iterator[Listener]:
    made = Listener()
    yield made
    made.stop()


@pytest.fixture
def secret(tmp_path: Path) -> str:
    path = tmp_path / "secret"
    path.write_text(f"{SECRET}\n", "utf-8")
    return str(path)


def webhook(listener: Listener, secret: str) -> dict[str, Any]:
    channel = {"kind": "webhook", "url": f"http://127.0.0.1:{listener.port}/yiping", "secret_file": secret}
    return {"receivers": [{"key": "duty", "channel": channel}]}


def texting(listener: Listener, folder: Path) -> dict[str, Any]:
    """Through apprise, to a service that cannot know a notice again."""
    path = folder / "address"
    path.write_text(f"json://127.0.0.1:{listener.port}/text", "utf-8")
    return {"receivers": [{"key": "duty", "channel": {"kind": "apprise", "url_file": str(path)}}]}


def killed(town: Town, listener: Listener, config: dict[str, Any], folder: Path) -> None:
    """A turn whose process is killed when its notice has arrived and before it can journal that."""
    process = start(town.url, config, folder)
    listener.kill = process
    process.communicate(timeout=60)
    listener.kill = None
    assert process.returncode == -signal.SIGKILL


def ended(town: Town, config: dict[str, Any], folder: Path, seconds: int = 2) -> list[str]:
    """A turn of a new process, a little later; the states it printed."""
    process = start(town.url, config, folder, LATER + seconds * SECOND)
    out, errors = process.communicate(timeout=60)
    assert process.returncode == 0, errors
    assert SECRET not in out + errors
    return [line.split()[1] for line in out.splitlines() if line.startswith("became ")]


def states(town: Town) -> list[str]:
    return [told.post.state for told in outbox.told(town.database, OPENED - MINUTE)]


def test_a_webhook_hears_a_killed_notice_again_under_its_id(
    town: Town, listener: Listener, secret: str, tmp_path: Path
) -> None:
    open_river(town.database)
    config = webhook(listener, secret)
    killed(town, listener, config, tmp_path)
    assert states(town) == ["intended"]
    assert ended(town, config, tmp_path) == ["sent"]
    assert ended(town, config, tmp_path, 3) == []
    ids = [json.loads(content)["id"] for _, content in listener.heard]
    assert len(ids) == 2
    assert len(set(ids)) == 1
    assert states(town) == ["sent"]


def test_who_cannot_know_a_notice_again_gets_it_once_and_it_is_shown_as_unsure(
    town: Town, listener: Listener, tmp_path: Path
) -> None:
    open_river(town.database)
    config = texting(listener, tmp_path)
    killed(town, listener, config, tmp_path)
    assert ended(town, config, tmp_path) == []
    assert ended(town, config, tmp_path, 3) == []
    assert len(listener.heard) == 1
    assert states(town) == ["unsure"]


def test_what_was_cut_off_by_a_kill_is_not_heard(listener: Listener) -> None:
    """Of the receiver that these tests have: a head and half a body, then the end."""
    with socket.create_connection(("127.0.0.1", listener.port), timeout=10) as sender:
        sender.sendall(b'POST /yiping HTTP/1.0\r\nContent-Length: 20\r\n\r\n{"id": ')
        sender.shutdown(socket.SHUT_WR)
        assert sender.recv(1000) == b"", "no answer either"
    assert listener.heard == []


def test_a_kill_before_sending_is_not_a_second_notice_either(
    town: Town, listener: Listener, secret: str, tmp_path: Path
) -> None:
    """Killed after `intended`, before anything left: the webhook hears it once."""
    open_river(town.database)
    made = notifier(town.database, Notices.model_validate(webhook(listener, secret)))
    made.send = lambda *_: (_ for _ in ()).throw(KeyboardInterrupt)
    with pytest.raises(KeyboardInterrupt):
        made.turn(LATER)
    assert states(town) == ["intended"]
    assert ended(town, webhook(listener, secret), tmp_path) == ["sent"]
    assert len(listener.heard) == 1


def test_a_webhook_is_signed_and_says_what_a_program_needs(town: Town, listener: Listener, secret: str) -> None:
    open_river(town.database)
    made = notifier(town.database, Notices.model_validate(webhook(listener, secret)))
    assert [post.state for post in made.turn(LATER)] == ["sent"]
    headers, content = listener.heard[0]
    assert headers["Yiping-Signature"] == signature(SECRET.encode(), headers["Yiping-Timestamp"], content)
    body = json.loads(content)
    assert headers["Yiping-Notice"] == body["id"]
    assert (body["kind"], body["district"], body["scenario"]) == ("opened", "630105", "emergency")
    assert body["at"] == "2026-07-21T16:43:00+08:00"
    assert [(one["level"], one["rule"], one["new"]) for one in body["alerts"]] == [("orange", "river_level", True)]
    assert body["title"].startswith("【新警情】橙色河道水位超警")


def test_a_notice_says_that_what_it_tells_is_simulated(town: Town, listener: Listener, secret: str) -> None:
    """The river's own gauge: another, real one beside a simulated one is not called so."""
    open_river(town.database)
    made = notifier(town.database, Notices.model_validate(webhook(listener, secret)))
    town.read("water_level", "wl-other", {milliseconds(OPENED): 4.6}, source="simulator")
    alerts = open_alerts(town.database, LATER)
    assert simulated(town.database, [ground(one) for one in alerts], read_rulebook()) == frozenset()
    town.read("water_level", "wl-xigangqiao", {milliseconds(OPENED): 4.6}, source="simulator")
    made.turn(LATER)
    body = json.loads(listener.heard[0][1])
    assert (body["simulated"], [one["simulated"] for one in body["alerts"]]) == (True, [True])
    assert "〔模拟数据〕河道水位超警" in body["title"]
    append(town.database, [step_over(town)])
    made.turn(LATER + 6 * MINUTE)
    assert json.loads(listener.heard[1][1])["resolved"][0]["simulated"] is True


def test_that_nobody_knows_whether_it_is_simulated_keeps_no_notice_back(
    town: Town, listener: Listener, secret: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_river(town.database)
    asked = "has({metrics:Array(String)}, '') OR has({devices:Array(String)}, '') OR {since_ms:Int64} = 0"
    monkeypatch.setattr("alerts.origins.MADE_UP", Question("made_up", f"SELECT nothing WHERE {asked}"))
    made = notifier(town.database, Notices.model_validate(webhook(listener, secret)))
    assert [post.state for post in made.turn(LATER)] == ["sent"]


def step_over(town: Town) -> Transition:
    """The river's alert, cleared."""
    (river,) = history(town.database, "wl-xigangqiao", OPENED - MINUTE)
    return replace(river, at=milliseconds(LATER + MINUTE), before="orange", after="clear", reason="fell")


def test_a_channel_that_fails_is_retried_with_growing_pauses_then_shown(
    town: Town, listener: Listener, secret: str
) -> None:
    open_river(town.database)
    listener.answer = 503
    made = notifier(town.database, Notices.model_validate(webhook(listener, secret)))
    at, times = LATER, []
    while "given_up" not in states(town):
        if any(post.state == "failed" for post in made.turn(at)):
            times.append(at)
        at += SECOND
        if len(times) < MOST and times:
            at = max(at, times[-1] + pause(len(times)) - 2 * SECOND)
    gaps = [(later - before).total_seconds() for before, later in pairwise(times)]
    assert len(listener.heard) == MOST
    assert gaps == sorted(gaps)
    assert (gaps[0], gaps[-1]) == (pytest.approx(5, abs=2), pytest.approx(600, abs=2))
    assert outbox.told(town.database, OPENED)[0].post.error == "answered 503"


def test_one_that_comes_back_hears_it(town: Town, listener: Listener, secret: str) -> None:
    open_river(town.database)
    listener.answer = 500
    made = notifier(town.database, Notices.model_validate(webhook(listener, secret)))
    assert [post.state for post in made.turn(LATER)] == ["failed"]
    listener.answer = 200
    assert made.turn(LATER + SECOND) == []
    assert [(post.state, post.attempt) for post in made.turn(LATER + 6 * SECOND)] == [("sent", 2)]


def test_what_the_database_did_not_take_is_not_sent_and_not_lost(
    town: Town, listener: Listener, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An insert without an answer: the rows may be there. Nothing was sent, and we know it: no `unsure`."""
    open_river(town.database)
    made = notifier(town.database, Notices.model_validate(texting(listener, tmp_path)))
    insert = town.database.insert

    def lost(table: str, columns: Any, **given: Any) -> int:
        insert(table, columns, **given)
        raise DatabaseUnavailable("the answer was lost")

    monkeypatch.setattr(town.database, "insert", lost)
    with pytest.raises(DatabaseUnavailable):
        made.turn(LATER)
    monkeypatch.undo()
    assert listener.heard == []
    assert [post.state for post in made.turn(LATER + SECOND)] == ["sent"]
    assert len(listener.heard) == 1


def test_what_was_sent_while_the_database_went_away_is_journaled_later(
    town: Town, listener: Listener, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_river(town.database)
    made = notifier(town.database, Notices.model_validate(texting(listener, tmp_path)))
    insert = town.database.insert

    def refuses_what_became_of_it(table: str, columns: Any, **given: Any) -> int:
        if "sent" in columns["state"]:
            raise DatabaseUnavailable("gone")
        return insert(table, columns, **given)

    monkeypatch.setattr(town.database, "insert", refuses_what_became_of_it)
    with pytest.raises(DatabaseUnavailable):
        made.turn(LATER)
    monkeypatch.undo()
    assert made.turn(LATER + SECOND) == []
    assert states(town) == ["sent"]
    assert len(listener.heard) == 1


def test_a_file_has_each_notice_once(town: Town, tmp_path: Path) -> None:
    path = tmp_path / "notices.jsonl"
    config = {"receivers": [{"key": "file", "channel": {"kind": "file", "path": str(path)}, "language": "en"}]}
    open_river(town.database)
    made = notifier(town.database, Notices.model_validate(config))
    post = made.turn(LATER)[0]
    path.write_bytes(path.read_bytes() + b'{"id": "torn')
    made.send(made.notices.receivers[0].channel, post.body)
    made.send(made.notices.receivers[0].channel, {**post.body, "id": "another"})
    lines = path.read_text("utf-8").splitlines()
    assert [json.loads(line)["id"] for line in lines] == [post.id, "another"]
    assert json.loads(lines[0])["title"].startswith("[New warning] Orange River high")


@pytest.mark.parametrize("again", [False, True])
def test_a_clock_that_is_set_back_keeps_nothing_from_being_told(
    town: Town, listener: Listener, secret: str, again: bool
) -> None:
    """By eight hours, with or without a new start: further warnings wait for the interval, and no longer."""
    config, back = Notices.model_validate(webhook(listener, secret)), timedelta(hours=8)
    open_river(town.database)
    made = notifier(town.database, config)
    assert [post.kind for post in made.turn(LATER)] == ["opened"]
    open_river(town.database, at=LATER - back, place="wl-jianhe")
    made = notifier(town.database, config) if again else made
    assert made.turn(LATER - back) == []
    assert [post.kind for post in made.turn(LATER - back + 6 * MINUTE)] == ["opened"]
    assert made.turn(LATER - back + 7 * MINUTE) == []
    assert len(listener.heard) == 2


def languages(tmp_path: Path) -> Notices:
    """A receiver of each language."""
    channel = {"kind": "file", "path": str(tmp_path / "told.jsonl")}
    both = ("en", "zh-CN")
    return Notices.model_validate(
        {"receivers": [{"key": one.lower(), "channel": channel, "language": one} for one in both]}
    )


def lacking(monkeypatch: pytest.MonkeyPatch, key: str) -> None:
    """English, and English alone, cannot say this."""
    whole = read_words("en")
    torn = replace(whole, texts={name: text for name, text in whole.texts.items() if name != key})
    monkeypatch.setattr("alerts.notifier.read_words", lambda one: torn if one == "en" else read_words(one))


def test_a_notice_that_cannot_be_worded_holds_back_no_other(
    town: Town, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """English cannot say that something opened: who reads Chinese is told, the other when the word is there."""
    open_river(town.database)
    made = notifier(town.database, languages(tmp_path))
    lacking(monkeypatch, "notice.kind.opened")
    assert [post.group.receiver for post in made.turn(LATER)] == ["zh-cn"]
    ((whose, why),) = made.faults.items()
    assert whose == "en 630105 emergency"
    assert "KeyError" in why
    monkeypatch.undo()
    assert [post.group.receiver for post in made.turn(LATER + SECOND)] == ["en"]
    assert made.faults == {}


def test_an_alert_that_cannot_be_worded_is_told_by_its_keys(
    town: Town, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With it all others of its receiver, district and scenario."""
    open_river(town.database)
    made = notifier(town.database, languages(tmp_path))
    lacking(monkeypatch, "level.orange")
    told = {post.group.receiver: post for post in made.turn(LATER)}
    assert told.keys() == {"en", "zh-cn"}
    assert "orange river_level wl-xigangqiao" in told["en"].body["text"]
    assert made.faults == {}
    assert made.turn(LATER + SECOND) == []


def test_a_silenced_alert_is_not_told_and_then_is(town: Town, listener: Listener, secret: str) -> None:
    open_river(town.database)
    begin(town.database, quiet(rule="river_level", starts=OPENED, ends=LATER + MINUTE), LATER)
    made = notifier(town.database, Notices.model_validate(webhook(listener, secret)))
    assert made.turn(LATER) == []
    assert [post.kind for post in made.turn(LATER + MINUTE)] == ["opened"]


def test_only_who_leads_tells(town: Town, tmp_path: Path) -> None:
    path, stop, leads = tmp_path / "told.jsonl", threading.Event(), threading.Event()
    open_river(town.database, at=datetime.now(UTC) - MINUTE)
    config = {"receivers": [{"key": "file", "channel": {"kind": "file", "path": str(path)}}]}
    made = notifier(town.database, Notices.model_validate(config))
    thread = threading.Thread(target=run, args=(made, lambda: town.database if leads.is_set() else None, stop))
    thread.start()
    stop.wait(2.5)
    assert not path.exists()
    leads.set()
    until = time.monotonic() + 30
    while not path.exists() and time.monotonic() < until:
        stop.wait(0.2)
    stop.set()
    thread.join(20)
    assert [json.loads(line)["kind"] for line in path.read_text("utf-8").splitlines()] == ["opened"]


def test_watch_has_somebody_to_tell_or_no_thread(town: Town) -> None:
    watch = Watch(town.database, read_city("xining"), read_rulebook(), "here:1", 0)
    assert telling(watch, Notices(), threading.Event()) == []
    config = {"receivers": [{"key": "file", "channel": {"kind": "file", "path": "/nowhere"}}]}
    assert [one.name for one in telling(watch, Notices.model_validate(config), threading.Event())] == ["notices"]


def test_without_receivers_nothing_leaves_and_apprise_asks_nobody(town: Town) -> None:
    open_river(town.database)
    assert notifier(town.database, Notices()).turn(LATER) == []
    code = "import socket\ndef no(*_): raise SystemExit('asked the network')\nsocket.socket.connect = no\n"
    code += "socket.getaddrinfo = no\nimport apprise\napprise.Apprise().add('json://127.0.0.1:1/x')"
    assert subprocess.run([sys.executable, "-c", code], check=False, capture_output=True).returncode == 0


def test_no_error_holds_a_secret(listener: Listener, tmp_path: Path) -> None:
    address = tmp_path / "address"
    address.write_text("nonsense://token-4711@x", "utf-8")
    config = {"receivers": [{"key": "a", "channel": {"kind": "apprise", "url_file": str(address)}}]}
    channel = Notices.model_validate(config).receivers[0].channel
    for content, why in ((address.read_text(), "no address"), ("", "is empty"), (None, "cannot be read")):
        address.unlink() if content is None else address.write_text(content, "utf-8")
        with pytest.raises(Exception, match=why) as caught:
            Notifier.send(channel, {"id": "1", "title": "t", "text": "x"})
        assert "4711" not in str(caught.value)
