"""Studies of leads: how far each came, what it became, how long stages last."""

from __future__ import annotations

from sqlalchemy import Table

from portal.warehouse.schema.columns import code, day, flag, key, money, primary_key, small, text, whole
from portal.warehouse.schema.people import fact_lead
from portal.warehouse.schema.studies import share, studies

_FROM = {"from": fact_lead}

study_lead = Table(
    "study_lead", studies,
    primary_key("lead_key"), code("lead_id"), key("customer_key"), key("employee_key"), key("place_key"),
    code("source"),
    text("lead_status"), text("lead_source"), text("lead_type"), text("lead_priority"), text("lead_stage"),
    day("lead_date"), day("follow_up_date"), small("stage"), flag("is_won"), flag("is_lost"), flag("is_open"),
    whole("age_days"), money("value_amount"), share("win_probability"), whole("delivered_orders"),
    money("delivered_amount"), money("margin_amount"),
    comment="Grain: one lead after de-duplication. stage: how far it ever came, 1 (new) to 6 (won); stages skipped "
    "count as passed. age_days: since it came in, to the last day of the data. win_probability: share won of the "
    "tenant's closed leads that came as far, for open ones. delivered_*: net sales and gross profit of delivered "
    "orders of the lead's customer from the day the lead came in; missing where the customer is not known, or no "
    "orders are loaded.",
    info=_FROM,
)  # fmt: skip

study_lead_stay = Table(
    "study_lead_stay", studies,
    primary_key("stay_key"), key("lead_key"), key("employee_key"), key("place_key"), code("source"),
    text("lead_source"), text("lead_type"), text("lead_priority"), text("lead_stage"), small("stage"), whole("days"),
    flag("is_over"),
    comment="Grain: one stay of one lead in one stage; is_over false while it lasts, days then count to the last day "
    "of the data.",
    info=_FROM,
)  # fmt: skip

study_lead_stage = Table(
    "study_lead_stage", studies,
    primary_key("stage"), text("lead_stage"), whole("stays"), whole("waiting"), share("median_days"),
    whole("closed_leads"), whole("won_leads"), share("win_probability"),
    comment="Grain: one stage, and 0 for the whole way from coming in to being won. median_days: Kaplan–Meier with "
    "those still waiting; missing while fewer than half can be said to have left.",
    info=_FROM,
)  # fmt: skip
