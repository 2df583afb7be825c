"""Row keys: the same row of a source has the same key in every load.

A row with a natural key is keyed by it, any other row by its content and the number of its occurrence within its
file, because two identical lines of one file can be two real sales, while the same line in two files is one line
exported twice.

The content hash is MD5 (as an identity, not for security) over UTF-8 text that this module defines: for every column
that is not null, in order of name, six hexadecimal digits of the MD5 of its name and then its value, parted by the
record separator; dates in ISO form, instants in microseconds, decimals with all their places, flags true/false.
Nothing of it depends on a process, a platform or the version of Polars or DuckDB (which computes it, in parallel), and
a new column that is null everywhere changes no key.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence

import duckdb
import polars as pl

_RECORD = "\x1e"
_BATCH = 65_536
"""Rows in one piece of work for DuckDB; one whole piece would keep one processor busy and the others idle."""
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
    present = sorted(name for name in columns if frame[name].null_count() < frame.height)
    cells = [pl.lit(_tag(name)) + _as_text(name, frame.schema[name]) for name in present]
    content = pl.concat_str(cells, separator=_RECORD, ignore_nulls=True) if cells else pl.repeat("", frame.height)
    texts = frame.select(content.alias("content")).to_arrow()
    connection = duckdb.connect()
    try:
        connection.register("texts", type(texts).from_batches(texts.to_batches(_BATCH), texts.schema))
        return connection.sql("SELECT md5(content) AS hash FROM texts").pl()["hash"]
    finally:
        connection.close()


def _tag(name: str) -> str:
    return hashlib.md5(name.encode(), usedforsecurity=False).hexdigest()[:6]


def _content_keys(frame: pl.DataFrame, columns: Sequence[str]) -> pl.Series:
    rows = frame.select("origin_key").with_columns(("#" + content_hash(frame, columns)).alias("key"))
    repeated = pl.struct("origin_key", "key").is_duplicated()
    twins = rows.with_row_index("place").filter(repeated)
    if twins.is_empty():
        return rows["key"]
    nth = pl.int_range(1, pl.len() + 1).over("origin_key", "key")
    numbered = twins.select("place", nth=nth).filter(pl.col("nth") > 1)
    suffixed = rows.with_row_index("place").join(numbered, on="place", how="left", maintain_order="left")
    return suffixed.select(pl.concat_str("key", "-" + pl.col("nth").cast(pl.String), ignore_nulls=True))["key"]


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
