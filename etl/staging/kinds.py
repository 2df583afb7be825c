"""Column types, lineage and shape of staging tables, and what can become of a source row."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

TEXT = pl.String()
MONEY = pl.Decimal(18, 4)
QUANTITY = pl.Decimal(18, 4)
DEGREES = pl.Decimal(9, 6)
DAY = pl.Date()
INSTANT = pl.Datetime("us")
FLAG = pl.Boolean()
WHOLE = pl.Int32()
HOUR = pl.Int8()

LINEAGE: dict[str, pl.DataType] = {"row_key": TEXT, "origin_key": pl.Int64(), "source_row": WHOLE}
"""Added to every staging frame. origin_key numbers the file or sheet within one load; source_row is 1-based in the
file as a person sees it (the header of a plain CSV is row 1, its first record row 2)."""


@dataclass(frozen=True)
class StagingTable:
    """One canonical staging table.

    Attributes:
        name: name used in mappings, rejects, tie-out and on disk.
        grain: one sentence.
        columns: column name to Polars type, without `LINEAGE`.
        required: columns that may not be null; a row without one is rejected with rule "missing <column>".
        natural_key: columns that identify a row when the mapping says nothing else; empty means hash + occurrence.
        totals: numeric columns whose sums are tied out from source to warehouse.
    """

    name: str
    grain: str
    columns: dict[str, pl.DataType]
    required: tuple[str, ...] = ()
    natural_key: tuple[str, ...] = ()
    totals: tuple[str, ...] = ()

    def schema(self) -> pl.Schema:
        """Full Polars schema of a staging frame: columns then lineage."""
        return pl.Schema({**self.columns, **LINEAGE})

    def empty(self) -> pl.DataFrame:
        """A staging frame of shape (0, k)."""
        return pl.DataFrame(schema=self.schema())


CUSTOMER_COLUMNS: dict[str, pl.DataType] = {
    "customer_id": TEXT, "customer": TEXT, "phone": TEXT, "email": TEXT, "city": TEXT, "zone": TEXT, "country": TEXT,
}  # fmt: skip
"""Who it concerns; the identity of the customer is worked out from these."""

OUTCOMES = ("loaded", "unchanged", "duplicate", "excluded", "rejected")
"""What can become of a source row. Conservation holds exactly: rows read = the sum over these."""

REJECTS = pl.Schema(
    {"origin_key": pl.Int64(), "source_row": WHOLE, "staging_table": TEXT, "outcome": TEXT, "rule": TEXT,
     "column": TEXT, "value": TEXT}
)  # fmt: skip
"""One row kept out of the warehouse. outcome is rejected or excluded; rule is a short sentence a person understands
("missing quantity", "date fits two readings"), column and value name the first cell that broke it."""
