"""Sources that are an API or a database: what they bring is fetched into an inbox, which is then read as a folder."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from etl.connect.connectors import fetch_remote, is_remote, readers_of
from etl.connect.remote import Remote
from portal.config import Settings
from portal.errors import InputError
from portal.hooks import KIND as HOOK_KIND
from portal.models import DataSource
from portal.places import HOOK, IMPORT
from portal.sources import open_credentials

if TYPE_CHECKING:
    from etl.connect.fetched import Fetched

PRIVATE = "private_network"
"""The option by which the operator allows this source an address of a private network; the screen never sets it."""


def inbox_of(settings: Settings, source: DataSource) -> Path:
    """Where what a source brings is kept, as it came. Another source may get the number of one that was removed."""
    name = f"{source.id}-{source.created_at:%Y%m%d%H%M%S}"
    return settings.home / "tenants" / str(source.tenant_id) / "inbox" / name


def fetch(settings: Settings, source: DataSource, into: Path, *, is_trial: bool = False) -> Fetched:
    """Fetch what has changed since the watermark of the source, or only a first look. A fetch that comes again is
    harmless.

    Raises:
        SourceError: not reached, refused, or not told to the end; nothing is in the inbox then.
        ConfigError: the credentials cannot be opened, or an optional part is not installed.
    """
    options = {str(name): str(value) for name, value in source.options.items()}
    is_private_allowed = options.pop(PRIVATE, "no") == "yes" or settings.private_sources
    config = Remote(source.location, options, is_private_allowed, is_trial)
    watermark = "" if is_trial else source.watermark
    return fetch_remote(source.kind, config, open_credentials(source, settings.secret_key), watermark, into)


def check_location(kind: str, location: str) -> None:
    """Refuse an address that this kind of source has no connector for.

    Raises:
        InputError: says what can be read from where.
    """
    scheme = location.partition("://")[0].strip().lower() if "://" in location else ""
    if not scheme or location.startswith(IMPORT) or (location == HOOK and kind == HOOK_KIND):
        return
    if not is_remote(location):
        raise InputError(f"Addresses that start with {scheme}:// are not read.", field="location")
    what, known = readers_of(location)
    if kind not in known:
        raise InputError(f"{what} can be read for {' and '.join(known)}, not for {kind}.", field="location")
