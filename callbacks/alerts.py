"""Alerts: listed by state, acknowledged, put off for oneself, resolved with a note."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from dash import ALL, Input, Output, State, ctx, no_update, set_props

from callbacks.alert_lines import alert_line
from layouts.alert_rules import Ids as RuleIds
from layouts.alerts import PAGE, STATES, Ids, alert_list, nav_label
from layouts.shell import nav_id
from portal import alerts, auth
from portal.alerts import Chosen
from portal.clock import utc_now
from portal.db import writing
from portal.errors import InputError, UnknownNameError
from portal.metrics.format import format_value
from portal.metrics.model import Unit
from portal.viewer import Permission, TenantRef, Viewer
from portal.wiring import Wiring, parts


def show_alerts(
    state: str | None, client: str | None, _tick: int | None, _done: str | None, _rules: str | None
) -> dict[str, Any]:
    """Paint the alerts of one client in one state."""
    viewer, wanted = auth.viewer(Permission.VIEW), state if state in STATES else "open"
    tenant = tenant_of(viewer, client)
    options = [{"label": each.name, "value": str(each.id)} for each in viewer.tenants]
    known = {"options": options, "client": str(tenant.id) if tenant else "", "hidden": len(options) < 2}
    if tenant is None:
        return {**known, "body": alert_list([], wanted), "period": "Nothing has been loaded yet"}
    with parts().sessions() as session:
        found = alerts.find_alerts(session, tenant, viewer, wanted, utc_now())
        waiting = found if wanted == "open" else alerts.open_alerts(session, tenant, viewer, utc_now())
    lines = [alert_line(each, viewer, tenant) for each in found]
    return {**known, "body": alert_list(lines, wanted), "period": _summary(waiting, tenant)}


def show_count(_path: str | None) -> list[Any]:
    """How many alerts are open for this person, in the side bar; asked again with every screen."""
    viewer, now = auth.viewer(Permission.VIEW), utc_now()
    with parts().sessions() as session:
        count = sum(alerts.count_open(session, tenant, viewer, now) for tenant in viewer.tenants)
    return nav_label(count)


def do_with_alert(
    clicks: list[int | None], notes: list[str | None], days: list[str | None], client: str | None
) -> tuple[Any, Any]:
    """Do what a button of the list says; gives a sentence, and makes the list paint itself again."""
    viewer, cause = auth.viewer(Permission.VIEW), ctx.triggered_id
    tenant = tenant_of(viewer, client)
    if not any(clicks) or not isinstance(cause, dict) or tenant is None:
        return no_update, no_update
    chosen = Chosen(whole(cause.get("alert")), whole(cause.get("version")))
    typed = {"note": _typed(Ids.NOTE, chosen.alert_id), "until": _typed(Ids.UNTIL, chosen.alert_id)}
    said = do_one(viewer, tenant, chosen, (str(cause.get("do")), typed))
    set_props(nav_id(PAGE), {"children": show_count(None)})
    return said, str(utc_now())


def do_one(viewer: Viewer, tenant: TenantRef, chosen: Chosen, what: tuple[str, Mapping[str, str]]) -> str:
    """Acknowledge, resolve, reopen or snooze one of the viewer's alerts; says what happened.

    Args:
        viewer, tenant: who does it, and whose alert it is.
        chosen: which, as it was seen.
        what: what is done, and what was typed: note, until.

    Raises:
        UnknownNameError: there is no such alert for the viewer, or no such thing to do.
        AccessError, ConflictError, InputError: as `portal.alerts.states` says.
    """
    (do, typed), now = what, utc_now()
    with writing(parts().sessions) as session:
        if do == "acknowledge":
            alerts.acknowledge(session, tenant, chosen, viewer, now)
            return "It is yours now and has left the open list."
        if do == "resolve":
            alerts.resolve(session, tenant, chosen, viewer, (typed.get("note", ""), now))
            return "Resolved for everybody."
        if do == "reopen":
            alerts.reopen(session, tenant, chosen, viewer, now)
            return "It is open again."
        until = _until(do, typed.get("until", ""), tenant, now)
        alerts.snooze(session, tenant, chosen, viewer, (until, now))
        return "You see it again." if do == "wake" else "You do not see it until then; others do."


def tenant_of(viewer: Viewer, client: str | None) -> TenantRef | None:
    """The client that is chosen among the viewer's own, else the first."""
    chosen = next((each for each in viewer.tenants if str(each.id) == client), None)
    return chosen or next(iter(viewer.tenants), None)


def whole(value: object) -> int:
    """A whole number from the browser; 0 for anything else."""
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**31 else 0


def _until(do: str, day: str, tenant: TenantRef, now: datetime) -> datetime:
    """When a snooze ends: the beginning of that day for the tenant; UTC without zone."""
    if do == "wake":
        return now
    today = now.replace(tzinfo=UTC).astimezone(ZoneInfo(tenant.timezone)).date()
    if do in {"day", "week"}:
        wanted = today + timedelta(days=1 if do == "day" else 7)
    elif do == "until":
        wanted = _date(day)
        if wanted <= today:
            raise InputError("Choose a day after today.", field="until")
    else:
        raise UnknownNameError("change of an alert", do, ("acknowledge", "resolve", "reopen", "day", "week", "until"))
    start = datetime.combine(wanted, time(), tzinfo=ZoneInfo(tenant.timezone))
    return start.astimezone(UTC).replace(tzinfo=None)


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise InputError("Choose the day you want to see it again.", field="until") from error


def _typed(kind: str, alert_id: int) -> str:
    """What was typed into the field of one alert; "" without."""
    fields = (each for group in ctx.states_list if isinstance(group, list) for each in group)
    for each in fields:
        found = each.get("id")
        if isinstance(found, dict) and found.get("type") == kind and found.get("alert") == alert_id:
            return str(each.get("value") or "")
    return ""


def _summary(waiting: list[alerts.SeenAlert], tenant: TenantRef) -> str:
    if not waiting:
        return "Nothing is open"
    # The same loss may be told by sales, orders and units: amounts of different alerts are not added up.
    worst = max((each.money for each in waiting if each.money is not None), default=0.0)
    if worst <= 0:
        return f"{len(waiting):,} open"
    amount = format_value(round(worst, 2), Unit.MONEY, tenant.currency, short=True)
    return f"{len(waiting):,} open, {'which' if len(waiting) == 1 else 'the largest'} costs {amount}"


def register(app: Wiring) -> None:
    """Wire the screen, and the count in the side bar."""
    app.callback(
        Output(nav_id(PAGE), "children"), Input("address", "pathname"), permission=Permission.VIEW, with_page=True
    )(show_count)
    app.callback(
        output={"body": Output(f"{Ids.LIST}-body", "children"), "period": Output(Ids.PERIOD, "children"),
                "options": Output(Ids.CLIENT, "options"), "client": Output(Ids.CLIENT, "value"),
                "hidden": Output(f"{Ids.CLIENT}-field", "hidden")},
        inputs=[Input(Ids.STATE, "value"), Input(Ids.CLIENT, "value"), Input(Ids.TICK, "n_intervals"),
                Input(Ids.DONE, "data"), Input(RuleIds.DONE, "data")],
        permission=Permission.VIEW,
    )(show_alerts)  # fmt: skip
    app.callback(
        Output(Ids.NOTICE, "children"), Output(Ids.DONE, "data"),
        Input({"type": Ids.DO, "do": ALL, "alert": ALL, "version": ALL}, "n_clicks"),
        State({"type": Ids.NOTE, "alert": ALL}, "value"), State({"type": Ids.UNTIL, "alert": ALL}, "value"),
        State(Ids.CLIENT, "value"), permission=Permission.VIEW, prevent_initial_call=True,
    )(do_with_alert)  # fmt: skip
