"""Campaigns: what they cost, what they reached and what they brought.

Grain: one campaign and day, or one campaign where the source gives only totals; those are dated by their first day.
"""

from __future__ import annotations

from portal.metrics.coupons import COUPONS
from portal.metrics.expressions import known_total
from portal.metrics.model import Better, Measure, Metric, Ratio, Unit
from portal.warehouse.schema import fact_campaign_day

_DAY = fact_campaign_day.c
_COUNTED = {
    "impressions": "Times a campaign was shown, as its source counts.",
    "clicks": "Times a campaign was clicked, as its source counts.",
    "conversions": "Orders or other results a campaign's source credits to it.",
}

CAMPAIGN_SPEND = Metric(
    name="campaign_spend", label="Campaign spend", unit=Unit.MONEY, better=Better.NEITHER, date_column="spend_date",
    meaning="What campaigns cost; where a source records only a budget, the budget of every campaign that has begun.",
    fact=fact_campaign_day, value=known_total(_DAY.spend_amount), formula="campaign spend, summed", strength="D",
)  # fmt: skip
CAMPAIGN_REVENUE = Metric(
    name="campaign_revenue", label="Campaign revenue", unit=Unit.MONEY, date_column="spend_date", strength="D",
    meaning="Revenue the source credits to campaigns; it need not be what orders with their link add up to.",
    fact=fact_campaign_day, value=known_total(_DAY.revenue_amount), formula="campaign revenue, summed",
)  # fmt: skip
IMPRESSIONS, CLICKS, CONVERSIONS = (
    Metric(
        name=f"campaign_{name}", label=f"Campaign {name}", unit=Unit.COUNT, date_column="spend_date", meaning=meaning,
        fact=fact_campaign_day, value=known_total(_DAY[name]), formula=f"{name}, summed",
    )
    for name, meaning in _COUNTED.items()
)  # fmt: skip
CAMPAIGN_PROFIT = Metric(
    name="campaign_profit", label="Campaign revenue less spend", unit=Unit.MONEY, date_column="spend_date",
    meaning="Revenue credited to campaigns less what they cost, before the cost of goods; over campaigns with both.",
    fact=fact_campaign_day, value=known_total(_DAY.revenue_amount - _DAY.spend_amount),
    formula="campaign revenue − campaign spend", strength="V",
)  # fmt: skip
ROAS = Ratio(
    name="roas", label="Return on ad spend", unit=Unit.NUMBER, top=CAMPAIGN_REVENUE, bottom=CAMPAIGN_SPEND,
    strength="V", meaning="Campaign revenue per unit of campaign spend. Missing without spend.",
)  # fmt: skip
ROI = Ratio(
    name="roi", label="Return on investment", unit=Unit.RATE, top=CAMPAIGN_PROFIT, bottom=CAMPAIGN_SPEND, strength="V",
    meaning="Campaign revenue less spend, as a share of spend. Missing without spend.",
)  # fmt: skip
CPA = Ratio(
    name="cpa", label="Cost per acquisition", unit=Unit.MONEY, top=CAMPAIGN_SPEND, bottom=CONVERSIONS, strength="V",
    better=Better.DOWN, meaning="Campaign spend per conversion. Missing without conversions.",
)  # fmt: skip
CTR = Ratio(
    name="ctr", label="Click-through rate", unit=Unit.RATE, top=CLICKS, bottom=IMPRESSIONS, strength="V",
    meaning="Clicks as a share of impressions.",
)  # fmt: skip
CAMPAIGN_CONVERSION = Ratio(
    name="campaign_conversion", label="Campaign conversion", unit=Unit.RATE, top=CONVERSIONS, bottom=CLICKS,
    strength="V", meaning="Conversions as a share of clicks.",
)  # fmt: skip

MARKETING: tuple[Measure, ...] = (
    CAMPAIGN_SPEND, CAMPAIGN_REVENUE, CAMPAIGN_PROFIT, IMPRESSIONS, CLICKS, CONVERSIONS, ROAS, ROI, CPA, CTR,
    CAMPAIGN_CONVERSION, *COUPONS,
)  # fmt: skip
