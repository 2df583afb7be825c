"""The plainest script somebody would write: every CSV of the zip through pandas into one SQLite table."""

from __future__ import annotations

import sqlite3
import sys
import zipfile

import pandas as pd


def main(archive: str, database: str) -> None:
    with zipfile.ZipFile(archive) as zipped, sqlite3.connect(database) as connection:
        names = sorted(name for name in zipped.namelist() if name.endswith(".csv"))
        rows = 0
        for name in names:
            with zipped.open(name) as handle:
                day = pd.read_csv(handle, parse_dates=["InvoiceDate"])
            day.to_sql("order_line", connection, if_exists="append", index=False)
            rows += len(day)
    print(rows)


if __name__ == "__main__":
    main(*sys.argv[1:])
