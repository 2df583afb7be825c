"""The star schema: every table of the warehouse with its grain in `Table.comment`.

Keys are ours, whole numbers, 0 for "not known". Money is fixed decimal in the tenant's reporting currency.
Dates are business dates in the tenant's time zone; instants are UTC.
"""

from __future__ import annotations

from portal.warehouse.schema.columns import metadata
from portal.warehouse.schema.delivery import (
    fact_courier_payment,
    fact_order_link,
    fact_service_case,
    fact_service_event,
    fact_shipment,
    fact_shipment_event,
)
from portal.warehouse.schema.dimensions import (
    customer_identity,
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
)
from portal.warehouse.schema.finance import (
    data_check,
    fact_expense,
    fact_journal_line,
    fact_payroll,
    fx_rate,
    row_account,
    source_setting,
    tie_effect,
    tie_out,
)
from portal.warehouse.schema.people import (
    fact_campaign_day,
    fact_coupon,
    fact_lead,
    fact_lead_event,
    fact_loyalty,
    fact_referral,
    fact_session,
    fact_staff_day,
)
from portal.warehouse.schema.sales import fact_order, fact_order_line, fact_return, fact_review
from portal.warehouse.schema.stock import fact_stock_level, fact_stock_movement
from portal.warehouse.schema.studies_customers import (
    study_acquisition,
    study_cohort,
    study_customer,
    study_lifetime,
    study_retained_month,
    study_rfm_cut,
)
from portal.warehouse.schema.studies_finance import (
    study_cost,
    study_fulfilment_cost,
    study_journal_entry,
    study_marketing_cost,
    study_payroll_cost,
    study_running_cost,
)
from portal.warehouse.schema.studies_forecast import study_forecast, study_forecast_part, study_price_change
from portal.warehouse.schema.studies_leads import study_lead, study_lead_stage, study_lead_stay
from portal.warehouse.schema.studies_loyalty import study_member, study_points_entry, study_points_lot
from portal.warehouse.schema.studies_marketing import study_coupon_order
from portal.warehouse.schema.studies_stock import study_stock_day, study_stock_item, study_stock_layer
from portal.warehouse.schema.studies_trial import study_rolling_order

__all__ = [
    "customer_identity",
    "data_check",
    "dim_campaign",
    "dim_channel",
    "dim_courier",
    "dim_customer",
    "dim_date",
    "dim_employee",
    "dim_hub",
    "dim_origin",
    "dim_payment_method",
    "dim_place",
    "dim_product",
    "dim_shop",
    "fact_campaign_day",
    "fact_coupon",
    "fact_courier_payment",
    "fact_expense",
    "fact_journal_line",
    "fact_lead",
    "fact_lead_event",
    "fact_loyalty",
    "fact_order",
    "fact_order_line",
    "fact_order_link",
    "fact_payroll",
    "fact_referral",
    "fact_return",
    "fact_review",
    "fact_service_case",
    "fact_service_event",
    "fact_session",
    "fact_shipment",
    "fact_shipment_event",
    "fact_staff_day",
    "fact_stock_level",
    "fact_stock_movement",
    "fx_rate",
    "metadata",
    "row_account",
    "source_setting",
    "study_acquisition",
    "study_cohort",
    "study_cost",
    "study_coupon_order",
    "study_customer",
    "study_forecast",
    "study_forecast_part",
    "study_fulfilment_cost",
    "study_journal_entry",
    "study_lead",
    "study_lead_stage",
    "study_lead_stay",
    "study_lifetime",
    "study_marketing_cost",
    "study_member",
    "study_payroll_cost",
    "study_points_entry",
    "study_points_lot",
    "study_price_change",
    "study_retained_month",
    "study_rfm_cut",
    "study_rolling_order",
    "study_running_cost",
    "study_stock_day",
    "study_stock_item",
    "study_stock_layer",
    "tie_effect",
    "tie_out",
]  # fmt: skip
