"""Joining and ordering wide frames without copying what stays as it is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import polars as pl

_MUCH_LARGER = 8
"""A table so many times the rows that look something up in it is first reduced to what they look up."""


def look_up(frame: pl.DataFrame, table: pl.DataFrame, on: Sequence[str], *, once: bool = False) -> pl.DataFrame:
    """`frame` with the other columns of `table`, found by `on`; null where there is none. Rows keep their order.

    Only the key columns go through the join. A key that `table` has twice gives its last row, never two rows; `once`
    says that it has none twice, which takes as long to find out as the look-up.
    """
    keys, names = frame.select(on), list(on)
    if not table.height:
        told = table.schema.items()
        return frame.with_columns(pl.lit(None, dtype).alias(name) for name, dtype in told if name not in names)
    if table.height > _MUCH_LARGER * keys.height:
        table = table.join(keys, on=names, how="semi", nulls_equal=True, maintain_order="left")
    if not once:
        table = table.unique(names, keep="last", maintain_order=True)
    found = keys.join(table, on=names, how="left", nulls_equal=True, maintain_order="left")
    return frame.with_columns(found.get_columns()[len(names) :])


def stacked(frames: Sequence[pl.DataFrame]) -> pl.DataFrame:
    """Frames of the same columns one below the other; columns that say nothing in any of them stay one null."""
    silent = [name for name in frames[0].columns if all(frame[name].null_count() == frame.height for frame in frames)]
    told = pl.concat([frame.drop(silent) for frame in frames], rechunk=False)
    schema = frames[0].schema
    return told.with_columns(pl.lit(None, schema[name]).alias(name) for name in silent).select(list(schema))


def in_order(frame: pl.DataFrame, *by: str, nulls_last: bool = True) -> pl.DataFrame:
    """`frame` sorted by `by`; rows that are equal there keep their order. The frame itself where it is sorted already.

    Texts are compared whole only among rows that all before them and their first differing bytes leave equal.
    """
    if _rises(frame, by, nulls_last=nulls_last):
        return frame
    return frame[_places(frame.select(by), by, nulls_last=nulls_last)]


def parts_in_order(frame: pl.DataFrame, by: Sequence[str], most: int) -> Iterator[pl.DataFrame]:
    """What `in_order` gives, at most so many rows at a time and at least one part."""
    if frame.height <= most or _rises(frame, by, nulls_last=True):
        yield from in_order(frame, *by).iter_slices(most) if frame.height else (frame,)
        return
    places = _places(frame.select(by), by, nulls_last=True)
    for begin in range(0, frame.height, most):
        yield frame[places[begin : begin + most]]


def _places(keys: pl.DataFrame, by: Sequence[str], *, nulls_last: bool) -> pl.Series:
    """The row numbers of `keys` in the order of `by`."""
    telling = [name for name in by if not _is_constant(keys[name])]
    numbered = keys.select(telling).with_row_index("_place")
    texts = (place for place, name in enumerate(telling) if keys.schema[name] == pl.String)
    first = next(texts, len(telling))
    if first == len(telling):
        return numbered.sort(telling, nulls_last=nulls_last, maintain_order=True)["_place"]
    quick = [*telling[:first], "_begin"]
    begun = numbered.with_columns(_beginning(keys[telling[first]]).alias("_begin"))
    ordered = begun.sort(quick, nulls_last=nulls_last, maintain_order=True)
    equal = pl.all_horizontal(pl.col(name).eq_missing(pl.col(name).shift()) for name in quick) & (
        pl.int_range(pl.len()) > 0
    )
    tied = ordered.select(equal | equal.shift(-1, fill_value=False)).to_series()
    among = ordered.filter(tied).sort(telling, nulls_last=nulls_last, maintain_order=True)
    return ordered["_place"].scatter(tied.arg_true(), among["_place"])


def has_no_twins(rows: pl.DataFrame, on: Sequence[str]) -> bool:
    """Whether all rows surely differ in `on`: their hashes do. A few times quicker than to compare texts.

    False may mean that two hashes are equal by chance.
    """
    return rows.select(on).hash_rows().n_unique() == rows.height


def _is_constant(cells: pl.Series) -> bool:
    return len(cells) > 0 and bool(cells.eq_missing(cells.head(1)).all())


def _beginning(texts: pl.Series) -> pl.Series:
    """The first eight bytes in which texts differ as a number that rises with the text; null where that is null."""
    told = texts.drop_nulls()
    first, last = (str(text).encode() for text in (told.min(), told.max()))
    shared = next((place for place, (here, there) in enumerate(zip(first, last, strict=False)) if here != there),
                  min(len(first), len(last)))  # fmt: skip
    padded = texts.to_frame("text").select(pl.col("text") + "\0" * 8).to_series().cast(pl.Binary)
    return padded.bin.slice(shared, 8).bin.reinterpret(dtype=pl.UInt64, endianness="big")


def _rises(frame: pl.DataFrame, by: Sequence[str], *, nulls_last: bool) -> bool:
    """Whether each row is at or after the one before it; later columns are looked at only where earlier ones tie."""
    is_tied = pl.repeat(value=True, n=max(frame.height - 1, 0), eager=True)
    for name in by:
        here, before = frame[name][1:], frame[name][:-1]
        greater, less = (before, here) if nulls_last else (here, before)
        is_back = (here < before).fill_null(greater.is_null() & less.is_not_null())
        if (is_tied & is_back).any():
            return False
        is_tied &= here.eq_missing(before)
        if not is_tied.any():
            return True
    return True
