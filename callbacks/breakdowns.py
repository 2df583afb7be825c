"""A metric by a dimension, beside the period it is compared with."""

from __future__ import annotations

from typing import Any

import pandas as pd
from dash import html
from sqlalchemy import select

from callbacks.desk import Desk
from callbacks.series import axis_of
from layouts.board import Board
from layouts.state import AGAINST
from portal.charts.bars import bars, changes
from portal.charts.chart import Chart, empty_chart
from portal.charts.pareto import pareto
from portal.metrics import CATALOGUE, DIMENSIONS
from portal.metrics.format import MISSING, NOT_KNOWN, format_label, format_part, inside
from portal.metrics.model import Metric
from portal.warehouse.schema import metadata
from portal.warehouse.schema.studies import studies

_SHOWN = 8
_MOVED = 10
_NOTHING = "Nothing has been loaded yet. Load a source to see where sales come from."
_PLURALS = {"category": "categories", "city": "cities", "country": "countries", "payment_method": "payment methods"}


def compared_parts(desk: Desk, name: str, dimension: str) -> pd.DataFrame:
    """Frame (n, 5) of label, value, previous, share, where; largest first, one row per value of the dimension.

    share is of the total and missing where parts do not add up (distinct counts, ratios) or may be negative.
    """
    frame = desk.ask([name], (dimension,))
    earlier = desk.ask([name], (dimension,), period=desk.earlier) if desk.earlier else frame.iloc[:0]
    merged = _labelled(frame, dimension, name, "value").merge(
        _labelled(earlier, dimension, name, "previous"), on="label", how="outer"
    )
    merged = merged.sort_values(["value", "label"], ascending=[False, True], na_position="last").reset_index(drop=True)
    known = merged["value"].dropna()
    has_shares = adds_up(name) and not known.empty and known.min() >= 0 and known.sum() > 0
    merged["share"] = merged["value"] / known.sum() if has_shares else float("nan")
    merged["where"] = [f"{dimension}={MISSING if label == NOT_KNOWN else label}" for label in merged["label"]]
    merged["label"] = [format_part(dimension, label) for label in merged["label"]]
    return merged


def parts_chart(desk: Desk, name: str, dimension: str) -> Chart:
    """Bars of the largest parts; the rest as one grey bar where it adds up."""
    if not desk.tenants:
        return empty_chart(_NOTHING)
    if not desk.can_ask(name, dimension):
        return empty_chart(_cannot(name, dimension))
    shown = with_rest(compared_parts(desk, name, dimension), _SHOWN, adds_up(name))
    against = AGAINST[desk.state.compare] if desk.earlier else ""
    return bars(shown, axis_of(desk, name), DIMENSIONS[dimension].label, against)


def changes_chart(desk: Desk, name: str, dimension: str) -> Chart:
    """The parts that moved most, up and down, against the comparison."""
    if not desk.tenants:
        return empty_chart(_NOTHING)
    if not desk.can_ask(name, dimension):
        return empty_chart(_cannot(name, dimension))
    if desk.earlier is None:
        return empty_chart(desk.no_comparison)
    measure = CATALOGUE[name]
    moved = moved_parts(compared_parts(desk, name, dimension), adds_up(name))
    return changes(moved, axis_of(desk, name), DIMENSIONS[dimension].label, measure.better)


def pareto_chart(desk: Desk, name: str, dimension: str) -> Chart:
    """Cumulative share of the parts; only for what adds up."""
    if not desk.tenants:
        return empty_chart(_NOTHING)
    if not desk.can_ask(name, dimension) or not adds_up(name):
        return empty_chart(f"{CATALOGUE[name].label} of parts does not add up to a total. Choose net sales or units.")
    frame = _labelled(desk.ask([name], (dimension,)), dimension, name, "value")
    return pareto(frame, axis_of(desk, name), plural(dimension))


def with_rest(parts: pd.DataFrame, shown: int, adds_up: bool) -> pd.DataFrame:
    """The first `shown` rows; the others as one row "Other" when their values can be added."""
    if len(parts) <= shown + 1:
        return parts
    rest = parts.iloc[shown:]
    if not adds_up:
        return parts.iloc[:shown]
    sums = rest[["value", "previous", "share"]].sum(min_count=1)
    other = pd.DataFrame([{"label": f"{len(rest):,} others", **sums.to_dict(), "where": ""}])
    return pd.concat([parts.iloc[:shown], other], ignore_index=True)


def moved_parts(parts: pd.DataFrame, adds_up: bool) -> pd.DataFrame:
    """Frame (n ≤ 10, 5) of label, value, previous, change, where; largest changes, from most up to most down.

    A part that is missing in one period counts 0 there if it adds up; else it cannot be compared and is left out.
    """
    filled = parts.fillna({"value": 0.0, "previous": 0.0}) if adds_up else parts.dropna(subset=["value", "previous"])
    moved = filled.assign(change=filled["value"] - filled["previous"])
    moved = moved[moved["change"] != 0]
    largest = moved.loc[moved["change"].abs().sort_values(ascending=False, kind="stable").index[:_MOVED]]
    ordered = largest.sort_values("change", ascending=False, kind="stable")
    return ordered[["label", "value", "previous", "change", "where"]].reset_index(drop=True)


def plural(dimension: str) -> str:
    """What the values of a dimension are called together."""
    return _PLURALS.get(dimension, inside(DIMENSIONS[dimension].label) + "s")


def first_breakdown(desk: Desk, dimensions: tuple[str, ...]) -> str:
    """The first of `dimensions` the data has at least two known values for; the last when none has."""
    for dimension in dimensions:
        if len(known_values(desk, dimension)) >= 2:
            return dimension
    return dimensions[-1]


def breakdown_of(desk: Desk, board: Board) -> str:
    """The dimension a board is broken down by: as chosen, else the first the data has values for."""
    if desk.state.by in board.breakdowns:
        return desk.state.by
    tried = board.first_by or tuple(board.breakdowns)
    return first_breakdown(desk, tried) if desk.tenants else next(iter(board.breakdowns))


def by_options(desk: Desk, board: Board) -> list[dict[str, Any]]:
    """The dimensions the data has values for; the one that is shown without having been chosen is marked."""
    shown = breakdown_of(desk, board)
    names = [name for name in board.breakdowns if name in {shown, "product"} or len(known_values(desk, name)) > 1]
    return [
        {"value": name, "label": html.Span(board.breakdowns[name], className="is-shown" if name == shown else "")}
        for name in names
    ]


def known_values(desk: Desk, dimension: str, most: int = 300) -> list[str]:
    """Values of a dimension in what is loaded, in the order of the alphabet; asked of the smallest table that knows."""
    asked = DIMENSIONS[dimension]
    fact, column = next(iter(asked.columns.items()))
    name = asked.joins[0] if asked.joins else fact
    table = metadata.tables[name] if name in metadata.tables else studies.tables[name]
    label = table.c.source if dimension == "source" else column
    query = select(label.label("value")).select_from(table).distinct().where(label.is_not(None)).limit(most)
    found: set[str] = set()
    for tenant in desk.tenants:
        frame = desk.parts.warehouses.open(desk.viewer, tenant).frame(query)
        found |= {text for value in frame["value"] if (text := format_label(dimension, value))}
    return sorted(found, key=str.casefold)


def _labelled(frame: pd.DataFrame, dimension: str, name: str, column: str) -> pd.DataFrame:
    labels = [format_label(dimension, value) for value in frame[dimension]]
    return pd.DataFrame({"label": labels, column: frame[name].to_list()}, dtype=object).astype({column: float})


def adds_up(name: str) -> bool:
    """Whether the parts of a metric sum to its total."""
    measure = CATALOGUE[name]
    return isinstance(measure, Metric) and measure.is_additive


def _cannot(name: str, dimension: str) -> str:
    return f"{CATALOGUE[name].label} is not recorded by {inside(DIMENSIONS[dimension].label)}."
