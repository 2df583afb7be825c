"""Which source system can be fetched from where."""

from __future__ import annotations

from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from etl.connect.remote import GOOGLE_SHEET, Remote
from portal.errors import SourceError

if TYPE_CHECKING:
    from etl.connect.fetched import Fetched

APIS = {"hvar": "etl.connect.bosta", "onesoko": "etl.connect.onesoko"}
"""Source system to the connector of its API, a module with fetch(config, secret, watermark, inbox, http) -> Fetched.

Imported when something is fetched: a sync of files should not wait for it.
"""

DATABASES = ("easy_ecom", "onesoko")
"""Source systems whose PostgreSQL database can be read."""

SHEETS = ("imiq", "bukmuk", "table")
"""Source systems that can be read from a Google Sheet."""


def is_remote(location: str) -> bool:
    """Whether a location is an address rather than a file, folder or zip."""
    return location.strip().lower().startswith(("https://", "http://", "postgresql://", "postgres://"))


def readers_of(location: str) -> tuple[str, tuple[str, ...]]:
    """What an address is, for messages, and the source systems that can be read from it."""
    if location.strip().lower().startswith("postgres"):
        return "A database", DATABASES
    if GOOGLE_SHEET.fullmatch(location.strip()):
        return "A Google Sheet", SHEETS
    return "An API", tuple(APIS)


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
    what, known = readers_of(config.address)
    if source not in known:
        raise SourceError(f"{what} can be read for {', '.join(known)}, not for {source}.")
    into.mkdir(parents=True, exist_ok=True, mode=0o700)
    if known is DATABASES:
        from etl.connect import postgres

        return postgres.fetch(config, secret, watermark, into)
    from etl.connect.http import Http, Reach

    if known is SHEETS:
        from etl.connect import google_sheet

        return google_sheet.fetch(config, secret, watermark, into, Http(Reach(google_sheet.API)))
    reach = Reach(config.address, config.is_private_allowed)
    http = Http(replace(reach, timeout=10, deadline=20, tries=2) if config.is_trial else reach)
    fetched: Fetched = import_module(APIS[source]).fetch(config, secret, watermark, into, http)
    return fetched
