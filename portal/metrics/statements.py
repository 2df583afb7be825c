"""Couriers' payout statements, line by line, against the parcels they are for. Dated by the day of the payout.

For every set of lines: what was paid adds up over payment_state; collected − fees − paid is the arithmetic difference.
"""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, func

from portal.metrics.expressions import known_total, total
from portal.metrics.model import Better, Measure, Metric, Unit
from portal.warehouse.schema import fact_courier_payment

_LINE = fact_courier_payment.c


def _sum(
    name: str, label: str, meaning: str, value: ColumnElement[object], where: ColumnElement[bool] | None = None
) -> Metric:  # fmt: skip
    return Metric(
        name=name, label=label, unit=Unit.MONEY, meaning=f"{meaning} Dated by the payout.", fact=fact_courier_payment,
        value=value, where=where, date_column="paid_date", better=Better.NEITHER, strength="D",
        formula=f"{label.lower()}, summed",
    )  # fmt: skip


STATEMENT_LINES = Metric(
    name="statement_lines", label="Lines of statements", unit=Unit.COUNT, fact=fact_courier_payment,
    value=func.count(), date_column="paid_date", better=Better.NEITHER, strength="D", formula="number of lines",
    meaning="Lines of couriers' payout statements. Break them down by payment_state to see which parcels are short, "
    "paid twice or not known. Dated by the payout.",
)  # fmt: skip
STATEMENT_PROBLEMS = Metric(
    name="statement_problems", label="Lines to clear up", unit=Unit.COUNT, fact=fact_courier_payment,
    value=func.count(), where=_LINE.payment_state.not_in(("as_expected", "part")), date_column="paid_date",
    better=Better.DOWN, strength="D", formula="number of lines",
    meaning="Lines that pay too little, too much, a second time, for a parcel that was not delivered, or for one "
    "nobody knows. Dated by the payout.",
)  # fmt: skip
STATEMENT_COLLECTED = _sum(
    "statement_collected", "Collected by statements", "What couriers say they took from customers; missing when no "
    "line says it.", known_total(_LINE.collected_amount),
)  # fmt: skip
STATEMENT_FEES = _sum("statement_fees", "Fees by statements", "What couriers kept.", total(_LINE.fee_amount))
STATEMENT_PAID = _sum("statement_paid", "Paid by statements", "What couriers paid out.", total(_LINE.paid_amount))
STATEMENT_ARITHMETIC = _sum(
    "statement_arithmetic", "Collected less fees less paid",
    "0 when every line of the statement adds up; lines that do not say what was collected are not in it.",
    total(_LINE.collected_amount - func.coalesce(_LINE.fee_amount, 0) - _LINE.paid_amount),
    _LINE.collected_amount.is_not(None),
)  # fmt: skip
STATEMENT_SHORT = _sum(
    "statement_short", "Paid too little", "What the last line of a parcel leaves unsettled.",
    total(_LINE.difference_amount), _LINE.difference_amount > 0,
)  # fmt: skip
STATEMENT_OVER = _sum(
    "statement_over", "Paid too much", "What was paid above what was due, a second time, or for parcels that were not "
    "delivered.", total(-_LINE.difference_amount), _LINE.difference_amount < 0,
)  # fmt: skip
STATEMENT_UNKNOWN = _sum(
    "statement_unknown", "Paid for unknown parcels", "Payouts for tracking numbers that no parcel has.",
    total(_LINE.paid_amount), and_(_LINE.payment_state == "unknown_parcel"),
)  # fmt: skip

STATEMENTS: tuple[Measure, ...] = (
    STATEMENT_LINES, STATEMENT_PROBLEMS, STATEMENT_COLLECTED, STATEMENT_FEES, STATEMENT_PAID, STATEMENT_ARITHMETIC,
    STATEMENT_SHORT, STATEMENT_OVER, STATEMENT_UNKNOWN,
)  # fmt: skip
