"""The verb `portal loyalty`: codes for rewards and referrals."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

import click

from portal.cli.answer import JSON, TENANT, answer
from portal.cli.context import Context, open_context
from portal.clock import utc_now
from portal.errors import InputError

if TYPE_CHECKING:
    from portal.loyalty_codes import Counter
    from portal.loyalty_tables import LoyaltyCode
    from portal.warehouse.duckdb import Warehouse


@click.group()
def loyalty() -> None:
    """Handle the loyalty programme of a tenant."""


@loyalty.group()
def code() -> None:
    """Issue, check, redeem and void codes."""


@code.command("issue", epilog="Example: portal loyalty code issue --tenant 'Corner Shop' --customer C-12 "
                              "--reward 'Free tea' --points 50")  # fmt: skip
@TENANT
@click.option("--customer", required=True, help="Number, e-mail or phone of the customer.")
@click.option("--reward", default="", help="What the code is for; without it, it is a referral code.")
@click.option("--points", type=click.IntRange(0), default=0, help="Points the reward takes.")
@click.option("--shop", default="", help="The shop, where the customer has points in several.")
@JSON
def issue_code(tenant: str, as_json: bool, **asked: Any) -> None:
    """Issue a code and print it; it is kept nowhere."""
    from portal.db import writing
    from portal.loyalty_codes import Wish, issue, name_of
    from portal.loyalty_people import find_member

    context, counter, warehouse = _opened(tenant)
    member = find_member(warehouse, asked["customer"], asked["shop"])
    wish = Wish("reward" if asked["reward"] else "referral", asked["reward"], asked["points"])
    with writing(context.sessions) as session:
        made, row = issue(session, counter, warehouse, member, wish)
    facts = {**_facts(row), "code": made}
    answer(facts, f"{made}\n{name_of(row)} for {row.customer}, good until {row.expires_at:%Y-%m-%d}.", as_json)


@code.command("check", epilog="Example: portal loyalty code check 7KQM-XR2W-9HDT-P4CY --tenant 'Corner Shop'")
@click.argument("code")
@TENANT
@JSON
def show_code(code: str, tenant: str, as_json: bool) -> None:
    """Say what an open CODE is for; it stays open."""
    from portal.loyalty_desk import check_code

    context, counter, _ = _opened(tenant)
    row = check_code(context.sessions, counter, code)
    answer(_facts(row), f"Open: {_told(row)}, good until {row.expires_at:%Y-%m-%d}.", as_json)


@code.command("redeem", epilog="Example: portal loyalty code redeem 7KQM-XR2W-9HDT-P4CY --tenant 'Corner Shop'")
@click.argument("code")
@TENANT
@click.option("--friend", default="", help="For a referral: number, e-mail or phone of the new customer.")
@click.option("--purchase", default="0", help="For a referral: what the new customer buys for.")
@JSON
def use_code(code: str, tenant: str, friend: str, purchase: str, as_json: bool) -> None:
    """Use an open CODE up; its points are in the ledger with the next load."""
    from portal.loyalty_desk import redeem_code
    from portal.loyalty_people import find_member

    context, counter, warehouse = _opened(tenant)
    person = find_member(warehouse, friend) if friend else None
    row = redeem_code(context.sessions, counter, code, person, _amount(purchase))
    answer(_facts(row), f"Redeemed: {_told(row)}. The ledger has it with the next load.", as_json)


@code.command("void", epilog="Example: portal loyalty code void 12 --tenant 'Corner Shop'")
@click.argument("number", type=int)
@TENANT
@JSON
def void_code(number: int, tenant: str, as_json: bool) -> None:
    """End the open code SOUK-NUMBER."""
    from portal.db import writing
    from portal.loyalty_codes import name_of, void

    context, counter, _ = _opened(tenant)
    with writing(context.sessions) as session:
        row = void(session, counter, number)
    answer(_facts(row), f"{name_of(row)} is void.", as_json)


def _opened(name: str) -> tuple[Context, Counter, Warehouse]:
    from portal.loyalty_codes import Counter

    context = open_context()
    tenant = context.tenant_ref(name)
    viewer = context.viewer(tenant)
    counter = Counter(viewer, tenant, utc_now(), context.settings.secret_key)
    return context, counter, context.warehouses.open(viewer, tenant)


def _facts(row: LoyaltyCode) -> dict[str, object]:
    return {"number": row.id, "kind": row.kind, "customer": row.customer, "shop": row.shop_id, "reward": row.reward,
            "points": row.points, "friend_points": row.friend_points, "expires_at": f"{row.expires_at}Z"}  # fmt: skip


def _told(row: LoyaltyCode) -> str:
    if row.kind == "referral":
        return f"referral of {row.customer}, {row.points} points, {row.friend_points} for the new customer"
    return f"{row.reward} of {row.customer}, {row.points} points"


def _amount(text: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation as error:
        raise InputError(f"The purchase is an amount like 30.00, not '{text}'.", field="purchase") from error
