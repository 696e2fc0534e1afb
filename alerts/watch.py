"""The loop that evaluates the rules: once a second ask, decide, journal. Nothing decided is only in memory.

States advance only after their transitions are stored; when storing fails the journal is read again, since the rows may
have arrived all the same. Several may run on one database: one leads, the others stand by (alerts/lease.py); what one
writes that thinks it leads and does not is refused by the database (streams/fence.py).
"""

from __future__ import annotations

import json
import os
import socket
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from threading import Event, Thread

import psutil
import structlog

from alerts import journal, review
from alerts.alert import Transition, instant
from alerts.backwards import BACK_MS, ahead, begun, told_again
from alerts.engine import Outcome, States, step
from alerts.hearing import Kept
from alerts.lease import ALIVE_MS, HEARTBEAT_MS, LANE, Watcher, leader
from alerts.measures import Asking
from alerts.notifier import Notifier, read_notices
from alerts.notifier import run as run_notifier
from alerts.phases import due, phase
from alerts.reasons import swept
from alerts.receivers import Notices
from alerts.rulebook import read_rulebook
from alerts.rules import Rule, RuleBook
from alerts.states import State
from config.city import CityProfile
from config.settings import Settings
from layers.geometry import load_city
from streams import bell, rollup
from streams.clickhouse import Database, DatabaseUnavailable, QueryFailed, Question
from streams.fence import Fenced
from streams.fences import Fences, Pen

BEAT_S = 1.0
HANDS = 2  # questions at once; the server has more threads for each
WRITTEN = ("alert_transitions", "alert_memory", "notices")
NOTE_MS = 5_000  # how often the newest value of an open alert is written for the screens
WATCHERS = Question.load(Path(__file__).parent / "sql", "watchers")

log = structlog.get_logger("watch")


def run(settings: Settings, profile: CityProfile, stop: Event) -> None:
    """Watch a city until `stop` is set; beside it, on threads of their own: rollups, late data, telling people.

    Raises ConfigError for rules or notices that cannot be read; waits for the database.
    """
    database = Database(settings.database_url)
    hands = ThreadPoolExecutor(HANDS, "questions")
    name = f"{socket.gethostname()}:{os.getpid()}"
    tell = partial(bell.ring, settings.data, bell.SCREENS)
    watch = Watch(database, profile, read_rulebook(), name, _now(), kept=Kept(hands), tell=tell)
    again = settings, profile, watch.book.enabled, lambda: watch.leads, stop
    beside = [
        Thread(target=rollup.run, args=(settings, stop), name="rollup"),
        Thread(target=review.run, args=again, name="review"),
        *_telling(watch, read_notices(), stop),
    ]
    for thread in beside:
        thread.start()
    log.info("watching", city=profile.id, rules=len(watch.book.enabled))
    try:
        while not stop.is_set():
            began = time.monotonic()
            watch.turn(_now())
            stop.wait(BEAT_S - (time.monotonic() - began) % BEAT_S)  # a slow beat skips the ones it ran into
    finally:
        stop.set()
        for thread in beside:
            thread.join()
        hands.shutdown(cancel_futures=True)
        database.close()


def _telling(watch: Watch, notices: Notices, stop: Event) -> list[Thread]:
    """The thread that tells people, when there is somebody to tell."""
    if not notices.receivers:
        return []
    notifier = Notifier(watch.database, notices, watch.book, load_city(watch.profile))
    watch.unsaid = lambda: notifier.faults
    log.info("telling", receivers=[receiver.key for receiver in notices.receivers])
    return [Thread(target=run_notifier, args=(notifier, watch.held, stop), name="notices")]


def _now() -> int:
    return time.time_ns() // 1_000_000


@dataclass
class Watch:
    """One `watch` at work: call `turn` again and again with the time, epoch ms.

    Without a pen the journal must be read (again) before anything may be decided: `states` is what it says. `tell` is
    called when the journal has news; `unsaid` says which notices cannot be made, and why.
    """

    database: Database
    profile: CityProfile
    book: RuleBook
    instance: str
    joined: int
    states: dict[str, States] = field(default_factory=dict)
    state: str = "starting"
    failed: dict[str, str] = field(default_factory=dict)
    last_error: str | None = None
    seconds: float = 0.0
    kept: Kept = field(default_factory=Kept)
    tell: Callable[[], object] = lambda: None
    unsaid: Callable[[], Mapping[str, str]] = dict
    _leads: bool = False
    _pen: Pen | None = None
    _beaten: int = 0
    _now: int = 0
    _looked: dict[str, int] = field(default_factory=dict)
    _noted: dict[tuple[str, str], tuple[int, State]] = field(default_factory=dict)
    _ahead: dict[tuple[str, str], Transition] = field(default_factory=dict)

    def turn(self, now: int) -> None:
        """One beat: decide if we lead, and say that we are alive. Never raises for what the database does."""
        if now < self._now - BACK_MS:
            log.error("the clock of this machine was set back", seconds=(self._now - now) // 1000)
            self._now, self._looked = 0, {}
            self._step_down(now)
        self._now = now = max(now, self._now + 1)  # by little the clock may step back, the journal may not
        began = time.perf_counter()
        try:
            if now - self._beaten >= HEARTBEAT_MS:
                self._beat(now)
            if self._leads:
                self.decide(now)
            self._tell("running" if self._leads else "standby", None)
        except DatabaseUnavailable as error:
            self._tell("waiting for database", str(error))
        except QueryFailed as error:
            self._tell("refused by database", str(error))
        except Fenced as error:
            self._step_down(now)
            self._tell("standby", str(error))
        self.seconds = time.perf_counter() - began

    @property
    def leads(self) -> bool:
        """Whether this is the one that decides, and has said lately that it lives."""
        return self._leads and _now() - self._beaten <= ALIVE_MS

    def held(self) -> Pen | None:
        """With what may be written by who leads; None while that is another, or not yet known."""
        return self._pen if self.leads else None

    def _tell(self, state: str, error: str | None) -> None:
        """Say in the log when what we do changes."""
        if state != self.state:
            log.warning(state, error=error) if error else log.info(state)
        self.state = state
        self.last_error = error or self.last_error

    # -- deciding

    def decide(self, now: int) -> None:
        """Evaluate every rule that is due and journal what changed. Raises DatabaseUnavailable, QueryFailed, Fenced."""
        pen, states = self._held_or_taken(now), self.states
        outcomes = dict(self._outcomes(states, now))
        transitions = [one for outcome in outcomes.values() for one in outcome.transitions]
        self._append(pen, transitions)
        states |= {key: outcome.states for key, outcome in outcomes.items()}
        self._append(pen, told_again({key: one for key, one in self._ahead.items() if one.at < now}, states, now))
        self._ahead = {key: one for key, one in self._ahead.items() if one.at >= now}
        self._looked |= dict.fromkeys(outcomes, now)
        self._note(pen, states, {(one.rule, one.place) for one in transitions}, now)

    def _held_or_taken(self, now: int) -> Pen:
        """The pen; with a new one the states are read from the journal, and what no rule speaks of any more is cleared.

        Before the journal is read all who wrote it are shut out, ourselves too: no row comes after that.
        """
        if self._pen is None:
            fences = Fences(self.database, self.instance, WRITTEN)
            pen = Pen(fences, fences.open([LANE]))
            states, gone = swept(self.book.enabled, journal.load_states(self.database), now)
            journal.append(pen, gone)
            self._ahead = ahead(journal.history(self.database, "", instant(now + BACK_MS)))
            states = begun(states, now)
            journal.append(pen, told_again(self._ahead, states, now - 1))  # before what this beat decides
            self.states, self._pen = states, pen
            self._noted = {}
        return self._pen

    def _outcomes(self, states: Mapping[str, States], now: int) -> Iterator[tuple[str, Outcome]]:
        """What each rule that is due comes to. One that fails is named and changes nothing."""
        looked = [rule for rule in self.book.enabled if due(rule, phase(rule), self._looked.get(rule.key), now)]
        asking = Asking(self.database, self.profile, looked, now, states, self.kept)
        try:
            for rule in looked:
                outcome = self._outcome(rule, states.get(rule.key, {}), asking)
                if outcome is not None:
                    yield rule.key, outcome
        finally:
            asking.close()

    def _outcome(self, rule: Rule, states: States, asking: Asking) -> Outcome | None:
        try:
            outcome = step(rule, states, asking.observe(rule, states), asking.now)
        except DatabaseUnavailable:
            raise
        except Exception as error:  # noqa: BLE001,RUF100 - one rule's fault, whatever it is, must not stop the others
            self._fault(rule, f"{type(error).__name__}: {error}")
            return None
        self.failed.pop(rule.key, None)
        return outcome

    def _fault(self, rule: Rule, text: str) -> None:
        if self.failed.get(rule.key) != text:
            log.error("a rule failed; its alerts stay as they are", rule=rule.key, error=text)
        self.failed[rule.key] = text

    def _append(self, pen: Pen, transitions: list[Transition]) -> None:
        try:
            journal.append(pen, transitions)
        except (DatabaseUnavailable, QueryFailed):
            self._pen = None  # they may be stored: the journal knows
            raise
        if transitions:
            self.tell()
        for one in transitions:
            log.info("transition", rule=one.rule, place=one.place, before=one.before, after=one.after, value=one.value)

    def _note(self, pen: Pen, states: Mapping[str, States], told: set[tuple[str, str]], now: int) -> None:
        """Write the memory of what changed without a transition: timers at once, values now and then."""
        flat = {(rule, place): state for rule, places in states.items() for place, state in places.items()}
        for key in told & flat.keys():
            self._noted[key] = (now, flat[key])  # its transition carries its memory
        fresh = {key: state for key, state in flat.items() if self._worth_noting(key, state, now)}
        journal.remember(pen, [(*key, state) for key, state in fresh.items()], now)
        self._noted = {key: (now, flat[key]) if key in fresh else self._noted[key] for key in flat}

    def _worth_noting(self, key: tuple[str, str], state: State, now: int) -> bool:
        if key not in self._noted:
            return True
        at, noted = self._noted[key]
        if (state.timers, state.device) != (noted.timers, noted.device):
            return True
        return state.open and state != noted and now - at >= NOTE_MS

    # -- being one of several

    def _beat(self, now: int) -> None:
        """Say that we are alive, see who else is, and so learn whether we lead."""
        if self._beaten and now - self._beaten > ALIVE_MS:
            self._step_down(now)  # another may have led meanwhile, and shall go on
        self.database.insert("heartbeats", self._heartbeat(now))
        self._beaten = now
        if self._leads and self._pen is not None and not self._pen.holds():
            raise Fenced("another watch has taken over")
        self._leads = leader(self._watchers(now), now) == self.instance
        if not self._leads:
            self._pen = None

    def _step_down(self, now: int) -> None:
        """Lead no more, and say at once that we have joined after all others."""
        self._leads, self._pen = False, None
        self.joined, self._beaten = now, 0

    def _heartbeat(self, now: int) -> dict[str, list[object]]:
        detail = {
            "rules": len(self.book.enabled),
            "seconds": round(self.seconds, 4),
            "failed": sorted(self.failed),
            "unsaid": dict(self.unsaid()) if self._leads else {},
            "last_error": next(iter(self.failed.values()), self.last_error),
            "state": self.state,
            "joined": self.joined,
        }
        text = json.dumps(detail, ensure_ascii=False)
        return {"at": [now], "process": ["watch"], "instance": [self.instance], "detail": [text]}

    def _watchers(self, now: int) -> list[Watcher]:
        """Those who beat lately; one of this machine whose process is gone is dead at once."""
        rows = self.database.ask(WATCHERS, since_ms=now - ALIVE_MS).rows()
        found = [Watcher(json.loads(row["detail"]).get("joined", 0), row["instance"], row["at_ms"]) for row in rows]
        return [watcher for watcher in found if not _gone(watcher.instance)]


def _gone(instance: str) -> bool:
    host, _, pid = instance.rpartition(":")
    return host == socket.gethostname() and pid.isdigit() and not psutil.pid_exists(int(pid))
