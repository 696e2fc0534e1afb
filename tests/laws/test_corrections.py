"""Laws of corrections: true for every two histories."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from alerts.alert import LEVELS
from alerts.corrections import Correction, Finding, Histories, Lateness, findings, in_force
from alerts.episodes import Episode

SLACK = 5
EPISODES = st.builds(
    lambda level, since, lasts: Episode(level, since, None if lasts is None else since + lasts),
    st.sampled_from(LEVELS),
    st.integers(0, 300),
    st.one_of(st.integers(1, 60), st.none()),
)
HISTORIES = st.lists(EPISODES, max_size=6).map(lambda parts: sorted(parts, key=lambda one: one.since))


def appended(found: list[Finding], at: int) -> list[Correction]:
    return [
        Correction(at, one.at, "r", "v", "p", one.verdict, one.now, one.told, Lateness("iot", 1), one.previous)
        for one in found
    ]


@given(HISTORIES, HISTORIES)
def test_late_data_that_changes_nothing_corrects_nothing(now: list[Episode], told: list[Episode]) -> None:
    assert findings(Histories(now, now, told), SLACK) == []
    assert findings(Histories(now, told, now), SLACK) == []


@given(HISTORIES, HISTORIES, HISTORIES)
def test_what_was_said_is_not_said_again(now: list[Episode], without: list[Episode], told: list[Episode]) -> None:
    said = appended(findings(Histories(now, without, told), SLACK), 1)
    again = findings(Histories(now, without, told, said), SLACK)
    assert again == []


@given(HISTORIES, HISTORIES)
def test_found_by_two_it_counts_once(now: list[Episode], told: list[Episode]) -> None:
    found = findings(Histories(now, None, told), SLACK)
    assert len(in_force([*appended(found, 1), *appended(found, 2)])) == len(found)


@given(HISTORIES, HISTORIES)
def test_the_order_of_what_is_known_does_not_matter(now: list[Episode], told: list[Episode]) -> None:
    turned = findings(Histories(now[::-1], None, told[::-1]), SLACK)
    assert [(one.at, one.verdict) for one in turned] == [
        (one.at, one.verdict) for one in findings(Histories(now, None, told), SLACK)
    ]
