"""BG/NBD and Gamma-Gamma of a million customers drawn from a known model, in a process of its own.

python -m bench.lifetime [CUSTOMERS]
"""

from __future__ import annotations

import sys
import time
from datetime import date, timedelta
from itertools import pairwise

import numpy as np
import polars as pl

from bench.measure import run, table
from portal.analysis.lifetime import Frequency, Spending, fit_frequency, fit_spending
from portal.analysis.repeat import HoldOut, discounted_orders, histories, hold_out
from portal.analysis.visits import visits

CUSTOMERS = 1_000_000
TRUE = (0.8, 20.0, 0.8, 6.0)
LAST_DAY = date(2026, 10, 31)
MOST = 60


def measure(customers: int = CUSTOMERS) -> str:
    """The table of two sizes."""
    rows = []
    for size in (customers // 10, customers):
        done = run([sys.executable, "-m", "bench.lifetime", "once", str(size)])
        told = done.output.strip().splitlines()[-1].split("|")
        rows.append((f"{size:,}", *told, f"{done.cpu:.1f}", f"{done.peak_mb:,.0f}"))
    head = ("customers", "orders", "BG/NBD fit, s", "Gamma-Gamma fit, s", "value of each, s", "hold-out, s",
            "r, α, a, b found", "hold-out error", "CPU s, whole process", "peak MB, whole process")  # fmt: skip
    return (
        "## Lifetime of customers\n\nDrawn from BG/NBD with r, α, a, b = 0.8, 20, 0.8, 6 over three years; what is "
        "found must come near. Value of each: chance to buy, expected and discounted orders. Hold-out: a second fit on "
        f"all but the last half year. The process also draws the orders.\n\n{table(head, rows)}\n"
    )


def orders_of(customers: int) -> pl.DataFrame:
    """Orders of customers that follow BG/NBD exactly, but for whole days: customer_key, order_date, net_amount."""
    dice = np.random.default_rng(7)
    r, alpha, a, b = TRUE
    rate, leaves = dice.gamma(r, 1 / alpha, customers), dice.beta(a, b, customers)
    age = dice.integers(1, 1000, customers) / 7
    here, at = np.ones(customers, dtype=bool), np.zeros(customers)
    keys, times = [np.arange(customers)], [at]
    for _ in range(MOST):
        at = at + dice.exponential(1 / rate)
        here = here & (at < age)
        keys.append(np.flatnonzero(here))
        times.append(at[here])
        here = here & (dice.random(customers) > leaves)
    key, week = np.concatenate(keys), np.concatenate(times)
    day = np.datetime64(LAST_DAY) - (age * 7).astype(int)[key] + (week * 7).astype(int)
    return pl.DataFrame({"customer_key": key, "order_date": day, "net_amount": dice.gamma(6, 5, len(key))})


def once(customers: int) -> None:
    """Print seconds and what was found."""
    orders = orders_of(customers)
    days = visits(orders)
    known = histories(days, LAST_DAY)
    times = [time.perf_counter()]
    often = fit_frequency(known)
    times.append(time.perf_counter())
    spend = fit_spending(known)
    times.append(time.perf_counter())
    if not isinstance(often, Frequency) or not isinstance(spend, Spending):
        raise SystemExit("No fit.")
    discounted_orders(often, known, 365, 0.1)
    often.buys_within(known, 13)
    often.expected(known, 52)
    spend.expected(known)
    times.append(time.perf_counter())
    test = hold_out(days, LAST_DAY - timedelta(days=180), LAST_DAY)
    times.append(time.perf_counter())
    if not isinstance(test, HoldOut) or test.total_error is None:
        raise SystemExit("No test.")
    took = "|".join(f"{after - before:.2f}" for before, after in pairwise(times))
    found = f"{often.r:.3f}, {often.alpha:.2f}, {often.a:.3f}, {often.b:.2f}"
    print(f"{orders.height:,}|{took}|{found}|{test.total_error * 100:+.1f} %")


if __name__ == "__main__":
    if sys.argv[1:2] == ["once"]:
        once(int(sys.argv[2]))
    else:
        print(measure(int(sys.argv[1]) if len(sys.argv) > 1 else CUSTOMERS))
