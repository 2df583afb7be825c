"""Marketing: does spend pay."""

from __future__ import annotations

from layouts.board import Board, Card, board_page

BOARD = Board(
    name="marketing", path="/marketing", title="Marketing", icon="bullseye",
    kpis={
        "campaign_spend": "Spend", "ctr": "Click-through rate", "campaign_conversion": "Conversion",
        "cpa": "Cost per acquisition", "roas": "ROAS", "roi": "ROI",
    },
    trends={
        "campaign_spend": "Spend", "campaign_revenue": "Revenue", "campaign_clicks": "Clicks",
        "campaign_conversions": "Conversions", "marketing_costs": "Marketing costs",
    },
    breakdowns={
        "campaign": "Campaign", "channel": "Channel", "campaign_type": "Kind", "source": "Source",
    },
    columns=("campaign_spend", "campaign_impressions", "campaign_clicks", "ctr", "campaign_conversions",
             "campaign_conversion", "cpa", "campaign_revenue", "roas", "roi"),
    beside=Card("tasks", "What needs you", "Ranked by the money spent", "span-4", is_chart=False),
    below=(
        Card("pays", "What comes back per unit spent", "ROAS of each part: at 1 the revenue equals the spend"),
        Card("funnel", "From seen to bought", "Impressions, clicks and conversions of this period"),
        Card("campaigns", "Spend and what it brought", "ROAS is revenue ÷ spend, ROI is (revenue − spend) ÷ spend",
             "span-12", is_chart=False),
        Card("coupons", "Coupons", "Orders with a coupon, what it took off, and what was left", "span-12",
             is_chart=False),
    ),
    exports=(("campaigns", "Campaigns"), ("coupons", "Coupons")),
    first_by=("campaign", "campaign_type", "channel"),
    missing="No campaign figures",
)  # fmt: skip

PAGE = board_page(BOARD)
