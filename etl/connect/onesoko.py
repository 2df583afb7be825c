"""OneSoko's API (Django REST): every list, page by page, following what each page says is next.

The API cannot be asked for what has changed. So all pages are read, and those whose content is new replace the file of
the same page in the inbox.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from etl.connect.fetched import Fetched, Inbox
from etl.connect.http import Http, Request
from etl.connect.remote import Remote
from etl.connect.rest import Listing, listed, read_list

LISTS = ("categories", "shops", "products", "enhanced-orders", "orderitems", "payments", "reviews", "shop-reviews")
_KEYS = {"products": "productId", "shops": "shopId", "shop-reviews": "reviewId"}


def fetch(config: Remote, secret: str, watermark: str, into: Path, http: Http) -> Fetched:
    """Fetch every list into the inbox; pages that came before with the same content are left out.

    Args:
        config: option `lists`: the endpoints, separated by commas; without it those that are known to work.
        secret: the token, or the whole value of the Authorization header ("Token …").
        watermark: of the fetch before.
        into: the inbox.
        http: reaches the API.

    Raises:
        SourceError: not reached, refused, or a list that is not told to the end. Nothing is published then.
    """
    inbox = Inbox(into, watermark)
    known = _known(watermark) if inbox.is_known else {}
    headers = {"Authorization": secret if " " in secret.strip() else f"Bearer {secret.strip()}"}
    told: dict[str, str] = {}
    lists = listed(config.options.get("lists", ""), LISTS)
    for name in lists:
        for page in read_list(http, _listing(name, headers), inbox, lambda _page: config.is_trial):
            told[page.name] = hashlib.sha256(page.content).hexdigest()[:16]
            if not page.records or known.get(page.name) == told[page.name]:
                inbox.drop(page.name)
    now = json.dumps(told, sort_keys=True)
    return Fetched(inbox.replace(told, [f"{name}-page" for name in lists], now), now)


def _known(watermark: str) -> Mapping[str, str]:
    """Page to checksum; nothing where it is no watermark of this connector."""
    try:
        told = json.loads(watermark)
    except ValueError:
        return {}
    return told if isinstance(told, dict) else {}


def _listing(name: str, headers: Mapping[str, str]) -> Listing:
    """Only the query of the next address is taken: behind a proxy its host may be wrong."""

    def request(number: int, body: Any) -> Request | None:
        if number == 1:
            return Request(f"{name}/", headers=headers)
        following = body.get("next") if isinstance(body, dict) else None
        return Request(f"{name}/?{urlsplit(following).query}", headers=headers) if following else None

    return Listing(name, request, ("results", ""), ("count",), _KEYS.get(name, "id"), wrap="results")
