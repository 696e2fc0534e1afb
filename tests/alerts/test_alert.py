"""What open alerts are sorted by."""

from dataclasses import replace
from datetime import timedelta

from alerts.alert import urgency
from tests.dashboard.moments import NOW, alerts


def test_worst_then_live_then_nobodys_then_oldest():
    one = replace(alerts(NOW)[1], state="yellow", level="yellow", since=NOW)
    taken = alerts(NOW)[0].actions
    expected = [
        replace(one, id="red", state="stale", level="red"),
        replace(one, id="old", since=NOW - timedelta(minutes=9)),
        replace(one, id="new"),
        replace(one, id="taken", since=NOW - timedelta(hours=1), actions=taken),
        replace(one, id="stale", state="stale", since=NOW - timedelta(hours=2)),
        replace(one, id="blue", state="blue", level="blue", since=NOW - timedelta(hours=3)),
    ]
    shuffled = [expected[place] for place in (3, 5, 1, 4, 0, 2)]
    assert [alert.id for alert in sorted(shuffled, key=urgency)] == [alert.id for alert in expected]
