"""The step where people choose what is not right: each choice is saved at once, and what follows from it is shown."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from zoneinfo import available_timezones

from dash import ALL, Input, Output, State, ctx, html, no_update, set_props

from callbacks.upload_case import Case, count_words, open_case
from callbacks.upload_choice import STATES, choose
from callbacks.upload_more import more_of
from callbacks.upload_review import column_line, table_found
from layouts import upload as frame
from layouts import upload_fix as layout
from layouts.shell import Ids as ShellIds
from layouts.upload_fix import Line, Panel
from layouts.upload_pick import CHOOSE, Pick
from layouts.upload_review import sample_holder
from portal.clock import utc_now
from portal.currencies import CURRENCIES
from portal.errors import AccessError, PortalError
from portal.uploads import ColumnFields, Option, TableFields, TableFound
from portal.uploads.labels import word_options
from portal.uploads.layout import KEYS
from portal.viewer import Permission
from portal.wiring import Wiring

DECIMALS = ((".", "1,299.50"), (",", "1.299,50"))
ORDERS = (("day", "Day first (31/12/2026)"), ("month", "Month first (12/31/2026)"), ("year", "Year first (2026-12-31)"))
MODES = {"replace": "Takes the place of the older one", "append": "Adds its rows to the older one's"}
_REPAINTS = {"source", "entity", "field", "exclude", "include", "compute", *KEYS}
"""Choices that change what else can be chosen."""


def fix_step(case: Case) -> Any:
    """Everything that can be chosen, what is missing, sample rows, and the ways on."""
    panels = [layout.panel(panel, not number or is_open(panel)) for number, panel in enumerate(panels_of(case))]
    text = [layout.as_text(case.choice.mapping, f"{frame.PATH}/{case.upload.id}/mapping.toml")] if (
        case.choice.mapping
    ) else [html.P(f"Souk knows the files of {case.recognition.label}: there is nothing else to choose. "
                   "If this is not what the file is, choose another kind above.", className="muted")]  # fmt: skip
    return html.Div(
        [
            layout.general(general_picks(case)),
            html.Div(layout.state(case.problems), id=layout.Ids.STATE, role="status"),
            *panels,
            sample_holder(),
            *text,
            html.Div(ways_on(case), id=layout.Ids.NEXT),
        ]
    )


def ways_on(case: Case) -> Any:
    """Back to what was recognised, and check if nothing is undecided."""
    back = frame.go("Back", case.place, "review")
    if not case.problems:
        return frame.foot(back, [frame.go("Check it", case.place, "check", True)])
    return frame.foot(back, [frame.closed("Check it")], "Decide first what is missing; it is listed above.")


def general_picks(case: Case) -> list[Pick]:
    """Kind of file; for a mapped table currency, time zone, and what a newer file does."""
    found, tenant = case.fields, case.tenant
    picks = [Pick("source", "", "What kind of file is it", _pairs(found.sources), found.source, is_long=True)]
    if case.choice.mapping is None:
        return picks
    codes = tuple((code, code) for code in sorted(CURRENCIES))
    zones = tuple((name, name.replace("_", " ")) for name in sorted(available_timezones()) if "/" in name)
    mode = tuple((option.value, MODES.get(option.value, option.label)) for option in found.modes)
    return [
        *picks,
        Pick("currency", "", "Currency", codes, found.currency, f"{tenant.currency}, the company's"),
        Pick("timezone", "", "Times are those of", zones, found.timezone, f"{tenant.timezone}, the company's"),
        Pick("mode", "", "A newer file of the same name", mode, found.mode, is_long=True),
    ]


def panels_of(case: Case) -> list[Panel]:
    """The tables of the file with their choices."""
    entities = _pairs(case.fields.entities)
    return [_panel(place, table, table_found(case, table), entities) for place, table in enumerate(case.fields.tables)]


def is_open(panel: Panel) -> bool:
    """Whether something in it has to be chosen."""
    words = [pick for line in panel.lines for pick in (*line.words, *([line.dates] if line.dates else []))]
    if panel.more and panel.more.count:
        return True
    return any(pick.is_open for pick in (*panel.picks, *words))


def _panel(place: int, table: TableFields, found: TableFound, entities: tuple[tuple[str, str], ...]) -> Panel:
    label = dict(entities).get(table.entity, "")
    about = f"{label}, {count_words(found.rows, 'row')}, {count_words(len(table.columns), 'column')}"
    picks = [Pick("entity", f"{place}", "Its rows are", tuple(each for each in entities if each[0]), table.entity,
                  "Left out", is_long=True)]  # fmt: skip
    if not table.entity:
        return Panel(table.place, about, tuple(picks), (), more=more_of(place, table))
    if any(column.date_order is not None for column in table.columns):
        is_open = bool(found.undecided) and not table.date_order
        none = "Day or month first?" if is_open else "As the file shows"
        picks.append(
            Pick("date_order", f"{place}", "Dates are written", ORDERS, table.date_order, none, False, is_open)
        )
    picks.append(Pick("decimal", f"{place}", "Numbers are written", DECIMALS, "," if table.is_decimal_comma else "."))
    lines = tuple(_line((place, number), column, table, found) for number, column in enumerate(table.columns))
    return Panel(table.place, about, tuple(picks), lines, _constants(place, table), more_of(place, table))


def _line(place: tuple[int, int], column: ColumnFields, table: TableFields, whole: TableFound) -> Line:
    at = f"{place[0]}-{place[1]}"
    found = next(each for each in whole.columns if each.header == column.header)
    seen = column_line(found, whole, table, column.field)
    options = tuple(pair for pair in _pairs(table.options) if pair[0])
    dates = None
    if column.date_order is not None and found.undecided:
        dates = Pick("date_order", at, "", ORDERS, column.date_order, "Which number is the day?",
                     is_open=not column.date_order)  # fmt: skip
    meanings = _pairs(column.word_options)[1:]
    is_flag = [value for value, _ in meanings] == ["true", "false"]
    none = "As it says" if is_flag else "What does it mean?"
    words = tuple(
        Pick("word", f"{at}-{number}", word, meanings, meaning, none, is_open=not meaning and not is_flag)
        for number, (word, meaning) in enumerate((column.words or {}).items())
    )
    return Line(column.header, seen.example, Pick("field", at, "", options, column.field, "Not used"), dates, words,
                seen.confidence, seen.why)  # fmt: skip


def _constants(place: int, table: TableFields) -> tuple[Pick, ...]:
    """The state of all orders, where no column tells it."""
    has_state = any(option.value == STATES for option in table.options)
    if not has_state or any(column.field == STATES for column in table.columns):
        return ()
    states = _pairs(word_options("order", STATES) or ())[1:]
    return (Pick("constant", f"{place}", "State of all these orders", states,
                 table.constants.get(STATES, ""), "Not stated"),)  # fmt: skip


def _pairs(options: Sequence[Option]) -> tuple[tuple[str, str], ...]:
    return tuple((option.value, option.label) for option in options)


def save_choice(_values: list[str | None], choice: dict[str, Any] | None, at: dict[str, str]) -> tuple[Any, Any]:
    """Keep what was chosen; what follows from it is painted by itself, or the whole step where more changes."""
    cause, now = ctx.triggered_id, f"{utc_now()}"
    chosen = {**cause, "value": ctx.triggered[0]["value"]} if isinstance(cause, dict) else choice
    if not chosen:
        return no_update, no_update
    what, value = str(chosen.get("what")), chosen.get("value")
    try:
        case = choose(open_case(at), what, str(chosen.get("at")), value if isinstance(value, str) else "")
    except AccessError:
        raise
    except PortalError as problem:  # the list shows what could not be chosen: paint what is chosen instead
        set_props(ShellIds.TOAST, {"data": {"kind": "bad", "text": str(problem)}})
        return now, no_update
    if case is None:
        return no_update, no_update
    return (now, no_update) if what in _REPAINTS else (no_update, now)


def show_state(_changed: str | None, at: dict[str, str]) -> tuple[Any, Any, Any]:
    """What is still missing, the ways on, and the mapping as text."""
    case = open_case(at)
    return layout.state(case.problems), ways_on(case), case.choice.mapping or ""


def register(app: Wiring) -> None:
    """Wire the step."""
    app.callback(
        Output(frame.Ids.AGAIN, "data"), Output(frame.Ids.CHANGED, "data"),
        Input({"type": CHOOSE, "what": ALL, "at": ALL}, "value"), Input(frame.Ids.CHOICE, "data"),
        State(frame.Ids.AT, "data"),
        permission=Permission.MANAGE_SOURCES, prevent_initial_call=True,
        running=[(Output(frame.Ids.BODY, "className"), f"{frame.BODY_LOOK} is-loading", frame.BODY_LOOK)],
    )(save_choice)  # fmt: skip
    app.callback(
        Output(layout.Ids.STATE, "children"), Output(layout.Ids.NEXT, "children"),
        Output(layout.Ids.TEXT, "children"),
        Input(frame.Ids.CHANGED, "data"), State(frame.Ids.AT, "data"),
        permission=Permission.MANAGE_SOURCES, prevent_initial_call=True,
    )(show_state)  # fmt: skip
