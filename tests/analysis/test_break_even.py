"""The break-even calculator with the figures IMIQ starts with, worked out by hand."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal as D

import pytest

from portal.analysis.break_even import Goods, Plan, outcome

IMIQ = Plan(
    days=D(4), ad_spend_per_day=D(1750), courier_per_day=D(1000), sourcing_payment=D(40000),
    salary_per_person_per_week=D(1500), num_employees=D(2), orders=D(58), total_order_value=D(56313),
    cod_return_rate=D("0.2"), sku_mix=(Goods(D(30), D(800), D(1299)), Goods(D(28), D(400), D(899))),
)  # fmt: skip


def test_the_figures_imiq_starts_with() -> None:
    found = outcome(IMIQ)
    assert (found.revenue, found.gross_profit) == (56313, 56313 - 30 * 800 - 28 * 400)
    assert round(found.net_profit, 2) == D("8398.71")  # 21,113 − 7,000 − 4,000 − 1,714.29
    assert round(found.after_sourcing, 2) == D("3598.71")  # 56,313 − 12,714.29 − 40,000
    assert (round(found.gross_margin or 0, 4), round(found.net_margin or 0, 4)) == (D("0.3749"), D("0.1491"))


def test_orders_delivered_needed_and_to_spare() -> None:
    found = outcome(IMIQ)
    assert (found.delivered_orders, found.delivered_revenue) == (46, D("45050.4"))
    assert round(found.cost_per_order or 0, 2) == D("120.69")
    assert (found.needed_orders, found.spare_orders) == (35, 23)  # 12,714.29 ÷ 364.02 = 34.93


def test_a_month_has_30_days() -> None:
    assert outcome(IMIQ).monthly_revenue == D("422347.5")


def test_without_a_total_the_goods_say_what_was_sold() -> None:
    assert outcome(replace(IMIQ, total_order_value=None)).revenue == 30 * 1299 + 28 * 899


def test_what_cannot_be_said_is_missing() -> None:
    found = outcome(replace(IMIQ, orders=D(0), total_order_value=D(0), sku_mix=()))
    assert (found.gross_margin, found.cost_per_order, found.needed_orders, found.spare_orders) == (None,) * 4


def test_a_loss_on_every_order_never_breaks_even() -> None:
    assert outcome(replace(IMIQ, total_order_value=D(30000))).needed_orders is None


def test_free_goods_and_no_costs_need_no_orders() -> None:
    free = replace(IMIQ, ad_spend_per_day=D(0), courier_per_day=D(0), num_employees=D(0))
    assert outcome(free).needed_orders == 0


def test_a_plan_has_days() -> None:
    with pytest.raises(ValueError, match="one day"):
        outcome(replace(IMIQ, days=D(0)))
