"""Parcels over their way and their weeks, and the age of cash that couriers owe."""

from __future__ import annotations

from typing import Any

import pandas as pd

from portal.charts.chart import MISSING, Axis, Chart, Column, Table, empty_chart, largest, number, numbers
from portal.charts.scale import spread, ticks
from portal.charts.theme import ACCENT, OTHER, layout, legend, quiet_axis, value_axis

_OUT, _OUT_NARROW = 1.6, 2.4
"""Room to the right of the longest bar for its words, as a factor; and the same on a narrow card."""
_OUTCOMES = (("delivered", "Delivered", ACCENT), ("failed", "Came back or lost", "@series-2"),
             ("open", "Under way", OTHER))  # fmt: skip
_HATCH = {"shape": "/", "size": 6, "solidity": 0.35, "fgcolor": "@surface"}


def stages(parts: pd.DataFrame, axis: Axis) -> Chart:
    """How long each stage takes: frame (n, 5) of label, p50, p90 (hours), parcels, waiting, in the order of the way."""
    if parts.empty or parts["p50"].notna().sum() == 0:
        return empty_chart("No source tells when parcels were picked up, reached a hub or went out. Load the steps of "
                           "their way to see how long each takes.")  # fmt: skip
    head = (Column("Stage", is_number=False), Column("Half are faster than"), Column("Nine in ten are faster than"),
            Column("Parcels"), Column("Waiting now"))  # fmt: skip
    rows = [
        [part["label"], axis.exact(number(part["p50"])), axis.exact(number(part["p90"])), f"{part['parcels']:,.0f}",
         f"{part['waiting']:,.0f}"]
        for part in parts.to_dict("records")
    ]  # fmt: skip
    slowest = largest(parts.dropna(subset=["p90"]), "p90")
    summary = f"Slowest at the end of the line: {slowest['label'].lower()}, {axis.exact(slowest['p90'])} for the "
    return Chart(fig_stages(parts, axis), summary + "slowest tenth.", Table("Hours of each stage", head, rows))


def fig_stages(parts: pd.DataFrame, axis: Axis) -> dict[str, Any]:
    """The figure of `stages`: a pale bar to the P90 with a full one to the P50 on it, both named at the end."""
    slow, half = numbers(parts["p90"]), numbers(parts["p50"])
    places = list(range(len(parts)))
    words = [_stage_words(axis, part) for part in parts.to_dict("records")]
    longest = max((value for value in slow if value is not None), default=0.0) or 1.0
    bar = {"type": "bar", "orientation": "h", "y": places, "hovertext": words, "hoverinfo": "text"}
    return {
        "data": [
            {**bar, "x": slow, "name": "Nine in ten are faster", "width": 0.58, "marker": {"color": f"{ACCENT}/24"}},
            {**bar, "x": half, "name": "Half are faster", "width": 0.3, "marker": {"color": ACCENT}},
            {"type": "scatter", "mode": "text", "x": [value or 0.0 for value in slow], "y": places, "hoverinfo": "skip",
             "text": [f"  {_hours(one)} · {_hours(other)}" for one, other in zip(half, slow, strict=True)],
             "textposition": "middle right", "textfont": {"size": 12, "color": "@second"}, "showlegend": False,
             "cliponaxis": False},
        ],
        "layout": layout(
            barmode="overlay", hovermode="closest", showlegend=True, legend=legend(), barcornerradius=4,
            margin={"l": 8, "r": 8, "t": 30, "b": 4, "pad": 6},
            meta={"narrow": {"xaxis": {"range": [0, longest * _OUT_NARROW]}}},
            xaxis=quiet_axis(showticklabels=False, range=[0, longest * _OUT]),
            yaxis=quiet_axis(tickmode="array", tickvals=places, ticktext=_two_lines(parts["label"]),
                             range=[len(places) - 0.5, -0.5]),
        ),
    }  # fmt: skip


def _hours(value: float | None) -> str:
    """ "89.6 h" beside a bar, "109 h" where a tenth says nothing."""
    return MISSING if value is None else f"{value:,.1f} h" if value < 100 else f"{value:,.0f} h"


def _two_lines(labels: pd.Series) -> list[str]:
    """ "Out for delivery<br>to delivered": long names of stages over two lines."""
    return [label.replace(" to ", "<br>to ", 1) for label in labels]


def _stage_words(axis: Axis, part: dict[Any, Any]) -> str:
    return (
        f"<b>{part['label']}</b><br>Half within {axis.exact(number(part['p50']))}<br>"
        f"Nine in ten within {axis.exact(number(part['p90']))}<br>{part['parcels']:,.0f} parcels, "
        f"{part['waiting']:,.0f} waiting now"
    )


def outcomes(weeks: pd.DataFrame) -> Chart:
    """What became of parcels by the time they were sent: frame (n, 6) of label, title, delivered, failed, open, mature.

    Buckets that are not mature are pale and hatched: most of what will come back is still under way.
    """
    if weeks.empty or not weeks[["delivered", "failed", "open"]].to_numpy().sum():
        return empty_chart("No parcels were sent in this period with these filters. Choose a longer period.")
    head = (Column("Sent", is_number=False), *(Column(label) for _, label, _ in _OUTCOMES),
            Column("Old enough to judge", is_number=False))  # fmt: skip
    rows = [
        [week["title"], *(f"{week[name]:,.0f}" for name, _, _ in _OUTCOMES), "yes" if week["mature"] else "not yet"]
        for week in weeks.to_dict("records")
    ]
    judged = weeks[weeks["mature"].astype(bool)]
    sent = float(judged[["delivered", "failed", "open"]].to_numpy().sum())
    said = f"{judged['delivered'].sum() / sent * 100:.0f}% of those old enough to judge arrived." if sent else (
        "None of them is old enough to judge."
    )  # fmt: skip
    return Chart(fig_outcomes(weeks), f"Parcels by the time they were sent. {said}",
                 Table("What became of parcels", head, rows))  # fmt: skip


def fig_outcomes(weeks: pd.DataFrame) -> dict[str, Any]:
    """The figure of `outcomes`: stacked columns."""
    titles, mature = weeks["title"].tolist(), weeks["mature"].astype(bool).tolist()
    totals = weeks[["delivered", "failed", "open"]].sum(axis=1).tolist()
    steps = [step for step in ticks(totals) if step == round(step)]  # there is no half parcel
    labels = weeks["label"].tolist()

    def axis_ticks(most: int) -> dict[str, Any]:
        shown = spread(len(labels), most)
        return {"tickvals": shown, "ticktext": [labels[place] for place in shown]}

    data = [
        {"type": "bar", "name": label, "x": titles, "y": numbers(weeks[name]),
         "marker": {"color": [color if is_mature else f"{color}/40" for is_mature in mature],
                    "pattern": {**_HATCH, "shape": ["" if is_mature else "/" for is_mature in mature]}},
         "hovertemplate": "%{y:,.0f}"}
        for name, label, color in _OUTCOMES
    ]  # fmt: skip
    return {
        "data": data,
        "layout": layout(
            barmode="stack", bargap=0.25, hovermode="x unified", showlegend=True, legend=legend(),
            margin={"l": 8, "r": 8, "t": 34, "b": 8, "pad": 4}, meta={"narrow": {"xaxis": axis_ticks(4)}},
            xaxis=quiet_axis(type="category", tickmode="array", tickangle=0, **axis_ticks(8)),
            yaxis=value_axis(tickmode="array", tickvals=steps, ticktext=[f"{step:,.0f}" for step in steps],
                             range=[0, steps[-1] * 1.02]),
        ),
    }  # fmt: skip


def ageing(steps: pd.DataFrame, axis: Axis, title: str) -> Chart:
    """Money by age: frame (n, 4) of label, value, parcels, is_old, from young to old; the last step is marked."""
    if steps.empty or steps["value"].fillna(0).abs().sum() == 0:
        return empty_chart("Nothing is owed: every delivered parcel's cash has been handed over.")
    head = (Column("Days since delivery", is_number=False), Column(axis.label), Column("Share"), Column("Parcels"))
    total = float(steps["value"].sum())
    rows = [
        [step["label"], axis.exact(step["value"]), f"{step['value'] / total * 100:.1f}%", f"{step['parcels']:,.0f}"]
        for step in steps.to_dict("records")
    ]
    old = steps.loc[steps["is_old"], "value"].sum()
    summary = f"{axis.exact(total)} is owed, {axis.exact(old)} of it for {steps['label'].iloc[-1]}."
    return Chart(fig_ageing(steps, axis), summary, Table(title, head, rows))


def fig_ageing(steps: pd.DataFrame, axis: Axis) -> dict[str, Any]:
    """The figure of `ageing`: columns with amount and parcels on top."""
    values = numbers(steps["value"])
    marks = ticks(values)
    words = [
        f"{axis.short(step['value'])}<br>{step['parcels']:,.0f} {'parcel' if step['parcels'] == 1 else 'parcels'}"
        if step["value"]
        else "nothing"
        for step in steps.to_dict("records")
    ]
    bar = {
        "type": "bar", "x": steps["label"].tolist(), "y": values, "text": words, "textposition": "outside",
        "cliponaxis": False, "textfont": {"size": 12, "color": "@second"}, "hoverinfo": "skip", "width": 0.6,
        "marker": {"color": ["@bad" if is_old else ACCENT for is_old in steps["is_old"]], "cornerradius": 4},
    }  # fmt: skip
    return {
        "data": [bar],
        "layout": layout(
            hovermode=False, margin={"l": 8, "r": 8, "t": 12, "b": 8, "pad": 4},
            xaxis=quiet_axis(type="category"),
            yaxis=value_axis(tickmode="array", tickvals=marks, ticktext=[axis.tick(mark) for mark in marks],
                             range=[min(0.0, marks[0]), marks[-1] * 1.25]),
        ),
    }  # fmt: skip
