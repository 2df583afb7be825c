"""A fetch that is killed before any operation on a file goes on, and brings what an undisturbed one brings, once."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.etl.connect.api import Api, running
from tests.etl.connect.killed import Killer, fetch_from, killing

PAGE = 3


@dataclass
class Seller:
    """Records by number, each changed at a minute; told by the search of the courier, newest first, and as pages."""

    minutes: dict[int, int] = field(default_factory=lambda: {number: number for number in range(1, 8)})

    def answer(self, path: str, body: Any) -> Any:
        if "/search" in path:
            newest = sorted(self.minutes, key=lambda number: -self.minutes[number])
            page = body["page"]
            some = [self.record(number) for number in newest[(page - 1) * PAGE : page * PAGE]]
            return {"data": {"deliveries": some, "count": len(newest)}}
        if "/business/" in path:
            return {"data": self.record(int(path.rpartition("/")[2]))}
        page = int(parse_qs(urlsplit(path).query).get("page", ["1"])[0])
        some = [self.record(number) for number in sorted(self.minutes)[(page - 1) * PAGE : page * PAGE]]
        more = f"http://x/?page={page + 1}" if page * PAGE < len(self.minutes) else None
        return {"count": len(self.minutes), "next": more, "results": some}

    def record(self, number: int) -> dict[str, Any]:
        minute = self.minutes[number]
        return {"id": number, "trackingNumber": str(number), "updatedAt": f"2026-03-01T{minute // 60:02d}:"
                f"{minute % 60:02d}:00.000Z"}  # fmt: skip


@pytest.fixture
def seller() -> Seller:
    return Seller()


@pytest.fixture
def api(seller: Seller) -> Iterator[Api]:
    with running(seller.answer) as api:
        yield api


@pytest.fixture(scope="module")
def killer() -> Iterator[Killer]:
    with killing() as killer:
        yield killer


@dataclass(frozen=True)
class Fetches:
    """Fetches of one connector, whole or killed."""

    asked: tuple[str, int, str]
    killer: Killer

    def __call__(self, into: Path, watermark: str) -> str:
        return fetch_from(*self.asked, into, watermark).watermark

    def each_killed(self, before: Path, watermark: str, step: int = 1) -> Iterator[Path]:
        """Copies of an inbox in which a fetch was killed, one operation later in each; then one where it was not."""
        for number in range(0, 999, step):
            into = shutil.copytree(before, before.with_name(f"{before.name}-{number}"))
            was_killed = self.killer.dies(number, self.asked, into, watermark)
            yield into
            if not was_killed:
                assert number > 20
                return


@pytest.fixture(params=[("bosta", ""), ("onesoko", "orders")], ids=["bosta", "onesoko"])
def fetch(request: pytest.FixtureRequest, api: Api, killer: Killer) -> Fetches:
    connector, lists = request.param
    return Fetches((connector, api.port, lists), killer)


def content(into: Path) -> dict[str, bytes]:
    """What a load would read."""
    return {
        str(path.relative_to(into)): path.read_bytes()
        for path in sorted(into.rglob("*"))
        if path.is_file() and not any(part.startswith(".") for part in path.relative_to(into).parts)
    }


def changed(seller: Seller, into: Path, fetch: Fetches) -> str:
    """The watermark of a first fetch, after which some records change and one is new."""
    into.mkdir()
    watermark = fetch(into, "")
    seller.minutes |= {2: 90, 5: 91, 8: 92}
    return watermark


def test_it_brings_what_an_undisturbed_one_brings(seller: Seller, fetch: Fetches, tmp_path: Path) -> None:
    watermark = changed(seller, tmp_path / "before", fetch)
    quiet = shutil.copytree(tmp_path / "before", tmp_path / "quiet")
    told = fetch(quiet, watermark)
    for into in fetch.each_killed(tmp_path / "before", watermark, step=2):
        assert fetch(into, watermark) == told
        assert content(into) == content(quiet)
        assert fetch(into, told) == told
        assert content(into) == content(quiet)


def test_what_changes_before_it_goes_on_is_not_missed(seller: Seller, fetch: Fetches, tmp_path: Path) -> None:
    watermark = changed(seller, tmp_path / "before", fetch)
    then = dict(seller.minutes)
    for into in fetch.each_killed(tmp_path / "before", watermark, step=3):
        seller.minutes = {**then, 1: 105, 8: 106, 9: 107}
        fetch(into, fetch(into, watermark))
        assert newest(into) == {number: seller.record(number)["updatedAt"] for number in seller.minutes}
        seller.minutes = dict(then)


@pytest.mark.parametrize("fetch", [("onesoko", "orders")], indirect=True)  # the other adds, and never replaces
def test_what_is_again_as_it_was_is_so_in_the_inbox(seller: Seller, fetch: Fetches, tmp_path: Path) -> None:
    before = dict(seller.minutes)
    watermark = changed(seller, tmp_path / "before", fetch)
    then = dict(seller.minutes)
    for into in fetch.each_killed(tmp_path / "before", watermark, step=3):
        seller.minutes = dict(before)
        fetch(into, fetch(into, watermark))
        assert content(into) == content(tmp_path / "before")
        seller.minutes = dict(then)


def test_pages_that_were_kept_are_not_asked_for_again(api: Api, fetch: Fetches, tmp_path: Path) -> None:
    (tmp_path / "inbox").mkdir()
    for into in fetch.each_killed(tmp_path / "inbox", "", step=3):
        kept = [path for path in into.glob(".unfinished/*/*-page*.json") if path.parent.name != "closed"]
        api.asked.clear()
        fetch(into, "")
        asked = [path for method, path, _, _ in api.asked if "business" not in path]
        assert len(asked) == 3 - len(kept) or not kept


def newest(into: Path) -> dict[int, str]:
    """Number to newest time of change of every record in an inbox; full objects must be as new as the list says."""
    listed: dict[int, str] = {}
    whole: dict[int, str] = {}
    for text in content(into).values():
        body = json.loads(text)
        found = whole if isinstance(body, list) else listed
        for record in body if isinstance(body, list) else body.get("results") or body["data"]["deliveries"]:
            found[record["id"]] = max(found.get(record["id"], ""), record["updatedAt"])
    assert whole in ({}, listed)
    return listed
