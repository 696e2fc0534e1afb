"""What the doctor says of a city's devices.csv."""

from __future__ import annotations

import socket
import time
from pathlib import Path

import pytest
from typer.testing import CliRunner

from config.read import read_words
from config.settings import Settings
from config.words import LANGUAGES
from dashboard import doctor
from dashboard.cli import app
from dashboard.doctor import _configuration, _database, _devices

WORDS = read_words("en")


def test_a_wrong_file_of_devices_is_told_with_its_line_and_mend(tmp_path: Path) -> None:
    file = tmp_path / "devices.csv"
    file.write_text("device,metric,lat,lon\nrain-1,rain,north,101.5\n", "utf-8")
    (found,) = _devices(file, WORDS)
    assert not found.well
    assert "not used until it is mended" in found.text
    assert "devices.csv, line 2, column lat: 'north' is no number; write degrees" in found.text


def test_a_right_one_is_counted_and_a_missing_one_is_no_fault(tmp_path: Path) -> None:
    file = tmp_path / "devices.csv"
    assert list(_devices(file, WORDS)) == []
    file.write_text("device,metric\nrain-1,rain\n", "utf-8")
    (found,) = _devices(file, WORDS)
    assert found.well
    assert "1 device" in found.text


def test_a_setting_that_does_nothing_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("YIPING_WEBPORT", "1")
    wrong = [one.text for one in _configuration(Settings(), WORDS) if not one.well]
    assert "YIPING_WEBPORT is no setting and does nothing; did you mean YIPING_WEB_PORT?" in wrong
    result = CliRunner().invoke(app, ["sources"])
    assert result.exit_code == 0
    assert "did you mean YIPING_WEB_PORT?" in result.stderr
    assert "YIPING_WEBPORT" not in result.stdout
    monkeypatch.setenv("YIPING_SUPERVISOR", "7")
    assert "YIPING_WEBPORT" not in CliRunner().invoke(app, ["sources"]).stderr


@pytest.mark.server
def test_a_database_that_hangs_is_told_within_seconds(monkeypatch: pytest.MonkeyPatch) -> None:
    """It takes the connection and never says a word, as a process that was stopped does."""
    monkeypatch.setattr(doctor, "PATIENCE_S", 0.2)
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        began = time.monotonic()
        url = f"clickhouse://default@127.0.0.1:{silent.getsockname()[1]}/yiping"
        (found,) = _database(Settings(clickhouse_url=url), WORDS)
    assert not found.well
    assert "start it with `yiping up`" in found.text
    assert time.monotonic() - began < 20


def test_what_is_known_is_said_before_what_hangs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "_broker", lambda *_: pytest.fail("looked at before the disk was told"))
    assert next(iter(doctor.examine(Settings(language="en")))).text.startswith("city xining")


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_speaks_the_language_of_the_setting(language: str, tmp_path: Path) -> None:
    words, folder = read_words(language), tmp_path / "none"
    (found,) = doctor._disk(folder, words)
    assert found == doctor.Finding(False, words("doctor.no_folder", folder=folder))
    assert next(iter(doctor.examine(Settings(language=language)))).text.startswith(words("doctor.city")[:2])


def test_what_readyz_complains_of_is_told_without_its_braces() -> None:
    assert doctor._reasons(b'{"ready":false,"reasons":["ingest: silent","disk: full"]}') == "ingest: silent; disk: full"
    assert doctor._reasons(b"<html>teapot") == "<html>teapot"
