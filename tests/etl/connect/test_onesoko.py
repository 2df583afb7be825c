"""OneSoko: every list to its end, and only pages with something new."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from etl.connect import onesoko
from etl.connect.fetched import Fetched
from etl.connect.remote import Remote
from portal.errors import SourceError
from tests.etl.connect.api import Api, running

ORDERS = [{"id": number, "total": "10.50"} for number in range(1, 26)]


def answer(path: str, _: Any) -> Any:
    if path.startswith("/api/categories/"):
        return [{"id": 1, "name": "Home"}]
    page = int(parse_qs(urlsplit(path).query).get("page", ["1"])[0])
    following = f"http://internal.example/api/orders/?page={page + 1}" if page < 3 else None
    return {"count": len(ORDERS), "next": following, "results": ORDERS[page * 10 - 10 : page * 10]}


@pytest.fixture
def api() -> Iterator[Api]:
    with running(answer) as api:
        yield api


def fetch(api: Api, into: Path, watermark: str = "", secret: str = "abc") -> Fetched:
    return onesoko.fetch(Remote("", {"lists": "orders, categories"}), secret, watermark, into, api.http())


def test_every_page_of_every_list_is_kept(api: Api, tmp_path: Path) -> None:
    files = fetch(api, tmp_path).files
    assert [path.name for path in files] == [
        "categories-page00001.json",
        "orders-page00001.json",
        "orders-page00002.json",
        "orders-page00003.json",
    ]
    assert json.loads(files[0].read_bytes()) == {"results": [{"id": 1, "name": "Home"}]}
    assert [each["id"] for path in files[1:] for each in json.loads(path.read_bytes())["results"]] == [*range(1, 26)]


def test_next_page_is_asked_of_the_configured_host(api: Api, tmp_path: Path) -> None:
    fetch(api, tmp_path)
    assert [path for _, path, _, _ in api.asked][:2] == ["/api/orders/", "/api/orders/?page=2"]


@pytest.mark.parametrize(("secret", "header"), [("abc", "Bearer abc"), ("Token abc", "Token abc")])
def test_token_is_sent_in_the_header(api: Api, tmp_path: Path, secret: str, header: str) -> None:
    fetch(api, tmp_path, secret=secret)
    assert {headers["Authorization"] for _, _, _, headers in api.asked} == {header}


def test_pages_that_came_before_are_left_out(api: Api, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = fetch(api, tmp_path)
    assert fetch(api, tmp_path, first.watermark) == Fetched((), first.watermark)
    monkeypatch.setitem(ORDERS[12], "total", "99.00")
    assert [path.name for path in fetch(api, tmp_path, first.watermark).files] == ["orders-page00002.json"]


def test_list_that_ends_early_is_not_published(api: Api, tmp_path: Path) -> None:
    api.answer = lambda path, body: {"count": 25, "next": None, "results": ORDERS[:10]}
    with pytest.raises(SourceError, match="the list orders has 25 records, but only 10 were given"):
        fetch(api, tmp_path)
    assert [path.name for path in tmp_path.iterdir() if not path.name.startswith(".")] == []


def test_a_trial_looks_at_the_first_page_of_each_list(api: Api, tmp_path: Path) -> None:
    config = Remote("", {"lists": "orders, categories"}, is_trial=True)
    files = onesoko.fetch(config, "abc", "", tmp_path, api.http()).files
    assert [path.name for path in files] == ["categories-page00001.json", "orders-page00001.json"]
    assert [path for _, path, _, _ in api.asked] == ["/api/orders/", "/api/categories/"]
