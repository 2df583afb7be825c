"""How fast many series are forecast, in processes of their own.

python -m bench.forecast_speed
"""

from __future__ import annotations

import sys
import time
from datetime import date

import numpy as np
import polars as pl

from bench.measure import run, table
from portal.analysis.forecast import Plan, forecast

CASES = (
    ("10,000 weekly series of 156 points, 13 ahead", "week", 10_000, 156, 13),
    ("10,000 monthly series of 120 points, 18 ahead", "month", 10_000, 120, 18),
    ("1,000 daily series of 730 points, 28 ahead", "day", 1_000, 730, 28),
    ("one weekly number of 156 points, 13 ahead", "week", 1, 156, 13),
)


def measure() -> str:
    """The table."""
    rows = []
    for name, frequency, count, points, horizon in CASES:
        done = run([sys.executable, "-m", "bench.forecast_speed", frequency, str(count), str(points), str(horizon)])
        took, used = map(float, done.output.split()[-2:])
        rate = f"{count / used:,.0f}" if count > 1 else ""
        rows.append((name, f"{took:.2f}", f"{used:.2f}", rate, f"{done.cpu:.1f}", f"{done.peak_mb:,.0f}"))
    head = ("what", "wall s", "CPU s", "series a CPU second", "CPU s, whole process", "peak MB, whole process")
    return (
        "## Forecast speed\n\nForecasts with bounds, three back-tests of each series and their scores; wall and "
        "CPU seconds are those of the call, the process also draws the series and imports.\n\n"
        + table(head, rows)
        + "\n"
    )


def draw(count: int, points: int, frequency: str) -> pl.DataFrame:
    """Random walks with a season, above 0."""
    dice = np.random.default_rng(7)
    cycle = {"week": 52, "month": 12, "day": 7}[frequency]
    walk = np.cumsum(dice.normal(0, 0.03, (count, points)), axis=1)
    values = 100 * np.exp(walk + 0.3 * np.sin(np.arange(points) * 2 * np.pi / cycle) + dice.normal(0, 0.1, walk.shape))
    step = {"week": "1w", "month": "1mo", "day": "1d"}[frequency]
    days = pl.date_range(date(2005, 1, 3), date(2026, 1, 1), step, eager=True)[:points]
    names = pl.Series([f"S{number:05d}" for number in range(count)])
    return pl.DataFrame({
        "unique_id": names.repeat_by(points).explode(), "ds": pl.concat([days] * count), "y": values.ravel(),
    })  # fmt: skip


def once(frequency: str, count: int, points: int, horizon: int) -> None:
    """Print the wall and CPU seconds of one call; a single number is asked for twice and the second counts."""
    series, plan = draw(count, points, frequency), Plan(frequency, horizon)  # type: ignore[arg-type]
    if count == 1:
        forecast(series, plan)
    start, used = time.perf_counter(), time.process_time()
    forecast(series, plan)
    print(time.perf_counter() - start, time.process_time() - used)


if __name__ == "__main__":
    if len(sys.argv) > 1:
        once(sys.argv[1], *map(int, sys.argv[2:5]))
    else:
        print(measure())
