"""The pieces screens are made of. Texts and figures are filled in by callbacks, through the ids given here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import dash_bootstrap_components as dbc
from dash import dcc, html
from dash.development.base_component import Component

from layouts.attributes import aria, data
from portal.charts.theme import CONFIG

QUIET = "icon-quiet"


def icon(name: str) -> Component:
    """An icon of `assets/icons.css`; never read aloud, the text beside it is."""
    return html.Span(className=f"icon icon-{name}", **aria(hidden="true"))


def icon_button(name: str, label: str, look: str = "", element_id: Any = None, **values: str) -> Component:
    """A button that is only an icon; `label` is its tooltip and what is read aloud, `values` are data attributes.

    `look` is more classes: icon-quiet for one without a frame.
    """
    attributes = {"title": label, **aria(label=label), **data(**values), **({"id": element_id} if element_id else {})}
    return html.Button(icon(name), type="button", className=f"icon-button {look}".rstrip(), **attributes)


def formula_button(metric: str, label: str, bucket: str = "") -> Component:
    """Opens the formula card of a metric: over the period shown, or over a running day, week or month."""
    return icon_button("info-circle", f"How is this number made: {label}", look=QUIET, explain=metric, bucket=bucket)


def kpi_ids(prefix: str, metric: str) -> dict[str, str]:
    """Ids of the leaves of a KPI card."""
    return {leaf: f"{prefix}-{metric}-{leaf}" for leaf in ("value", "chip", "against", "extra", "spark")}


def kpi_card(prefix: str, metric: str, label: str) -> Component:
    """One number: label, value (a click shows its rows), change with arrow and sign, a line of detail, a sparkline."""
    ids = kpi_ids(prefix, metric)
    value = html.Button(
        id=ids["value"], type="button", className="kpi-value", title=f"Show the rows behind {label}",
        **data(drill=metric), **aria(describedby=ids["chip"]),
    )  # fmt: skip
    return html.Article(
        [
            html.Div([html.H2(label, className="kpi-label"), formula_button(metric, label)], className="kpi-head"),
            value,
            html.Div(
                [html.Span(id=ids["chip"], className="chip"), html.Span(id=ids["against"], className="kpi-against")],
                className="kpi-delta",
            ),
            html.Div(id=ids["extra"], className="kpi-extra"),
            html.Div(id=ids["spark"], className="spark", **aria(hidden="true")),
        ],
        className="card kpi",
        **aria(label=label),
    )


def compact_ids(prefix: str, name: str) -> dict[str, str]:
    """Ids of the leaves of a compact cell."""
    return {leaf: f"{prefix}-{name}-{leaf}" for leaf in ("label", "value", "chip", "second")}


def compact_cell(prefix: str, name: str, label: str, metric: str, bucket: str = "") -> Component:
    """One number of a row of smaller ones: label, value, change, and a second line."""
    ids = compact_ids(prefix, name)
    return html.Div(
        [
            html.Div(
                [html.H2(label, id=ids["label"]), formula_button(metric, label, bucket)], className="compact-head"
            ),
            html.Div(
                [html.Span(id=ids["value"], className="compact-value"), html.Span(id=ids["chip"], className="chip")],
                className="compact-line",
            ),
            html.P(id=ids["second"], className="compact-second tabular"),
        ],
        className="compact-cell",
    )


def chart_card(
    chart_id: str, title: str, note: str, size: str = "span-6", controls: Component | None = None
) -> Component:
    """A chart with its table behind a toggle and its sentence for screen readers.

    The server writes a chart's payload to the store `<id>-data`; the browser puts the colours of the theme in and
    draws. Title and note have ids of their own because they follow switches.
    """
    toggle = icon_button("table", "Show as table", look=QUIET, table_toggle=chart_id)
    head = html.Div(
        [
            html.Div(
                [html.H2(title, id=f"{chart_id}-title", className="card-title"),
                 html.P(note, id=f"{chart_id}-note", className="card-note")],
                className="card-titles",
            ),
            html.Div(toggle, className="card-tools tool-table"),
        ],
        className="card-head",
    )  # fmt: skip
    bar = [html.Div(controls, className="card-controls")] if controls else []
    card = html.Section(
        [dcc.Store(id=f"{chart_id}-data"), dcc.Store(id=f"{chart_id}-click"), head, *bar, _chart_body(chart_id)],
        id=f"{chart_id}-card", className="card chart-card", **aria(labelledby=f"{chart_id}-title"),
    )  # fmt: skip
    return html.Div(card, className=size)


def _chart_body(chart_id: str) -> Component:
    drawing = html.Div(
        dcc.Graph(id=chart_id, config=CONFIG, responsive=True),
        className="graph",
        role="img",
        **aria(labelledby=f"{chart_id}-summary"),
    )
    return html.Div(
        [
            html.P(id=f"{chart_id}-summary", className="visually-hidden"),
            drawing,
            html.Div(id=f"{chart_id}-table", className="chart-table", tabIndex=0, role="region",
                     **aria(labelledby=f"{chart_id}-title")),
            html.Div([icon("inbox"), html.P(id=f"{chart_id}-empty", className="empty-text")],
                     className="empty chart-empty"),
        ],
        className="card-body",
    )  # fmt: skip


def plain_card(card_id: str, title: str, note: str, size: str, tools: list[Component] | None = None) -> Component:
    """A card whose body a callback fills."""
    head = html.Div(
        [
            html.Div([html.H2(title, className="card-title", id=f"{card_id}-title"),
                      html.P(note, className="card-note", id=f"{card_id}-note")], className="card-titles"),
            html.Div(tools or [], className="card-tools"),
        ],
        className="card-head",
    )  # fmt: skip
    body = html.Div(id=f"{card_id}-body", className="card-body")
    return html.Div(html.Section([head, body], className="card", **aria(labelledby=f"{card_id}-title")), className=size)


def segmented(element_id: str, choices: Mapping[str, str], value: str, label: str, look: str = "") -> Component:
    """A few choices side by side, one of them chosen; arrow keys move between them.

    Bootstrap's radio items are plain labelled inputs; Dash's own claim to be a list box and fail screen readers.
    """
    options: Any = [{"label": text, "value": name} for name, text in choices.items()]
    radio = dbc.RadioItems(id=element_id, options=options, value=value, className=f"segmented {look}".strip())
    return html.Div(radio, role="radiogroup", **aria(label=label))


def empty_state(title: str, text: str, action: Component | None = None) -> Component:
    """What would be here, and the one thing that fills it."""
    children = [icon("inbox"), html.P(title, className="empty-title"), html.P(text, className="empty-text")]
    return html.Div([*children, *([action] if action else [])], className="empty")


def sheet(element_id: str, title: str, label: str, wide: bool = False) -> Component:
    """A panel from the right; Esc, the button or a click beside it closes it."""
    head = html.Div(
        [html.Div([html.H2(title, id=f"{element_id}-title"), html.Div(id=f"{element_id}-note", className="caption")],
                  className="card-titles"),
         icon_button("x-lg", "Close", look=QUIET, close=element_id)],
        className="sheet-head",
    )  # fmt: skip
    look = "sheet sheet-wide" if wide else "sheet"
    return html.Dialog(
        [
            head,
            html.Div(id=f"{element_id}-record", className="record", tabIndex=-1, hidden=True),
            html.Div(id=f"{element_id}-body", className="sheet-body"),
        ],
        id=element_id, className=look, **aria(label=label),
    )  # fmt: skip


def table(head: list[tuple[str, bool]], rows: list[list[str]], caption: str, *, is_cards: bool = False) -> Component:
    """A plain table; head is (text, is a number). is_cards: where it is narrow, each row is a card."""
    cells = [heading(text, is_number) for text, is_number in head]
    body = [
        html.Tr([
            html.Td(text, className="num" if is_number else None, **data(label=name))
            for (name, is_number), text in zip(head, line, strict=True)
        ])
        for line in rows
    ]  # fmt: skip
    parts = [html.Caption(caption, className="visually-hidden"), html.Thead(html.Tr(cells)), html.Tbody(body)]
    return html.Div(html.Table(parts, className="as-cards" if is_cards else None), className="table-scroll", tabIndex=0,
                    role="region", **aria(label=f"{caption}, as a table"))  # fmt: skip


def heading(text: str, is_number: bool = False) -> Component:
    """A cell of a table's head; one without a text is no heading."""
    if not text:
        return html.Td()
    return html.Th(text, scope="col", className="num" if is_number else None)
