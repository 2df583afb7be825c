"""Rows that an earlier load rejected and a later one of the same files loads."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import polars as pl

from etl.conformed import LoadRows, origin_key, read_rejects
from etl.source import Origin

_PLACE = ["path", "sheet", "source_row", "staging_table"]


def recovered_rows(conformed: Path, earlier: int, fresh: LoadRows) -> tuple[int, int]:
    """(rows that load `earlier` rejected and `fresh` has, rows that it rejected).

    Args:
        conformed: folder of the tenant's conformed rows.
        earlier: load number.
        fresh: rows of the later load.
    """
    rejects, origins = read_rejects(conformed, earlier)
    before = _placed(rejects.filter(pl.col("outcome") == "rejected"), earlier, origins)
    parts = [rows.select("origin_key", "source_row", pl.lit(name).alias("staging_table"))
             for name, rows in fresh.tables.items()]  # fmt: skip
    if not parts or not before.height:
        return 0, before.height
    now = _placed(pl.concat(parts), fresh.number, fresh.origins)
    return before.join(now, on=_PLACE, how="semi").height, before.height


def _placed(rows: pl.DataFrame, number: int, origins: Sequence[Origin]) -> pl.DataFrame:
    """Where each row stands, whatever the number of its load."""
    places = pl.DataFrame(
        [(origin_key(number, one.key), one.path, one.sheet) for one in origins],
        schema={"origin_key": pl.Int64, "path": pl.String, "sheet": pl.String}, orient="row",
    )  # fmt: skip
    return (
        rows.select("origin_key", "source_row", "staging_table").unique().join(places, on="origin_key").select(_PLACE)
    )
