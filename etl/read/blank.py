"""A copy of a file without the content of its secret columns, in the limited process only.

Text keeps its title rows, encoding, byte order mark and line ends. Workbooks: etl/read/workbook_blank.py. Parquet and
SQLite are written anew. JSON keeps every byte but those of the secret values.
"""

from __future__ import annotations

from pathlib import Path

import polars as pl

from etl.read.formats import SQLITE_SUFFIXES
from etl.read.json_blank import blank_json
from etl.read.secret_cells import SecretCells
from etl.read.secret_columns import has_secret_key, pair_columns, secret_columns
from etl.read.sqlite_blank import blank_sqlite
from etl.read.text_blank import blank_text
from etl.read.workbook_blank import blank_workbook
from portal.errors import SourceError


def blank_file(path: Path, name: str, target: Path) -> list[str]:
    """Write the copy; returns the headers of the blanked columns, [] (and no copy) where there is none."""
    suffix = Path(name).suffix.lower()
    if suffix == ".xlsx":
        return blank_workbook(path, name, target)
    if suffix == ".parquet":
        return _blank_parquet(path, name, target)
    if suffix == ".json":
        return blank_json(path, name, target)
    if suffix in SQLITE_SUFFIXES:
        return blank_sqlite(path, name, target)
    return blank_text(path, name, target)


def _blank_parquet(path: Path, name: str, target: Path) -> list[str]:
    try:
        stored = pl.read_parquet(path)
    except (pl.exceptions.PolarsError, OSError):
        raise SourceError(f"{name}: the Parquet file is damaged or cut off. Export it again.") from None
    secrets = list(secret_columns(stored.columns))
    emptied = stored.with_columns(pl.lit(None, dtype=stored.schema[secret]).alias(secret) for secret in secrets)
    every = [name for name, dtype in stored.schema.items() if dtype == pl.String]
    suspect = emptied.select(has_secret_key(pl.col(every)).any()).row(0) if every else ()
    is_suspect = [pair_columns(every) is not None or each for each in suspect]
    texts = [name for name, is_so in zip(every, is_suspect, strict=True) if is_so]
    cells = SecretCells(texts)
    rows = [cells.emptied(row) for row in emptied.select(texts).iter_rows()]
    if cells.found:
        emptied = emptied.with_columns(pl.DataFrame(rows, schema=dict.fromkeys(texts, pl.String), orient="row"))
    if secrets or cells.found:
        emptied.write_parquet(target)
    return [*secrets, *cells.found]
