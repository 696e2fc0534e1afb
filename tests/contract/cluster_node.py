"""A node of a cluster, as far as our engine can be one: `python -m tests.contract.cluster_node --data D --port 0`.

The engine has Distributed tables over a cluster of one node (itself) and makes Replicated tables with a Keeper for
tests, but it carries out no ON CLUSTER and its Replicated tables take no rows. So this server takes both words out of
each statement before it runs it, and everything else is as on a cluster: names, Distributed tables, settings.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Generator, Mapping
from pathlib import Path
from typing import Any

from streams import embedded_clickhouse
from streams.engine import Engine
from streams.limits import limits
from streams.native_blocks import Block

NAME = "city"
CONFIG = """<clickhouse>
    <tcp_port>{port}</tcp_port>
    <remote_servers>
        <city><shard>
            <internal_replication>true</internal_replication>
            <replica><host>127.0.0.1</host><port>{port}</port></replica>
        </shard></city>
        <careless><shard>
            <replica><host>127.0.0.1</host><port>{port}</port></replica>
            <replica><host>127.0.0.2</host><port>{port}</port></replica>
        </shard></careless>
    </remote_servers>
    <macros><shard>1</shard><replica>a</replica></macros>
    <zookeeper><implementation>testkeeper</implementation></zookeeper>
</clickhouse>
"""
PORT = 9  # nobody listens there: what the engine takes for its own port, so that it is its own shard

_ON = re.compile(r" ON CLUSTER `(?:city|careless)`")
_SYNC = re.compile(r"(DROP|TRUNCATE)(.*) SYNC\s*\Z", re.DOTALL)
_REPLICATED = re.compile(r"Replicated(\w*MergeTree)\('[^']*', '[^']*'(?:, )?")


def alone(sql: str) -> str:
    """A statement for a cluster as one for this node only."""
    if sql.startswith("SYSTEM SYNC REPLICA"):
        return "SELECT 1"
    return _SYNC.sub(r"\1\2", _REPLICATED.sub(r"\1(", _ON.sub("", sql)))


def config(folder: Path) -> dict[str, str]:
    """The engine's setting that names its cluster; writes the file that says it."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "node.xml"
    path.write_text(CONFIG.format(port=PORT))
    return {"config-file": str(path)}


class Node(Engine):
    """Runs statements for a cluster."""

    def ask(self, sql: str, params: Mapping[str, str]) -> Generator[Block]:
        return super().ask(alone(sql), params)


def main() -> int:
    folder = Path(sys.argv[sys.argv.index("--data") + 1])
    more = config(folder)

    def limited(*machine: Any) -> dict[str, str]:
        return limits(*machine) | more

    vars(embedded_clickhouse).update(limits=limited, Engine=Node)
    return embedded_clickhouse.main()


if __name__ == "__main__":
    sys.exit(main())
