"""Laws of what is kept quiet: nobody misses an alert for which there is no reason that stands."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from alerts.alert import LEVELS, rank
from alerts.quiet import Rules, verdicts
from tests.alerts.made_alerts import BOOK, NOW, alert, quiet

RULES = ("storm", "hour", "minute", "other")
DISTRICTS = ("", "630102", "630103")
SIZE = timedelta(minutes=1)

spans = st.integers(-120, 120).map(lambda minutes: NOW + minutes * SIZE)
alerts = st.lists(
    st.builds(
        alert,
        st.sampled_from(RULES),
        st.sampled_from(LEVELS),
        place=st.sampled_from("abc"),
        district=st.sampled_from(DISTRICTS),
        state=st.sampled_from(("blue", "stale")),
        since=spans,
    ),
    max_size=8,
    unique_by=lambda one: one.id,
)
quiets = st.lists(
    st.builds(
        quiet,
        rule=st.sampled_from(("", *RULES)),
        place=st.sampled_from(("", "a", "b")),
        district=st.sampled_from(DISTRICTS),
        level=st.sampled_from(LEVELS),
        starts=spans,
        ends=spans,
    ),
    max_size=4,
)
openings = st.dictionaries(
    st.tuples(st.sampled_from(RULES), st.sampled_from("abc")), st.lists(spans, max_size=6), max_size=4
)


@given(alerts, quiets, openings, spans)
def test_every_alert_has_one_verdict_and_what_is_hidden_has_a_reason_that_stands(
    found: Any, silenced: Any, opened: Any, now: Any
) -> None:
    rules = Rules(BOOK, silenced, opened)
    judged = verdicts(found, rules, now)
    known = {one.id: one for one in found}
    assert judged.keys() == known.keys()
    for name, verdict in judged.items():
        if verdict.why in ("silence", "maintenance"):
            assert verdict.quiet is not None
            assert verdict.quiet.starts <= now < verdict.quiet.ends
            assert rank(known[name].level) <= rank(verdict.quiet.level)
        if verdict.why == "inhibited":
            source = known[verdict.by]
            assert source.state != "stale"
            assert rank(source.level) >= rank(known[name].level)
            assert judged[source.id].quiet is None, "what stands in is not silenced"
            assert known[name].rule in BOOK.rule(source.rule).inhibits


@given(alerts, openings, spans)
def test_a_silenced_alert_that_outlives_its_silence_is_told(found: Any, opened: Any, now: Any) -> None:
    """Judged as if the silence had never been."""
    over = quiet(rule="", district="", level="red", starts=now - SIZE, ends=now)
    assert verdicts(found, Rules(BOOK, [over], opened), now) == verdicts(found, Rules(BOOK, (), opened), now)


@given(alerts, st.lists(st.sampled_from(("blue", "yellow", "orange")), max_size=3), openings, spans)
def test_a_red_alert_is_told_unless_a_silence_says_red_or_a_red_one_is_told(
    found: Any, levels: Any, opened: Any, now: Any
) -> None:
    silenced = [quiet(rule="", level=level, starts=now - SIZE, ends=now + SIZE) for level in levels]
    judged = verdicts(found, Rules(BOOK, silenced, opened), now)
    for one in found:
        verdict = judged[one.id]
        assert one.level != "red" or verdict.told or verdict.why == "inhibited"
        if one.level == "red" and verdict.why == "inhibited":
            assert any(other.level == "red" and judged[other.id].told for other in found)


@given(alerts, quiets, openings, spans, st.randoms())
def test_order_does_not_matter(found: Any, silenced: Any, opened: Any, now: Any, chance: Any) -> None:
    before = {name: verdict.why for name, verdict in verdicts(found, Rules(BOOK, silenced, opened), now).items()}
    chance.shuffle(found)
    chance.shuffle(silenced)
    after = {name: verdict.why for name, verdict in verdicts(found, Rules(BOOK, silenced, opened), now).items()}
    assert {name: why or "" for name, why in before.items() if why not in ("silence", "maintenance")} == {
        name: why or "" for name, why in after.items() if why not in ("silence", "maintenance")
    }
    assert before.keys() == after.keys()
