"""Versions of one row from several payloads of a source that tells each time only a part.

A search page says less than the delivery itself, a notice less than either. The newest version wins; where it says
nothing of a column, the newest version that does speaks for it. The result depends on the versions alone, not on the
order in which they were loaded, as long as each has its time.
"""

from __future__ import annotations

from collections.abc import Mapping, MutableMapping

import polars as pl

from etl.build.rows import in_order
from etl.source import Versions
from etl.staging import STAGING

Split = tuple[pl.DataFrame, pl.DataFrame]
"""(rows that stay, duplicates)"""

Tables = MutableMapping[str, pl.DataFrame]
"""Staging table to rows."""


def completed(ranked: pl.DataFrame, key: str, columns: tuple[str, ...], totals: tuple[str, ...]) -> pl.DataFrame:
    """`ranked` with the last row of each `key` completed from the rows before it.

    A number that is tied out moves from the version that told it to the one that stays, so that it counts once.

    Args:
        ranked: rows of one source, oldest version first.
        key: what the versions of a row have in common.
        columns: whose null means "not told here".
        totals: columns among them that are added up.
    """
    place = pl.int_range(pl.len()).over(key)
    is_last = place == pl.len().over(key) - 1
    filled = []
    for name in columns:
        cell = pl.col(name)
        told = cell.forward_fill().over(key)
        kept = pl.when(is_last).then(told).otherwise(cell)
        if name in totals:
            teller = pl.when(cell.is_not_null()).then(place).max().over(key)
            gives = cell.last().over(key).is_null() & (place == teller)
            kept = pl.when(is_last).then(told).when(~gives).then(cell)
        filled.append(kept.alias(name))
    return ranked.with_columns(filled)


def complete_versions(ranked: pl.DataFrame, table: str, key: str, versions: Mapping[str, Versions]) -> pl.DataFrame:
    """`ranked` (oldest version first) with the newest versions completed, for the sources in `versions`."""
    totals = STAGING[table].totals
    partial = {source: rules.completes[table] for source, rules in versions.items() if rules.completes.get(table)}
    for source, columns in partial.items():
        is_several = (pl.col("source") == source) & pl.struct("source", key).is_duplicated()
        several = ranked.select(is_several).to_series()
        if several.any():
            numbered = ranked.with_row_index("rank")
            mine = completed(numbered.filter(several), key, columns, totals)
            ranked = in_order(pl.concat([numbered.filter(~several), mine]), "rank").drop("rank")
    return ranked


def withdraw_untold(tables: Tables, duplicates: Tables, versions: Mapping[str, Versions]) -> None:
    """Make orders and lines duplicates that the newest version of their parcel no longer calls a sale; in place."""
    for source in (name for name, rules in versions.items() if rules.is_sale_told_by_parcel):
        silent = tables["shipment"].filter((pl.col("source") == source) & pl.col("order_id").is_null())
        for table in ("order", "order_line") if silent.height else ():
            stay = tables[table]
            is_mine = pl.col("source") == source
            gone = stay.filter(is_mine).join(silent.select(order_id="shipment_id"), on="order_id", how="semi")
            if gone.height:
                keys = is_mine & pl.col("order_id").is_in(gone["order_id"].implode())
                tables[table], duplicates[table] = stay.filter(~keys), pl.concat([duplicates[table], gone])
