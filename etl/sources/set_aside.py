"""Rows that come slice by slice: beyond some size they lie in files, so that millions of them take no memory."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import pairwise
from pathlib import Path

import polars as pl

from etl.read.spool import forget_pages, mapped_frame
from etl.row_key import with_row_key
from etl.sources.sieve import Rule, sieve
from etl.sources.slices import SLICE, made_of_slices, slices
from etl.staging import REJECTS, STAGING

MOST_BYTES = 16 << 20
"""As much stays in memory."""


class Stack:
    """Frames of the same columns, one below the other.

    rows: how many there are.
    """

    def __init__(self) -> None:
        self.rows = 0
        self._frames: list[pl.DataFrame] = []
        self._waiting: list[pl.DataFrame] = []
        self._size = 0

    def add(self, frame: pl.DataFrame) -> None:
        """Put rows below those before; where they go to a file, all that was mapped gives its memory back."""
        self.rows += frame.height
        self._waiting.append(frame)
        self._size += int(frame.estimated_size())
        if self._size > MOST_BYTES:
            self._file()

    def _file(self) -> None:
        self._frames.append(_filed(pl.concat(self._waiting)))
        self._waiting, self._size = [], 0
        forget_pages()

    def frame(self) -> pl.DataFrame:
        """All rows."""
        if self._frames and self._waiting:
            self._file()
        return pl.concat([*self._frames, *self._waiting])


def _filed(frame: pl.DataFrame) -> pl.DataFrame:
    """The same rows, mapped from a file without a name; columns that are null throughout are not written."""
    silent = [name for name in frame.columns if frame[name].null_count() == frame.height]
    if len(silent) == frame.width:
        return frame
    with tempfile.TemporaryDirectory(prefix="portal-rows-") as folder:
        path = Path(folder, "rows.arrow")
        frame.drop(silent).write_ipc(path)
        written = mapped_frame(path)
    return written.with_columns(pl.lit(None, frame.schema[name]).alias(name) for name in silent).select(frame.columns)


class StagedRows:
    """Staging rows of one table made slice by slice: what `staged` (or `keyed`) makes of all of them.

    Args:
        table: name of the staging table.
        natural: columns that identify a row, where it is not the table's own natural key.
        own: the column that identifies a row, where it is no staging column.
    """

    def __init__(self, table: str, natural: tuple[str, ...] = (), own: str = "") -> None:
        self._schema = STAGING[table].schema()
        self._natural = natural or STAGING[table].natural_key
        self._own = own
        self._stack = Stack()
        self._all_have_key = bool(self._natural)

    def add(self, frame: pl.DataFrame) -> None:
        """Add rows that have staging columns and lineage among their columns."""
        wanted = [name for name in self._schema if name != "row_key"]
        absent = [pl.lit(None).alias(name) for name in wanted if name not in frame.columns]
        rows = frame.with_columns(absent).select(pl.col(name).cast(self._schema[name]) for name in wanted)
        if self._own:
            keyed = rows.with_columns(frame[self._own].cast(pl.String).alias("row_key"))
        elif self._all_have_key and not any(rows[name].null_count() for name in self._natural):
            keyed = with_row_key(rows, None, self._natural)
        else:
            keyed = rows.with_columns(pl.lit(None, pl.String).alias("row_key"))
        self._all_have_key &= not keyed["row_key"].null_count()
        self._stack.add(keyed)

    def finish(self) -> pl.DataFrame:
        """The rows. Those without a natural key are told apart by how often they are in a file: all are looked at."""
        rows = self._stack.frame()
        if not self._all_have_key and self._own:
            content = [name for name in self._schema if name not in {"row_key", "origin_key", "source_row"}]
            rows = with_row_key(rows.rename({"row_key": _OWN}), content, (_OWN,))
        elif not self._all_have_key:
            rows = with_row_key(rows.drop("row_key"), None, self._natural)
        return rows.select(list(self._schema))


_OWN = "own id"


class Rejected:
    """Rejects of slices, in the order in which `sieve` gives those of all rows at once.

    Args:
        rules, tables: of the sieve.
    """

    def __init__(self, rules: Sequence[Rule], tables: Sequence[str]) -> None:
        self._stacks = {(rule.sentence, rule.column, table): Stack() for rule in rules for table in tables}

    def add(self, rejects: pl.DataFrame) -> None:
        """Add those of the next slice."""
        for kind, rows in rejects.partition_by("rule", "column", "staging_table", as_dict=True).items():
            self._stacks[str(kind[0]), str(kind[1]), str(kind[2])].add(rows)

    def finish(self) -> pl.DataFrame:
        """Frame of schema `REJECTS`."""
        return pl.concat([pl.DataFrame(schema=REJECTS), *(one.frame() for one in self._stacks.values() if one.rows)])


def cleaned_slices(frame: pl.DataFrame, clean: Callable[[pl.DataFrame], pl.DataFrame]) -> pl.DataFrame:
    """What `clean` makes of the rows, slice by slice; no row may depend on another."""
    stack = Stack()
    for rows in made_of_slices(frame, clean):
        stack.add(rows)
    return stack.frame()


def slices_beside(frame: pl.DataFrame, other: pl.DataFrame) -> Iterator[pl.DataFrame]:
    """Slices of a frame with the columns of another, in memory, beside them.

    Frames that lie in different files are never put together whole: Polars would copy both into memory.
    """
    begin = 0
    for rows in slices(frame):
        yield rows.hstack(other.slice(begin, rows.height))
        begin += rows.height


def sieve_kept(
    frames: Iterable[pl.DataFrame], rules: Sequence[Rule], tables: Sequence[str], take: Callable[[pl.DataFrame], None]
) -> pl.DataFrame:
    """As `sieve`, slice by slice; gives the rows that break no rule to `take`, and returns the rejects."""
    out = Rejected(rules, tables)
    for rows in frames:
        kept, rejects = sieve(rows, rules, tables)
        take(kept)
        out.add(rejects)
    return out.finish()


def slices_with(frame: pl.DataFrame, key: str) -> Iterator[pl.DataFrame]:
    """The rows some at a time, all rows of one key together and in order; keys come in no particular order."""
    if frame.height <= SLICE:
        yield frame
        return
    keys = pl.concat([rows.to_series().hash() for rows in slices(frame.select(key))])
    changes = keys.ne_missing(keys.shift()).arg_true()
    begins = changes.filter(changes > 0)
    if len(begins) + 1 == keys.n_unique():
        wanted = pl.Series(range(SLICE, frame.height, SLICE), dtype=pl.UInt32)
        cuts = (
            {int(begins[min(int(at), len(begins) - 1)]) for at in begins.search_sorted(wanted)} if len(begins) else ()
        )
        for begin, end in pairwise([0, *sorted(cuts), frame.height]):
            yield frame.slice(begin, end - begin)
            forget_pages()
    else:
        number = keys % (frame.height // SLICE + 1)
        for each in number.unique().sort():
            yield frame.filter(number == each)
            forget_pages()


def placed(keys: pl.Series, table: pl.DataFrame, key: str) -> pl.Series:
    """The row of `table`, which has each `key` once, that each of `keys` is found in; null for none."""
    known = in_memory(table[key]).alias("key").to_frame().with_row_index("place")
    return in_memory(keys).alias("key").to_frame().join(known, on="key", how="left", maintain_order="left")["place"]


def beside(rows: pl.DataFrame, table: pl.DataFrame, places: pl.Series, key: str) -> pl.DataFrame:
    """`rows` with the other columns of the rows of `table` at `places`: what `looked_up` gives."""
    return rows.hstack(table.select(pl.exclude(key).gather(places)))


def in_memory(cells: pl.Series) -> pl.Series:
    """A mapped column, copied some rows at a time: to look at it whole would hold all of its files in memory."""
    parts = [rows.select(pl.first().gather(pl.int_range(rows.height))) for rows in slices(cells.to_frame())]
    return pl.concat(parts).to_series()
