"""Ways to tell customers apart by what the studies say of them; other facts have them through their customer."""

from __future__ import annotations

from sqlalchemy import Table

from portal.metrics.dimensions import FACTS
from portal.metrics.model import Dimension
from portal.warehouse.schema import study_cohort, study_customer, study_lifetime

_JOINED: tuple[Table, ...] = tuple(fact for fact in FACTS if "customer_key" in fact.c)


def _standing(name: str, label: str, column: str, kind: str = "category") -> Dimension:
    """A column of `study_customer`, for every fact with a customer."""
    columns = {fact.name: study_customer.c[column] for fact in _JOINED}
    return Dimension(name, label, columns, joins=(study_customer.name,), kind=kind)


def _own(name: str, label: str, column: str, kind: str = "category") -> Dimension:
    """A column of `study_customer`, for metrics of that study alone."""
    return Dimension(name, label, {study_customer.name: study_customer.c[column]}, kind=kind)


CUSTOMER_STATES: tuple[Dimension, ...] = (
    _standing("segment", "Customer segment", "policy_segment"),
    _standing("rfm", "RFM segment", "rfm_segment"),
    _standing("overdue", "Overdue customer", "is_overdue", "flag"),
    _standing("satisfaction_band", "Satisfaction", "satisfaction_band"),
    _standing("chance", "Chance to buy again", "chance"),
    _own("consent", "May be contacted", "has_consent", "flag"),
    _own("recency_score", "Recency score", "recency_score"),
    _own("frequency_score", "Frequency score", "frequency_score"),
    _own("monetary_score", "Monetary score", "monetary_score"),
    Dimension("month_complete", "Month complete", {study_cohort.name: study_cohort.c.is_mature}, kind="flag"),
    Dimension("fit", "Fitted on", {study_lifetime.name: study_lifetime.c.fitted_on}),
)
