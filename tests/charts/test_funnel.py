"""Funnel and matrix: what stands at the bars, in the table, in the sentence."""

from __future__ import annotations

import pandas as pd

from portal.charts.chart import Axis
from portal.charts.funnel import funnel
from portal.charts.matrix import Cell, Matrix, matrix
from portal.metrics.model import Unit

AXIS = Axis("Leads", Unit.COUNT, "GBP")
STEPS = pd.DataFrame({"label": ["New", "Contacted", "Won"], "value": [200.0, 100.0, 10.0]})


def test_a_funnel_says_what_went_on() -> None:
    chart = funnel(STEPS, AXIS)
    assert chart.table.rows[2] == ["Won", "10", "10.0%", "5.0%"]
    assert chart.summary == ("200 leads, 5.0% came to won. The narrowest step is the one to won: 10.0%.")
    assert chart.figure["data"][0]["text"] == ["200", "100 · 50.0%", "10 · 10.0%"]


def test_a_funnel_of_nothing_says_so() -> None:
    assert funnel(STEPS.assign(value=0.0), AXIS).empty
    assert funnel(STEPS.head(0), AXIS).empty


def test_a_matrix_greys_what_can_still_change() -> None:
    cells = ((Cell(0.5, "1 of 2"), Cell(0.25, "1 of 4", is_open=True)), (Cell(None), Cell(0.1)))
    chart = matrix(Matrix("Month", ("Jan", "Feb"), ("A", "B"), cells, "All of it."), "Nothing yet.")
    over, still = chart.figure["data"][:2]
    assert (over["z"], still["z"]) == ([[0.5, None], [None, 0.1]], [[None, 1], [None, None]])
    assert chart.table.rows == [["Jan", "50.0%", "25.0% (open)"], ["Feb", "–", "10.0%"]]


def test_a_matrix_without_rows_says_what_is_missing() -> None:
    assert matrix(Matrix("Month", (), ("A",), (), ""), "Nothing yet.").empty == "Nothing yet."
