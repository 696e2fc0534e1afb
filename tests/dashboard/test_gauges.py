"""Which rivers the wall shows."""

from dataclasses import replace

from dashboard.wall.gauges import chosen
from tests.dashboard.moments import NOW, city, gauges


def test_a_station_over_a_mark_comes_first_wherever_it_is():
    calm = [replace(gauge, over=None, eta=None) for gauge in gauges(city(), NOW, 1.0)]
    wall = [gauge.station for gauge in calm if gauge.on_wall]
    assert [gauge.station for gauge in chosen(calm)] == wall
    hidden = next(gauge for gauge in calm if not gauge.on_wall)
    marked = {hidden.station: "guarantee", wall[2]: "warning", wall[3]: "highest"}
    storm = [replace(gauge, over=marked.get(gauge.station)) for gauge in calm]
    assert [gauge.station for gauge in chosen(storm)] == [wall[3], hidden.station, wall[2], wall[0], wall[1]]


def test_a_station_about_to_reach_a_mark_comes_before_the_calm_ones():
    calm = [replace(gauge, over=None, eta=None) for gauge in gauges(city(), NOW, 1.0)]
    wall = [gauge.station for gauge in calm if gauge.on_wall]
    hidden = next(gauge.station for gauge in calm if not gauge.on_wall)
    due = {hidden: 600.0, wall[3]: 300.0}
    rising = [replace(gauge, eta=due.get(gauge.station)) for gauge in calm]
    assert [gauge.station for gauge in chosen(rising)] == [wall[3], hidden, *wall[:3]]
