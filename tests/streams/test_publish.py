"""A file becomes messages, at a pace."""

from __future__ import annotations

import io
import json
import time
from pathlib import Path

import pytest

from config.settings import Settings
from config.sources import Source
from streams.feed_tally import Tally
from streams.publish import CannotPublish, Manner, SpreadOverLines, _paced, messages, publish, publish_source

SOURCE = Source.model_validate(
    {
        "topic": "iot",
        "format": "csv",
        "zone": "Asia/Shanghai",
        "skip": "id == 'test'",
        "fields": {"device": "id", "metric": {"value": "rain"}, "at": "at", "value": "mm", "lat": "lat", "lon": "lat"},
    }
)
NOBODY = Settings(kafka_port=1)
DRY = Manner(dry=True)


@pytest.mark.parametrize(
    ("file", "expected"),
    [
        (b'{"a":1}\n{"a":2}\n', [b'{"a":1}', b'{"a":2}']),
        (b'{"a":1}\r\n\r\n  \nnot json\n{"a":2}', [b'{"a":1}', b"not json", b'{"a":2}']),
        (b'\n\n{"a":1}', [b'{"a":1}']),
        (b'\xef\xbb\xbf{"a":1}\n', [b'{"a":1}']),
        (b'[{"a": 1},\n {"a": "\xe9\x9b\xa8"}]', [b'{"a": 1}', b'{"a": "\xe9\x9b\xa8"}']),
        (b"[broken\nlines]\n", [b"[broken", b"lines]"]),
        (b'<?xml version="1.0"?>\n<alert>\n</alert>\n', [b'<?xml version="1.0"?>\n<alert>\n</alert>\n']),
        (b"\xff\xfe\n", [b"\xff\xfe"]),
        (b"", []),
        (b'{"a":\n{"a":1}\n', [b'{"a":', b'{"a":1}']),
        (b'{"a":1}{\n"a":2}\n', [b'{"a":1}{', b'"a":2}']),
    ],
)
def test_what_a_file_holds(file: bytes, expected: list[bytes]) -> None:
    assert list(messages(io.BytesIO(file))) == expected


@pytest.mark.parametrize(
    "text", [b'{\n "a": 1\n}\n', b'\n\xef\xbb\xbf{"a": [\n1]}', b"{\n}\n{\n}\n", b'{"a":\r\n"\xe9\x9b\xa8"}\r\n']
)
def test_json_over_several_lines_is_no_message_at_all(text: bytes) -> None:
    with pytest.raises(SpreadOverLines, match="a line of its own"):
        next(messages(io.BytesIO(text)))


def test_an_array_that_is_too_long_to_be_read_whole_is_not_sent_in_part(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("streams.publish.LONGEST_ARRAY", 20)
    file = tmp_path / "long.json"
    file.write_text('[\n{"a": 1},\n{"a": 2},\n{"a": 3}\n]')
    with pytest.raises(CannotPublish, match=r"long\.json: an array of more than 0 MiB"):
        publish(NOBODY, str(file), "iot", DRY)


def test_a_pace_is_kept() -> None:
    began = time.monotonic()
    assert len(list(_paced([b""] * 101, 400))) == 101
    assert 0.2 <= time.monotonic() - began < 1.0


def test_a_missing_file_is_said(tmp_path: Path) -> None:
    with pytest.raises(CannotPublish, match=r"nothing\.jsonl: No such file"):
        publish(NOBODY, str(tmp_path / "nothing.jsonl"), "iot")
    with pytest.raises(CannotPublish, match=r"nothing\.csv: No such file"):
        publish_source(NOBODY, str(tmp_path / "nothing.csv"), "gauges", SOURCE, DRY)


def now(minutes: float = 0) -> str:
    """A local time of Shanghai."""
    return time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(time.time() + 8 * 3600 + minutes * 60))


def csv(folder: Path, *rows: str) -> str:
    file = folder / "gauges.csv"
    file.write_text("\n".join(["id,at,mm,lat", *rows, ""]), "utf-8")
    return str(file)


def test_a_dry_run_needs_no_broker_and_says_what_ingest_would_find(tmp_path: Path) -> None:
    file = csv(
        *(tmp_path, f"a,{now()},1.5,", f"b,{now()},1.5,0", f"c,{now()},x,", f"d,{now(120)},1,", "test,,,", "e,1"),
        *(f"f,{now()},{number}," for number in range(9)),
    )
    summary = publish_source(NOBODY, file, "gauges", SOURCE, DRY)
    tally = summary.tally
    assert (summary.sent, tally.records, tally.skipped, tally.messages) == (0, 15, 1, 14)
    assert (tally.accepted, tally.mended, tally.marks) == (10, 1, {"no_place": 1})
    assert tally.rejected == {"bad_value": 1, "time_in_future": 1, "wrong_columns": 1}
    assert [tally.examples[reason][0].line for reason in ("bad_value", "time_in_future", "wrong_columns")] == [4, 5, 7]
    assert [json.loads(one)["device"] for one in summary.first if b"device" in one] == ["a", "b", "d"]


def test_messages_as_they_are_are_judged_too(tmp_path: Path) -> None:
    file = tmp_path / "a.jsonl"
    good = {"device": "a", "metric": "rain", "at": round(time.time() * 1000), "value": 1}
    file.write_text(f"{json.dumps(good)}\n\nnot json\n", "utf-8")
    summary = publish(NOBODY, str(file), "iot", DRY)
    assert (summary.tally.messages, summary.tally.accepted, summary.tally.rejected) == (2, 1, {"not_json": 1})


def test_an_old_feed_is_moved_for_a_trial(tmp_path: Path) -> None:
    file = csv(tmp_path, "a,2009-01-01 00:00:00,1,", "a,2009-01-01 00:15:00,1,", "a,bad,1,")
    assert publish_source(NOBODY, file, "gauges", SOURCE, DRY).tally.rejected == {"time_too_old": 2, "bad_time": 1}
    until = round(time.time() * 1000)
    moved = publish_source(NOBODY, file, "gauges", SOURCE, Manner(dry=True, shift_to=until))
    assert [json.loads(one).get("at") for one in moved.first] == [until - 900_000, until, None]
    assert (moved.tally.accepted, moved.tally.rejected) == (2, {"bad_time": 1})


def test_standard_input_cannot_be_moved() -> None:
    with pytest.raises(CannotPublish, match="reads the file twice"):
        publish_source(NOBODY, "-", "gauges", SOURCE, Manner(dry=True, shift_to=1))


def test_a_file_of_another_source_is_said_with_its_name(tmp_path: Path) -> None:
    file = tmp_path / "other.csv"
    file.write_text("x,y\n1,2\n", "utf-8")
    with pytest.raises(CannotPublish, match=r"other\.csv: the file has no column 'at', 'id'"):
        publish_source(NOBODY, str(file), "gauges", SOURCE, DRY)


@pytest.mark.parametrize("mapped", [True, False])
def test_progress_ends_at_the_files_end(tmp_path: Path, mapped: bool) -> None:
    told: list[tuple[int, int]] = []

    def progress(read: int, tally: Tally) -> None:
        told.append((read, tally.messages))

    manner = Manner(dry=True, progress=progress)
    file = csv(tmp_path, *(f"a,{now()},1," for _ in range(2_500)))
    size = Path(file).stat().st_size
    summary = publish_source(NOBODY, file, "g", SOURCE, manner) if mapped else publish(NOBODY, file, "iot", manner)
    assert told[-1] == (size, summary.tally.messages)
    assert told == sorted(told)
    assert 2 <= len(told) < 100


@pytest.mark.server
def test_a_missing_broker_is_said(tmp_path: Path) -> None:
    file = tmp_path / "a.jsonl"
    file.write_text(json.dumps({"a": 1}), "utf-8")
    with pytest.raises(CannotPublish, match=r"127\.0\.0\.1:1 does not answer.*yiping up"):
        publish(Settings(kafka_port=1), str(file), "iot")
