"""The pipeline of leads: how far they come, how long it takes, what is due, what open ones are worth.

Grain of all: leads after de-duplication. What is dated is dated by the day the lead came in, so that a period is a
cohort; recent cohorts still change. What is open, overdue or expected is a state as of the snapshot.
"""

from __future__ import annotations

from itertools import pairwise

import polars as pl
from sqlalchemy import ColumnElement, Numeric, and_, cast, func

from portal.analysis.pipeline import LABELS
from portal.metrics.arithmetic import divided
from portal.metrics.expressions import AS_OF, known_total
from portal.metrics.leads import LEADS, WIN_RATE, WON_LEADS
from portal.metrics.model import Better, Measure, Metric, Ratio, Transform, Unit
from portal.warehouse.schema import study_lead, study_lead_stage

_LEAD, _STAGE = study_lead.c, study_lead_stage.c
_EXACT = Numeric(18, 6)
_OVERDUE = and_(_LEAD.is_open, _LEAD.follow_up_date < AS_OF)


def _now(name: str, label: str, meaning: str, where: ColumnElement[bool], better: Better = Better.NEITHER) -> Metric:
    """A count of leads as they stand."""
    return Metric(
        name=name, label=label, unit=Unit.COUNT, meaning=f"{meaning} As of the snapshot; periods do not apply.",
        fact=study_lead, value=func.count(), where=where, date_column=None, better=better, strength="D",
        formula="number of leads",
    )  # fmt: skip


def _reached(place: int, label: str) -> Metric:
    """How many leads of the cohort came at least to a stage."""
    return Metric(
        name=f"leads_{_word(label)}", label=f"Came to {label.lower()}", unit=Unit.COUNT, fact=study_lead,
        value=func.count(), where=_LEAD.stage >= place, date_column="lead_date", strength="D",
        meaning=f"Leads that ever came to {label.lower()} or further, by the day they came in; stages skipped on the "
        "way count as passed. A lost lead has come as far as its recorded history says.",
        formula="number of leads",
    )  # fmt: skip


def _word(label: str) -> str:
    return label.lower().replace(" ", "_")


OPEN_LEADS = _now("open_leads", "Open leads", "Leads neither won nor lost.", _LEAD.is_open)
OVERDUE_LEADS = _now(
    "overdue_leads", "Overdue follow-ups", "Open leads whose follow-up was due before the last day of the data.",
    _OVERDUE, Better.DOWN,
)  # fmt: skip
URGENT_LEADS = _now(
    "urgent_leads", "Urgent leads", "Overdue leads of high or urgent priority.",
    and_(_OVERDUE, _LEAD.lead_priority.in_(("High", "Urgent"))), Better.DOWN,
)  # fmt: skip
OVERDUE_RATE = Ratio(
    name="overdue_rate", label="Overdue share", unit=Unit.RATE, top=OVERDUE_LEADS, bottom=OPEN_LEADS,
    better=Better.DOWN, meaning="Open leads whose follow-up is overdue as a share of open leads.",
)  # fmt: skip
REACHED = tuple(_reached(place, label) for place, label in enumerate(LABELS[:-1], start=1))
_STEPS = (*REACHED, WON_LEADS)
STAGE_CONVERSIONS = tuple(
    Ratio(
        name=f"conversion_{_word(later)}", label=f"{earlier} to {later.lower()}", unit=Unit.RATE, top=_STEPS[place + 1],
        bottom=_STEPS[place], strength="V",
        meaning=f"Of the leads of a cohort that came to {earlier.lower()}, the share that came to {later.lower()}. "
        "Recent cohorts still change.",
    )
    for place, (earlier, later) in enumerate(pairwise(LABELS))
)  # fmt: skip
UNDECIDED_LEADS = Metric(
    name="undecided_leads", label="Leads still open", unit=Unit.COUNT, fact=study_lead, value=func.count(),
    where=_LEAD.is_open, date_column="lead_date", better=Better.NEITHER, strength="D", formula="number of leads",
    meaning="Leads of the same days that are neither won nor lost yet: while there are any, the outcome can change.",
)  # fmt: skip
EXPECTED_WINS = Metric(
    name="expected_wins", label="Expected wins", unit=Unit.NUMBER, fact=study_lead, date_column=None, strength="D",
    value=cast(known_total(_LEAD.win_probability), _EXACT), where=_LEAD.is_open,
    meaning="Open leads, each counted with the share of the tenant's own closed leads that were won from as far as it "
    "has come. Missing while no lead is closed. As of the snapshot.",
    formula="win probabilities of open leads, summed",
)  # fmt: skip
WEIGHTED_PIPELINE = Metric(
    name="weighted_pipeline", label="Weighted pipeline", unit=Unit.MONEY, fact=study_lead, date_column=None,
    value=cast(known_total(_LEAD.value_amount * cast(_LEAD.win_probability, _EXACT)), Numeric(18, 4)),
    where=_LEAD.is_open,
    meaning="Value of open leads times their win probability. Missing where the source gives leads no value. As of the "
    "snapshot.",
    formula="value × win probability, summed",
)  # fmt: skip
OPEN_VALUE = Metric(
    name="open_lead_value", label="Value of open leads", unit=Unit.MONEY, fact=study_lead, date_column=None,
    value=known_total(_LEAD.value_amount), where=_LEAD.is_open, better=Better.NEITHER, strength="D",
    meaning="Value of open leads as the source gives it. Missing where it gives none. As of the snapshot.",
    formula="value of open leads, summed",
)  # fmt: skip
CYCLE_DAYS = Metric(
    name="cycle_days", label="Days to win", unit=Unit.DAYS, fact=study_lead_stage, date_column=None, strength="D",
    value=cast(func.max(_STAGE.median_days), Numeric(18, 2)), where=_STAGE.stage == 0, better=Better.DOWN,
    is_additive=False, adds_clients=False,
    meaning="Median days from coming in to being won, with leads that are still open or were lost counted as waiting "
    "(Kaplan–Meier). Missing while fewer than half can be said to be won. As of the snapshot.",
    formula="day by which half of the leads are won",
)  # fmt: skip
TIME_IN_STAGE = Metric(
    name="time_in_stage", label="Days in the stage", unit=Unit.DAYS, fact=study_lead_stage, date_column=None,
    value=cast(func.max(_STAGE.median_days), Numeric(18, 2)), where=_STAGE.stage > 0, better=Better.DOWN,
    is_additive=False, adds_clients=False, strength="D",
    meaning="Median days leads stay in a stage, those still in it counted as waiting (Kaplan–Meier); by lead_stage. "
    "Without a breakdown the slowest stage. As of the snapshot.",
    formula="day by which half have left the stage",
)  # fmt: skip


def _velocity(frame: pl.DataFrame) -> pl.Series:
    chance = divided(frame["win_rate"], frame["cycle_days"])
    worth = [None if value is None or rate is None else value * rate
             for value, rate in zip(frame["open_lead_value"], chance, strict=True)]  # fmt: skip
    return pl.Series(chance.name, worth, dtype=pl.Decimal(38, 8))


VELOCITY = Transform(
    name="lead_velocity", label="Pipeline velocity", unit=Unit.MONEY, inputs=(OPEN_VALUE, WIN_RATE, CYCLE_DAYS),
    compute=_velocity, strength="V", formula="open_lead_value × win_rate ÷ cycle_days",
    meaning="Money a day the open leads bring at the present win rate and speed. Missing where leads have no value.",
)  # fmt: skip
DELIVERED_LEADS = Metric(
    name="delivered_leads", label="Leads with a delivered order", unit=Unit.COUNT, fact=study_lead, value=func.count(),
    where=_LEAD.delivered_orders > 0, date_column="lead_date", strength="D", formula="number of leads",
    meaning="Leads whose customer has at least one delivered order from the day the lead came in; by that day.",
)  # fmt: skip
LEAD_SALES = Metric(
    name="lead_sales", label="Delivered sales of leads", unit=Unit.MONEY, fact=study_lead, strength="D",
    value=known_total(_LEAD.delivered_amount), date_column="lead_date", formula="net sales delivered to leads",
    meaning="Net sales of delivered orders of the leads' customers from the day each lead came in, by that day.",
)  # fmt: skip
LEAD_MARGIN = Metric(
    name="lead_margin", label="Delivered margin of leads", unit=Unit.MONEY, fact=study_lead, strength="D",
    value=known_total(_LEAD.margin_amount), date_column="lead_date", formula="gross profit delivered to leads",
    meaning="Gross profit of delivered orders of the leads' customers from the day each lead came in, by that day. "
    "Lines without a cost count as free.",
)  # fmt: skip
MARGIN_PER_LEAD = Ratio(
    name="margin_per_lead", label="Margin per lead", unit=Unit.MONEY, top=LEAD_MARGIN, bottom=LEADS, strength="D",
    meaning="Delivered margin of leads per lead of the same days: what a lead of a source brings in the end.",
)  # fmt: skip

PIPELINE: tuple[Measure, ...] = (
    OPEN_LEADS, OVERDUE_LEADS, URGENT_LEADS, OVERDUE_RATE, *REACHED, *STAGE_CONVERSIONS, UNDECIDED_LEADS,
    EXPECTED_WINS,
    WEIGHTED_PIPELINE, OPEN_VALUE, CYCLE_DAYS, TIME_IN_STAGE, VELOCITY, DELIVERED_LEADS, LEAD_SALES, LEAD_MARGIN,
    MARGIN_PER_LEAD,
)  # fmt: skip
