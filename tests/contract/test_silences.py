"""Silences in the database: begun, cancelled, and what was is still there."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from typer.testing import CliRunner

from alerts import silences
from alerts.alert import NOWHERE, Transition, milliseconds
from alerts.journal import append
from alerts.quiet import Flapping, Quiet
from alerts.silences import SilenceRefused
from dashboard.cli import app
from layers import areas
from streams.clickhouse import DatabaseUnavailable, Question
from tests.alerts.made_alerts import BOOK, NOW, alert, quiet
from tests.contract.city_part import Town, town
from tests.dashboard.moments import city
from tests.layers.test_area import AREA

__all__ = ["town"]

pytestmark = pytest.mark.contract
MINUTE = timedelta(minutes=1)


def known(town: Town) -> dict[str, Quiet]:
    return {one.id: one for one in silences.silences(town.database, NOW - MINUTE)}


def test_a_silence_is_read_back_as_it_began(town: Town) -> None:
    begun = silences.begin(town.database, quiet(district="630102", owner=" 丁班 ", level="red"), NOW)
    assert known(town) == {begun.id: begun}
    assert (begun.owner, begun.level, begun.cancelled_by) == ("丁班", "red", "")


def test_one_that_is_cancelled_ends_and_stays_in_the_journal(town: Town) -> None:
    begun = silences.begin(town.database, quiet(), NOW)
    ended = silences.cancel(town.database, begun.id, "己班", "修好了", NOW)
    assert (ended.ends, ended.cancelled_by, ended.owner, ended.kind) == (NOW, "己班", "李", "silence")
    assert known(town) == {begun.id: ended}
    assert silences.cancel(town.database, begun.id, "赵六", "", NOW + MINUTE) == ended, "it is over already"
    rows = town.database.ask(Question("rows", "SELECT kind FROM silences ORDER BY kind")).column("kind")
    assert list(rows) == ["cancel", "silence"]


def test_what_makes_no_sense_is_refused(town: Town) -> None:
    for wrong, why in ((quiet(owner=""), "owner"), (quiet(ends=NOW), "over")):
        with pytest.raises(SilenceRefused, match=why):
            silences.begin(town.database, wrong, NOW)
    with pytest.raises(SilenceRefused, match="unknown"):
        silences.cancel(town.database, "nothing", "李", "", NOW)
    assert known(town) == {}


def test_a_silence_of_an_area_keeps_its_border_when_the_area_ends(town: Town) -> None:
    drawn = areas.keep(town.database, city().grid, AREA, NOW)
    begun = silences.begin(town.database, quiet(rule="", area=drawn.id), NOW)
    assert known(town) == {begun.id: begun}
    assert begun.within == drawn
    ended = areas.end(town.database, drawn.id, "李", "", NOW + MINUTE)
    assert known(town)[begun.id].within == ended, "it still hides what it hid"
    with pytest.raises(SilenceRefused, match="area"):
        silences.begin(town.database, quiet(rule="", area=drawn.id), NOW + 2 * MINUTE)


def opened(at: int, before: str = "clear", after: str = "yellow") -> Transition:
    named = alert()
    return Transition(
        at, named.rule, "1", named.place, named.id, before, after, "crossed", 1.0, 1.0, at, NOWHERE, {}, ""
    )


def test_of_a_name_there_is_one_silence_whatever_became_of_the_first_answer(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first insert is stored later than it was given up, and after the second looked for it."""
    insert = town.database.insert

    def hangs(*_: object, **__: object) -> int:
        raise DatabaseUnavailable("no answer in time")

    monkeypatch.setattr(town.database, "insert", hangs)
    with pytest.raises(DatabaseUnavailable):
        silences.begin(town.database, quiet(), NOW, "pressed")
    monkeypatch.undo()
    later = NOW + 10 * MINUTE
    begun = silences.begin(town.database, quiet(starts=later, ends=later + 5 * MINUTE), later, "pressed")
    row = town.database.ask(Question("row", "SELECT * FROM silences")).rows()[0]
    insert("silences", {name: [value] for name, value in row.items()})  # what the first becomes in the end
    assert known(town) == {"pressed": begun}
    assert silences.begin(town.database, quiet(starts=NOW, ends=later + 3 * MINUTE), later + MINUTE, "pressed") == begun
    rows = town.database.ask(Question("rows", "SELECT count() AS rows FROM silences")).column("rows")
    assert rows == (2,), "the third found it, and wrote nothing"


def test_verdicts_of_what_is_stored(town: Town) -> None:
    times = [milliseconds(NOW - n * 10 * MINUTE) for n in range(4)]
    append(town.database, [opened(at) for at in times])
    append(town.database, [opened(at + 1000, "yellow", "clear") for at in times])
    judged, running = silences.judged(town.database, [alert()], BOOK, Flapping(), NOW)
    assert (judged["storm-a"].why, judged["storm-a"].opened, running) == ("flapping", 4, ())
    begun = silences.begin(town.database, quiet(), NOW)
    judged, running = silences.judged(town.database, [alert()], BOOK, Flapping(), NOW)
    assert (judged["storm-a"].quiet, judged["storm-a"].flaps, running) == (begun, True, (begun,))


def test_the_command_line_is_the_same_code(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLICKHOUSE_URL", town.url)
    monkeypatch.setenv("YIPING_LANGUAGE", "en")
    given = ["--place", "wl-xigangqiao", "--owner", "Li", "--reason", "repair", "--for", "2h", "--from", "22:00"]
    begun = CliRunner().invoke(app, ["silence", "add", *given, "--maintenance"])
    assert begun.exit_code == 0, begun.output
    (one,) = silences.silences(town.database, NOW)
    assert (one.kind, one.owner, one.place, one.ends - one.starts) == (
        "maintenance", "Li", "wl-xigangqiao", timedelta(hours=2),
    )  # fmt: skip
    given[1] = "西钢桥"
    meant = CliRunner().invoke(app, ["silence", "add", *given])
    assert (meant.exit_code, "wl-xigangqiao" in meant.output) == (2, True), meant.output
    listed = CliRunner().invoke(app, ["silence", "list"]).output
    assert listed.startswith(f"{one.id}  coming  Maintenance")
    ended = CliRunner().invoke(app, ["silence", "end", one.id, "--by", "Wang"])
    assert ended.output == f"{one.id}  has ended\n"
    assert [found.cancelled_by for found in silences.silences(town.database, NOW)] == ["Wang"]


def test_an_area_is_called_by_its_name_or_its_id(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLICKHOUSE_URL", town.url)
    monkeypatch.setenv("YIPING_LANGUAGE", "en")
    now = datetime.now(UTC)
    drawn = areas.keep(town.database, city().grid, AREA, now)
    given = ["silence", "add", "--owner", "Shift A", "--reason", "drill", "--for", "2h", "--area"]
    assert [CliRunner().invoke(app, [*given, one]).exit_code for one in (AREA.name, drawn.id, "nowhere")] == [0, 0, 2]
    assert [one.area for one in silences.silences(town.database, now)] == [drawn.id], "asked for twice, it is one"


def test_a_silence_pressed_twice_is_one(town: Town) -> None:
    """Also when the database hung for a minute between."""
    first = silences.begin(town.database, quiet(), NOW)
    again = quiet(starts=quiet().starts + MINUTE, ends=quiet().ends + MINUTE)
    assert silences.begin(town.database, again, NOW + MINUTE) == first
    assert silences.begin(town.database, quiet(place="b"), NOW) != first
    assert len(known(town)) == 2
