"""What follows a sale, and the people behind it: service cases, points, reviews, payroll."""

from __future__ import annotations

from sqlalchemy import ColumnElement, func

from portal.metrics.expressions import known_total, total
from portal.metrics.model import Better, Measure, Metric, Ratio, Unit
from portal.warehouse.schema import fact_payroll, fact_review, fact_service_case, fact_shipment
from portal.warehouse.schema.studies_loyalty import study_points_entry

_CASE, _ENTRY, _REVIEW, _PAY = fact_service_case.c, study_points_entry.c, fact_review.c, fact_payroll.c


def _parcels(name: str, label: str, meaning: str, outcome: str, better: Better) -> Metric:
    """A count of deliveries by what became of them."""
    return Metric(
        name=name, label=label, unit=Unit.COUNT, meaning=meaning, fact=fact_shipment, value=func.count(),
        where=fact_shipment.c.outcome == outcome, date_column="ship_date", better=better, strength="D",
        formula="number of shipments",
    )  # fmt: skip


def _points(name: str, label: str, meaning: str, value: ColumnElement[int], where: ColumnElement[bool]) -> Metric:
    """A sum of entries of the points ledger, as a positive number."""
    return Metric(
        name=name, label=label, unit=Unit.QUANTITY, meaning=meaning, fact=study_points_entry, value=total(value),
        where=where, date_column="entry_date", better=Better.NEITHER, formula="points, summed",
    )  # fmt: skip


SUCCEEDED_SHIPMENTS = _parcels(
    "succeeded_shipments", "Successful deliveries",
    "Shipments that did what they were sent for: delivered, or brought back where bringing back was the task.",
    "succeeded", Better.UP,
)  # fmt: skip
FAILED_SHIPMENTS = _parcels(
    "failed_shipments", "Failed deliveries",
    "Shipments that came back, were cancelled, lost or damaged; pick-ups, exchanges and signatures brought back are "
    "not among them.", "failed", Better.DOWN,
)  # fmt: skip
SERVICE_CASES = Metric(
    name="service_cases", label="Service cases", unit=Unit.COUNT, better=Better.DOWN, date_column="opened_date",
    meaning="Tickets, maintenance cycles, replacements and hub confirmations of any state, dated by their opening.",
    fact=fact_service_case, value=func.count(), formula="number of service cases", strength="D",
)  # fmt: skip
SERVICE_COST = Metric(
    name="service_cost", label="Service cost", unit=Unit.MONEY, better=Better.DOWN, date_column="opened_date",
    meaning="What service cases cost, as far as the source says; dated by their opening.",
    fact=fact_service_case, value=known_total(_CASE.cost_amount), formula="cost of service cases, summed", strength="D",
)  # fmt: skip
POINTS_ISSUED = _points(
    "points_issued", "Points issued", "Loyalty points given to customers; openings and corrections upwards are in it.",
    _ENTRY.points, _ENTRY.points > 0,
)  # fmt: skip
POINTS_REDEEMED = _points(
    "points_redeemed", "Points redeemed", "Loyalty points spent by customers; expired points are not among them.",
    -_ENTRY.points, _ENTRY.entry_type.like("redeem%"),
)  # fmt: skip
POINTS_BALANCE = Metric(
    name="points_balance", label="Points outstanding", unit=Unit.QUANTITY, better=Better.NEITHER, date_column=None,
    meaning="Loyalty points customers hold as of the snapshot: everything issued less spent, ended and corrected.",
    fact=study_points_entry, value=total(_ENTRY.points), formula="points, summed", strength="D",
)  # fmt: skip
REDEMPTION_RATE = Ratio(
    name="redemption_rate", label="Redemption rate", unit=Unit.RATE, top=POINTS_REDEEMED, bottom=POINTS_ISSUED,
    strength="V", better=Better.NEITHER,
    meaning="Points redeemed as a share of points issued in the same days, not of the same points.",
)  # fmt: skip
REVIEWS = Metric(
    name="reviews", label="Reviews", unit=Unit.COUNT, date_column="review_date",
    meaning="Reviews of products and shops in any state.", fact=fact_review, value=func.count(),
    formula="number of reviews", strength="D",
)  # fmt: skip
RATING_SUM = Metric(
    name="rating_sum", label="Sum of ratings", unit=Unit.COUNT, date_column="review_date",
    meaning="Ratings of reviews added up; only of use to divide by their number.", fact=fact_review,
    value=total(_REVIEW.rating), formula="ratings, summed", strength="D",
)  # fmt: skip
AVERAGE_RATING = Ratio(
    name="average_rating", label="Average rating", unit=Unit.NUMBER, top=RATING_SUM, bottom=REVIEWS,
    meaning="Mean rating of reviews, 1 to 5.", strength="S",
)  # fmt: skip
PAYROLL = Metric(
    name="payroll", label="Payroll", unit=Unit.MONEY, better=Better.NEITHER, date_column="pay_date",
    meaning="Net pay by pay day, whatever its state; base plus bonus less deductions. Missing where no pay day falls "
    "into the period.", fact=fact_payroll, value=known_total(_PAY.net_amount), formula="net pay, summed", strength="D",
)  # fmt: skip

AFTER_SALES: tuple[Measure, ...] = (
    SUCCEEDED_SHIPMENTS, FAILED_SHIPMENTS, SERVICE_CASES, SERVICE_COST, POINTS_ISSUED, POINTS_REDEEMED, POINTS_BALANCE,
    REDEMPTION_RATE, REVIEWS, RATING_SUM, AVERAGE_RATING, PAYROLL,
)  # fmt: skip
