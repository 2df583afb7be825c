"""The triangle of cohorts: mature cells coloured, running ones grey and marked in the table."""

from __future__ import annotations

from datetime import date

import pandas as pd

from portal.charts.chart import Axis
from portal.charts.cohorts import cohort_heat
from portal.metrics.model import Unit

AXIS = Axis("Retention", Unit.RATE, "GBP")
JANUARY, FEBRUARY = date(2026, 1, 1), date(2026, 2, 1)
CELLS = pd.DataFrame(
    [(JANUARY, 1, 10, 0.5, True), (JANUARY, 2, 10, 0.1, False), (FEBRUARY, 1, 4, 0.25, False)],
    columns=["cohort", "age", "customers", "value", "is_mature"],
)


def test_running_months_are_another_colour_and_marked() -> None:
    chart = cohort_heat(CELLS, AXIS)
    grey, coloured = chart.figure["data"]
    assert coloured["z"] == [[0.5, None], [None, None]]
    assert grey["z"] == [[None, 0], [0, None]]
    assert chart.table.rows == [["Jan 2026", "10", "50.00%", "10.00% *"], ["Feb 2026", "4", "25.00% *", "–"]]


def test_the_sentence_leaves_running_months_out() -> None:
    assert cohort_heat(CELLS, AXIS).summary.startswith("Retention: 50.00% in the first month after, over 1 cohort.")


def test_without_a_second_month_it_says_what_is_missing() -> None:
    assert "at least two months" in cohort_heat(CELLS.head(0), AXIS).empty
