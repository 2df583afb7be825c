"""Every way to break numbers down or to filter them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, String, Table, bindparam, case, cast, func, literal

from portal.metrics.model import Dimension
from portal.warehouse.schema import (
    dim_campaign,
    dim_channel,
    dim_courier,
    dim_customer,
    dim_date,
    dim_employee,
    dim_hub,
    dim_origin,
    dim_payment_method,
    dim_place,
    dim_product,
    dim_shop,
    fact_expense,
    fact_journal_line,
    fact_lead,
    fact_loyalty,
    fact_order,
    fact_order_line,
    fact_payroll,
    fact_review,
    fact_service_case,
    fact_shipment,
    fact_stock_movement,
    metadata,
    study_acquisition,
    study_cohort,
    study_cost,
    study_customer,
    study_fulfilment_cost,
    study_journal_entry,
    study_lead,
    study_lead_stage,
    study_lead_stay,
    study_marketing_cost,
    study_payroll_cost,
    study_running_cost,
)
from portal.warehouse.schema.studies import studies
from portal.warehouse.schema.studies_loyalty import study_points_entry

FACTS: tuple[Table, ...] = (
    *(table for name, table in metadata.tables.items() if name.startswith("fact_")), *studies.tables.values(),
)  # fmt: skip
"""Whatever a metric may aggregate: the facts of the star, and the studies."""
CALENDAR = ("day", "week", "month", "quarter", "year")
"""Dimensions that are stretches of the calendar, from short to long; their values are first days."""

_SOLD = (fact_order, fact_order_line)
COSTS = (study_cost, study_fulfilment_cost, study_marketing_cost, study_payroll_cost, study_running_cost)


def key_column(dimension_table: str) -> str:
    """Name of the column facts join a dimension table (or the study of customers) on."""
    if dimension_table == study_customer.name:
        return "customer_key"
    return "origin_key" if dimension_table == "dim_origin" else f"{dimension_table.removeprefix('dim_')}_key"


def _everywhere(name: str, label: str, table: Table, column: ColumnElement[Any]) -> Dimension:
    """A column of a dimension table, for every fact that has its key."""
    facts = [fact for fact in FACTS if key_column(table.name) in fact.c]
    return Dimension(name, label, {fact.name: column for fact in facts}, joins=(table.name,))


def _on_facts(name: str, label: str, facts: tuple[Table, ...], column: str, kind: str = "category") -> Dimension:
    """A column of the facts themselves."""
    return Dimension(name, label, {fact.name: fact.c[column] for fact in facts}, kind=kind)


def _calendar(name: str, label: str, column: str) -> Dimension:
    """A column of the calendar, joined on the date each metric is dated by."""
    return Dimension(name, label, {fact.name: dim_date.c[column] for fact in FACTS}, joins=("dim_date",), kind="time")


def _cohort_age() -> Dimension:
    """Whole months from the month of the customer's first order to the month of the row."""
    ages: dict[str, ColumnElement[Any]] = {
        fact.name: func.date_diff(literal("month"), dim_customer.c.first_order_month, fact.c.order_date)
        for fact in _SOLD
    }
    ages[study_cohort.name] = study_cohort.c.age_months
    return Dimension("cohort_age", "Months since first order", ages, joins=("dim_customer",), kind="time")


def _cohort() -> Dimension:
    """Month of the customer's first order."""
    months: dict[str, ColumnElement[Any]] = {fact.name: dim_customer.c.first_order_month for fact in _SOLD}
    months |= {study.name: study.c.cohort_month for study in (study_cohort, study_acquisition)}
    return Dimension("cohort", "First order month", months, joins=("dim_customer",), kind="time")


def _customer_label() -> ColumnElement[Any]:
    """Name and id, so that two people of one name stay two."""
    named = dim_customer.c.customer + " (" + func.coalesce(dim_customer.c.customer_id, "no id") + ")"
    return func.coalesce(named, dim_customer.c.customer_id)


def _masked_customer() -> ColumnElement[Any]:
    known = literal("Customer ") + cast(dim_customer.c.customer_key, String)
    return case((dim_customer.c.customer_key != 0, known))


def _source() -> Dimension:
    """The fact's own source where it has one, else that of the file it came from."""
    columns = {
        fact.name: fact.c.source if "source" in fact.c else dim_origin.c.source
        for fact in FACTS if "source" in fact.c or "origin_key" in fact.c
    }  # fmt: skip
    return Dimension("source", "Source", columns, joins=("dim_origin",))


_TENANT_NAME: ColumnElement[Any] = bindparam("tenant_name", type_=String(), required=False)

TIMES = (
    _calendar("day", "Day", "date"),
    _calendar("week", "Week", "week_start"),
    _calendar("month", "Month", "month_start"),
    _calendar("quarter", "Quarter", "quarter_start"),
    _calendar("year", "Year", "year_start"),
    _calendar("weekday", "Weekday", "weekday"),
    _on_facts("hour", "Hour", _SOLD, "order_hour", "time"),
    _cohort(),
    _cohort_age(),
)  # fmt: skip

PLACES_AND_PEOPLE = (
    Dimension("tenant", "Client", {fact.name: _TENANT_NAME for fact in FACTS}),
    _everywhere("product", "Product", dim_product, func.coalesce(dim_product.c.product, dim_product.c.product_id)),
    _everywhere("sku", "SKU", dim_product, func.coalesce(dim_product.c.sku, dim_product.c.product_id)),
    _everywhere("category", "Category", dim_product, dim_product.c.category),
    _everywhere("brand", "Brand", dim_product, dim_product.c.brand),
    _everywhere("supplier", "Supplier", dim_product, dim_product.c.supplier),
    _everywhere("channel", "Channel", dim_channel, dim_channel.c.channel),
    _everywhere("shop", "Shop", dim_shop, dim_shop.c.shop),
    _everywhere("customer", "Customer", dim_customer, _customer_label()),
    _everywhere("city", "City", dim_place, dim_place.c.city),
    _everywhere("zone", "Zone", dim_place, dim_place.c.zone),
    _everywhere("country", "Country", dim_place, dim_place.c.country),
    _everywhere("employee", "Employee", dim_employee,
                func.coalesce(dim_employee.c.employee, dim_employee.c.employee_id)),
    _everywhere("payment_method", "Payment method", dim_payment_method, dim_payment_method.c.payment_method),
    _everywhere("campaign", "Campaign", dim_campaign, dim_campaign.c.campaign),
    _everywhere("courier", "Courier", dim_courier, dim_courier.c.courier),
    _everywhere("hub", "Hub", dim_hub, dim_hub.c.hub),
    _source(),
    _everywhere("file", "File", dim_origin, dim_origin.c.file_name),
)  # fmt: skip

STATES = (
    _on_facts("order_status", "Order status", _SOLD, "order_status"),
    _on_facts("document_type", "Document type", (fact_order,), "document_type"),
    _on_facts("line_type", "Line type", (fact_order_line,), "line_type"),
    _on_facts("price_sign", "Price sign", (fact_order_line,), "price_sign"),
    _on_facts("booked", "Booked", _SOLD, "is_booked", "flag"),
    _on_facts("realised", "Realised", _SOLD, "is_realised", "flag"),
    _on_facts("has_customer", "Customer known", _SOLD, "has_customer", "flag"),
    _on_facts("merchandise", "Merchandise", (fact_order_line,), "is_merchandise", "flag"),
    _on_facts("cost_known", "Cost known", (fact_order_line,), "has_cost", "flag"),
    _on_facts("cost_estimated", "Cost estimated", (fact_order_line,), "is_cost_estimated", "flag"),
    _on_facts("shipment_mode", "Shipment mode", (fact_shipment,), "shipment_mode"),
    _on_facts("shipment_type", "Shipment type", (fact_shipment,), "shipment_type"),
    _on_facts("shipment_status", "Shipment status", (fact_shipment,), "shipment_status"),
    _on_facts("courier_class", "Courier class", (fact_shipment,), "courier_class"),
    _on_facts("shipment_outcome", "Outcome", (fact_shipment,), "outcome"),
    _on_facts("case_type", "Case kind", (fact_service_case,), "case_type"),
    _on_facts("case_status", "Case status", (fact_service_case,), "case_status"),
    _on_facts("points_type", "Points kind", (fact_loyalty, study_points_entry), "entry_type"),
    _on_facts("tier", "Tier", (fact_loyalty, study_points_entry), "tier"),
    _on_facts("rating", "Rating", (fact_review,), "rating"),
    _on_facts("payroll_status", "Payroll status", (fact_payroll,), "payroll_status"),
    _on_facts("late", "Late", (fact_shipment,), "is_late", "flag"),
    _on_facts("exception_reason", "Exception reason", (fact_shipment,), "exception_reason"),
    _on_facts("movement_type", "Movement type", (fact_stock_movement,), "movement_type"),
    _on_facts("lead_status", "Lead status", (fact_lead, study_lead), "lead_status"),
    _on_facts("lead_source", "Lead source", (fact_lead, study_lead, study_lead_stay), "lead_source"),
    _on_facts("lead", "Lead", (fact_lead, study_lead), "lead_id"),
    _on_facts("lead_type", "Lead type", (fact_lead, study_lead, study_lead_stay), "lead_type"),
    Dimension("lead_priority", "Priority", {
        "fact_lead": fact_lead.c.priority, "study_lead": study_lead.c.lead_priority,
        "study_lead_stay": study_lead_stay.c.lead_priority,
    }),
    _on_facts("lead_stage", "Stage", (study_lead, study_lead_stay, study_lead_stage), "lead_stage"),
    _on_facts("expense_category", "Expense category", (fact_expense, *COSTS), "expense_category"),
    _on_facts("cost_line", "Line of the profit and loss", COSTS, "cost_line"),
    _on_facts("told_by", "Recorded in", COSTS, "told_by"),
    _on_facts("cost_rule", "Why it counts or not", COSTS, "cost_rule"),
    _on_facts("account", "Account", (fact_journal_line,), "account"),
    _on_facts("account_type", "Kind of account", (fact_journal_line,), "account_type"),
    _on_facts("journal_entry", "Journal entry", (fact_journal_line, study_journal_entry), "entry_id"),
    _on_facts("balanced", "Balanced", (study_journal_entry,), "is_balanced", "flag"),
    Dimension("campaign_type", "Kind of campaign", {fact.name: dim_campaign.c.campaign_type for fact in FACTS
              if "campaign_key" in fact.c}, joins=("dim_campaign",)),
)  # fmt: skip

MASKED: dict[str, ColumnElement[Any]] = {"customer": _masked_customer()}
"""What stands for a personal label when the viewer may not see personal data."""
