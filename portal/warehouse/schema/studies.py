"""Study tables: worked out of a snapshot by `portal.studies` and kept beside it; metrics use them like facts.

A study holds nothing that cannot be worked out again. Its tables have no source rows of their own: `info["from"]` is
the fact whose rows they are made of, and so whose sources they have.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Column, Double, MetaData, Table

studies = MetaData()


def share(name: str) -> Column[Any]:
    """A statistic that is an estimate anyway: a probability, an expectation, a deviation; null when not known."""
    return Column(name, Double)


def base_of(fact: Table) -> Table:
    """The fact whose rows a table is made of: of a study what it says, else itself."""
    found: Table = fact.info.get("from", fact)
    return found
