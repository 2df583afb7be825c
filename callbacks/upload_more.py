"""Behind "More choices" of the step that corrects: what was chosen there, and what a button of it asks for."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from dash import ALL, Input, Output, State, ctx, no_update

from callbacks.upload_choice import NO_MORE, SAME, STATES
from layouts import upload as frame
from layouts.upload_more import DO, PART, Done, More
from layouts.upload_pick import Pick
from portal.clock import utc_now
from portal.uploads import Option, TableFields
from portal.uploads.labels import field_label
from portal.uploads.layout import ENCODINGS, HEADER_ROWS, SEPARATORS
from portal.uploads.rules import TESTS, WAYS
from portal.viewer import Permission
from portal.wiring import Wiring

_FORMS = {
    "exclude": {"rule-column": "column", "rule-test": "test", "rule-text": "text"},
    "compute": {"field-name": "field", "field-way": "way", "field-first": "first", "field-second": "second",
                "field-text": "text"},
}  # fmt: skip
"""Button to the parts of its form and what they are called in a choice."""


def more_of(place: int, table: TableFields) -> More:
    """What was chosen for a table beyond its columns, and what can be."""
    at = f"{place}"
    headers = tuple((column.header, column.header) for column in table.columns)
    fields = tuple((one.value, one.label) for one in table.options if one.value)
    ways = (*_pairs(WAYS), (SAME, "no column: the same in every row"))
    rules = tuple(Done(name, ("include", json.dumps({"name": name}))) for name in table.excluded)
    same = [(field, f"{value} in every row") for field, value in table.constants.items() if field != STATES]
    made = tuple(
        Done(f"{field_label(field)}: {how}", ("compute", json.dumps({"field": field, "way": NO_MORE})))
        for field, how in (*table.computed, *same)
    )
    return More(at, _written(at, table), rules, made, headers, fields, _pairs(TESTS), ways)


def _written(at: str, table: TableFields) -> tuple[Pick, ...]:
    """A database or a JSON file has no rows of headers."""
    picks = written_as(at, table.stated)
    return () if not table.has_rows else picks if table.is_text else picks[:1]


def written_as(at: str, told: Mapping[str, Any]) -> tuple[Pick, ...]:
    """How a text file is written, with what was told about it; at: "" where it is said of the whole upload."""
    asked = (
        ("header_row", "The names of the columns are in", HEADER_ROWS),
        ("separator", "Cells are separated by", SEPARATORS),
        ("encoding", "Letters are written in", ENCODINGS),
    )
    return tuple(
        Pick(what, at, label, _pairs(options), f"{told.get(what, '')}", "As the file shows")
        for what, label, options in asked
    )


def _pairs(options: tuple[Option, ...]) -> tuple[tuple[str, str], ...]:
    return tuple((option.value, option.label) for option in options)


def ask_more(_clicks: list[int | None], _parts: list[str | None]) -> Any:
    """What a button asks for, as a choice like every other; nothing while nobody has pressed it."""
    cause = ctx.triggered_id
    if not isinstance(cause, dict) or not ctx.triggered[0]["value"]:
        return no_update
    what, at, value = (str(cause.get(name)) for name in ("what", "at", "value"))
    if not value:
        names = _FORMS.get(what, {})
        told = {one["id"]["part"]: one.get("value") for one in ctx.states_list[0] if one["id"]["at"] == at}
        value = json.dumps({name: told.get(part) or "" for part, name in names.items()})
    return {"what": what, "at": at, "value": value, "n": f"{utc_now()}"}


def register(app: Wiring) -> None:
    """Wire the forms."""
    app.callback(
        Output(frame.Ids.CHOICE, "data"),
        Input({"type": DO, "what": ALL, "at": ALL, "value": ALL}, "n_clicks"),
        State({"type": PART, "part": ALL, "at": ALL}, "value"),
        permission=Permission.MANAGE_SOURCES, prevent_initial_call=True,
    )(ask_more)  # fmt: skip
