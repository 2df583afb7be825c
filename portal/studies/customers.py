"""Studies of customers: each one's standing, the cohorts they came in, what they cost to win, what last year's keep."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import numpy as np
import polars as pl
from sqlalchemy import func, select

from portal.analysis.churn import churn
from portal.analysis.cohorts import cohorts, payback
from portal.analysis.repeat import WEEK, discounted_orders, histories
from portal.analysis.retained import retained
from portal.analysis.rfm import PROSPECT, cuts, rfm
from portal.analysis.satisfaction import band, satisfaction
from portal.metrics.finance import MARKETING_COSTS
from portal.metrics.model import Metric
from portal.studies.customer_orders import FREE, read_cohort_amounts, read_months, read_people, read_shares, read_visits
from portal.studies.lifetimes import LIFETIME, read_fit
from portal.studies.model import Study
from portal.warehouse.duckdb import Warehouse
from portal.warehouse.schema import (
    study_acquisition,
    study_cohort,
    study_customer,
    study_retained_month,
    study_rfm_cut,
)

_YEAR = 365
_LIKELY, _POSSIBLE = 0.5, 0.2
_NRR_SHOWN = 24


def make_customers(warehouse: Warehouse) -> pl.DataFrame:
    """Rows of `study_customer`."""
    people, as_of = read_people(warehouse), warehouse.snapshot.as_of
    if as_of is None:
        return people.clear()
    days = read_visits(warehouse)
    rules = warehouse.policies
    habits = churn(days, as_of, float(rules["churn_percentile"]), int(rules["churn_least_gaps"]))
    since = pl.max_horizontal((pl.lit(as_of) - pl.col("first_order_date")).dt.total_days(), pl.lit(_YEAR))
    known = people.join(habits, on="customer_key", how="left").with_columns(
        pl.col("net_amount").alias("monetary"), pl.col("orders").alias("frequency"),
        pl.col("silent_days").alias("recency_days"),
        (pl.lit(as_of) - pl.duration(days="silent_days")).cast(pl.Date).alias("last_order_date"),
        (pl.col("orders") > 0).alias("has_bought"),
        (pl.col("net_amount").cast(pl.Float64) * _YEAR / since).alias("yearly_amount"),
        _return_rate().alias("return_rate"),
    )  # fmt: skip
    judged = (
        rfm(known)
        .with_columns(_policy_segment(rules).alias("policy_segment"), satisfaction(rules).alias("satisfaction_points"))
        .with_columns(band(pl.col("satisfaction_points")).alias("satisfaction_band"))
    )
    joined = judged.join(_future(days, as_of, warehouse), on="customer_key", how="left")
    flags = joined.with_columns(pl.col("is_overdue", "has_own_limit").fill_null(value=False))
    leaving = pl.col("is_overdue") & (pl.col("recency_days") <= int(rules["gone_after_days"]))
    return flags.with_columns(leaving.fill_null(value=False).alias("is_leaving")).sort("customer_key")


def _return_rate() -> pl.Expr:
    share = pl.col("returned_documents") / pl.col("orders")
    return pl.when(pl.col("orders") > 0).then(pl.min_horizontal(share, pl.lit(1.0)))


def _policy_segment(rules: Mapping[str, Any]) -> pl.Expr:
    """HVAR's rule: problematic first, then VIP, regular, new; who never bought is a prospect."""
    spent = pl.col("net_amount").cast(pl.Float64) > float(rules["vip_value"])
    return (
        pl.when(pl.col("orders") == 0).then(pl.lit(PROSPECT))
        .when(pl.col("return_rate") > float(rules["problematic_return_rate"])).then(pl.lit("problematic"))
        .when(spent | (pl.col("orders") >= int(rules["vip_orders"]))).then(pl.lit("VIP"))
        .when(pl.col("orders") >= int(rules["regular_orders"])).then(pl.lit("regular"))
        .otherwise(pl.lit("new"))
    )  # fmt: skip


def _future(days: pl.DataFrame, as_of: date, warehouse: Warehouse) -> pl.DataFrame:
    """customer_key and what is expected of each: missing columns where a model could not be fitted."""
    known, rules = histories(days, as_of), warehouse.policies
    often, spend = read_fit(warehouse)
    if often is None:
        return known.select("customer_key")
    horizon, soon = int(rules["clv_horizon_days"]), int(rules["buys_within_days"])
    expected = often.expected(known, horizon / WEEK)
    buys = often.buys_within(known, soon / WEEK)
    columns: dict[str, Any] = {
        "active_probability": often.alive(known), "buys_probability": buys, "expected_orders": expected,
        "chance": np.select([buys >= _LIKELY, buys >= _POSSIBLE], ["likely", "possible"], "unlikely").tolist(),
    }  # fmt: skip
    if spend is not None:
        value, (kept, earned) = spend.expected(known), read_shares(warehouse)
        present = discounted_orders(often, known, horizon, float(rules["clv_discount_rate"]))
        columns["expected_amount"] = value
        columns["predicted_amount"] = expected * value * kept if kept is not None else None
        columns["clv_amount"] = present * value * earned if earned is not None else None
    return known.select(
        "customer_key", *(pl.Series(name, values) for name, values in columns.items() if values is not None)
    )


def make_cuts(warehouse: Warehouse) -> pl.DataFrame:
    """Rows of `study_rfm_cut`: counted over `study_customer`, so the two cannot differ."""
    own = study_customer.c
    names = ("recency_days", "recency_score", "frequency_score", "monetary_score")
    scored = warehouse.frame(
        select(own.orders.label("frequency"), own.net_amount.label("monetary"), *(own[name] for name in names))
    )
    return cuts(scored).with_row_index("cut_key", offset=1)


def make_cohorts(warehouse: Warehouse) -> pl.DataFrame:
    """Rows of `study_cohort`."""
    as_of, days = warehouse.snapshot.as_of, read_visits(warehouse)
    if as_of is None or not days.height:
        return pl.DataFrame({"cell_key": []})
    orders = days.with_columns(pl.col("order_date").dt.month_start().alias("order_month"))
    cells = cohorts(orders, as_of).drop("net_amount")
    amounts = read_cohort_amounts(warehouse)
    joined = cells.join(amounts, on=["cohort_month", "age_months"], how="left", maintain_order="left")
    is_known = pl.col("contribution_amount").is_not_null().any()
    return joined.with_columns(
        pl.col("net_amount").fill_null(0),
        pl.when(is_known).then(pl.col("contribution_amount").fill_null(pl.col("net_amount").fill_null(0))),
    ).with_row_index("cell_key", offset=1)


def make_acquisition(warehouse: Warehouse) -> pl.DataFrame:
    """Rows of `study_acquisition`."""
    cells = warehouse.frame(select(study_cohort).order_by(study_cohort.c.cell_key))
    costs = _monthly(MARKETING_COSTS, warehouse).select(
        pl.col("month").alias("cohort_month"), pl.col(MARKETING_COSTS.name).alias("spend_amount")
    )
    joined = cells.join(costs.filter(pl.col("spend_amount") > 0), on="cohort_month", how="left", maintain_order="left")
    sizes = joined.group_by("cohort_month").agg(pl.col("customers", "spend_amount").first())
    found = payback(joined).join(sizes, on="cohort_month").sort("cohort_month")
    return found.with_columns(pl.col("payback_months").is_not_null().alias("is_paid_back")).with_row_index(
        "acquisition_key", offset=1
    )


def _monthly(metric: Metric, warehouse: Warehouse) -> pl.DataFrame:
    day = metric.fact.c[metric.date_column or ""]
    month = func.date_trunc("month", day).cast(day.type).label("month")
    rows = select(month, metric.value.label(metric.name)).where(day.is_not(None)).group_by(month)
    return warehouse.frame(rows.where(metric.where) if metric.where is not None else rows)


def make_retained(warehouse: Warehouse) -> pl.DataFrame:
    """Rows of `study_retained_month`."""
    as_of = warehouse.snapshot.as_of
    if as_of is None:
        return pl.DataFrame({"retained_key": []})
    months = max(int(warehouse.policies["nrr_months"]), 1)
    found = retained(read_months(warehouse), as_of, months, _NRR_SHOWN)
    latest = pl.col("month") == pl.col("month").max()
    return found.with_columns(latest.alias("is_latest")).with_row_index("retained_key", offset=1)


CUSTOMER_STUDIES: tuple[Study, ...] = (
    LIFETIME,
    Study(study_customer, make_customers, (
        "churn_percentile", "churn_least_gaps", "gone_after_days", "vip_value", "vip_orders", "regular_orders",
        "problematic_return_rate", "satisfaction_return_rates", "satisfaction_orders", "satisfaction_values",
        "buys_within_days", "clv_horizon_days", "clv_discount_rate", "lifetime_hold_out_days", FREE,
    )),
    Study(study_rfm_cut, make_cuts, (FREE,)),
    Study(study_cohort, make_cohorts),
    Study(study_acquisition, make_acquisition),
    Study(study_retained_month, make_retained, ("nrr_months",)),
)  # fmt: skip
