"""RFM, cohorts and churn of a million customers with ten million orders, in a process of its own.

python -m bench.customers [CUSTOMERS]
"""

from __future__ import annotations

import sys
import time
from datetime import date
from itertools import pairwise

import numpy as np
import polars as pl

from bench.measure import run, table
from portal.analysis.churn import churn
from portal.analysis.cohorts import cohorts
from portal.analysis.rfm import rfm
from portal.analysis.visits import visits

CUSTOMERS = 1_000_000
EACH = 10
DAYS = 1096
FIRST_DAY = date(2023, 11, 1)


def measure(customers: int = CUSTOMERS) -> str:
    """The table of two sizes."""
    rows = []
    for size in (customers // 10, customers):
        done = run([sys.executable, "-m", "bench.customers", "once", str(size)])
        told = done.output.split()[-6:]
        rows.append((f"{size:,}", f"{size * EACH:,}", *told[:2], f"**{told[2]}**", *told[3:], f"{done.cpu:.1f}",
                     f"{done.peak_mb:,.0f}"))  # fmt: skip
    head = ("customers", "orders", "RFM, s", "cohorts, s", "both, s", "both, CPU s", "visits, s", "churn, s",
            "CPU s, whole process", "peak MB, whole process")  # fmt: skip
    return (
        "## RFM, cohorts and churn\n\nOrders at random over three years; RFM includes adding up the orders of each "
        f"customer. The process also makes the orders.\n\n{table(head, rows)}\n"
    )


def orders_of(customers: int) -> pl.DataFrame:
    """`EACH` orders a customer: customer_key, order_date, order_month, net_amount."""
    dice = np.random.default_rng(7)
    size = customers * EACH
    day = pl.Series(dice.integers(0, DAYS, size)).cast(pl.Int32) + (FIRST_DAY - date(1970, 1, 1)).days
    frame = pl.DataFrame(
        {
            "customer_key": dice.integers(1, customers + 1, size),
            "order_date": day.cast(pl.Date),
            "net_amount": dice.integers(1, 10_000, size),
        }
    )
    return frame.with_columns(pl.col("order_date").dt.month_start().alias("order_month"))


def once(customers: int) -> None:
    """Print the seconds of each step."""
    orders = orders_of(customers)
    as_of = FIRST_DAY.fromordinal(FIRST_DAY.toordinal() + DAYS - 1)
    times, worked = [time.perf_counter()], time.process_time()
    people = orders.group_by("customer_key").agg(
        pl.len().alias("frequency"), pl.col("net_amount").sum().alias("monetary"),
        (pl.lit(as_of) - pl.col("order_date").max()).dt.total_days().alias("recency_days"),
    )  # fmt: skip
    scored = rfm(people)
    times.append(time.perf_counter())
    cells = cohorts(orders, as_of)
    times.append(time.perf_counter())
    worked = time.process_time() - worked
    days = visits(orders)
    times.append(time.perf_counter())
    late = churn(days, as_of, 0.9, 3)
    times.append(time.perf_counter())
    if not scored.height == late.height == cells.filter(pl.col("age_months") == 0)["customers"].sum():
        raise SystemExit("The steps do not agree on how many customers there are.")
    first, second, third, fourth = (after - before for before, after in pairwise(times))
    print(*(f"{each:.2f}" for each in (first, second, first + second, worked, third, fourth)))


if __name__ == "__main__":
    if sys.argv[1:2] == ["once"]:
        once(int(sys.argv[2]))
    else:
        print(measure(int(sys.argv[1]) if len(sys.argv) > 1 else CUSTOMERS))
