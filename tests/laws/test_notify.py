"""Laws of notices: nothing is said twice, nothing is missed, and only what is over is said to be."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from alerts.notify import City, Said, decide
from alerts.quiet import TOLD, Verdict
from tests.alerts.made_alerts import BOOK, NOW, quiet
from tests.alerts.test_notify import notices
from tests.laws.test_quiet import alerts

LADDER = [{"after": "10m", "level": "blue", "to": ["chief"]}]
CONFIG = notices({"key": "duty"}, {"key": "chief"}, ladder=LADDER)
courses = st.lists(
    st.tuples(st.integers(0, 300), alerts, st.sets(st.sampled_from(["storm-a", "hour-b"]))), min_size=1, max_size=6
)


def verdicts(hidden: Any) -> dict[str, Verdict]:
    return {name: Verdict("silence", quiet()) for name in hidden}


@given(courses)
def test_nothing_is_said_twice_and_only_what_has_cleared_is_said_to_be_over(course: Any) -> None:
    said: dict[Any, Said] = {}
    ids: list[str] = []
    for n, (minutes, found, hidden) in enumerate(course):
        now = NOW + timedelta(hours=6 * n, minutes=minutes)
        judged = verdicts(hidden)
        due = decide(CONFIG, City(found, BOOK, judged, said), now)
        assert decide(CONFIG, City(found[::-1], BOOK, judged, said), now) == due
        still = {one.id for one in found}
        for one in due:
            assert not set(one.resolved) & still
            assert not set(one.opened) & hidden
            assert set(one.alerts) <= still
        said |= {one.group: Said(one.id, one.at, one.alerts) for one in due}
        ids += [one.id for one in due]
        assert decide(CONFIG, City(found, BOOK, judged, said), now) == []
    assert len(set(ids)) == len(ids)


@given(alerts, st.sets(st.sampled_from(["storm-a", "hour-b"])))
def test_after_an_interval_everything_told_is_known(found: Any, hidden: Any) -> None:
    """Whatever was said before: by then each receiver knows each alert that is told, at its level or worse."""
    later, judged = NOW + timedelta(hours=6), verdicts(hidden)
    due = decide(CONFIG, City(found, BOOK, judged), later)
    for receiver in ("duty", "chief"):
        known = {name: level for one in due if one.group.receiver == receiver for name, level in one.alerts.items()}
        assert known == {one.id: one.level for one in found if judged.get(one.id, TOLD).told}
