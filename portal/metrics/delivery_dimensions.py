"""Ways to break deliveries down that are worked out of several columns: age of cash, maturity, places on the map."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Numeric, String, case, cast, func, literal

from portal.metrics.cod import COD_AGE_STEPS, age_days
from portal.metrics.delivery_notes import IS_DOCUMENTED
from portal.metrics.delivery_outcomes import IS_MATURE
from portal.metrics.expressions import policy_value
from portal.metrics.model import Dimension
from portal.warehouse.schema import fact_courier_payment, fact_shipment

_PARCEL = fact_shipment.c
_DEGREES = Numeric(5, 1)


def _text(number: ColumnElement[Any]) -> ColumnElement[str]:
    return cast(number, String)


def _age() -> ColumnElement[str]:
    """ "0–3 days", "4–7 days", "8–14 days", "15+ days"; null without a day of delivery."""
    age, (one, two, three) = age_days(), COD_AGE_STEPS
    return case(
        (age.is_(None), None),
        (age <= one, literal("0–") + _text(one) + " days"),
        (age <= two, _text(one + 1) + "–" + _text(two) + " days"),
        (age <= three, _text(two + 1) + "–" + _text(three) + " days"),
        else_=_text(three + 1) + "+ days",
    )


def _cell() -> ColumnElement[str]:
    """Latitude and longitude to a tenth of a degree, some eleven kilometres: nobody's address."""
    return _text(cast(_PARCEL.latitude, _DEGREES)) + ", " + _text(cast(_PARCEL.longitude, _DEGREES))


def _band() -> ColumnElement[str]:
    """The bands of cash on delivery by the policy that tells sales from service parcels; null where it is not known."""
    cash = _PARCEL.cod_amount
    return case(
        (cash.is_(None), None), (cash < 0, literal("Refund")), (cash == 0, literal("No cash")),
        (cash <= policy_value("service_cod_limit"), literal("Low value")), else_=literal("High value"),
    )  # fmt: skip


DELIVERY_STATES = (
    Dimension("cod_band", "Cash band", {"fact_shipment": _band()}),
    Dimension("documented", "Documented", {"fact_shipment": IS_DOCUMENTED}, kind="flag"),
    Dimension("cod_state", "State of the cash", {"fact_shipment": _PARCEL.cod_state}),
    Dimension("cod_age", "Age of the cash", {"fact_shipment": _age()}),
    Dimension("mature", "Old enough to judge", {"fact_shipment": func.coalesce(IS_MATURE, literal(False))},
              kind="flag"),
    Dimension("map_cell", "Place on the map", {"fact_shipment": _cell()}),
    Dimension("payment_state", "What a line of a statement is", {"fact_courier_payment":
              fact_courier_payment.c.payment_state}),
    Dimension("statement", "Statement", {"fact_courier_payment": fact_courier_payment.c.statement_id}),
    Dimension("tracking_number", "Tracking number", {"fact_shipment": _PARCEL.tracking_id,
              "fact_courier_payment": fact_courier_payment.c.tracking_id}),
)  # fmt: skip
