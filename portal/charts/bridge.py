"""From the period before to this one: which causes moved net sales, summing exactly to the change."""

from __future__ import annotations

from typing import Any

import pandas as pd

from portal.charts.chart import Axis, Chart, Column, Table, empty_chart, largest, signed
from portal.charts.scale import ticks
from portal.charts.theme import ACCENT, layout, quiet_axis, value_axis


def bridge(causes: pd.DataFrame, axis: Axis, before: float, after: float) -> Chart:
    """A waterfall of the frame `causes` (n, 2): label and amount, which add up to `after` − `before`."""
    if causes.empty:
        return empty_chart("There is nothing to compare with: the data does not reach back to the period before.")
    rows = [["Before", axis.exact(before)]]
    rows += [[label, signed(axis.exact(abs(amount)), amount)] for label, amount in causes.itertuples(index=False)]
    rows += [["This period", axis.exact(after)]]
    most = largest(causes.assign(size=causes["amount"].abs()), "size")
    change = after - before
    summary = (
        f"{axis.label} went from {axis.exact(before)} to {axis.exact(after)} "
        f"({signed(axis.exact(abs(change)), change)}); {most['label'].lower()} weighs most with "
        f"{signed(axis.exact(abs(most['amount'])), most['amount'])}."
    )
    table = Table("Bridge from the period before", (Column("Step", is_number=False), Column(axis.label)), rows)
    return Chart(fig_bridge(causes, axis, after - before), summary, table)


def fig_bridge(causes: pd.DataFrame, axis: Axis, change: float) -> dict[str, Any]:
    """The figure of `bridge`: each cause starts where the one before ended, the last bar is the whole change."""
    amounts = [float(amount) for amount in causes["amount"]]
    names = [*causes["label"].tolist(), "Change"]
    labels = [name.replace(" and ", " and<br>") for name in names]
    starts = [sum(amounts[:place]) for place in range(len(amounts))] + [0.0]
    heights = [*amounts, change]
    colors = ["@good" if amount >= 0 else "@bad" for amount in amounts] + [ACCENT]
    ends = [start + height for start, height in zip(starts, heights, strict=True)]
    steps = ticks([*starts, *ends], count=4)
    span = (steps[-1] - steps[0]) or 1.0
    bar = {
        "type": "bar", "x": labels, "y": heights, "base": starts, "width": 0.56,
        "marker": {"color": colors, "cornerradius": 4}, "cliponaxis": False, "textposition": "outside",
        "constraintext": "none",
        "text": [signed(axis.bare(abs(height)), height) for height in heights],
        "textfont": {"size": 12, "color": "@second"}, "hoverinfo": "text",
        "hovertext": [f"<b>{label}</b><br>{signed(axis.exact(abs(height)), height)}"
                      for label, height in zip(names, heights, strict=True)],
    }  # fmt: skip
    return {
        "data": [bar],
        "layout": layout(
            hovermode="closest", shapes=_connectors(ends[:-1]), margin={"l": 8, "r": 8, "t": 12, "b": 8, "pad": 4},
            xaxis=quiet_axis(type="category", tickangle=0),
            yaxis=value_axis(tickmode="array", tickvals=steps, range=[steps[0] - 0.08 * span, steps[-1] + 0.08 * span],
                             ticktext=[signed(axis.tick(abs(step)), step) for step in steps]),
        ),
    }  # fmt: skip


def _connectors(ends: list[float]) -> list[dict[str, Any]]:
    """Thin lines from the end of one bar to the start of the next."""
    return [
        {"type": "line", "xref": "x", "yref": "y", "x0": place + 0.28, "x1": place + 0.72, "y0": end, "y1": end,
         "line": {"color": "@border-strong", "width": 1, "dash": "dot"}, "layer": "below"}
        for place, end in enumerate(ends)
    ]  # fmt: skip
