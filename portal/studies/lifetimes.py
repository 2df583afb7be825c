"""Study of what customers will still buy: the fit on all data, and one on the older part put to the test."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import polars as pl
from sqlalchemy import select

from portal.analysis.lifetime import Frequency, Spending, Unfit, fit_frequency, fit_spending
from portal.analysis.repeat import HoldOut, histories, hold_out
from portal.studies.customer_orders import FREE, read_visits
from portal.studies.model import Study
from portal.warehouse.duckdb import Warehouse
from portal.warehouse.schema import study_lifetime

ALL_DATA, OLDER_PART = "all data", "older part"
_NOTHING = "No known customer has bought anything."


def make_lifetime(warehouse: Warehouse) -> pl.DataFrame:
    """Rows of `study_lifetime`."""
    as_of, days = warehouse.snapshot.as_of, read_visits(warehouse)
    if as_of is None or not days.height:
        return _frame([{"fitted_on": name, "reason": _NOTHING} for name in (ALL_DATA, OLDER_PART)])
    until = as_of - timedelta(days=int(warehouse.policies["lifetime_hold_out_days"]))
    first = days["order_date"].min()
    return _frame([
        {"fitted_on": ALL_DATA, "first_day": first, "last_day": as_of, **_fitted(histories(days, as_of))},
        {
            "fitted_on": OLDER_PART, "first_day": first, "last_day": until, **_fitted(histories(days, until)),
            **_tested(hold_out(days, until, as_of)),
        },
    ])  # fmt: skip


def read_fit(warehouse: Warehouse) -> tuple[Frequency | None, Spending | None]:
    """The two models fitted on all data; None for one that could not be fitted."""
    fits = select(study_lifetime).where(study_lifetime.c.fitted_on == ALL_DATA)
    row = warehouse.frame(fits).row(0, named=True)
    often = spend = None
    if row["r"] is not None:
        often = Frequency(row["r"], row["alpha"], row["a"], row["b"], row["log_likelihood"], row["customers"])
    if row["p"] is not None:
        spend = Spending(row["p"], row["q"], row["gamma"], 0.0, row["customers"])
    return often, spend


def _frame(rows: list[dict[str, Any]]) -> pl.DataFrame:
    return pl.DataFrame([{"fit_key": place, **row} for place, row in enumerate(rows, 1)], infer_schema_length=None)


def _fitted(history: pl.DataFrame) -> dict[str, Any]:
    often, spend = fit_frequency(history), fit_spending(history)
    found: dict[str, Any] = {"customers": history.height}
    if isinstance(often, Unfit):
        return {**found, "reason": often.reason}
    for name in ("r", "alpha", "a", "b", "log_likelihood"):
        found[name] = getattr(often, name)
    if isinstance(spend, Unfit):
        return {**found, "reason": spend.reason}
    if spend.q <= 1:
        return {**found, "reason": "Amounts of orders differ so widely that they have no mean to expect."}
    return {**found, "p": spend.p, "q": spend.q, "gamma": spend.gamma}


def _tested(test: HoldOut | Unfit) -> dict[str, Any]:
    if isinstance(test, Unfit):
        return {}
    return {
        "holdout_days": test.weeks * 7, "actual_orders": test.actual, "predicted_orders": test.predicted,
        "mean_error": test.mean_error, "plain_error": test.plain_error,
    }  # fmt: skip


LIFETIME = Study(study_lifetime, make_lifetime, ("lifetime_hold_out_days", FREE))
