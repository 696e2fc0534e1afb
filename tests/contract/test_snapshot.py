"""The snapshot against a real database: every number of a small day, and an empty one."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from layers.geometry import City
from layers.marks import percent
from layers.moments import midnight
from layers.picture import Hexes, Snapshot
from layers.snapshot import take
from layers.sources import STREAMS
from streams.clickhouse import Database, DatabaseUnavailable
from tests.contract.blank_part import Blanks
from tests.contract.snapshot_part import CENTRE, DAY, HOUR, MINUTE, NORTH, NOW, fill

pytestmark = pytest.mark.contract


@pytest.fixture(scope="module")
def database(blanks: Blanks) -> Iterator[Database]:
    with blanks.one() as found:
        fill(found)
        yield found


@pytest.fixture(scope="module")
def picture(database: Database, city: City) -> Snapshot:
    found = take(database, city, NOW)
    assert found.failures == ()
    return found


def at(hexes: Hexes, city: City, place: tuple[float, float]) -> float | None:
    row = city.grid.row_at(*place)
    assert row is not None
    return hexes.values[row]


def test_rain_is_the_mean_of_the_gauges_that_are_fresh(picture: Snapshot, city: City) -> None:
    """rain-001 collected 9 mm and rain-002 18 mm in 3 h; rain-003 is 40 minutes old; the others do not count."""
    rain = picture.hexes["rain"]
    assert at(rain, city, CENTRE) == pytest.approx(13.5)
    assert at(rain, city, NORTH) is None
    assert (rain.devices, rain.late, rain.newest) == (3, 1, NOW)
    near = {row for row, _ in city.grid.rows(city.grid.cell_at(*CENTRE), 2)}
    assert {row for row, value in enumerate(rain.values) if value is not None} == near, "two rings and no further"


def test_water_is_the_worst_against_its_marks(picture: Snapshot, city: City) -> None:
    water = picture.hexes["water"]
    station = city.profile.station("wl-xigangqiao")
    assert station is not None
    assert at(water, city, (station.lat, station.lon)) == pytest.approx(percent(3.70, station))
    assert at(water, city, NORTH) == pytest.approx(80)
    assert (water.devices, water.late) == (4, 1)


def test_air_and_cases(picture: Snapshot, city: City) -> None:
    assert at(picture.hexes["air"], city, CENTRE) == pytest.approx(30)
    cases = picture.hexes["cases"]
    assert at(cases, city, CENTRE) == 1
    assert at(cases, city, NORTH) == 0
    assert cases.devices == 3
    assert None not in cases.values


def test_alerts_keep_their_level_while_stale(picture: Snapshot, city: City) -> None:
    alerts = picture.hexes["alerts"]
    assert at(alerts, city, CENTRE) == 3
    assert at(alerts, city, NORTH) == 0
    assert alerts.devices == 2


def test_gauges(picture: Snapshot, city: City) -> None:
    gauges = {gauge.station: gauge for gauge in picture.gauges}
    assert list(gauges) == [station.id for station in city.profile.stations]
    rising = gauges["wl-xigangqiao"]
    assert (rising.at, rising.fresh, rising.over, rising.next_mark) == (NOW, True, None, "warning")
    assert rising.value == pytest.approx(3.70)
    assert rising.rate == pytest.approx(0.6)
    assert rising.eta == pytest.approx(1800)
    assert (gauges["wl-qiaotou"].over, gauges["wl-qiaotou"].rate) == ("warning", None)
    assert (gauges["wl-xiaoxia"].value, gauges["wl-xiaoxia"].fresh) == (4.0, False)
    assert gauges["wl-chaoyang"].value is None
    assert gauges["wl-laoyeshan"].marks is None


def test_rain_figure(picture: Snapshot) -> None:
    """rain-005 has no place but is a gauge; an hour ago rain-001 had half a mm each ten minutes."""
    rain = picture.kpis["rain_1h_max"]
    assert (rain.value, rain.at) == (99.0, NOW)
    assert rain.change == pytest.approx(99.0 - 3.0)
    assert rain.spark[-7] == pytest.approx(3.0)


def test_case_figures(picture: Snapshot) -> None:
    kpis = picture.kpis
    assert kpis["cases_today"].value == 4
    assert kpis["cases_today"].change == pytest.approx(300)
    assert kpis["cases_today"].at == NOW - MINUTE * 50
    assert sum(value or 0 for value in kpis["cases_today"].spark) == 4
    assert (kpis["cases_open"].value, kpis["cases_overdue"].value) == (4, 1), "c8 is open, but suspended"
    assert kpis["cases_open"].change == 2
    assert kpis["cases_overdue"].spark[-4:] == (1, 0, 0, 1), "c8 until it was suspended, then c1"


def test_on_time_rate_leaves_voided_and_suspended_cases_out(picture: Snapshot) -> None:
    """Due were c1 (open), c2 (in time) and c3 (late): a third; a day ago c3 alone: nothing."""
    rate = picture.kpis["on_time_rate"]
    assert rate.value == pytest.approx(100 / 3)
    assert rate.change == pytest.approx(100 / 3)


def test_other_figures(picture: Snapshot) -> None:
    kpis = picture.kpis
    assert (kpis["alerts"].value, kpis["alerts"].change, kpis["alerts"].at) == (2, 1, NOW - MINUTE)
    assert kpis["pm25_avg"].value == pytest.approx(30)
    assert kpis["pm25_avg"].change == pytest.approx(-20)
    assert (kpis["pumps_stopped"].value, kpis["pumps_stopped"].change) == (1, 1)
    assert (kpis["stations_over"].value, kpis["stations_over"].change) == (1, 0)


def test_series(picture: Snapshot) -> None:
    series = picture.series
    assert series["calls_24h"].times[-1] == NOW.replace(minute=0, second=0)
    assert series["calls_24h"].values[-6:] == (1.0, 1.0, 1.0, 0.0, 1.0, 0.0)
    assert series["closed_24h"].values[-3] == 1
    assert series["rain_24h"].values[-1] == 99
    assert series["rain_24h"].values[0] is None
    assert series["pm25_24h"].values[-1] == pytest.approx(30)
    assert series["level.wl-xigangqiao"].values[-1] == pytest.approx(3.70)
    assert series["level.wl-xigangqiao"].values[0] is None
    assert series["level.wl-qiaotou"].values[0] == pytest.approx(3.15)
    assert dict(zip(series["categories_today"].labels, series["categories_today"].values, strict=True)) == {
        "市容环境": 3,
        "": 1,
    }


def test_sources(picture: Snapshot) -> None:
    iot, cases, events, devices = picture.sources
    assert (iot.at, iot.received) == (NOW - MINUTE, NOW - timedelta(seconds=59)), "the newest that had arrived by now"
    assert (iot.lag, iot.rate, iot.state) == (7, 55.5, "running")
    assert dict(iot.rejects) == {"not_json": 2}
    assert iot.simulated == 1
    assert (cases.rows, cases.at, cases.lag) == (0, NOW - MINUTE * 50, None)
    assert (events.rows, events.received) == (0, NOW - HOUR * 9)
    assert (devices.rows, devices.received) == (0, None)
    assert picture.simulated


def test_an_hour_later_without_data_says_so(database: Database, city: City) -> None:
    """The picture of a city whose sensors fell silent is not the last one they sent."""
    later = take(database, city, NOW + HOUR * 4)
    assert set(later.hexes["rain"].values) == {None}
    assert set(later.hexes["water"].values) == {None}
    assert later.hexes["cases"].values.count(None) == 0
    assert later.hexes["alerts"].values.count(None) > 1500, "nobody watches: no cell is known to be quiet"
    assert later.kpis["rain_1h_max"].value is None
    assert later.kpis["pm25_avg"].value is None
    assert later.kpis["pumps_stopped"].value is None
    assert not any(gauge.fresh or gauge.rate for gauge in later.gauges)
    assert later.sources[0].at == NOW + MINUTE
    assert later.sources[0].lag is None
    assert not later.simulated


def test_the_past_knows_nothing_of_the_future(database: Database, city: City) -> None:
    early = take(database, city, midnight(NOW, city.zone) - MINUTE)
    assert early.kpis["alerts"].value == 1
    assert early.kpis["cases_today"].value == 1, "c3, reported the day before"
    assert early.hexes["rain"].devices == 0


def test_an_empty_city_is_unknown_not_zero(blanks: Blanks, city: City) -> None:
    with blanks.one() as empty:
        found = take(empty, city, NOW)
    assert found.failures == ()
    assert all(set(hexes.values) == {None} for hexes in found.hexes.values())
    assert {key: kpi.value for key, kpi in found.kpis.items()} == dict.fromkeys(found.kpis)
    assert not any(gauge.value for gauge in found.gauges)
    assert not any(value for one in found.series.values() for value in one.values)
    assert [source.received for source in found.sources] == [None] * len(STREAMS)


def test_a_missing_table_costs_its_parts_only(blanks: Blanks, city: City) -> None:
    with blanks.one() as broken:
        fill(broken)
        broken.command("DROP TABLE case_steps")
        found = take(broken, city, NOW)
    assert {failure.partition(":")[0] for failure in found.failures} == {
        "hexes.cases", "kpis.calls", "kpis.progress", "series.calls", "series.closed", "series.categories", "sources",
    }  # fmt: skip
    assert found.hexes["rain"].devices == 3
    assert found.kpis["rain_1h_max"].value == 99.0


def test_nobody_answers(city: City) -> None:
    with pytest.raises(DatabaseUnavailable):
        take(Database("clickhouse://default@127.0.0.1:9/none", connect_timeout=0.2), city, NOW - DAY)
