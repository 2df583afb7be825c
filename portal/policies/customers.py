"""Who is one customer, and what kind of customer somebody is."""

from __future__ import annotations

from portal.policies.kinds import NUMBER, PAIRS, SHARE, WHOLE, Policy

CUSTOMERS: tuple[Policy, ...] = (
    Policy("shared_phone_limit", 5, "names or ids",
           "A phone used with more names or ids than this is nobody's: it does not join customers.", WHOLE),
    Policy("separate_customers", [], "pairs of customers",
           "These are never one person, whatever phone, e-mail or id they share: a wrong merge undone.", PAIRS),
    Policy("vip_value", 5000, "reporting currency", "Customers who spent more than this are VIP.", NUMBER),
    Policy("vip_orders", 10, "orders", "Customers with at least this many orders are VIP.", WHOLE),
    Policy("regular_orders", 3, "orders", "Customers with at least this many orders are regular.", WHOLE),
    Policy("problematic_return_rate", 0.30, "share of orders", "Customers who return more are problematic.", SHARE),
)  # fmt: skip
