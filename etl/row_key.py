"""Row keys: the same row of a source has the same key in every load.

A row with a natural key is keyed by it, any other row by its content and the number of its occurrence within its
file, because two identical lines of one file can be two real sales, while the same line in two files is one line
exported twice.

The content hash is defined here and nowhere else. Each cell that is not null gives the MD5 (as an identity, not for
security) of the UTF-8 text `name␟value`; dates are in ISO form, instants in microseconds since 1970, decimals with all
their places, flags true or false. The first and last eight bytes of the cells' digests, as little-endian numbers, are
added up modulo 2⁶⁴ and written as bytes again, in 32 hexadecimal digits (one cell alone: its MD5). Nothing of it
depends on a process, a platform or the version of a library, on the order of columns, or on columns that are null.
Values repeat, so each distinct value is digested once.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import accumulate

import duckdb
import numpy as np
import polars as pl
from pyarrow.lib import Array, binary, py_buffer

_UNIT = "\x1f"
_BATCH = 65_536
"""Texts in one piece of work for DuckDB; one whole piece would keep one processor busy and the others idle."""
_MANY = 2
"""A column where each value stands in fewer rows than this is digested row by row."""
_HALVES = """SELECT (digest & 18446744073709551615)::UBIGINT AS upper, (digest >> 64)::UBIGINT AS lower
FROM (SELECT md5_number(content) AS digest FROM texts)"""
"""DuckDB has the bytes of a digest as one number, the last byte first: its lower half is what the first eight say."""
_LINEAGE = ("row_key", "origin_key", "source_row")


def with_row_key(frame: pl.DataFrame, columns: Sequence[str] | None, natural_key: tuple[str, ...]) -> pl.DataFrame:
    """Add `row_key` (text, never null) as the last column.

    Args:
        frame: rows with `origin_key`; row order within an origin is the order in the file.
        columns: columns that make up the content; None: all but the lineage columns.
        natural_key: columns that identify a row; empty: none. A row that lacks one of them is keyed by content.

    Returns:
        frame of shape (n, k + 1). A natural key of one column is its value, of several their values joined by "|"
        (with "|" and backslash inside a value escaped by a backslash). A content key is "#" and 32 hexadecimal digits,
        from the second occurrence within the origin on followed by "-2", "-3" …
    """
    content = [name for name in (columns if columns is not None else frame.columns) if name not in _LINEAGE]
    if not natural_key:
        return frame.with_columns(_content_keys(frame, content).alias("row_key"))
    keyed = frame.with_columns(_joined(frame, natural_key).alias("row_key"))
    missing = keyed["row_key"].is_null()
    if not missing.any():
        return keyed
    keys = _content_keys(frame.filter(missing), content)
    places = pl.DataFrame({"place": missing.arg_true(), "content_key": keys})
    filled = keyed.with_row_index("place").join(places, on="place", how="left", maintain_order="left")
    return filled.with_columns(pl.coalesce("row_key", "content_key").alias("row_key")).drop("place", "content_key")


def content_hash(frame: pl.DataFrame, columns: Iterable[str]) -> pl.Series:
    """32 hexadecimal digits per row over `columns` (see the module docstring)."""
    return _as_hexadecimal(_row_digests(frame, columns))


def _content_keys(frame: pl.DataFrame, columns: Sequence[str]) -> pl.Series:
    digests = _row_digests(frame, columns)
    keys = ("#" + _as_hexadecimal(digests)).alias("key")
    rows = frame.select("origin_key").hstack(digests).with_row_index("place")
    alike = rows.filter(pl.col("lower").is_duplicated())  # few, and quicker to find than whole twins among all
    twins = alike.filter(pl.struct("origin_key", "upper", "lower").is_duplicated())
    if not twins.height:
        return keys
    nth = pl.int_range(1, pl.len() + 1).over("origin_key", "upper", "lower")
    numbered = twins.select("place", nth=nth).filter(pl.col("nth") > 1)
    suffixed = keys.to_frame().with_row_index("place").join(numbered, on="place", how="left", maintain_order="left")
    return suffixed.select(pl.concat_str("key", "-" + pl.col("nth").cast(pl.String), ignore_nulls=True))["key"]


def _row_digests(frame: pl.DataFrame, columns: Iterable[str]) -> pl.DataFrame:
    """`upper` and `lower` half per row: the sums of the digests of its cells."""
    names = [name for name in columns if frame[name].null_count() < frame.height]
    upper, lower = (np.zeros(frame.height, dtype=np.uint64) for _ in range(2))
    many = _of_many_values(frame, names)
    cells = [frame.lazy().select(name) for name in names]
    different = [cell if name in many else cell.unique().drop_nulls() for name, cell in zip(names, cells, strict=True)]
    digested = _digests(pl.collect_all(different))
    found = [
        digests.lazy() if name in many else cell.join(digests.lazy(), on=name, how="left", maintain_order="left")
        for name, cell, digests in zip(names, cells, digested, strict=True)
    ]
    for halves in pl.collect_all([one.select("upper", "lower").fill_null(0) for one in found]):
        upper += halves["upper"].to_numpy()
        lower += halves["lower"].to_numpy()
    return pl.DataFrame({"upper": upper, "lower": lower})


def _of_many_values(frame: pl.DataFrame, names: Sequence[str]) -> set[str]:
    """Columns in which finding the different values takes longer than digesting every one."""
    counts = frame.select(pl.col(names).approx_n_unique())
    return {name for name in names if _MANY * counts[name][0] >= frame.height}


def _digests(values: Sequence[pl.DataFrame]) -> list[pl.DataFrame]:
    """Frames of one column each, with the two halves of the MD5 of every value beside it; null beside null."""
    if not values:
        return []
    texts = pl.concat([_texts(one) for one in values], rechunk=True).to_arrow()
    connection = duckdb.connect()
    try:
        connection.register("texts", type(texts).from_batches(texts.to_batches(_BATCH), texts.schema))
        halves = connection.sql(_HALVES).pl()
    finally:
        connection.close()
    ends = list(accumulate(one.height for one in values))
    return [one.hstack(halves[end - one.height : end]) for one, end in zip(values, ends, strict=True)]


def _texts(values: pl.DataFrame) -> pl.DataFrame:
    [name] = values.columns
    return values.select((pl.lit(name + _UNIT) + _as_text(name, values.schema[name])).alias("content"))


def _as_hexadecimal(digests: pl.DataFrame) -> pl.Series:
    halves = np.stack([digests["upper"].to_numpy(), digests["lower"].to_numpy()], axis=1).astype("<u8")
    keys = Array.from_buffers(binary(16), digests.height, [None, py_buffer(halves.tobytes())])
    return pl.Series(keys, dtype=pl.Binary).bin.encode("hex")


def _joined(frame: pl.DataFrame, natural_key: tuple[str, ...]) -> pl.Expr:
    parts = [_as_text(name, frame.schema[name]) for name in natural_key]
    if len(parts) == 1:
        return parts[0]
    return pl.concat_str([part.str.replace_all(r"([|\\])", r"\$1") for part in parts], separator="|")


def _as_text(name: str, dtype: pl.DataType) -> pl.Expr:
    column = pl.col(name)
    if isinstance(dtype, pl.Datetime):
        return column.cast(pl.Datetime("us")).to_physical().cast(pl.String)
    return column if dtype == pl.String else column.cast(pl.String)
