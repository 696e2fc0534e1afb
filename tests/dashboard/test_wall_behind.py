"""What the wall says when what happens does not come to it, though the database answers."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from config.read import read_words
from dashboard.wall.panels import frame
from tests.dashboard.moments import NOW, book, city, moment


def trouble(free: int | None = None, **told: object) -> str:
    seen = moment()
    assert seen.snapshot is not None
    old = {"received": NOW - timedelta(seconds=40)}
    sources = tuple(replace(one, **(old | told)) for one in seen.snapshot.sources)
    seen = replace(seen, snapshot=replace(seen.snapshot, sources=sources), free=free)
    drawn = frame(seen, read_words("zh-CN"), city(), book())["trouble"]["children"]
    return " ".join(str(part.children) for part in drawn)


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ({"state": ""}, "接入中断，已 40 秒无新数据"),
        ({"state": "waiting for broker"}, "连不上 Kafka，已 40 秒无新数据"),
        ({"state": "starting"}, "接入未就绪，已 40 秒无新数据"),
        ({"state": "running", "held": True}, "感知、案件、事件停读：拒收过多 请检查来源，见运维页"),
        ({"state": "running"}, ""),
        ({"state": "", "received": None}, ""),
    ],
)
def test_why_nothing_new_comes(told: dict[str, object], said: str) -> None:
    assert trouble(**told) == said


def test_a_full_disk_is_said_first() -> None:
    assert "磁盘已满" in trouble(free=1, state="")
