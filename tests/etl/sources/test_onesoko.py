"""OneSoko: every row of the small golden export is accounted for by hand, and each known trap is met."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import polars as pl
import pytest

from etl.source import Conformed, TenantRules
from etl.sources.onesoko import conform
from etl.sources.onesoko_forms import STATUS_WORDS
from etl.staging import ORDER_STATUSES, STAGING
from portal.errors import SourceError
from tests.etl.sources.conformed import GOLDEN, fixture_folder, rejected, unaccounted
from tests.etl.sources.onesoko_tables import KENYA, conform_document, read_document, table_of

SUFURIA, JIKO, KIKOI, KIONDO = (f"0000000{n}-0000-4000-8000-00000000000{n}" for n in range(1, 5))
AT = "2025-04-02T09:00:00.000000Z"


@pytest.fixture(scope="module")
def golden() -> Conformed:
    return conform_document(read_document(GOLDEN / "onesoko" / "export.json"))


def order(number: int, **said: Any) -> dict[str, Any]:
    return {"id": number, "user": 1, "shop": 1, "status": "paid", "total": "100.00", "created_at": AT} | said


def item(number: int, of: int, product: int = 1, quantity: int = 1) -> dict[str, Any]:
    return {"id": number, "order": of, "product": product, "quantity": quantity}


def lines_of(document: dict[str, Any]) -> list[Any]:
    return conform_document(document).tables["order_line"]["line_amount"].to_list()


def money(*amounts: str) -> list[Decimal]:
    return [Decimal(amount) for amount in amounts]


def test_every_row_is_staged_or_among_the_rejects(golden: Conformed) -> None:
    assert unaccounted(golden) == {}


def test_every_record_of_the_document_is_counted(golden: Conformed) -> None:
    document = read_document(GOLDEN / "onesoko" / "export.json")
    shipments = golden.tables["shipment"].height
    twice = len(document["shops"]) + len(document["order_analytics"])  # owners and shops, returns and ratings
    assert sum(golden.read.values()) == sum(map(len, document.values())) + shipments + twice


def test_staging_frames_have_exactly_the_canonical_columns(golden: Conformed) -> None:
    assert {name: frame.schema for name, frame in golden.tables.items()} == {
        name: STAGING[name].schema() for name in golden.tables
    }


def test_an_unknown_status_is_rejected_by_name(golden: Conformed) -> None:
    assert rejected(golden, "order") == [(7, "unknown status", "status", "on hold")]


def test_items_without_their_order_are_rejected(golden: Conformed) -> None:
    assert rejected(golden, "order_line") == [
        (10, "its order was rejected", "order", "7"),
        (13, "quantity is not positive", "quantity", "0"),
        (14, "no order with this id", "order", "99"),
    ]


def test_an_order_without_items_stays(golden: Conformed) -> None:
    assert "5" in golden.tables["order"]["order_id"].to_list()
    assert "5" not in golden.tables["order_line"]["order_id"].to_list()


def test_the_total_is_shared_by_quantity_and_current_price(golden: Conformed) -> None:
    lines = golden.tables["order_line"].filter(pl.col("order_id") == "2")
    assert lines["line_amount"].to_list() == money("399.76", "600.24")
    assert golden.tables["order_line"]["is_price_estimated"].all()


def test_the_promotional_price_is_what_checkout_charged(golden: Conformed) -> None:
    lines = golden.tables["order_line"].filter(pl.col("order_id") == "1")
    assert lines["line_amount"].to_list() == money("1000", "1500")


def test_what_rounding_leaves_goes_to_the_first_of_equal_lines(golden: Conformed) -> None:
    lines = golden.tables["order_line"].filter(pl.col("order_id") == "3")
    assert lines["line_amount"].to_list() == money("33.34", "33.33", "33.33")


def test_what_rounding_leaves_goes_to_the_largest_line() -> None:
    prices = [{"productId": 1, "price": "1"}, {"productId": 2, "price": "1.01"}, {"productId": 3, "price": "1"}]
    items = [item(1, 1, 1), item(2, 1, 2), item(3, 1, 3)]
    shared = lines_of({"products": prices, "orders": [order(1)], "order_items": items})
    assert shared == money("33.22", "33.56", "33.22")


@pytest.mark.parametrize("price", [None, "0.00"])
def test_without_a_usable_price_the_order_is_shared_by_quantity(price: str | None) -> None:
    products = [{"productId": 1, "price": price}, {"productId": 2, "price": price and "0.00"}]
    items = [item(1, 1, 1, 3), item(2, 1, 2, 1)]
    assert lines_of({"products": products, "orders": [order(1)], "order_items": items}) == money("75", "25")


def test_a_missing_total_is_estimated_from_prices() -> None:
    products = [{"productId": 1, "price": "40.00", "promotional_price": "30.00"}]
    document = {"products": products, "orders": [order(1, total=None)], "order_items": [item(1, 1, 1, 2)]}
    conformed = conform_document(document)
    assert conformed.tables["order_line"]["line_amount"].to_list() == money("60")
    assert conformed.tables["order"]["total_amount"].to_list() == [None]


def test_a_discount_is_taken_off_the_total_already(golden: Conformed) -> None:
    orders = golden.tables["order"].filter(pl.col("order_id") == "8")
    assert orders.select("total_amount", "discount_amount", "tax_amount", "shipping_amount").row(0) == tuple(
        money("900", "100", "16", "200")
    )
    assert golden.tables["order_line"].filter(pl.col("order_id") == "8")["line_amount"].to_list() == money("1000")


def test_later_names_of_a_column_are_read_record_by_record() -> None:
    records = [order(1, user=None, total=None) | {"customer": 7, "total_amount": "5.00"}, order(2)]
    orders = conform_document({"orders": records}).tables["order"]
    assert orders.select("customer_id", "total_amount").rows() == [("7", Decimal(5)), ("1", Decimal(100))]


def test_stock_quantity_is_quantity(golden: Conformed) -> None:
    stock = dict(golden.tables["product"].select("product", "on_hand_quantity").iter_rows())
    assert stock == {"Sufuria": 4, "Jiko": 0, "Kikoi": 12, "Kiondo Basket": 3}


def test_owner_is_shopowner(golden: Conformed) -> None:
    owners = golden.tables["employee"].select("employee_id", "role", "email", "is_active").rows()
    assert owners == [
        ("11", "shop owner", "baraka@example.com", True),
        ("12", "shop owner", "pwani@example.com", False),
    ]


@pytest.mark.parametrize(
    ("word", "state"),
    [("pending", "new"), ("paid", "confirmed"), ("shipped", "shipped"), ("delivered", "delivered"),
     ("cancelled", "cancelled"), ("Processing", "processing"), ("Out for Delivery", "out_for_delivery"),
     ("Returned", "returned"), ("confirmed", "confirmed"), ("order_placed", "new"), ("payment_confirmed", "confirmed"),
     ("packed", "processing"), ("in_transit", "in_transit")],
)  # fmt: skip
def test_four_vocabularies_are_one(word: str, state: str) -> None:
    assert conform_document({"orders": [order(1, status=word)]}).tables["order"]["order_status"].to_list() == [state]


def test_every_word_means_a_canonical_state() -> None:
    assert set(STATUS_WORDS.values()) <= set(ORDER_STATUSES)


def test_times_fall_on_the_business_day_of_kenya(golden: Conformed) -> None:
    first = golden.tables["order"].row(0, named=True)
    assert (first["ordered_at"], first["order_date"], first["order_hour"]) == (
        datetime(2025, 3, 31, 21, 30), date(2025, 4, 1), 0,
    )  # fmt: skip


def test_the_orders_own_status_outlives_its_tracking(golden: Conformed) -> None:
    states = dict(golden.tables["order"].select("order_id", "order_status").iter_rows())
    assert (states["6"], states["9"]) == ("delivered", "confirmed")
    assert any(note.startswith("orders: 2 rows, first row 6: tracking ended differently") for note in golden.notes)


def test_a_tracked_order_is_one_shipment(golden: Conformed) -> None:
    columns = ("order_id", "shipment_status", "ship_date", "delivered_date", "returned_date", "tracking_id", "courier")
    assert golden.tables["shipment"].select(columns).rows() == [
        ("1", "delivered", date(2025, 4, 3), date(2025, 4, 4), None, "KE-1", "G4S"),
        ("6", "returned", None, date(2025, 4, 10), date(2025, 4, 20), "KE-6", "Sendy"),
        ("9", "delivered", None, date(2025, 4, 12), None, "KE-9", "Sendy"),
    ]


def test_bad_tracking_is_rejected(golden: Conformed) -> None:
    assert rejected(golden, "shipment_event") == [
        (7, "unknown status", "status", "teleported"), (8, "no order with this id", "order", "99"),
    ]  # fmt: skip


def test_events_out_of_order_give_the_latest_state() -> None:
    events = [{"id": n, "order": 1, "status": status, "timestamp": f"2025-04-0{n}T09:00:00Z"}
              for n, status in ((4, "delivered"), (2, "shipped"), (3, "in_transit"))]  # fmt: skip
    parcel = conform_document({"orders": [order(1)], "order_tracking": events}).tables["shipment"].row(0, named=True)
    assert (parcel["shipment_status"], parcel["ship_date"], parcel["source_row"]) == ("delivered", date(2025, 4, 2), 1)


def test_a_refund_is_a_return_on_the_day_it_was_tracked(golden: Conformed) -> None:
    columns = ("return_id", "order_id", "return_date", "reason", "refund_amount", "quantity", "return_status")
    assert golden.tables["return_line"].select(columns).rows() == [
        ("6", "6", date(2025, 4, 20), "Damaged", Decimal(1000), None, "refunded")
    ]
    assert golden.tables["order"].filter(pl.col("order_id") == "6")["refund_amount"].to_list() == money("1000")


def test_channel_is_the_source_of_the_order(golden: Conformed) -> None:
    channels = dict(golden.tables["order"].select("order_id", "channel").iter_rows())
    assert (channels["1"], channels["2"], channels["6"], channels["3"]) == ("web", "mobile", "in_store", None)


def test_a_link_names_its_campaign(golden: Conformed) -> None:
    campaigns = dict(golden.tables["order"].select("order_id", "campaign_id").iter_rows())
    assert (campaigns["1"], campaigns["6"], campaigns["2"]) == ("1", "leaflet", None)


def test_no_conversions_are_none_not_unknown(golden: Conformed) -> None:
    columns = ("campaign", "spend_amount", "impressions", "clicks", "conversions", "revenue_amount", "start_date")
    assert golden.tables["campaign"].select(columns).rows() == [
        ("Spring Sale", Decimal(5000), 20000, 800, 40, Decimal(36000), date(2025, 3, 20)),
        ("Radio", Decimal(8000), 50000, 900, 0, Decimal(0), date(2025, 4, 1)),
        ("Later", None, 0, 0, 0, Decimal(0), date(2025, 5, 1)),
    ]
    assert rejected(golden, "campaign") == [(4, "unknown status", "status", "archived")]


def test_deleted_products_stay_inactive_and_keep_their_shop(golden: Conformed) -> None:
    columns = ("product", "is_active", "category", "shop", "list_price")
    assert golden.tables["product"].select(columns).rows() == [
        ("Sufuria", True, "Kitchen", "Baraka Home", Decimal(1000)),
        ("Jiko", True, "Kitchen", "Baraka Home", Decimal(2000)),
        ("Kikoi", True, None, "Pwani Crafts", Decimal(333)),
        ("Kiondo Basket", False, "Decor", "Pwani Crafts", Decimal(500)),
    ]
    assert rejected(golden, "product") == [(5, "amount not readable", "price", "about 300")]


def test_shops_of_one_name_stay_apart() -> None:
    shops = [{"shopId": f"{n}0000000-0000-4000-8000-000000000000", "name": "Duka", "shopowner": n} for n in (1, 2)]
    orders = [order(n, shop=shops[n - 1]["shopId"]) for n in (1, 2)]
    sold = conform_document({"shops": shops, "orders": [*orders, order(3, shop="gone")]}).tables["order"]
    assert sold["shop"].to_list() == ["Duka (10000000)", "Duka (20000000)", "gone"]


def test_a_customer_is_the_user_with_details_of_user_list_and_address(golden: Conformed) -> None:
    columns = ("order_id", "customer_id", "customer", "phone", "email", "city")
    known = golden.tables["order"].select(columns).head(2).rows()
    assert known == [
        ("1", "201", "Amina Wanjiru", "0700 000 001", "amina@example.com", "Nairobi"),
        ("2", "202", "Juma Otieno", "+254 700 000 002", "juma@example.com", "Mombasa"),
    ]
    assert rejected(golden, "customer") == [(3, "no order of a customer with this id", "order", "98")]


def test_completed_payments_are_what_was_paid(golden: Conformed) -> None:
    amounts = {
        row[0]: row[1:] for row in golden.tables["order"].select("order_id", "advance_amount", "balance_amount").rows()
    }
    assert (amounts["2"], amounts["8"]) == ((Decimal(400), Decimal(600)), (Decimal(0), Decimal(900)))
    assert [rule for _, rule, _, _ in rejected(golden, "payment")] == [
        *["counted in its order as paid"] * 2, *["payment not completed"] * 2, "no order with this id",
    ]  # fmt: skip


def test_without_a_list_of_payments_nothing_is_known_to_be_paid() -> None:
    orders = conform_document({"orders": [order(1)]}).tables["order"]
    assert orders.select("advance_amount", "balance_amount").row(0) == (None, None)


def test_points_add_up_to_the_balance_of_the_account(golden: Conformed) -> None:
    entries = golden.tables["loyalty_entry"].filter(pl.col("customer_id") == "201")
    assert dict(entries.select("entry_type", "points").iter_rows()) == {
        "earned_purchase": 250, "redeemed_discount": -50, "redeemed_reward": -20, "opening_balance": 120,
    }  # fmt: skip
    assert entries.filter(pl.col("order_id").is_not_null())["order_id"].to_list() == ["1"]


def test_points_are_not_spent_twice(golden: Conformed) -> None:
    rules = [rule for _, rule, _, _ in rejected(golden, "loyalty_entry")]
    assert sorted(rules) == [
        "its points are a loyalty transaction", "redemption expired or cancelled", "unknown kind of entry",
    ]  # fmt: skip


def test_a_referral_names_both_and_the_first_purchase(golden: Conformed) -> None:
    columns = ("referrer_id", "referee_id", "shop", "referral_status", "order_id", "completed_date")
    assert golden.tables["referral"].select(columns).rows() == [
        ("201", "202", "Baraka Home", "completed", "2", date(2025, 4, 2))
    ]


def test_reviews_of_products_and_shops(golden: Conformed) -> None:
    columns = ("product_id", "shop", "rating", "review_status", "review_date")
    assert golden.tables["review"].select(columns).rows() == [
        (SUFURIA, None, 5, "approved", date(2025, 4, 15)), (None, "Baraka Home", 4, "hidden", date(2025, 4, 16)),
    ]  # fmt: skip
    unrated = [(row, "no rating", "rating", None) for row in range(1, 5)]
    refused = (2, "rating is not a number from 1 to 5", "rating", "6")
    assert sorted(rejected(golden, "review"), key=str) == sorted([*unrated, refused], key=str)


def test_ratings_of_orders_are_reviews_of_their_shop() -> None:
    rated = [{"order": 1, "rating": 4, "updated_at": "2025-04-02T22:30:00Z"}, {"order": 2, "rating": 9}]
    shops = [{"shopId": "S1", "name": "Baraka", "owner": 11, "city": "Nairobi", "country": "Kenya"}]
    document = {"orders": [order(1, shop="S1"), order(2)], "order_analytics": rated, "shops": shops,
                "users": [{"id": 11, "first_name": "Ann", "last_name": "Otieno"}]}  # fmt: skip
    found = conform_document(document)
    columns = ("order_id", "shop", "rating", "review_status", "review_date")
    assert found.tables["review"].select(columns).rows() == [("1", "Baraka", 4, "approved", date(2025, 4, 3))]
    assert rejected(found, "review") == [(2, "rating is not a number from 1 to 5", "rating", "9")]
    assert found.tables["shop"].select("shop", "shop_id", "city", "country", "owner").rows() == [
        ("Baraka", "S1", "Nairobi", "Kenya", "Ann Otieno")
    ]


def test_terms_of_programmes_are_settings(golden: Conformed) -> None:
    names = golden.tables["setting"]["setting"].to_list()
    assert [name.split(":")[0] for name in names] == ["loyalty_program", "referral_program", "reward"]
    assert golden.tables["setting"]["value"][0] == (
        '{"points_per_dollar": "1.00", "points_expiry_days": "365", "gold_threshold": "1500.00"}'
    )


def test_no_secret_and_no_message_reaches_staging(golden: Conformed) -> None:
    staged = " ".join(str(frame.to_dicts()) for frame in golden.tables.values())
    assert "NOT-A-REAL-HASH" not in staged
    assert "in stock" not in staged + str(golden.rejects.to_dicts())


def test_an_item_of_two_overlapping_pages_is_one_line() -> None:
    prices = {"products": [{"productId": 1, "price": "10"}], "orders": [order(1)]}
    twice = conform_document(prices | {"order_items": [item(1, 1), item(2, 1), item(1, 1)]}).tables["order_line"]
    assert twice.select("row_key", "line_amount").rows() == [("1", Decimal(50)), ("2", Decimal(50)), ("1", Decimal(50))]


def test_of_two_versions_of_an_order_the_newer_total_is_shared() -> None:
    versions = [order(1, total="80.00", updated_at="2025-04-03T00:00:00Z"), order(1, updated_at=AT)]
    assert lines_of({"orders": versions, "order_items": [item(1, 1)]}) == money("80")


def test_pages_are_known_by_the_name_of_their_file() -> None:
    pages = [table_of("results", [order(1)], 1, "orders_page1.json"),
             table_of("results", [order(2)], 2, "orders-2.json"),
             table_of("results", [item(1, 1), item(2, 2)], 3, "api/orderitems.json")]  # fmt: skip
    tables = conform(pages, KENYA).tables
    assert tables["order"]["order_id"].to_list() == ["1", "2"]
    assert tables["order_line"]["order_id"].to_list() == ["1", "2"]


def test_records_inside_records_are_known_by_their_id() -> None:
    nested = order(1, shop={"shopId": SUFURIA, "name": "Duka"}, user={"id": 5})
    known = conform([table_of("results", [nested], 1, "orders.json")], KENYA).tables["order"]
    assert known.select("shop", "customer_id").rows() == [(SUFURIA, "5")]


def test_an_id_is_the_same_with_and_without_hyphens() -> None:
    products = [{"productId": SUFURIA.replace("-", "").upper(), "price": "3"}, {"productId": JIKO, "price": "1"}]
    items = [item(1, 1) | {"product": SUFURIA}, item(2, 1) | {"product": JIKO.replace("-", "")}]
    assert lines_of({"products": products, "orders": [order(1)], "order_items": items}) == money("75", "25")


@pytest.mark.parametrize(("said", "rule"), [
    ({"total": "-5.00"}, "negative total"), ({"total": "USD 5"}, "amount not readable"),
    ({"created_at": "yesterday"}, "date not readable"), ({"created_at": None}, "missing order_date"),
    ({"id": None}, "missing order_id"),
])  # fmt: skip
def test_an_unusable_order_is_rejected(said: dict[str, Any], rule: str) -> None:
    conformed = conform_document({"orders": [order(1, **said), order(2)]})
    assert [each[1] for each in rejected(conformed, "order")] == [rule]


def test_an_order_may_name_its_currency() -> None:
    orders = conform_document({"orders": [order(1), order(2, currency="usd")]}).tables["order"]
    assert orders["currency"].to_list() == [None, "USD"]


def test_other_documents_are_refused() -> None:
    with pytest.raises(SourceError, match=r"no OneSoko export: found nothing; expected"):
        conform([], TenantRules("KES", "Africa/Nairobi", "KE"))


@pytest.mark.data
def test_the_shared_fixture_by_hand() -> None:
    conformed = conform_document(read_document(fixture_folder("onesoko") / "onesoko_export_synthetic.json"))
    heights = {name: frame.height for name, frame in conformed.tables.items() if frame.height}
    assert heights == {"order": 80, "order_line": 165, "shipment_event": 236, "shipment": 49, "product": 8,
                       "employee": 2, "campaign": 3, "setting": 2, "review": 65, "shop": 2}  # fmt: skip
    assert unaccounted(conformed) == {}


@pytest.mark.data
def test_the_fixture_charged_current_prices_so_every_line_is_exact() -> None:
    document = read_document(fixture_folder("onesoko") / "onesoko_export_synthetic.json")
    price = {each["productId"]: Decimal(each["promotional_price"] or each["price"]) for each in document["products"]}
    expected = [each["quantity"] * price[each["product"]] for each in document["order_items"]]
    assert conform_document(document).tables["order_line"]["line_amount"].to_list() == expected


def test_amounts_beyond_all_measure_do_not_stop_a_load() -> None:
    huge = "99999999999999.99"
    products = [{"productId": 1, "price": huge}, {"productId": 2, "price": "1"}]
    items = [item(1, 1, 1, 99_999_999_999_999), item(2, 1, 2, 1)]
    document = {"products": products, "orders": [order(1), order(2, total=huge)], "order_items": items,
                "order_analytics": [{"order": 2, "discount_amount": huge}],
                "payments": [{"id": n, "order": 2, "amount": huge, "status": "completed"} for n in (1, 2)]}  # fmt: skip
    conformed = conform_document(document)
    assert unaccounted(conformed) == {}
    assert conformed.tables["order_line"]["line_amount"].sum() == 100


def test_orders_of_a_shop_that_was_deleted_keep_its_name() -> None:
    shop = {"shopId": "10000000-0000-4000-8000-000000000000", "name": "Duka", "shopowner": 1,
            "deleted_at": "2025-05-01T00:00:00Z"}  # fmt: skip
    found = conform_document({"shops": [shop], "orders": [order(1, shop=shop["shopId"])]})
    assert found.tables["order"]["shop"].to_list() == ["Duka"]
    assert found.tables["employee"]["is_active"].to_list() == [False]
