"""A courier's payout file is dropped like any other: recognised, loaded as it is proposed, kept by later loads."""

from __future__ import annotations

from portal.uploads.model import Choice
from tests.uploads.desk import GOLDEN, Desk, csv

STATEMENT = GOLDEN / "courier_statement" / "payout_may.csv"
PAID = "select count(*), 'lines', sum(paid_amount)::decimal(18,2) from fact_courier_payment"


def test_a_statement_is_recognised_and_loads_as_proposed(desk: Desk) -> None:
    sent = desk.send(STATEMENT, STATEMENT.name)
    found = desk.look(sent)
    assert (found.source, [table.entity for table in found.tables], found.questions) == (
        "table", ["courier_payment"], (),
    )  # fmt: skip
    desk.run(desk.start(sent, Choice("table", str(found.mapping))))
    assert desk.ask(PAID) == "5 lines 2594.44"


def test_statements_stay_when_other_files_are_loaded(desk: Desk) -> None:
    sent = desk.send(STATEMENT, STATEMENT.name)
    desk.run(desk.start(sent, Choice("table", str(desk.look(sent).mapping))))
    desk.load(csv())
    assert desk.ask(PAID) == "5 lines 2594.44"
    assert desk.net().startswith("2 rows")
