"""How well parcels are documented: whether they say what is in them, why, for whom and where to."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, func, select

from portal.metrics.delivery import SHIPMENTS, count_of_shipments
from portal.metrics.model import Better, Measure, Metric, Ratio, Unit
from portal.warehouse.schema import dim_customer, fact_order, fact_shipment

_PARCEL = fact_shipment.c
_NOTED = select(fact_order.c.order_key).where(func.trim(fact_order.c.note) != "")
_REACHED = select(dim_customer.c.customer_key).where(dim_customer.c.phone.is_not(None))
_HAS_GOODS = _PARCEL.product_key != 0
_HAS_NOTE = and_(_PARCEL.order_key != 0, _PARCEL.order_key.in_(_NOTED))
IS_DOCUMENTED: ColumnElement[bool] = and_(_HAS_GOODS, _HAS_NOTE)
"""It names its goods, and its order has a note."""


def _parcels(name: str, label: str, meaning: str, where: ColumnElement[bool]) -> Metric:
    return count_of_shipments(name, label, f"{meaning} Dated by departure (else arrival).", where, Better.UP)


DOCUMENTED = _parcels(
    "documented_parcels", "Documented parcels", "Parcels that name their goods and whose order has a note.",
    IS_DOCUMENTED,
)  # fmt: skip
WITH_GOODS = _parcels("parcels_with_goods", "Name their goods", "Parcels that say which product is in them.",
                      _HAS_GOODS)  # fmt: skip
WITH_NOTES = _parcels("parcels_with_notes", "Have a note", "Parcels whose order has a note.", _HAS_NOTE)
WITH_PHONE = _parcels("parcels_with_phone", "Have a phone", "Parcels whose receiver has a phone that can be called.",
                      and_(_PARCEL.customer_key != 0, _PARCEL.customer_key.in_(_REACHED)))  # fmt: skip
WITH_PLACE = _parcels("parcels_with_place", "Have a place on the map", "Parcels whose place is known by coordinates.",
                      _PARCEL.latitude.is_not(None))  # fmt: skip
WITH_PROMISE = _parcels("parcels_with_promise", "Have a promised day", "Parcels for which a day is promised.",
                        _PARCEL.promised_date.is_not(None))  # fmt: skip
DOCUMENTED_RATE = Ratio(
    name="documented_rate", label="Documented", unit=Unit.RATE, top=DOCUMENTED, bottom=SHIPMENTS, strength="D",
    meaning="Parcels that name their goods and whose order has a note, as a share of all parcels.",
)  # fmt: skip

DELIVERY_NOTES: tuple[Measure, ...] = (
    DOCUMENTED, WITH_GOODS, WITH_NOTES, WITH_PHONE, WITH_PLACE, WITH_PROMISE, DOCUMENTED_RATE,
)  # fmt: skip
