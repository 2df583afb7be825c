"""Studies of customers: who they are worth, who comes back, who is late, and how sure that is."""

from __future__ import annotations

from sqlalchemy import Column, Table

from portal.warehouse.schema.columns import code, day, flag, key, money, primary_key, small, text, whole
from portal.warehouse.schema.sales import fact_order_line
from portal.warehouse.schema.studies import share, studies

_FROM = {"from": fact_order_line}


def _of_customer() -> Column[int]:
    """The customer, one row each: primary key here and reference to dim_customer."""
    return primary_key("customer_key")


study_customer = Table(
    "study_customer", studies,
    _of_customer(), key("place_key"), key("channel_key"), day("first_order_date"), day("last_order_date"),
    whole("orders"), whole("visits"), whole("returned_documents"), money("net_amount"), money("contribution_amount"),
    money("yearly_amount"), share("return_rate"), share("satisfaction_points"),
    text("satisfaction_band"), flag("has_bought"), flag("has_consent"),
    whole("recency_days"), small("recency_score"), small("frequency_score"), small("monetary_score"),
    code("rfm_segment"), code("policy_segment"), share("usual_gap_days"),
    share("gap_limit_days"), flag("has_own_limit"), flag("is_overdue"), flag("is_leaving"), share("overdue_days"),
    text("chance"),
    share("active_probability"), share("buys_probability"), share("expected_orders"), money("expected_amount"),
    money("predicted_amount"), money("clv_amount"),
    comment="Grain: one customer (one person over all sources), who bought or not. orders counts booked orders with a "
    "positive amount; net_amount is net sales to date, yearly_amount the same per year since the first order (at "
    "least one year). satisfaction_points: 1 to 5 by what they returned, ordered and spent, missing without "
    "an order. place_key and channel_key are those of the last order. is_leaving: overdue, "
    "but not silent for so long that they are gone (gone_after_days). chance: likely, possible or unlikely to "
    "buy again within buys_within_days. expected_orders within clv_horizon_days; predicted_amount their sales, "
    "clv_amount their contribution in today's money; all missing where the models could not be fitted.",
    info=_FROM,
)  # fmt: skip

study_cohort = Table(
    "study_cohort", studies,
    primary_key("cell_key"), day("cohort_month"), small("age_months"), whole("customers"), whole("active_customers"),
    whole("returned_customers"), money("net_amount"), money("contribution_amount"), flag("is_mature"),
    comment="Grain: the customers of one first-order month (cohort) in one later month (age). active_customers "
    "ordered in that month, returned_customers in any month up to it. Returns count in the month of the sale. "
    "is_mature: that whole month lies in the data.",
    info=_FROM,
)  # fmt: skip

study_acquisition = Table(
    "study_acquisition", studies,
    primary_key("acquisition_key"), day("cohort_month"), whole("customers"), money("spend_amount"),
    money("contribution_amount"), small("payback_months"), flag("is_paid_back"),
    comment="Grain: one first-order month: what was spent on marketing in it, what its customers have contributed up "
    "to now, and after how many months that covered the spend (missing: not yet, or nothing known).",
    info=_FROM,
)  # fmt: skip

study_retained_month = Table(
    "study_retained_month", studies,
    primary_key("retained_key"), day("month"), money("base_amount"), money("retained_amount"), whole("customers"),
    flag("is_latest"),
    comment="Grain: one calendar month, the last of a window of nrr_months. base_amount: net sales of the window a "
    "year before, retained_amount: net sales of the window from the very customers who had base_amount, of whom there "
    "are customers.",
    info=_FROM,
)  # fmt: skip

study_rfm_cut = Table(
    "study_rfm_cut", studies,
    primary_key("cut_key"), code("measure"), small("score"), share("lowest"), share("highest"), whole("customers"),
    comment="Grain: one score of recency (days), frequency (orders) or monetary value (net sales): where it begins and "
    "ends, and how many customers have it.",
    info=_FROM,
)  # fmt: skip

study_lifetime = Table(
    "study_lifetime", studies,
    primary_key("fit_key"), code("fitted_on"), day("first_day"), day("last_day"), whole("customers"), share("r"),
    share("alpha"), share("a"), share("b"), share("log_likelihood"), share("p"), share("q"), share("gamma"),
    share("holdout_days"), share("actual_orders"), share("predicted_orders"), share("mean_error"),
    share("plain_error"), text("reason"),
    comment="Grain: one fit of the lifetime models: on 'all data', which the numbers of customers use, and on the "
    "'older part' alone, which is tested against the newer one. r, alpha, a, b "
    "of BG/NBD (weeks), p, q, gamma of Gamma-Gamma. "
    "mean_error: orders per customer by which the forecast was off, plain_error that of going on at the own rate. "
    "reason: why there is no fit.",
    info=_FROM,
)  # fmt: skip
