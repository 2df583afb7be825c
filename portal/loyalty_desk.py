"""Codes at the counter: each look at one is counted before it is looked at, and a refused one is noted."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from sqlalchemy.orm import Session

from portal import loyalty_codes
from portal.db import Sessions, writing
from portal.errors import InputError
from portal.loyalty_codes import REFUSED, Counter
from portal.loyalty_people import Member
from portal.loyalty_tables import LoyaltyCode


def check_code(sessions: Sessions, counter: Counter, typed: str) -> LoyaltyCode:
    """The open code that was typed; it stays open.

    Raises:
        ConflictError: too many codes were tried.
        InputError: it is no open code of the tenant, always in the same words.
    """

    def look(session: Session) -> LoyaltyCode:
        found = loyalty_codes.check(session, counter, typed)
        if found is None:
            raise InputError(REFUSED, field="code")
        return found

    return _counted(sessions, counter, look)


def redeem_code(
    sessions: Sessions, counter: Counter, typed: str, friend: Member | None = None, purchase: Decimal = Decimal(0)
) -> LoyaltyCode:
    """Use a code up. Arguments and errors as for `portal.loyalty_codes.redeem` and `check_code`."""
    return _counted(sessions, counter, lambda session: loyalty_codes.redeem(session, counter, typed, friend, purchase))


def _counted(sessions: Sessions, counter: Counter, do: Callable[[Session], LoyaltyCode]) -> LoyaltyCode:
    with writing(sessions) as session:
        loyalty_codes.take_turn(session, counter)
    try:
        with writing(sessions) as session:
            return do(session)
    except InputError as problem:
        if problem.field == "code":
            with writing(sessions) as session:
                loyalty_codes.refused(session, counter)
        raise
