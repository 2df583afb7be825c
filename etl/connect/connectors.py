"""Which source system can be fetched from where."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from etl.connect import bosta, onesoko
from etl.connect.fetched import Fetched
from etl.connect.http import Http
from etl.connect.remote import Remote

CONNECTORS: dict[str, Callable[[Remote, str, str, Path, Http], Fetched]] = {
    "hvar": bosta.fetch,
    "onesoko": onesoko.fetch,
}
"""Source system to the connector of its API: (config, secret, watermark, inbox folder, http) -> Fetched."""
