"""FIFO layers of ten million stock movements: seconds and memory of a process of its own.

    python -m bench.layers [MOVEMENTS]

Receipts, sales, returns with and without their order, transfers between shops and corrections of counts, in five shops;
every unit is checked to be accounted for before the figures count.
"""

from __future__ import annotations

import sys
import time
from datetime import date, timedelta
from itertools import pairwise

import numpy as np
import polars as pl

from bench.measure import run, table
from portal.analysis.exact import decimals
from portal.analysis.layers import fifo, remaining_on

MOVEMENTS = 10_000_000
PLACES = 5
DAYS = 1096
FIRST_DAY = date(2023, 11, 1)
SHARES = {"receipt": 0.16, "sale": 0.66, "return_in": 0.06, "transfer": 0.08, "adjustment": 0.04}


def measure(movements: int = MOVEMENTS) -> str:
    """The table of the sizes up to `movements`."""
    rows = []
    for size in (movements // 10, movements):
        done = run([sys.executable, "-m", "bench.layers", "once", str(size)])
        making, layering, looking, layers, issues = done.output.split()[-5:]
        rows.append((f"{size:,}", making, f"**{layering}**", looking, f"{int(layers):,}", f"{int(issues):,}",
                     f"{done.cpu:.1f}", f"{done.peak_mb:,.0f}"))  # fmt: skip
    head = ("movements", "making them, s", "layers and issues, s", "what lay there half a year ago, s", "layers",
            "parts of issues", "CPU s, whole process", "peak MB, whole process")  # fmt: skip
    return (
        "## FIFO layers of stock\n\n16 % receipts, 66 % sales, 6 % returns (half of them with their order), 8 % ends "
        f"of transfers, 4 % corrections; {PLACES} shops, {DAYS} days. The peak includes the movements themselves.\n\n"
        f"{table(head, rows)}\n"
    )


def movements_of(size: int) -> pl.DataFrame:
    """A frame of about `size` movements as `portal.analysis.layers.fifo` takes them."""
    dice = np.random.default_rng(7)
    kinds = list(SHARES)
    kind = dice.choice(np.arange(len(kinds), dtype=np.int8), size, p=list(SHARES.values()))
    quantity = dice.integers(1, 4, size)
    comes = dice.random(size) < 0.5
    sign = np.select([kind == 0, kind == 1, kind == 2, kind == 3], [7, -1, 1, np.where(comes, 1, -1)],
                     np.where(comes, 1, -1))  # fmt: skip
    cost = dice.integers(5, 500, size) * 10_000
    frame = pl.DataFrame({
        "product": dice.integers(1, max(2, size // 500), size), "place": dice.integers(1, PLACES + 1, size),
        "day": pl.Series(np.sort(dice.integers(0, DAYS, size))).cast(pl.Int32) + (FIRST_DAY - date(1970, 1, 1)).days,
        "kind": pl.Series(kind), "quantity": decimals(quantity * sign * 10_000), "unit_cost": decimals(cost),
        "link": np.where(comes, dice.integers(0, size // 5, size), -1),
    })  # fmt: skip
    return frame.with_columns(
        pl.col("day").cast(pl.Date),
        pl.col("kind").replace_strict(dict(enumerate(kinds)), return_dtype=pl.Enum(kinds)),
        pl.when(pl.col("kind") == 0).then("unit_cost"),
        pl.when((pl.col("link") >= 0) & (pl.col("kind") != 3)).then("link"),
    )


def _once(size: int) -> None:
    marks = [time.perf_counter()]
    movements = movements_of(size)
    marks.append(time.perf_counter())
    found = fifo(movements)
    marks.append(time.perf_counter())
    remaining_on(found, FIRST_DAY + timedelta(days=DAYS - 183))
    marks.append(time.perf_counter())
    owed = found.issues.filter(pl.col("layer") < 0)["quantity"].sum()
    if found.layers["remaining"].sum() - owed != movements["quantity"].sum():
        raise RuntimeError("layers do not add up to movements")
    spent = " ".join(f"{after - before:.1f}" for before, after in pairwise(marks))
    print(spent, found.layers.height, found.issues.height)


if __name__ == "__main__":
    if sys.argv[1:2] == ["once"]:
        _once(int(sys.argv[2]))
    else:
        print(measure(int(sys.argv[1]) if len(sys.argv) > 1 else MOVEMENTS))
