"""How long parcels take from stage to stage: medians and slow ends, never a mean alone, and what is still waiting.

The percentiles know only parcels that have left a stage; beside each stands how many wait in it as of the snapshot.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Integer, and_, cast, func, or_

from portal.metrics.delivery import IS_OPEN, days_ago
from portal.metrics.expressions import SHARES, hours_percentile, policy_days
from portal.metrics.model import Better, Measure, Metric, Ratio, Unit
from portal.warehouse.schema import fact_shipment

_PARCEL = fact_shipment.c


@dataclass(frozen=True)
class Stage:
    """A stretch of a parcel's way: from one known moment to the next. `waiting` says which parcels are in it."""

    name: str
    label: str
    start: ColumnElement[Any]
    end: ColumnElement[Any]
    waiting: ColumnElement[bool]

    def metrics(self) -> tuple[Metric, ...]:
        """How many parcels passed it, P50 and P90 of its hours, and how many are waiting in it."""
        passed = and_(self.start.is_not(None), self.end >= self.start)
        return (
            self._over(f"stage_parcels_{self.name}", "parcels", func.count(), passed, Unit.COUNT),
            *(
                self._over(f"stage_hours_{self.name}_p{share[2:]}", f"P{share[2:]}",
                           hours_percentile(self.start, self.end, share), passed, Unit.HOURS)
                for share in SHARES
            ),
            Metric(
                name=f"stage_waiting_{self.name}", label=f"{self.label}: waiting now", unit=Unit.COUNT,
                better=Better.DOWN, date_column=None, strength="D", fact=fact_shipment, value=func.count(),
                where=and_(IS_OPEN, self.waiting), formula="number of shipments",
                meaning=f"Parcels that have entered the stage {self.label.lower()} and not left it, as of the "
                "snapshot: periods do not apply.",
            ),
        )  # fmt: skip

    def _over(
        self, name: str, said: str, value: ColumnElement[Any], passed: ColumnElement[bool], unit: Unit
    ) -> Metric:  # fmt: skip
        is_count = unit is Unit.COUNT
        half = "half of the parcels were faster" if name.endswith("50") else "nine in ten parcels were faster"
        told = "Parcels with both moments known." if is_count else f"Hours within which {half}."
        return Metric(
            name=name, label=f"{self.label}: {said}", unit=unit, date_column="ship_date", strength="D",
            better=Better.NEITHER if is_count else Better.DOWN, fact=fact_shipment, value=value, where=passed,
            is_additive=is_count, formula="number of shipments" if is_count else f"{said} of the hours",
            meaning=f"{self.label}. {told} Parcels still waiting are not in it. Dated by departure (else arrival).",
        )  # fmt: skip


_AT_HUB = func.coalesce(_PARCEL.hub_at, _PARCEL.picked_up_at)
_IS_OUT, _IS_AT_HUB, _IS_PICKED_UP = (_PARCEL[name].is_not(None) for name in ("out_at", "hub_at", "picked_up_at"))
STAGES = (
    Stage(
        "pickup",
        "Order to pick-up",
        _PARCEL.created_at,
        _PARCEL.picked_up_at,
        and_(_PARCEL.created_at.is_not(None), ~_IS_PICKED_UP, ~_IS_AT_HUB, ~_IS_OUT),
    ),
    Stage("hub", "Pick-up to hub", _PARCEL.picked_up_at, _PARCEL.hub_at, and_(_IS_PICKED_UP, ~_IS_AT_HUB, ~_IS_OUT)),
    Stage("out", "Hub to out for delivery", _AT_HUB, _PARCEL.out_at, and_(_IS_AT_HUB, ~_IS_OUT)),
    Stage("delivered", "Out for delivery to delivered", _PARCEL.out_at, _PARCEL.delivered_at, _IS_OUT),
    Stage("total", "Order to delivered", _PARCEL.created_at, _PARCEL.delivered_at, _PARCEL.created_at.is_not(None)),
)
"""In the order of the way; a parcel without a step at a hub goes from pick-up to out for delivery."""

_SLA = policy_days("ship_sla_days")
_TAKEN = cast(_PARCEL.ship_date - _PARCEL.created_date, Integer)
_IS_ORDERED = _PARCEL.created_date.is_not(None)


def _sla(name: str, label: str, meaning: str, where: ColumnElement[bool], better: Better) -> Metric:
    return Metric(
        name=name, label=label, unit=Unit.COUNT, meaning=meaning + " Dated by the order.", fact=fact_shipment,
        value=func.count(), where=where, date_column="created_date", better=better, strength="D",
        formula="number of shipments",
    )  # fmt: skip


SHIPPED_IN_TIME = _sla(
    "shipped_in_time", "Picked up in time", "Parcels picked up at most policy ship_sla_days after they were ordered.",
    and_(_IS_ORDERED, _TAKEN <= _SLA), Better.UP,
)  # fmt: skip
SHIPPING_DUE = _sla(
    "shipping_due", "Due for pick-up",
    "Parcels that were picked up, and open ones that should have been by now (policy ship_sla_days).",
    and_(_IS_ORDERED, or_(_PARCEL.ship_date.is_not(None), and_(IS_OPEN, _PARCEL.created_date < days_ago(_SLA)))),
    Better.NEITHER,
)  # fmt: skip
SHIP_SLA_RATE = Ratio(
    name="ship_sla_rate", label="Picked up within the target", unit=Unit.RATE, top=SHIPPED_IN_TIME,
    bottom=SHIPPING_DUE, strength="D",
    meaning="Parcels picked up within the target (policy ship_sla_days) as a share of those picked up or past it.",
)  # fmt: skip

DELIVERY_TIMES: tuple[Measure, ...] = (
    *(metric for stage in STAGES for metric in stage.metrics()), SHIPPED_IN_TIME, SHIPPING_DUE, SHIP_SLA_RATE,
)  # fmt: skip
