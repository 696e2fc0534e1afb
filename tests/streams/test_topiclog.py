"""The files that bring a killed broker's topics back."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.topiclog import Appended, Created, FolderTaken, Sent, TopicLog, entries, packed, sync

FIRST = Created("t", 1, "e1")


def appended(offset: int, records: bytes = b"abc") -> Appended:
    return Appended(0, offset, 1, -1, -1, -1, records)


def reopened(folder: Path) -> list[tuple[str, object]]:
    files = TopicLog(folder)
    found = list(files.read())
    files.close()
    return found


def filled(folder: Path) -> TopicLog:
    files = TopicLog(folder)
    files.create("t", 1, "e1")
    files.append("t", appended(0))
    files.append("t", appended(1))
    return files


def test_a_topic_comes_back_with_all_it_held(tmp_path: Path) -> None:
    filled(tmp_path).close()
    assert reopened(tmp_path) == [("t", FIRST), ("t", appended(0)), ("t", appended(1))]


def test_it_goes_on_where_it_was(tmp_path: Path) -> None:
    filled(tmp_path).close()
    files = TopicLog(tmp_path)
    list(files.read())
    files.append("t", appended(2))
    files.close()
    assert [entry for _, entry in reopened(tmp_path)] == [FIRST, appended(0), appended(1), appended(2)]


def test_what_the_broker_would_not_have_is_taken_back(tmp_path: Path) -> None:
    files = filled(tmp_path)
    files.take_back("t", appended(1))
    files.append("t", appended(1, b"other"))
    files.close()
    assert [entry for _, entry in reopened(tmp_path)][1:] == [appended(0), appended(1, b"other")]


def test_a_deleted_topic_does_not_come_back_and_a_new_one_is_another(tmp_path: Path) -> None:
    files = filled(tmp_path)
    files.delete("t")
    known = Sent(0, 5, 0, 10, 7)
    files.create("t", 1, "e2", [known])
    files.close()
    assert reopened(tmp_path) == [("t", Created("t", 1, "e2")), ("t", known)]


def test_an_end_that_is_torn_was_never_acknowledged(tmp_path: Path) -> None:
    filled(tmp_path).close()
    (path,) = tmp_path.glob("*.topic")
    whole = path.read_bytes()
    for cut in range(1, len(packed(appended(1)))):
        path.write_bytes(whole[:-cut])
        assert [entry for _, entry in reopened(tmp_path)] == [FIRST, appended(0)]
        assert path.read_bytes() == whole[: -len(packed(appended(1)))]


def test_a_damaged_entry_ends_the_topic_and_is_kept_aside(tmp_path: Path) -> None:
    filled(tmp_path).close()
    (path,) = tmp_path.glob("*.topic")
    spoiled = bytearray(path.read_bytes())
    spoiled[-1] ^= 1
    path.write_bytes(spoiled)
    assert [entry for _, entry in reopened(tmp_path)] == [FIRST, appended(0)]
    assert path.with_suffix(".damaged").read_bytes() == spoiled[-len(packed(appended(1))) :]


@pytest.mark.parametrize("text", [b"", b"not ours", packed(appended(0))])
def test_a_file_that_is_no_topic_is_put_aside(tmp_path: Path, text: bytes) -> None:
    (tmp_path / "x.topic").write_bytes(text)
    assert reopened(tmp_path) == []
    assert (tmp_path / "x.damaged").read_bytes() == text


def test_a_full_disk_leaves_what_was_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = filled(tmp_path)
    real = os.write

    def half(descriptor: int, text: bytes) -> int:
        return real(descriptor, text[: len(text) // 2])

    monkeypatch.setattr(os, "write", half)
    with pytest.raises(OSError, match="No space left"):
        files.append("t", appended(2))
    with pytest.raises(OSError, match="No space left"):
        files.create("u", 1, "e")
    monkeypatch.undo()
    assert files.topics == {"t"}
    files.append("t", appended(2, b"later"))
    files.close()
    assert [entry for _, entry in reopened(tmp_path)][-1] == appended(2, b"later")


def test_a_folder_has_one_broker(tmp_path: Path) -> None:
    files = TopicLog(tmp_path)
    with pytest.raises(FolderTaken, match="another broker"):
        TopicLog(tmp_path)
    files.close()
    TopicLog(tmp_path).close()


def test_only_what_was_written_is_synced(tmp_path: Path) -> None:
    files = filled(tmp_path)
    descriptors = files.unsynced()
    assert len(descriptors) == 1
    files.delete("t")  # a topic may go while its file is being synced
    sync(descriptors)
    assert files.unsynced() == []
    files.close()


@given(st.lists(st.binary(max_size=60), max_size=8), st.binary(max_size=40))
def test_entries_are_read_as_they_were_written_whatever_follows(records: list[bytes], rest: bytes) -> None:
    wrote = [FIRST, *(appended(number, one) for number, one in enumerate(records))]
    text = b"".join(map(packed, wrote))
    assert [entry for entry, _ in entries(text + rest)][: len(wrote)] == wrote
    assert [end for _, end in entries(text)][-1] == len(text)
