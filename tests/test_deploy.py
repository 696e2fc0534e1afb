"""The compose file: what it says is what the program reads, and its ClickHouse is the cluster that it names."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as Xml

import pytest
import typer.main
import yaml

from config.settings import Settings, as_environment, read_settings
from dashboard.cli import app

ROOT = Path(__file__).resolve().parent.parent
DEPLOY = ROOT / "deploy"
COMPOSE: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text("utf-8"))
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
OURS = {name: service for name, service in SERVICES.items() if service["image"] == "yiping"}
NODES = [name for name, service in SERVICES.items() if "clickhouse-server" in service["image"]]
KEEPERS = [name for name, service in SERVICES.items() if "clickhouse-keeper" in service["image"]]


def _parse(path: Path) -> Any:
    return Xml.parse(path)  # noqa: S314 - our own file


CLUSTER = _parse(DEPLOY / "clickhouse" / "cluster.xml").getroot()


def environment(service: dict[str, Any]) -> dict[str, str]:
    """As compose would hand it on when nothing is set outside."""
    return {name: re.sub(r"\$\{\w+:-([^}]*)\}", r"\1", str(value)) for name, value in service["environment"].items()}


@pytest.mark.parametrize("name", OURS)
def test_our_settings_are_read_as_they_stand(name: str) -> None:
    given = environment(OURS[name])
    assert set(given) <= set(as_environment(Settings()))
    settings = read_settings(given)
    assert settings.brokers == ("kafka:9092",)
    assert [host.partition(":")[0] for host in settings.database_hosts] == NODES
    assert settings.clickhouse_access.cluster in {city.tag for city in CLUSTER.find("remote_servers") or ()}


def test_our_processes_are_commands_of_ours() -> None:
    commands = set(typer.main.get_command(app).commands)  # type: ignore[attr-defined]
    assert {service["command"][0] for service in OURS.values()} <= commands
    assert {"migrate", "ingest", "watch", "web"} <= {service["command"][0] for service in OURS.values()}


def test_images_are_pinned() -> None:
    images = {service["image"] for service in SERVICES.values()} - {"yiping"}
    assert all(re.fullmatch(r"[\w./-]+:\d[\w.-]*", image) for image in images), images
    assert len({image.partition(":")[2] for image in images if "clickhouse" in image}) == 1


def test_files_that_are_mounted_are_there_and_volumes_declared() -> None:
    for service in SERVICES.values():
        for volume in service.get("volumes", ()):
            source = volume.partition(":")[0]
            assert (DEPLOY / source).is_file() if source.startswith(".") else source in COMPOSE["volumes"]


def test_services_that_are_waited_for_exist() -> None:
    for service in SERVICES.values():
        assert set(service.get("depends_on", ())) <= set(SERVICES)


def test_the_cluster_is_two_shards_of_two() -> None:
    shards = CLUSTER.findall("remote_servers/city/shard")
    assert [[host.text for host in shard.iter("host")] for shard in shards] == [NODES[:2], NODES[2:]]
    assert {shard.findtext("internal_replication") for shard in shards} == {"true"}
    assert CLUSTER.findtext("remote_servers/city/secret")
    assert CLUSTER.find("distributed_ddl/path") is not None


@pytest.mark.parametrize("name", NODES)
def test_each_node_knows_who_it_is(name: str) -> None:
    file = DEPLOY / "clickhouse" / f"node-{name.partition('-')[2]}.xml"
    root = _parse(file).getroot()
    assert root.findtext("macros/replica") == root.findtext("interserver_http_host") == name
    assert root.findtext("macros/shard") == name.split("-")[1]
    mounted = [volume.split(":")[0] for volume in SERVICES[name]["volumes"]]
    assert f"./clickhouse/{file.name}" in mounted
    assert SERVICES[name]["environment"]["CLICKHOUSE_USER"] == environment(OURS["ingest"])["CLICKHOUSE_USER"]


def test_keepers_know_each_other() -> None:
    assert [node.findtext("host") for node in CLUSTER.findall("zookeeper/node")] == KEEPERS
    ports = {node.findtext("port") for node in CLUSTER.findall("zookeeper/node")}
    for number, name in enumerate(KEEPERS, 1):
        root = _parse(DEPLOY / "clickhouse" / f"{name}.xml").getroot()
        assert root.findtext("keeper_server/server_id") == str(number)
        assert {root.findtext("keeper_server/tcp_port")} == ports
        assert [host.text for host in root.iter("hostname")] == KEEPERS


def test_only_a_port_of_this_machine_is_opened() -> None:
    opened = [port for service in SERVICES.values() for port in service.get("ports", ())]
    assert opened == ["127.0.0.1:8050:8080"]


def test_the_engine_reads_the_cluster_from_that_file(tmp_path: Path) -> None:
    script = (
        "import sys, os; from pathlib import Path; from streams.engine import *; from streams.limits import limits\n"
        "more = {'config-file': sys.argv[1]}; e = Engine(load(), Path(sys.argv[2]), limits(2 << 30, 2) | more)\n"
        "sql = \"SELECT arrayStringConcat(groupArray(concat(toString(shard_num), host_name)), ' ') AS c \"\n"
        "sql += \"FROM system.clusters WHERE cluster = 'city' AND internal_replication\"\n"
        "print(b''.join(bytes(c) for b in e.ask(sql, {}) for c in b.columns)); sys.stdout.flush(); os._exit(0)\n"
    )
    command = [sys.executable, "-c", script, str(DEPLOY / "clickhouse" / "cluster.xml"), str(tmp_path / "engine")]
    done = subprocess.run(command, cwd=ROOT, text=True, capture_output=True, timeout=60, check=False)
    assert "1ch-1-1 1ch-1-2 2ch-2-1 2ch-2-2" in done.stdout, done.stderr[-1000:]
