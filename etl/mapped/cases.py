"""Tests on cells: parsed from a mapping, and asked of raw tables as expressions."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import polars as pl

from etl.clean import amount, text
from etl.mapped.cell_rules import check_pattern
from etl.mapped.model import Case, CellRules, Test
from etl.mapped.section import Section

_TEXT_OPERATORS = ("equals", "starts_with", "ends_with", "contains", "matches")
_LIST_OPERATORS = ("in", "not_in")
NUMBER_OPERATORS = ("less_than", "greater_than", "at_least", "at_most")
_BLANK_OPERATORS = ("is_blank",)
OPERATORS = (*_TEXT_OPERATORS, *_LIST_OPERATORS, *NUMBER_OPERATORS, *_BLANK_OPERATORS)


def parse_case(section: Section, extra: tuple[str, ...] = ()) -> Case:
    """One case: `column` with operators, or `all = [{…}, {…}]`; `extra` keys belong to the caller."""
    if "all" not in section.raw:
        return Case(_tests(section, extra))
    section.only(("all", *extra))
    parts = section.raw["all"]
    if not isinstance(parts, list) or not parts:
        section.wrong("all must be a list of tables, each with column and an operator.")
        return Case(())
    inner = [Section(part, f"{section.place}, all {n}", section.problems) for n, part in enumerate(parts, start=1)]
    return Case(tuple(test for part in inner for test in _tests(part, ())))


def _tests(section: Section, extra: tuple[str, ...]) -> tuple[Test, ...]:
    section.only(("column", "ignore_case", *OPERATORS, *extra))
    header = section.text("column")
    named = [operator for operator in OPERATORS if operator in section.raw]
    if header is None:
        section.wrong("column is missing: name the header of the source to look at.")
    if not named:
        section.wrong(f"no operator. There are: {', '.join(OPERATORS)}.")
    ignore_case = bool(section.flag("ignore_case", False))
    return tuple(Test(header or "", operator, _operand(section, operator), ignore_case) for operator in named)


def _operand(section: Section, operator: str) -> Any:
    value = section.raw[operator]
    if operator in _LIST_OPERATORS:
        return section.texts(operator)
    if operator in _BLANK_OPERATORS:
        return section.flag(operator, True)
    if operator in NUMBER_OPERATORS:
        if isinstance(value, int | float) and not isinstance(value, bool):
            return Decimal(str(value))
        section.wrong(f"{operator} must be a number, found {value!r}.")
        return Decimal(0)
    if operator == "matches" and isinstance(value, str) and not check_pattern(section, operator, value):
        return ""
    if isinstance(value, int | float) and not isinstance(value, bool) and operator == "equals":
        return str(value)
    return section.text(operator, "")


_ASK: dict[str, Callable[[pl.Expr, Any], Any]] = {
    "equals": lambda cell, operand: cell == operand,
    "starts_with": lambda cell, operand: cell.str.starts_with(operand),
    "ends_with": lambda cell, operand: cell.str.ends_with(operand),
    "contains": lambda cell, operand: cell.str.contains(operand, literal=True),
    "matches": lambda cell, operand: cell.str.contains(operand),
    "in": lambda cell, operand: cell.is_in(operand),
    "less_than": lambda cell, operand: cell < operand,
    "greater_than": lambda cell, operand: cell > operand,
    "at_least": lambda cell, operand: cell >= operand,
    "at_most": lambda cell, operand: cell <= operand,
}


def holds(test: Test, cell: pl.Expr, rules: CellRules) -> pl.Expr:
    """Whether the test holds, never null. A blank cell passes only is_blank and not_in."""
    words, operand = text(cell, rules.null_words), test.operand
    if test.operator == "is_blank":
        return words.is_null() if test.operand else words.is_not_null()
    if test.operator in NUMBER_OPERATORS:
        words = amount(cell, None, rules.decimal_comma, rules.null_words)
    elif test.ignore_case:
        words, operand = words.str.to_lowercase(), _lower(test)
    if test.operator == "not_in":
        return ~words.is_in(operand).fill_null(False)
    answer: pl.Expr = _ASK[test.operator](words, operand)
    return answer.fill_null(False)


def _lower(test: Test) -> Any:
    if test.operator == "matches":
        return f"(?i){test.operand}"
    return [one.lower() for one in test.operand] if isinstance(test.operand, tuple) else test.operand.lower()


def misread(test: Test, cell: pl.Expr, rules: CellRules) -> pl.Expr:
    """Where a comparison of numbers met a cell that is no number."""
    if test.operator not in NUMBER_OPERATORS:
        return pl.lit(False)
    value = amount(cell, None, rules.decimal_comma, rules.null_words)
    return text(cell, rules.null_words).is_not_null() & value.is_null()
