"""Everything about a mapping can be chosen, and what is not touched stays as it was."""

from __future__ import annotations

import tomllib
from typing import Any

import pytest

from etl.mapped.written import write_mapping
from etl.mapping import parse_mapping
from etl.mappings import ready_made
from portal.errors import InputError
from portal.uploads import Change, Choice, Recognition, change, fields
from portal.uploads.questions import questions_of
from tests.uploads.tables import recognised, shop_orders, table

DECIDED = (
    Change("date_order", "day", "1.1"), Change("word", "delivered", "1.1", "Status", "Bezahlt"),
    Change("word", "cancelled", "1.1", "Status", "Storniert"),
)  # fmt: skip


@pytest.fixture
def orders() -> Recognition:
    return recognised(shop_orders())


def changed(found: Recognition, *changes: Change) -> dict[str, Any]:
    """The raw values after the changes; its text says the same."""
    return tomllib.loads(change(found.mapping or "", changes, found))


def test_choosing_answers_every_question(orders: Recognition) -> None:
    assert orders.questions == (
        "Orders: the dates fit two readings. Choose whether the day or the month comes first.",
        "Orders, Order status: choose what 'Bezahlt', 'Storniert' mean.",
    )
    text = change(orders.mapping or "", DECIDED, orders)
    assert (questions_of(text), parse_mapping(text, "m").entities[0].rules.dates.day_first) == ((), True)


def test_day_first_leaves_only_the_formats_that_say_so(orders: Recognition) -> None:
    form = changed(orders, Change("date_order", "day", "1.1"))["entity"][0]["format"]
    assert (form["dates"], form["day_first"]) == (["%d.%m.%Y"], True)
    form = changed(orders, Change("date_order", "month", "1.1"))["entity"][0]["format"]
    assert (form["dates"], form["day_first"]) == (["%m.%d.%Y"], False)


def test_one_column_may_have_an_order_of_its_own(orders: Recognition) -> None:
    text = change(orders.mapping or "", [*DECIDED, Change("date_order", "month", "1.1", "Ordered")], orders)
    column = tomllib.loads(text)["entity"][0]["columns"]["ordered_at"]
    assert column == {"header": "Ordered", "dates": ["%m.%d.%Y"], "day_first": False}
    shown = fields(orders, Choice("table", text)).tables[0]
    assert (shown.date_order, shown.columns[1].date_order) == ("day", "month")


def test_year_first_and_back_to_what_the_file_shows(orders: Recognition) -> None:
    year = change(orders.mapping or "", [Change("date_order", "year", "1.1")], orders)
    assert tomllib.loads(year)["entity"][0]["format"] == {"dates": ["iso"], "decimal_comma": True}
    detected = tomllib.loads(change(year, [Change("date_order", "", "1.1")], orders))
    assert detected["entity"][0]["format"] == {"dates": [], "decimal_comma": True}


def test_the_decimal_mark(orders: Recognition) -> None:
    point = change(orders.mapping or "", [Change("decimal", ".", "1.1")], orders)
    assert "decimal_comma" not in point
    assert "decimal_comma = true" in change(point, [Change("decimal", ",", "1.1")], orders)


def test_a_point_where_the_whole_file_has_a_comma() -> None:
    columns = {"product_id": "a"}
    raw = {"format": {"decimal_comma": True}, "entity": [{"name": "product", "files": ["*"], "columns": columns}]}
    text = write_mapping(raw)
    assert tomllib.loads(change(text, [Change("decimal", ".", "1.1")]))["entity"][0]["format"] == {
        "decimal_comma": False
    }


def test_a_column_becomes_another_field_and_the_old_one_goes(orders: Recognition) -> None:
    columns = changed(orders, Change("field", "tax_amount", "1.1", "Total"))["entity"][0]["columns"]
    assert columns["tax_amount"] == "Total"
    assert "total_amount" not in columns


def test_a_field_has_one_column_only(orders: Recognition) -> None:
    columns = changed(orders, Change("field", "order_id", "1.1", "Status"))["entity"][0]["columns"]
    assert (columns["order_id"], "order_status" in columns) == ("Status", False)


def test_a_column_that_is_not_used_takes_its_words_with_it(orders: Recognition) -> None:
    entity = changed(orders, Change("field", "", "1.1", "Status"))["entity"][0]
    assert ("order_status" in entity["columns"], "values" in entity) == (False, False)


def test_a_new_status_column_brings_its_words(orders: Recognition) -> None:
    without = change(orders.mapping or "", [Change("field", "", "1.1", "Status")], orders)
    entity = tomllib.loads(change(without, [Change("field", "order_status", "1.1", "Status")], orders))["entity"][0]
    assert entity["values"]["order_status"] == {"Bezahlt": "?", "Storniert": "?", "delivered": "delivered"}


def test_a_constant_takes_the_place_of_a_column(orders: Recognition) -> None:
    entity = changed(orders, Change("constant", "delivered", "1.1", "order_status"))["entity"][0]
    assert (entity["constants"], "values" in entity) == ({"order_status": "delivered"}, False)
    entity = changed(
        orders, Change("constant", "true", "1.1", "is_test"), Change("constant", "9.5", "1.1", "tax_amount")
    )
    assert entity["entity"][0]["constants"] == {"is_test": True, "tax_amount": 9.5}


def test_a_constant_that_is_no_number_is_refused(orders: Recognition) -> None:
    with pytest.raises(InputError, match="'much' is no number"):
        change(orders.mapping or "", [Change("constant", "much", "1.1", "tax_amount")], orders)


def test_a_table_is_left_out_and_taken_in_again(orders: Recognition) -> None:
    out = change(orders.mapping or "", [Change("entity", "", "1.1")], orders)
    assert questions_of(out) == ("Nothing is mapped yet. Say what at least one table is.",)
    shown = fields(orders, Choice("table", out)).tables
    assert [(one.key, one.entity) for one in shown] == [("1.0", "")]
    back = tomllib.loads(change(out, [Change("entity", "order", "1.0")], orders))["entity"][0]
    assert (back["name"], back["files"], back["columns"]["order_id"]) == ("order", ["orders.csv"], "Order No")


def test_another_entity_gets_the_columns_it_would_have(orders: Recognition) -> None:
    entity = changed(orders, Change("entity", "expense", "1.1"))["entity"][0]
    assert (entity["name"], entity["files"], "order_id" in entity["columns"]) == ("expense", ["orders.csv"], False)


def test_keys_name_tables_as_they_were_before_the_first_change() -> None:
    goods = table("goods.csv", 2, SKU=["A", "B"], Product=["Cup", "Jug"], Price=["1", "2"])
    found = recognised(shop_orders(), goods)
    raw = changed(found, Change("entity", "", "1.1"), Change("field", "brand", "2.2", "Product"))
    assert [(one["name"], one["columns"].get("brand")) for one in raw["entity"]] == [("product", "Product")]


def test_currency_zone_and_mode(orders: Recognition) -> None:
    chosen = [Change("currency", "EUR"), Change("timezone", "Europe/Berlin"), Change("mode", "append")]
    text = change(orders.mapping or "", chosen, orders)
    shown = fields(orders, Choice("table", text))
    assert (shown.currency, shown.timezone, shown.mode) == ("EUR", "Europe/Berlin", "append")
    plain = change(text, [Change("currency", ""), Change("timezone", ""), Change("mode", "replace")], orders)
    assert fields(orders, Choice("table", plain)).currency == ""


def test_a_word_can_be_taken_back_in_any_case(orders: Recognition) -> None:
    text = change(orders.mapping or "", [*DECIDED, Change("word", "", "1.1", "Status", "BEZAHLT")], orders)
    assert tomllib.loads(text)["entity"][0]["values"]["order_status"] == {
        "Storniert": "cancelled",
        "delivered": "delivered",
    }


def test_words_of_yes_and_no_become_flags() -> None:
    found = recognised(table("goods.csv", SKU=["A", "B"], Product=["Cup", "Jug"], Active=["ja", "nein"]))
    entity = changed(found, Change("word", "false", "1.1", "Active", "ja"))["entity"][0]
    assert entity["values"]["is_active"] == {"nein": False, "ja": False}


def test_what_can_be_chosen_says_what_is_chosen(orders: Recognition) -> None:
    shown = fields(orders).tables[0]
    assert [(one.header, one.field, one.date_order) for one in shown.columns] == [
        ("Order No", "order_id", None), ("Ordered", "ordered_at", ""), ("Status", "order_status", None),
        ("Total", "total_amount", None),
    ]  # fmt: skip
    assert shown.columns[2].words == {"Bezahlt": "", "Storniert": "", "delivered": "delivered"}
    assert (shown.required, shown.is_decimal_comma, shown.options[0].value) == ((), True, "")


def test_a_missing_required_field_is_named(orders: Recognition) -> None:
    text = change(orders.mapping or "", [Change("field", "", "1.1", "Order No")], orders)
    assert fields(orders, Choice("table", text)).tables[0].required == ("Order number",)


@pytest.mark.parametrize("name", ready_made())
def test_a_change_keeps_the_rest_of_every_ready_made_mapping(name: str) -> None:
    before = tomllib.loads(ready_made()[name])
    after = tomllib.loads(change(ready_made()[name], [Change("currency", "EUR")]))
    assert after == {**before, "currency": "EUR"}


def test_every_value_of_toml_is_written_as_it_was() -> None:
    entity = {
        "name": "order", "files": ["a"], "exclude": [{"name": "x", "a.b": 1}], "values": {"c": {"x y": "z"}},
        "derive": {"is_return": {"cases": [{"column": "q", "less_than": 0}], "otherwise": False}},
        "columns": {"order_id": {"any_of": ["a", "b"], "optional": True}},
    }  # fmt: skip
    raw = {"name": 'a "b" \\ \x7f é\n', "entity": [entity]}
    assert tomllib.loads(write_mapping(raw)) == raw


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (Change("colour", "red"), "'colour' is nothing that can be changed"),
        (Change("entity", "orders", "1.1"), "There is no kind of table called 'orders'"),
        (Change("field", "colour", "1.1", "Total"), "There is no field 'colour' here"),
        (Change("field", "order_id", "1.9", "Total"), "The table is not there any more"),
        (Change("field", "order_id", "", "Total"), "The table is not there any more"),
        (Change("date_order", "sideways", "1.1"), "Choose whether day, month or year comes first"),
        (Change("date_order", "day", "1.1", "Nothing"), "Say first what the column is"),
        (Change("decimal", ";", "1.1"), "The decimal mark is a comma or a point"),
        (Change("word", "new", "1.1", "Nothing", "x"), "Say first what the column is"),
    ],
)
def test_what_cannot_be_chosen_is_refused(orders: Recognition, wrong: Change, said: str) -> None:
    with pytest.raises(InputError, match=said):
        change(orders.mapping or "", [wrong], orders)


def test_what_is_no_toml_is_refused() -> None:
    with pytest.raises(InputError, match="The mapping is not valid TOML"):
        change("= =", [Change("currency", "EUR")])
