"""The rules alerts come from: listed for everybody; added, changed, paused and removed by those who may."""

from __future__ import annotations

from typing import Any

from dash import ALL, Input, Output, State, ctx, no_update

from callbacks.alert_lines import rule_line
from callbacks.alerts import tenant_of, whole
from layouts.alert_rules import FIELDS, NONE, Ids, field_id, rule_list
from layouts.alerts import Ids as ScreenIds
from layouts.source_form import problem_note
from portal import auth
from portal.alerts.kept_rules import MAY_CHANGE, add_rule, as_typed, change_rule, list_rules, rule_of, switch_rule
from portal.alerts.rules import BASELINE, DIMENSION_NAMES, EVERY_DAY, NewRule
from portal.clock import utc_now
from portal.db import writing
from portal.errors import InputError, PortalError
from portal.metrics import CATALOGUE, DIMENSIONS
from portal.viewer import Permission, TenantRef, Viewer
from portal.wiring import Wiring, parts

Typed = dict[str, str | int | float | list[str] | None]
"""The controls of the form by name."""


def show_rules(client: str | None, _done: str | None, _saved: str | None) -> tuple[Any, bool]:
    """Paint the rules of one client; the button to add one is for those who may."""
    viewer = auth.viewer(Permission.VIEW)
    tenant = tenant_of(viewer, client)
    may_change = MAY_CHANGE in viewer.permissions
    if tenant is None:
        return rule_list([]), True
    with parts().sessions() as session:
        lines = [rule_line(rule, viewer, tenant) for rule in list_rules(session, tenant)]
    return rule_list(lines), not may_change


def show_rule_form(
    _opened: int | None, _closed: int | None, _saved: str | None, edits: list[int | None], client: str | None
) -> dict[str, Any]:
    """Open the panel empty or for one rule, or close it."""
    viewer, cause = auth.viewer(MAY_CHANGE), ctx.triggered_id
    tenant = tenant_of(viewer, client)
    is_edit = isinstance(cause, dict) and any(edits)
    if tenant is None or not (is_edit or cause in (Ids.OPEN, Ids.CLOSE, Ids.SAVED)):
        return _painted(no_update, no_update, no_update, no_update, None)
    if is_edit and isinstance(cause, dict):
        with parts().sessions() as session:
            rule = rule_of(session, tenant, whole(cause.get("rule")))
        edited = {"rule": rule.id, "version": rule.version}
        return _painted(False, f"Change {rule.name}", "Save", edited, as_typed(rule))
    empty = NewRule("", "net_sales", least_volume=5)
    return _painted(cause != Ids.OPEN, "Add a rule", "Add", {"rule": 0, "version": 0}, empty)


def save_rule(clicks: int | None, form: Typed, edited: dict[str, int] | None, client: str | None) -> tuple[Any, Any]:
    """Keep what was typed; a problem is told in the panel, and what was typed stays."""
    viewer, cause = auth.viewer(MAY_CHANGE), ctx.triggered_id
    if cause == Ids.EDITED:
        return "", no_update
    tenant = tenant_of(viewer, client)
    if not clicks or tenant is None:
        return no_update, no_update
    try:
        keep(viewer, tenant, wanted_rule(form), edited or {})
    except PortalError as problem:
        return problem_note(str(problem)), no_update
    return "", str(utc_now())


def keep(viewer: Viewer, tenant: TenantRef, wanted: NewRule, edited: dict[str, int]) -> None:
    """Add the rule, or change the one that was opened.

    Raises:
        AccessError, InputError, UnknownNameError, ConflictError: it cannot be kept.
    """
    viewer.require(MAY_CHANGE)
    by = (viewer.email, utc_now())
    with writing(parts().sessions) as session:
        if edited.get("rule"):
            change_rule(session, tenant, (edited["rule"], edited.get("version", 0)), wanted, by)
        else:
            add_rule(session, tenant, wanted, by)


def do_with_rule(clicks: list[int | None], client: str | None) -> tuple[Any, Any]:
    """Pause, resume or remove a rule; gives a sentence, and makes the list paint itself again."""
    viewer, cause = auth.viewer(MAY_CHANGE), ctx.triggered_id
    tenant = tenant_of(viewer, client)
    if not any(clicks) or not isinstance(cause, dict) or tenant is None:
        return no_update, no_update
    seen, do = (whole(cause.get("rule")), whole(cause.get("version"))), str(cause.get("do"))
    with writing(parts().sessions) as session:
        name = switch_rule(session, tenant, seen, do, (viewer.email, utc_now()))
    done = {"pause": "is paused", "resume": "is looked at again", "remove": "is removed"}
    return f"{name} {done[do]}.", str(utc_now())


def wanted_rule(form: Typed) -> NewRule:
    """The rule as it was typed.

    Raises:
        InputError: a number is none.
    """
    days = form.get("weekdays")
    names = ("name", "metric", "dimension", "comparison", "direction")
    text = {name: "" if form.get(name) == NONE else str(form.get(name) or "") for name in names}
    text["name"] = str(form.get("name") or "")
    level = form.get("level")
    return NewRule(
        text["name"], text["metric"], text["dimension"], text["comparison"] or BASELINE, text["direction"],
        None if level in (None, "") else _number(level, "level"), _number(form.get("percent"), "percent") / 100,
        _number(form.get("money"), "money"), _number(form.get("volume"), "volume"),
        "".join(days) if isinstance(days, list) else EVERY_DAY, _hour(form.get("quiet_from")),
        _hour(form.get("quiet_until")),
    )  # fmt: skip


def _number(value: Any, field: str) -> float:
    try:
        return float(value or 0)
    except (TypeError, ValueError, OverflowError) as error:
        raise InputError(f"'{value}' is not a number.", field=field) from error


def _hour(value: Any) -> int | None:
    if value in (None, "", NONE):
        return None
    hour = _number(value, "quiet_from")
    return int(hour) if 0 <= hour <= 23 else 99


def _painted(hidden: Any, title: Any, button: Any, edited: Any, rule: NewRule | None) -> dict[str, Any]:
    """Everything the callback of the panel gives; the controls stay as they are without a rule."""
    typed = dict.fromkeys(FIELDS, no_update) if rule is None else _controls(rule)
    options = (no_update, no_update) if rule is None else (_metrics(), _dimensions())
    return {"hidden": hidden, "title": title, "button": button, "edited": edited, "metrics": options[0],
            "dimensions": options[1], "fields": typed}  # fmt: skip


def _controls(rule: NewRule) -> dict[str, Any]:
    hours = {
        name: NONE if (hour := getattr(rule, name)) is None else str(hour) for name in ("quiet_from", "quiet_until")
    }
    return {
        "name": rule.name, "metric": rule.metric, "dimension": rule.dimension or NONE, "comparison": rule.comparison,
        "direction": rule.direction or NONE, "level": rule.level, "percent": round(rule.least_share * 100, 6),
        "money": rule.least_money, "volume": rule.least_volume, "weekdays": list(rule.weekdays), **hours,
    }  # fmt: skip


def _metrics() -> list[dict[str, str]]:
    found = sorted((measure.label, name) for name, measure in CATALOGUE.items())
    return [{"label": label, "value": name} for label, name in found]


def _dimensions() -> list[dict[str, str]]:
    found = sorted((DIMENSIONS[name].label, name) for name in DIMENSION_NAMES if name != "tenant")
    return [{"label": "The whole", "value": NONE}, *({"label": label, "value": name} for label, name in found)]


def register(app: Wiring) -> None:
    """Wire the card and the panel."""
    client = State(ScreenIds.CLIENT, "value")
    app.callback(
        Output(f"{Ids.LIST}-body", "children"), Output(Ids.OPEN, "hidden"), Input(ScreenIds.CLIENT, "value"),
        Input(Ids.DONE, "data"), Input(Ids.SAVED, "data"), permission=Permission.VIEW,
    )(show_rules)  # fmt: skip
    app.callback(
        output={"hidden": Output(Ids.PANEL, "hidden"), "title": Output(Ids.TITLE, "children"),
                "button": Output(Ids.SAVE, "children"), "edited": Output(Ids.EDITED, "data"),
                "metrics": Output(field_id("metric"), "options"),
                "dimensions": Output(field_id("dimension"), "options"),
                "fields": {name: Output(field_id(name), "value") for name in FIELDS}},
        inputs=[Input(Ids.OPEN, "n_clicks"), Input(Ids.CLOSE, "n_clicks"), Input(Ids.SAVED, "data"),
                Input({"type": Ids.EDIT, "rule": ALL, "version": ALL}, "n_clicks")],
        state=[client], permission=MAY_CHANGE, prevent_initial_call=True,
    )(show_rule_form)  # fmt: skip
    app.callback(
        output=[Output(Ids.RESULT, "children"), Output(Ids.SAVED, "data")],
        inputs={"clicks": Input(Ids.SAVE, "n_clicks"),
                "form": {name: State(field_id(name), "value") for name in FIELDS},
                "edited": Input(Ids.EDITED, "data"), "client": client},
        running=[(Output(Ids.SAVE, "disabled"), True, False)], permission=MAY_CHANGE, prevent_initial_call=True,
    )(save_rule)  # fmt: skip
    app.callback(
        Output(Ids.NOTICE, "children"), Output(Ids.DONE, "data"),
        Input({"type": Ids.DO, "do": ALL, "rule": ALL, "version": ALL}, "n_clicks"), client,
        permission=MAY_CHANGE, prevent_initial_call=True,
    )(do_with_rule)  # fmt: skip
