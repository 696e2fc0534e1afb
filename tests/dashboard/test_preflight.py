import os
import shutil
import socket
from collections import namedtuple
from pathlib import Path

import psutil
import pytest

from config.read import read_words
from dashboard.preflight import CannotStart, check_disk, check_memory, check_port, in_the_way, only_instance

WORDS = read_words("en")
Usage = namedtuple("Usage", "total used free")
Memory = namedtuple("Memory", "available")


def test_a_taken_port_names_its_holder_and_the_variable() -> None:
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        port = holder.getsockname()[1]
        assert in_the_way("127.0.0.1", port)
        assert in_the_way("127.0.0.2", port) is None
        with pytest.raises(CannotStart, match=rf"Port {port} is taken by .*pid {os.getpid()}.*YIPING_WEB_PORT"):
            check_port("web", port, WORDS, patience=0)
    assert in_the_way("127.0.0.1", port) is None


def test_an_address_that_is_not_here_is_told_at_once() -> None:
    with pytest.raises(CannotStart, match=r"YIPING_HOST=192\.0\.2\.77, YIPING_WEB_PORT=9999"):
        check_port("web", 9999, WORDS, host="192.0.2.77")


def test_a_second_instance_is_refused_and_names_the_first(tmp_path: Path) -> None:
    second = only_instance(tmp_path, WORDS)
    with only_instance(tmp_path, WORDS), pytest.raises(CannotStart, match=f"process {os.getpid()}"), second:
        pass


def test_a_lock_left_by_the_dead_does_not_block(tmp_path: Path) -> None:
    (tmp_path / "up.lock").write_text("12345")
    with only_instance(tmp_path, WORDS):
        assert (tmp_path / "up.lock").read_text() == str(os.getpid())


def test_a_full_disk_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(10, 10, 5_000_000))
    with pytest.raises(CannotStart, match=r"Only 0\.0 GB are free .* --data"):
        check_disk(tmp_path, WORDS)


def test_a_city_that_has_run_comes_back_while_rows_can_be_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A power cut in a flood, with half a gigabyte free."""
    (tmp_path / "clickhouse").mkdir()
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(10, 10, 500_000_000))
    check_disk(tmp_path, WORDS)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(10, 10, 50_000_000))
    with pytest.raises(CannotStart, match=r"Only 0\.1 GB are free"):
        check_disk(tmp_path, WORDS)


def test_a_data_folder_under_a_file_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(CannotStart, match="cannot be used: Not a directory"):
        check_disk(tmp_path / "file" / "data", WORDS)


def test_little_memory_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(psutil, "virtual_memory", lambda: Memory(100_000_000))
    with pytest.raises(CannotStart, match=r"Only 0\.1 GB of memory"):
        check_memory(WORDS)
