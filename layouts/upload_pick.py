"""One choice of the step that corrects: a list with search and its label."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from dash import dcc, html
from dash.development.base_component import Component

from layouts.attributes import aria

CHOOSE = "upload-choose"


@dataclass(frozen=True)
class Pick:
    """One choice: what is chosen, where, the options with their labels, and what is chosen now ("" nothing).

    what, at: as `choice_id`. options: (value, label). none: what stands there while nothing is chosen. is_open: it has
    to be chosen.
    """

    what: str
    at: str
    label: str
    options: tuple[tuple[str, str], ...]
    value: str
    none: str = ""
    is_long: bool = False
    is_open: bool = False


def choice_id(what: str, at: str) -> dict[str, str]:
    """Id of a choice: `at` is "table", "table-column" or "table-column-word" by number."""
    return {"type": CHOOSE, "what": what, "at": at}


def labelled(pick: Pick) -> Component:
    """A choice under its label."""
    label = html.Span(pick.label, className="field-label", **aria(hidden="true"))
    return html.Div([label, _control(pick, pick.label)], className="fix-pick is-long" if pick.is_long else "fix-pick")


def _control(pick: Pick, label: str) -> Component:
    """A list with search; its name is read aloud with what is chosen."""
    options: Any = [{"value": value, "label": text, "search": f"{text} {value}"} for value, text in pick.options]
    control = dcc.Dropdown(
        id=choice_id(pick.what, pick.at), options=options, value=pick.value or None, placeholder=pick.none or "Choose",
        clearable=bool(pick.none), searchable=len(pick.options) > 7,
    )  # fmt: skip
    return html.Div(control, role="group", className="fix-control is-open" if pick.is_open else "fix-control",
                    **aria(label=label))  # fmt: skip
