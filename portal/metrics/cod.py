"""Cash on delivery: what couriers were to collect, what they collected, what they handed over, what is missing.

For every set of parcels: cod_expected = cod_remitted + cod_withheld + cod_gap. Dated by the day of delivery.
"""

from __future__ import annotations

from sqlalchemy import ColumnElement, Date, Integer, and_, case, cast, exists, func, literal, select

from portal.metrics.expressions import AS_OF, percentile, policy_days, total
from portal.metrics.model import Better, Measure, Metric, Ratio, Unit
from portal.warehouse.schema import fact_courier_payment, fact_shipment

_PARCEL, _LINE = fact_shipment.c, fact_courier_payment.c
_HAS_CASH = _PARCEL.cod_state != "none"
_IS_OWED = and_(_HAS_CASH, _PARCEL.cod_gap_amount > 0)
_DATED = "Delivered parcels with cash on delivery, dated by the day of delivery."


def age_days() -> ColumnElement[int]:
    """Days since the cash was collected, as of the snapshot."""
    return cast(AS_OF - _PARCEL.delivered_date, Integer)


def _cash(
    name: str, label: str, meaning: str, value: ColumnElement[object], better: Better = Better.NEITHER
) -> Metric:  # fmt: skip
    return Metric(
        name=name, label=label, unit=Unit.MONEY, meaning=f"{meaning} {_DATED}", fact=fact_shipment, value=total(value),
        where=_HAS_CASH, date_column="delivered_date", better=better, strength="D", formula=f"{label.lower()}, summed",
    )  # fmt: skip


def _parcels(name: str, label: str, meaning: str, where: ColumnElement[bool], better: Better = Better.DOWN) -> Metric:
    return Metric(
        name=name, label=label, unit=Unit.COUNT, meaning=f"{meaning} {_DATED}", fact=fact_shipment, value=func.count(),
        where=where, date_column="delivered_date", better=better, strength="D", formula="number of parcels",
    )  # fmt: skip


COD_EXPECTED = _cash(
    "cod_expected", "Cash on delivery expected", "What customers were to pay to the courier.", _PARCEL.cod_amount
)
COD_COLLECTED = _cash(
    "cod_collected", "Cash on delivery collected",
    "What the courier's statement or the source says was collected; nothing is recorded before the courier settles.",
    _PARCEL.collected_amount, Better.UP,
)  # fmt: skip
COD_REMITTED = _cash(
    "cod_remitted", "Cash on delivery remitted", "What couriers paid out of it, after their fees.",
    _PARCEL.remitted_amount, Better.UP,
)  # fmt: skip
COD_WITHHELD = _cash(
    "cod_withheld", "Fees kept from cash on delivery", "What couriers kept of it for their fees.",
    _PARCEL.withheld_amount, Better.DOWN,
)  # fmt: skip
COD_GAP = Metric(
    name="cod_gap", label="Cash on delivery not remitted", unit=Unit.MONEY, fact=fact_shipment,
    value=total(_PARCEL.cod_gap_amount), where=_HAS_CASH, date_column="delivered_date", better=Better.DOWN,
    strength="D", formula="cod_expected − cod_remitted − cod_withheld",
    parts=("cod_expected", "cod_remitted", "cod_withheld"),
    meaning="What is neither paid out nor kept for fees; parcels paid too much lower it. Break it down by cod_age. "
    + _DATED,
)  # fmt: skip
_ANY = fact_shipment.alias("any_parcel")
_NOTHING_OWED = case((exists(select(literal(1)).where(_ANY.c.cod_state != "none")), 0))
"""0 where some parcel's cash is known, missing where no source tells of any."""
COD_OWED = Metric(
    name="cod_owed", label="Cash couriers still owe", unit=Unit.MONEY, fact=fact_shipment,
    value=func.coalesce(func.sum(_PARCEL.cod_gap_amount), _NOTHING_OWED), where=_IS_OWED,
    date_column=None, better=Better.DOWN, strength="D", formula="cash not remitted of parcels that lack some, summed",
    meaning="Cash on delivery of delivered parcels that couriers have not handed over, whenever they were delivered. "
    "Parcels paid too much do not lower it. Missing when no source tells of cash on delivery. As of the snapshot: "
    "periods do not apply.",
)  # fmt: skip
COD_OWED_PARCELS = Metric(
    name="cod_owed_parcels", label="Parcels whose cash is owed", unit=Unit.COUNT, fact=fact_shipment,
    value=func.count(), where=_IS_OWED, date_column=None, better=Better.DOWN, strength="D",
    formula="number of parcels",
    meaning="Delivered parcels of which couriers have not handed over all cash, whenever they were delivered. As of "
    "the snapshot: periods do not apply.",
)  # fmt: skip
COD_OVERPAID = _cash(
    "cod_overpaid", "Cash on delivery paid too much", "What couriers paid above what was due.",
    func.greatest(-_PARCEL.cod_gap_amount, 0), Better.DOWN,
)  # fmt: skip
COD_SETTLED = _cash(
    "cod_settled", "Cash on delivery settled", "What was paid out or kept for fees.",
    _PARCEL.cod_amount - _PARCEL.cod_gap_amount, Better.UP,
)  # fmt: skip
COD_PARCELS = _parcels(
    "cod_parcels", "Parcels with cash on delivery", "Parcels whose customers paid the courier.", _HAS_CASH,
    Better.NEITHER,
)  # fmt: skip
COD_OPEN_PARCELS = _parcels(
    "cod_open_parcels", "Parcels whose cash is missing", "Parcels of which some cash is not handed over.", _IS_OWED
)
COD_SHORT_PARCELS = _parcels(
    "cod_short_parcels", "Parcels paid short", "Parcels the courier settled with less than was due.",
    _PARCEL.cod_state == "short",
)  # fmt: skip
COD_SHORT = Metric(
    name="cod_short", label="Cash paid short", unit=Unit.MONEY, fact=fact_shipment,
    value=total(_PARCEL.cod_gap_amount), where=_PARCEL.cod_state == "short", date_column=None, better=Better.DOWN,
    strength="D", formula="cash not remitted of settled parcels, summed",
    meaning="Cash that is missing from parcels the courier has settled, whenever they were delivered. As of the "
    "snapshot: periods do not apply.",
)  # fmt: skip
_LAST_PAID = (
    select(func.max(_LINE.paid_date)).where(_LINE.courier_key == _PARCEL.courier_key).correlate(fact_shipment)
    .scalar_subquery()
)  # fmt: skip
_SKIPPED = and_(
    _PARCEL.cod_state == "unpaid",
    _PARCEL.delivered_date <= cast(_LAST_PAID - policy_days("cod_remit_days"), Date),
)
COD_SKIPPED = Metric(
    name="cod_skipped", label="Cash left out of statements", unit=Unit.MONEY, fact=fact_shipment,
    value=total(_PARCEL.cod_gap_amount), where=_SKIPPED, date_column=None, better=Better.DOWN, strength="D",
    formula="cash of parcels that are in no statement, summed",
    meaning="Cash of parcels that no statement of their courier has, though one was paid at least policy "
    "cod_remit_days after they were delivered. As of the snapshot: periods do not apply.",
)  # fmt: skip
COD_SKIPPED_PARCELS = Metric(
    name="cod_skipped_parcels", label="Parcels left out of statements", unit=Unit.COUNT, fact=fact_shipment,
    value=func.count(), where=_SKIPPED, date_column=None, better=Better.DOWN, strength="D",
    formula="number of parcels",
    meaning="Parcels with cash on delivery that no statement of their courier has, though one was paid at least policy "
    "cod_remit_days after they were delivered. As of the snapshot: periods do not apply.",
)  # fmt: skip
COD_SETTLED_RATE = Ratio(
    name="cod_settled_rate", label="Share of cash settled", unit=Unit.RATE, top=COD_SETTLED, bottom=COD_EXPECTED,
    strength="D", meaning="Cash on delivery paid out or kept for fees as a share of what was expected.",
)  # fmt: skip


def _wait(name: str, share: str, said: str) -> Metric:
    taken = cast(_PARCEL.remitted_date - _PARCEL.delivered_date, Integer)
    return Metric(
        name=name, label=f"Days until cash is remitted: P{share[2:]}", unit=Unit.DAYS, fact=fact_shipment,
        value=percentile(taken, share), where=and_(_HAS_CASH, _PARCEL.remitted_date >= _PARCEL.delivered_date),
        date_column="delivered_date", better=Better.DOWN, strength="D", is_additive=False,
        formula=f"P{share[2:]} of the days",
        meaning=f"Days from delivery to payout within which {said} was handed over. Cash still owed is not in it; see "
        "cod_owed. " + _DATED,
    )  # fmt: skip


COD_AGE_STEPS = tuple(policy_days("cod_gap_age_days", place) for place in (1, 2, 3))
"""Last days of the first three steps of age: 0–3, 4–7, 8–14 days by default; the fourth is open."""

COD: tuple[Measure, ...] = (
    COD_EXPECTED, COD_COLLECTED, COD_REMITTED, COD_WITHHELD, COD_GAP, COD_OWED, COD_OWED_PARCELS, COD_OVERPAID,
    COD_SETTLED, COD_PARCELS, COD_OPEN_PARCELS, COD_SHORT, COD_SHORT_PARCELS, COD_SKIPPED, COD_SKIPPED_PARCELS,
    COD_SETTLED_RATE,
    _wait("remit_days_p50", "0.50", "half of the parcels' cash"),
    _wait("remit_days_p90", "0.90", "the cash of nine in ten parcels"),
)  # fmt: skip
