"""Marketing: campaigns and coupons as they are shown; ROAS and ROI are never mixed up, what is undefined is a dash."""

from __future__ import annotations

from collections.abc import Callable

from callbacks.coupon_table import coupon_totals, coupons_body
from callbacks.desk import Desk
from callbacks.marketing import EXPORTS, campaigns, pays, steps, tasks
from tests.callbacks.conftest import MARCH, QUARTER
from tests.callbacks.test_finance_parts import said

Make = Callable[..., Desk]


def test_each_campaign_has_roas_and_roi_of_its_own(desk: Make) -> None:
    rows = {row[0]: row for row in EXPORTS["marketing/campaigns"](desk(**QUARTER, compare="none")).rows}
    spend, shown, clicks, ctr, won, conversion, cpa, revenue, roas, roi = map(float, rows["Spring"][1:11])
    assert (spend, shown, clicks, ctr, won, conversion) == (40, 2000, 80, 0.04, 4, 0.05)
    assert (cpa, revenue, roas, roi) == (10, 90, 2.25, 1.25)


def test_without_conversions_there_is_no_cost_of_one(desk: Make) -> None:
    rows = {row[0]: row for row in EXPORTS["marketing/campaigns"](desk(**QUARTER, compare="none")).rows}
    assert rows["Radio"][7] is None
    assert "–" in said(campaigns(desk(**QUARTER)))


def test_a_campaign_that_brought_nothing_is_to_do(desk: Make) -> None:
    text = said(tasks(desk(**QUARTER)))
    assert "Radio brought nothing" in text
    assert "Spring" not in text


def test_a_bar_of_roas_opens_the_revenue(desk: Make) -> None:
    chart, title = pays(desk(**QUARTER))
    assert title == "What comes back per unit spent, by campaign"
    assert "campaign_revenue::campaign=Spring" in chart.figure["data"][0]["customdata"]


def test_from_seen_to_bought(desk: Make) -> None:
    assert [row[1] for row in steps(desk(**QUARTER)).table.rows] == ["2,500", "100", "4"]


def test_coupons_with_what_is_left_after_them(desk: Make) -> None:
    assert coupon_totals(desk(**QUARTER)) == {
        "coupon_redemptions": 1, "coupon_customers": 1, "coupon_campaigns": 1, "coupon_orders": 1,
        "coupon_discount": 3, "coupon_sales": 50, "coupon_margin": 17,
    }  # fmt: skip
    assert "1 of 2 campaigns had a redemption" in said(coupons_body(desk(**QUARTER)))


def test_a_period_without_coupons_says_so(desk: Make) -> None:
    assert "No coupons in this period" in said(coupons_body(desk(**MARCH)))
