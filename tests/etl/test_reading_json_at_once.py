"""JSON read by several processes at once is what one process reads of it."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from etl.read import jobs, json_job, json_parts, json_plan, json_tables
from etl.read.json_files import in_groups
from etl.read.spool import forget_pages, mapped_frame
from etl.source import JsonForm
from portal.errors import SourceError

LINES = JsonForm("lines", ("lines",), {"sku": "sku"})
FORMS = (
    JsonForm("orders", ("orders", "data.orders"), {"id": "id", "to": "to.city"}, (LINES,)),
    JsonForm("items", ("items",), {"id": "id"}), JsonForm("lines of all", ("lines",), {"id": "id"}),
)  # fmt: skip
ORDERS = [
    {"id": n, "to": {"city": '], "items": [{"id": 5}'}, "lines": [{"sku": n}] * (n % 3), "items": [{"id": 1}]}
    for n in range(300)
]
ITEMS = [{"id": str(n)} for n in range(500)]


def read(path: Path, folder: Path) -> dict[str, list[Any]]:
    return {name: frame.rows() for name, frame in json_tables.read_json(path, path.name, FORMS, folder)}


def small_parts(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(json_plan, "_SHORT", 0)
    for module in (json_parts, json_tables):
        patch.setattr(module, "PART_BYTES", 4_000)


@pytest.mark.parametrize(
    "document",
    [
        {"orders": ORDERS, "items": ITEMS, "lines": ITEMS},
        {"count": 3, "items": ITEMS, "empty": [], "orders": ORDERS},
        {"other": [], "items": [*ITEMS, None, {}], "lines": [], "data": {"x": [], "orders": ORDERS}},
        {"unknown": [{"items": ITEMS}, {"y": [1], "orders": ORDERS}], "items": ITEMS[:2]},
    ],
)
@pytest.mark.parametrize("indent", [None, 1])
def test_lists_read_ahead_are_the_same_lists(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, document: Any, indent: int | None
) -> None:
    path = tmp_path / "a.json"
    path.write_text(json.dumps(document, indent=indent))
    whole = read(path, tmp_path)
    small_parts(monkeypatch)
    assert read(path, tmp_path) == whole


def test_fault_in_a_list_read_ahead_is_told_with_its_row(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.json"
    path.write_text(json.dumps({"items": ITEMS, "orders": [*ORDERS, {"id": "\ud800"}]}))
    small_parts(monkeypatch)
    with pytest.raises(SourceError, match="orders, row 301, column id: the text has half a character"):
        read(path, tmp_path)


def job(folder: Path, *contents: str) -> list[tuple[Any, ...]]:
    """Sheet, files, rows and blank rows of each table of a job."""
    folder.mkdir()
    paths = [folder / f"{number}.json" for number in range(len(contents))]
    for path, content in zip(paths, contents, strict=True):
        path.write_text(content)
    files = [{"path": str(path), "name": path.name} for path in paths]
    done = jobs.read_job({"files": files, "formats": [], "forms": [asdict(form) for form in FORMS]}, folder)
    return [
        (
            [done["origins"][key - 1] for key in table["origins"]], table["blank_rows"],
            [row for names in table["paths"] for row in mapped_frame(*(folder / name for name in names)).rows()],
        )
        for table in done["tables"]
    ]  # fmt: skip


def test_files_read_in_groups_are_the_same_tables(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    contents = [json.dumps({"orders": ORDERS[n : n + 7], "items": [{"id": n}, {}]}) for n in range(0, 60, 7)]
    contents += [json.dumps({"orders": ORDERS}), json.dumps({"items": [None, {"id": 3}]}), '{"lines": []}']
    one_by_one = job(tmp_path / "a", *contents)
    monkeypatch.setattr(json_job, "PART_BYTES", 2_000)
    assert job(tmp_path / "b", *contents) == one_by_one
    assert [len(files) for files, _, _ in one_by_one] == [10, 10, 10, 1]


def test_fault_in_a_file_of_a_group_names_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_job, "PART_BYTES", 10)
    with pytest.raises(SourceError, match=r"^1.json: this is not valid JSON"):
        job(tmp_path / "a", '{"items": []}', '{"items": [}', '{"items": ]}')


def test_groups_are_neighbours_up_to_a_size() -> None:
    assert list(in_groups([5 << 20, 2 << 20, 2 << 20, 9 << 20, 1])) == [
        range(2), range(2, 3), range(3, 4), range(4, 5)]  # fmt: skip
    assert list(in_groups([])) == []
    assert [len(group) for group in in_groups([1] * 1200)] == [500, 500, 200]


def test_pages_that_were_forgotten_are_read_again(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text(json.dumps({"items": ITEMS}))
    frame = read(path, tmp_path)
    rows = job(tmp_path / "a", path.read_text())
    forget_pages()
    assert [row[0] for row in rows[0][2]] == [row[0] for row in frame["items"]]
