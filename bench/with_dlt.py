"""The same rows with dlt into DuckDB: pages of rows as most pipelines yield them, or Arrow tables, its fast path."""

from __future__ import annotations

import csv
import io
import sys
import zipfile
from collections.abc import Iterator
from typing import Any

import dlt
import pyarrow
import pyarrow.csv


def members(archive: str) -> Iterator[bytes]:
    with zipfile.ZipFile(archive) as zipped:
        for name in sorted(name for name in zipped.namelist() if name.endswith(".csv")):
            yield zipped.read(name)


def pages(archive: str) -> Iterator[list[dict[str, Any]]]:
    for content in members(archive):
        yield list(csv.DictReader(io.StringIO(content.decode("utf-8"), newline="")))


def tables(archive: str) -> Iterator[pyarrow.Table]:
    types = {"InvoiceNo": pyarrow.string(), "StockCode": pyarrow.string(), "CustomerID": pyarrow.string()}
    options = pyarrow.csv.ConvertOptions(column_types=types)
    for content in members(archive):
        yield pyarrow.csv.read_csv(io.BytesIO(content), convert_options=options)


def main(archive: str, folder: str, form: str) -> None:
    pipeline = dlt.pipeline(
        pipeline_name="online_retail",
        destination=dlt.destinations.duckdb(f"{folder}/dlt.duckdb"),
        dataset_name="retail",
        pipelines_dir=f"{folder}/pipelines",
    )
    resource = dlt.resource(
        {"rows": pages, "arrow": tables}[form](archive), name="order_line", write_disposition="replace"
    )
    pipeline.run(resource)
    with pipeline.sql_client() as client:
        print(client.execute_sql("select count(*) from order_line")[0][0])  # type: ignore[index]


if __name__ == "__main__":
    main(*sys.argv[1:])
