"""One customer, one chain: lead, order, parcel, return, service, points."""

from __future__ import annotations

from datetime import date
from typing import Any

from etl.build.star import Star, build_star
from etl.live import unite_loads
from tests.etl.frames import TODAY, load_rows, rules, star

DAY = date(2026, 3, 1)
ORDER = {"order_id": "1", "order_date": DAY, "customer_id": "C", "phone": "01000000001", "city": "Cairo"}


def egypt(**tables: Any) -> Star:
    return star(tenant=rules("EGP", "EG"), **tables)


def test_one_phone_leads_from_the_lead_to_the_points_over_all_sources() -> None:
    phone = {"phone": "+20 100 000 0001"}
    found = build_star(
        unite_loads([
            load_rows(1, "bukmuk", lead=[{"lead_id": "L", "phone": "01000000001.0"}]),
            load_rows(2, "onesoko", order=[ORDER], review=[{"rating": 5, **phone}],
                      loyalty_entry=[{"entry_type": "earned", "points": 9, "customer_id": "C"}]),
            load_rows(3, "hvar", shipment=[{"shipment_id": "S", "phone": "0020 1000000001"}],
                      service_case=[{"case_id": "1", "case_type": "ticket", **phone}], session=[
                          {"session_type": "call", **phone}]),
        ]),
        rules("EGP", "EG"), TODAY,
    )  # fmt: skip
    facts = ("lead", "order", "review", "loyalty", "shipment", "service_case", "session")
    assert {name: found.tables[f"fact_{name}"]["customer_key"].to_list() for name in facts} == {
        name: [1] for name in facts
    }


def test_what_says_nothing_of_its_customer_takes_that_of_its_order() -> None:
    found = egypt(
        order=[ORDER], shipment=[{"shipment_id": "S", "order_id": "1"}], review=[{"rating": 5, "order_id": "1"}],
        service_case=[{"case_id": "1", "case_type": "ticket", "order_id": "1", "city": "Giza"}],
        loyalty_entry=[{"entry_type": "earned", "points": 9, "order_id": "1"}],
    ).tables  # fmt: skip
    for name in ("shipment", "review", "service_case", "loyalty"):
        assert found[f"fact_{name}"].select("customer_key", "order_key").rows() == [(1, 1)]
    places = dict(found["dim_place"].select("place_key", "city").iter_rows())
    assert places[found["fact_shipment"]["place_key"][0]] == "Cairo"


def test_a_parcel_keeps_its_own_customer() -> None:
    found = egypt(order=[ORDER], shipment=[{"shipment_id": "S", "order_id": "1", "phone": "01000000002"}]).tables
    assert found["fact_shipment"]["customer_key"].item() != found["fact_order"]["customer_key"].item()


def test_a_parcel_of_another_source_finds_its_order_by_tracking_number() -> None:
    orders = [{**ORDER, "tracking_id": "T1"}, {"order_id": "2", "tracking_id": "T2"},
              {"order_id": "3", "tracking_id": "T2"}]  # fmt: skip
    parcels = [{"shipment_id": "A", "tracking_id": "T1"}, {"shipment_id": "B", "tracking_id": "T2"},
               {"shipment_id": "C", "order_id": "9", "tracking_id": "T9"}]  # fmt: skip
    loads = [load_rows(1, "imiq", order=orders), load_rows(2, "hvar", shipment=parcels)]
    found = build_star(unite_loads(loads), rules(), TODAY).tables["fact_shipment"]
    assert found.select("shipment_id", "order_key", "order_id").rows() == [
        ("A", 1, None),
        ("B", 0, None),
        ("C", 0, "9"),
    ]


def test_a_case_may_name_the_parcel_instead_of_the_order() -> None:
    cases = [{"case_id": str(n), "case_type": "ticket", "order_id": name} for n, name in enumerate(("1", "S", "T"))]
    parcel = {"shipment_id": "S", "tracking_id": "T", "order_id": "1"}
    found = egypt(order=[ORDER], shipment=[parcel], service_case=cases).tables["fact_service_case"]
    assert found.select("order_key", "customer_key").rows() == [(1, 1)] * 3


def test_events_find_their_case_by_type_and_id_or_by_id_alone() -> None:
    cases = [{"case_id": "1", "case_type": "ticket"}, {"case_id": "1", "case_type": "hub"},
             {"case_id": "2", "case_type": "hub"}]  # fmt: skip
    events = [{"event_type": "call", "case_id": "1", "case_type": "ticket"}, {"event_type": "call", "case_id": "2"},
              {"event_type": "call", "case_id": "2", "case_type": "ticket"}]  # fmt: skip
    found = star(service_case=cases, service_event=events).tables
    keys = dict(found["fact_service_case"].select("case_key", "case_type").iter_rows())
    assert [keys.get(key) for key in found["fact_service_event"]["case_key"]] == ["ticket", "hub", None]


def test_events_find_their_lead() -> None:
    found = star(lead=[{"lead_id": "A"}, {"lead_id": "B"}], lead_event=[{"lead_id": "B", "to_status": "won"}]).tables
    assert found["fact_lead_event"].select("lead_key", "to_status", "from_status").rows() == [(2, "won", "")]


def test_both_customers_of_a_referral_are_known() -> None:
    customers = [{"customer_id": "A", "phone": "01000000001"}, {"customer_id": "B"}]
    referral = {"referral_id": "1", "referrer_id": "B", "referee_id": "A", "shop": "X", "order_id": "1"}
    found = egypt(customer=customers, referral=[referral], order=[ORDER]).tables
    names = dict(found["dim_customer"].select("customer_key", "customer_id").iter_rows())
    row = found["fact_referral"].row(0, named=True)
    assert (names[row["referrer_key"]], row["order_key"], row["shop_key"]) == ("B", 1, 1)
    assert names[row["referee_key"]] in {"A", "C"}


def test_books_and_settings_come_through() -> None:
    found = star(
        payroll=[{"employee_id": "E", "net_amount": 90, "pay_date": DAY}],
        journal_line=[{"entry_id": "J", "account_code": "1000", "debit_amount": 5, "entry_date": DAY}],
        setting=[{"setting": "currency", "value": "INR"}],
    ).tables  # fmt: skip
    assert found["fact_payroll"].select("employee_key", "payroll_status").rows() == [(1, "unknown")]
    assert found["fact_journal_line"]["account_code"].item() == "1000"
    assert found["source_setting"].select("source", "setting", "value").rows() == [("table", "currency", "INR")]


def test_the_same_campaign_number_in_two_sources_is_two_campaigns() -> None:
    order = {"order_id": "1", "campaign_id": "1"}
    loads = [load_rows(1, "imiq", order=[order], campaign=[{"campaign_id": "1", "campaign": "Spring"}]),
             load_rows(2, "onesoko", order=[order, {"order_id": "2"}])]  # fmt: skip
    found = build_star(unite_loads(loads), rules(), TODAY).tables
    assert found["dim_campaign"]["campaign"].to_list() == [None, "Spring", "1"]
    assert sorted(found["fact_order"]["campaign_key"]) == [0, 1, 2]
