"""Bosta API v2: the search, newest change first, and the full object of every delivery that has changed.

The search row says less than the full object: product text and history are only there. Both are kept as they came, but
for the one-time passwords in them.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import partial
from itertools import islice
from pathlib import Path
from urllib.parse import quote

from etl.connect.changes import Changes
from etl.connect.fetched import Fetched, Inbox
from etl.connect.http import AnswerError, Http, Request
from etl.connect.remote import Remote
from etl.connect.rest import Listing, Page, parsed, read_list, storable
from etl.read.json_document import scan

ADDRESS = "https://app.bosta.co/api/v2"
PAGE_SIZE = 200
_DETAILS_PER_FILE = 100
_TRIED_DETAILS = 5


def fetch(config: Remote, secret: str, watermark: str, into: Path, http: Http) -> Fetched:
    """Fetch the deliveries that have changed since `watermark` ("": all) into the inbox.

    Args:
        config: option `details`: "no" leaves out the full objects.
        secret: the API key, sent as the Authorization header.
        watermark: of the fetch before.
        into: the inbox.
        http: reaches the API.

    Raises:
        SourceError: not reached, refused, or not told to the end. Nothing is published then.
    """
    inbox = Inbox(into, watermark)
    changes = Changes.since(watermark)
    headers = {"Authorization": secret, "Content-Type": "application/json"}
    changed: dict[str, None] = {}
    is_enough = partial(_is_enough, config, changes)
    for page in read_list(http, _search(headers), inbox, is_enough):
        fresh = [number for number, at in _numbers(page) if changes.is_new(number, at)]
        changed |= dict.fromkeys(fresh)
        if not fresh:
            inbox.drop(page.name)
    if config.options.get("details", "yes") != "no":
        _keep_details(http, headers, sorted(changed)[: _TRIED_DETAILS if config.is_trial else None], inbox)
    told = changes.watermark(datetime.now(UTC))
    return Fetched(inbox.publish(), told) if changed else _nothing(inbox, watermark or told)


def _is_enough(config: Remote, changes: Changes, page: Page) -> bool:
    return config.is_trial or changes.is_reached(_times(page))


def _nothing(inbox: Inbox, watermark: str) -> Fetched:
    inbox.discard()
    return Fetched((), watermark)


def _search(headers: dict[str, str]) -> Listing:
    def request(number: int, _: object) -> Request:
        body = json.dumps({"limit": PAGE_SIZE, "page": number, "sortBy": "-updatedAt"}).encode()
        return Request("deliveries/search", "POST", headers, body)

    return Listing(
        "deliveries", request, ("data.deliveries", "data.list", "deliveries", "list", "data", ""),
        ("data.count", "data.total", "count", "total"), "trackingNumber", is_newest_first=True,
    )  # fmt: skip


def _times(page: Page) -> list[object]:
    return [record.get("updatedAt") for record in page.records]


def _numbers(page: Page) -> list[tuple[str, object]]:
    """Tracking number and time of change of every delivery that has a number."""
    return [
        (str(record["trackingNumber"]), record.get("updatedAt"))
        for record in page.records
        if record.get("trackingNumber")
    ]


def _keep_details(http: Http, headers: dict[str, str], numbers: Sequence[str], inbox: Inbox) -> None:
    """Full objects as lists in files of their own, each object with the bytes it came with.

    Which deliveries have changed may be another list when a fetch goes on, so a file that was kept counts only if it
    was asked for the same ones.
    """
    rest = iter(numbers)
    place = 0
    while some := list(islice(rest, _DETAILS_PER_FILE)):
        place += 1
        name, mark, asked = f"details-{place:05d}.json", f".details-{place:05d}", "\n".join(some).encode()
        if inbox.kept(mark) == asked:
            continue
        inbox.forget(mark)
        inbox.forget(name)
        found = [detail for number in some if (detail := _detail(http, headers, number))]
        if found:
            inbox.keep(name, b"[" + b",\n".join(found) + b"]")
        inbox.keep(mark, asked)


def _detail(http: Http, headers: dict[str, str], number: str) -> bytes:
    """The object inside the answer; b"" for a delivery that is not there any more."""
    try:
        content = http.ask(Request(f"deliveries/business/{quote(number, safe='')}", headers=headers))
    except AnswerError as problem:
        if problem.status in {404, 410}:
            return b""
        raise
    body = parsed(content, http.host)
    if not isinstance(body, dict) or not isinstance(body.get("data"), dict):
        return storable(content)
    return storable(_slice_of_data(content.decode("utf-8-sig")).encode())


def _slice_of_data(text: str) -> str:
    """The text of the value of the first key `data` at the top."""
    at = text.index("{") + 1
    while True:
        at = _over(text, at, " \t\r\n,")
        key, at = scan(text, at)
        begin = _over(text, at, " \t\r\n:")
        _, at = scan(text, begin)
        if key == "data":
            return text[begin:at]


def _over(text: str, at: int, characters: str) -> int:
    while text[at] in characters:
        at += 1
    return at
