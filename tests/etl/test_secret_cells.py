"""Secrets that stand in ordinary columns are in no stored copy: rows of names and values, and JSON within cells."""

from __future__ import annotations

import hashlib
import json
import sqlite3
import zipfile
from collections.abc import Iterable, Sequence
from contextlib import closing
from pathlib import Path

import polars as pl
import pytest
import xlsxwriter

from etl.land import land
from etl.read.json_blank import without_secrets
from etl.read.secret_columns import names_a_secret, pair_columns
from etl.reading import Limits, read_tables
from etl.source import LandedFile

HEADER = ["setting_key", "setting_value", "category"]
ROWS = [
    ["low_stock_limit", "5", "stock"], ["openai_api_key", "hunter2", "ai"], ["GROQ_KEY", "hunter2", "ai"],
    ["sheet_service_account", '{"type": "service_account", "private_key": "hunter2"}', "google"],
    ["webhook", '{"url": "https://shop.example", "token": "hunter2", "retries": 3}', "hooks"], ["tax_rate", "18", ""],
]  # fmt: skip
KEPT = [["5"], [""], [""], [""], ['{"url": "https://shop.example", "token": null, "retries": 3}'], ["18"]]


def landed(path: Path) -> LandedFile:
    (file,) = land(path, path.parent / "landing")
    assert file.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    every = [stored.read_bytes() for stored in (path.parent / "landing").rglob("*") if stored.is_file()]
    assert not any(b"hunter2" in content for content in every)
    return file


def test_an_older_copy_that_still_holds_the_secret_is_replaced(tmp_path: Path) -> None:
    path = tmp_path / "Settings.csv"
    path.write_text("\n".join(map(quoted, [HEADER, *ROWS])) + "\n")
    older = tmp_path / "landing" / hashlib.sha256(path.read_bytes()).hexdigest()
    older.parent.mkdir()
    older.write_bytes(path.read_bytes())
    assert landed(path).path == older


def quoted(cells: Iterable[str]) -> str:
    return ",".join('"' + cell.replace('"', '""') + '"' for cell in cells)


def test_settings_as_csv(tmp_path: Path) -> None:
    path = tmp_path / "Settings.csv"
    path.write_text("\n".join(map(quoted, [HEADER, *ROWS])) + "\n")
    file = landed(path)
    stored = pl.read_csv(file.path, infer_schema=False)["setting_value"].fill_null("")
    assert stored.to_list() == [row[0] for row in KEPT]
    assert file.blanked_columns == (
        "openai_api_key", "GROQ_KEY", "private_key in setting_value", "sheet_service_account", "token in setting_value"
    )  # fmt: skip


def database(path: Path, table: str, header: Sequence[str], rows: Iterable[Sequence[str]]) -> Path:
    with closing(sqlite3.connect(path)) as made, made:
        made.execute(f"create table {table} ({', '.join(header)})")
        made.executemany(f"insert into {table} values ({', '.join('?' * len(header))})", rows)
    return path


def test_settings_in_a_database(tmp_path: Path) -> None:
    file = landed(database(tmp_path / "app.db", "settings", HEADER, ROWS))
    with closing(sqlite3.connect(file.path)) as stored:
        assert stored.execute("select setting_value from settings").fetchall() == [(row[0],) for row in KEPT]
    assert "settings.openai_api_key" in file.blanked_columns


def test_json_in_a_column_of_a_database(tmp_path: Path) -> None:
    rows = [("1", '{"note": "kept", "api_key": "hunter2"}'), ("2", "plain"), ("3", '{"a": 1}')]
    file = landed(database(tmp_path / "app.db", "events", ["id", "metadata"], rows))
    with closing(sqlite3.connect(file.path)) as stored:
        found = [row[0] for row in stored.execute("select metadata from events")]
    assert found == ['{"note": "kept", "api_key": null}', "plain", '{"a": 1}']
    assert file.blanked_columns == ("events.api_key in metadata",)


def test_a_database_without_secrets_is_stored_byte_by_byte(tmp_path: Path) -> None:
    path = database(tmp_path / "app.db", "events", ["id", "metadata"], [("1", '{"note": "token"}')])
    assert landed(path).path.read_bytes() == path.read_bytes()


def test_settings_as_parquet(tmp_path: Path) -> None:
    path = tmp_path / "settings.parquet"
    pl.DataFrame(ROWS, schema=HEADER, orient="row").write_parquet(path)
    stored = pl.read_parquet(landed(path).path)
    assert stored["setting_value"].to_list() == [row[0] for row in KEPT]


@pytest.mark.parametrize("options", [{}, {"constant_memory": True}], ids=["shared texts", "texts in cells"])
def test_settings_in_a_workbook(tmp_path: Path, options: dict[str, bool]) -> None:
    with xlsxwriter.Workbook(tmp_path / "book.xlsx", options) as book:
        for title in ("Settings", "Log"):
            page = book.add_worksheet(title)
            rows = [["Our settings"], HEADER, *ROWS] if title == "Settings" else [["id", "metadata"], ["1", ROWS[4][1]]]
            for at, row in enumerate(rows):
                page.write_row(at, 0, row)
    (file,) = land(tmp_path / "book.xlsx", tmp_path / "landing")
    settings, log = read_tables([file], [], Limits())
    assert settings.frame["setting_value"].to_list() == ["5", None, None, None, None, "18"]
    assert log.frame.rows() == [("1", None, 2, 2)]
    assert file.blanked_columns == (
        "openai_api_key", "GROQ_KEY", "sheet_service_account", "JSON with a secret in row 7 of Settings",
        "JSON with a secret in row 2 of Log",
    )  # fmt: skip
    with zipfile.ZipFile(file.path) as stored:
        assert not any(b"hunter2" in stored.read(part) for part in stored.namelist())


def test_json_in_a_column_of_a_csv(tmp_path: Path) -> None:
    path = tmp_path / "events.csv"
    path.write_text("id,metadata\n" + quoted(["1", '{"n": 1, "otp": "hunter2"}']) + "\n2,\"{'n': 1}\"\n")
    stored = pl.read_csv(landed(path).path, infer_schema=False)
    assert stored["metadata"].to_list() == ['{"n": 1, "otp": null}', "{'n': 1}"]


def test_what_cannot_be_read_beside_a_secret_is_emptied_whole(tmp_path: Path) -> None:
    path = tmp_path / "events.csv"
    path.write_text("id,metadata\n" + quoted(["1", '{"otp": hunter2, "n": 1}']) + "\n")
    assert pl.read_csv(landed(path).path, infer_schema=False).rows() == [("1", None)]


def test_settings_as_json(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    records = [dict(zip(HEADER, row, strict=True)) for row in ROWS]
    path.write_text(json.dumps({"shop": {"name": "Corner"}, "settings": records}))
    stored = json.loads(landed(path).path.read_text())
    values = [record["setting_value"] for record in stored["settings"]]
    assert values == ["5", None, None, None, KEPT[4][0], "18"]
    assert stored["shop"] == {"name": "Corner"}


@pytest.mark.parametrize(
    ("text", "emptied"),
    [
        ('{"value": "x", "key": "smtp_pass", "n": {"value": 1}}',
         '{"value": null, "key": "smtp_pass", "n": {"value": 1}}'),
        ('{"name": "API token", "value": ["x", 1]}', '{"name": "API token", "value": null}'),
        ('{"name": "Car key", "value": "x"}', '{"name": "Car key", "value": "x"}'),
        ('{"a": "}{", "key": "PIN_key", "b": "{", "value": 1}',
         '{"a": "}{", "key": "PIN_key", "b": "{", "value": null}'),
        (r'{"log": "{\"password\": \"x\", \"n\": 1}"}', r'{"log": "{\"password\": null, \"n\": 1}"}'),
        (r'{"log": "{\"password\": x"}', '{"log": null}'),
    ],
)  # fmt: skip
def test_values_beside_a_name_and_json_within_json(text: str, emptied: str) -> None:
    assert without_secrets(text, "a.json")[0] == emptied


@pytest.mark.parametrize(
    ("name", "expected"),
    [("openai_api_key", True), ("GROQ_KEY", True), ("service account", True), ("credentials", True),
     ("smtp-pass", True), ("token_count", False), ("low_stock_limit", False), ("has_key", False), ("keyboard", False),
     ("", False)],
)  # fmt: skip
def test_which_settings_are_secrets(name: str, expected: bool) -> None:
    assert names_a_secret(name) is expected


def test_which_tables_are_of_names_and_values() -> None:
    assert pair_columns(["id", "Setting Key", "settingValue", "updated_at"]) == (1, (2,))
    assert pair_columns(["name", "phone", "city"]) is None
    assert pair_columns(["date", "value"]) is None
