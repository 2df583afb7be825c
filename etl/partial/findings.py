"""What the checks of a patched snapshot find, without asking all of its rows."""

from __future__ import annotations

from decimal import Decimal

import duckdb

from etl.checks import CHECKS, Check, Found, find
from etl.partial.patch import FACTS
from etl.partial.renumber import Tables, key_of
from portal.warehouse.schema import metadata

_ASKED = ("fact_order", "fact_order_line", "fact_return")
"""Tables that local checks ask."""

_PATCHED = (*FACTS, "dim_customer", "customer_identity")


def findings_after(file: duckdb.DuckDBPyConnection, old: Tables, new: Tables) -> Found:
    """What local checks found in the last snapshot, less what they find in the old rows, plus in the new ones.

    Keys that were all different stay so: new rows are numbered from the highest key on.
    """
    query = "select check_name, wrong_rows, affected_amount from data_check"
    there = {name: (count, amount) for name, count, amount in file.execute(query).fetchall()}
    found = {}
    with duckdb.connect() as small:
        for check in CHECKS:
            if check.is_local and check.name in there:
                gone, came = _find(small, check, old), _find(small, check, new)
                found[check.name] = _sum(there[check.name], gone, came)
    own = (key_of(metadata.tables[name]) for name in _PATCHED)
    names = {f"repeated_{key}" for key in own if key != "event_key"}
    return found | {name: (0, None) for name in names if there.get(name) == (0, None)}


def _find(small: duckdb.DuckDBPyConnection, check: Check, tables: Tables) -> tuple[int, Decimal | None]:
    for name in _ASKED:
        small.register(name, tables[name].to_arrow())
    return find(small, check)


def _sum(
    there: tuple[int, Decimal | None], gone: tuple[int, Decimal | None], came: tuple[int, Decimal | None]
) -> tuple[int, Decimal | None]:
    count = there[0] - gone[0] + came[0]
    amount = (there[1] or Decimal(0)) - (gone[1] or Decimal(0)) + (came[1] or Decimal(0))
    return count, amount if count else None
