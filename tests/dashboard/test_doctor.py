"""What the doctor says of a city's devices.csv."""

from __future__ import annotations

from pathlib import Path

from dashboard.doctor import _devices


def test_a_wrong_file_of_devices_is_told_with_its_line_and_mend(tmp_path: Path) -> None:
    file = tmp_path / "devices.csv"
    file.write_text("device,metric,lat,lon\nrain-1,rain,north,101.5\n", "utf-8")
    (found,) = _devices(file)
    assert not found.well
    assert "not used until it is mended" in found.text
    assert "devices.csv, line 2, column lat: 'north' is no number; write it as" in found.text


def test_a_right_one_is_counted_and_a_missing_one_is_no_fault(tmp_path: Path) -> None:
    file = tmp_path / "devices.csv"
    assert list(_devices(file)) == []
    file.write_text("device,metric\nrain-1,rain\n", "utf-8")
    (found,) = _devices(file)
    assert found.well
    assert "1 device" in found.text
