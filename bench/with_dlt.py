"""The same rows with dlt into DuckDB: its CSV reader yields pages, its loader writes the table."""

from __future__ import annotations

import csv
import io
import sys
import zipfile
from collections.abc import Iterator
from typing import Any

import dlt


def pages(archive: str) -> Iterator[list[dict[str, Any]]]:
    with zipfile.ZipFile(archive) as zipped:
        for name in sorted(name for name in zipped.namelist() if name.endswith(".csv")):
            with zipped.open(name) as handle:
                yield list(csv.DictReader(io.TextIOWrapper(handle, encoding="utf-8", newline="")))


def main(archive: str, folder: str) -> None:
    pipeline = dlt.pipeline(
        pipeline_name="online_retail",
        destination=dlt.destinations.duckdb(f"{folder}/dlt.duckdb"),
        dataset_name="retail",
        pipelines_dir=f"{folder}/pipelines",
    )
    resource = dlt.resource(pages(archive), name="order_line", write_disposition="replace")
    pipeline.run(resource)
    with pipeline.sql_client() as client:
        print(client.execute_sql("select count(*) from order_line")[0][0])  # type: ignore[index]


if __name__ == "__main__":
    main(*sys.argv[1:])
