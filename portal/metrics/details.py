"""What a row looks like when somebody drills down to it, per fact table; every list ends with file and row."""

from __future__ import annotations

from portal.metrics.detail import CUSTOMER, ORIGIN, PLACE, PRODUCT, Detail
from portal.metrics.service_details import SERVICE_DETAILS

_COST = (
    Detail("Date", "cost_date"), Detail("Line", "cost_line"), Detail("Category", "expense_category"),
    Detail("What for", "title"), Detail("Amount", "cost_amount"), Detail("Recorded in", "told_by"),
    Detail("Why it counts or not", "cost_rule"), Detail("Employee", "employee", "dim_employee"),
    Detail("Courier", "courier", "dim_courier"), Detail("Campaign", "campaign", "dim_campaign"), *ORIGIN,
)  # fmt: skip

DETAILS: dict[str, tuple[Detail, ...]] = {
    **SERVICE_DETAILS,
    "fact_order_line": (
        Detail("Date", "order_date"), Detail("Document", "order_id", "fact_order"), Detail("Type", "line_type"),
        Detail("Status", "order_status"), *PRODUCT, Detail("Category", "category", "dim_product"), *CUSTOMER,
        Detail("Channel", "channel", "dim_channel"), *PLACE, Detail("Quantity", "quantity"),
        Detail("Unit price", "unit_price"), Detail("Gross", "gross_amount"), Detail("Discount", "discount_amount"),
        Detail("Net", "net_amount"), Detail("Cost", "cost_amount"), *ORIGIN,
    ),
    "fact_order": (
        Detail("Date", "order_date"), Detail("Document", "order_id"), Detail("Type", "document_type"),
        Detail("Status", "order_status"), *CUSTOMER, Detail("Channel", "channel", "dim_channel"), *PLACE,
        Detail("Employee", "employee", "dim_employee"), Detail("Total", "total_amount"), Detail("Tax", "tax_amount"),
        Detail("Shipping", "shipping_amount"), Detail("Advance", "advance_amount"),
        Detail("Balance", "balance_amount"), Detail("Refund", "refund_amount"), *ORIGIN,
    ),
    "fact_shipment": (
        Detail("Date", "ship_date"), Detail("Shipment", "shipment_id"), Detail("Mode", "shipment_mode"),
        Detail("Status", "shipment_status"), Detail("Promised", "promised_date"), Detail("Delivered", "delivered_date"),
        *PRODUCT, *PLACE, Detail("Courier", "courier", "dim_courier"), Detail("Hub", "hub", "dim_hub"),
        Detail("Quantity", "quantity"), Detail("Value", "shipment_amount"), Detail("Freight", "fee_amount"),
        Detail("Attempts", "attempts"), Detail("Exception", "exception_reason"),
        Detail("Cash on delivery", "cod_amount"), Detail("Remitted", "remitted_amount"),
        Detail("Kept for fees", "withheld_amount"), Detail("Not remitted", "cod_gap_amount"),
        Detail("Remitted on", "remitted_date"), *ORIGIN,
    ),
    "fact_courier_payment": (
        Detail("Paid on", "paid_date"), Detail("Tracking number", "tracking_id"), Detail("What it is", "payment_state"),
        Detail("Courier", "courier", "dim_courier"), Detail("Statement", "statement_id"),
        Detail("Shipment", "shipment_id", "fact_shipment"), Detail("Delivered", "delivered_date", "fact_shipment"),
        Detail("Due", "due_amount"), Detail("Collected", "collected_amount"), Detail("Fee", "fee_amount"),
        Detail("Paid", "paid_amount"), Detail("Difference", "difference_amount"), *ORIGIN,
    ),
    "fact_return": (
        Detail("Date", "return_date"), Detail("Sold on", "order_date"), Detail("Document", "order_id", "fact_order"),
        Detail("Reason", "reason"), Detail("State", "return_status"), *PRODUCT, *CUSTOMER,
        Detail("Quantity", "quantity"), Detail("Value", "return_amount"), Detail("Refund", "refund_amount"), *ORIGIN,
    ),
    "fact_stock_level": (
        Detail("As of", "stock_date"), *PRODUCT, Detail("Category", "category", "dim_product"),
        Detail("Shop", "shop", "dim_shop"), Detail("On hand", "on_hand_quantity"), Detail("Unit cost", "unit_cost"),
        Detail("Value", "stock_amount"), *ORIGIN,
    ),
    "fact_stock_movement": (
        Detail("Date", "movement_date"), Detail("Type", "movement_type"), *PRODUCT, Detail("Quantity", "quantity"),
        Detail("Unit cost", "unit_cost"), Detail("Reason", "reason"), *ORIGIN,
    ),
    "study_forecast": (
        Detail("Forecast of", "forecast_of"), Detail("By", "grain"), Detail("For", "forecast_date"), *PRODUCT,
        Detail("Category", "category", "dim_product"), Detail("Expected", "forecast_value"),
        Detail("80 % from", "low80"), Detail("80 % to", "high80"),
        Detail("Method", "forecast_method"), Detail("Error in back-tests", "wape"),
    ),
    "study_forecast_part": (
        Detail("Forecast of", "forecast_of"), Detail("By", "grain"), Detail("Broken down by", "cut"),
        Detail("Part", "part"), Detail("From", "first_date"), Detail("Next 28 steps", "near_value"),
        Detail("All steps", "far_value"), Detail("Method", "forecast_method"), Detail("Values compared", "points"),
        Detail("Error", "wape"), Detail("Skill", "skill"), Detail("Within the 80 % band", "coverage80"),
    ),
    "study_price_change": (
        Detail("From", "change_date"), *PRODUCT, Detail("Category", "category", "dim_product"),
        Detail("Price before", "old_price"), Detail("Price since", "new_price"),
    ),
    "study_stock_layer": (
        Detail("Received", "received_date"), Detail("At the place since", "arrived_date"), *PRODUCT,
        Detail("Category", "category", "dim_product"), Detail("Shop", "shop", "dim_shop"),
        Detail("Age, days", "age_days"), Detail("Left", "remaining_quantity"), Detail("Unit cost", "unit_cost"),
        Detail("Value", "remaining_amount"), Detail("Age derived", "is_estimated"), Detail("Source", "source"),
    ),
    "study_stock_item": (
        *PRODUCT, Detail("Category", "category", "dim_product"), Detail("Shop", "shop", "dim_shop"),
        Detail("On hand", "on_hand_quantity"), Detail("Value", "stock_amount"), Detail("Class", "abc_class"),
        Detail("Demand", "demand_pattern"), Detail("Last sale", "last_sale_date"), Detail("Units a day", "daily_units"),
        Detail("Days of cover", "days_of_cover"), Detail("Reorder point", "reorder_point"),
        Detail("On order", "on_order_quantity"),
        Detail("Suggested order", "suggested_quantity"), Detail("Days out of stock", "out_days"),
        Detail("Only counted", "is_estimated"), Detail("Source", "source"),
    ),
    "study_stock_day": (
        Detail("Day", "stock_date"), *PRODUCT, Detail("Shop", "shop", "dim_shop"),
        Detail("On hand", "on_hand_quantity"), Detail("Value", "stock_amount"), Detail("Out of stock", "is_out"),
        Detail("Cost of sales, FIFO", "fifo_cost_amount"), Detail("Only counted", "is_estimated"),
        Detail("Source", "source"),
    ),
    "fact_lead": (
        Detail("Date", "lead_date"), Detail("Lead", "lead_id"), Detail("Status", "lead_status"), *CUSTOMER,
        Detail("Employee", "employee", "dim_employee"), Detail("Lead source", "lead_source"),
        Detail("Follow up", "follow_up_date"), Detail("Value", "value_amount"), *ORIGIN,
    ),
    "study_points_entry": (
        Detail("Date", "entry_date"), Detail("Move", "points_move"), Detail("Kind", "entry_type"), *CUSTOMER,
        Detail("Shop", "shop", "dim_shop"), Detail("Points", "points"), Detail("Tier", "tier"),
        Detail("Reward", "reward", "fact_loyalty"), Detail("Liability", "liability_amount"),
        Detail("By rule", "is_by_rule"), Detail("Redeemed here", "is_made_here"), Detail("Source", "source"),
        Detail("File", "file_name", "dim_origin"), Detail("Row", "source_row", "fact_loyalty"),
    ),
    "study_points_lot": (
        Detail("Given", "given_date"), Detail("Ends", "ends_date"), *CUSTOMER, Detail("Shop", "shop", "dim_shop"),
        Detail("Points", "points"), Detail("Redeemed", "redeemed_points"), Detail("Ended", "expired_points"),
        Detail("Left", "left_points"), Detail("Held back", "left_amount"), Detail("Source", "source"),
    ),
    "study_member": (
        *CUSTOMER, Detail("Shop", "shop", "dim_shop"), Detail("Joined", "joined_date"), Detail("Tier", "tier_now"),
        Detail("Tier a year ago", "tier_before"), Detail("Tier in the source", "tier_of_source"),
        Detail("Points", "balance_points"), Detail("Ending soon", "soon_points"),
        Detail("Spend in a year", "year_amount"), Detail("To the next tier", "to_next_tier_amount"),
        Detail("Last activity", "last_activity_date"), Detail("Active", "is_active"), Detail("Source", "source"),
    ),
    "fact_referral": (
        Detail("Date", "completed_date"), Detail("Created", "created_date"), Detail("State", "referral_status"),
        Detail("Code", "code"), Detail("Shop", "shop", "dim_shop"), *ORIGIN,
    ),
    "study_lead": (
        Detail("Date", "lead_date"), Detail("Lead", "lead_id"), Detail("Status", "lead_status"),
        Detail("Stage", "lead_stage"), Detail("Priority", "lead_priority"), *CUSTOMER,
        Detail("Employee", "employee", "dim_employee"), Detail("Lead source", "lead_source"),
        Detail("Follow up", "follow_up_date"), Detail("Value", "value_amount"),
        Detail("Win probability", "win_probability"), Detail("Delivered orders", "delivered_orders"),
        Detail("Delivered sales", "delivered_amount"), Detail("Delivered margin", "margin_amount"),
        Detail("Source", "source"),
    ),
    "study_lead_stay": (
        Detail("Lead", "lead_id", "fact_lead"), Detail("Stage", "lead_stage"), Detail("Days", "days"),
        Detail("Over", "is_over"), Detail("Employee", "employee", "dim_employee"), Detail("Source", "source"),
    ),
    "study_lead_stage": (
        Detail("Stage", "lead_stage"), Detail("Stays", "stays"), Detail("Waiting", "waiting"),
        Detail("Median days", "median_days"), Detail("Closed leads", "closed_leads"), Detail("Won", "won_leads"),
        Detail("Win probability", "win_probability"),
    ),
    "fact_expense": (
        Detail("Date", "expense_date"), Detail("Category", "expense_category"), Detail("Title", "title"),
        Detail("Amount", "expense_amount"), *ORIGIN,
    ),
    "fact_campaign_day": (
        Detail("Date", "spend_date"), Detail("Campaign", "campaign", "dim_campaign"),
        Detail("Kind", "campaign_type", "dim_campaign"), Detail("Spend", "spend_amount"),
        Detail("Impressions", "impressions"), Detail("Clicks", "clicks"), Detail("Conversions", "conversions"),
        Detail("Revenue", "revenue_amount"), *ORIGIN,
    ),
    "fact_loyalty": (
        Detail("Date", "entry_date"), Detail("Kind", "entry_type"), *CUSTOMER, Detail("Points", "points"),
        Detail("Tier", "tier"), Detail("Reward", "reward"), *ORIGIN,
    ),
    "fact_review": (
        Detail("Date", "review_date"), Detail("Rating", "rating"), Detail("Status", "review_status"), *CUSTOMER,
        *PRODUCT, Detail("Shop", "shop", "dim_shop"), Detail("Title", "title"), *ORIGIN,
    ),
    "fact_payroll": (
        Detail("Date", "pay_date"), Detail("Employee", "employee", "dim_employee"), Detail("Base", "base_amount"),
        Detail("Bonus", "bonus_amount"), Detail("Deductions", "deduction_amount"), Detail("Net", "net_amount"),
        Detail("Status", "payroll_status"), *ORIGIN,
    ),
    "study_customer": (
        *CUSTOMER, Detail("Phone", "phone", "dim_customer", True), Detail("E-mail", "email", "dim_customer", True),
        *PLACE, Detail("Segment", "policy_segment"), Detail("RFM segment", "rfm_segment"), Detail("Orders", "orders"),
        Detail("First order", "first_order_date"), Detail("Last order", "last_order_date"),
        Detail("Net sales", "net_amount"), Detail("Contribution", "contribution_amount"),
        Detail("Sales in a usual year", "yearly_amount"), Detail("Share returned", "return_rate"),
        Detail("Satisfaction", "satisfaction_points"),
        Detail("Silent for days", "recency_days"), Detail("Limit in days", "gap_limit_days"),
        Detail("Overdue", "is_overdue"), Detail("Chance to buy again", "buys_probability"),
        Detail("Predicted sales", "predicted_amount"), Detail("Predicted value", "clv_amount"),
        Detail("May be contacted", "has_consent"),
    ),
    "study_cohort": (
        Detail("First order month", "cohort_month"), Detail("Months since", "age_months"),
        Detail("Customers", "customers"), Detail("Ordered", "active_customers"),
        Detail("Ordered again by then", "returned_customers"), Detail("Net sales", "net_amount"),
        Detail("Contribution", "contribution_amount"), Detail("Month complete", "is_mature"),
    ),
    "study_acquisition": (
        Detail("First order month", "cohort_month"), Detail("Customers", "customers"), Detail("Spend", "spend_amount"),
        Detail("Contribution so far", "contribution_amount"), Detail("Paid back after months", "payback_months"),
    ),
    "study_retained_month": (
        Detail("Last month", "month"), Detail("A year ago", "base_amount"), Detail("Now", "retained_amount"),
        Detail("Customers", "customers"),
    ),
    "study_lifetime": (
        Detail("Fitted on", "fitted_on"), Detail("From", "first_day"), Detail("To", "last_day"),
        Detail("Customers", "customers"), Detail("r", "r"), Detail("alpha", "alpha"), Detail("a", "a"),
        Detail("b", "b"), Detail("Log-likelihood", "log_likelihood"), Detail("p", "p"), Detail("q", "q"),
        Detail("gamma", "gamma"), Detail("Orders held back", "actual_orders"),
        Detail("Predicted", "predicted_orders"), Detail("Why not", "reason"),
    ),
    "fact_staff_day": (
        Detail("Date", "work_date"), Detail("Employee", "employee", "dim_employee"), Detail("Leads", "leads"),
        Detail("Orders reported", "reported_orders"), Detail("Ad spend", "ad_spend_amount"), *ORIGIN,
    ),
    "study_cost": _COST,
    "study_fulfilment_cost": _COST,
    "study_marketing_cost": _COST,
    "study_payroll_cost": _COST,
    "study_running_cost": _COST,
    "study_journal_entry": (
        Detail("Date", "entry_date"), Detail("Entry", "entry_id"), Detail("Description", "description"),
        Detail("Lines", "line_count"), Detail("Debit", "debit_amount"), Detail("Credit", "credit_amount"),
        Detail("Difference", "difference_amount"), *ORIGIN,
    ),
    "fact_journal_line": (
        Detail("Date", "entry_date"), Detail("Entry", "entry_id"), Detail("Account", "account_code"),
        Detail("Account name", "account"), Detail("Kind of account", "account_type"), Detail("Debit", "debit_amount"),
        Detail("Credit", "credit_amount"), Detail("Description", "description"), *ORIGIN,
    ),
    "fact_coupon": (
        Detail("Date", "entry_date"), Detail("Coupon", "coupon_id"), Detail("Campaign", "campaign", "dim_campaign"),
        Detail("Document", "order_id", "fact_order"), *PRODUCT, *CUSTOMER, Detail("Amount", "coupon_amount"),
        *ORIGIN,
    ),
    "study_coupon_order": (
        Detail("Date", "order_date"), Detail("Document", "order_id", "fact_order"), *CUSTOMER,
        Detail("Net", "net_amount"), Detail("Cost", "cost_amount"), Detail("Amount", "coupon_amount"), *ORIGIN,
    ),
}  # fmt: skip


def word_headings(fact: str) -> frozenset[str]:
    """Headings of the columns of a fact's rows whose values are shown in words."""
    own = {"reason"} if fact in {"fact_return", "fact_stock_movement"} else set()
    return frozenset(one.label for one in DETAILS[fact] if one.is_word or (not one.table and one.column in own))
