"""How few make how much: cumulative share of a number over its parts, largest first."""

from __future__ import annotations

from typing import Any

import pandas as pd

from portal.charts.chart import Axis, Chart, Column, Table, empty_chart
from portal.charts.theme import ACCENT, PREVIOUS, layout, legend, quiet_axis, value_axis
from portal.metrics.format import inside

_POINTS = 200
_TABLE_ROWS = 100
_QUARTERS = [0.0, 0.25, 0.5, 0.75, 1.0]


def pareto(parts: pd.DataFrame, axis: Axis, noun: str) -> Chart:
    """A curve of the frame `parts` (n, 2): label and value, any order; only positive values can make a share.

    Args:
        parts: label and value of each part.
        axis: label, unit and currency of the values.
        noun: what the parts are, in the plural ("products").
    """
    ranked = parts[parts["value"] > 0].sort_values("value", ascending=False, kind="stable")
    if len(ranked) < 3:
        return empty_chart(f"There are too few {noun} with sales here to rank them.")
    ranked = ranked.assign(cumulative=ranked["value"].cumsum() / ranked["value"].sum())
    fifth = max(round(len(ranked) * 0.2), 1)
    share = ranked["cumulative"].iloc[fifth - 1]
    needed = int((ranked["cumulative"] < 0.8).sum()) + 1
    summary = (
        f"The top 20% of {noun} ({fifth:,} of {len(ranked):,}) make {share * 100:.0f}% of {inside(axis.label)}; "
        f"{needed:,} make 80%."
    )
    head = (Column("Rank"), Column(noun.capitalize(), is_number=False), Column(axis.label), Column("Cumulative"))
    rows = [
        [f"{rank:,}", label, axis.exact(value), f"{cumulative * 100:.1f}%"]
        for rank, (label, value, cumulative) in enumerate(
            ranked.head(_TABLE_ROWS)[["label", "value", "cumulative"]].itertuples(index=False), start=1
        )
    ]
    return Chart(fig_pareto(ranked, noun, needed), summary, Table(summary, head, rows))


def fig_pareto(ranked: pd.DataFrame, noun: str, needed: int) -> dict[str, Any]:
    """The figure of `pareto`: the curve, and the point where 80 % is reached."""
    count = len(ranked)
    places = sorted({round(step * (count - 1) / (_POINTS - 1)) for step in range(_POINTS)})
    ranks = [0] + [place + 1 for place in places]
    shares = [0.0, *ranked["cumulative"].iloc[places].round(5).tolist()]
    curve = {
        "type": "scatter", "mode": "lines", "name": "Cumulative share", "x": [rank / count for rank in ranks],
        "y": shares, "line": {"color": ACCENT, "width": 2}, "fill": "tozeroy", "fillcolor": ACCENT + "/12",
        "text": [f"{rank:,} {noun}: {share * 100:.1f}%" for rank, share in zip(ranks, shares, strict=True)],
        "hovertemplate": "%{text}<extra></extra>",
    }  # fmt: skip
    mark = {
        "type": "scatter", "mode": "markers+text", "name": "80% reached", "x": [needed / count],
        "y": [float(ranked["cumulative"].iloc[needed - 1])], "marker": {"size": 9, "color": PREVIOUS},
        "text": [f"{needed:,} {noun} make 80%"],
        "textposition": "top left" if needed / count > 0.4 else "bottom right",
        "textfont": {"color": "@second", "size": 12}, "hoverinfo": "skip",
    }  # fmt: skip
    percent = ["0%", "25%", "50%", "75%", "100%"]
    return {
        "data": [curve, mark],
        "layout": layout(
            hovermode="closest", legend=legend(), margin={"l": 8, "r": 14, "t": 10, "b": 8, "pad": 4},
            xaxis=quiet_axis(tickmode="array", tickvals=_QUARTERS, ticktext=percent, range=[0, 1.0],
                             title={"text": f"Share of {noun}", "font": {"size": 12}, "standoff": 6}),
            yaxis=value_axis(tickmode="array", tickvals=_QUARTERS, ticktext=percent, range=[0, 1.03]),
        ),
    }  # fmt: skip
