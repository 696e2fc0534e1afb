"""A source that is wrong says where and how to mend it; one that is right is read as it stands."""

from __future__ import annotations

from pathlib import Path

import pytest

from config.load import ConfigError
from config.read import EXAMPLES, read_source, read_sources
from config.settings import CITIES

RIGHT = """\
gauge:
  topic: iot
  format: csv
  fields:
    device: id
    metric: {value: rain}
    at: time
    value: mm
"""


def write(folder: Path, text: str) -> Path:
    """A city's file of sources; the folder of cities."""
    path = folder / "cities" / "here" / "sources.yaml"
    path.parent.mkdir(parents=True)
    path.write_text(text, "utf-8")
    return folder / "cities"


def read(folder: Path, text: str) -> object:
    return read_sources("here", write(folder, text), folder / "none")


def test_a_right_one_is_read(tmp_path: Path) -> None:
    sources = read_sources("here", write(tmp_path, RIGHT), tmp_path / "none")
    assert sources["gauge"].columns_named() == {"id", "time", "mm"}
    assert sources["gauge"].fields["metric"].value == "rain"


@pytest.mark.parametrize("city", sorted(path.name for path in CITIES.iterdir()))
def test_every_source_of_every_city_is_right(city: str) -> None:
    names = set(read_sources(city))
    assert {"open311", "sensorthings", "usgs-csv", "usgs-json", "environment-agency", "myla311"} <= names


def test_the_example_of_a_12345_export_is_xinings() -> None:
    assert read_source("xining", "hotline-12345").topic == "cases"


@pytest.mark.parametrize(
    ("was", "now", "line", "said"),
    [
        ("    value: mm", "    value: mm\n    vlue: mm", 9, "a message of iot has no vlue; it has device, metric"),
        ("    value: mm\n", "", 4, "must have value; say where it comes from"),
        (
            "value: mm",
            "value: {from: mm, path: mm}",
            8,
            "exactly one of from, path, text and value is wanted, not from",
        ),
        ("value: mm", "value: {map: {a: 1}}", 8, "not none"),
        ("value: mm", "value: {path: 'mm[?'}", 8, "'mm\\[\\?' is no jmespath expression"),
        ("value: mm", "value: {from: mm, split: ','}", 8, "only a text can be split"),
        ("device: id", "device: {from: id, time: iso}", 5, "only a time .at, due, expires. has the key time"),
        ("device: id", "device: {from: id, unmapped: keep}", 5, "there is no map"),
        ("device: id", "device: {text: 'x-{id'}", 5, "braces"),
        ("device: id", "device: {text: 'x-{}'}", 5, "a name is wanted, not nothing"),
        ("format: csv", "format: csv\n  skip: '=='", 4, "is no jmespath expression"),
        ("format: csv", "format: csv\n  zone: Beijing", 4, "no time zone 'Beijing'; write one such as Asia/Shanghai"),
        ("format: csv", "format: csv\n  time: yyyy-MM-dd", 4, "write iso, epoch_s, epoch_ms or a pattern"),
        ("format: csv", "format: csv\n  encoding: gbkk", 4, "no encoding 'gbkk'; write auto"),
        ("format: csv", "format: csv\n  records: rows", 4, "of format csv has no records; take it out"),
        ("format: csv", "format: csv\n  kafka: {topic: theirs}", 4, "write format: lines"),
        ("format: csv", "format: csv\n  decimal: '|'", 1, "three different characters"),
        ("format: csv", "format: csv\n  columns: [a, a]", 4, "a column is named twice"),
        ("format: csv", "format: lines\n  delimiter: ';'", 4, "of format lines has no delimiter"),
        ("format: csv", "format: lines\n  skip_lines: 1", 4, "of format lines has no skip_lines"),
        ("format: csv", "format: xml", 3, "'csv', 'json' or 'lines'"),
        ("format: csv", "format: csv\n  messages: []", 4, "at least one message is wanted"),
        (
            "format: csv",
            "format: csv\n  colums: []",
            4,
            "no key colums; did you mean columns\\? The keys are about, topic",
        ),
        ("format: csv", "format: csv\n  time: '%Q %H'", 4, "cannot be read: 'Q' is a bad directive"),
        ("format: csv", "format: csv\n  time: '%d/%m %H:%M'", 4, "does not tell the year; write iso"),
        ("format: csv", "format: lines\n  kafka: {topic: 'the irs'}", 4, "'the irs' is no topic"),
        ("format: csv", "format: lines\n  kafka: {topic: t, brokers: host}", 4, "'host' is no broker; write host:port"),
        ("format: csv", "format: lines\n  kafka: {topic: yiping.iot}", 4, "our own topic, and would feed itself"),
        ("format: csv", "format: lines\n  kafka: {topc: t}", 4, "the key topic is missing; add it"),
        ("format: csv", "format: csv\n  skip_lines: two", 4, "a whole number wanted, not 'two'"),
        (
            "device: id",
            "device: {from: id, mapp: {}}",
            5,
            "no key mapp; did you mean map\\? The keys are from, path, text",
        ),
        ("topic: iot", "topic: rain", 2, "'iot', 'cases' or 'events'"),
        ("gauge:", "simulator:", 1, "choose another"),
        ("gauge:", "Gauge 1:", 1, "no name of a source; write small letters"),
    ],
)
def test_a_mistake_names_its_line_and_its_mend(tmp_path: Path, was: str, now: str, line: int, said: str) -> None:
    assert was in RIGHT
    with pytest.raises(ConfigError, match=rf"sources\.yaml, line {line}: .*{said}"):
        read(tmp_path, RIGHT.replace(was, now))


CASE = """\
hotline:
  topic: cases
  format: csv
  fields:
    case: id
    at: time
    stage: {value: reported}
"""


@pytest.mark.parametrize("field", ["{value: lost}", "{from: s, map: {a: filed, b: lost}}", "{from: s, default: lost}"])
def test_a_stage_that_is_none_is_named(tmp_path: Path, field: str) -> None:
    with pytest.raises(
        ConfigError, match=r"line 7: hotline\.fields\.stage: 'lost' is no stage; there are reported, filed"
    ):
        read(tmp_path, CASE.replace("{value: reported}", field))


def test_a_source_may_be_said_to_follow_a_topic_of_ours_only_by_name(tmp_path: Path) -> None:
    text = RIGHT.replace("format: csv", "format: lines\n  kafka: {topic: yiping.iot, brokers: 'their.host:9092'}")
    assert read(tmp_path, text)


def test_our_own_topics_have_the_prefix_of_the_settings(tmp_path: Path) -> None:
    cities = write(tmp_path, RIGHT.replace("format: csv", "format: lines\n  kafka: {topic: west.iot}"))
    assert read_sources("here", cities, tmp_path / "none")
    with pytest.raises(ConfigError, match="our own topic"):
        read_sources("here", cities, tmp_path / "none", "west")


def test_a_source_that_is_no_map_says_the_keys(tmp_path: Path) -> None:
    with pytest.raises(
        ConfigError, match=r"line 1: gauge: keys with values wanted, not 'iot'; the keys are about, topic"
    ):
        read(tmp_path, "gauge: iot\n")


def test_a_file_that_is_not_utf_8_names_the_line(tmp_path: Path) -> None:
    cities = write(tmp_path, RIGHT)
    (cities / "here" / "sources.yaml").write_bytes((RIGHT + "  about: 雨量\n").encode("gbk"))
    with pytest.raises(ConfigError, match=r"sources\.yaml, line 9: not UTF-8 .*save the file as UTF-8"):
        read_sources("here", cities, tmp_path / "none")


def test_the_paths_of_json_are_held_to_be_paths(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"line 8: gauge\.fields\.value: 'a b' is no jmespath expression"):
        read(tmp_path, RIGHT.replace("format: csv", "format: json").replace("value: mm", "value: a b"))


MENDS = {
    "工单编号": '"工单编号"',
    "data.雨量": 'data."雨量"',
    "data.雨量(毫米)": 'data."雨量(毫米)"',
    "水位（m）": '"水位（m）"',
    "rain(mm)": '"rain(mm)"',
    "wind-speed": '"wind-speed"',
}


@pytest.mark.parametrize(("path", "mend"), [(path, f" '{mend}'") for path, mend in MENDS.items()])
def test_a_name_in_json_that_is_no_plain_word_says_how_it_is_quoted(tmp_path: Path, path: str, mend: str) -> None:
    text = RIGHT.replace("format: csv", "format: json")
    with pytest.raises(ConfigError) as error:
        read(tmp_path / "wrong", text.replace("value: mm", f"value: {path}"))
    assert f"; write{mend}" in str(error.value)
    read(tmp_path / "right", text.replace("value: mm", f"value:{mend}"))


def test_a_function_over_a_chinese_name_is_not_called_a_name(tmp_path: Path) -> None:
    text = RIGHT.replace("format: csv", "format: json")
    with pytest.raises(ConfigError) as error:
        read(tmp_path / "wrong", text.replace("value: mm", "value: length(雨量)"))
    assert "; write" not in str(error.value)
    read(tmp_path / "right", text.replace("value: mm", """value: 'max([a, "雨量"])'"""))


def test_all_mistakes_are_said_at_once(tmp_path: Path) -> None:
    text = RIGHT.replace("device: id", "devise: id").replace("value: mm", "value: {from: mm, split: ','}")
    with pytest.raises(ConfigError) as error:
        read(tmp_path, text)
    assert [line.split(": ")[1] for line in str(error.value).splitlines()] == [
        "gauge.fields.devise",
        "gauge.fields.value",
        "gauge.fields",
    ]


def test_what_a_message_lacks_is_said_of_that_message(tmp_path: Path) -> None:
    text = RIGHT.replace("    at: time\n", "") + "  messages:\n    - fields: {at: time}\n    - fields: {quality: q}\n"
    with pytest.raises(ConfigError, match=r"line 10: gauge\.messages\.1: a message of iot must have at"):
        read(tmp_path, text)


def test_keys_of_a_map_are_the_texts_of_the_feed(tmp_path: Path) -> None:
    text = RIGHT.replace("value: mm", "value: {from: mm, map: {2: 2.5, true: 1, off: 0, 00060: 3}}")
    field = read_sources("here", write(tmp_path, text), tmp_path / "none")["gauge"].fields["value"]
    assert field.map == {"2": 2.5, "true": 1, "off": 0, "00060": 3}


def test_a_citys_own_source_comes_before_the_example(tmp_path: Path) -> None:
    cities = write(tmp_path, RIGHT.replace("gauge:", "open311:"))
    assert read_source("here", "open311", cities, EXAMPLES).topic == "iot"
    assert read_source("nowhere", "open311", cities, EXAMPLES).topic == "cases"


def test_a_name_that_is_not_there_names_those_that_are(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"no source 'gage'; there are: gauge\. .*docs/sources\.md"):
        read_source("here", "gage", write(tmp_path, RIGHT), tmp_path / "none")
