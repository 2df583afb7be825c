"""Mappings: what a file says is what is meant, and everything wrong with it is said at once."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from etl.dates import DateRule
from etl.mapped.cases import OPERATORS
from etl.mapped.cell_rules import CELL_KEYS, FILE_KEYS
from etl.mapped.entity import COLUMN_KEYS
from etl.mapping import Mapping, load_mapping, parse_mapping
from etl.staging import STAGING, StagingTable
from portal.errors import InputError

DOCS = Path(__file__).resolve().parents[2] / "docs"
EXAMPLES = DOCS / "examples"
REFERENCE = (DOCS / "mapping.md").read_text(encoding="utf-8")
LINES = """
[[entity]]
name = "order_line"
files = ["lines.csv"]
[entity.columns]
order_id = "Order"
quantity = "Qty"
"""


def problems(toml: str) -> str:
    with pytest.raises(InputError) as caught:
        parse_mapping(toml, "shop.toml")
    assert caught.value.field == "mapping"
    return str(caught.value)


def mapping(toml: str) -> Mapping:
    return parse_mapping(toml, "shop.toml")


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*.toml")), ids=lambda path: path.stem)
def test_every_example_loads(path: Path) -> None:
    assert load_mapping(path).entities


def test_a_minimal_mapping() -> None:
    found = mapping(LINES)
    assert found.provides == ("order_line",)
    assert [(column.name, column.headers) for column in found.entities[0].columns] == [
        ("order_id", ("Order",)), ("quantity", ("Qty",)),
    ]  # fmt: skip
    assert (found.mode, found.currency, found.timezone) == ("replace", None, None)


def test_what_an_entity_does_not_say_it_takes_from_the_file() -> None:
    found = mapping('[format]\ndates = ["%d/%m/%Y"]\ndecimal_comma = true' + LINES).entities[0]
    assert found.rules.dates == DateRule(("%d/%m/%Y",))
    assert found.columns[1].rules.decimal_comma is True


def test_a_column_may_differ_from_its_entity() -> None:
    found = mapping(LINES + 'order_date = { header = "Day", dates = ["iso"], optional = true }').entities[0]
    assert found.columns[2].rules.dates == DateRule(("iso",))
    assert found.columns[2].optional


def test_columns_may_be_joined_or_alternatives() -> None:
    found = mapping(LINES + 'ordered_at = ["Date", "Time"]\ncity = { any_of = ["City", "Town"] }').entities[0]
    assert (found.columns[2].headers, found.columns[2].any_of) == (("Date", "Time"), False)
    assert (found.columns[3].headers, found.columns[3].any_of) == (("City", "Town"), True)


def test_constants_have_the_type_of_their_column() -> None:
    found = mapping(
        LINES + '[entity.constants]\nunit_price = 9.99\norder_date = 2026-01-02\nis_test = true\nshop = "A"'
    ).entities[0]
    assert found.constants == {
        "unit_price": Decimal("9.99"), "order_date": date(2026, 1, 2), "is_test": True, "shop": "A",
    }  # fmt: skip


def test_formats_for_the_reader() -> None:
    found = mapping(
        '[format]\nseparator = ";"\nheader_row = 3' + LINES.replace('files = ["lines.csv"]', 'files = "a*"')
    )
    [(glob, form)] = found.formats()
    assert (glob, form.separator, form.header_row, form.encoding) == ("a*", ";", 3, None)


def test_the_hash_follows_the_meaning() -> None:
    same = mapping("# a comment\n" + LINES).content_hash
    assert same == mapping(LINES).content_hash
    assert same != mapping(LINES.replace("Qty", "Quantity")).content_hash


@pytest.mark.parametrize(
    ("toml", "sentence"),
    [
        ("", "there is no [[entity]]"),
        ('nmae = "x"' + LINES, "there is no key 'nmae'. Did you mean name?"),
        (LINES.replace("order_line", "order_lines"), "no entity called 'order_lines'. Did you mean order_line"),
        (LINES.replace("quantity", "quantitty"), "order_line has no column 'quantitty'. Did you mean quantity?"),
        (LINES.replace('quantity = "Qty"', ""), "quantity is required: give it a column or a constant."),
        (LINES.replace('files = ["lines.csv"]', ""), "files is missing"),
        (LINES.replace("lines.csv", "in/lines.csv"), "Globs match file names; leave the folder out."),
        ('currency = "pounds"' + LINES, "currency must be three capital letters like GBP, found 'pounds'."),
        ('timezone = "Europe/Londn"' + LINES, "there is no time zone 'Europe/Londn'. Did you mean Europe/London"),
        ('mode = "merge"' + LINES, "mode cannot be 'merge'. There are: replace, append."),
        ('[format]\nencoding = "utf9"' + LINES, "there is no encoding called 'utf9'."),
        ('[format]\nseparator = "::"' + LINES, "separator must be one character"),
        ("[format]\nheader_row = -1" + LINES, "header_row must be a whole number from 0, found -1."),
        ('[format]\ndates = ["%d/%m"]' + LINES, "needs day, month and year"),
        ('[format]\ndates = ["%d/%q/%Y"]' + LINES, "has %q, which is not known."),
        ('[format]\nday_first = true\ndates = ["%m/%d/%Y"]' + LINES, "the date format %m/%d/%Y puts the month first"),
        ('[format]\nday_first = "?"' + LINES, "day_first must be true or false, found '?'."),
        ('[format]\nnull_patterns = ["("]' + LINES, "which is not a regular expression"),
        (LINES + '[entity.constants]\nquantity = 1', "quantity is both a column and a constant. Remove one."),
        (LINES + '[entity.constants]\norder_status = "done"', "'done' is no order_status."),
        (LINES + '[entity.constants]\nunit_price = "9"', "unit_price must be a number, found '9'."),
        (LINES + '[entity.values.order_status]\nx = "shipped"', "order_status is not among the columns"),
        (LINES + 'order_status = "S"\n[entity.values.order_status]\nx = "shiped"', "Did you mean shipped"),
        (LINES + '[entity.derive.is_return]\ncolumn = "Qty"', "no operator. There are: equals"),
        (LINES + "[entity.derive.is_return]\nless_than = 0", "column is missing"),
        (LINES + '[entity.derive.is_return]\ncolumn = "Qty"\nless_than = "0"', "less_than must be a number"),
        (LINES + '[entity.derive.is_return]\ncolumn = "Qty"\nless_then = 0', "Did you mean less_than?"),
        (LINES + '[entity.derive.quantity]\ncolumn = "Qty"\nis_blank = true', "only texts and flags can be derived."),
        (LINES + '[[entity.exclude]]\ncolumn = "Qty"\nequals = "0"', "excluded rows are counted under it"),
        (LINES + 'city = { heder = "City" }', "there is no key 'heder'. Did you mean header?"),
        (LINES.replace("[entity.columns]", 'key = ["line_id"]\n[entity.columns]'), "key names 'line_id'"),
        (LINES + LINES.replace('files = ["lines.csv"]', 'files = ["lines.csv"]\nformat = { separator = ";" }'),
         "two entities read 'lines.csv' in different formats."),
        ("x = [", "is not valid TOML"),
    ],
)  # fmt: skip
def test_each_problem_is_named(toml: str, sentence: str) -> None:
    assert sentence in problems(toml)


def test_all_problems_come_at_once_with_their_place() -> None:
    found = problems('mode = "x"\ncurency = "GBP"' + LINES.replace("order_id", "order_idd") + 'citty = "City"')
    assert "shop.toml has 4 problem(s):" in found
    assert "entity 1 (order_line), columns: order_line has no column 'order_idd'. Did you mean order_id" in found
    assert "'citty'. Did you mean city" in found


def test_a_missing_file_is_an_input_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="There is no mapping file"):
        load_mapping(tmp_path / "none.toml")


def test_a_byte_order_mark_is_no_problem(tmp_path: Path) -> None:
    (tmp_path / "m.toml").write_text("\ufeff" + LINES, encoding="utf-8")
    assert load_mapping(tmp_path / "m.toml").name == "m.toml"


@pytest.mark.parametrize(
    "key", sorted({*OPERATORS, *FILE_KEYS, *CELL_KEYS, *COLUMN_KEYS, "key", "duplicates", "sheet"})
)
def test_the_reference_names_every_key(key: str) -> None:
    assert f"`{key}`" in REFERENCE or f"entity.{key}" in REFERENCE


@pytest.mark.parametrize("table", STAGING.values(), ids=lambda table: table.name)
def test_the_reference_lists_every_column(table: StagingTable) -> None:
    columns = ", ".join(f"**`{name}`**" if name in table.required else f"`{name}`" for name in table.columns)
    assert f"| `{table.name}` | {table.grain}" in REFERENCE
    assert f"| {columns} |" in REFERENCE
