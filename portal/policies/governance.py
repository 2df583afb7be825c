"""What returns, discounts and commissions are allowed."""

from __future__ import annotations

from portal.policies.kinds import NUMBER, SHARE, WHOLE, Policy

GOVERNANCE: tuple[Policy, ...] = (
    Policy("return_window_days", 14, "days", "Goods may come back up to this many days after the sale.", WHOLE),
    Policy("return_rate_days", 30, "days",
           "The return rate counts what comes back within so many days of the sale; younger sales are left out.",
           WHOLE),
    Policy("supervisor_discount", 0.10, "share of gross amount",
           "A discount above this is for a supervisor to review.", SHARE),
    Policy("executive_discount", 0.20, "share of gross amount",
           "A discount above this is for an executive to approve.", SHARE),
    Policy("margin_floor", 0.20, "share of gross amount",
           "Less margin than this may not be left after a discount.", NUMBER),
)  # fmt: skip
