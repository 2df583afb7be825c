"""What the loyalty programme gives and when points end; rules a shop of the source has itself come first."""

from __future__ import annotations

from portal.policies.kinds import LIMITS, NUMBER, SHARE, WHOLE, Policy

LOYALTY: tuple[Policy, ...] = (
    Policy("points_rate", 1.0, "points per unit of currency", "Points a delivered order earns, before its tier.",
           NUMBER),
    Policy("points_minimum", 0, "reporting currency", "Orders below this earn no points.", NUMBER),
    Policy("points_last_days", 365, "days", "Points not spent so long after they were given end.", WHOLE),
    Policy("point_value", 0.01, "reporting currency per point", "What a point takes off a price.", NUMBER),
    Policy("point_breakage", 0.03, "share of points", "Points expected never to be redeemed.", SHARE),
    Policy("tier_thresholds", [500, 1500, 5000], "reporting currency in 365 days",
           "Rolling spend from which a member is silver, gold, platinum.", LIMITS),
    Policy("tier_multipliers", [1.25, 1.5, 2.0], "times the points of bronze",
           "What silver, gold and platinum members earn.", LIMITS),
    Policy("code_valid_days", 30, "days", "How long a code issued in the portal can be redeemed.", WHOLE),
    Policy("referral_points", 100, "points", "What a customer gets whose referral code is redeemed.", WHOLE),
    Policy("referee_points", 50, "points", "What the new customer gets who brings a referral code.", WHOLE),
    Policy("referral_minimum", 25, "reporting currency", "Least first purchase with which a referral code is redeemed.",
           NUMBER),
    Policy("points_soon_days", 30, "days", "Points that end within so many days are said to end soon.", WHOLE),
)  # fmt: skip
