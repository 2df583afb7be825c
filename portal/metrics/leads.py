"""Leads: how many there are and what became of them. Dated by the day the lead came in."""

from __future__ import annotations

from sqlalchemy import ColumnElement, String, case, func, literal, or_

from portal.metrics.expressions import total
from portal.metrics.model import Better, Dimension, Measure, Metric, Ratio, Unit
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

SCORED_LEADS = _leads(
    "scored_leads", "Leads with a score", "Leads whose score is known.", _STATE.score.is_not(None), Better.NEITHER
)
SCORE_SUM = Metric(
    name="lead_score_sum", label="Sum of scores", unit=Unit.COUNT, fact=fact_lead, value=total(_STATE.score),
    date_column="lead_date", strength="D", formula="scores, summed",
    meaning="Scores of leads added up; only of use to divide by their number.",
)  # fmt: skip
MEAN_SCORE = Ratio(
    name="mean_lead_score", label="Mean score", unit=Unit.NUMBER, top=SCORE_SUM, bottom=SCORED_LEADS, strength="D",
    meaning="Mean score of the leads whose score is known, 0 to 100; the points are a policy.",
)  # fmt: skip

LEAD_SCORE = Dimension(
    "lead_score", "Score",
    {"fact_lead": case(
        (_STATE.score.is_(None), literal(None, String)), (_STATE.score >= 70, literal("70 to 100", String)),
        (_STATE.score >= 40, literal("40 to 69", String)), else_=literal("0 to 39", String),
    )},
)  # fmt: skip

LEAD: tuple[Measure, ...] = (
    LEADS, WON_LEADS, CLOSED_LEADS, WIN_RATE, LEAD_CONVERSION, SCORED_LEADS, SCORE_SUM, MEAN_SCORE,
)  # fmt: skip
