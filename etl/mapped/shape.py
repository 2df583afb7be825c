"""The shape of a file: what its tables' headers are, whatever the order of columns and the name of the file."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence

from etl.mapped.headers import folded
from etl.read.secret_columns import secret_columns
from etl.source import RawTable


def shape_of(tables: Sequence[RawTable]) -> str:
    """Fingerprint of the sheet names and headers of `tables`; columns that look like secrets do not count."""
    shapes = {(origin.sheet.casefold(), _headers(table)) for table in tables for origin in table.origins}
    return hashlib.sha256(json.dumps(sorted(shapes), ensure_ascii=False).encode()).hexdigest()


def _headers(table: RawTable) -> tuple[str, ...]:
    secret = set(secret_columns(table.columns))
    return tuple(sorted(folded(name) for name in table.columns if name not in secret))
