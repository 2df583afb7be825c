"""Which orders count, when a year begins, what costs and discounts are taken for."""

from __future__ import annotations

from portal.policies.kinds import MONTH, SHARE, SHARES, WEEKDAY, WHOLE, WORD, WORDS, YES_NO, Policy

SALES: tuple[Policy, ...] = (
    Policy("excluded_statuses", ["cancelled"], "order states",
           "Orders in these states are not booked: they are outside every sales metric.", WORDS),
    Policy("realised_statuses", ["delivered"], "order states", "Booked orders in these states are realised.", WORDS),
    Policy("returned_statuses", ["returned", "refunded"], "order states",
           "An order in one of these states without return lines of its own came back whole: return lines are written "
           "for it on the day of the state.", WORDS),
    Policy("withdraw_vanished_files", False, "true or false",
           "Rows of a file that is no longer in its folder are withdrawn with the next load of the folder; otherwise "
           "they stay, and the load says so.", YES_NO),
    Policy("void_return_statuses", ["rejected", "declined", "denied", "cancelled", "canceled", "failed", "expired"],
           "states of returns", "Recorded returns in these states never came about: they lower no sales.", WORDS),
    Policy("status_when_missing", "confirmed", "order state", "State of orders whose source gives none.", WORD),
    Policy("week_start", 1, "weekday", "First day of the week; 1 is Monday.", WEEKDAY),
    Policy("fiscal_year_start_month", 1, "month",
           "First month of the fiscal year, which is named after the year it ends in.", MONTH),
    Policy("assumed_cost_rate", {"imiq": 0.60}, "share of net price by source",
           "Cost of goods of a line whose cost is unknown, as a share of its price; shown as an estimate.", SHARES),
    Policy("fx_max_age_days", 7, "days", "How old the last known exchange rate may be on the business date.", WHOLE),
    Policy("discount_cap", 1.0, "share of gross amount", "What a discount goes above this leaks.", SHARE),
    Policy("cost_coverage_limit", 0.95, "share of net sales", "Profit is badged when less of it has a cost.", SHARE),
)  # fmt: skip
