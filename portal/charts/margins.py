"""How margins are spread over products."""

from __future__ import annotations

import itertools
from typing import Any

import pandas as pd

from portal.charts.chart import Axis, Chart, Column, Table, empty_chart
from portal.charts.scale import ticks
from portal.charts.theme import ACCENT, layout, quiet_axis, value_axis
from portal.metrics.format import inside

_EDGES = (-0.2, -0.1, 0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8)


def margins(products: pd.DataFrame, axis: Axis) -> Chart:
    """A histogram of the frame `products` (n, 2): gross_margin (0–1) and net_sales of each product.

    A bar is the net sales of all products whose margin falls in its range; products without a known margin or
    without sales are left out and counted in the summary.
    """
    known = products.dropna(subset=["gross_margin"])
    known = known[known["net_sales"] > 0]
    if known.empty:
        return empty_chart("No product has a cost yet. Load costs with the products to see margins.")
    bins = spread_margins(known)
    head = (Column("Margin", is_number=False), Column(axis.label), Column("Products"))
    rows = [[label, axis.exact(value), f"{count:,}"] for label, value, count in bins.itertuples(index=False)]
    loss = known.loc[known["gross_margin"] < 0, "net_sales"].sum() / known["net_sales"].sum()
    middle = known["gross_margin"].median()
    summary = (
        f"The middle product earns {middle * 100:.1f}% of its price; {loss * 100:.1f}% of {inside(axis.label)} is sold "
        f"below cost; products without a margin to show: {len(products) - len(known):,}."
    )
    return Chart(fig_margins(bins, axis), summary, Table("Net sales by margin of the product", head, rows))


def spread_margins(known: pd.DataFrame) -> pd.DataFrame:
    """Frame (12, 3) of label, net_sales, products: one row per range of margin, the ends open."""
    places = pd.cut(known["gross_margin"], [float("-inf"), *_EDGES, float("inf")], labels=False, right=False)
    sums = known["net_sales"].groupby(places).agg(["sum", "count"]).reindex(range(len(_EDGES) + 1), fill_value=0)
    return pd.DataFrame(
        {"label": _labels(), "net_sales": sums["sum"].astype(float).tolist(), "products": sums["count"].tolist()}
    )


def fig_margins(bins: pd.DataFrame, axis: Axis) -> dict[str, Any]:
    """The figure of `margins`; ranges below zero in the colour of bad news."""
    values = bins["net_sales"].tolist()
    steps = ticks(values)
    losses = sum(edge <= 0 for edge in _EDGES)
    bar = {
        "type": "bar", "x": bins["label"].tolist(), "y": values, "width": 0.86,
        "marker": {"color": ["@bad"] * losses + [ACCENT] * (len(values) - losses), "cornerradius": 4},
        "hovertext": [f"<b>Margin {label}</b><br>{axis.exact(value)}<br>{count:,} products"
                      for label, value, count in bins.itertuples(index=False)], "hoverinfo": "text",
    }  # fmt: skip
    return {
        "data": [bar],
        "layout": layout(
            hovermode="closest",
            meta={"narrow": {"xaxis": {"tickvals": [0, 3, 7, 11], "ticktext": ["loss", "0%+", "40%+", "80%+"]}}},
            xaxis=quiet_axis(type="category", tickangle=0, tickmode="array", tickvals=list(range(0, len(values), 2)),
                             ticktext=bins["label"].tolist()[::2]),
            yaxis=value_axis(tickmode="array", tickvals=steps, ticktext=[axis.tick(step) for step in steps],
                             range=[steps[0], steps[-1] * 1.02]),
        ),
    }  # fmt: skip


def _labels() -> list[str]:
    percents = [round(edge * 100) for edge in _EDGES]
    inner = [f"{_minus(low)} to {_minus(high)}%" for low, high in itertools.pairwise(percents)]
    return [f"under {_minus(percents[0])}%", *inner, f"{percents[-1]}% or more"]


def _minus(value: int) -> str:
    return str(value).replace("-", "−")
