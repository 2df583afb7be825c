"""Lists that an API tells page by page.

A list is read to its end or not at all: when the API says how many records there are and gives fewer, or breaks off,
nothing of it is published. Pages that shift, repeat or come out of order while they are read are harmless.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from etl.connect.fetched import Inbox
from etl.connect.http import Http, Request
from etl.read.json_blank import without_secrets
from etl.read.secret_columns import may_have_secret_key
from portal.errors import SourceError

MORE_PAGES = 3
"""Pages that are read beyond those the number of records needs, because pages shift while records arrive."""


@dataclass(frozen=True)
class Listing:
    """How one list is asked for and told.

    Attributes:
        name: of its payload files.
        request: (page from 1, body of the page before) -> request; None: there are no more.
        records: dotted paths where a page may have its records, the first that exists; "" is the page itself.
        totals: dotted paths where it may say how many records there are in all.
        key: dotted path of what a record is known by.
        wrap: key under which the payload of a page that is a bare list keeps it; "" keeps it bare.
        most_pages: more are not read.
        is_newest_first: what changes while the list is read moves to its beginning, behind who reads it.
    """

    name: str
    request: Callable[[int, Any], Request | None]
    records: tuple[str, ...]
    totals: tuple[str, ...] = ()
    key: str = "id"
    wrap: str = ""
    most_pages: int = 20_000
    is_newest_first: bool = False


@dataclass(frozen=True)
class Page:
    """One page: the name of its payload, its bytes as they are stored, and its records."""

    name: str
    content: bytes
    body: Any = field(repr=False)
    records: list[dict[str, Any]] = field(repr=False)


def read_list(
    http: Http, listing: Listing, inbox: Inbox, is_enough: Callable[[Page], bool] = lambda page: False
) -> Iterator[Page]:
    """The pages of a list, each kept in the inbox before the next one is asked for.

    Args:
        http: where.
        listing: what.
        inbox: where payloads are kept; what an interrupted fetch kept is not asked for again.
        is_enough: whether the rest of the list, after a page, is known already.

    Raises:
        SourceError: the list broke off, has too many pages, or a page is not what it should be. What was kept of it is
            forgotten, unless a request failed.
    """
    seen: set[str] = set()
    least, page, number = None, None, 0
    while request := listing.request(number + 1, page.body if page else None):
        number += 1
        page = _page(http, listing, inbox, ("page", number), request)
        total = first_value(page.body, listing.totals, int) if listing.totals else None
        least = total if least is None or total is None else min(least, total)
        known = len(seen)
        seen.update(_keys(listing, page))
        yield page
        if is_enough(page):
            return
        if not page.records or (len(seen) == known and total is None) or (total is not None and len(seen) >= total):
            break
        if number >= min(listing.most_pages, _needed(total, len(seen), number)):
            break
    if least is not None and len(seen) < least and listing.is_newest_first:
        yield from _moved(http, listing, inbox, seen)
    if least is not None and len(seen) < least:
        inbox.discard()
        raise SourceError(
            f"{http.host}: the list {listing.name} has {least:,} records, but only {len(seen):,} were given. Nothing "
            "was taken over; the next sync tries again."
        )


def _moved(http: Http, listing: Listing, inbox: Inbox, seen: set[str]) -> Iterator[Page]:
    """The beginning of a list once more, as far as it has records that are not `seen`, which it adds."""
    for number in range(1, listing.most_pages):
        request = listing.request(number, None)
        known = len(seen)
        if request is None:
            return
        page = _page(http, listing, inbox, ("again", number), request)
        seen.update(_keys(listing, page))
        yield page
        if len(seen) == known:
            return


def _keys(listing: Listing, page: Page) -> list[str]:
    return [_key(listing, record, page.name, at) for at, record in enumerate(page.records)]


def _needed(total: int | None, seen: int, number: int) -> int:
    """How many pages a list of `total` records can have, at what the pages so far brought."""
    return number + 1 if total is None else 2 * (total * number // max(seen, 1) + 1) + MORE_PAGES


def _page(http: Http, listing: Listing, inbox: Inbox, place: tuple[str, int], request: Request) -> Page:
    name = f"{listing.name}-{place[0]}{place[1]:05d}.json"
    kept = inbox.kept(name)
    content = http.ask(request) if kept is None else kept
    body = parsed(content, http.host)
    records = first_value(body, listing.records, list)
    if records is None or not all(isinstance(record, dict) for record in records):
        raise SourceError(
            f"{http.host}: page {place[1]} of {listing.name} has no list of records. Check the address; the API may "
            "have changed."
        )
    if kept is None:
        content = _payload(content, listing.wrap if isinstance(body, list) else "")
        inbox.keep(name, content)
    return Page(name, content, body, records)


def _payload(content: bytes, wrap: str) -> bytes:
    emptied = storable(content)
    return b'{"%s":%s}' % (wrap.encode(), emptied) if wrap else emptied


def storable(content: bytes) -> bytes:
    """A JSON answer as it may be stored: as it came, but for the values of secret-looking keys, which become null."""
    if not may_have_secret_key(content):
        return content
    return without_secrets(content.decode("utf-8-sig"), "The answer")[0].encode()


def parsed(content: bytes, host: str) -> Any:
    """A JSON answer.

    Raises:
        SourceError: it is something else.
    """
    try:
        return json.loads(content)
    except (ValueError, RecursionError):
        start = content[:60].decode(errors="replace").strip()
        raise SourceError(f"{host} answered with something that is not JSON ({start!r}). Check the address.") from None


def value_at(record: Any, path: str) -> Any:
    """The value at a dotted path; None where there is none."""
    for key in path.split(".") if path else ():
        record = record.get(key) if isinstance(record, dict) else None
    return record


def first_value(record: Any, paths: Iterable[str], kind: type) -> Any:
    """The first value of a kind at one of several paths."""
    return next((found for path in paths if isinstance(found := value_at(record, path), kind)), None)


def _key(listing: Listing, record: dict[str, Any], page: str, at: int) -> str:
    key = value_at(record, listing.key)
    return f"{page} {at}" if key is None else str(key)


def listed(text: str, known: Sequence[str]) -> tuple[str, ...]:
    """Names that a setting lists, separated by commas; `known` where it lists none."""
    return tuple(name.strip() for name in text.split(",") if name.strip()) or tuple(known)
