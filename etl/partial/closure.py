"""Every row that a change can reach, by any chain of links."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import polars as pl

from etl.partial.links import LINKS
from etl.partial.people import People
from etl.partial.stored import Stored

MOST_ROWS = 100_000
"""Beyond this, building everything is about as fast."""

_ROW = ("origin_key", "source_row", "row_key")

Frames = dict[str, pl.DataFrame]
"""Staging table to rows, with `source`."""


class NotLocalError(Exception):
    """A load that cannot be published as a change of the last snapshot; says why. Nothing has happened yet."""


@dataclass
class _Reached:
    rows: Frames = field(default_factory=dict)
    values: dict[str, set[str]] = field(default_factory=dict)

    def add(self, table: str, rows: pl.DataFrame) -> dict[str, set[str]]:
        """Take rows in; gives the link values that are new with them."""
        known = self.rows.get(table)
        fresh = rows if known is None else rows.join(known, on=list(_ROW), how="anti")
        self.rows[table] = fresh if known is None else pl.concat([known, fresh])
        told: dict[str, set[str]] = {}
        for column, kind in LINKS[table].items():
            told.setdefault(kind, set()).update(fresh[column].drop_nulls().unique())
        return {kind: self.note(kind, found) for kind, found in told.items()}

    def note(self, kind: str, values: set[str]) -> set[str]:
        """Remember values; gives those that are new."""
        known = self.values.setdefault(kind, set())
        new = values - known
        known |= new
        return new


def closed(stored: Stored, seeds: Frames, people: People) -> Frames:
    """The rows of `seeds` and every row that shares a link with one of them, directly or through others.

    Args:
        stored: rows before and after the load.
        seeds: rows that came, went or changed.
        people: what the last snapshot knows of customers.

    Raises:
        NotLocalError: they are more than `MOST_ROWS`.
    """
    reached = _Reached()
    waiting: dict[str, set[str]] = {}
    for table, rows in seeds.items():
        _merge(waiting, reached.add(table, rows))
    while any(waiting.values()):
        for kind, values in people.others(waiting).items():
            waiting.setdefault(kind, set()).update(reached.note(kind, values))
        found: dict[str, set[str]] = {}
        for table, links in LINKS.items():
            linked = stored.linked(table, links, waiting)
            if linked is not None:
                _merge(found, reached.add(table, linked))
            if sum(frame.height for frame in reached.rows.values()) > MOST_ROWS:
                raise NotLocalError(f"the change reaches more than {MOST_ROWS:,} rows")
        waiting = found
    return reached.rows


def _merge(into: dict[str, set[str]], values: Mapping[str, set[str]]) -> None:
    for kind, new in values.items():
        into.setdefault(kind, set()).update(new)
