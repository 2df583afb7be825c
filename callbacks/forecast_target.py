"""The month's card with its target: painted on its own, since a target changes between two loads."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any

import dash_bootstrap_components as dbc
from dash import Input, Output, ctx, dcc, html
from dash import State as Given

from callbacks.desk import Desk, State, open_desk
from callbacks.forecast_cards import NO_SERIES, nothing
from callbacks.forecast_pace import Landing, aim_of, landing_of, pace_lines
from callbacks.forecast_series import Series, chosen
from layouts import filters
from layouts.parts import empty_state
from portal.clock import utc_now
from portal.db import writing
from portal.errors import AccessError, InputError
from portal.metrics import CATALOGUE
from portal.metrics.model import Unit
from portal.targets import Wish, set_target, target_of
from portal.viewer import Permission
from portal.wiring import Wiring


class Ids:
    """Ids of the card's own parts."""

    NOW = "forecast-pace-now"
    THERE = "forecast-pace-there"
    AMOUNT = "forecast-target-amount"
    VERSION = "forecast-target-version"
    SAVE = "forecast-target-save"


def pace_body(_desk: Desk) -> Any:
    """Where the month's numbers go; they are painted as soon as it is there."""
    return html.Div([dcc.Store(id=Ids.THERE, data=True), html.Div(id=Ids.NOW, className="pace")])


def show_pace(_there: bool | None, _saved: int | None, amount: Any, version: Any, state: State) -> Any:
    """Save the target when that was asked for, and paint the month."""
    desk = open_desk(state)
    series = chosen(desk)
    if not desk.tenants or series is None:
        return nothing(desk) if not desk.tenants else empty_state("No forecast", NO_SERIES)
    landing = landing_of(desk, series)
    if landing is None:
        return nothing(desk)
    if ctx.triggered_id == Ids.SAVE:
        save_target(desk, series, landing, (amount, version))
    label = f"{CATALOGUE[series.measure].label} of {series.name}, {landing.month:%B %Y}"
    return [html.P(label, className="caption"), *pace_lines(desk, series, landing), *_form(desk, series, landing)]


def save_target(desk: Desk, series: Series, landing: Landing, told: tuple[Any, Any]) -> None:
    """Keep the target that was typed; nothing typed takes it back.

    Raises:
        AccessError: the role may not set targets, or several clients are shown.
        InputError: no number that can be a target.
        ConflictError: somebody changed it meanwhile.
    """
    desk.viewer.require(Permission.MANAGE_POLICIES)
    if len(desk.tenants) != 1:
        raise AccessError("A target is set for one client at a time. Choose the client first.")
    amount, version = told
    with writing(desk.parts.sessions) as session:
        set_target(session, desk.tenants[0], aim_of(series, landing.month), (_amount(amount), _whole(version)),
                   (desk.viewer.email, utc_now()))  # fmt: skip


def _amount(text: Any) -> Decimal | None:
    if text is None or str(text).strip() == "":
        return None
    try:
        return Decimal(str(text))
    except InvalidOperation as error:
        raise InputError("A target is a number above 0, or nothing to take it back.", field="target") from error


def _whole(text: Any) -> int:
    return int(text) if str(text).isdecimal() else -1


def _form(desk: Desk, series: Series, landing: Landing) -> list[Any]:
    """The field for the target, for those who may set one."""
    if Permission.MANAGE_POLICIES not in desk.viewer.permissions or len(desk.tenants) != 1:
        return []
    with desk.parts.sessions() as session:
        wish = target_of(session, desk.tenants[0].id, aim_of(series, landing.month))
    unit = f" in {desk.currency}" if CATALOGUE[series.measure].unit is Unit.MONEY else ""
    field = dbc.Input(id=Ids.AMOUNT, type="number", min=0, step="any", value=_shown(wish), className="field-input",
                      autoComplete="off")  # fmt: skip
    kept = dbc.Input(id=Ids.VERSION, type="hidden", value=str(wish.version if wish else 0))
    save = html.Button("Set target", id=Ids.SAVE, type="button", className="button")
    label = html.Label(f"Target of {landing.month:%B}{unit}", htmlFor=Ids.AMOUNT, className="field-label")
    return [html.Div([html.Div([label, field], className="field"), kept, save], className="pace-form")]


def _shown(wish: Wish | None) -> str:
    return f"{wish.amount.normalize():f}" if wish else ""


def register_target(app: Wiring) -> None:
    """Wire the card."""
    app.callback(
        output=Output(Ids.NOW, "children"),
        inputs=[
            Input(Ids.THERE, "data", allow_optional=True),
            Input(Ids.SAVE, "n_clicks", allow_optional=True), Given(Ids.AMOUNT, "value", allow_optional=True),
            Given(Ids.VERSION, "value", allow_optional=True), Given(filters.Ids.STATE, "data"),
        ],
        permission=Permission.VIEW,
    )(show_pace)  # fmt: skip
