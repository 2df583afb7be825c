"""One lead per phone or e-mail address: the most complete row stays, and it is told what went into it."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from etl.mapped.synonyms import words_of
from etl.source import Origin
from etl.sources.bukmuk_sheets import place_of
from etl.sources.sheet import raw
from etl.staging import REJECTS

_SHEET_RANKS = (("main", 1), ("primary", 1), ("leads", 2), ("contacts", 3))
_OTHER_SHEETS = 999
_BY_PHONE, _BY_EMAIL = "same phone as the row that is kept", "same e-mail as the row that is kept"

LEAD_FIELDS = (
    "lead_id", "lead_status", "priority", "lead_source", "lead_type", "customer", "phone", "email", "city",
    "employee_id", "lead_date", "last_contact_date", "status_date", "follow_up_date", "score", "follow_up_count",
    "updated_at", "child_age",
)  # fmt: skip
"""What a kept row takes over from the rows merged into it where it says nothing itself."""


def sheet_rank(sheet: str) -> int:
    """Which sheet wins between equally complete rows: the smaller number. Whole words of its name count."""
    words = words_of(sheet)
    return next((rank for word, rank in _SHEET_RANKS if word in words), _OTHER_SHEETS)


def merge_leads(leads: pl.DataFrame, origins: Mapping[int, Origin], points: Mapping[str, int]) -> pl.DataFrame:
    """`leads` with one row per key, over all files of the load; rows without phone and e-mail stay as they are.

    Args:
        leads: `LEAD_FIELDS`, note, origin_key, source_row, raw phone_number and email.
        origins: by key.
        points: policy lead_completeness_points.

    Returns:
        The rows kept, in order, with `merged` (list of structs of origin_key, source_row, lead_id, lead_status and
        the raw phone_number and email; empty where nothing was merged) and `matched_by` (phone, email or null).
    """
    ranked = _ranked(leads, origins, points)
    is_alone = ranked.select(pl.col("key").is_null() | pl.col("key").is_unique()).to_series()
    alone = ranked.filter(is_alone).with_columns(
        pl.lit([], _MERGED).alias("merged"), pl.when(pl.col("note") != "").then("note").alias("note")
    )
    keyed = ranked.filter(~is_alone).sort(
        "key", "completeness", "sheet_rank", "origin_key", "source_row",
        descending=[False, True, False, False, False],
    )  # fmt: skip
    row = pl.struct("origin_key", "source_row", "lead_id", "lead_status", raw("phone_number").alias("phone_cell"),
                    raw("email").alias("email_cell"))  # fmt: skip
    united = keyed.group_by("key", maintain_order=True).agg(
        *(pl.col(name).drop_nulls().first() for name in LEAD_FIELDS),
        pl.col("note").drop_nulls().unique(maintain_order=True).str.join(" | "),
        pl.col("origin_key", "source_row", "matched_by").first(),
        row.slice(1).alias("merged"),
    )
    columns = [*LEAD_FIELDS, "note", "origin_key", "source_row", "matched_by", "merged"]
    told = united.with_columns(pl.when(pl.col("note") != "").then("note").alias("note"))
    whole = pl.concat([alone.select(columns), told.select(columns).cast({"merged": _MERGED})])
    return whole.sort("origin_key", "source_row")


_MERGED = pl.List(
    pl.Struct({"origin_key": pl.Int64, "source_row": pl.Int32, "lead_id": pl.String,
               "lead_status": pl.String, "phone_cell": pl.String, "email_cell": pl.String})
)  # fmt: skip


def _ranked(leads: pl.DataFrame, origins: Mapping[int, Origin], points: Mapping[str, int]) -> pl.DataFrame:
    known = {"phone": "phone", "email": "email", "city": "city", "name": "customer"}
    ranks = {key: sheet_rank(origin.sheet) for key, origin in origins.items()}
    return leads.with_columns(
        pl.coalesce("phone", "email").alias("key"),
        pl.when(pl.col("phone").is_not_null()).then(pl.lit("phone")).when(pl.col("email").is_not_null())
        .then(pl.lit("email")).alias("matched_by"),
        pl.sum_horizontal(pl.col(column).is_not_null() * points.get(name, 0) for name, column in known.items())
        .alias("completeness"),
        pl.col("origin_key").replace_strict(ranks, return_dtype=pl.Int64).alias("sheet_rank"),
    )  # fmt: skip


def merged_rows(kept: pl.DataFrame, origins: Mapping[int, Origin]) -> pl.DataFrame:
    """`REJECTS` of the rows that were merged: outcome duplicate.

    The value names the cell, another status than that of the row that stays, and the row that stays.
    """
    places = {key: place_of(origin) for key, origin in origins.items()}
    kept_place = pl.col("origin_key").replace_strict(places, return_dtype=pl.String)
    stays = kept.select(
        "matched_by", pl.col("lead_status").alias("kept_status"),
        pl.format("{}, row {}", kept_place, "source_row").alias("kept_row"), "merged",
    )  # fmt: skip
    gone = stays.filter(pl.col("merged").list.len() > 0).explode("merged").unnest("merged")
    by_phone = pl.col("matched_by") == "phone"
    cell = pl.when(by_phone).then("phone_cell").otherwise("email_cell")
    other = pl.when(other_status()).then(pl.format(" ({})", "lead_status")).otherwise(pl.lit(""))
    cells = {
        "origin_key": pl.col("origin_key"), "source_row": pl.col("source_row"), "staging_table": pl.lit("lead"),
        "outcome": pl.lit("duplicate"),
        "rule": pl.when(by_phone).then(pl.lit(_BY_PHONE)).otherwise(pl.lit(_BY_EMAIL)),
        "column": pl.when(by_phone).then(pl.lit("phone_number")).otherwise(pl.lit("email")),
        "value": pl.format("{}{} → merged into {}", cell.fill_null(""), other, "kept_row"),
    }  # fmt: skip
    return gone.select(expression.cast(REJECTS[name]).alias(name) for name, expression in cells.items())


def other_status() -> pl.Expr:
    """Whether a merged row said another status than the row that stays."""
    return (pl.col("lead_status") != pl.col("kept_status")).fill_null(False)


def merge_note(kept: pl.DataFrame) -> str:
    """How many rows were merged, and how many of them said another status; "" without any."""
    stays = kept.select(pl.col("lead_status").alias("kept_status"), "merged").filter(pl.col("merged").list.len() > 0)
    gone = stays.explode("merged").unnest("merged")
    if not gone.height:
        return ""
    others = gone.filter(other_status()).height
    said = f" {others} of them said another status; that of the most complete row counts." if others else ""
    return f"{gone.height} rows were merged into {stays.height} leads; see the rejects for each.{said}"


def kept_ids(kept: pl.DataFrame) -> dict[str, str]:
    """lead_id of every merged row to the lead_id of the row that stays."""
    pairs = kept.select(pl.col("lead_id").alias("stays"), "merged").explode("merged").unnest("merged")
    known = pairs.select("lead_id", "stays").drop_nulls()
    return dict(known.iter_rows())
