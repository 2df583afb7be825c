"""The page somebody gets from Dash's defaults with the same content: four charts and a grid, one callback each."""

from __future__ import annotations

import sys

import dash_ag_grid
import numpy
import pandas as pd
import plotly.express as px
from dash import Dash, Input, Output, dcc, html


def sales() -> pd.DataFrame:
    """A year of daily sales in six categories; shape (2190, 3)."""
    days = pd.date_range("2025-11-01", periods=365)
    chance = numpy.random.default_rng(1)
    return pd.DataFrame(
        [(day, f"Category {n}", float(chance.gamma(3, 100))) for day in days for n in range(6)],
        columns=["day", "category", "revenue"],
    )


def main(port: int) -> None:
    app = Dash(__name__)
    frame = sales()
    app.layout = html.Div(
        [
            dcc.Dropdown(["30 days", "90 days", "12 months"], "12 months", id="period"),
            *[dcc.Graph(id=f"chart-{n}") for n in range(4)],
            dash_ag_grid.AgGrid(id="grid", columnDefs=[{"field": name} for name in frame]),
        ]
    )

    def shown(period: str) -> pd.DataFrame:
        days = {"30 days": 30, "90 days": 90}.get(period, 365)
        return frame[frame["day"] >= frame["day"].max() - pd.Timedelta(days=days)]

    makers = (
        lambda rows: px.line(rows.groupby("day", as_index=False)["revenue"].sum(), x="day", y="revenue"),
        lambda rows: px.bar(rows.groupby("category", as_index=False)["revenue"].sum(), x="revenue", y="category"),
        lambda rows: px.histogram(rows, x="revenue"),
        lambda rows: px.density_heatmap(rows, x=rows["day"].dt.day_name(), y="category", z="revenue"),
    )
    for number, make in enumerate(makers):
        app.callback(Output(f"chart-{number}", "figure"), Input("period", "value"))(
            lambda period, make=make: make(shown(period))
        )
    app.callback(Output("grid", "rowData"), Input("period", "value"))(lambda period: shown(period).to_dict("records"))
    app.run(port=port, debug=False)


if __name__ == "__main__":
    main(int(sys.argv[1]))
