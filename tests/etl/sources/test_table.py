"""Mapped tables: every row in one place, every value what the file says, every refusal with its rule."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from etl.mapping import load_mapping, parse_mapping
from etl.source import Conformed, Origin, RawTable, TenantRules
from etl.sources.table import SOURCE, conform
from etl.staging import ORDER_LINE
from portal.errors import InputError, SourceError

ROOT = Path(__file__).resolve().parents[3]
RULES = TenantRules("GBP", "Europe/London", "GB")
LINES = """
[[entity]]
name = "order_line"
files = ["*.csv"]
[entity.columns]
order_id = "Order"
order_date = "Date"
product_id = "Item"
quantity = "Qty"
unit_price = "Price"
"""


def raw(file_name: str, *rows: dict[str, str | None], key: int = 1, sheet: str = "") -> RawTable:
    """One file; its first record is row 2."""
    frame = pl.DataFrame(list(rows), schema=dict.fromkeys(rows[0], pl.String))
    frame = frame.with_columns(
        pl.lit(key, dtype=pl.Int64).alias("origin_key"),
        pl.int_range(2, pl.len() + 2, dtype=pl.Int32).alias("source_row"),
    )
    return RawTable((Origin(key, f"/in/{file_name}", file_name, sheet, ""),), frame)


def line(**cells: str | None) -> dict[str, str | None]:
    return {"Order": "1", "Date": "2026-02-03", "Item": "A", "Qty": "2", "Price": "1.50", **cells}


def load(toml: str, *tables: RawTable) -> Conformed:
    found = conform(tables, RULES, parse_mapping(toml, "shop.toml"))
    assert_conserved(found)
    return found


def assert_conserved(found: Conformed) -> None:
    """read = staged + refused, for every file and table."""
    for (key, table), read in found.read.items():
        staged = found.tables[table].filter(pl.col("origin_key") == key).height
        refused = found.rejects.filter((pl.col("origin_key") == key) & (pl.col("staging_table") == table)).height
        assert read == staged + refused


def lines(toml: str, *rows: dict[str, str | None]) -> list[dict[str, Any]]:
    return load(toml, raw("a.csv", *rows)).tables["order_line"].to_dicts()


def refusals(toml: str, *rows: dict[str, str | None]) -> list[tuple[Any, ...]]:
    """(row, outcome, rule, column, value) of every refused row."""
    found = load(toml, raw("a.csv", *rows)).rejects
    return found.select("source_row", "outcome", "rule", "column", "value").rows()


def test_a_test_on_another_alternative_does_not_double_the_cell() -> None:
    toml = LINES.replace('quantity = "Qty"', 'quantity = { any_of = ["Qty", "Units"] }')
    toml += '[[entity.exclude]]\nname = "nothing"\ncolumn = "Units"\nequals = "0"\n'
    assert load(toml, raw("a.csv", line(), line(Qty="0"))).tables["order_line"]["quantity"].to_list() == [Decimal(2)]


def test_a_line_comes_out_in_the_staging_schema() -> None:
    found = load(LINES, raw("a.csv", line())).tables["order_line"]
    assert found.schema == ORDER_LINE.schema()
    [row] = found.to_dicts()
    assert (row["order_id"], row["order_date"], row["quantity"]) == ("1", date(2026, 2, 3), Decimal(2))
    assert (row["origin_key"], row["source_row"]) == (1, 2)


def test_the_amount_is_quantity_times_price_exactly() -> None:
    [row] = lines(LINES, line(Qty="3", Price="0.1"))
    assert row["line_amount"] == Decimal("0.3000")


def test_a_stated_amount_wins() -> None:
    stated, computed = lines(LINES + 'line_amount = "Sum"', line(Sum="2.99"), line(Sum=None))
    assert (stated["line_amount"], computed["line_amount"]) == (Decimal("2.99"), Decimal(3))


def test_headers_match_in_any_case_and_trimmed() -> None:
    cells = {"ORDER": "1", "date": "2026-02-03", "item": "A", "qTy": "2", "price": "1"}
    assert load(LINES, raw("a.csv", cells)).tables["order_line"].height == 1


def test_a_time_fills_instant_date_and_hour() -> None:
    toml = LINES.replace("order_date", "ordered_at")
    [row] = lines(toml, line(Date="2026-07-03 23:30:00+00:00"))
    assert (row["ordered_at"], row["order_date"], row["order_hour"]) == (
        datetime(2026, 7, 3, 23, 30), date(2026, 7, 4), 0,
    )  # fmt: skip


def test_a_date_alone_has_no_instant_and_no_hour() -> None:
    [row] = lines(LINES.replace("order_date", "ordered_at"), line())
    assert (row["ordered_at"], row["order_date"], row["order_hour"]) == (None, date(2026, 2, 3), None)


def test_the_mappings_zone_is_that_of_the_files_the_day_is_the_tenants() -> None:
    [row] = lines('timezone = "Asia/Tokyo"' + LINES, line(Date="2026-02-03 05:00:00"))
    assert (row["ordered_at"], row["order_date"]) == (datetime(2026, 2, 2, 20), date(2026, 2, 2))


def test_an_update_on_a_day_is_the_start_of_that_day() -> None:
    [row] = lines(LINES + 'updated_at = "Changed"', line(Changed="2026-07-03"))
    assert row["updated_at"] == datetime(2026, 7, 2, 23)


def test_joined_columns() -> None:
    toml = LINES.replace('order_date = "Date"', 'ordered_at = ["Date", "Time"]')
    [row] = lines(toml, line(Time="09:15"))
    assert row["ordered_at"] == datetime(2026, 2, 3, 9, 15)


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ({"Qty": "two"}, ("number not readable", "Qty", "two")),
        ({"Price": "1.2.3"}, ("amount not readable", "Price", "1.2.3")),
        ({"Price": "$5"}, ("amount not readable", "Price", "$5")),
        ({"Price": "1.00001"}, ("amount not readable", "Price", "1.00001")),
        ({"Date": "03/02/2026"}, ("date fits two readings", "Date", "03/02/2026")),
        ({"Date": "0022-02-03"}, ("date not readable", "Date", "0022-02-03")),
        ({"Order": "6.00E+09"}, ("id damaged by a spreadsheet", "Order", "6.00E+09")),
        ({"Qty": None}, ("missing quantity", "Qty", None)),
        ({"Qty": "NaN"}, ("missing quantity", "Qty", "NaN")),
        ({"Qty": "99999999999999", "Price": "99"}, ("quantity × unit price is too large", "Qty", "99999999999999")),
    ],
)
def test_what_is_not_understood_is_rejected(cells: dict[str, str | None], expected: tuple[str, str, str]) -> None:
    assert refusals(LINES, line(), line(**cells)) == [(3, "rejected", *expected)]


def test_a_row_is_rejected_for_the_first_rule_it_breaks() -> None:
    assert refusals(LINES, line(Date="soon", Qty="two")) == [(2, "rejected", "date not readable", "Date", "soon")]


def test_order_states_are_ours_or_rejected() -> None:
    toml = LINES + 'order_status = "State"\n[entity.values.order_status]\nVersandt = "shipped"'
    good, spelled = lines(toml, line(State="VERSANDT"), line(State="In Transit"))
    assert (good["order_status"], spelled["order_status"]) == ("shipped", "in_transit")
    assert refusals(toml, line(State="Foo")) == [(2, "rejected", "unknown order status", "State", "Foo")]


def test_flags_are_mapped_words_or_rejected() -> None:
    toml = LINES + 'is_test = "Test"\n[entity.values.is_test]\nja = true\nnein = false'
    assert [row["is_test"] for row in lines(toml, line(Test="Ja"), line(Test="nein"), line(Test=None))] == [
        True, False, None,
    ]  # fmt: skip
    assert refusals(toml, line(Test="doch")) == [(2, "rejected", "neither yes nor no", "Test", "doch")]


def test_derived_flags() -> None:
    toml = LINES + (
        '[entity.derive.is_cancellation]\ncolumn = "Order"\nstarts_with = "C"\n'
        '[entity.derive.is_return]\ncolumn = "Qty"\nless_than = 0\n'
        '[entity.derive.is_merchandise]\ncolumn = "Item"\nnot_in = ["POST"]'
    )
    rows = lines(toml, line(), line(Order="C1", Qty="-1"), line(Item="POST"), line(Item=None))
    flags = [(row["is_cancellation"], row["is_return"], row["is_merchandise"]) for row in rows]
    assert flags == [(False, False, True), (True, True, True), (False, False, False), (False, False, True)]


@pytest.mark.parametrize(
    ("test", "expected"),
    [
        ('equals = "A"', "A"), ('ends_with = "1"', "B1"), ('contains = "."', "."), ('matches = "^[AB]"', "A B1"),
        ('in = ["A", "."]', "A ."), ("is_blank = true", "None"), ("is_blank = false", "A B1 ."),
        ('equals = "a"\nignore_case = true', "A"), ('starts_with = "B"\nends_with = "2"', ""),
    ],
)  # fmt: skip
def test_operators(test: str, expected: str) -> None:
    toml = LINES + f'[entity.derive.is_test]\ncolumn = "Item"\n{test}'
    rows = lines(toml, *(line(Item=item) for item in ("A", "B1", ".", None)))
    assert " ".join(str(row["product_id"]) for row in rows if row["is_test"]) == expected


@pytest.mark.parametrize(("test", "expected"), [("greater_than = 2", 1), ("at_least = 2", 2), ("at_most = 2", 1)])
def test_number_operators_pass_over_blanks(test: str, expected: int) -> None:
    toml = (
        LINES.replace('quantity = "Qty"', "")
        + f'[entity.constants]\nquantity = 1\n[entity.derive.is_test]\n{test}\ncolumn = "Qty"'
    )
    rows = lines(toml, line(Qty="2"), line(Qty="10"), line(Qty=None))
    assert sum(row["is_test"] for row in rows) == expected


def test_a_comparison_with_a_word_rejects_the_row() -> None:
    toml = LINES.replace('quantity = "Qty"', "") + (
        '[entity.constants]\nquantity = 1\n[entity.derive.is_return]\ncolumn = "Qty"\nless_than = 0'
    )
    assert refusals(toml, line(Qty="few")) == [(2, "rejected", "number not readable", "Qty", "few")]


def test_cases_are_asked_in_order() -> None:
    toml = LINES + (
        '[entity.derive.order_status]\notherwise = "new"\n'
        'cases = [{ column = "Gone", is_blank = false, value = "cancelled" },\n'
        ' { all = [{ column = "Paid", equals = "yes" }, { column = "Sent", equals = "yes" }], value = "shipped" }]'
    )
    rows = lines(
        toml, line(Gone="x", Paid="yes", Sent="yes"), line(Gone=None, Paid="yes", Sent="yes"),
        line(Gone=None, Paid="yes", Sent="no"),
    )  # fmt: skip
    assert [row["order_status"] for row in rows] == ["cancelled", "shipped", "new"]


def test_excluded_rows_are_counted_under_their_name() -> None:
    toml = LINES + '[[entity.exclude]]\nname = "total row"\ncolumn = "Order"\nequals = "Total"'
    assert refusals(toml, line(), line(Order="Total", Date=None, Qty="12 pieces")) == [
        (3, "excluded", "total row", "Order", "Total")
    ]


def test_null_patterns_mean_nothing_and_other_words_are_rejected() -> None:
    toml = LINES.replace('unit_price = "Price"', """unit_price = { header = "Price", null_patterns = ['See .*'] }""")
    [row] = lines(toml, line(Price="See 7"))
    assert row["unit_price"] is None
    assert refusals(toml, line(Price="Please See 7")) == [
        (2, "rejected", "amount not readable", "Price", "Please See 7")
    ]


def test_copies_are_kept_as_occurrences() -> None:
    one, other = lines(LINES, line(), line())
    assert other["row_key"] == f"{one['row_key']}-2"


@pytest.mark.parametrize(("policy", "outcome"), [("exclude", "excluded"), ("reject", "rejected")])
def test_copies_may_be_refused(policy: str, outcome: str) -> None:
    toml = LINES.replace("[entity.columns]", f'duplicates = "{policy}"\n[entity.columns]')
    assert refusals(toml, line(), line(), line(Qty="3")) == [(3, outcome, "exact copy of an earlier row", "", None)]


def test_a_natural_key_of_the_mapping() -> None:
    toml = LINES.replace("[entity.columns]", 'key = ["order_id", "product_id"]\n[entity.columns]')
    [row] = lines(toml, line())
    assert row["row_key"] == "1|A"


def test_constants_tell_equal_lines_of_two_shops_apart() -> None:
    keys = [lines(LINES + f'[entity.constants]\nshop = "{shop}"', line())[0]["row_key"] for shop in "AB"]
    assert keys[0] != keys[1]


def test_the_currency_of_the_mapping_and_of_the_row() -> None:
    assert lines(LINES, line())[0]["currency"] is None
    assert lines('currency = "USD"' + LINES, line(Price="$2"))[0]["currency"] == "USD"
    per_row = 'currency = "USD"' + LINES + 'currency = "Cur"'
    assert [row["currency"] for row in lines(per_row, line(Cur="eur"), line(Cur=None))] == ["EUR", "USD"]


def test_a_missing_column_names_file_and_nearest_header() -> None:
    cells = {("Prise" if name == "Price" else name): value for name, value in line().items()}
    with pytest.raises(SourceError, match=r"a\.csv has no column 'Price', .* Did you mean 'Prise'\?"):
        load(LINES, raw("a.csv", cells))


def test_a_header_that_changed_names_both_files() -> None:
    changed = {("UnitPrice" if name == "Price" else name): value for name, value in line().items()}
    with pytest.raises(SourceError, match=r"b\.csv has no column 'Price', which a\.csv has: the header changed"):
        load(LINES, raw("a.csv", line()), raw("b.csv", changed, key=2))


def test_a_changed_header_may_be_foreseen() -> None:
    changed = {("UnitPrice" if name == "Price" else name): value for name, value in line(Price="7").items()}
    toml = LINES.replace('"Price"', '{ any_of = ["Price", "UnitPrice"] }')
    found = load(toml, raw("a.csv", line()), raw("b.csv", changed, key=2)).tables["order_line"]
    assert found["unit_price"].to_list() == [Decimal("1.5"), Decimal(7)]


def test_an_optional_column_may_be_missing_in_one_file() -> None:
    toml = LINES + 'city = { header = "City", optional = true }'
    found = load(toml, raw("a.csv", line(City="Bath")), raw("b.csv", line(), key=2)).tables["order_line"]
    assert found["city"].to_list() == ["Bath", None]


def test_two_headers_that_differ_in_case_only_are_not_guessed() -> None:
    with pytest.raises(SourceError, match="'Price' fits the columns 'PRICE' and 'price'"):
        load(LINES, raw("a.csv", {"Order": "1", "Date": None, "Item": "A", "Qty": "1", "PRICE": "1", "price": "2"}))


def test_a_file_nobody_names_is_said() -> None:
    found = load(LINES.replace("*.csv", "a.csv"), raw("a.csv", line()), raw("b.csv", line(), key=2))
    assert found.notes == ("Not named by the mapping, not read: b.csv.",)


def test_no_file_for_an_entity_is_an_error() -> None:
    with pytest.raises(SourceError, match=r"No file matches 'x\*\.csv' of entity order_line\. The files are: a\.csv\."):
        load(LINES.replace("*.csv", "x*.csv"), raw("a.csv", line()))


def test_a_sheet_of_a_workbook() -> None:
    toml = LINES.replace('files = ["*.csv"]', 'files = ["*.xlsx"]\nsheet = "Sales"')
    found = load(toml, raw("a.xlsx", line(), sheet="sales"), raw("a.xlsx", {"x": "1"}, key=2, sheet="Notes"))
    assert found.read == {(1, "order_line"): 1}


def test_two_tables_out_of_one_file() -> None:
    toml = LINES + '[[entity]]\nname = "product"\nfiles = ["*.csv"]\n[entity.columns]\nproduct_id = "Item"'
    found = load(toml, raw("a.csv", line(), line(Item=None)))
    assert found.read == {(1, "order_line"): 2, (1, "product"): 2}
    assert found.rejects.select("staging_table", "rule").rows() == [("product", "missing product_id")]


def test_a_file_without_rows() -> None:
    empty = raw("a.csv", line())
    found = load(LINES, RawTable(empty.origins, empty.frame.clear()))
    assert found.read == {(1, "order_line"): 0}


def test_without_a_mapping_nothing_is_loaded() -> None:
    with pytest.raises(InputError, match="needs a mapping file"):
        conform([raw("a.csv", line())], RULES, None)
    assert SOURCE.name == "table"


CELLS = (
    st.none()
    | st.sampled_from(["1", "-2", "x", "03/02/2026", "2026-02-03 10:00", "£1,299.50", "nan", "C7"])
    | st.text()
)


@settings(max_examples=15)
@given(st.lists(st.tuples(CELLS, CELLS, CELLS, CELLS, CELLS), min_size=1, max_size=8))
def test_whatever_the_cells_say_no_row_is_lost(cells: list[tuple[str | None, ...]]) -> None:
    toml = LINES + (
        '[entity.derive.is_return]\ncolumn = "Qty"\nless_than = 0\n'
        '[[entity.exclude]]\nname = "no item"\ncolumn = "Item"\nis_blank = true'
    )
    found = load(toml, raw("a.csv", *(dict(zip(line(), row, strict=True)) for row in cells)))
    lineage = pl.concat([found.tables["order_line"]["source_row"], found.rejects["source_row"]])
    assert lineage.sort().to_list() == list(range(2, len(cells) + 2))


def golden(name: str) -> RawTable:
    frame = pl.read_csv(
        (ROOT / "tests/golden/corner_shop" / name).read_bytes().decode("cp1252").encode(),
        separator=";",
        infer_schema=False,
    )
    return raw(name, *frame.to_dicts())


def test_the_corner_shop() -> None:
    tables = [golden(name) for name in ("orders.csv", "order_items.csv", "products.csv")]
    found = conform(tables, RULES, load_mapping(ROOT / "docs/examples/corner_shop.toml"))
    assert {name: frame.height for name, frame in found.tables.items()} == {"order": 3, "order_line": 4, "product": 4}
    assert found.tables["order"]["total_amount"].sum() == Decimal("1378.60")
    assert found.tables["order"]["order_status"].to_list() == ["shipped", "delivered", "cancelled"]
    assert found.tables["order"]["customer_id"].to_list() == ["17850", None, "12346"]
    assert found.tables["product"]["list_price"].to_list()[2] == Decimal(1299)
    assert found.rejects.select("staging_table", "outcome", "rule", "source_row").sort("outcome").rows() == [
        ("order", "excluded", "total row", 5), ("order_line", "rejected", "number not readable", 6),
    ]  # fmt: skip


def test_instants_after_the_sale_fill_their_business_dates() -> None:
    toml = """
[[entity]]
name = "service_case"
files = ["*.csv"]
[entity.constants]
case_type = "ticket"
[entity.columns]
case_id = "Case"
opened_at = "Opened"
resolved_date = "Resolved"
"""
    found = load(toml, raw("cases.csv", {"Case": "1", "Opened": "2026-06-01 23:30", "Resolved": "2026-06-03"}))
    row = found.tables["service_case"].row(0, named=True)
    assert (row["opened_at"], row["opened_date"]) == (datetime(2026, 6, 1, 22, 30), date(2026, 6, 1))
    assert (row["resolved_at"], row["resolved_date"]) == (None, date(2026, 6, 3))
