"""A funnel: how many came to each stage, and the share that went on from the one before."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pandas as pd

from portal.charts.chart import MISSING, Axis, Chart, Column, Table, empty_chart, number, shortened
from portal.charts.theme import ACCENT, layout, quiet_axis
from portal.metrics.format import inside


def funnel(steps: pd.DataFrame, axis: Axis) -> Chart:
    """Horizontal bars of the frame `steps` (n, 2), first stage on top: label, value (a count that never rises)."""
    values = [number(value) for value in steps["value"]]
    if not values or not values[0]:
        return empty_chart("Nothing came in during this period with these filters. Choose a longer period.")
    onward = [None, *(_share(later, earlier) for earlier, later in pairwise(values))]
    overall = [_share(value, values[0]) for value in values]
    labels = steps["label"].tolist()
    rows = [
        [label, axis.exact(value), _percent(step), _percent(share)]
        for label, value, step, share in zip(labels, values, onward, overall, strict=True)
    ]
    head = (Column("Stage", is_number=False), Column(axis.label), Column("From the stage before"), Column("Of all"))
    losses = [(step, label) for step, label in zip(onward, labels, strict=True) if step is not None]
    worst = min(losses, default=None)
    summary = f"{axis.exact(values[0])} {inside(axis.label)}, {_percent(overall[-1])} came to {labels[-1].lower()}."
    if worst is not None:
        summary += f" The narrowest step is the one to {worst[1].lower()}: {_percent(worst[0])}."
    return Chart(fig_funnel(labels, values, onward, axis), summary, Table(f"{axis.label} by stage", head, rows))


def fig_funnel(labels: list[str], values: list[float | None], onward: list[float | None], axis: Axis) -> dict[str, Any]:
    """The figure of `funnel`: the count and the share that went on at the end of each bar."""
    places = list(range(len(labels)))
    marks = [axis.short(value) + (f" · {_percent(step)}" if step is not None else "")
             for value, step in zip(values, onward, strict=True)]  # fmt: skip
    bar = {
        "type": "bar", "orientation": "h", "x": values, "y": places, "width": 0.66, "cliponaxis": False,
        "marker": {"color": [f"{ACCENT}/{max(100 - 12 * place, 40)}" for place in places], "cornerradius": 4},
        "text": marks, "textposition": "outside", "textfont": {"size": 12, "color": "@second"},
        "hovertext": [f"<b>{label}</b><br>{mark}" for label, mark in zip(labels, marks, strict=True)],
        "hoverinfo": "text",
    }  # fmt: skip
    top = max((value or 0.0 for value in values), default=0.0) or 1.0
    return {
        "data": [bar],
        "layout": layout(
            hovermode="closest", margin={"l": 8, "r": 8, "t": 4, "b": 4, "pad": 6},
            meta={"narrow": {"xaxis": {"range": [0, top * 1.6]}}},
            xaxis=quiet_axis(showticklabels=False, range=[0, top * 1.32]),
            yaxis=quiet_axis(tickmode="array", tickvals=places, ticktext=[shortened(label) for label in labels],
                             range=[len(labels) - 0.5, -0.5]),
        ),
    }  # fmt: skip


def _share(part: float | None, whole: float | None) -> float | None:
    return part / whole if part is not None and whole else None


def _percent(share: float | None) -> str:
    return MISSING if share is None else f"{share * 100:.1f}%"
