"""Who is one customer, and what kind of customer somebody is."""

from __future__ import annotations

from portal.policies.kinds import LIMITS, NUMBER, PAIRS, SHARE, WHOLE, YES_NO, Policy

CUSTOMERS: tuple[Policy, ...] = (
    Policy("shared_phone_limit", 5, "names or ids",
           "A phone used with more names or ids than this is nobody's: it does not join customers.", WHOLE),
    Policy("separate_customers", [], "pairs of customers",
           "These are never one person, whatever phone, e-mail or id they share: a wrong merge undone.", PAIRS),
    Policy("vip_value", 5000, "reporting currency", "Customers who spent more than this are VIP.", NUMBER),
    Policy("vip_orders", 10, "orders", "Customers with at least this many orders are VIP.", WHOLE),
    Policy("regular_orders", 3, "orders", "Customers with at least this many orders are regular.", WHOLE),
    Policy("problematic_return_rate", 0.30, "share of orders", "Customers who return more are problematic.", SHARE),
    Policy("satisfaction_return_rates", [0.05, 0.10, 0.20, 0.50], "shares of orders",
           "Satisfaction is 1.5, 1 and 0.5 points more up to the first three of these shares returned, 1.5 less above "
           "the last.", LIMITS),
    Policy("satisfaction_orders", [2, 5, 10], "orders",
           "Satisfaction is 0.1, 0.3 and 0.5 points more from so many orders on.", LIMITS),
    Policy("satisfaction_values", [100, 1000, 5000, 10000], "reporting currency",
           "Satisfaction is 0.05, 0.1, 0.3 and 0.5 points more above these amounts spent.", LIMITS),
    Policy("churn_percentile", 0.90, "share of a customer's gaps",
           "A customer is overdue when silent for longer than this share of their own gaps between orders.", SHARE),
    Policy("churn_least_gaps", 3, "gaps",
           "Customers with fewer gaps between orders are held against the gaps of all customers.", WHOLE),
    Policy("gone_after_days", 365, "days",
           "Overdue customers silent for longer than this are gone: their sales are not at risk, they are lost.",
           WHOLE),
    Policy("free_orders_are_visits", False, "true or false",
           "An order of free goods alone counts as a visit where it is asked how often customers come.", YES_NO),
    Policy("buys_within_days", 90, "days", "The chance to buy again is that of an order within this time.", WHOLE),
    Policy("clv_horizon_days", 365, "days", "How far ahead the value of a customer is worked out.", WHOLE),
    Policy("clv_discount_rate", 0.10, "share a year", "What is earned a year later is worth this much less today.",
           SHARE),
    Policy("nrr_months", 3, "months",
           "Net revenue retention compares this many last whole months with the same months a year before.", WHOLE),
    Policy("lifetime_hold_out_days", 90, "days",
           "The forecast of orders is tested on this many last days, which the model has not seen.", WHOLE),
)  # fmt: skip
