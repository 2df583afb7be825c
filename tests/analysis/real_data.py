"""Orders of the two public shops in the reference data folder, as the analyses take them."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import polars as pl
import pytest

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"
NEEDED = [
    pytest.mark.data,
    pytest.mark.skipif(not DATA.is_dir(), reason="the reference data folder shared/data is not beside the checkout"),
]


def cdnow() -> pl.DataFrame:
    """The CDNOW 1/10 sample: customer_key, order_date, net_amount (USD)."""
    lines = [line.split() for line in (DATA / "cdnow" / "CDNOW_sample.txt").read_text().splitlines()]
    return pl.DataFrame(
        {
            "customer_key": [int(line[1]) for line in lines],
            "order_date": [line[2] for line in lines],
            "net_amount": [float(line[4]) for line in lines],
        }
    ).with_columns(pl.col("order_date").str.to_date("%Y%m%d"))


def online_retail() -> pl.DataFrame:
    """Online Retail, known customers and positive lines only: customer_key, order_date, order_month, net_amount (GBP),
    one row an invoice."""
    path = DATA / "online_retail" / "online_retail_by_day.zip"
    with zipfile.ZipFile(path) as archive:
        names = [name for name in archive.namelist() if name.endswith(".csv")]
        days = [pl.read_csv(io.BytesIO(archive.read(name)), infer_schema=False) for name in names]
    lines = pl.concat(days, how="diagonal").with_columns(
        pl.col("Quantity").cast(pl.Float64),
        pl.col("UnitPrice").cast(pl.Float64),
        pl.col("InvoiceDate").str.slice(0, 10),
    )
    is_sale = (pl.col("Quantity") > 0) & (pl.col("UnitPrice") > 0) & ~pl.col("InvoiceNo").str.starts_with("C")
    day = pl.col("InvoiceDate").str.to_date()
    return (
        lines.filter(is_sale & pl.col("CustomerID").is_not_null())
        .group_by(pl.col("CustomerID").cast(pl.Float64).cast(pl.Int64).alias("customer_key"), "InvoiceNo")
        .agg(day.first().alias("order_date"), (pl.col("Quantity") * pl.col("UnitPrice")).sum().alias("net_amount"))
        .with_columns(pl.col("order_date").dt.month_start().alias("order_month"))
    )
