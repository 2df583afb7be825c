"""Codes for rewards and referrals: issued once, redeemed once, known by a keyed hash alone.

The code itself is shown when it is issued and kept nowhere. A wrong, used, voided, expired or foreign code meets the
same question, the same answer and the same limit, so that trying tells nothing. What redeeming moves is written as
points moves, which the ledger counts from the next load on (`portal.studies.points_made_here`). Codes issued under
another PORTAL_SECRET_KEY do not work any more.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from portal import audit, throttle
from portal.code_text import is_written_well, new_code, tidy
from portal.errors import ConflictError, InputError, UnknownNameError
from portal.loyalty_people import Member, points_left, points_reserved
from portal.loyalty_tables import LoyaltyCode, PointsMove
from portal.policies import load_policies, policy
from portal.sealing import keyed_hash
from portal.viewer import Permission, TenantRef, Viewer
from portal.warehouse.duckdb import Warehouse

KINDS = {"reward": "Reward", "referral": "Referral"}
PER_PERSON = 40
PER_TENANT = 300
"""Codes one person, and all of a tenant, may look at within the window of `portal.throttle`."""
REFUSED = (
    "This code does not work: it is wrong, used, voided, expired or of somebody else. Compare it letter by letter; "
    "codes have no 0, 1, I, L, O, U or Z."
)
LISTED = 20


@dataclass(frozen=True)
class Counter:
    """Where codes are handled: who, for which tenant, when (UTC without zone), with the key of the installation."""

    viewer: Viewer
    tenant: TenantRef
    now: datetime
    secret_key: str

    def __post_init__(self) -> None:
        self.viewer.require(Permission.HANDLE_CODES)
        self.viewer.tenant(self.tenant.name)

    @property
    def today(self) -> Any:
        """The tenant's business date."""
        return self.now.replace(tzinfo=ZoneInfo("UTC")).astimezone(ZoneInfo(self.tenant.timezone)).date()

    def hash_of(self, code: str) -> str:
        """What is kept of a tidy code."""
        return keyed_hash(self.secret_key, code, f"loyalty code of tenant {self.tenant.id}")

    def note(self, session: Session, action: str, target: str, **details: Any) -> None:
        """Write to the audit trail."""
        event = audit.Happening(self.viewer.email, action, target, self.tenant.id, details)
        audit.record(session, event, self.now)


@dataclass(frozen=True)
class Wish:
    """What a code is to be: kind (of `KINDS`), what the reward is, points it takes. A referral follows the policies."""

    kind: str
    reward: str = ""
    points: int = 0


def issue(
    session: Session, counter: Counter, warehouse: Warehouse, member: Member, wish: Wish
) -> tuple[str, LoyaltyCode]:
    """Make a code for a customer. Open with `portal.db.writing`.

    Returns:
        The code, to be shown once, and its row.

    Raises:
        InputError: the reward is not described, or the customer lacks the points.
    """
    rules = load_policies(session, counter.tenant.id)
    points, friend = _points_of(session, counter, (warehouse, member), wish)
    days = int(policy(rules, "code_valid_days", counter.today))
    code = new_code()
    row = LoyaltyCode(
        tenant_id=counter.tenant.id, code_hash=counter.hash_of(tidy(code)), kind=wish.kind, customer=member.reference,
        shop_id=member.shop_id, reward=wish.reward.strip(), points=points, friend_points=friend,
        issued_at=counter.now, issued_by=counter.viewer.email, expires_at=counter.now + timedelta(days=days),
    )  # fmt: skip
    session.add(row)
    session.flush()
    counter.note(session, "loyalty code issued", name_of(row), kind=row.kind, customer=row.customer, reward=row.reward,
                 points=row.points)  # fmt: skip
    return code, row


def _points_of(session: Session, counter: Counter, whose: tuple[Warehouse, Member], wish: Wish) -> tuple[int, int]:
    """Points of the customer and of a friend that a code moves."""
    warehouse, member = whose
    rules = load_policies(session, counter.tenant.id)
    if wish.kind == "referral":
        names = ("referral_points", "referee_points")
        given, friend = (int(policy(rules, name, counter.today)) for name in names)
        return given, friend
    if wish.kind not in KINDS:
        raise UnknownNameError("kind of code", wish.kind, KINDS)
    if not 0 < len(wish.reward.strip()) <= 120 or not 0 <= wish.points <= 1_000_000_000:
        raise InputError("Say what the reward is (up to 120 letters) and how many points it takes, 0 or more.",
                         field="reward")  # fmt: skip
    left = points_left(session, warehouse, member)
    free = left - points_reserved(session, counter.tenant.id, member, counter.now)
    if wish.points > free:
        raise InputError(f"The reward takes {wish.points:,} points; the customer has {max(0, free):,} left that no "
                         "other open code takes.", field="points")  # fmt: skip
    return wish.points, 0


def take_turn(session: Session, counter: Counter) -> None:
    """Count one look at a code, before it is looked at, in a transaction of its own.

    Raises:
        ConflictError: too many within the window.
    """
    whose = (("loyalty code by", f"{counter.tenant.id}:{counter.viewer.email}", PER_PERSON),
             ("loyalty code of", str(counter.tenant.id), PER_TENANT))  # fmt: skip
    for what, who, limit in whose:
        minutes = throttle.take_turn(session, what, who, limit, counter.now)
        if minutes:
            raise ConflictError(f"Too many codes were tried. Try again in {minutes} "
                                f"minute{'' if minutes == 1 else 's'}.")  # fmt: skip


def check(session: Session, counter: Counter, typed: str) -> LoyaltyCode | None:
    """The open code that was typed; None for every other, for whatever reason."""
    code = tidy(typed)
    wanted = counter.hash_of(code)
    row = session.scalars(select(LoyaltyCode).where(*_open(counter), LoyaltyCode.code_hash == wanted)).first()
    return row if is_written_well(code) else None


def redeem(
    session: Session, counter: Counter, typed: str, friend: Member | None = None, purchase: Decimal = Decimal(0)
) -> LoyaltyCode:
    """Use a code up and write what it moves. Open with `portal.db.writing`.

    Args:
        session: of a writing transaction.
        counter: who redeems it, where and when.
        typed: the code.
        friend: for a referral, the new customer who brings it.
        purchase: for a referral, what they buy for, in the tenant's currency.

    Raises:
        InputError: the code is not open (always in the same words), or a referral lacks what it needs.
    """
    row = check(session, counter, typed)
    if row is None:
        raise InputError(REFUSED, field="code")
    if row.kind == "referral":
        _require_friend(session, counter, row, (friend, purchase))
    done = session.execute(
        update(LoyaltyCode).where(*_open(counter), LoyaltyCode.id == row.id)
        .values(redeemed_at=counter.now, redeemed_by=counter.viewer.email).returning(LoyaltyCode.id)
    )  # fmt: skip
    if done.first() is None:  # somebody else was faster
        raise InputError(REFUSED, field="code")
    session.add_all(_moves(counter, row, friend))
    counter.note(session, "loyalty code redeemed", name_of(row), kind=row.kind, customer=row.customer,
                 reward=row.reward, points=row.points, friend=friend.reference if friend else "")  # fmt: skip
    return row


def _require_friend(
    session: Session, counter: Counter, row: LoyaltyCode, bought: tuple[Member | None, Decimal]
) -> None:
    friend, purchase = bought
    least = Decimal(str(policy(load_policies(session, counter.tenant.id), "referral_minimum", counter.today)))
    if friend is None or friend.reference == row.customer:
        raise InputError("A referral code is brought by somebody else: give their number, e-mail or phone.",
                         field="friend")  # fmt: skip
    if friend.has_bought:
        raise InputError("A referral code is for a first purchase; this customer has bought before.", field="friend")
    if purchase < least:
        raise InputError(f"A referral code needs a purchase of at least {least:,.2f} {counter.tenant.currency}.",
                         field="purchase")  # fmt: skip


def _moves(counter: Counter, row: LoyaltyCode, friend: Member | None) -> list[PointsMove]:
    """What a code moves; nothing where no points move."""
    if row.kind == "reward":
        moved = [(row.customer, "redeemed_reward", -row.points)]
    else:
        brought = [(friend.reference, "earned_referral", row.friend_points)] if friend else []
        moved = [(row.customer, "earned_referral", row.points), *brought]
    return [
        PointsMove(tenant_id=counter.tenant.id, code_id=row.id, customer=who, shop_id=row.shop_id, entry_type=kind,
                   points=points, entry_date=counter.today, moved_at=counter.now)
        for who, kind, points in moved if points
    ]  # fmt: skip


def void(session: Session, counter: Counter, code_id: int) -> LoyaltyCode:
    """End an open code of the tenant by its number. Open with `portal.db.writing`.

    Raises:
        ConflictError: there is no such open code (any more).
    """
    row = session.scalars(select(LoyaltyCode).where(*_open(counter), LoyaltyCode.id == code_id)).first()
    if row is None:
        raise ConflictError("This code is not open any more. It was redeemed, voided or has expired.")
    row.voided_at, row.voided_by = counter.now, counter.viewer.email
    counter.note(session, "loyalty code voided", name_of(row), kind=row.kind, customer=row.customer)
    return row


def refused(session: Session, counter: Counter) -> None:
    """Note that a code was refused; not which, as it may be somebody else's."""
    counter.note(session, "loyalty code refused", "")


def latest(session: Session, counter: Counter) -> list[LoyaltyCode]:
    """The codes issued last, newest first."""
    rows = select(LoyaltyCode).where(LoyaltyCode.tenant_id == counter.tenant.id).order_by(LoyaltyCode.id.desc())
    return list(session.scalars(rows.limit(LISTED)))


def name_of(row: LoyaltyCode) -> str:
    """What a code is called where the code itself must not stand, and the reference of its points in the ledger."""
    return f"SOUK-{row.id}"


def state_of(row: LoyaltyCode, now: datetime) -> str:
    """Open, Redeemed, Voided or Expired."""
    if row.redeemed_at or row.voided_at:
        return "Redeemed" if row.redeemed_at else "Voided"
    return "Open" if row.expires_at > now else "Expired"


def _open(counter: Counter) -> tuple[Any, ...]:
    code = LoyaltyCode
    return (code.tenant_id == counter.tenant.id, code.redeemed_at.is_(None), code.voided_at.is_(None),
            code.expires_at > counter.now)  # fmt: skip
