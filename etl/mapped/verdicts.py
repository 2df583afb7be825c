"""What becomes of rows that do not get in: one verdict per row, the first that was given."""

from __future__ import annotations

import polars as pl

from etl.staging import REJECTS

REJECTED = "rejected"
EXCLUDED = "excluded"

PLACE = "place"
"""Number of a row in the raw frame, from 0."""


class Verdicts:
    """Collects refused rows of one raw frame, in the order in which the rules are asked."""

    def __init__(self, frame: pl.DataFrame, table: str) -> None:
        self._frame = frame
        self._table = table
        self._given: list[pl.DataFrame] = []

    def add(self, mask: pl.Series, outcome: str, rule: str, column: str) -> None:
        """Refuse the rows of `mask` (never null) under one rule; column is a header of the frame or a name."""
        if not mask.any():
            return
        value = pl.col(column) if column in self._frame.columns else pl.lit(None, dtype=pl.String)
        rules = pl.select(pl.when(mask).then(pl.lit(rule))).to_series()
        self._note(rules, outcome, column, value)

    def add_places(self, places: pl.Series, outcome: str, rule: str) -> None:
        """Refuse the rows at `places` for what they are as a whole."""
        mask = pl.zeros(self._frame.height, dtype=pl.UInt8, eager=True).scatter(places, 1).cast(pl.Boolean)
        self.add(mask, outcome, rule, "")

    def add_rules(self, rules: pl.Series, column: str, value: pl.Expr) -> None:
        """Reject the rows that have a rule in `rules`; value is what the row says."""
        self._note(rules, REJECTED, column, value)

    def _note(self, rules: pl.Series, outcome: str, column: str, value: pl.Expr) -> None:
        described = self._frame.lazy().select("origin_key", "source_row", value=value, rule=rules).with_row_index(PLACE)
        self._given.append(
            described.filter(pl.col("rule").is_not_null())
            .with_columns(outcome=pl.lit(outcome), column=pl.lit(column), staging_table=pl.lit(self._table))
            .select(PLACE, *REJECTS)
            .collect()
        )

    def _first(self) -> pl.DataFrame:
        return pl.concat(self._given).unique(PLACE, keep="first", maintain_order=True)

    def without_refused(self, rows: pl.DataFrame) -> pl.DataFrame:
        """The rows nobody refused; `rows` has the order of the raw frame."""
        if not self._given:
            return rows
        return rows.join(self._first().select(PLACE), on=PLACE, how="anti", maintain_order="left")

    def rejects(self) -> pl.DataFrame:
        """One row of schema `REJECTS` per refused row, in file order."""
        if not self._given:
            return pl.DataFrame(schema=REJECTS)
        return self._first().sort(PLACE).select(pl.col(name).cast(dtype) for name, dtype in REJECTS.items())
