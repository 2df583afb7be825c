"""Proposals: what headers and values say, with the evidence; what they do not say is left to a person."""

from __future__ import annotations

from decimal import Decimal

import polars as pl
import pytest

from etl.mapped.synonyms import fit, words_of
from etl.mapping import parse_mapping
from etl.propose import propose
from etl.source import Origin, RawTable, TenantRules
from etl.sources.table import conform
from portal.errors import InputError

RULES = TenantRules("GBP", "Europe/London", "GB")


def raw(file_name: str, text: str, key: int = 1) -> RawTable:
    """A table from lines of cells parted by |, the header first."""
    header, *rows = [[cell.strip() or None for cell in line.split("|")] for line in text.strip().splitlines()]
    frame = pl.DataFrame(rows, schema={str(name): pl.String for name in header}, orient="row")
    row = pl.int_range(2, pl.len() + 2, dtype=pl.Int32)
    frame = frame.with_columns(pl.lit(key, dtype=pl.Int64).alias("origin_key"), row.alias("source_row"))
    return RawTable((Origin(key, file_name, file_name, "", ""),), frame)


LINES = raw(
    "sales.csv",
    """InvoiceNo | StockCode | Description | Quantity | InvoiceDate         | UnitPrice | CustomerID
       1         | A         | Bag         | 2        | 2026-02-13 10:00:00 | £1.50     | 17850.0
       2         | B         | Mug         | -1       | 2026-02-14 11:00:00 | £2.00     |""",
)
ORDERS = """Order No | Order Date | Status  | Total
            1        | 03/02/2026 | Shipped | 5.00
            2        | 04/02/2026 | Posted  | 6.00"""


def test_words_of_headers() -> None:
    assert words_of("InvoiceNo") == words_of("invoice_no") == words_of("Invoice No.") == ("invoice", "no")
    assert words_of("HTTPStatus") == ("http", "status")


def test_only_whole_words_count() -> None:
    assert fit("Quantity", "quantity") == 100
    assert fit("Qty", "quantity") == 95
    assert 0 < fit("Total quantity shipped", "quantity") < 80
    assert fit("Discount", "quantity") == 0
    assert fit("#", "quantity") == 0


def test_a_proposal_loads_and_conforms() -> None:
    found = conform([LINES], RULES, parse_mapping(propose([LINES]), "p.toml"))
    lines = found.tables["order_line"]
    assert lines["line_amount"].to_list() == [Decimal(3), Decimal(-2)]
    assert lines["customer_id"].to_list() == ["17850", None]
    assert lines["is_return"].to_list() == [False, True]


def test_it_says_why() -> None:
    text = propose([LINES])
    assert 'currency = "GBP"    # the amounts carry its sign' in text
    assert '# 2 of 2 distinct values read, such as "2026-02-13 10:00:00"' in text
    assert "# 1 different negative quantities in the sample" in text


def test_a_date_that_fits_two_readings_is_left_to_decide() -> None:
    text = propose([raw("orders.csv", ORDERS)])
    assert "# 03/02/2026 fits two readings and nothing in the file decides." in text
    with pytest.raises(InputError, match="day_first must be true or false, found '\\?'"):
        parse_mapping(text, "p.toml")


@pytest.mark.parametrize("written", ["03.02.2026 10:00", "3-2-26", "03/02/2026 10:00 AM"])
def test_no_way_to_write_a_date_escapes_the_question(written: str) -> None:
    assert 'day_first = "?"' in propose([raw("orders.csv", f"Order No | Date | Total\n1 | {written} | 5")])


def test_a_word_nobody_knows_is_left_to_decide() -> None:
    text = propose([raw("orders.csv", ORDERS)])
    assert '"Shipped" = "shipped"' in text
    assert '"Posted" = "?"' in text


def test_values_decide_which_number_is_the_day() -> None:
    text = propose([raw("orders.csv", ORDERS.replace("04/02", "25/02").replace("Posted", "Delivered"))])
    assert 'dates = ["%d/%m/%Y"]' in text
    assert parse_mapping(text, "p.toml").provides == ("order",)


def test_decimal_comma() -> None:
    text = propose([raw("orders.csv", ORDERS.replace("5.00", "1.299,50").replace("6.00", "6,00"))])
    assert "decimal_comma = true" in text


def test_a_sign_of_several_currencies_is_left_to_decide() -> None:
    text = propose([raw("orders.csv", ORDERS.replace("5.00", "$5.00"))])
    assert 'currency = "?"    # the amounts carry a sign of USD, CAD, AUD: write the one it is' in text


@pytest.mark.parametrize(
    ("header", "entity"),
    [
        ("SKU | Product Name | Cost Price | Stock", "product"),
        ("Customer ID | Name | Email | City", "customer"),
        ("Tracking Number | Cash Collected | Courier Fees | Net Payout | Paid On", "courier_payment"),
        ("AWB | COD Amount | Charges | Net Payable | Settlement Date", "courier_payment"),
        ("ID | Shipment Mode | Scheduled Delivery Date | Delivered to Client Date", "shipment"),
        ("Lead name | Phone | Lead status | Follow up date", "lead"),
        ("Product ID | Quantity | Movement type | Date", "stock_movement"),
        ("Date | Expense category | Amount", "expense"),
        ("Order ID | Order date | Total", "order"),
        ("Order ID | Date | Product | Qty | Price", "order_line"),
    ],
)
def test_the_entity_is_guessed(header: str, entity: str) -> None:
    empty = raw("export.csv", f"{header}\n{'|' * header.count('|')}")
    assert f'name = "{entity}"' in propose([empty])


def test_each_header_and_column_is_used_once() -> None:
    text = propose([raw("x.csv", "Order ID | Product | Qty | Price | Unit price | Amount\n 1 | A | 2 | 3 | 4 | 5")])
    assert 'unit_price = "Unit price"' in text
    assert 'list_price = "Price"' in text
    assert 'line_amount = "Amount"' in text


def test_files_of_one_header_are_one_entity() -> None:
    text = propose([LINES, RawTable((Origin(2, "sales_2.csv", "sales_2.csv", "", ""),), LINES.frame)])
    assert text.count("[[entity]]") == 1
    assert 'files = ["sales*.csv"]' in text


def test_what_nobody_recognises_is_said() -> None:
    text = propose([LINES, raw("notes.csv", "x | y\n 1 | 2", key=2)])
    assert "# notes.csv: not recognised. Its columns: x, y." in text
    assert parse_mapping(text, "p.toml").provides == ("order_line",)


def test_a_dash_alone_means_nothing() -> None:
    text = propose([raw("products.csv", "SKU | Product | Cost price \n A | Bag | - \n B | Mug | 2.50")])
    assert 'unit_cost = "Cost price"' in text
    assert '"(blank)", "-"]    # the usual ones and -' in text


def test_yes_and_no_in_other_words() -> None:
    text = propose([raw("products.csv", "SKU | Product | Active \n A | Bag | ja \n B | Mug | nein \n C | Box | hm")])
    assert '"ja" = true\n"nein" = false' in text
    assert '"hm" = "?"' in text


def test_a_total_below_the_orders_hides_nothing() -> None:
    text = propose(
        [raw("orders.csv", ORDERS.replace("04/02", "25/02").replace("Posted", "Lost") + "\nTotal | | | 11.00")]
    )
    assert 'name = "order"' in text
    assert 'total_amount = "Total"' in text


def test_the_only_dates_left_over_are_the_date_of_the_order() -> None:
    text = propose([raw("orders.csv", "Order No | When | Total | Pieces \n 1 | 2026-02-13 | 5 | 40000")])
    assert 'ordered_at = "When"' in text
    assert "# not used: Pieces" in text


def test_a_date_column_without_values_states_no_format() -> None:
    text = propose([raw("orders.csv", "Order No | Order date | Total \n 1 | | 5")])
    assert 'ordered_at = "Order date"' in text
    assert "dates =" not in text
