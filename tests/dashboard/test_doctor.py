"""What the doctor says of a city's devices.csv."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from config.settings import Settings
from dashboard.cli import app
from dashboard.doctor import _configuration, _devices


def test_a_wrong_file_of_devices_is_told_with_its_line_and_mend(tmp_path: Path) -> None:
    file = tmp_path / "devices.csv"
    file.write_text("device,metric,lat,lon\nrain-1,rain,north,101.5\n", "utf-8")
    (found,) = _devices(file)
    assert not found.well
    assert "not used until it is mended" in found.text
    assert "devices.csv, line 2, column lat: 'north' is no number; write degrees" in found.text


def test_a_right_one_is_counted_and_a_missing_one_is_no_fault(tmp_path: Path) -> None:
    file = tmp_path / "devices.csv"
    assert list(_devices(file)) == []
    file.write_text("device,metric\nrain-1,rain\n", "utf-8")
    (found,) = _devices(file)
    assert found.well
    assert "1 device" in found.text


def test_a_setting_that_does_nothing_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("YIPING_WEBPORT", "1")
    wrong = [one.text for one in _configuration(Settings()) if not one.well]
    assert "YIPING_WEBPORT is no setting and does nothing; did you mean YIPING_WEB_PORT?" in wrong
    result = CliRunner().invoke(app, ["sources"])
    assert result.exit_code == 0
    assert "did you mean YIPING_WEB_PORT?" in result.stderr
    assert "YIPING_WEBPORT" not in result.stdout
    monkeypatch.setenv("YIPING_SUPERVISOR", "7")
    assert "YIPING_WEBPORT" not in CliRunner().invoke(app, ["sources"]).stderr
