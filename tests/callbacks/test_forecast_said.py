"""What was said before, held against what came: only what is over counts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from callbacks.desk import Desk
from callbacks.forecast_cards import said_body, said_frame
from callbacks.forecast_series import Series
from tests.callbacks.conftest import QUARTER


@pytest.fixture
def here(desk: Callable[..., Desk]) -> Iterator[Desk]:
    """A shop whose data ends on 31 March 2026, with one forecast kept on the 1st."""
    found = desk(**QUARTER)
    path: Path = found.parts.store.folder(found.tenants[0].id) / "forecasts" / "2026-03-01.parquet"
    path.parent.mkdir(parents=True, exist_ok=True)
    rows = [("day", date(2026, 3, 2), 1, 40.0), ("day", date(2026, 4, 1), 31, 5.0),
            ("week", date(2026, 3, 30), 5, 9.0)]  # fmt: skip
    pl.DataFrame(
        [("net_sales", grain, "total", "", day, step, value, 30.0, 60.0) for grain, day, step, value in rows],
        schema={"forecast_of": pl.String, "grain": pl.String, "cut": pl.String, "part": pl.String,
                "forecast_date": pl.Date, "step": pl.Int16, "forecast_value": pl.Float64, "low80": pl.Float64,
                "high80": pl.Float64}, orient="row",
    ).write_parquet(path)  # fmt: skip
    yield found
    path.unlink()


def test_days_that_are_over_are_compared(here: Desk) -> None:
    told = said_frame(here, Series("net_sales", "day")).row(0, named=True)
    assert (told["made_on"], told["buckets"], told["came"]) == (date(2026, 3, 1), 1, 50.0)
    assert told["wape"] == pytest.approx(0.2)
    assert told["held"] == 1.0


def test_a_running_week_is_not_compared(here: Desk) -> None:
    assert said_frame(here, Series("net_sales", "week")).height == 0


def test_nothing_kept_says_so(desk: Callable[..., Desk]) -> None:
    assert said_frame(desk(**QUARTER), Series("net_sales", "day")).height == 0
    assert "Nothing to compare yet" in str(said_body(desk(**QUARTER)))
