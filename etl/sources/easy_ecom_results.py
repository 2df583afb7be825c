"""What the readers of Easy Ecom's tables share: one sheet staged, names looked up, amounts judged."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from etl.clean import amount, identifier, marks_of, unreadable
from etl.source import Conformed, TenantRules
from etl.sources.header_rows import repeated_header
from etl.sources.sheet import Form, Sheet, raw
from etl.sources.sieve import Rule, counted, sieve, staged


def names_by_id(sheets: Mapping[str, Sheet], form: Form, column: str) -> dict[str, str]:
    """id to the name people know a record by; empty where the table is not there."""
    if form.kind not in sheets:
        return {}
    known = sheets[form.kind].frame.select(identifier(raw("id")), identifier(raw(column)).alias("name"))
    return dict(known.drop_nulls().iter_rows())


def result(sheet: Sheet, rows: pl.DataFrame, rules: list[Rule], content: tuple[str, ...] = ()) -> Conformed:
    """Rows of one sheet staged under its table, the refused ones apart."""
    table = sheet.form.table
    kept, rejects = sieve(rows, [repeated_header(sheet.form), *rules], [table])
    return Conformed({table: staged(kept, table, content=content or None)}, rejects, counted(sheet.frame, table))


def money(column: str, rules: TenantRules) -> pl.Expr:
    """The amount in a column."""
    return amount(raw(column), marks_of(rules.currency))


def money_rules(columns: Mapping[str, str]) -> list[Rule]:
    """An amount that is there and not readable; staging column to the column it is made of."""
    return [
        Rule("rejected", "amount not readable", column, unreadable(raw(column), pl.col(name)))
        for name, column in columns.items()
    ]
