"""Who else a customer's number, phone or address leads to, as the last snapshot knows it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import duckdb
import polars as pl

from etl.partial.links import PERSON_KINDS
from etl.phones import e164_of

_OF_KIND = {"customer id": "customer_id", "phone": "phone", "email": "email"}

_PERSONS = """
    select distinct customer_key from customer_identity
    where customer_id in (select value from given where kind = 'customer id')
       or phone in (select value from given where kind = 'phone')
       or phone_e164 in (select value from given where kind = 'clear phone')
       or email in (select value from given where kind = 'email')
       or email_clean in (select value from given where kind = 'clear email')
"""


@dataclass(frozen=True)
class People:
    """The customer records of the last snapshot.

    Attributes:
        base: a connection to it.
        country: ISO 3166, for phones without +.
    """

    base: duckdb.DuckDBPyConnection
    country: str

    def others(self, values: Mapping[str, Collection[str]]) -> dict[str, set[str]]:
        """Ids, phones and addresses of everybody who has one of `values` or the same phone or address in clear form."""
        given = self._given(values)
        if not given.height:
            return {}
        self.base.register("given", given.to_arrow())
        records = self.base.execute(
            f"select customer_id, phone, email from customer_identity where customer_key in ({_PERSONS})"  # noqa: S608
        ).pl()
        self.base.unregister("given")
        return {kind: set(records[column].drop_nulls()) for kind, column in _OF_KIND.items()}

    def _given(self, values: Mapping[str, Collection[str]]) -> pl.DataFrame:
        """Columns kind and value: the values as written, and in clear form."""
        found = {kind: pl.Series("value", sorted(values.get(kind, ())), dtype=pl.String) for kind in PERSON_KINDS}
        found["clear phone"] = e164_of(found["phone"].alias("phone"), self.country)["phone_e164"].drop_nulls()
        found["clear email"] = found["email"].str.strip_chars().str.to_lowercase()
        return pl.concat(
            series.alias("value").to_frame().select(pl.lit(kind).alias("kind"), "value")
            for kind, series in found.items()
        )
