"""Loyalty: members, what points cost, what becomes of them.

The ledger is that of the source with the codes redeemed in the portal; points nobody booked as ended end by the rule
of expiry. Money is what IFRS 15 holds
back for points (see portal.analysis.points), to the cent. Rates say whether they follow the points that were given
(cohort) or what happened in the days asked for (trailing).
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, and_, func

from portal.metrics.customers import NEW_CUSTOMERS
from portal.metrics.expressions import distinct, known_total, total
from portal.metrics.model import Better, Dimension, Measure, Metric, Ratio, Unit
from portal.warehouse.schema import fact_referral, study_customer
from portal.warehouse.schema.studies_loyalty import study_member, study_points_entry, study_points_lot

_MOVE, _LOT, _MEMBER = study_points_entry.c, study_points_lot.c, study_member.c


def _moved(name: str, label: str, unit: Unit, move: str, meaning: str) -> Metric:
    """Points or money of one kind of entry; positive but for corrections."""
    column: ColumnElement[Any] = _MOVE.points if unit is Unit.QUANTITY else _MOVE.liability_amount
    found = total(column if move in {"issued", "adjusted", "estimate"} else -column)
    return Metric(
        name=name, label=label, unit=unit, meaning=meaning, fact=study_points_entry, value=found,
        where=_MOVE.points_move == move, date_column="entry_date", better=Better.NEITHER,
        formula="entries of the ledger, summed",
    )  # fmt: skip


POINTS_EXPIRED = _moved(
    "points_expired", "Points ended", Unit.QUANTITY, "expired",
    "Points that ended unspent: booked by the source, or by the rule of expiry where it books none.",
)  # fmt: skip
LIABILITY_ISSUED = _moved(
    "liability_issued", "Liability from points given", Unit.MONEY, "issued",
    "Money held back for points given: the share of the sale's price that is the points', by their worth and expected "
    "use; points given without a sale hold back all they are expected to cost.",
)  # fmt: skip
LIABILITY_REDEEMED = _moved(
    "liability_redeemed", "Liability of points redeemed", Unit.MONEY, "redeemed",
    "Money no longer held back because points were redeemed.",
)  # fmt: skip
LIABILITY_EXPIRED = _moved(
    "liability_expired", "Liability of points ended", Unit.MONEY, "expired",
    "Money no longer held back because points ended unspent.",
)  # fmt: skip
LIABILITY_ADJUSTED = _moved(
    "liability_adjusted", "Liability corrected", Unit.MONEY, "adjusted",
    "Changes of the money held back by corrections, signed.",
)  # fmt: skip
LIABILITY_ESTIMATE = _moved(
    "liability_estimate", "Liability from new estimates", Unit.MONEY, "estimate",
    "Changes of the money held back because the estimate of breakage or the worth of a point changed, signed; on the "
    "day the policy point_breakage or point_value changed, for points still open then.",
)  # fmt: skip
POINTS_LIABILITY = Metric(
    name="points_liability", label="Points liability", unit=Unit.MONEY, fact=study_points_entry, date_column=None,
    value=known_total(_MOVE.liability_amount), better=Better.NEITHER,
    meaning="Money held back for points not yet redeemed or ended, to the cent: opening plus given, less redeemed, "
    "less ended, with corrections and changes of the estimate. As of the snapshot.",
    formula="liability_issued − liability_redeemed − liability_expired + liability_adjusted + liability_estimate",
)  # fmt: skip


def _lots(name: str, label: str, value: ColumnElement[Any], meaning: str) -> Metric:
    return Metric(
        name=name, label=label, unit=Unit.QUANTITY, fact=study_points_lot, value=total(value), where=_LOT.is_over,
        date_column="ends_date", better=Better.NEITHER, strength="V", formula="points, summed",
        meaning=f"{meaning} Of points old enough to have ended, by the day they end unless they are used.",
    )  # fmt: skip


LOT_POINTS = _lots("cohort_points", "Points given that are over", _LOT.points, "Points given.")
LOT_REDEEMED = _lots(
    "cohort_points_redeemed", "Of them redeemed", _LOT.redeemed_points, "Points given that were redeemed."
)
LOT_EXPIRED = _lots("cohort_points_expired", "Of them ended", _LOT.expired_points, "Points given that ended unspent.")
COHORT_REDEMPTION_RATE = Ratio(
    name="cohort_redemption_rate", label="Redemption rate of cohorts", unit=Unit.RATE, top=LOT_REDEEMED,
    bottom=LOT_POINTS, better=Better.NEITHER, strength="V",
    meaning="Of points old enough to have ended, the share that was redeemed, by the day they end (cohort).",
)  # fmt: skip
BREAKAGE = Ratio(
    name="breakage", label="Breakage", unit=Unit.RATE, top=LOT_EXPIRED, bottom=LOT_POINTS, better=Better.NEITHER,
    strength="V",
    meaning="Of points old enough to have ended, the share that ended unspent, by the day they end (cohort).",
)  # fmt: skip


def _members(
    name: str, label: str, meaning: str, where: ColumnElement[bool] | None = None, value: Any = None
) -> Metric:  # fmt: skip
    return Metric(
        name=name, label=label, unit=Unit.COUNT, fact=study_member, date_column=None, where=where, strength="V",
        value=func.count() if value is None else value, is_additive=value is None, formula="number of accounts",
        meaning=f"{meaning} As of the snapshot; periods do not apply.",
    )  # fmt: skip


MEMBERS = _members("members", "Members", "Accounts in a programme; a customer of two shops has two.")
ACTIVE_MEMBERS = _members(
    "active_members", "Active members", "Accounts that earned or redeemed points in the last 365 days.",
    _MEMBER.is_active,
)  # fmt: skip
MEMBER_CUSTOMERS = _members(
    "member_customers", "Customers who are members", "Different customers with at least one account.", None,
    distinct(_MEMBER.customer_key),
)  # fmt: skip
KNOWN_CUSTOMERS = Metric(
    name="known_customers", label="Known customers", unit=Unit.COUNT, fact=study_customer, date_column=None,
    value=func.count(), where=study_customer.c.has_bought, formula="number of customers",
    meaning="Customers who can be told apart and have bought. As of the snapshot.",
)  # fmt: skip
ENROLMENT_RATE = Ratio(
    name="enrolment_rate", label="Enrolment", unit=Unit.RATE, top=MEMBER_CUSTOMERS, bottom=KNOWN_CUSTOMERS,
    strength="V",
    meaning="Customers with an account as a share of the customers who have bought and can be told apart.",
)  # fmt: skip
ACTIVE_RATE = Ratio(
    name="active_member_rate", label="Active members, share", unit=Unit.RATE, top=ACTIVE_MEMBERS, bottom=MEMBERS,
    strength="V", meaning="Members who earned or redeemed points in the last 365 days as a share of all members.",
)  # fmt: skip
POINTS_SOON = Metric(
    name="points_ending_soon", label="Points ending soon", unit=Unit.QUANTITY, fact=study_member, date_column=None,
    value=total(_MEMBER.soon_points), better=Better.DOWN, strength="D", formula="points, summed",
    meaning="Points that end unspent within the days the policy points_soon_days says. As of the snapshot.",
)  # fmt: skip
SOON_VALUE = Metric(
    name="value_ending_soon", label="Value of points ending soon", unit=Unit.MONEY, fact=study_member,
    date_column=None, value=total(_MEMBER.soon_amount), better=Better.DOWN, strength="D",
    formula="points × value of a point, summed",
    meaning="What points that end soon take off prices, at the value of a point (policy). As of the snapshot.",
)  # fmt: skip
MEMBER_SPEND = Metric(
    name="member_spend", label="Members' spend in a year", unit=Unit.MONEY, fact=study_member, date_column=None,
    value=total(_MEMBER.year_amount), strength="D", formula="delivered order totals, summed",
    meaning="Delivered orders of members in the shop of their account in the last 365 days. As of the snapshot.",
)  # fmt: skip
REFERRED = Metric(
    name="referred_customers", label="Referred customers", unit=Unit.COUNT, fact=fact_referral,
    value=distinct(fact_referral.c.referee_key), is_additive=False, date_column="completed_date", strength="V",
    where=and_(fact_referral.c.referral_status == "completed", fact_referral.c.referee_key != 0),
    formula="different customers", meaning="Customers brought by another whose referral was completed, by that day.",
)  # fmt: skip
REFERRAL_RATE = Ratio(
    name="referral_rate", label="Referral rate", unit=Unit.RATE, top=REFERRED, bottom=NEW_CUSTOMERS, strength="V",
    meaning="Referred customers as a share of new customers of the same days.",
)  # fmt: skip

TIER_NOW = Dimension("tier_now", "Tier now", {"study_member": _MEMBER.tier_now})
TIER_AFTER = Dimension("tier_after", "Tier now or left", {"study_member": _MEMBER.tier_after})
TIER_BEFORE = Dimension("tier_before", "Tier a year ago", {"study_member": _MEMBER.tier_before})
POINTS_MOVE = Dimension("points_move", "Move", {"study_points_entry": _MOVE.points_move})
BY_RULE = Dimension("points_by_rule", "By rule", {"study_points_entry": _MOVE.is_by_rule}, kind="flag")
MEMBER_ACTIVE = Dimension("member_active", "Active", {"study_member": _MEMBER.is_active}, kind="flag")
LOYALTY_DIMENSIONS = (TIER_NOW, TIER_AFTER, TIER_BEFORE, POINTS_MOVE, BY_RULE, MEMBER_ACTIVE)

LOYALTY: tuple[Measure, ...] = (
    POINTS_EXPIRED, LIABILITY_ISSUED, LIABILITY_REDEEMED, LIABILITY_EXPIRED, LIABILITY_ADJUSTED,
    LIABILITY_ESTIMATE, POINTS_LIABILITY,
    LOT_POINTS, LOT_REDEEMED, LOT_EXPIRED, COHORT_REDEMPTION_RATE, BREAKAGE, MEMBERS, ACTIVE_MEMBERS,
    MEMBER_CUSTOMERS, KNOWN_CUSTOMERS, ENROLMENT_RATE, ACTIVE_RATE, POINTS_SOON, SOON_VALUE, MEMBER_SPEND,
    REFERRED, REFERRAL_RATE,
)  # fmt: skip
