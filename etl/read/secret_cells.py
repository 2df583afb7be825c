"""Secrets in ordinary columns: values of settings whose name is a secret's, and JSON text with secret keys."""

from __future__ import annotations

import re
from collections.abc import Sequence

from etl.read.json_blank import without_secrets
from etl.read.secret_columns import NAMES, may_have_secret_key, names_a_secret, pair_columns
from portal.errors import SourceError

_JSON = re.compile(r"\s*[\[{].*\"\s*:", re.DOTALL)


class SecretCells:
    """Which cells of one table are secret."""

    def __init__(self, header: Sequence[str]) -> None:
        self._pairs = pair_columns(header)
        self._strictly = self._pairs is not None and header[self._pairs[0]].strip().lower() == "name"
        self._header = header
        self.found: dict[str, None] = {}

    def emptied(self, record: Sequence[str | None]) -> list[str | None]:
        """The record without secrets; what was emptied is noted in `found`."""
        cells = [self._without_keys(place, cell) for place, cell in enumerate(record)]
        if self._pairs is None:
            return cells
        at, values = self._pairs
        name = record[at] if at < len(record) else None
        if isinstance(name, str) and names_a_secret(name, strictly=self._strictly):
            for place in values:
                if place < len(cells) and cells[place]:
                    self.found[name.strip()] = None
                    cells[place] = "" if cells[place] is not None else None
        return cells

    def _without_keys(self, place: int, cell: str | None) -> str | None:
        if not isinstance(cell, str) or '"' not in cell or not _JSON.match(cell):
            return cell
        emptied, keys = json_without_secrets(cell)
        column = self._header[place] if place < len(self._header) else f"column {place + 1}"
        self.found |= dict.fromkeys(f"{key} in {column}" for key in keys)
        return emptied


def json_without_secrets(cell: str) -> tuple[str, list[str]]:
    """JSON text without its secrets, and their keys; text that is no JSON where a secret stands is emptied whole."""
    if not may_have_secret_key(cell.encode()):
        return cell, []
    try:
        return without_secrets(cell, "")
    except SourceError:
        return "", ["what looks like a secret"]


__all__ = ["NAMES", "SecretCells", "json_without_secrets"]
