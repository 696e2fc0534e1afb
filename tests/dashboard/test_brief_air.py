"""Index of a daily mean, against the tables of HJ 633."""

from __future__ import annotations

from datetime import date

import pytest

from dashboard.brief.air import band, iaqi, standard

NOW, BEFORE = date(2026, 3, 1), date(2026, 2, 28)


@pytest.mark.parametrize(
    ("pollutant", "mean", "day", "index"),
    [
        ("pm25", 0, NOW, 0),
        ("pm25", 35, NOW, 50),
        ("pm25", 35.1, NOW, 51),  # rounded up
        ("pm25", 60, NOW, 100),
        ("pm25", 60, BEFORE, 82),  # 50 + 50 * 25 / 40 = 81.25
        ("pm25", 75, BEFORE, 100),
        ("pm25", 500, NOW, 500),
        ("pm25", 900, NOW, 500),
        ("pm10", 120, NOW, 100),
        ("pm10", 150, BEFORE, 100),
        ("pm10", 85, NOW, 75),
        ("pm10", -1, NOW, 0),
    ],
)
def test_index(pollutant: str, mean: float, day: date, index: int) -> None:
    assert iaqi(pollutant, mean, day) == index


def test_an_unknown_pollutant_is_an_error() -> None:
    with pytest.raises(KeyError):
        iaqi("so2", 10, NOW)


@pytest.mark.parametrize(
    ("index", "name"),
    [
        (50, "excellent"),
        (51, "good"),
        (100, "good"),
        (150, "light"),
        (200, "moderate"),
        (300, "heavy"),
        (301, "severe"),
    ],
)
def test_band(index: int, name: str) -> None:
    assert band(index) == name


def test_the_standard_in_force() -> None:
    assert (standard(NOW), standard(BEFORE)) == ("HJ 633-2026", "HJ 633-2012")
