"""Which source system can be fetched from where."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from etl.connect import bosta, google_sheet, onesoko, postgres
from etl.connect.fetched import Fetched
from etl.connect.http import Http, Reach
from etl.connect.remote import Remote
from portal.errors import SourceError

APIS: dict[str, Callable[[Remote, str, str, Path, Http], Fetched]] = {"hvar": bosta.fetch, "onesoko": onesoko.fetch}
"""Source system to the connector of its API: (config, secret, watermark, inbox, http) -> Fetched."""

DATABASES = ("easy_ecom", "onesoko")
"""Source systems whose PostgreSQL database can be read."""

SHEETS = ("imiq", "bukmuk", "table")
"""Source systems that can be read from a Google Sheet."""


def is_remote(location: str) -> bool:
    """Whether a location is an address rather than a file, folder or zip."""
    return location.strip().lower().startswith(("https://", "http://", "postgresql://", "postgres://"))


def fetch_remote(source: str, config: Remote, secret: str, watermark: str, into: Path) -> Fetched:
    """Fetch from the address of a source into its inbox, which a load of that source then reads.

    Args:
        source: name of the source system.
        config: address, options, and whether it may be private.
        secret: what the system knows us by.
        watermark: of the fetch before; "" fetches everything.
        into: the inbox, a folder of this source alone.

    Raises:
        SourceError: the system has no connector, or the fetch failed; nothing is published then.
        ConfigError: an optional part is not installed.
    """
    into.mkdir(parents=True, exist_ok=True, mode=0o700)
    if config.address.strip().lower().startswith("postgres"):
        if source not in DATABASES:
            raise SourceError(f"A database can be read for {' and '.join(DATABASES)}, not for {source}.")
        return postgres.fetch(config, secret, watermark, into)
    if google_sheet.ADDRESS.fullmatch(config.address.strip()):
        if source not in SHEETS:
            raise SourceError(f"A Google Sheet can be read for {', '.join(SHEETS)}, not for {source}.")
        return google_sheet.fetch(config, secret, watermark, into, Http(Reach(google_sheet.API)))
    if source not in APIS:
        raise SourceError(f"An API can be read for {' and '.join(APIS)}, not for {source}. Give a file or a folder.")
    http = Http(Reach(config.address, config.is_private_allowed))
    return APIS[source](config, secret, watermark, into, http)
