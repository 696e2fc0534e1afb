"""Which scene the wall shows and where its map looks."""

from dataclasses import replace
from datetime import timedelta

from dashboard.wall.focus import CYCLE, STAY, focus
from dashboard.wall.scenes import SCENES, TURN, active, scene_at, urgent
from tests.dashboard.moments import NOW, alerts

CALM = tuple(alert for alert in alerts(NOW) if alert.level in ("blue", "yellow"))


def at(changed_ago):
    """The storm's warnings, all changed that long ago."""
    return tuple(replace(alert, changed=NOW - changed_ago) for alert in alerts(NOW))


def test_scenes_take_turns_while_nothing_is_orange():
    seen = [scene_at(NOW + timedelta(seconds=TURN * turn), CALM).key for turn in range(8)]
    assert sorted(set(seen)) == sorted(scene.key for scene in SCENES)
    assert seen[:4] == seen[4:]


def test_orange_stays_with_the_emergency():
    assert {scene_at(NOW + timedelta(seconds=TURN * turn), alerts(NOW)).key for turn in range(8)} == {"emergency"}


def test_a_pinned_scene_stays_even_in_an_emergency():
    assert scene_at(NOW, alerts(NOW), "water").key == "water"


def test_an_unknown_scene_is_no_scene():
    assert scene_at(NOW, alerts(NOW), "nothing").key == "emergency"


def test_a_warning_whose_data_broke_off_still_counts_with_its_level():
    red = replace(alerts(NOW)[0], state="stale")
    assert urgent((red,))


def test_pending_and_clear_are_not_shown():
    shown = alerts(NOW)
    hidden = (replace(shown[0], state="pending"), replace(shown[1], state="clear"))
    assert active((*shown, *hidden)) == shown


def test_the_map_visits_the_worst_when_it_gets_worse_and_then_returns():
    assert focus(at(timedelta(0)), NOW).alert.level == "red"
    assert focus(at(STAY - timedelta(seconds=1)), NOW).until == NOW + timedelta(seconds=1)
    assert focus(at(STAY), NOW) is None
    assert focus(at(CYCLE), NOW) is not None


def test_nothing_orange_no_visit():
    assert focus(tuple(replace(alert, changed=NOW) for alert in CALM), NOW) is None


def test_the_box_holds_what_is_near_and_leaves_out_what_is_far():
    red, orange = (replace(alert, changed=NOW) for alert in alerts(NOW)[:2])
    far = replace(orange, lat=37.3, lon=101.3)
    west, south, east, north = focus((red, orange, far), NOW).box
    assert west < red.lon < orange.lon < east
    assert south < orange.lat < red.lat < north < 37.0


def test_a_warning_without_a_place_is_not_visited():
    nowhere = replace(alerts(NOW)[0], lat=None, lon=None, changed=NOW)
    assert focus((nowhere,), NOW) is None
