"""Holds pure tests to what they say: no test outside the folders that name servers opens a connection."""

from __future__ import annotations

import gc
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest
import structlog

hypothesis.settings.register_profile("untimed", deadline=None)  # a busy machine is no fault of what is tested
hypothesis.settings.load_profile("untimed")

TESTS = Path(__file__).parent
WITH_SERVERS = ("contract", "browser", "rules", "bench")
"""Folders whose tests talk to servers; in all others one must say so with the mark `server`."""

LONGEST = (
    "contract/test_kills.py", "contract/test_ingest.py", "contract/test_kept.py", "contract/test_fence.py",
    "contract/test_apache_kafka.py", "contract/test_holds.py", "contract/test_kafka.py", "contract/test_watch_kills.py",
    "contract/test_watch.py", "contract/test_review.py", "contract/test_secure_kafka.py", "contract/test_memory.py",
    "contract/test_devices.py", "contract/test_notices.py", "contract/test_sources.py", "contract/test_heard.py",
    "contract/test_follow.py", "rules/test_default_rules.py",
)  # fmt: skip
"""Modules of more than 20 s, about the longest first: begun first, so that no worker ends alone with a long one."""

COLLECTOR = gc.get_threshold()
"""As Python has it, before anything is tested."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Long modules first; within a module, and among the others, the order stays."""
    order = {str(TESTS / name): place for place, name in enumerate(LONGEST)}
    items.sort(key=lambda item: order.get(str(item.path), len(order)))


@pytest.fixture(autouse=True)
def no_server(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Refuses every connection in a test that should need none."""
    if not may_connect(request):

        def refuse(_: socket.socket, address: Any) -> None:
            pytest.fail(f"a test without servers connects to {address}; mark it `server` or hand it a fake")

        monkeypatch.setattr(socket.socket, "connect", refuse)
        monkeypatch.setattr(socket.socket, "connect_ex", refuse)


@pytest.fixture(autouse=True)
def own_log() -> Iterator[None]:
    """A command that was run in this process told the log to write to a stream that is closed by now."""
    _log_as_ever()
    yield
    _log_as_ever()


def _log_as_ever() -> None:
    """As structlog has it, but an error as Python tells it: with all that each function held it takes seconds."""
    structlog.reset_defaults()
    *others, _ = structlog.get_config()["processors"]
    told = structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)
    structlog.configure(processors=[*others, told])


@pytest.fixture(autouse=True)
def own_collector() -> Iterator[None]:
    """An ingest that ran in this process spared the garbage collector; what later tests leave is seen with them."""
    _collect_as_ever()  # one that a fixture of the whole module runs spared it before this test
    yield
    _collect_as_ever()


def _collect_as_ever() -> None:
    if gc.get_threshold() != COLLECTOR:
        gc.set_threshold(*COLLECTOR)
        gc.unfreeze()
        gc.collect()


def may_connect(request: pytest.FixtureRequest) -> bool:
    folder = Path(str(request.node.path)).relative_to(TESTS).parts[0]
    return folder in WITH_SERVERS or request.node.get_closest_marker("server") is not None
