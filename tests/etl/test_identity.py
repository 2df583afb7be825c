from __future__ import annotations

from decimal import Decimal as D

import polars as pl
import pytest

from etl.identity import e164, identify
from tests.etl.frames import rules, star

COLUMNS = ("source", "customer_id", "phone", "email", "customer")


def people(*records: tuple[str | None, ...], **policies: object) -> list[dict[str, object]]:
    """Persons of records (customer_id, phone, email, name), in that order."""
    rows = [("table", *record, *[None] * (4 - len(record))) for record in records]
    frame = pl.DataFrame(rows, schema=dict.fromkeys(COLUMNS, pl.String), orient="row")
    found = identify(frame, rules(country="IN", **policies))
    return frame.join(found, on=list(COLUMNS[:4]), how="left", nulls_equal=True, maintain_order="left").to_dicts()


@pytest.mark.parametrize(
    ("phone", "country", "expected"),
    [
        ("+91 90000 00001", "IN", "+919000000001"), ("9000000001", "IN", "+919000000001"),
        ("09000000001", "IN", "+919000000001"), ("9000000001.0", "IN", "+919000000001"),
        ("020 7946 0018", "GB", "+442079460018"), ("+44 20 7946 0018", "IN", "+442079460018"),
        ("0044 20 7946 0018", "GB", "+442079460018"), ("9000000001", "", "9000000001"), ("12345", "IN", None),
        ("0000000000", "IN", None), ("not a phone", "IN", None), ("", "IN", None),
    ],
)  # fmt: skip
def test_phones_become_e164(phone: str, country: str, expected: str | None) -> None:
    assert e164(phone, country) == expected


def test_one_phone_in_three_spellings_is_one_person() -> None:
    found = people((None, "+91 90000 00001"), (None, "9000000001"), ("C1", "09000000001"))
    assert [row["person"] for row in found] == [1, 1, 1]
    assert {row["matched_by"] for row in found} == {"phone"}


def test_email_joins_without_regard_to_case_and_blanks() -> None:
    found = people((None, None, "Ann@Example.com "), ("C7", None, "ann@example.com"))
    assert [row["person"] for row in found] == [1, 1]
    assert found[0]["matched_by"] == "email"


def test_a_chain_of_keys_is_one_person() -> None:
    found = people(("A", "9000000001"), (None, "9000000001", "a@example.com"), ("B", None, "a@example.com"))
    assert len({row["person"] for row in found}) == 1


def test_blank_keys_never_collapse() -> None:
    found = people(("A",), ("B",), (None, None, None, "Ann"), (None, None, None, "Ben"), (None, "", ""))
    assert [row["person"] for row in found] == [1, 2, None, None, None]
    assert found[2]["matched_by"] is None


def test_the_same_id_in_two_sources_is_two_people() -> None:
    rows = [("imiq", "1", None, None, None), ("table", "1", None, None, None)]
    frame = pl.DataFrame(rows, schema=dict.fromkeys(COLUMNS, pl.String), orient="row")
    assert sorted(identify(frame, rules())["person"]) == [1, 2]


@pytest.mark.parametrize(
    ("records", "shared"),
    [
        ((("A", "9000000001"), ("B", "9000000001")), True),
        (((None, "9000000001", None, "Ann"), (None, "9000000001", None, "Ben")), True),
        (((None, "9000000001", None, "Ann Lee"), (None, "9000000001", None, "ann  lee ")), False),
        ((("A", "9000000001", None, "Ann"), ("A", "9000000001", None, None)), False),
    ],
)
def test_a_phone_of_several_ids_or_names_is_flagged(records: tuple[tuple[str, ...], ...], shared: bool) -> None:
    assert {row["is_shared_phone"] for row in people(*records)} == {shared}


def test_a_phone_of_everybody_is_nobodys() -> None:
    found = people(*[(f"C{n}", "9000000001") for n in range(4)], shared_phone_limit=3)
    assert [row["person"] for row in found] == [1, 2, 3, 4]
    assert {(row["matched_by"], row["is_shared_phone"]) for row in found} == {("id", True)}


def test_the_order_of_records_does_not_matter() -> None:
    records = [("A", "9000000001"), (None, "9000000001", "a@example.com"), ("B", None, "a@example.com"), ("C",)]
    forward = {row["customer_id"]: row["person"] for row in people(*records)}
    backward = {row["customer_id"]: row["person"] for row in people(*reversed(records))}
    assert forward == backward


@pytest.mark.parametrize(
    ("records", "rules_of_records"),
    [
        ((("A", "9000000001"),), ["alone"]),
        ((("A", "9000000001"), ("A", None, "a@example.com")), ["first", "id"]),
        ((("A", "9000000001"), (None, "9000000001")), ["first", "phone"]),
        ((("A", None, "a@example.com"), (None, None, "A@example.com")), ["first", "email"]),
        ((("A", "9000000001", None, "Ann"), ("B", "9000000001", None, "Ben")), ["first", "shared_phone"]),
    ],
)
def test_each_record_keeps_the_rule_that_joined_it(
    records: tuple[tuple[str, ...], ...], rules_of_records: list[str]
) -> None:
    assert [row["rule"] for row in people(*records)] == rules_of_records


def test_a_chain_is_as_sure_as_its_weakest_rule() -> None:
    found = people(("A", "9000000001"), (None, "9000000001", "a@example.com"), ("B", None, "a@example.com"),
                   ("B", "9000000002"))  # fmt: skip
    assert [(row["rule"], row["confidence"]) for row in found] == [
        ("first", D(1)), ("phone", D("0.95")), ("email", D("0.9")), ("email", D("0.9")),
    ]  # fmt: skip


def identities(*customers: dict[str, object]) -> list[tuple[object, ...]]:
    """(phone, person, rule, confidence) of every customer record."""
    found = star(customer=list(customers), tenant=rules(country="EG")).tables["customer_identity"]
    return sorted(found.select("phone", "customer_key", "rule", "confidence").rows(), key=str)


def test_a_second_phone_joins_with_less_confidence() -> None:
    owner = {"phone": "01000000001", "customer": "Mona", "second_phone": "01000000002"}
    assert identities(owner, {"phone": "+201000000002", "customer": "Mona A"}) == [
        ("+201000000002", 1, "first", D(1)), ("01000000001", 1, "second_phone", D("0.7")),
        ("01000000002", 1, "phone", D("0.95")),
    ]  # fmt: skip


def test_a_second_phone_of_several_customers_joins_nobody() -> None:
    office = "01000000009"
    one = {"phone": "01000000001", "second_phone": office}
    other = {"phone": "01000000002", "second_phone": office}
    persons = {phone: person for phone, person, _, _ in identities(one, other)}
    assert len({persons[phone] for phone in ("01000000001", "01000000002", office)}) == 3


def test_the_second_phone_stands_with_the_customer() -> None:
    owner = {"phone": "01000000001", "second_phone": "01000000002"}
    customers = star(customer=[owner], tenant=rules(country="EG")).tables["dim_customer"]
    assert customers.select("phone", "second_phone").rows()[1:] == [("+201000000001", "01000000002")]
