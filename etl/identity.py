"""Who is the same customer: records of all sources joined by E.164 phone, e-mail and the source's own id.

Works on distinct records, never on fact rows. A blank key joins nobody. A phone used with several ids or names is
flagged as shared; one used with more of them than policy `shared_phone_limit` is nobody's and joins nobody.
"""

from __future__ import annotations

import phonenumbers
import polars as pl

from etl.source import TenantRules

RECORD = ("source", "customer_id", "phone", "email")
"""Columns that make a customer record; names are looked at only to tell whether a phone is shared."""

_SHORTEST_PHONE = 7
_KEYS = ("id_key", "phone_key", "email_key")


def e164(phone: str, country: str) -> str | None:
    """`phone` as +<country code><number>, None when it is not a possible number.

    Args:
        phone: as the source wrote it; "6000000001.0" is read as a number that lost its type.
        country: ISO 3166 alpha-2 of numbers without +; without it such numbers stay bare digits.
    """
    text = phone.strip().removesuffix(".0")
    digits = "".join(character for character in text if character.isdigit())
    if len(digits) < _SHORTEST_PHONE or len(set(digits)) == 1:
        return None
    if not country and not text.startswith("+"):
        return digits
    try:
        number = phonenumbers.parse(text, country or None)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def with_e164(records: pl.DataFrame, country: str) -> pl.DataFrame:
    """`records` with `phone_e164`, each distinct phone parsed once."""
    phones = records["phone"].drop_nulls().unique().to_list()
    table = pl.DataFrame(
        {"phone": phones, "phone_e164": [e164(phone, country) for phone in phones]},
        schema={"phone": pl.String, "phone_e164": pl.String},
    )
    return records.join(table, on="phone", how="left", maintain_order="left")


def identify(records: pl.DataFrame, rules: TenantRules) -> pl.DataFrame:
    """Give every customer record its person.

    Args:
        records: distinct rows of `RECORD` plus `customer` (the name), any order.
        rules: country for phones without +, policy shared_phone_limit.

    Returns:
        One row per distinct `RECORD`: its columns, `phone_e164`, `email_clean`, `person` (a number from 1 in the order
        of the person's smallest key; null without any key), `matched_by` (phone, email or id: the strongest key the
        person has) and `is_shared_phone`.
    """
    email = pl.col("email").str.strip_chars().str.to_lowercase()
    keyed = with_e164(records, rules.country).with_columns(
        pl.when(email.str.contains("@", literal=True)).then(email).alias("email_clean"),
        pl.concat_str("source", pl.lit("\x1f"), "customer_id").alias("id_key"),
    )
    shared = _shared_phones(keyed)
    keyed = keyed.join(shared, on="phone_e164", how="left").with_columns(
        pl.when(pl.col("uses").fill_null(1) <= rules.policies["shared_phone_limit"])
        .then("phone_e164")
        .alias("phone_key"),
        pl.col("email_clean").alias("email_key"),
        (pl.col("uses").fill_null(1) > 1).alias("is_shared_phone"),
    )
    distinct = keyed.unique(RECORD, keep="first", maintain_order=True).sort(RECORD, nulls_last=True)
    return _numbered(_joined(distinct)).select(
        *RECORD, "phone_e164", "email_clean", "person", "matched_by", "is_shared_phone"
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
    """Add `group`: equal for records connected by any chain of equal keys (smallest row number spreads until still)."""
    groups = records.with_row_index("group")
    keys = [key for key in _KEYS if groups[key].null_count() < groups.height]
    while True:
        before = groups["group"]
        for key in keys:
            spread = pl.col("group").min().over(key)
            groups = groups.with_columns(
                pl.when(pl.col(key).is_not_null()).then(spread).otherwise("group").alias("group")
            )
        if groups["group"].equals(before):
            return groups


def _numbered(groups: pl.DataFrame) -> pl.DataFrame:
    has_key = pl.any_horizontal(pl.col(key).is_not_null() for key in _KEYS)
    matched_by = (
        pl.when(pl.col("phone_key").is_not_null().any().over("group")).then(pl.lit("phone"))
        .when(pl.col("email_key").is_not_null().any().over("group")).then(pl.lit("email"))
        .otherwise(pl.lit("id"))
    )  # fmt: skip
    return groups.with_columns(
        pl.when(has_key).then("group").rank("dense").cast(pl.Int64).alias("person"),
        pl.when(has_key).then(matched_by).alias("matched_by"),
        pl.col("is_shared_phone").any().over("group"),
    )
