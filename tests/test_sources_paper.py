"""docs/sources.md is so: its keys are all there are, its sources can be used, its five minutes work."""

from __future__ import annotations

import re
import textwrap
import time
from pathlib import Path

import pytest

from config.read import read_sources
from config.settings import Settings
from config.sources import FieldMap, ForeignTopic, MessageMap, Source
from streams.publish import Manner, publish_source
from streams.unmapped import REASONS

PAPER = (Path(__file__).resolve().parent.parent / "docs" / "sources.md").read_text("utf-8")
BLOCKS = [textwrap.dedent(block) for block in re.findall(r"^ *```yaml\n(.*?)^ *```", PAPER, re.MULTILINE | re.DOTALL)]


def keys(model: type[Source] | type[FieldMap] | type[MessageMap] | type[ForeignTopic]) -> set[str]:
    return {field.alias or name for name, field in model.model_fields.items()}


@pytest.mark.parametrize("model", [Source, FieldMap, MessageMap, ForeignTopic])
def test_every_key_is_explained(model: type[Source]) -> None:
    explained = {
        key for cell in re.findall(r"^\| (`[^|]*?) \|", PAPER, re.MULTILINE) for key in re.findall(r"`(\w+)`", cell)
    }
    assert keys(model) - explained == set()


def test_every_reason_is_explained() -> None:
    assert {reason for reason in REASONS if f"`{reason}`" not in PAPER} == set()


def test_every_ready_source_is_named() -> None:
    table = PAPER.split("## In five minutes")[0]
    assert {name for name in read_sources("xining") if f"`{name}`" not in table} == set()


def read(folder: Path, block: str) -> dict[str, Source]:
    (folder / "here").mkdir()
    (folder / "here" / "sources.yaml").write_text(block, "utf-8")
    return read_sources("here", folder, folder / "none")


@pytest.mark.parametrize("block", BLOCKS)
def test_every_example_is_a_source(tmp_path: Path, block: str) -> None:
    assert len(read(tmp_path, block)) == 1


def test_the_five_minutes_work(tmp_path: Path) -> None:
    file = PAPER.split("```\n")[1]
    path = tmp_path / "gauges.csv"
    path.write_text(textwrap.dedent(file), "gbk")
    ((name, source),) = read(tmp_path, BLOCKS[0]).items()
    manner = Manner(dry=True, shift_to=round(time.time() * 1000))
    tally = publish_source(Settings(kafka_port=1), str(path), name, source, manner).tally
    assert (tally.records, tally.messages) == (2, 2)
    assert (tally.accepted, [example.line for example in tally.examples["sentinel_value"]]) == (1, [3])
