"""What low, lasting and dead stock is."""

from __future__ import annotations

from portal.policies.kinds import NUMBER, WHOLE, Policy

STOCK: tuple[Policy, ...] = (
    Policy("low_stock_limit", 5, "units", "Stock above 0 and up to this is low.", NUMBER),
    Policy("days_of_cover_window", 30, "days", "Days of sales that days of cover looks back on.", WHOLE),
)  # fmt: skip
