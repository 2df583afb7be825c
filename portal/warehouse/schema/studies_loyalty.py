"""Studies of loyalty: the ledger of points with its money, lots of points, members."""

from __future__ import annotations

from sqlalchemy import Table

from portal.warehouse.schema.columns import code, day, flag, key, money, primary_key, text, whole
from portal.warehouse.schema.people import fact_loyalty
from portal.warehouse.schema.studies import studies

_FROM = {"from": fact_loyalty}

study_points_entry = Table(
    "study_points_entry", studies,
    primary_key("entry_key"), key("customer_key"), key("shop_key"), key("order_key"), code("source"),
    key("origin_key"), key("loyalty_key"),
    day("entry_date"), code("points_move"), text("entry_type"), text("tier"), whole("points"),
    money("liability_amount"), flag("is_by_rule"), flag("is_made_here"), flag("is_short"),
    comment="Grain: one entry of the points ledger that moves points (row loyalty_key of fact_loyalty), one code "
    "redeemed in the portal (is_made_here), one end of unspent points by the rule of expiry where the source books "
    "none (is_by_rule), and one change of the estimate of an account (estimate, without points). points_move: issued, "
    "redeemed, expired, adjusted or estimate. liability_amount: change of the deferred money, signed, to the cent. "
    "is_short: took points nobody had been given.",
    info=_FROM,
)  # fmt: skip

study_points_lot = Table(
    "study_points_lot", studies,
    primary_key("lot_key"), key("customer_key"), key("shop_key"), code("source"), day("given_date"), day("ends_date"),
    whole("points"), whole("redeemed_points"), whole("expired_points"), whole("left_points"), money("deferred_amount"),
    money("left_amount"), flag("is_over"),
    comment="Grain: points given at once. deferred_amount: what was held back for them, left_amount what still is. "
    "is_over: on the last day of the data they are older than points last.",
    info=_FROM,
)  # fmt: skip

study_member = Table(
    "study_member", studies,
    primary_key("member_key"), key("customer_key"), key("shop_key"), key("place_key"), code("source"),
    day("joined_date"), day("last_activity_date"), flag("is_active"), flag("has_consent"), whole("balance_points"),
    whole("soon_points"), money("soon_amount"), money("year_amount"), text("tier_now"), text("tier_after"),
    text("tier_before"),
    text("tier_of_source"), money("to_next_tier_amount"),
    comment="Grain: one customer's account in one shop's programme. year_amount: delivered orders there in the last "
    "365 days. tier_now: by the rule on that spend; tier_after the same, or 'Left' where not active; tier_before a "
    "year earlier ('Not yet' before joining); tier_of_source: what the source says. is_active: points earned or "
    "redeemed within 365 days. soon_*: points that end within points_soon_days.",
    info=_FROM,
)  # fmt: skip
