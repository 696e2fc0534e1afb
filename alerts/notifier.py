"""Tells people: reads what is open and what was said, decides, journals, sends, journals.

Runs beside `watch`, in the one that leads, and only when config/notices.yaml names receivers.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import chain
from pathlib import Path
from threading import Event
from typing import Any

import structlog

from alerts import outbox
from alerts.alert import Alert, instant
from alerts.bulletin import Writer
from alerts.channels import NotDelivered, deliver
from alerts.delivery import Delivered, Named, Post, step
from alerts.notify import City as Town
from alerts.notify import Group, Notice, decide
from alerts.origins import ground, simulated
from alerts.receivers import Channel, Notices
from alerts.rules import RuleBook
from alerts.silences import judged
from alerts.standing import Standing
from config.load import load
from config.read import read_words
from config.settings import ROOT
from layers.geometry import City
from streams.clickhouse import Database, DatabaseUnavailable, QueryFailed
from streams.fence import Fenced
from streams.fences import Inserting

FILE = ROOT / "config" / "notices.yaml"
BEAT_S = 1.0

log = structlog.get_logger("notices")


def read_notices(path: Path = FILE) -> Notices:
    """Who is told. Raises ConfigError, a line for each fault."""
    return load(path, Notices)


@dataclass
class Notifier:
    """Call `turn` again and again with the time; only one may run on a database, which is the leading watch's.

    With `pen`, if there is one, it writes what it is about to do: so that another who leads by now is not talked over.
    What it did it writes in any case. `faults` says of whom (receiver, district, scenario) why no notice can be made.
    """

    database: Database
    notices: Notices
    book: RuleBook
    city: City
    send: Callable[[Channel, dict[str, Any]], None] = deliver
    pen: Inserting | None = None
    faults: Mapping[str, str] = field(default_factory=dict)
    _owed: list[Post] = field(default_factory=list)
    _unsent: set[str] = field(default_factory=set)
    _standing: Standing = field(init=False)
    _last: datetime | None = None
    _heard: datetime | None = None

    def __post_init__(self) -> None:
        self._standing = Standing(self.database)

    def turn(self, now: datetime) -> list[Post]:
        """Say what is due; what became of it. Raises DatabaseUnavailable, QueryFailed, Fenced: turn again."""
        now = self._onward(now)
        self._settle()
        again = self._again(outbox.unfinished(self.database, now), now)
        fresh = self._decided(now)
        self._announce([*again, *fresh])
        with ThreadPoolExecutor(max_workers=8, thread_name_prefix="notice") as pool:
            self._owed = list(pool.map(self._sent, [*again, *fresh]))
        done = list(self._owed)
        self._settle()
        return done

    def _onward(self, now: datetime) -> datetime:
        """`now`; of a clock that was set back, on from what was said last: waits go on, and rows keep their order."""
        if self._last is None or self._heard is None:
            said, _ = outbox.said(self.database, now)
            self._last, self._heard = max((one.at for one in said.values()), default=now), now
        passed = max(now - self._heard, timedelta(milliseconds=3))
        self._last, self._heard = max(now, self._last + passed), now
        return self._last

    # -- deciding

    def _decided(self, now: datetime) -> list[Post]:
        alerts = self._standing.look(now)
        said, told = outbox.said(self.database, now)
        verdicts, _ = judged(self.database, alerts, self.book, self.notices.flapping.measure, now)
        due = decide(self.notices, Town(alerts, self.book, verdicts, said), now)
        open_now = {alert.id: alert for alert in alerts}
        made_up = self._made_up([open_now[name] for name in {*chain(*(one.alerts for one in due))} & open_now.keys()])
        return self._made(due, lambda notice: self._post(notice, open_now, told, made_up))

    def _made(self, due: Iterable[Notice], make: Callable[[Notice], Post]) -> list[Post]:
        """Those of the notices that can be made; the others are told of, hold nobody back, and are due again."""
        posts, faults = [], {}
        for notice in due:
            try:
                posts.append(make(notice))
            except Exception as error:  # noqa: BLE001,RUF100,PERF203 - one notice's fault, whatever it is
                faults[_whose(notice.group)] = repr(error)
        for group, why in faults.items():
            if self.faults.get(group) != why:
                log.error("a notice cannot be made; the others go out", group=group, error=why)
        self.faults = faults
        return posts

    def _made_up(self, alerts: Iterable[Alert]) -> frozenset[str]:
        """Those of simulated data. That it cannot be asked keeps nobody from hearing of a flood."""
        try:
            return simulated(self.database, [ground(alert) for alert in alerts], self.book)
        except QueryFailed as error:
            log.error("not known which alerts are of simulated data", error=str(error))
            return frozenset()

    def _post(
        self, notice: Notice, alerts: Mapping[str, Alert], told: Mapping[str, Named], made_up: frozenset[str]
    ) -> Post:
        receiver = self.notices.receiver(notice.group.receiver)
        words = read_words(receiver.language) if receiver else read_words("en")
        writer = Writer(self.book, self.city, words, made_up)
        faults = writer.faults(alerts[name] for name in notice.alerts if name in alerts)
        for name, why in faults.items():
            log.error("an alert has no words; it is told by its keys", alert=name, notice=notice.id, error=why)
        return replace(writer, bare=faults.keys()).post(notice, alerts, told)

    def _again(self, posts: Iterable[Post], now: datetime) -> list[Post]:
        """Of what was begun before: what is to be sent again now. What is over is journaled as such."""
        due, over = [], []
        for post in posts:
            what = step(post, self._knows_again(post), now, post.id in self._unsent)
            if what == "send":
                due.append(post.again(now))
            elif what != "wait":
                over.append(post.became("unsure" if what == "unsure" else "given_up", now, post.error))
        outbox.append(self.pen or self.database, over)
        for post in over:
            log.error("a notice may not have arrived", notice=post.id, receiver=post.group.receiver, state=post.state)
        return due

    def _knows_again(self, post: Post) -> bool:
        receiver = self.notices.receiver(post.group.receiver)
        return receiver is not None and receiver.channel.knows_again

    # -- doing

    def _announce(self, posts: list[Post]) -> None:
        """Journal that these are about to be sent. When that fails they are not, and we know that they were not."""
        names = {post.id for post in posts}
        try:
            outbox.append(self.pen or self.database, posts)
        except (DatabaseUnavailable, QueryFailed):
            self._unsent |= names
            raise
        self._unsent -= names

    def _sent(self, post: Post) -> Post:
        receiver = self.notices.receiver(post.group.receiver)
        try:
            if receiver is None:
                raise NotDelivered("this receiver is no longer in config/notices.yaml")
            self.send(receiver.channel, post.body)
        except NotDelivered as error:
            return self._became(post, "failed", str(error))
        except Exception as error:  # noqa: BLE001,RUF100 - one channel's fault must not stop the others
            return self._became(post, "failed", type(error).__name__)
        return self._became(post, "sent")

    def _became(self, post: Post, state: Delivered, error: str = "") -> Post:
        told = log.info if state == "sent" else log.warning
        told("notice", state=state, notice=post.id, receiver=post.group.receiver, kind=post.kind, error=error)
        return post.became(state, post.at + timedelta(milliseconds=1), error)

    def _settle(self) -> None:
        """Journal what became of what was sent; kept until that succeeds."""
        outbox.append(self.database, self._owed)
        self._owed = []


def _whose(group: Group) -> str:
    return " ".join(filter(None, (group.receiver, group.district, group.scenario)))


def run(notifier: Notifier, held: Callable[[], Inserting | None], stop: Event) -> None:
    """Tell people until `stop`, while `held` gives us a pen. Nothing ends it: it would be missed by nobody for long."""
    trouble = ""
    while not stop.wait(BEAT_S):
        try:
            notifier.pen = held()
            if notifier.pen is not None:
                notifier.turn(instant(time.time_ns() // 1_000_000))
            trouble = ""
        except (DatabaseUnavailable, QueryFailed) as error:
            if str(error) != trouble:
                log.warning("notices wait for the database", error=str(error))
            trouble = str(error)
        except Fenced as error:
            log.info("another tells people", error=str(error))
        except Exception as error:  # noqa: BLE001,RUF100 - whatever it is, the next notice may be another
            if repr(error) != trouble:
                log.error("no notice could be made", error=repr(error), exc_info=True)
            trouble = repr(error)
            notifier.faults = {"": trouble}
