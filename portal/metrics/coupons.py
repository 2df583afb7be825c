"""Coupons: how often they were used, what they took off, and what was left of the orders. Dated by their use.

Redemptions and amounts may be told apart by a source (a list of redemptions, amounts on lines of orders): they are
counted apart and never added.
"""

from __future__ import annotations

from sqlalchemy import and_, func

from portal.metrics.expressions import distinct, known_total
from portal.metrics.model import Better, Measure, Metric, Ratio, Unit
from portal.warehouse.schema import fact_coupon, study_coupon_order

_USE, _ORDER = fact_coupon.c, study_coupon_order.c
_REDEEMED = _USE.coupon_id.is_not(None)
_TOOK_OFF = _USE.coupon_amount > 0

COUPON_REDEMPTIONS = Metric(
    name="coupon_redemptions", label="Coupons redeemed", unit=Unit.COUNT, fact=fact_coupon, value=func.count(),
    where=_REDEEMED, date_column="entry_date", better=Better.NEITHER, strength="D", formula="number of redemptions",
    meaning="Redemptions of coupons as the source lists them, dated by the redemption.",
)  # fmt: skip
COUPON_CUSTOMERS = Metric(
    name="coupon_customers", label="Customers with a coupon", unit=Unit.COUNT, fact=fact_coupon,
    value=distinct(_USE.customer_key), where=and_(_REDEEMED, _USE.customer_key != 0), date_column="entry_date",
    is_additive=False, strength="D", formula="different customers",
    meaning="Different known customers who redeemed a coupon.",
)  # fmt: skip
COUPON_CAMPAIGNS = Metric(
    name="coupon_campaigns", label="Campaigns with a redemption", unit=Unit.COUNT, fact=fact_coupon,
    value=distinct(_USE.campaign_key), where=and_(_REDEEMED, _USE.campaign_key != 0), date_column="entry_date",
    is_additive=False, better=Better.NEITHER, strength="D", formula="different campaigns",
    meaning="Different campaigns whose coupons were redeemed.",
)  # fmt: skip
COUPON_DISCOUNT = Metric(
    name="coupon_discount", label="Taken off by coupons", unit=Unit.MONEY, fact=fact_coupon,
    value=known_total(_USE.coupon_amount), date_column="entry_date", better=Better.NEITHER, strength="D",
    formula="amounts of coupons, summed", meaning="What coupons took off lines of orders. It is not among the "
    "discounts of net sales where somebody else, such as the maker, pays it back.",
)  # fmt: skip
COUPON_ORDERS = Metric(
    name="coupon_orders", label="Orders with a coupon", unit=Unit.COUNT, fact=fact_coupon,
    value=distinct(_USE.order_key), where=and_(_TOOK_OFF, _USE.order_key != 0), date_column="entry_date",
    is_additive=False, better=Better.NEITHER, strength="D", formula="different orders",
    meaning="Different orders that a coupon took something off.",
)  # fmt: skip
COUPON_SALES = Metric(
    name="coupon_sales", label="Net sales with a coupon", unit=Unit.MONEY, fact=study_coupon_order,
    value=known_total(_ORDER.net_amount), date_column="order_date", strength="D",
    formula="net sales of orders with a coupon, summed", meaning="Net sales of booked orders that a coupon lowered, "
    "before the coupon; dated by the order.",
)  # fmt: skip
COUPON_MARGIN = Metric(
    name="coupon_margin", label="Left after coupons", unit=Unit.MONEY, fact=study_coupon_order, strength="D",
    value=known_total(_ORDER.net_amount - _ORDER.cost_amount - _ORDER.coupon_amount), date_column="order_date",
    formula="net sales − cost of goods − coupons, summed",
    meaning="What is left of booked orders with a coupon after the cost of goods and the coupon itself, as if nobody "
    "paid it back. Orders whose cost is not known are not in it; missing without any.",
)  # fmt: skip
COUPON_RATE = Ratio(
    name="coupon_rate", label="Coupons per sales", unit=Unit.RATE, top=COUPON_DISCOUNT, bottom=COUPON_SALES,
    better=Better.NEITHER, strength="D", meaning="What coupons took off as a share of the net sales they lowered.",
)  # fmt: skip

COUPONS: tuple[Measure, ...] = (
    COUPON_REDEMPTIONS, COUPON_CUSTOMERS, COUPON_CAMPAIGNS, COUPON_DISCOUNT, COUPON_ORDERS, COUPON_SALES,
    COUPON_MARGIN, COUPON_RATE,
)  # fmt: skip
