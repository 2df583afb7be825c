"""What is configured of a remote source."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

GOOGLE_SHEET = re.compile(r"https://docs\.google\.com/spreadsheets/d/([\w-]{20,100})(?:[/?#].*)?")
"""The address of a Google Sheet, as the browser shows it; its group is the sheet's own name."""


@dataclass(frozen=True)
class Remote:
    """One remote source.

    Attributes:
        address: of the API or the database, without credentials.
        options: what a connector can be told, by name; each connector says which.
        is_private_allowed: it may lie in a private network.
        is_trial: only the beginning of each list is wanted, and soon: somebody waits to see whether it works.
    """

    address: str
    options: Mapping[str, str] = field(default_factory=dict)
    is_private_allowed: bool = False
    is_trial: bool = False
