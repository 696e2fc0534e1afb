"""Which metric a name may mean."""

from __future__ import annotations

import pytest

from config.read import read_words
from config.words import LANGUAGES
from dashboard.metric_names import close
from streams.metrics import METRICS

WORDS = [read_words(language) for language in LANGUAGES]


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("PM2.5", ("pm25",)), ("pm2_5", ("pm25",)), ("Rain", ("rain",)), ("雨量", ("rain",)), ("降雨量", ("rain",)),
        ("waterlevel", ("water_level",)), ("humidty", ("humidity",)), ("O３", ("o3",)), ("Wind speed", ("wind_speed",)),
        ("temp", ("temperature", "water_temperature")), ("house", ()), ("x", ()), ("…", ()),
    ],
)  # fmt: skip
def test_what_is_meant(said: str, meant: tuple[str, ...]) -> None:
    assert close(said, WORDS) == meant


def test_every_metric_has_a_name_in_each_language_and_is_found_by_it() -> None:
    for words in WORDS:
        assert [key for key in METRICS if key not in close(words(f"metric.{key}"), WORDS)] == []
