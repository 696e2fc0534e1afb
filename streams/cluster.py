"""What a statement of the schema becomes on a ClickHouse cluster. Pure: text in, texts out.

A table `x` becomes `x_local` on every node, replicated within its shard, and `x`, Distributed over these: questions and
inserts name `x` and need not know. Small tables that all nodes look up are `everywhere`: one replicated table, whole on
each node. Only the forms that migrations use are known (docs/cluster.md lists them); any other is refused, so that no
statement runs on one node alone without anybody noticing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from config.faults import Fault
from streams.statements import quoted

LOCAL = "_local"
EVERYWHERE = ""

KEYS: Mapping[str, str] = {
    "schema_migrations": EVERYWHERE,
    "readings": "cityHash64(device)",
    "case_steps": "cityHash64(case)",
    "city_events": "cityHash64(event)",
    "rejects": "cityHash64(stream, epoch, partition, offset)",
    "heartbeats": "cityHash64(process, instance)",
    "alert_transitions": "cityHash64(rule, place)",
    "alert_memory": "cityHash64(rule, place)",
    "alert_actions": "cityHash64(alert)",
    "alert_corrections": "cityHash64(rule, place)",
    "late_looks": EVERYWHERE,
    "silences": EVERYWHERE,
    "areas": EVERYWHERE,
    "notices": "cityHash64(receiver)",
    "device_entries": EVERYWHERE,
    "fences": EVERYWHERE,
    "stream_holds": EVERYWHERE,
    "reading_spans": "cityHash64(span, metric, start)",
    "rollups": EVERYWHERE,
    "reading_windows": "cityHash64(metric, since, until)",
    "window_notes": EVERYWHERE,
    "rollup_looks": EVERYWHERE,
    "city_hours": EVERYWHERE,
    "device_heard": EVERYWHERE,
    "device_words": EVERYWHERE,
    "case_states": EVERYWHERE,
    "device_states": EVERYWHERE,
    "word_looks": EVERYWHERE,
}
"""Which rows of a table lie on one shard: those of a device, a case, an event, a place of a rule, so that the newest of
each is found within a shard. All rows of a ReplacingMergeTree's key must lie on one."""

SETTINGS: Mapping[str, object] = {
    "distributed_foreground_insert": 1,
    "insert_quorum": "auto",
    "insert_quorum_timeout": 30_000,
    "insert_deduplicate": 0,
    "distributed_insert_skip_read_only_replicas": 1,
    "distributed_product_mode": "global",
    "skip_unavailable_shards": 0,
    "max_replica_delay_for_distributed_queries": 15,
    "distributed_ddl_task_timeout": 60,
}
"""Of every statement we send to a cluster. In order: an acknowledged row is in its shard and not in a queue of the node
that took it; most replicas of the shard have it, and waiting for them ends after 30 s; rows that come again are skipped
by name, not by the hash of a block; a replica without Keeper takes no rows; a table named twice in a question is read
from all shards both times; half a city is not shown as the whole; replicas more than 15 s late are asked last; a change
of the schema that a node does not take within a minute is an error."""

SETTLED: Mapping[str, object] = {"select_sequential_consistency": 1}
"""Of a question whose answer must hold every acknowledged row: a replica that has lost Keeper refuses to answer it."""


LIVE: Mapping[str, object] = {"distributed_ddl_output_mode": "throw_only_active"}
"""Of a statement for all nodes that does not wait for the dead ones."""


class CannotSpread(Fault, ValueError):
    """A statement whose form is not known; the text shows its beginning."""


@dataclass(frozen=True)
class Cluster:
    """`name` as in the servers' `remote_servers`; `database` is ours."""

    name: str
    database: str

    @property
    def on(self) -> str:
        return f"ON CLUSTER {self.word}"

    @property
    def word(self) -> str:
        """Its name as statements take it."""
        return quoted(self.name)

    def table(self, name: str) -> str:
        """A table by its full name: a node that carries out a statement of another may be in another database."""
        return f"{quoted(self.database)}.{name}"

    def stored(self, name: str) -> str:
        """Where the rows of a table are: itself when it is everywhere."""
        return self.table(storage(name))


def storage(name: str) -> str:
    """Name of the table that holds the rows of `name` on a node. Raises CannotSpread for a table without an entry."""
    if name not in KEYS:
        raise CannotSpread(f"table {name}: streams/cluster.py does not say how its rows are spread; enter it in KEYS")
    return name if KEYS[name] == EVERYWHERE else name + LOCAL


def spread(statement: str, cluster: Cluster) -> tuple[str, ...]:
    """The statements that do on a whole cluster what `statement` does on one server. Raises CannotSpread."""
    for form, rewrite in FORMS:
        found = form.match(statement)
        if found:
            return rewrite(found, statement[found.end() :], cluster)
    raise CannotSpread(f"not known how this goes on a cluster: {' '.join(statement.split())[:80]!r}")


def _create_table(found: re.Match[str], rest: str, cluster: Cluster) -> tuple[str, ...]:
    verb, name = found["verb"], found["name"]
    engine = _ENGINE.search(rest)
    if engine is None:
        raise CannotSpread(f"table {name}: no engine of the MergeTree family")
    columns, tail = rest[: engine.start()], rest[engine.end() :]
    head = f"{verb} {cluster.stored(name)} {cluster.on}"
    replicated = f"ENGINE = Replicated{engine[1]}({_arguments(name, engine[2], cluster)})"
    return (head + columns + replicated + tail, *_over(verb, name, cluster))


def _arguments(name: str, own: str | None, cluster: Cluster) -> str:
    """Path in Keeper, name of the replica, and what the engine itself was given.

    The path names the table, not its UUID: a node that joins later finds the others there.
    """
    everywhere = KEYS[name] == EVERYWHERE
    shard, replica = ("", "{shard}-{replica}") if everywhere else ("{shard}/", "{replica}")
    path = f"/clickhouse/tables/{shard}{cluster.database}/{storage(name)}"
    return ", ".join([_text(path), _text(replica), *([own] if own else [])])


def _over(verb: str, name: str, cluster: Cluster) -> tuple[str, ...]:
    """The Distributed table, where there is one."""
    if KEYS[name] == EVERYWHERE:
        return ()
    names = ", ".join(_text(part) for part in (cluster.name, cluster.database, storage(name)))
    head = f"{verb} {cluster.table(name)} {cluster.on} AS {cluster.stored(name)}"
    return (f"{head}\nENGINE = Distributed({names}, {KEYS[name]})",)


def _create_view(found: re.Match[str], rest: str, cluster: Cluster) -> tuple[str, ...]:
    """A view that fills a table: on each shard, from what is stored there, into what is stored there."""
    head = f"{found['verb']} {cluster.table(found['name'])} {cluster.on} TO {cluster.stored(found['target'])}"
    return (head + _FROM.sub(lambda of: f"{of[1]} {cluster.stored(of[2])}", rest),)


def _alter(found: re.Match[str], rest: str, cluster: Cluster) -> tuple[str, ...]:
    name, actions = found["name"], rest.lstrip()
    tables = [cluster.stored(name)]
    if KEYS[name] != EVERYWHERE and _SEEN.match(actions):
        tables.append(cluster.table(name))
    return tuple(f"{found['verb']} {table} {cluster.on} {actions}" for table in tables)


def _remove(found: re.Match[str], _: str, cluster: Cluster) -> tuple[str, ...]:
    """At once (SYNC): a table dropped the usual way keeps its path in Keeper for minutes, and cannot be made anew."""
    name = found["name"]
    tables = dict.fromkeys([cluster.table(name), cluster.stored(name)] if name in KEYS else [cluster.table(name)])
    return tuple(f"{found['verb']} {table} {cluster.on} SYNC" for table in tables)


def _empty(found: re.Match[str], _: str, cluster: Cluster) -> tuple[str, ...]:
    return (f"{found['verb']} {cluster.stored(found['name'])} {cluster.on} SYNC",)


def _as_it_is(found: re.Match[str], rest: str, _: Cluster) -> tuple[str, ...]:
    """Rows from a question: both name tables that reach all shards."""
    return (found[0] + rest,)


def _form(verb: str, rest: str = "") -> re.Pattern[str]:
    """A statement that begins with `verb` and a name; blanks may be any."""
    words = verb.replace(" ", r"\s+")
    return re.compile(rf"(?P<verb>{words})\s+(?P<name>\w+)\b{rest}", re.IGNORECASE)


_ENGINE = re.compile(r"ENGINE\s*=\s*(\w*MergeTree)(?:\(([^()]*)\))?", re.IGNORECASE)
_FROM = re.compile(r"\b(FROM|JOIN)\s+([A-Za-z_]\w*)\b(?!\s*\()", re.IGNORECASE)
_SEEN = re.compile(
    r"(?:ADD|DROP|RENAME|COMMENT)\s+COLUMN\b|MODIFY\s+COLUMN\s+(?:IF\s+EXISTS\s+)?\w+\s+(?!CODEC|REMOVE|TTL|MODIFY|RESET)",
    re.IGNORECASE,
)
"""Changes of columns that the Distributed table must know too; how a column is stored is not its business."""

FORMS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str], str, Cluster], tuple[str, ...]]], ...] = (
    (_form("create table if not exists", r"(?=\s*\()"), _create_table),
    (_form("create materialized view if not exists", r"\s+to\s+(?P<target>\w+)\b"), _create_view),
    (_form("alter table"), _alter),
    (_form("drop (?:table|view) if exists", r"\s*$"), _remove),
    (_form("truncate table if exists", r"\s*$"), _empty),
    (_form("insert into"), _as_it_is),
)


def _text(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"
