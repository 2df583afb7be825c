"""A sales pipeline: how far each lead came, how long it stays where it is, and how likely it is won from there."""

from __future__ import annotations

from datetime import date

import polars as pl

STAGES: dict[str, tuple[str, ...]] = {
    "New": ("New Lead", "Re-engage Later", "Lost - No Response", "Lost - Not Interested", "Lost - Price",
            "Lost - Location"),
    "Contacted": ("Initial Contact",),
    "Followed up": ("Follow Up 1", "Follow Up 2", "Follow Up 3"),
    "Interested": ("Interested",),
    "Offer": ("Trial Membership", "Proposal Sent", "Negotiation", "Ready to Join"),
    "Won": ("Member",),
}  # fmt: skip
"""Stages in order, and the statuses that mean a lead has come at least so far. A lost or parked lead has come as far
as its history says, at least to New: the status itself does not say where it was lost."""

LABELS = tuple(STAGES)
WON = len(LABELS)
_STAGE_OF = {status: place for place, statuses in enumerate(STAGES.values(), start=1) for status in statuses}


def stage_of(status: pl.Expr) -> pl.Expr:
    """Number of the stage a status means, from 1; 1 where it is not known."""
    return status.replace_strict(_STAGE_OF, default=1, return_dtype=pl.Int16)


def furthest_stages(leads: pl.DataFrame, events: pl.DataFrame) -> pl.DataFrame:
    """How far each lead came: the furthest stage of its status now and of every status it ever had.

    Args:
        leads: lead_key, lead_status.
        events: lead_key, from_status, to_status; any number a lead.

    Returns:
        lead_key and stage (1 to 6), in the order of `leads`. Stages skipped on the way count as passed.
    """
    past = events.unpivot(["from_status", "to_status"], index="lead_key", value_name="lead_status")
    told = pl.concat([leads.select("lead_key", "lead_status"), past.select("lead_key", "lead_status")])
    reached = told.group_by("lead_key").agg(stage_of(pl.col("lead_status")).max().alias("stage"))
    return leads.select("lead_key").join(reached, on="lead_key", how="left", maintain_order="left")


def visits(leads: pl.DataFrame, events: pl.DataFrame, as_of: date) -> pl.DataFrame:
    """Every stay of a lead in one stage.

    Args:
        leads: lead_key, lead_status, lead_date, status_date, is_won, is_lost.
        events: lead_key, event_date, to_status; those without a day are left out.
        as_of: the last day the data covers.

    Returns:
        lead_key, stage, days (0 or more), is_over, by lead and time. A stay that lasts is not over and counts up to
        `as_of`; a won or lost lead's last status is no stay. A lead whose only status is the one it has now came into
        it on its status_date, else on its lead_date.
    """
    entered = pl.coalesce("status_date", "lead_date")
    moves = events.drop_nulls("event_date").select("lead_key", pl.col("event_date").alias("day"),
                                                   pl.col("to_status").alias("lead_status"))  # fmt: skip
    moved = leads.join(moves, on="lead_key", how="semi")
    first = events.drop_nulls("event_date").sort("event_date", maintain_order=True).unique(
        "lead_key", keep="first", maintain_order=True
    ).select("lead_key", pl.col("from_status").alias("lead_status"))  # fmt: skip
    starts = moved.select("lead_key", pl.col("lead_date").alias("day")).join(first, on="lead_key")
    alone = leads.join(moves, on="lead_key", how="anti").select("lead_key", entered.alias("day"), "lead_status")
    shape = ("lead_key", "day", "lead_status")
    stays = pl.concat([starts.select(shape), moves.select(shape), alone.select(shape)]).drop_nulls("day")
    return _as_stays(stays, leads, as_of)


def _as_stays(stays: pl.DataFrame, leads: pl.DataFrame, as_of: date) -> pl.DataFrame:
    """Days from each entry to the next one of the lead; stays in one stage that follow each other are one."""
    ordered = stays.with_columns(stage_of(pl.col("lead_status")).alias("stage")).sort(
        "lead_key", "day", maintain_order=True
    )
    is_new = (pl.col("stage") != pl.col("stage").shift(1).over("lead_key")).fill_null(True)
    entries = ordered.filter(is_new)
    until = pl.col("day").shift(-1).over("lead_key")
    closed = leads.filter(pl.col("is_won") | pl.col("is_lost")).select("lead_key", pl.lit(True).alias("is_closed"))
    timed = entries.with_columns(until.alias("until")).join(closed, on="lead_key", how="left", maintain_order="left")
    open_or_over = timed.filter(pl.col("until").is_not_null() | pl.col("is_closed").is_null())
    days = (pl.coalesce("until", pl.lit(as_of)) - pl.col("day")).dt.total_days().clip(0)
    return open_or_over.select("lead_key", "stage", days.cast(pl.Int64).alias("days"),
                               pl.col("until").is_not_null().alias("is_over"))  # fmt: skip


def win_probabilities(leads: pl.DataFrame) -> pl.DataFrame:
    """The chance of each stage, from the tenant's own closed leads.

    Args:
        leads: stage, is_won, is_lost.

    Returns:
        stage (1 to 5), closed (leads that are over and came at least so far), won, probability; missing where no
        closed lead came so far. A lost lead of which no stage beyond the first is known may have been lost anywhere:
        it counts in every stage, so that a missing history never makes a chance look better.
    """
    rows = []
    for stage in range(1, WON):
        came = (pl.col("is_won") | pl.col("is_lost")) & (pl.col("stage") >= stage)
        over = leads.filter(came | (pl.col("is_lost") & (pl.col("stage") == 1)))
        won = int(over["is_won"].sum())
        rows.append({"stage": stage, "closed": over.height, "won": won,
                     "probability": won / over.height if over.height else None})  # fmt: skip
    schema = {"stage": pl.Int16, "closed": pl.Int64, "won": pl.Int64, "probability": pl.Float64}
    return pl.DataFrame(rows, schema=schema)
