"""The lists of a OneSoko export, the pages of its API and the tables of its database: names, columns, words.

One kind of record has three names: its list in the export ("order_items"), its endpoint ("orderitems") and its table,
whose name ends with the model ("app_orderitem"). A column has its name in the models, the names it has in later
versions and on the screens, and in the database the ending "_id" where it points to another record.
"""

from __future__ import annotations

from dataclasses import dataclass

from etl.sources.sheet import Form

PAGE = "results"
"""List of records in a page of the API; the file's name says which endpoint it is of."""

_ORDER = ("order_id", "order.id", "parent_id")
_SHOP = ("shop_id", "shop.shopId")
_PRODUCT = ("product_id", "product.productId")
_USER = ("user_id", "user.id")
_CUSTOMER = ("customer_id", "customer.id")


@dataclass(frozen=True)
class Kind:
    """One kind of record.

    Attributes:
        form: its columns and the staging table its rows are counted under ("unused": read for other rows, or not).
        names: further names of its list and endpoint.
        model: lower-case name of its Django model, with which the name of its database table ends.
    """

    form: Form
    names: tuple[str, ...]
    model: str


ORDERS = Form(
    "orders",
    {"id": (), "user": (*_USER, "customer", *_CUSTOMER), "shop": _SHOP, "status": ("order_status",),
     "total": ("total_amount",), "created_at": (), "updated_at": (), "payment_method": (), "currency": (),
     "customer_name": (), "customer_email": ()},
    table="order",
)  # fmt: skip
ORDER_ITEMS = Form(
    "order_items", {"id": (), "order": _ORDER, "product": _PRODUCT, "quantity": (), "product_name": ("product.name",)},
    table="order_line",
)  # fmt: skip
PRODUCTS = Form(
    "products",
    {"productId": ("product_id", "id"), "name": (), "price": (), "quantity": ("stock_quantity",),
     "category": ("category_id", "category.id"), "promotional_price": (), "is_active": (), "deleted_at": (),
     "updated_at": ()},
    table="product",
)  # fmt: skip
SHOPS = Form(
    "shops",
    {"shopId": ("shop_id", "id"), "name": (), "shopowner": ("shopowner_id", "owner", "owner_id", "shopowner.id"),
     "products": (), "status": (), "is_active": (), "deleted_at": (), "email": (), "city": (), "country": ()},
    table="employee",
)  # fmt: skip
SHOP_PRODUCTS = Form("shop_products", {"shop": ("shop_id",), "product": ("product_id",)})
CATEGORIES = Form("categories", {"id": (), "name": ()})
USERS = Form(
    "users",
    {"id": ("user_id",), "username": (), "first_name": (), "last_name": (), "email": (), "phone_number": (),
     "date_joined": ()},
    table="customer",
)  # fmt: skip
ADDRESSES = Form(
    "shipping_addresses",
    {"id": (), "order": _ORDER, "recipient_name": (), "recipient_phone": (), "recipient_email": (),
     "address_line_1": (), "address_line_2": (), "city": (), "state_province": (), "postal_code": (), "country": (),
     "created_at": (), "updated_at": ()},
    table="customer",
)  # fmt: skip
PAYMENTS = Form("payments", {"id": (), "order": _ORDER, "amount": (), "status": (), "created_at": ()}, table="payment")
TRACKING = Form(
    "order_tracking",
    {"id": (), "order": _ORDER, "status": (), "description": (), "location": (), "tracking_number": (), "carrier": (),
     "timestamp": ("created_at",)},
    table="shipment_event",
)  # fmt: skip
ANALYTICS = Form(
    "order_analytics",
    {"id": (), "order": _ORDER, "order_source": (), "utm_campaign": (), "discount_amount": (), "tax_amount": (),
     "shipping_cost": (), "refund_amount": (), "return_reason": (), "rating": (), "updated_at": ()},
    table="return_line",
)  # fmt: skip
CAMPAIGNS = Form(
    "campaigns",
    {"id": (), "shop": _SHOP, "name": (), "campaign_type": (), "status": (), "start_date": (), "end_date": (),
     "budget": (), "impressions": (), "clicks": (), "conversions": (), "revenue_generated": ()},
    table="campaign",
)  # fmt: skip
REVIEWS = Form(
    "reviews", {"id": (), "product": _PRODUCT, "user": (*_USER, "customer"), "rating": (), "created_at": ()},
    table="review",
)  # fmt: skip
SHOP_REVIEWS = Form(
    "shop_reviews",
    {"reviewId": ("review_id", "id"), "customer": (*_CUSTOMER, "user"), "shop": _SHOP, "order": ("order_id",),
     "rating": (), "title": (), "status": (), "created_at": ()},
    table="review",
)  # fmt: skip
LOYALTY_PROGRAMS = Form(
    "loyalty_programs",
    {"shop": _SHOP, "points_per_dollar": (), "minimum_spend_for_points": (), "points_expiry_days": (),
     "bronze_threshold": (), "silver_threshold": (), "gold_threshold": (), "platinum_threshold": (),
     "bronze_multiplier": (), "silver_multiplier": (), "gold_multiplier": (), "platinum_multiplier": (),
     "is_active": (), "updated_at": ()},
    table="setting",
)  # fmt: skip
REFERRAL_PROGRAMS = Form(
    "referral_programs",
    {"shop": _SHOP, "referrer_reward_points": (), "referee_reward_points": (), "minimum_purchase_amount": (),
     "is_active": (), "updated_at": ()},
    table="setting",
)  # fmt: skip
REWARDS = Form(
    "rewards",
    {"id": (), "shop": _SHOP, "name": (), "reward_type": (), "points_cost": (), "discount_percentage": (),
     "discount_amount": (), "minimum_tier_required": (), "is_active": (), "valid_from": (), "valid_until": (),
     "updated_at": ()},
    table="setting",
)  # fmt: skip
ACCOUNTS = Form(
    "customers_loyalty",
    {"id": (), "customer": (*_CUSTOMER, "user"), "shop": _SHOP, "current_points_balance": (), "current_tier": (),
     "created_at": ()},
    table="loyalty_entry",
)  # fmt: skip
TRANSACTIONS = Form(
    "loyalty_transactions",
    {"id": (), "customer_loyalty": ("customer_loyalty_id", "customer_loyalty.id"), "transaction_type": (),
     "points_change": (), "reference_id": (), "created_at": ()},
    table="loyalty_entry",
)  # fmt: skip
REDEMPTIONS = Form(
    "redemptions",
    {"id": (), "customer_loyalty": ("customer_loyalty_id", "customer_loyalty.id"), "reward": ("reward_id", "reward.id"),
     "points_used": (), "status": (), "redemption_code": (), "order": ("order_id",), "created_at": ()},
    table="loyalty_entry",
)  # fmt: skip
REFERRALS = Form(
    "customer_referrals",
    {"id": (), "referrer": ("referrer_id", "referrer.id"), "referee": ("referee_id", "referee.id"), "shop": _SHOP,
     "referral_code": (), "status": (), "first_purchase_order": ("first_purchase_order_id",), "created_at": (),
     "completed_at": ()},
    table="referral",
)  # fmt: skip


def _unused(name: str, model: str, *names: str) -> Kind:
    return Kind(Form(name, {"id": ()}), names, model)


KINDS: tuple[Kind, ...] = (
    Kind(ORDERS, ("enhanced_orders",), "order"), Kind(ORDER_ITEMS, ("items",), "orderitem"),
    Kind(PRODUCTS, (), "product"), Kind(SHOPS, (), "shop"), Kind(SHOP_PRODUCTS, (), "shop_products"),
    Kind(CATEGORIES, (), "category"), Kind(USERS, (), "user"),
    Kind(ADDRESSES, ("shipping_address",), "shippingaddress"), Kind(PAYMENTS, (), "payment"),
    Kind(TRACKING, ("tracking",), "ordertracking"), Kind(ANALYTICS, ("analytics",), "orderanalytics"),
    Kind(CAMPAIGNS, ("marketing_campaigns",), "marketingcampaignanalytics"), Kind(REVIEWS, (), "review"),
    Kind(SHOP_REVIEWS, (), "shopreview"), Kind(LOYALTY_PROGRAMS, (), "loyaltyprogram"),
    Kind(REFERRAL_PROGRAMS, (), "referralprogram"), Kind(REWARDS, ("loyalty_rewards",), "loyaltyreward"),
    Kind(ACCOUNTS, ("customer_loyalty",), "customerloyalty"),
    Kind(TRANSACTIONS, (), "loyaltytransaction"),
    Kind(REDEMPTIONS, ("loyalty_redemptions",), "loyaltyredemption"),
    Kind(REFERRALS, ("referrals",), "customerreferral"),
    _unused("tags", "tag"), _unused("variants", "productvariant", "product_variants"),
    _unused("userprofiles", "userprofile", "user_profiles"), _unused("wishlists", "wishlist"),
    _unused("messages", "message"), _unused("notifications", "notification"), _unused("posts", "userpost"),
    _unused("audit_logs", "auditlog"), _unused("email_subscriptions", "emailsubscription"),
    _unused("business_analytics", "businessanalytics"),
    _unused("customer_behavior_analytics", "customerbehavioranalytics"),
    _unused("product_performance_analytics", "productperformanceanalytics"),
    _unused("sales_forecasts", "salesforecasting", "sales_forecasting"),
)  # fmt: skip
"""Every kind of record; those of form table "unused" are counted and not loaded."""


STATUS_WORDS: dict[str, str] = {
    "new": "new", "pending": "new", "order placed": "new",
    "paid": "confirmed", "confirmed": "confirmed", "payment confirmed": "confirmed",
    "processing": "processing", "packed": "processing",
    "shipped": "shipped", "in transit": "in_transit", "out for delivery": "out_for_delivery",
    "delivered": "delivered", "cancelled": "cancelled", "canceled": "cancelled", "returned": "returned",
}  # fmt: skip
"""The words of the models, of the README, of the screens and of tracking (lower case, `_` and `-` as blanks) to
canonical states; the same word means the same in all four."""

PAYMENT_WORDS: dict[str, str] = {
    "card": "Card", "bank transfer": "Bank transfer", "mobile money": "Mobile money", "mpesa": "Mobile money",
    "m pesa": "Mobile money", "paypal": "PayPal", "cash": "Cash", "cod": "COD",
}  # fmt: skip
"""Payment words of screens and API; any other word stays as written."""
