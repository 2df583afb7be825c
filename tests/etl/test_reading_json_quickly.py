"""JSON records read many at once are the rows that reading them one by one gives, or the same refusal."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from etl.read import json_records, json_tables
from etl.read.json_columns import Tables
from etl.read.json_tokens import DoubtError
from etl.read.json_window import find_records
from etl.source import JsonForm
from portal.errors import SourceError

LINES = JsonForm(
    "lines", ("lines", "more.lines"), {"sku": "sku", "n": "n"}, (JsonForm("tags", ("tags",), {"tag": ""}),)
)
FORM = JsonForm(
    "orders", ("orders", ""), {"id": "id", "city": "to.city", "geo": "geo.1", "pin": "pin", "any": "x"}, (LINES,)
)
FAR = 1 << 60

Read = list[tuple[str, dict[str, Any], list[Any]]] | str


def read(content: bytes, window: int, smallest: int) -> Read:
    """Every table with its columns and rows, or the refusal."""
    with tempfile.TemporaryDirectory() as name, pytest.MonkeyPatch.context() as patch:
        patch.setattr(json_records, "WINDOW", window)
        patch.setattr(json_records, "SMALLEST", smallest)
        path = Path(name, "a.json")
        path.write_bytes(content)
        try:
            found = json_tables.read_json(path, "a.json", [FORM], Path(name))
            return [(table, dict(frame.schema), frame.rows()) for table, frame in found]
        except SourceError as problem:
            return str(problem)


def same(content: bytes, window: int) -> None:
    assert read(content, window, 0) == read(content, window, FAR)


texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=4) | st.sampled_from(
    ['"', "\\", '\\"', ": 5", "[1,", "é", "😀", "null", "0", "\n", "} , {", "\u2028", ": null"]
)
numbers = st.integers() | st.sampled_from([0, -0.0, 1e300, 10**30]) | st.floats(allow_nan=False, allow_infinity=False)
plain = st.none() | st.booleans() | numbers | texts
keys = st.sampled_from(["id", "x", "to", "city", "pin", "sku", "n", "tags", "password", "a b", "", 'q"', "é"])
values = st.recursive(
    plain, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=3), max_leaves=6
)
lines = st.lists(
    st.none() | st.fixed_dictionaries({"sku": plain}, optional={"n": plain, "tags": st.lists(plain, max_size=2)}),
    max_size=3,
)
records = st.fixed_dictionaries(
    {"id": plain},
    optional={"to": st.fixed_dictionaries({"city": plain}) | plain, "geo": st.lists(plain, max_size=3), "x": values,
              "lines": lines | values, "more": st.fixed_dictionaries({"lines": lines}) | values, "note": values},
)  # fmt: skip
layouts = st.sampled_from([{}, {"separators": (",", ":")}, {"indent": 1}, {"ensure_ascii": False}, {"indent": "\t"}])


def written(found: list[Any], layout: dict[str, Any]) -> bytes:
    return json.dumps({"orders": found, "after": 1}, **layout).encode()


@settings(max_examples=300, deadline=None)
@given(st.lists(records, max_size=8), layouts, st.integers(60, 4000))
def test_documents_give_the_same_tables(found: list[Any], layout: dict[str, Any], window: int) -> None:
    same(written(found, layout), window)


@settings(max_examples=300, deadline=None)
@given(st.lists(records | values, max_size=5), layouts, st.integers(60, 4000), st.data())
def test_damaged_documents_give_the_same_answer(
    found: list[Any], layout: dict[str, Any], window: int, data: Any
) -> None:
    content = written(found, layout)
    at = data.draw(st.integers(0, len(content) - 1))
    put = data.draw(st.sampled_from([b"", b'"', b"\\", b"\xff", b"{", b"}", b"]", b",", b"\0", b"0", b"-", b" ", b"e"]))
    same(content[:at] + put + content[at + data.draw(st.integers(0, 2)) :], window)


@pytest.mark.parametrize(
    "record",
    ['{"id": 1, "id": 2}', '{"id": 1, "note": {"a": 1, "a": 2}}', '{"id": NaN}', '{"id": -Infinity}', '{"id": 01}',
     '{"id": -0}', '{"id": 1.50}', '{"id": 1e5}', '{"id": 1.}', '{"id": .5}', '{"id": +1}', '{"id": "\\ud83d\\ude00"}',
     '{"id": "\\ud83d"}', '{"id": "\\u12"}', '{"id": "\\x"}', '{"id": "a\tb"}', '{"id": "a\\\\"}', '{"id": "\\\\\\""}',
     '{"id": tru}', '{"id": true}', '{"id": {"a": 1.0, "pin": 3}}', '{"id": [1, [2]]}', '{"id": 1,}', '{"id" 1}', '{}',
     '{"id": 1}}', '{"id": 1]', '{"id": "\x7f"}', '{"\\u0069d": 5}', '{"id": 1} {"id": 2}',
     '{"id": ' + "9" * 5000 + "}",
     '{"id": "' + "x" * (1 << 20) + '"}', '{"id": "' + "x" * ((1 << 20) + 1) + '"}',
     '{"id": ' + "[" * 300 + "]" * 300 + "}",
     '{"lines": {"sku": 1}}', '{"lines": [5]}', '{"lines": [null]}', '{"lines": [{"tags": [[1]]}]}', "null", "5", "[]",
     '{"id": 1 2}', '{"id": "a" "b"}', '{"id": "a"b}', '{"id":}', '{:1}', '{"id": 1,,"x": 2}', '{"id": \x0c1}', "\\"],
)  # fmt: skip
def test_every_kind_of_record_is_read_or_refused_as_one_by_one(record: str) -> None:
    around = '{"id": "7"}'
    same(f'{{"orders": [{around}, {record}, {around}]}}'.encode(), 3 << 20)


@pytest.mark.parametrize(
    "content",
    [
        b'{"orders": [{"id": "\xc3"}, {"id": 2}]}',
        b'{"orders": [{"id": 1},]}',
        b'{"orders": [{"id": 1}, {"id": 2',
        b'\xef\xbb\xbf{"orders": [ {"id": 1}\n ]}',
        b'{"orders": [{"id": 1}, , {"id": 2}]}',
        b'{"orders": [{"id": 1} 5, {"id": 2}]}',
        b'[{"id": "\\x"}]',
        b'[{"y": "\\u00e"}]',
        b'[{"y": "\\u00e9"}]',
        b'[{"id": 1}, {"id": "\\',
        b'[{"id": "\\u00e9\\n"}, {"id": "\\"}]',
    ],
)
def test_every_kind_of_list_is_read_or_refused_as_one_by_one(content: bytes) -> None:  # fmt: skip
    same(content, 4000)


def test_plain_records_are_not_read_one_by_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = [{"id": n, "to": {"city": f'"é{n}'}, "lines": [{"sku": str(k)} for k in range(n % 4)]} for n in range(900)]
    (tmp_path / "a.json").write_bytes(written(found, {}))
    monkeypatch.setattr(json_records, "WINDOW", 6000)
    monkeypatch.setattr(json_records, "SMALLEST", 0)
    monkeypatch.delattr(json_records, "_add_one_by_one")
    orders, lines, _ = (frame for _, frame in json_tables.read_json(tmp_path / "a.json", "a.json", [FORM], tmp_path))
    assert orders["city"].to_list() == [f'"é{n}' for n in range(900)]
    assert lines.filter(pl.col("parent_row") == "900").rows() == [
        (str(k), None, "900", "899", 1348 + k) for k in range(3)]  # fmt: skip


def test_records_of_many_shapes_are_in_doubt() -> None:
    window = ",".join(json.dumps({f"key {n}": n}) for n in range(100)).encode() + b"]"
    reader = json_records.Reader([FORM], Tables("a.json"), {})
    with pytest.raises(DoubtError):
        reader.add(find_records(window, FAR))
