"""The wall's word on devices: how many are silent, and whether a gateway is dead."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from layers.devices import Fleet, Silence
from tests.dashboard.moments import NOW, moment
from tests.dashboard.test_wall_layout import frame, text

ONE = Silence("device", "rain-1", 1, NOW)
DEAD = Silence("gateway", "gw-1", 50, NOW)


def shown(fleet: Fleet | None, *failures: str) -> tuple[str, Any]:
    one = moment()
    assert one.snapshot is not None
    drawn = frame(replace(one, snapshot=replace(one.snapshot, devices=fleet, failures=failures)))
    box = drawn["source-devices-box"]
    return text(drawn["source-devices"]), "" if box["hidden"] else box["className"]


@pytest.mark.parametrize(
    ("fleet", "told", "name"),
    [
        (Fleet(NOW, 1_990, 1_990), "", ""),
        (Fleet(NOW, 1_990, 1_990, 1, (ONE,)), "", ""),
        (Fleet(NOW, 1_990, 1_990, 51, (DEAD, ONE)), "设备 静默 51", "source late"),
        (Fleet(NOW), "", ""),
        (None, "", ""),
    ],
)
def test_what_is_said(fleet: Fleet | None, told: str, name: str) -> None:
    assert shown(fleet) == (told, name)


def test_a_question_that_failed_is_said() -> None:
    assert shown(None, "devices: boom") == ("设备 读取失败", "source never")
