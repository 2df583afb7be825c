"""Undoing wrong merges: pairs of customers that a tenant says are never one person.

A pair is two references "source:key", where key is the customer's id in that source, a phone or an e-mail address:
["imiq:C-12", "onesoko:77"]. Only groups that a pair splits are worked on, record by record: keys join them again from
the surest rule to the weakest, except where a join would bring the two sides of a pair together. A record that fits
both sides goes to the first.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import polars as pl

from etl.phones import e164
from etl.source import TenantRules

Side = tuple[int, int]
"""Number of the pair, and which side of it: 0 or 1."""


def separate(groups: pl.DataFrame, rule_keys: Mapping[str, str], rules: TenantRules) -> pl.DataFrame:
    """`groups` with those split that hold both sides of a pair.

    Args:
        groups: records with source, customer_id, phone_e164, email_clean, `row`, `group`, `group_<rule>` and the key
            columns; a group is called by its smallest row.
        rule_keys: rule to key column, from the surest to the weakest.
        rules: policy separate_customers, and the country of phones without +.
    """
    pairs: Sequence[Sequence[str]] = rules.policies["separate_customers"]
    sides = _sides(groups, pairs, rules.country)
    mixed = _mixed(groups, sides)
    if not mixed:
        return groups
    wrong = groups.filter(pl.col("group").is_in(mixed))
    clusters = _Clusters({row: row for row in wrong["row"]}, {row: set(sides.get(row, ())) for row in wrong["row"]})
    labels: dict[str, list[int]] = {}
    for rule, key in rule_keys.items():
        for rows in _rows_by_key(wrong, key):
            clusters.join(rows)
        labels[f"group_{rule}"] = [clusters.first(row) for row in wrong["row"]]
        labels["group"] = labels[f"group_{rule}"]
    split = wrong.with_columns(pl.Series(name, rows, groups.schema[name]) for name, rows in labels.items())
    return pl.concat([groups.filter(~pl.col("group").is_in(mixed)), split]).sort("row")


def _sides(groups: pl.DataFrame, pairs: Sequence[Sequence[str]], country: str) -> dict[int, set[Side]]:
    """Row to the sides of pairs it is on; on both sides of one pair only the first counts."""
    found: dict[int, set[Side]] = {}
    for number, pair in enumerate(pairs):
        for side, reference in enumerate(pair):
            for row in groups.filter(_is_meant(reference, country))["row"]:
                mine = found.setdefault(row, set())
                if (number, 1 - side) not in mine:
                    mine.add((number, side))
    return found


def _is_meant(reference: str, country: str) -> pl.Expr:
    """Whether a record is the one of the reference "source:key"."""
    source, _, key = reference.partition(":")
    phone = e164(key, country)
    named = (pl.col("customer_id") == key) | (pl.col("email_clean") == key.strip().lower())
    by_phone = pl.col("phone_e164") == phone if phone else pl.lit(value=False)
    return (pl.col("source") == source) & (named.fill_null(value=False) | by_phone.fill_null(value=False))


def _mixed(groups: pl.DataFrame, sides: Mapping[int, set[Side]]) -> list[int]:
    """Groups that hold both sides of a pair."""
    held: dict[int, set[Side]] = {}
    for row, group in groups.filter(pl.col("row").is_in(list(sides))).select("row", "group").iter_rows():
        held.setdefault(group, set()).update(sides[row])
    return sorted(group for group, mine in held.items() if any((number, 1 - side) in mine for number, side in mine))


def _rows_by_key(records: pl.DataFrame, key: str) -> list[list[int]]:
    """Rows that share a value of `key`, by value."""
    known = records.filter(pl.col(key).is_not_null()).sort(key, "row")
    return known.group_by(key, maintain_order=True).agg("row")["row"].to_list()


@dataclass
class _Clusters:
    """Records joined so far: row to a row above it, the smallest of a cluster on top; and the sides each top is on."""

    above: dict[int, int]
    sides: dict[int, set[Side]] = field(default_factory=dict)

    def first(self, row: int) -> int:
        while self.above[row] != row:
            row = self.above[row]
        return row

    def join(self, rows: Sequence[int]) -> None:
        """Join each row to the first of the earlier ones it may be joined to."""
        tops: list[int] = []
        for row in rows:
            self._join_to_first(row, tops)
            tops = list(dict.fromkeys(self.first(top) for top in (*tops, row)))

    def _join_to_first(self, row: int, tops: Sequence[int]) -> None:
        own = self.first(row)
        for top in tops:
            if top == own:
                return
            if not any((number, 1 - side) in self.sides[top] for number, side in self.sides[own]):
                lower, upper = min(top, own), max(top, own)
                self.above[upper] = lower
                self.sides[lower] |= self.sides[upper]
                return
