"""Makes Replicated and Distributed tables in an engine with a Keeper for tests; prints how many replicas there are.

`python -m tests.contract.cluster_tables FOLDER`, statements on stdin with NUL between.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from streams.engine import Engine, load
from streams.limits import limits
from tests.contract.cluster_node import config

MADE = "SELECT toString(count()) AS made FROM system.replicas WHERE startsWith(zookeeper_path, '/clickhouse/tables/')"


def main() -> None:
    folder = Path(sys.argv[1])
    engine = Engine(load(), folder / "engine", limits(2 << 30, 2) | config(folder))

    def run(sql: str) -> bytes:
        return b"".join(bytes(column) for block in engine.ask(sql, {}) for column in block.columns)

    run("CREATE DATABASE yiping")
    for statement in sys.stdin.read().split("\0"):
        run(statement.replace(" ON CLUSTER `city`", ""))
    sys.stdout.write(f"{run(MADE)!r}\n")
    sys.stdout.flush()
    os._exit(0)  # the engine with a Keeper for tests does not end cleanly


if __name__ == "__main__":
    main()
