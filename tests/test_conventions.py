"""The two rules of the architecture, held by reading the code: which way imports go, and who may touch the world."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from pathlib import Path

import pytest

from tests.conftest import LONGEST

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("config", "streams", "layers", "alerts", "dashboard")
"""In the order of the data's way: a package imports only itself and those before it."""

SHELLS = {
    "streams/__init__.py",
    "config/load.py",
    "config/read.py",
    "config/secret.py",
    "config/settings.py",
    "streams/bell.py",
    "streams/asof.py",
    "streams/clickhouse.py",
    "streams/drain.py",
    "streams/embedded_clickhouse.py",
    "streams/embedded_kafka.py",
    "streams/ends.py",
    "streams/engine.py",
    "streams/fences.py",
    "streams/follow.py",
    "streams/gate.py",
    "streams/ingest.py",
    "streams/inlet.py",
    "streams/kafka.py",
    "streams/knock.py",
    "streams/levels.py",
    "streams/limits.py",
    "streams/map_files.py",
    "streams/migrations.py",
    "streams/opening.py",
    "streams/native_server.py",
    "streams/publish.py",
    "streams/registrar.py",
    "streams/question.py",
    "streams/sending.py",
    "streams/rollup.py",
    "streams/simulate.py",
    "streams/store.py",
    "streams/topiclog.py",
    "streams/writes.py",
    "layers/areas.py",
    "layers/asking.py",
    "layers/cells.py",
    "layers/gauges.py",
    "layers/geometry.py",
    "layers/ground_tiles.py",
    "layers/hexes.py",
    "layers/inside.py",
    "layers/kinds.py",
    "layers/kpis.py",
    "layers/prepared.py",
    "layers/registered.py",
    "layers/series.py",
    "layers/snapshot.py",
    "layers/sources.py",
    "layers/why.py",
    "alerts/channels.py",
    "alerts/errata.py",
    "alerts/grounds.py",
    "alerts/hearing.py",
    "alerts/hushes.py",
    "alerts/journal.py",
    "alerts/measures.py",
    "alerts/past.py",
    "alerts/notifier.py",
    "alerts/origins.py",
    "alerts/outbox.py",
    "alerts/review.py",
    "alerts/rulebook.py",
    "alerts/silences.py",
    "alerts/standing.py",
    "alerts/watch.py",
    "dashboard/actions.py",
    "dashboard/api.py",
    "dashboard/app.py",
    "dashboard/atlas/area_routes.py",
    "dashboard/atlas/callbacks.py",
    "dashboard/atlas/dot_routes.py",
    "dashboard/atlas/find.py",
    "dashboard/atlas/place.py",
    "dashboard/atlas/routes.py",
    "dashboard/atlas/search_routes.py",
    "dashboard/backtest.py",
    "dashboard/backtest_command.py",
    "dashboard/backtest_files.py",
    "dashboard/brief/asking.py",
    "dashboard/brief/facts.py",
    "dashboard/brief/page.py",
    "dashboard/brief/pdf.py",
    "dashboard/brief/quiet.py",
    "dashboard/brief/routes.py",
    "dashboard/brief/write.py",
    "dashboard/city_check.py",
    "dashboard/city_commands.py",
    "dashboard/city_import.py",
    "dashboard/calls.py",
    "dashboard/cli.py",
    "dashboard/correction_routes.py",
    "dashboard/desk/callbacks.py",
    "dashboard/desk/page.py",
    "dashboard/desk/quieting.py",
    "dashboard/desk/view.py",
    "dashboard/desk/why.py",
    "dashboard/device_commands.py",
    "dashboard/device_lists.py",
    "dashboard/device_routes.py",
    "dashboard/doctor.py",
    "dashboard/files.py",
    "dashboard/fonts.py",
    "dashboard/datums.py",
    "dashboard/ground_api.py",
    "dashboard/ground_routes.py",
    "dashboard/health.py",
    "dashboard/inflow.py",
    "dashboard/judging.py",
    "dashboard/live.py",
    "dashboard/migrating.py",
    "dashboard/metrics.py",
    "dashboard/ops/callbacks.py",
    "dashboard/ops/report.py",
    "dashboard/notice_routes.py",
    "dashboard/parameters.py",
    "dashboard/past/picture.py",
    "dashboard/past/pictures.py",
    "dashboard/past/routes.py",
    "dashboard/past/seen.py",
    "dashboard/past/then.py",
    "dashboard/part_log.py",
    "dashboard/preflight.py",
    "dashboard/probes.py",
    "dashboard/process.py",
    "dashboard/publishing.py",
    "dashboard/room.py",
    "dashboard/rule_findings.py",
    "dashboard/rule_tests.py",
    "dashboard/rules_commands.py",
    "dashboard/security.py",
    "dashboard/silence_commands.py",
    "dashboard/silence_places.py",
    "dashboard/silence_routes.py",
    "dashboard/silencing.py",
    "dashboard/state.py",
    "dashboard/terminal.py",
    "dashboard/up.py",
    "dashboard/wall/panels.py",
    "dashboard/web.py",
    "streams/windows.py",
}
"""Modules that do input and output (and decide nothing). Every other module is pure."""

WORLD = {
    "chdb", "clickhouse_driver", "kafka", "socket", "subprocess", "threading", "multiprocessing", "queue", "urllib",
    "requests", "httpx", "psutil", "honcho", "uvicorn", "fastapi", "starlette", "signal", "os", "shutil",
    "asyncio", "time", "structlog", "typst", "prometheus_client",
}  # fmt: skip
ALLOWED = ("urllib.parse", "clickhouse_driver.", "kafka.protocol.", "kafka.record.")
"""Parts of these that work on values alone: addresses as text; the drivers' codecs (only the protocols' modules use
them, and what they read from is handed to them)."""
CLOCKS = {"now", "utcnow", "today", "time", "monotonic", "perf_counter"}
FILES = {"open", "read_text", "read_bytes", "write_text", "write_bytes", "mkdir", "unlink"}
SQL = ("SELECT ", "INSERT INTO", "CREATE TABLE", "ALTER TABLE")
BANNED = {"utils", "helpers", "common", "manager", "base", "misc"}


def modules() -> list[Path]:
    return sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@cache
def trees() -> dict[str, ast.Module]:
    """Every module of ours, read once: each rule is a test of all of them, and names those that break it."""
    return {name(path): ast.parse(path.read_text("utf-8")) for path in modules()}


def imported(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module


def called(tree: ast.AST) -> Iterator[str]:
    """Names of what is called: `open` of open(), `now` of datetime.now(); not `read_text(...)`, a function of ours."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            if isinstance(node.func, ast.Attribute):
                yield node.func.attr
            elif isinstance(node.func, ast.Name) and node.func.id == "open":
                yield "open"


def breaking(found: Callable[[ast.Module], Iterable[str]], spared: Iterable[str] = ()) -> dict[str, set[str]]:
    """What is `found` in the modules where it must not be."""
    broken = {name: set(found(tree)) for name, tree in trees().items() if name not in spared}
    return {name: what for name, what in broken.items() if what}


def test_imports_go_one_way() -> None:
    assert len(trees()) > 200
    for path, tree in trees().items():
        right = PACKAGES[PACKAGES.index(path.split("/")[0]) + 1 :]
        assert not [module for module in imported(tree) if module.split(".")[0] in right], path


def outside(tree: ast.Module) -> Iterator[str]:
    yield from (m for m in imported(tree) if m.split(".")[0] in WORLD and not m.startswith(ALLOWED))
    yield from set(called(tree)) & (CLOCKS | FILES)


def test_pure_modules_touch_nothing() -> None:
    assert not breaking(outside, SHELLS)


def test_shells_exist() -> None:
    assert trees().keys() >= SHELLS, "a shell that is gone must leave the list"


def environment(tree: ast.Module) -> Iterator[str]:
    attributes = (node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute))
    yield from {"environ", "getenv"}.intersection(attributes)


def test_only_settings_reads_the_environment() -> None:
    # up.py hands the whole environment to its children; the package sets what its driver reads when it is loaded
    assert not breaking(environment, {"config/settings.py", "dashboard/up.py", "streams/__init__.py"})


def statements(tree: ast.Module) -> Iterator[str]:
    texts = (node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str))
    yield from (text for text in texts if text.lstrip().startswith(SQL))


def test_no_sql_in_python() -> None:
    # they speak the protocol, and hand on what clients ask
    assert not breaking(statements, {"streams/engine.py", "streams/native_server.py"})


def test_every_module_says_what_it_is() -> None:
    assert not [name for name, tree in trees().items() if not ast.get_docstring(tree)]
    assert not [path for path in modules() if path.stem in BANNED]


def test_every_question_says_what_it_asks() -> None:
    heads = {
        name(path): path.read_text("utf-8").splitlines()[:2] for q in PACKAGES for path in (ROOT / q).rglob("sql/*.sql")
    }
    assert len(heads) > 50
    assert not [
        name
        for name, (asks, takes) in heads.items()
        if not asks.startswith("-- ") or not takes.startswith("-- params:")
    ]


@pytest.mark.parametrize(
    ("found", "source"),
    [
        (outside, "import socket"),
        (outside, "from datetime import datetime\nnow = datetime.now()"),
        (environment, "import os\nos.environ.get('A')"),
        (statements, "text = ' SELECT 1'"),
    ],
)
def test_what_breaks_a_rule_is_found(found: Callable[[ast.Module], Iterable[str]], source: str) -> None:
    assert list(found(ast.parse(source)))


def test_modules_that_are_begun_first_are_there() -> None:
    assert [name for name in LONGEST if not (ROOT / "tests" / name).is_file()] == []
