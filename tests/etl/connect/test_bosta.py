"""Bosta: all that changed comes once, whole or not at all."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from etl.connect import bosta
from etl.connect.fetched import Fetched, Inbox
from etl.connect.remote import Remote
from portal.errors import SourceError
from tests.etl.connect.api import Api, Fault, running


class Courier:
    """Deliveries by number; tells them newest change first, as the real one does."""

    def __init__(self, count: int) -> None:
        self.deliveries = {str(number): self.made(number, number) for number in range(count)}
        self.count: int | None = None

    @staticmethod
    def made(number: int, minute: int) -> dict[str, Any]:
        return {"trackingNumber": str(number), "cod": 10.5, "updatedAt": f"2026-03-{1 + minute // 1440:02d}T"
                f"{minute // 60 % 24:02d}:{minute % 60:02d}:00.000Z"}  # fmt: skip

    def page(self, number: int) -> dict[str, Any]:
        ordered = sorted(self.deliveries.values(), key=lambda each: each["updatedAt"], reverse=True)
        some = ordered[(number - 1) * 200 : number * 200]
        return {"success": True, "data": {"deliveries": some, "count": self.count or len(ordered)}}

    def answer(self, path: str, body: Any) -> Any:
        if body is not None:
            return self.page(body["page"])
        found = self.deliveries[path.rpartition("/")[2]]
        return b'{"success": true, "data": {"trackingNumber": "%s", "cod": 10.50}}' % found["trackingNumber"].encode()


@pytest.fixture
def courier() -> Courier:
    return Courier(450)


@pytest.fixture
def api(courier: Courier) -> Iterator[Api]:
    with running(courier.answer) as api:
        yield api


def fetch(api: Api, into: Path, watermark: str = "", details: str = "no", **bounds: Any) -> Fetched:
    return bosta.fetch(Remote("", {"details": details}), "key-1", watermark, into, api.http(**bounds))


def numbers(fetched: Fetched) -> list[str]:
    pages = [json.loads(path.read_bytes()) for path in fetched.files if path.name.startswith("deliveries")]
    return [each["trackingNumber"] for page in pages for each in page["data"]["deliveries"]]


def visible(into: Path) -> list[str]:
    return sorted(path.name for path in into.iterdir() if not path.name.startswith("."))


def test_first_fetch_brings_everything_as_it_came(api: Api, courier: Courier, tmp_path: Path) -> None:
    fetched = fetch(api, tmp_path)
    assert sorted(map(int, numbers(fetched))) == list(range(450))
    assert fetched.files[0].read_bytes() == json.dumps(courier.page(1)).encode()
    assert [body["page"] for _, _, body, _ in api.asked] == [1, 2, 3]
    assert api.asked[0][2] == {"limit": 200, "page": 1, "sortBy": "-updatedAt"}
    assert api.asked[0][3]["Authorization"] == "key-1"


def test_nothing_new_brings_nothing_and_asks_one_page(api: Api, tmp_path: Path) -> None:
    first = fetch(api, tmp_path)
    api.asked.clear()
    second = fetch(api, tmp_path, first.watermark)
    assert (second.files, second.watermark, len(api.asked)) == ((), first.watermark, 1)
    assert visible(tmp_path) == ["00000001"]


def test_change_brings_the_page_it_is_on(api: Api, courier: Courier, tmp_path: Path) -> None:
    first = fetch(api, tmp_path)
    courier.deliveries["3"] = courier.made(3, 460)
    second = fetch(api, tmp_path, first.watermark)
    assert ("3" in numbers(second), len(second.files)) == (True, 1)
    third = fetch(api, tmp_path, second.watermark)
    assert third.files == ()


def test_change_of_the_same_minute_that_shows_late_is_not_missed(api: Api, courier: Courier, tmp_path: Path) -> None:
    first = fetch(api, tmp_path)
    courier.deliveries["900"] = courier.made(900, 445)
    assert "900" in numbers(fetch(api, tmp_path, first.watermark))


def test_full_objects_keep_their_bytes(api: Api, courier: Courier, tmp_path: Path) -> None:
    courier.deliveries = {"7": courier.made(7, 1), "8": courier.made(8, 2)}
    fetched = fetch(api, tmp_path, details="yes")
    assert fetched.files[1].name == "details-00001.json"
    assert fetched.files[1].read_text() == (
        '[{"trackingNumber": "7", "cod": 10.50},\n{"trackingNumber": "8", "cod": 10.50}]'
    )


def test_one_time_passwords_are_not_stored(api: Api, courier: Courier, tmp_path: Path) -> None:
    courier.deliveries = {"7": courier.made(7, 1) | {"receiverOTP": "1234"}}
    api.faults = [None, Fault(body=b'{"data": {"cod": 1.0, "log": [{"receiverOTP": {"after": "1234"}}]}}')]
    page, detail = fetch(api, tmp_path, details="yes").files
    assert b"1234" not in page.read_bytes()
    assert detail.read_bytes() == b'[{"cod": 1.0, "log": [{"receiverOTP": null}]}]'


def test_delivery_without_a_full_object_stays_in_the_search(api: Api, courier: Courier, tmp_path: Path) -> None:
    courier.deliveries = {"7": courier.made(7, 1)}
    api.faults = [None, Fault(404)]
    assert [path.name for path in fetch(api, tmp_path, details="yes").files] == ["deliveries-page00001.json"]


def test_list_that_is_not_told_to_the_end_is_not_published(api: Api, courier: Courier, tmp_path: Path) -> None:
    courier.count = 600
    with pytest.raises(SourceError, match="the list deliveries has 600 records, but only 450 were given"):
        fetch(api, tmp_path)
    assert visible(tmp_path) == []


def test_missing_page_is_not_published(api: Api, tmp_path: Path) -> None:
    api.faults = [None, Fault(body=b'{"data": {"deliveries": [], "count": 450}}')]
    with pytest.raises(SourceError, match="has 450 records, but only 200 were given"):
        fetch(api, tmp_path)
    assert visible(tmp_path) == []


def test_interrupted_fetch_goes_on_where_it_stopped(api: Api, tmp_path: Path) -> None:
    api.faults = [None, Fault(500)]
    with pytest.raises(SourceError, match="it answered 500, 1 times"):
        fetch(api, tmp_path, tries=1)
    assert visible(tmp_path) == []
    api.asked.clear()
    assert sorted(map(int, numbers(fetch(api, tmp_path)))) == list(range(450))
    assert [body["page"] for _, _, body, _ in api.asked] == [2, 3]


def test_pages_that_repeat_or_come_in_another_order_lose_nothing(courier: Courier, tmp_path: Path) -> None:
    order = {1: 3, 2: 3, 3: 1, 4: 2}
    with running(lambda path, body: courier.page(order.get(body["page"], body["page"]))) as api:
        assert set(numbers(fetch(api, tmp_path))) == set(courier.deliveries)


def test_answer_that_is_no_list_is_said(api: Api, tmp_path: Path) -> None:
    api.faults = [Fault(body=b"<html>"), Fault(body=b'{"data": 1}')]
    with pytest.raises(SourceError, match="answered with something that is not JSON"):
        fetch(api, tmp_path)
    with pytest.raises(SourceError, match="page 1 of deliveries has no list of records"):
        fetch(api, tmp_path)


def test_time_in_the_future_moves_nothing(api: Api, courier: Courier, tmp_path: Path) -> None:
    courier.deliveries = {"1": courier.made(1, 5), "2": {**courier.made(2, 0), "updatedAt": "2999-01-01T00:00:00Z"}}
    assert json.loads(fetch(api, tmp_path).watermark)["at"] == "2026-03-01T00:05:00+00:00"


def test_script_dates_are_times_of_change(api: Api, courier: Courier, tmp_path: Path) -> None:
    text = "Wed Aug 06 2025 14:49:04 GMT+0000 (Coordinated Universal Time)"
    courier.deliveries = {"1": {"trackingNumber": "1", "updatedAt": text}}
    assert json.loads(fetch(api, tmp_path).watermark)["at"] == "2025-08-06T14:49:04+00:00"


def test_what_changes_while_the_list_is_read_is_read_again_at_its_beginning(courier: Courier, tmp_path: Path) -> None:
    def answer(path: str, body: Any) -> Any:
        if body["page"] == 2:
            courier.deliveries |= {"3": courier.made(3, 500), "900": courier.made(900, 501)}
        return courier.page(body["page"])

    with running(answer) as api:
        assert set(numbers(fetch(api, tmp_path))) == set(courier.deliveries)


def test_full_objects_kept_for_other_deliveries_are_not_taken(api: Api, courier: Courier, tmp_path: Path) -> None:
    courier.deliveries = {str(number): courier.made(number, number) for number in (7, 8)}
    api.faults = [Fault(503)]
    inbox = Inbox(tmp_path, "")
    inbox.keep("details-00001.json", b"[]")
    inbox.keep(".details-00001", b"7")
    with pytest.raises(SourceError):
        fetch(api, tmp_path, tries=1)
    assert b'"8"' in fetch(api, tmp_path, details="yes").files[1].read_bytes()
