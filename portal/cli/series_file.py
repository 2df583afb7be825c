"""Series in a file: CSV or Parquet with the columns unique_id, ds and y."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from portal.errors import SourceError

COLUMNS = ("unique_id", "ds", "y")
_ONCE = "each step of a series once"
_MISSING = ("", "na", "n/a", "nan", "null", "none")
_WHOLE = r"^-?\d+$"
_DAY = r"^\d{4}-\d{2}-\d{2}$"
_TIME = r"^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?$"


def read_series(path: Path) -> pl.DataFrame:
    """The rows of a file: unique_id (text), ds (date, time or whole number), y (number, null where empty).

    Raises:
        SourceError: what cannot be read, by file, row (as a spreadsheet counts) and column.
    """
    rows = _read_text(path)
    lacking = [name for name in COLUMNS if name not in rows.columns]
    if lacking:
        found = ", ".join(rows.columns)
        raise SourceError(f"{path.name}: column {lacking[0]} is not there; found {found}. Needed: unique_id, ds, y.")
    rows = rows.select(COLUMNS)
    named = rows["unique_id"].cast(pl.String).str.strip_chars().replace("", None)
    _refuse(path, rows, "unique_id", named.is_null(), "the name of the series")
    number = _numbers(rows["y"])
    is_missing = rows["y"].is_null() | rows["y"].cast(pl.String).str.strip_chars().str.to_lowercase().is_in(_MISSING)
    _refuse(
        path, rows, "y", number.is_null() & ~is_missing, "a number such as 1234.5, or nothing where it is not known"
    )
    series = pl.DataFrame({"unique_id": named, "ds": _steps(path, rows), "y": number})
    again = ~series.select(pl.struct("unique_id", "ds").is_first_distinct()).to_series()
    _refuse(path, rows, "ds", again, _ONCE)
    return series


def _read_text(path: Path) -> pl.DataFrame:
    if not path.is_file():
        raise SourceError(f"{path}: there is no such file.")
    try:
        if path.suffix.lower() in {".parquet", ".pq"}:
            return pl.read_parquet(path)
        with path.open(encoding="utf-8-sig", errors="replace") as lines:
            head = lines.readline()
        mark = max(",;\t", key=head.count)
        read = pl.read_csv(path, separator=mark, infer_schema=False, encoding="utf8-lossy")
    except (pl.exceptions.PolarsError, OSError, ValueError) as error:
        raise SourceError(f"{path.name}: cannot be read as a table ({str(error).splitlines()[0]}).") from error
    return read.rename({name: name.strip().removeprefix("\ufeff") for name in read.columns})


def _numbers(column: pl.Series) -> pl.Series:
    text = column.str.strip_chars() if column.dtype == pl.String else column
    found = text.cast(pl.Float64, strict=False)
    return found.set(~found.is_finite().fill_null(False), None)


def _steps(path: Path, rows: pl.DataFrame) -> pl.Series:
    """ds as the first row has it: whole numbers, days or times."""
    column = rows["ds"]
    if column.dtype != pl.String:
        _refuse(path, rows, "ds", column.is_null(), "a date or a whole number")
        return column
    text = column.str.strip_chars()
    first = text.head(1)
    if first.str.contains(_WHOLE).any():
        found, expected = text.cast(pl.Int64, strict=False), "a whole number, as in the first row"
    elif first.str.contains(_TIME).any():
        found, expected = text.str.replace("T", " ").str.to_datetime(strict=False), "a time such as 2026-03-31 14:00"
    else:
        days = text.str.to_date("%Y-%m-%d", strict=False)
        found, expected = days.set(~text.str.contains(_DAY), None), "a date such as 2026-03-31 or a whole number"
    _refuse(path, rows, "ds", found.is_null(), expected)
    return found


def _refuse(path: Path, rows: pl.DataFrame, name: str, wrong: pl.Series, expected: str) -> None:
    """Raise for the first row that is wrong."""
    if not wrong.any():
        return
    place = int(wrong.arg_max() or 0)
    found = rows[name][place]
    shown = "nothing" if found is None or not str(found).strip() else f"'{found}'"
    raise SourceError(f"{path.name}, row {place + 2}, column {name}: expected {expected}, found {shown}.")
