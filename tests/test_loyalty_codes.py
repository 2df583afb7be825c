"""Codes: drawn, checked by their last character, issued and redeemed once, the same answer to every other one."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import loyalty_codes
from portal.code_text import ALPHABET, check_character, is_written_well, new_code, tidy
from portal.db import Sessions, writing
from portal.errors import AccessError, ConflictError, InputError, PortalError
from portal.loyalty_codes import Counter, Wish, check, issue, redeem, take_turn, void
from portal.loyalty_people import Member
from portal.loyalty_tables import LoyaltyCode, PointsMove
from portal.models import AuditEvent
from portal.points_events import points_from
from portal.viewer import ROLES, TenantRef, Viewer
from portal.warehouse.duckdb import Warehouse
from tests.installation import make_database, settings_for
from tests.metrics.conftest import GOLDEN
from tests.studies.test_loyalty import ENTRIES, VIEWER, opened

AMBER, BIRCH = (TenantRef(number, f"{name} Shop", "GBP", "Europe/London", "GB") for number, name in
                ((1, "Amber"), (2, "Birch")))  # fmt: skip
NOW = datetime(2026, 3, 20, 23, 30)
KEY = "a key of an installation, long enough 0123456789"
ANN = Member(1, "table:C1", "Ann", "", True)
BEN = Member(9, "table:C9", "Ben", "", False)


def at(tenant: TenantRef = AMBER, now: datetime = NOW, role: str = "manager") -> Counter:
    return Counter(Viewer(1, "mia@amber.example", role, ROLES[role], (tenant,)), tenant, now, KEY)


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    """Ann has 60 points left, of 100 given and 40 redeemed."""
    return opened(tmp_path_factory.mktemp("codes"), ENTRIES).open(VIEWER, GOLDEN)


@pytest.fixture
def sessions(tmp_path: Path) -> Sessions:
    return make_database(settings_for(tmp_path / "home"))


@pytest.fixture
def session(sessions: Sessions) -> Iterator[Session]:
    with writing(sessions) as session:
        yield session


def issued(session: Session, shop: Warehouse, points: int = 40, **where: Any) -> str:
    return issue(session, at(**where), shop, ANN, Wish("reward", "Free tea", points))[0]


def answer(session: Session, typed: str, **where: Any) -> str:
    with pytest.raises(PortalError) as caught:
        redeem(session, at(**where), typed)
    return str(caught.value)


def test_a_code_has_seventy_bits_and_no_look_alikes() -> None:
    assert len(ALPHABET) ** 15 > 2**72
    assert not set("01ILOUZ") & set(ALPHABET)
    assert len({new_code() for _ in range(200)}) == 200


@given(st.text(ALPHABET, min_size=15, max_size=15), st.integers(0, 15), st.sampled_from(ALPHABET))
def test_every_single_mistake_and_every_swap_is_found(drawn: str, place: int, other: str) -> None:
    code = drawn + check_character(drawn)
    wrong = code[:place] + other + code[place + 1 :]
    assert is_written_well(wrong) == (wrong == code)
    swapped = code[: place - 1] + code[place] + code[place - 1] + code[place + 1 :] if place else code
    assert is_written_well(swapped) == (swapped == code)


def test_a_code_may_be_typed_with_blanks_and_small_letters() -> None:
    code = new_code()
    assert is_written_well(tidy(f" {code.lower().replace('-', ' ')} "))


def test_a_stolen_table_does_not_give_codes_away(session: Session, shop: Warehouse) -> None:
    code, row = issue(session, at(), shop, ANN, Wish("reward", "Free tea", 5))
    kept = repr([getattr(row, column.name) for column in LoyaltyCode.__table__.columns])
    assert tidy(code) not in kept
    assert code not in kept
    assert row.code_hash != Counter(at().viewer, AMBER, NOW, "another key, as long as the first one 1").hash_of(
        tidy(code)
    )


def test_a_code_is_redeemed_once_and_moves_its_points(session: Session, shop: Warehouse) -> None:
    code = issued(session, shop)
    redeem(session, at(), code)
    move = session.scalars(select(PointsMove)).one()
    assert (move.customer, move.points, move.entry_date, move.moved_at) == ("table:C1", -40, date(2026, 3, 20), NOW)
    assert answer(session, code) == loyalty_codes.REFUSED
    told = [event.action for event in session.scalars(select(AuditEvent).order_by(AuditEvent.id))]
    assert told == ["loyalty code issued", "loyalty code redeemed"]


def test_every_code_that_does_not_work_meets_the_same_words(session: Session, shop: Warehouse) -> None:
    old = issued(session, shop, 1, now=NOW - timedelta(31))
    voided, row = issue(session, at(), shop, ANN, Wish("reward", "Free tea", 1))
    void(session, at(), row.id)
    answers = {answer(session, typed) for typed in (old, voided, new_code(), "", "x" * 5000, "AAAA-AAAA-AAAA-AAAA")}
    answers.add(answer(session, issued(session, shop, 1), tenant=BIRCH))
    assert answers == {loyalty_codes.REFUSED}
    assert session.scalars(select(PointsMove)).all() == []


def test_open_codes_reserve_their_points(session: Session, shop: Warehouse) -> None:
    issued(session, shop, 40)
    with pytest.raises(InputError, match="the customer has 20 left"):
        issued(session, shop, 21)


def test_points_redeemed_since_the_load_are_gone(session: Session, shop: Warehouse) -> None:
    now = datetime(2026, 4, 2, 12)
    redeem(session, at(now=now), issued(session, shop, 40, now=now))
    with pytest.raises(InputError, match="the customer has 20 left"):
        issued(session, shop, 21, now=now)


@pytest.mark.parametrize(("friend", "purchase", "said"), [
    (None, "30", "brought by somebody else"), (ANN, "30", "brought by somebody else"),
    (BEN, "24.99", "at least 25.00 GBP"),
    (Member(8, "table:C8", "Cy", "", True), "30", "bought before"),
])  # fmt: skip
def test_a_referral_needs_a_new_customer_who_buys(
    session: Session, shop: Warehouse, friend: Member | None, purchase: str, said: str
) -> None:
    code, _ = issue(session, at(), shop, ANN, Wish("referral"))
    with pytest.raises(InputError, match=said):
        redeem(session, at(), code, friend, Decimal(purchase))
    redeem(session, at(), code, BEN, Decimal(25))
    assert [(one.customer, one.points) for one in session.scalars(select(PointsMove).order_by(PointsMove.id))] == [
        ("table:C1", 100), ("table:C9", 50),
    ]  # fmt: skip


def test_looking_does_not_use_a_code_up(session: Session, shop: Warehouse) -> None:
    code = issued(session, shop, 7)
    found = check(session, at(), code)
    assert (found.points if found else 0, check(session, at(), new_code())) == (7, None)
    redeem(session, at(), code)
    assert check(session, at(), code) is None


def test_a_code_that_was_used_cannot_be_voided(session: Session, shop: Warehouse) -> None:
    code, row = issue(session, at(), shop, ANN, Wish("reward", "Free tea", 1))
    redeem(session, at(), code)
    for tenant in (AMBER, BIRCH):
        with pytest.raises(ConflictError, match="not open any more"):
            void(session, at(tenant), row.id)


def test_who_tries_many_codes_has_to_wait(session: Session) -> None:
    for _ in range(loyalty_codes.PER_PERSON):
        take_turn(session, at())
    with pytest.raises(ConflictError, match="Try again in 15 minutes"):
        take_turn(session, at())
    take_turn(session, at(now=NOW + timedelta(minutes=16)))


@pytest.mark.parametrize("role", ["viewer", "agent"])
def test_codes_are_for_managers(role: str) -> None:
    with pytest.raises(AccessError):
        at(role=role)


@pytest.mark.parametrize("wish", [Wish("reward", " ", 1), Wish("reward", "Tea", -1), Wish("gift", "Tea", 1)])
def test_a_code_that_is_nothing_is_not_issued(session: Session, shop: Warehouse, wish: Wish) -> None:
    with pytest.raises(InputError):
        issue(session, at(), shop, ANN, wish)
    assert session.scalars(select(LoyaltyCode)).all() == []


def test_the_ledger_reads_what_was_moved(sessions: Sessions, shop: Warehouse) -> None:
    with writing(sessions) as session:
        code, row = issue(session, at(), shop, ANN, Wish("reward", "Free tea", 40))
        redeem(session, at(), code)
    told = points_from(sessions)(AMBER.id).rows()
    assert told == [(f"SOUK-{row.id}", "table:C1", "", "redeemed_reward", -40, date(2026, 3, 20), NOW)]
    assert points_from(sessions)(BIRCH.id).is_empty()
