"""Records of CSV, JSON lines and JSON documents; what is no record is known by its line and its reason."""

from __future__ import annotations

import io
from typing import Any

import pytest

from config.sources import Source
from streams import feed_records
from streams.feed_mapping import Record, Unread
from streams.feed_records import CannotRead, records, records_in

FIELDS = {"device": "id", "metric": {"value": "rain"}, "at": "at", "value": "mm"}


def source(format: str = "csv", **more: Any) -> Source:
    return Source.model_validate({"topic": "iot", "format": format, "fields": FIELDS, **more})


def read(data: str | bytes, format: str = "csv", **more: Any) -> list[Record | Unread]:
    return list(records(source(format, **more), io.BytesIO(data.encode() if isinstance(data, str) else data)))


def row(line: int, id: str | None, at: str | None, mm: str | None) -> Record:
    return Record(line, {"id": id, "at": at, "mm": mm})


# -- CSV


def test_rows_are_records_by_column() -> None:
    assert read("id,at,mm\na, t ,1\n\nb,,2\n") == [row(2, "a", "t", "1"), row(4, "b", None, "2")]


def test_a_byte_order_mark_is_no_part_of_the_first_column() -> None:
    assert read("\ufeffid,at,mm\na,t,1\n") == [row(2, "a", "t", "1")]


def test_blank_cells_and_texts_that_mean_so_are_nothing() -> None:
    assert read("id,at,mm\n 无 , ,NULL\n", empty=["无", "NULL"]) == [row(2, None, None, None)]


def test_other_delimiters_and_quotes() -> None:
    assert read("id;at;mm\n'a;b';t;1\n", delimiter=";", quote="'") == [row(2, "a;b", "t", "1")]
    assert read('id\tat\tmm\n"a\tt\t1\n', delimiter="\t", quote=None) == [row(2, '"a', "t", "1")]


def test_a_record_may_have_several_lines_and_is_named_after_its_first() -> None:
    assert read('id,at,mm\r\n"a\r\nb",t,1\r\nc,t,2\r\n') == [row(2, "a\r\nb", "t", "1"), row(4, "c", "t", "2")]


def test_a_csv_without_a_header_and_with_lines_before() -> None:
    assert read("a,t,1\n", columns=["id", "at", "mm"]) == [row(1, "a", "t", "1")]
    assert read("made by x\n\nid,at,mm\na,t,1\n", skip_lines=2) == [row(4, "a", "t", "1")]


def test_a_row_of_the_wrong_length_is_known() -> None:
    found = read("id,at,mm\na,t\nb,t,1,\nc,t,1,x\n")
    assert found[1] == row(3, "b", "t", "1")
    assert [(one.line, one.reason, one.raw) for one in found if isinstance(one, Unread)] == [
        (2, "wrong_columns", "a,t\n"),
        (4, "wrong_columns", "c,t,1,x\n"),
    ]


def test_a_quote_that_is_never_closed_does_not_swallow_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    rest = "b,t,2\n" * 200_000
    found = read('id,at,mm\n"a,t,1\n' + rest)
    assert isinstance(found[0], Unread)
    assert (found[0].line, found[0].reason) == (2, "wrong_shape")
    assert len(found[0].raw) == feed_records.KEPT
    assert found[-1] == row(200_002, "b", "t", "2")


def test_a_row_that_does_not_decode_is_known_and_the_next_is_read() -> None:
    found = read(b"id,at,mm\na\xff,t,1\nb,t,2\n", encoding="utf-8")
    assert found == [Unread(2, "not_utf8", found[0].detail, "a\\xff,t,1\n"), row(3, "b", "t", "2")]  # type: ignore[union-attr]


def test_a_file_of_another_source_is_said_before_anything_is_sent() -> None:
    with pytest.raises(CannotRead, match=r"no column 'at', 'mm'; it has id, time\. Is it of this source\?"):
        read("id,time\na,t\n")
    with pytest.raises(CannotRead, match=r"it has none"):
        read("")
    with pytest.raises(CannotRead, match=r"column 'mm' twice"):
        read("id,at,mm,mm\na,t,1,2\n")


# -- JSON lines


def test_lines_are_records() -> None:
    found = read('{"id": 1}\n\n[{"id": 2}, {"id": 3}]\n{"id":\n{"id": 4}', "lines")
    assert [one.found for one in found if isinstance(one, Record)] == [{"id": 1}, {"id": 2}, {"id": 3}, {"id": 4}]
    assert [(one.line, one.reason) for one in found if isinstance(one, Unread)] == [(4, "not_json")]


def test_records_of_a_line_may_stand_deeper() -> None:
    found = read('{"data": {"rows": [{"id": 1}]}}\n{"data": {}}\n', "lines", records="data.rows")
    assert [type(one) for one in found] == [Record, Unread]
    assert found[1].line == 2


@pytest.mark.parametrize("line", [b"\xff\xfe\xff", b"[" * 100_000, b"nul", b'{"a": 1} {"b": 2}'])
def test_a_line_that_cannot_be_read_is_one_unread(line: bytes) -> None:
    found = read(line + b'\n{"id": 1}\n', "lines", encoding="utf-8")
    assert [type(one) for one in found] == [Unread, Record]


def test_a_message_of_a_topic_is_read_as_a_line() -> None:
    assert list(records_in(source("lines"), '{"id": "一"}'.encode(), "p 0")) == [Record("p 0", {"id": "一"})]
    declared = source("lines", encoding="gbk")  # alone, these two bytes are a letter of UTF-8 too
    assert list(records_in(declared, '{\n"id": "一"}'.encode("gbk"), "p 0")) == [Record("p 0", {"id": "一"})]
    for value, reason in ((None, "empty"), (b"", "empty"), (b"x", "not_json")):
        (unread,) = records_in(source("lines"), value, "p 0")
        assert isinstance(unread, Unread)
        assert (unread.line, unread.reason) == ("p 0", reason)


# -- a document


def test_a_document_holds_records_where_the_source_says() -> None:
    assert read('{"value": [{"id": 1}, {"id": 2}]}', "json", records="value") == [
        Record(1, {"id": 1}),
        Record(2, {"id": 2}),
    ]
    assert read('\ufeff{"id": 1}', "json") == [Record(1, {"id": 1})]
    assert read("[]", "json") == []


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"{", "cannot be read as a JSON document: Expecting"),
        (b"{}", "nothing where the records should be"),
        (b'{"value": 1, "a": "\xff\xff"}', "do not belong to the file's encoding"),
        (b"[" * 100_000, "nested too deeply"),
    ],
)
def test_a_document_that_is_none_is_said(data: bytes, said: str) -> None:
    with pytest.raises(CannotRead, match=said):
        read(data, "json", records="value", encoding="utf-8")


def test_a_document_beyond_the_bound_is_said_with_the_way_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feed_records, "LONGEST_DOCUMENT", 100)
    with pytest.raises(CannotRead, match=r"read whole; write it as JSON lines.*say format: lines"):
        read("[" + "1," * 100 + "1]", "json")
