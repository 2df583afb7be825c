"""The golden deliveries and a courier's statement about them, from the command line to numbers worked out by hand.

Delivered: 900001 (1,000), 900002 (500, without a date), 900003 (700). 900005 came back. The statement pays 900001
twice, 900003 short by 50, takes a fee for 900005, and has a number nobody knows.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.etl.sources.conformed import GOLDEN
from tests.etl.sources.test_golden_totals import say

Rows = Callable[..., list[dict[str, Any]]]
CASH = "cod_expected,cod_collected,cod_remitted,cod_withheld,cod_gap"
TENANT = ("--tenant", "Kitchen")
EXAMPLE = GOLDEN.parent.parent / "docs" / "examples" / "courier_statement.toml"


@pytest.fixture(scope="module")
def kitchen(tmp_path_factory: pytest.TempPathFactory) -> Rows:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PORTAL_HOME", str(tmp_path_factory.mktemp("home")))
        say("init")
        say("tenant", "add", "Kitchen", "--currency", "EGP", "--timezone", "Africa/Cairo", "--country", "EG")
        say("load", *TENANT, "--source", "hvar", str(GOLDEN / "hvar"))

        def ask(metrics: str, *words: str) -> list[dict[str, Any]]:
            return list(json.loads(say("query", metrics, *TENANT, "--json", *words))["rows"])

        yield ask


def load_statement() -> None:
    file = GOLDEN / "courier_statement" / "payout_may.csv"
    say("load", *TENANT, "--source", "table", str(file), "--mapping", str(EXAMPLE))


def test_before_the_statement_only_what_the_wallet_says_is_settled(kitchen: Rows) -> None:
    assert kitchen(CASH) == [{"cod_expected": 2200, "cod_collected": 1000, "cod_remitted": 912.22,
                              "cod_withheld": 87.78, "cod_gap": 1200}]  # fmt: skip


def test_two_of_the_three_parcels_that_left_arrived(kitchen: Rows) -> None:
    asked = kitchen("sent_shipments,sent_succeeded,sent_failed,delivery_success_so_far")[0]
    assert [asked[name] for name in ("sent_shipments", "sent_succeeded", "sent_failed")] == [3, 2, 1]
    assert asked["delivery_success_so_far"] == pytest.approx(2 / 3)


def test_hours_from_order_to_delivery(kitchen: Rows) -> None:
    hours = {"900001": 35.5, "900003": 50.0}
    half, most = kitchen("stage_hours_total_p50,stage_hours_total_p90")[0].values()
    assert (half, most) == (sum(hours.values()) / 2, pytest.approx(35.5 + 0.9 * 14.5))
    picked_up = {"900001": 9.5, "900005": 23.0}
    assert kitchen("stage_hours_pickup_p50")[0] == {"stage_hours_pickup_p50": sum(picked_up.values()) / 2}


def test_the_statement_is_matched_and_ties_out(kitchen: Rows) -> None:
    load_statement()
    found = kitchen("statement_lines,statement_paid,statement_short,statement_over", "--by", "payment_state")
    assert {row["payment_state"]: tuple(row.values())[1:] for row in found} == {
        "as_expected": (2, 862.22, 0, 0), "short": (1, 550, 50, 0), "twice": (1, 912.22, 0, 1000),
        "unknown_parcel": (1, 270, 0, 0),
    }  # fmt: skip
    total = kitchen("statement_collected,statement_fees,statement_paid,statement_arithmetic")[0]
    assert tuple(total.values()) == (3000, 355.56, 2594.44, 50)


def test_after_the_statement_the_ledger_still_adds_up(kitchen: Rows) -> None:
    load_statement()
    asked = kitchen(CASH)[0]
    assert tuple(asked.values()) == (2200, 1700, 1462.22, 187.78, 550)
    assert asked["cod_expected"] == pytest.approx(asked["cod_remitted"] + asked["cod_withheld"] + asked["cod_gap"])
    assert kitchen("cod_short,cod_owed")[0] == {"cod_short": 50, "cod_owed": 550}


def test_the_same_statement_again_changes_nothing(kitchen: Rows) -> None:
    load_statement()
    before = kitchen(CASH)
    load_statement()
    assert kitchen(CASH) == before
    assert kitchen("statement_lines")[0] == {"statement_lines": 5}
