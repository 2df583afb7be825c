"""The formula card: how a number is made, with the numbers that make it right now."""

from __future__ import annotations

from typing import Any

from dash import Input, Output, html
from dash import State as Given

from callbacks.desk import Desk, State, open_desk
from callbacks.overview_parts import reached_bucket
from callbacks.words import period_words
from layouts import filters
from layouts.overview import TO_DATE
from layouts.parts import empty_state, table
from layouts.shell import Ids
from portal.metrics.explain import Explanation, explain
from portal.metrics.format import format_day, format_value
from portal.metrics.lookup import measure_called
from portal.metrics.model import Period, Query, Unit
from portal.viewer import Permission
from portal.wiring import Wiring

_STRENGTH = {"S": "Standard definition", "V": "Common vendor practice", "D": "Our decision; sources disagree"}
_BETTER = {"up": "Higher is better", "down": "Lower is better", "neither": "Neither direction is better by itself"}
_REASONS_SHOWN = 8


def show_formula(request: dict[str, Any] | None, state: State) -> tuple[Any, str, str]:
    """Fill the panel for the metric whose button was pressed."""
    desk = open_desk(state)
    name, bucket = (str((request or {}).get(key, "")) for key in ("metric", "bucket"))
    label = measure_called(name).label
    if not desk.tenants:
        return empty_state("No data yet", "Load a source, then this says how the number is made."), label, ""
    if not desk.can_ask(name):
        return (
            empty_state("Not by this filter", f"{label} is not recorded by what is filtered. Clear a filter."),
            label,
            "",
        )
    period = reached_bucket(bucket, desk.last_day) if bucket in TO_DATE else desk.period
    found = explain_here(desk, name, period)
    return formula_card(found), label, f"{period_words(period)} · {_tenants(desk)}"


def explain_here(desk: Desk, name: str, period: Period) -> Explanation:
    """The explanation of a metric in a period, under the filters of the screen."""
    question = Query((name,), (), period, desk.filters)
    return explain(name, question, desk.viewer, desk.tenants, desk.parts.warehouses)


def formula_card(found: Explanation) -> Any:
    """The panel's content."""
    return html.Div(
        [
            html.P(found.text, className="formula-value"),
            html.P(found.meaning, className="formula-meaning"),
            html.Div(
                [html.P(found.formula, className="caption"), html.P(html.Code(found.numbers))], className="formula-line"
            ),
            *_parts(found),
            *_exclusions(found),
            _facts(found),
        ]
    )


def _parts(found: Explanation) -> list[Any]:
    if not found.parts:
        return []
    rows = [[part.label, part.text] for part in found.parts]
    return [html.H3("What goes in"), table([("Part", False), ("Now", True)], rows, "Parts of the formula")]


def _exclusions(found: Explanation) -> list[Any]:
    if not found.excluded:
        return [html.H3("What is left out"), html.P("Nothing in this period and under these filters.")]
    rows = [
        [each.reason, f"{each.rows:,}", format_value(each.amount, Unit.MONEY, found.currency)]
        for each in found.excluded[:_REASONS_SHOWN]
    ]
    head = [("Reason", False), ("Rows", True), ("Amount", True)]
    return [html.H3("What is left out"), table(head, rows, "Rows that do not count")]


def _facts(found: Explanation) -> Any:
    sources = [
        f"{each.source}: {_counted(each.rows, 'row')} from {_counted(each.files, 'file')}" for each in found.sources
    ]
    snapshots = ", ".join(f"{name} {number}" for name, number in found.snapshots.items())
    facts = [
        ("Sources", "; ".join(sources) or "None in this period"),
        ("Tie-out", found.tie_out.sentence),
        ("Data to", format_day(found.as_of) if found.as_of else "Not known"),
        ("Snapshot", f"{snapshots}, published {found.built_at:%d %b %Y %H:%M} UTC"),
        ("Definition", f"{_STRENGTH.get(found.strength, found.strength)}. {_BETTER[found.better.value]}."),
        ("Name", found.name),
    ]
    return html.Dl([each for label, text in facts for each in (html.Dt(label), html.Dd(text))], className="facts")


def _counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def _tenants(desk: Desk) -> str:
    return desk.tenants[0].name if len(desk.tenants) == 1 else f"{len(desk.tenants)} clients in {desk.currency}"


def register(app: Wiring) -> None:
    """Wire the panel."""
    app.callback(
        Output(f"{Ids.FORMULA}-body", "children"), Output(f"{Ids.FORMULA}-title", "children"),
        Output(f"{Ids.FORMULA}-note", "children"), Input(Ids.FORMULA_REQUEST, "data"),
        Given(filters.Ids.STATE, "data"), permission=Permission.VIEW, prevent_initial_call=True,
    )(show_formula)  # fmt: skip
