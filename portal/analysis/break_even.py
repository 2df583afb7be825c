"""The break-even calculator of the IMIQ order desk: how many orders pay what a campaign of some days costs.

gross = revenue − Σ units × cost; net = gross − advertising − courier − pay; a month has 30 days; orders needed =
(advertising + courier + pay) ÷ gross per order, rounded up. What comes back (the return rate) earns nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal

_WEEK, _MONTH = 7, 30


@dataclass(frozen=True)
class Goods:
    """One product of the mix: pieces sold, what one costs and what one is sold for."""

    units: Decimal
    product_cost: Decimal
    selling_price: Decimal


@dataclass(frozen=True)
class Plan:
    """What is put in. Amounts in one currency.

    Attributes:
        days: length of the time looked at, above 0.
        ad_spend_per_day, courier_per_day: running costs of a day.
        sourcing_payment: what is paid for goods in that time, whether sold or not.
        salary_per_person_per_week, num_employees: pay.
        orders: orders taken.
        total_order_value: what they add up to; None for what the goods are sold for.
        cod_return_rate: share of orders that come back, 0 to 1.
        sku_mix: the goods sold.
    """

    days: Decimal
    ad_spend_per_day: Decimal
    courier_per_day: Decimal
    sourcing_payment: Decimal
    salary_per_person_per_week: Decimal
    num_employees: Decimal
    orders: Decimal
    total_order_value: Decimal | None
    cod_return_rate: Decimal
    sku_mix: Sequence[Goods]


@dataclass(frozen=True)
class Outcome:
    """What comes out; None where it cannot be said (no revenue, no orders, nothing earned on an order).

    after_sourcing: revenue less advertising, courier, pay and the payment for goods, which stands in for their cost.
    """

    revenue: Decimal
    gross_profit: Decimal
    gross_margin: Decimal | None
    net_profit: Decimal
    net_margin: Decimal | None
    after_sourcing: Decimal
    cost_per_order: Decimal | None
    profit_per_order: Decimal | None
    delivered_orders: int
    delivered_revenue: Decimal
    delivered_profit: Decimal
    monthly_revenue: Decimal
    monthly_profit: Decimal
    needed_orders: int | None
    spare_orders: int | None


def outcome(plan: Plan) -> Outcome:
    """Work the plan out, exactly.

    Raises:
        ValueError: there are no days.
    """
    if plan.days <= 0:
        raise ValueError("a plan has at least one day")
    in_mix = sum((one.units * one.selling_price for one in plan.sku_mix), Decimal(0))
    revenue = in_mix if plan.total_order_value is None else plan.total_order_value
    gross = revenue - sum((one.units * one.product_cost for one in plan.sku_mix), Decimal(0))
    ads = plan.ad_spend_per_day * plan.days
    running = ads + plan.courier_per_day * plan.days + _pay(plan)
    net, kept, months = gross - running, 1 - plan.cod_return_rate, _MONTH / plan.days
    needed = _needed(running, _divided(gross, plan.orders))
    return Outcome(
        revenue=revenue, gross_profit=gross, gross_margin=_divided(gross, revenue), net_profit=net,
        net_margin=_divided(net, revenue), after_sourcing=revenue - running - plan.sourcing_payment,
        cost_per_order=_divided(ads, plan.orders), profit_per_order=_divided(gross, plan.orders),
        delivered_orders=int(plan.orders * kept), delivered_revenue=revenue * kept, delivered_profit=net * kept,
        monthly_revenue=revenue * months, monthly_profit=net * months, needed_orders=needed,
        spare_orders=None if needed is None else int(plan.orders) - needed,
    )  # fmt: skip


def _pay(plan: Plan) -> Decimal:
    return plan.salary_per_person_per_week * plan.num_employees * plan.days / _WEEK


def _needed(running: Decimal, per_order: Decimal | None) -> int | None:
    if per_order is None or per_order <= 0:
        return None
    return int((running / per_order).to_integral_value(ROUND_CEILING))


def _divided(top: Decimal, bottom: Decimal) -> Decimal | None:
    return top / bottom if bottom else None
