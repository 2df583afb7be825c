"""Codes on the Loyalty screen: issued for a customer, checked and redeemed at the counter, voided."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any

from dash import ALL, Input, Output, ctx, html, no_update
from dash import State as Given
from dash.development.base_component import Component
from sqlalchemy import select

from callbacks.desk import Desk, State, open_desk
from layouts import filters
from layouts.loyalty_codes import CodeIds, CodeLine, code_forms, code_list, issued_code
from layouts.parts import empty_state
from layouts.upload import add_link
from portal import loyalty_codes
from portal.clock import utc_now
from portal.db import writing
from portal.errors import InputError, PortalError
from portal.loyalty_codes import KINDS, Counter, Wish, name_of, state_of
from portal.loyalty_desk import check_code, redeem_code
from portal.loyalty_people import Member, find_member
from portal.loyalty_tables import LoyaltyCode
from portal.metrics.format import format_day
from portal.viewer import Permission
from portal.warehouse.duckdb import Warehouse
from portal.warehouse.schema import dim_shop, fact_loyalty
from portal.wiring import Wiring

_MOST_DIGITS = 12


def codes_card(desk: Desk) -> Component:
    """The forms, for who may use them and one client."""
    if Permission.HANDLE_CODES not in desk.viewer.permissions:
        return empty_state("Codes are handled by managers", "Ask an admin of your company for access.")
    if not desk.tenants:
        return empty_state("Nobody to give a code to", "Load customers and orders first.", add_link(desk.viewer))
    if len(desk.tenants) > 1:
        return empty_state("Choose one client", "Codes belong to one client. Choose it in the filter bar.")
    shops = _warehouse(desk).frame(
        select(dim_shop.c.shop_id, dim_shop.c.shop).distinct()
        .select_from(fact_loyalty.join(dim_shop, dim_shop.c.shop_key == fact_loyalty.c.shop_key))
        .where(dim_shop.c.shop_key != 0).order_by(dim_shop.c.shop, dim_shop.c.shop_id)
    )  # fmt: skip
    return code_forms([(shop, name or shop) for shop, name in shops.iter_rows()], KINDS)


def issue_code(clicks: int | None, wish: list[Any], state: State) -> Any:
    """Issue what was filled in, and show the code once."""
    if not clicks:
        return no_update
    customer, kind, shop, reward, points = wish
    chosen = "" if shop in (None, CodeIds.OWN) else str(shop)
    return _told(lambda: _issued(_desk(state), (str(customer or ""), chosen),
                                 Wish(str(kind or ""), str(reward or ""), _whole(points))))  # fmt: skip


def _issued(desk: Desk, who: tuple[str, str], wish: Wish) -> Component:
    counter, warehouse = _counter(desk), _warehouse(desk)
    member = find_member(warehouse, *who)
    with writing(desk.parts.sessions) as session:
        code, row = loyalty_codes.issue(session, counter, warehouse, member, wish)
    return issued_code(code, f"{name_of(row)} for {member.name or member.reference}: {_what(row)}, good until "
                             f"{format_day(row.expires_at.date())}.")  # fmt: skip


def look_at_code(check: int | None, redeem: int | None, given: list[Any], state: State) -> Any:
    """Check or redeem what was typed."""
    if not (check or redeem):
        return no_update
    typed, friend, purchase = (str(one if one is not None else "") for one in given)
    if ctx.triggered_id == CodeIds.REDEEM:
        return _told(lambda: _redeemed(_desk(state), typed, friend, purchase))
    return _told(lambda: _checked(_desk(state), typed))


def _checked(desk: Desk, typed: str) -> Component:
    row = check_code(desk.parts.sessions, _counter(desk), typed)
    return html.P(f"The code works: {_what(row)}. It is good until {format_day(row.expires_at.date())} and still open.",
                  className="verdict")  # fmt: skip


def _redeemed(desk: Desk, typed: str, friend: str, purchase: str) -> Component:
    person: Member | None = find_member(_warehouse(desk), friend) if friend.strip() else None
    row = redeem_code(desk.parts.sessions, _counter(desk), typed, person, _amount(purchase))
    return html.P(f"Redeemed: {_what(row)}. The ledger of points has it with the next load.", className="verdict")


def void_code(clicks: list[int | None], state: State) -> Any:
    """End an open code of the list."""
    cause = ctx.triggered_id
    if not any(clicks) or not isinstance(cause, dict):
        return no_update
    return _told(lambda: _voided(_desk(state), _whole(cause.get("code"))))


def _voided(desk: Desk, code_id: int) -> Component:
    with writing(desk.parts.sessions) as session:
        row = loyalty_codes.void(session, _counter(desk), code_id)
    return html.P(f"{name_of(row)} is void.", className="verdict")


def show_codes(_issued: Any, _told: Any, _voided: Any, state: State) -> Any:
    """The codes issued last."""
    desk = open_desk(state, Permission.HANDLE_CODES)
    if len(desk.tenants) != 1:
        return ""
    counter = _counter(desk)
    with desk.parts.sessions() as session:
        rows = loyalty_codes.latest(session, counter)
    return code_list([_line(row, counter) for row in rows])


def _line(row: LoyaltyCode, counter: Counter) -> CodeLine:
    dates = (format_day(row.issued_at.date()), format_day(row.expires_at.date()))
    what = row.reward or KINDS[row.kind]
    points = f"{row.points:,}" if row.kind == "reward" else f"+{row.points:,}"
    return CodeLine(row.id, name_of(row), what, points, row.customer.partition(":")[2], *dates,
                    state_of(row, counter.now))  # fmt: skip


def _what(row: LoyaltyCode) -> str:
    if row.kind == "referral":
        return f"a referral, {row.points:,} points for who referred and {row.friend_points:,} for the new customer"
    return f"{row.reward} for {row.points:,} points"


def _told(do: Any) -> Component:
    """What came of it, or why nothing did."""
    try:
        found: Component = do()
    except PortalError as problem:
        return html.P(str(problem), className="page-notice")
    return found


def _desk(state: State) -> Desk:
    desk = open_desk(state, Permission.HANDLE_CODES)
    if len(desk.tenants) != 1:
        raise InputError("Codes belong to one client. Choose it in the filter bar.", field="client")
    return desk


def _counter(desk: Desk) -> Counter:
    return Counter(desk.viewer, desk.tenants[0], utc_now(), desk.parts.settings.secret_key)


def _warehouse(desk: Desk) -> Warehouse:
    return desk.parts.warehouses.open(desk.viewer, desk.tenants[0])


def _whole(value: Any) -> int:
    """A whole number from the browser; −1, which nobody takes, for anything else. Nothing is 0."""
    if value in (None, ""):
        return 0
    is_whole = isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 10**_MOST_DIGITS
    return int(value) if is_whole and value == int(value) else -1


def _amount(text: str) -> Decimal:
    try:
        found = Decimal(text or "0")
    except InvalidOperation:
        found = Decimal(-1)
    if not found.is_finite() or found < 0:
        raise InputError("The purchase is an amount, 0 or more.", field="purchase")
    return found


def register(app: Wiring) -> None:
    """Wire the card."""
    wanted, state = Permission.HANDLE_CODES, Given(filters.Ids.STATE, "data")
    app.callback(
        Output(CodeIds.ISSUED, "children"), inputs=[Input(CodeIds.ISSUE, "n_clicks"),
        [Given(name, "value") for name in CodeIds.WISH], state], permission=wanted, prevent_initial_call=True,
    )(issue_code)  # fmt: skip
    app.callback(
        Output(CodeIds.TOLD, "children"), inputs=[Input(CodeIds.CHECK, "n_clicks"), Input(CodeIds.REDEEM, "n_clicks"),
        [Given(name, "value") for name in CodeIds.GIVEN], state], permission=wanted, prevent_initial_call=True,
    )(look_at_code)  # fmt: skip
    app.callback(
        Output(CodeIds.VOIDED, "children"), Input({"type": CodeIds.VOID, "code": ALL}, "n_clicks"), state,
        permission=wanted, prevent_initial_call=True,
    )(void_code)  # fmt: skip
    app.callback(
        Output(CodeIds.LIST, "children"),
        *(Input(name, "children") for name in (CodeIds.ISSUED, CodeIds.TOLD, CodeIds.VOIDED)), state,
        permission=wanted,
    )(show_codes)  # fmt: skip
