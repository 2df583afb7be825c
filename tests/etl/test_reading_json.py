"""JSON: every value as it is written, every record counted, and what is not JSON refused with its place."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from etl.land import land
from etl.read import json_parts, json_tables
from etl.read.json_columns import Tables
from etl.read.json_document import Document
from etl.reading import Limits, read_tables
from etl.source import JsonForm, LandedFile, RawTable
from portal.errors import SourceError

LIMITS = Limits(memory_mb=1024, seconds=60)
ORDERS = JsonForm(
    "orders", ("data.orders", "orders", ""), {"id": "id", "cod": "cod", "city": "to.city", "lat": "geo.1"}
)


def tables(path: Path, *forms: JsonForm) -> list[RawTable]:
    content = path.read_bytes()
    landed = LandedFile(path, str(path), path.name, hashlib.sha256(content).hexdigest(), len(content))
    return read_tables([landed], [], LIMITS, forms or [ORDERS])


def written(folder: Path, text: str) -> Path:
    (folder / "a.json").write_text(text, encoding="utf-8")
    return folder / "a.json"


def test_values_are_the_text_that_is_written(tmp_path: Path) -> None:
    text = '[{"id": 12345678901234567890123, "cod": 10.10, "to": {"city": "القاهرة"}, "geo": [31.0, 30.04400]}]'
    (table,) = tables(written(tmp_path, text))
    assert table.frame.rows() == [("12345678901234567890123", "10.10", "القاهرة", "30.04400", 1, 1)]
    assert (table.origins[0].sheet, table.columns) == ("orders", ["id", "cod", "city", "lat"])


def test_flags_numbers_and_missing_values_may_share_a_column(tmp_path: Path) -> None:
    text = '{"orders": [{"id": true}, {"id": 1e5}, {"id": ""}, {"id": null, "cod": 0}, {"id": {"a": [1]}}, {}]}'
    (table,) = tables(written(tmp_path, text))
    assert table.frame["id"].to_list() == ["true", "1e5", None, '{"a":[1]}']
    assert (table.frame["source_row"].to_list(), table.blank_rows) == ([1, 2, 4, 5], {1: 2})


@pytest.mark.parametrize(
    "text",
    ['{"data": {"orders": [{"id": 7}]}, "orders": []}', '{"orders": [{"id": 7}], "x": [1]}', '[{"id": 7}]',
     '{"id": 7}', '\ufeff [ {"id" : 7} ] ', '{"orders": {"id": 7}}'],
)  # fmt: skip
def test_first_path_that_exists_is_read(tmp_path: Path, text: str) -> None:
    (table,) = tables(written(tmp_path, text))
    assert table.frame["id"].to_list() == ["7"]


def test_utf_16_is_read(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text('[{"id": "é"}]', encoding="utf-16")
    (table,) = tables(tmp_path / "a.json")
    assert table.frame["id"].to_list() == ["é"]


def test_lists_inside_records_are_tables_that_know_their_parent(tmp_path: Path) -> None:
    lines = JsonForm("lines", ("lines",), {"sku": "sku"}, (JsonForm("tags", ("tags",), {"tag": ""}),))
    form = JsonForm("orders", ("",), {"id": "id"}, (lines,))
    text = '[{"id": 5, "lines": [{"sku": "a", "tags": ["x", "y"]}]}, {"id": 6}, {"id": 7, "lines": [{"sku": "b"}]}]'
    orders, children, tags = tables(written(tmp_path, text), form)
    assert orders.frame["id"].to_list() == ["5", "6", "7"]
    assert children.frame.select("sku", "parent_row", "parent_id", "source_row").rows() == [
        ("a", "1", "5", 1), ("b", "3", "7", 2)]  # fmt: skip
    assert tags.frame.select("tag", "parent_row", "parent_id").rows() == [("x", "1", "a"), ("y", "1", "a")]


def test_list_that_is_there_and_empty_is_a_table_without_rows(tmp_path: Path) -> None:
    (table,) = tables(written(tmp_path, '{"orders": []}'))
    assert (table.frame.height, table.columns) == (0, ["id", "cod", "city", "lat"])


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('[\n{"id": NaN}]', r"NaN is not JSON \(in the value that begins line 2, column 1\)"),
        ('[{"id": 1},\n {"id": 1, "id": 2}]', r"the key 'id' occurs twice in one object .* line 2, column 2"),
        ('{"orders": [], "orders": [{"id": 1}]}', r"the key 'orders' occurs twice"),
        ('[{"id": ' + "1" * 5000 + "}]", "a whole number has more than 4,300 digits"),
        ('[{"id": 1}, {"id": "\\ud800"}]', "a.json, orders, row 2, column id: the text has half a character"),
        ('[{"id": ' + "[" * 100_000, "objects and lists are nested too deeply"),
        ('[{"id": 1}', r"expected , or \], found the end \(at line 1, column 11\)"),
        ('[{"id": 1},]', r"expected a value \(at line 1, column 12\)"),
        ('[{"id": 1}] []', "there is more text behind the end of the document"),
        ('[{"id": "a\nb"}]', r"invalid control character at \(at line 1, column 11\)"),
        ('[{"id": 1}, 2]', "a.json, orders, row 2: expected an object, found 2"),
        ('{"detail": "Not found"}', "no list that is known is in it. Known are data.orders, orders, a list at the top"),
    ],
)  # fmt: skip
def test_what_is_not_json_or_not_wanted_is_said_with_its_place(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(SourceError, match=message):
        tables(written(tmp_path, text))


def test_bytes_that_are_not_utf_8_are_said_with_their_place(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_bytes(b'[{"id": "caf\xe9"}]')
    with pytest.raises(SourceError, match=r"not UTF-8 text \(at line 1, column 13\)"):
        tables(tmp_path / "a.json")


def test_json_is_refused_where_no_form_of_it_is_known(tmp_path: Path) -> None:
    landed = land(written(tmp_path, "[]"), tmp_path / "landing")
    with pytest.raises(SourceError, match=r"a .json file is no table"):
        read_tables(landed, [], LIMITS)


def test_secrets_are_null_in_the_stored_copy_and_nothing_else_changes(tmp_path: Path) -> None:
    text = '{"orders": [{"id": 1.50, "user" : {"Password": ["a", {"b": 1}] , "name":"x, \\"otp\\": 5"}, "otp":null}]}'
    (landed,) = land(written(tmp_path, text), tmp_path / "landing")
    assert landed.blanked_columns == ("Password",)
    assert landed.path.read_text() == text.replace('["a", {"b": 1}]', "null")


def test_secret_never_reaches_a_table_whatever_its_column_is_called(tmp_path: Path) -> None:
    form = JsonForm("users", ("",), {"id": "id", "word": "login.password", "login": "login"})
    (table,) = tables(written(tmp_path, '[{"id": 1, "login": {"password": "hunter2", "at": 5}}]'), form)
    assert table.frame.rows() == [("1", None, '{"password":null,"at":5}', 1, 1)]


RECORDS = [
    {
        "id": number,
        "note": "},{ é" * (number % 7),
        "to": {"city": str(number)},
        "lines": [{"id": number}] * (number % 3),
    }
    for number in range(4000)
]
FORM = JsonForm("orders", ("",), {"id": "id", "city": "to.city"}, (JsonForm("lines", ("lines",), {"id": "id"}),))


@pytest.mark.parametrize("indent", [None, 1])
def test_list_read_in_parts_is_the_same_list(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, indent: int | None
) -> None:
    path = written(tmp_path, json.dumps(RECORDS, indent=indent, ensure_ascii=False))
    whole = dict(json_tables.read_json(path, "a.json", [FORM], tmp_path))
    monkeypatch.setattr(json_parts, "PART_BYTES", 30_000)
    monkeypatch.setattr(json_tables, "PART_BYTES", 30_000)
    parts = dict(json_tables.read_json(path, "a.json", [FORM], tmp_path))
    assert {name: frame.rows() for name, frame in parts.items()} == {
        name: frame.rows() for name, frame in whole.items()
    }
    assert whole["orders"].height == 4000


def test_wrong_guess_where_a_record_begins_costs_no_row(tmp_path: Path) -> None:
    path = written(tmp_path, json.dumps([{"id": 1, "lines": [{"id": 2}, {"id": 3}]}, {"id": 4}]))
    document, tables_read = Document(path, "a.json"), Tables("a.json")
    tables_read.begin(FORM)
    cut = path.read_text().index('{"id": 3')
    parts = [json_parts._Part(path, "a", (FORM,), 1, cut, tmp_path / "1"),
             json_parts._Part(path, "a", (FORM,), cut - 12, document.size + 1, tmp_path / "2", ("id",))]  # fmt: skip
    results = [json_parts._read_part(part) for part in parts]
    assert json_parts._put_together(parts, results, tables_read) == (document.size, True)
    document.close()
    assert [frame["id"].to_list() for frame in tables_read.frames["orders"] if frame.height] == [["1"], ["4"]]


def test_fault_in_a_later_part_is_told_with_the_row_of_the_whole_list(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = written(tmp_path, json.dumps([*RECORDS, {"id": "\ud800", "lines": []}]))
    for module in (json_parts, json_tables):
        monkeypatch.setattr(module, "PART_BYTES", 60_000)
    with pytest.raises(SourceError, match="orders, row 4001, column id: the text has half a character"):
        list(json_tables.read_json(path, "a.json", [FORM], tmp_path))


def test_list_that_is_cut_off_is_refused_in_parts_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = written(tmp_path, json.dumps(RECORDS)[:-1])
    for module in (json_parts, json_tables):
        monkeypatch.setattr(module, "PART_BYTES", 60_000)
    with pytest.raises(SourceError, match=r"expected , or \], found the end"):
        list(json_tables.read_json(path, "a.json", [FORM], tmp_path))
