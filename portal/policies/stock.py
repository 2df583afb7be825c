"""What low, lasting, ageing and dead stock is, and how much to order again."""

from __future__ import annotations

from portal.policies.kinds import LIMITS, NUMBER, SHARE, WHOLE, Policy

STOCK: tuple[Policy, ...] = (
    Policy("low_stock_limit", 5, "units", "Stock above 0 and up to this is low.", NUMBER),
    Policy("days_of_cover_window", 30, "days", "Days of sales that days of cover looks back on.", WHOLE),
    Policy("stock_age_limits", [30, 60, 90, 180, 365], "days",
           "Stock is sorted by age into buckets that end with these days; the last one is open.", LIMITS),
    Policy("aged_stock_days", 180, "days", "Stock that has lain longer than this is aged.", WHOLE),
    Policy("dead_stock_days", 180, "days",
           "Stock of a product that came and was last sold longer ago than this is dead.", WHOLE),
    Policy("demand_weeks", 26, "weeks", "Weeks of sales by which demand is called steady or not.", WHOLE),
    Policy("xyz_limits", [0.25, 0.5], "standard deviation ÷ mean of weekly demand",
           "Demand that varies up to the first limit is X, up to the second Y, beyond it Z.", LIMITS),
    Policy("lost_sales_window", 60, "days",
           "Days by which lost sales and the stockout rate of a product are estimated.", WHOLE),
    Policy("lead_time_days", 7, "days", "From ordering goods until they can be sold.", NUMBER),
    Policy("lead_time_deviation_days", 2, "days", "How much the lead time usually varies (standard deviation).",
           NUMBER),
    Policy("service_level", 0.95, "share from 0 to 1",
           "Share of lead times in which stock should last until the goods arrive.", SHARE),
    Policy("order_cover_days", 30, "days", "An order suggested brings stock for this long on top.", NUMBER),
)  # fmt: skip
