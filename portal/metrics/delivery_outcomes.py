"""What became of parcels: success and return to origin by the day they left, attempts, exceptions.

Parcels sent less than policy delivery_maturity_days before the latest data are immature: most of those that will come
back are still under way. They are in no rate of an outcome here; the metrics that count them say so.
"""

from __future__ import annotations

from sqlalchemy import and_, func, or_

from portal.metrics.delivery import count_of_shipments, days_ago
from portal.metrics.expressions import policy_days, total
from portal.metrics.model import Better, Measure, Metric, Ratio, Unit
from portal.warehouse.schema import fact_shipment

_PARCEL = fact_shipment.c
_IS_SENT = or_(_PARCEL.ship_date.is_not(None), _PARCEL.delivered_date.is_not(None))
_LAST_JUDGED = days_ago(policy_days("delivery_maturity_days"))
IS_MATURE = func.coalesce(_PARCEL.ship_date, _PARCEL.delivered_date) <= _LAST_JUDGED
_SUCCEEDED = _PARCEL.outcome == "succeeded"
_CAME_BACK = and_(_PARCEL.shipment_status == "returned", _PARCEL.outcome == "failed")
_WAITS = "Parcels sent less than policy delivery_maturity_days ago are not in it. Dated by departure (else arrival)."
_TASK = "Return pick-ups, exchanges and signatures succeed when they are brought back."
_ATTEMPTED = or_(_PARCEL.attempts > 0, _PARCEL.failed_attempts > 0, and_(_SUCCEEDED, _PARCEL.attempts.is_not(None)))

SENT = count_of_shipments(
    "sent_shipments", "Parcels sent", "Parcels that left, of any age, dated by departure (else arrival).", _IS_SENT
)
SENT_SUCCEEDED = count_of_shipments(
    "sent_succeeded", "Delivered so far", "Parcels that left and did what they were sent for until now. " + _TASK,
    and_(_IS_SENT, _SUCCEEDED), Better.UP,
)  # fmt: skip
SENT_FAILED = count_of_shipments(
    "sent_failed", "Failed so far", "Parcels that left and came back, were lost, damaged or cancelled until now. "
    + _TASK, and_(_IS_SENT, _PARCEL.outcome == "failed"), Better.DOWN,
)  # fmt: skip
JUDGED = count_of_shipments(
    "judged_shipments", "Parcels judged", "Parcels that left long enough ago to be judged. " + _WAITS, IS_MATURE
)
JUDGED_SUCCEEDED = count_of_shipments(
    "judged_succeeded", "Delivered of those judged",
    f"Parcels that did what they were sent for. {_TASK} {_WAITS}", and_(IS_MATURE, _SUCCEEDED), Better.UP,
)  # fmt: skip
IMMATURE = count_of_shipments(
    "immature_shipments", "Parcels too recent to judge",
    "Parcels sent less than policy delivery_maturity_days before the latest data, whatever has become of them.",
    and_(_IS_SENT, ~IS_MATURE),
)  # fmt: skip
RETURNED_TO_ORIGIN = count_of_shipments(
    "returned_to_origin", "Returned to origin",
    "Parcels that came back undelivered; those whose task was to bring something back are not among them. " + _WAITS,
    and_(IS_MATURE, _CAME_BACK), Better.DOWN,
)  # fmt: skip
DELIVERY_SUCCESS = Ratio(
    name="delivery_success", label="Delivery success", unit=Unit.RATE, top=JUDGED_SUCCEEDED, bottom=JUDGED,
    strength="V", meaning=f"Delivered as a share of parcels sent, by the day they left. {_TASK} {_WAITS}",
)  # fmt: skip
DELIVERY_SUCCESS_SO_FAR = Ratio(
    name="delivery_success_so_far", label="Delivery success so far", unit=Unit.RATE, top=SENT_SUCCEEDED, bottom=SENT,
    strength="D", meaning="Delivered until now as a share of all parcels sent, recent ones included, so that it still "
    "rises for recent days. Not to be compared or ranked.",
)  # fmt: skip
RTO_RATE = Ratio(
    name="rto_rate", label="Return-to-origin rate", unit=Unit.RATE, top=RETURNED_TO_ORIGIN, bottom=JUDGED,
    strength="V", better=Better.DOWN, meaning="Parcels that came back undelivered as a share of parcels sent. "
    + _WAITS,
)  # fmt: skip

ATTEMPTED = count_of_shipments(
    "attempted_shipments", "Parcels attempted",
    "Parcels of which at least one attempt to deliver is known, dated by departure (else arrival).", _ATTEMPTED,
)  # fmt: skip
FIRST_ATTEMPT = count_of_shipments(
    "first_attempt_shipments", "Delivered at the first attempt",
    "Parcels that succeeded without a failed attempt or exception before; their number of attempts is known.",
    and_(_SUCCEEDED, _PARCEL.attempts.is_not(None), func.coalesce(_PARCEL.failed_attempts, 0) == 0), Better.UP,
)  # fmt: skip
NDR = count_of_shipments(
    "ndr_shipments", "Parcels with a failed attempt",
    "Parcels with at least one attempt that came to nothing: more attempts than it took, a failed attempt among the "
    "steps, or an exception.", _PARCEL.failed_attempts > 0, Better.DOWN,
)  # fmt: skip
EXCEPTIONS = count_of_shipments(
    "exceptions", "Exceptions", "Parcels whose last exception is known; break them down by exception_reason.",
    _PARCEL.exception_reason.is_not(None), Better.DOWN,
)  # fmt: skip
COUNTED = count_of_shipments(
    "counted_attempts_shipments", "Parcels whose attempts are counted",
    "Parcels with at least one attempt whose number is known.", _PARCEL.attempts > 0,
)  # fmt: skip
ATTEMPTS = Metric(
    name="attempts", label="Attempts", unit=Unit.COUNT, better=Better.DOWN, date_column="ship_date", strength="V",
    meaning="Attempts to deliver, as counted by the source, dated by the departure of their parcel.",
    fact=fact_shipment, value=total(_PARCEL.attempts), where=_PARCEL.attempts > 0, formula="attempts, summed",
)  # fmt: skip
ATTEMPTS_PER_SHIPMENT = Ratio(
    name="attempts_per_shipment", label="Attempts per parcel", unit=Unit.NUMBER, top=ATTEMPTS, bottom=COUNTED,
    better=Better.DOWN, strength="V", meaning="Attempts for each parcel with at least one.",
)  # fmt: skip
FIRST_ATTEMPT_SUCCESS = Ratio(
    name="first_attempt_success", label="First-attempt success", unit=Unit.RATE, top=FIRST_ATTEMPT, bottom=ATTEMPTED,
    strength="V", meaning="Parcels delivered at the first attempt as a share of parcels attempted.",
)  # fmt: skip
NDR_RATE = Ratio(
    name="ndr_rate", label="Failed-attempt rate", unit=Unit.RATE, top=NDR, bottom=ATTEMPTED, strength="V",
    better=Better.DOWN, meaning="Parcels with at least one failed attempt as a share of parcels attempted (the "
    "non-delivery report rate).",
)  # fmt: skip

DELIVERY_OUTCOMES: tuple[Measure, ...] = (
    SENT, SENT_SUCCEEDED, SENT_FAILED, JUDGED, JUDGED_SUCCEEDED, IMMATURE, RETURNED_TO_ORIGIN, DELIVERY_SUCCESS,
    DELIVERY_SUCCESS_SO_FAR, RTO_RATE, ATTEMPTED, FIRST_ATTEMPT, NDR, EXCEPTIONS, COUNTED, ATTEMPTS,
    ATTEMPTS_PER_SHIPMENT, FIRST_ATTEMPT_SUCCESS, NDR_RATE,
)  # fmt: skip
