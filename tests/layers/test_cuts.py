"""Where windows are cut: every moment in exactly one piece, whole buckets only from the rollups."""

from __future__ import annotations

import random

import pytest

from layers.cuts import HOUR_MS, QUARTER_MS, STEP_MS, heard, line, middle, past, rest, steps, words

NOW = 1_795_318_908_241  # 03:41:48.241


def test_a_window_is_cut_into_whole_hours_five_minutes_and_readings() -> None:
    cut = middle(now_ms=NOW, since_ms=NOW - 3 * HOUR_MS, lately_ms=NOW)
    midnight = NOW // 1000 // 86400 * 86400
    assert {name: clock(one, midnight) for name, one in cut.items()} == {
        "first_s": 45, "from_s": 60, "to_s": 180, "closed_s": 220, "first_hour_s": 0, "closed_hour_s": 180,
        "read_hours": [0, 180], "read_quarters": [30, 210],
    }  # fmt: skip


def clock(cut: int | list[int], midnight: int) -> float | list[float]:
    """Minutes of the day."""
    return [(one - midnight) / 60 for one in cut] if isinstance(cut, list) else (cut - midnight) / 60


@pytest.mark.parametrize("seed", range(60))
def test_pieces_of_a_window_follow_one_another(seed: int) -> None:
    dice = random.Random(seed)
    since = (
        NOW - dice.randrange(30 * HOUR_MS)
        if seed % 5
        else (NOW - dice.randrange(30 * HOUR_MS)) // STEP_MS * STEP_MS - 1
    )
    lately = dice.choice((0, NOW - dice.randrange(40 * HOUR_MS), NOW + HOUR_MS))
    cut = middle(now_ms=NOW, since_ms=since, lately_ms=lately)
    first, start, end, closed = (cut[f"{name}_s"] for name in ("first", "from", "to", "closed"))
    assert since < first * 1000 <= closed * 1000 <= max(NOW, since + STEP_MS)
    assert first <= start <= end
    assert end <= max(closed, start), "no hour that is not closed"
    assert lately or closed == first
    before, after = range(since + 1, first * 1000, 1000), range(closed * 1000, NOW + 1, 1000)
    for name, span in (("read_hours", HOUR_MS), ("read_quarters", QUARTER_MS)):
        assert cut[name] == sorted({ms // span * span // 1000 for ms in (*before, *after)})


def test_curves_are_whole_steps_then_five_minutes_of_an_open_hour_then_readings() -> None:
    hour, quarter = NOW // HOUR_MS * HOUR_MS, NOW // QUARTER_MS * QUARTER_MS
    told = {"now_ms": NOW, "since_ms": hour - 5 * HOUR_MS, "rolled_ms": NOW - 90_000, "lately_ms": NOW - 90_000}
    closed = (NOW - 90_000) // STEP_MS * STEP_MS
    cut = steps(**told, step_ms=HOUR_MS)
    assert (cut["kept_s"], cut["closed_s"]) == (hour // 1000, closed // 1000)
    assert cut["read_quarters"] == sorted({closed // QUARTER_MS * 900, quarter // 1000})
    cut = steps(**told, step_ms=QUARTER_MS)
    assert cut["kept_s"] == cut["closed_s"] == closed // QUARTER_MS * 900, "no five minutes of an open quarter"
    cut = steps(**{**told, "lately_ms": 0}, step_ms=HOUR_MS)
    assert cut["kept_s"] == cut["closed_s"] == hour // 1000, "long ago: whole hours, then readings"
    cut = steps(**{**told, "rolled_ms": 0, "lately_ms": 0}, step_ms=HOUR_MS)
    assert cut["kept_s"] == cut["closed_s"] == cut["since_s"], "nobody looked"


def test_last_words_are_looked_for_in_whole_hours_from_that_which_a_window_begins_in() -> None:
    hour = NOW // HOUR_MS * HOUR_MS
    told = {"now_ms": NOW, "since_ms": hour - 5 * HOUR_MS + 1, "rolled_ms": NOW, "lately_ms": NOW, "settled_ms": 0}
    assert words(**told)["since_s"] * 1000 == hour - 5 * HOUR_MS
    assert heard(**told)["hours_hour_s"] * 1000 == hour - 5 * HOUR_MS, "a look of later settles nothing"
    assert heard(**{**told, "settled_ms": NOW})["hours_hour_s"] * 1000 == hour


def test_a_line_leaves_out_the_five_minutes_that_its_newest_hour_begins_in() -> None:
    cut = line(now_ms=NOW, since_ms=NOW - 290 * 60_000, lately_ms=NOW - STEP_MS)
    assert cut["cut_s"] * 1000 <= NOW - HOUR_MS < (cut["cut_s"] + 300) * 1000
    assert cut["full_s"] * 1000 <= NOW < (cut["full_s"] + 300) * 1000
    assert cut["closed_s"] == (NOW - STEP_MS) // 1000
    assert cut["first_s"] % 300 == 0


@pytest.mark.parametrize("seed", range(20))
def test_a_line_of_the_past_ends_ten_minutes_before_its_newest_full_five(seed: int) -> None:
    lately = NOW - random.Random(seed).randrange(-HOUR_MS, 6 * HOUR_MS) if seed else 0
    cut = past(now_ms=NOW, since_ms=NOW - 290 * 60_000, lately_ms=lately)
    assert cut["end_s"] == cut["full_s"] - 600
    assert cut["full_s"] * 1000 <= NOW < (cut["full_s"] + 300) * 1000
    assert cut["first_s"] * 1000 <= NOW - 290 * 60_000
    assert cut["first_s"] <= cut["closed_s"] <= cut["end_s"]
    assert cut["closed_s"] * 1000 <= lately or cut["closed_s"] == cut["first_s"]
    assert cut["end_hour_s"] == cut["end_s"] // 3600 * 3600


@pytest.mark.parametrize("seed", range(20))
def test_what_is_not_kept_is_five_minutes_until_they_are_closed_and_readings_after(seed: int) -> None:
    dice = random.Random(seed)
    since = NOW // HOUR_MS * HOUR_MS - dice.randrange(3) * HOUR_MS + dice.choice((0, HOUR_MS // 2 - HOUR_MS))
    lately = dice.choice((0, NOW - dice.randrange(4 * HOUR_MS), NOW + HOUR_MS))
    cut = rest(now_ms=NOW, since_ms=since, lately_ms=lately)
    closed = cut["closed_s"]
    assert isinstance(closed, int)
    assert since // 1000 == cut["since_s"] <= closed <= NOW // 1000
    assert closed * 1000 <= lately or closed == cut["since_s"]
    spans, read = range(since // 1000, closed, 300), range(closed, NOW // 1000 + 1)
    assert cut["hours"] == sorted({at // 3600 * 3600 for at in spans})
    assert cut["read_hours"] == sorted({at // 3600 * 3600 for at in read})
    assert cut["read_quarters"] == sorted({at // 900 * 900 for at in read})
