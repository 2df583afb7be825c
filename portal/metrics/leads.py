"""Leads: how many there are and what became of them. Dated by the day the lead came in."""

from __future__ import annotations

from sqlalchemy import ColumnElement, func, or_

from portal.metrics.model import Better, Measure, Metric, Ratio, Unit
from portal.warehouse.schema import fact_lead

_STATE = fact_lead.c


def _leads(name: str, label: str, meaning: str, where: ColumnElement[bool] | None, better: Better) -> Metric:
    """A count of leads."""
    return Metric(
        name=name, label=label, unit=Unit.COUNT, meaning=meaning, fact=fact_lead, value=func.count(), where=where,
        date_column="lead_date", better=better, formula="number of leads",
    )  # fmt: skip


LEADS = _leads("leads", "Leads", "Leads after de-duplication, in any state.", None, Better.UP)
WON_LEADS = _leads("won_leads", "Won leads", "Leads whose latest state is won.", _STATE.is_won, Better.UP)
CLOSED_LEADS = _leads(
    "closed_leads", "Closed leads", "Leads whose latest state is won or lost.", or_(_STATE.is_won, _STATE.is_lost),
    Better.NEITHER,
)  # fmt: skip
WIN_RATE = Ratio(
    name="win_rate", label="Win rate", unit=Unit.RATE, top=WON_LEADS, bottom=CLOSED_LEADS, strength="V",
    meaning="Won leads as a share of won and lost ones; open leads are left out.",
)  # fmt: skip
LEAD_CONVERSION = Ratio(
    name="lead_conversion", label="Lead conversion", unit=Unit.RATE, top=WON_LEADS, bottom=LEADS, strength="V",
    meaning="Won leads as a share of all leads of the same days; recent leads may still be open.",
)  # fmt: skip

LEAD: tuple[Measure, ...] = (LEADS, WON_LEADS, CLOSED_LEADS, WIN_RATE, LEAD_CONVERSION)
