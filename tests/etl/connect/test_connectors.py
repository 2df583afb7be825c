"""A location says which connector fetches it; what was fetched is read by the load like any folder."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from etl.connect.connectors import fetch_remote, is_remote
from etl.connect.remote import Remote
from etl.land import land
from etl.reading import Limits, read_tables
from etl.sources import SOURCES
from portal.errors import SourceError
from tests.etl.connect.api import running


@pytest.mark.parametrize(
    ("location", "expected"), [("https://a/b", True), (" POSTGRESQL://u@h/d", True), ("/data", False), ("a.zip", False)]
)
def test_addresses_are_told_from_files(location: str, expected: bool) -> None:
    assert is_remote(location) == expected


@pytest.mark.parametrize(("source", "address", "message"), [
    ("imiq", "https://host/", "An API can be read for hvar, onesoko, not for imiq"),
    ("hvar", "postgresql://u@h/d", "A database can be read for easy_ecom, onesoko, not for hvar"),
    ("hvar", "https://docs.google.com/spreadsheets/d/1AbCdEfGhIjKlMnOpQrStUv/edit",
     "A Google Sheet can be read for imiq, bukmuk, table, not for hvar"),
    ("hvar", "https://127.0.0.1/", "lies in a private network"),
])  # fmt: skip
def test_what_cannot_be_fetched_is_said(tmp_path: Path, source: str, address: str, message: str) -> None:
    with pytest.raises(SourceError, match=message):
        fetch_remote(source, Remote(address), "secret", "", tmp_path / "inbox")


def answer(path: str, body: Any) -> Any:
    delivery = {"trackingNumber": "70000001", "cod": 10.5, "updatedAt": "2026-03-01T10:00:00.000Z"}
    return {"data": {"deliveries": [delivery], "count": 1}} if body else {"data": {**delivery, "notes": "1 * fan"}}


def test_what_was_fetched_is_read_by_the_source(tmp_path: Path) -> None:
    with running(answer) as api:
        config = Remote(f"http://127.0.0.1:{api.port}/api/v2", is_private_allowed=True)
        fetch_remote("hvar", config, "key", "", tmp_path / "inbox")
    files = land(tmp_path / "inbox", tmp_path / "landing")
    table = read_tables(files, [], Limits(1024, 60), SOURCES["hvar"].forms)[0]
    assert table.frame.select("trackingNumber", "cod", "notes").rows() == [
        ("70000001", "10.5", None), ("70000001", "10.5", "1 * fan")]  # fmt: skip
