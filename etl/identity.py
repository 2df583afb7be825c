"""Who is the same customer: records of all sources joined by E.164 phone, e-mail and the source's own id.

Works on distinct records, never on fact rows. A blank key joins nobody. A phone used with several ids or names is
flagged as shared; one used with more of them than policy `shared_phone_limit` is nobody's and joins nobody. Each
record keeps the rule that joined it to the first record of its person, and how sure that rule is. Pairs named in policy
`separate_customers` are never one person (see `etl.separation`).
"""

from __future__ import annotations

from decimal import Decimal

import polars as pl

from etl.phones import e164, e164_of
from etl.separation import separate
from etl.source import TenantRules

__all__ = ["CONFIDENCE", "RECORD", "RULE_KEYS", "e164", "identify", "with_e164"]

RECORD = ("source", "customer_id", "phone", "email")
"""Columns that make a customer record; names are looked at only to tell whether a phone is shared."""

CONFIDENCE = {"alone": 1.0, "first": 1.0, "id": 1.0, "phone": 0.95, "email": 0.90, "second_phone": 0.70,
              "shared_phone": 0.60}  # fmt: skip
"""Rule of a match to how sure it is: the same id of one source is certain; a second phone is often somebody else's, a
phone that several people use is not anybody's."""

RULE_KEYS = {"id": "id_key", "phone": "phone_key", "email": "email_key", "second_phone": "second_key",
             "shared_phone": "shared_phone_key"}  # fmt: skip
"""Rules that join, from the surest to the weakest, and the column whose equal values they join."""


def with_e164(records: pl.DataFrame, country: str) -> pl.DataFrame:
    """`records` with `phone_e164`, each distinct phone read once."""
    return records.join(e164_of(records["phone"], country), on="phone", how="left", maintain_order="left")


def identify(records: pl.DataFrame, rules: TenantRules, seconds: pl.DataFrame | None = None) -> pl.DataFrame:
    """Give every customer record its person.

    Args:
        records: distinct rows of `RECORD` plus `customer` (the name), any order.
        rules: country for phones without +, policy shared_phone_limit.
        seconds: `RECORD` and second_phone of records that name another phone. It is a record of its own, of nothing
            but this phone, and joins where nobody else has it as a second phone.

    Returns:
        One row per distinct `RECORD`, those of second phones among them: its columns, `phone_e164`, `email_clean`,
        `person` (a number from 1 in the order of the person's smallest key; null without any key), `matched_by` (phone,
        email or id: the strongest key the person has), `rule` and `confidence` of the record (`CONFIDENCE`), and
        `is_shared_phone`.
    """
    email = pl.col("email").str.strip_chars().str.to_lowercase()
    told = records if seconds is None else _with_seconds(records, seconds)
    keyed = with_e164(told, rules.country).with_columns(
        pl.when(email.str.contains("@", literal=True)).then(email).alias("email_clean"),
        pl.concat_str("source", pl.lit("\x1f"), "customer_id").alias("id_key"),
    )
    shared = _shared_phones(keyed)
    uses = pl.col("uses").fill_null(1)
    is_joining = uses <= rules.policies["shared_phone_limit"]
    keyed = keyed.join(shared, on="phone_e164", how="left").with_columns(
        pl.when(is_joining & (uses <= 1)).then("phone_e164").alias("phone_key"),
        pl.when(is_joining & (uses > 1)).then("phone_e164").alias("shared_phone_key"),
        pl.col("email_clean").alias("email_key"), (uses > 1).alias("is_shared_phone"),
    )  # fmt: skip
    distinct = keyed.unique(RECORD, keep="first", maintain_order=True).sort(RECORD, nulls_last=True)
    seconded = _with_second_keys(distinct, seconds, rules.country)
    joined = separate(_joined(seconded), RULE_KEYS, rules)
    return _numbered(_with_rules(joined)).select(
        *RECORD, "phone_e164", "email_clean", "person", "matched_by", "rule", "confidence", "is_shared_phone"
    )


def _with_seconds(records: pl.DataFrame, seconds: pl.DataFrame) -> pl.DataFrame:
    """`records` and one more for each second phone of a source."""
    alone = seconds.select("source", pl.col("second_phone").alias("phone")).unique()
    return pl.concat([records, alone.drop_nulls()], how="diagonal").unique(maintain_order=True)


def _with_second_keys(distinct: pl.DataFrame, seconds: pl.DataFrame | None, country: str) -> pl.DataFrame:
    """Add second_key: the second phone on the one record (by phone, id or e-mail) that names it and on its own."""
    if seconds is None or not seconds.height:
        return distinct.with_columns(pl.lit(None, pl.String).alias("second_key"))
    clear = e164_of(seconds["second_phone"].alias("phone"), country).rename(
        {"phone": "second_phone", "phone_e164": "second_key"}
    )
    named = seconds.join(clear, on="second_phone", how="inner").join(distinct, on=list(RECORD), nulls_equal=True)
    owner = pl.coalesce("phone_e164", "id_key", "email_clean")
    single = pl.col("second_key").is_not_null() & (owner.n_unique().over("second_key") == 1)
    owners = named.filter(single & (pl.col("second_key") != pl.col("phone_e164")).fill_null(value=True)).select(
        *RECORD, "second_key"
    ).sort(*RECORD, "second_key", nulls_last=True).unique(RECORD, keep="first", maintain_order=True)  # fmt: skip
    is_bare = pl.col("customer_id").is_null() & pl.col("email").is_null()
    is_second = is_bare & pl.col("phone_e164").is_in(owners["second_key"].implode())
    return distinct.join(owners, on=list(RECORD), how="left", nulls_equal=True, maintain_order="left").with_columns(
        pl.coalesce("second_key", pl.when(is_second).then("phone_e164")).alias("second_key")
    )


def _shared_phones(keyed: pl.DataFrame) -> pl.DataFrame:
    """Columns phone_e164, uses: with how many different ids of one source, or names, each phone is used."""
    name = pl.col("customer").str.to_lowercase().str.replace_all(r"\s+", " ").str.strip_chars()
    ids = keyed.filter(pl.col("phone_e164").is_not_null()).group_by("phone_e164", "source").agg(
        pl.col("customer_id").drop_nulls().n_unique().alias("ids"), name.drop_nulls().unique().alias("names")
    )  # fmt: skip
    return ids.group_by("phone_e164").agg(
        pl.max_horizontal(
            pl.col("ids").max(), pl.col("names").explode(empty_as_null=True).drop_nulls().n_unique()
        ).alias("uses")
    )


def _joined(records: pl.DataFrame) -> pl.DataFrame:
    """Add `row`, its number; `group`: equal for records connected by any chain of equal keys; and `group_<rule>`: the
    same by the keys of that rule and all surer ones. A group is called by its smallest row."""
    groups = records.with_row_index("row").with_columns(pl.col("row").alias("group"))
    keys: list[str] = []
    for rule, key in RULE_KEYS.items():
        if groups[key].null_count() < groups.height:
            keys.append(key)
            groups = _spread(groups, keys)
        groups = groups.with_columns(pl.col("group").alias(f"group_{rule}"))
    return groups


def _spread(groups: pl.DataFrame, keys: list[str]) -> pl.DataFrame:
    """The smallest row number of equal keys spreads until nothing moves."""
    while True:
        before = groups["group"]
        for key in keys:
            spread = pl.col("group").min().over(key)
            groups = groups.with_columns(
                pl.when(pl.col(key).is_not_null()).then(spread).otherwise("group").alias("group")
            )
        if groups["group"].equals(before):
            return groups


def _with_rules(groups: pl.DataFrame) -> pl.DataFrame:
    """Add `rule`, the surest one by which a record is in the group of its first record, and its `confidence`."""
    is_joined = {rule: pl.col(f"group_{rule}") == pl.col("group") for rule in RULE_KEYS}
    rule = (
        pl.when(pl.len().over("group") == 1).then(pl.lit("alone"))
        .when(pl.col("row") == pl.col("group")).then(pl.lit("first"))
        .otherwise(pl.coalesce(pl.when(joined).then(pl.lit(name)) for name, joined in is_joined.items()))
    )  # fmt: skip
    sure = pl.col("rule").replace_strict(
        list(CONFIDENCE), [Decimal(str(value)) for value in CONFIDENCE.values()], return_dtype=pl.Decimal(18, 8)
    )
    return groups.with_columns(rule.alias("rule")).with_columns(sure.alias("confidence"))


def _numbered(groups: pl.DataFrame) -> pl.DataFrame:
    has_key = pl.any_horizontal(pl.col(key).is_not_null() for key in RULE_KEYS.values())
    has_phone = pl.col("phone_key").is_not_null() | pl.col("shared_phone_key").is_not_null()
    matched_by = (
        pl.when(has_phone.any().over("group")).then(pl.lit("phone"))
        .when(pl.col("email_key").is_not_null().any().over("group")).then(pl.lit("email"))
        .otherwise(pl.lit("id"))
    )  # fmt: skip
    return groups.with_columns(
        pl.when(has_key).then("group").rank("dense").cast(pl.Int64).alias("person"),
        pl.when(has_key).then(matched_by).alias("matched_by"),
        pl.col("is_shared_phone").any().over("group"),
    )
