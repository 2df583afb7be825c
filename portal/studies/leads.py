"""What the pipeline of leads says: stages, stays, chances, and what leads became."""

from __future__ import annotations

from typing import Any

import polars as pl
from sqlalchemy import Select, and_, func, literal, select

from portal.analysis.pipeline import LABELS, WON, furthest_stages, visits, win_probabilities
from portal.analysis.survival import median_days
from portal.studies.model import Study
from portal.warehouse.duckdb import Warehouse
from portal.warehouse.schema import dim_origin, fact_lead, fact_lead_event, fact_order, fact_order_line
from portal.warehouse.schema.studies_leads import study_lead, study_lead_stage, study_lead_stay

_LEAD = fact_lead.c
_WORDS = ("employee_key", "place_key", "source", "lead_source", "lead_type", "lead_priority")


def make_leads(warehouse: Warehouse) -> pl.DataFrame:
    """Rows of `study_lead`, by lead."""
    leads = _leads(warehouse)
    staged = leads.join(furthest_stages(leads, _events(warehouse)), on="lead_key", maintain_order="left")
    chances = win_probabilities(staged).select("stage", pl.col("probability").alias("win_probability"))
    is_open = ~(pl.col("is_won") | pl.col("is_lost"))
    as_of = pl.lit(warehouse.snapshot.as_of, dtype=pl.Date)
    known = staged.join(chances, on="stage", how="left", maintain_order="left").with_columns(
        is_open.alias("is_open"),
        pl.when(is_open).then("win_probability").alias("win_probability"),
        (as_of - pl.col("lead_date")).dt.total_days().alias("age_days"),
        _stage_label(),
    )
    became = _became(warehouse).join(known.select("lead_key"), on="lead_key", how="right", maintain_order="right")
    delivered = became.with_columns(
        pl.col("delivered_orders").fill_null(0), pl.col("delivered_amount", "margin_amount").fill_null(0)
    )
    joined = known.join(delivered, on="lead_key", maintain_order="left")
    is_known = (pl.col("customer_key") != 0) & pl.lit(_has_orders(warehouse))
    worth = ("delivered_orders", "delivered_amount", "margin_amount")
    return joined.with_columns(pl.when(is_known).then(name).alias(name) for name in worth)


def make_stays(warehouse: Warehouse) -> pl.DataFrame:
    """Rows of `study_lead_stay`, by lead and time."""
    leads = _leads(warehouse)
    if warehouse.snapshot.as_of is None or leads.is_empty():
        return pl.DataFrame(schema={column.name: pl.Null for column in study_lead_stay.columns})
    stays = visits(leads, _events(warehouse), warehouse.snapshot.as_of)
    named = stays.join(leads.select("lead_key", *_WORDS), on="lead_key", maintain_order="left")
    return named.with_columns(pl.int_range(1, pl.len() + 1).alias("stay_key"), _stage_label())


def make_stages(warehouse: Warehouse) -> pl.DataFrame:
    """Rows of `study_lead_stage`: the whole way, then the stages in order."""
    leads = warehouse.frame(select(study_lead))
    stays = warehouse.frame(select(study_lead_stay))
    way = _whole_way(warehouse)
    rows: list[dict[str, Any]] = [_stage_row(0, "From lead to won", way)]
    rows += [_stage_row(place, label, stays.filter(pl.col("stage") == place))
             for place, label in enumerate(LABELS[:-1], start=1)]  # fmt: skip
    table = pl.DataFrame(rows, schema_overrides={"stage": pl.Int16, "median_days": pl.Float64})
    chances = win_probabilities(leads)
    named = chances.rename({"closed": "closed_leads", "won": "won_leads", "probability": "win_probability"})
    return table.join(named, on="stage", how="left", maintain_order="left")


def _stage_row(stage: int, label: str, stays: pl.DataFrame) -> dict[str, Any]:
    over = int(stays["is_over"].sum()) if stays.height else 0
    return {"stage": stage, "lead_stage": label, "stays": stays.height, "waiting": stays.height - over,
            "median_days": median_days(stays.select("days", "is_over")) if stays.height else None}  # fmt: skip


def _whole_way(warehouse: Warehouse) -> pl.DataFrame:
    """Days from coming in to being won; open leads still wait, lost ones waited until they were lost."""
    leads = _leads(warehouse).drop_nulls("lead_date")
    end = pl.when(pl.col("is_won") | pl.col("is_lost")).then(pl.coalesce("status_date", "lead_date"))
    until = pl.coalesce(end, pl.lit(warehouse.snapshot.as_of, dtype=pl.Date))
    days = (until - pl.col("lead_date")).dt.total_days().clip(0).cast(pl.Int64)
    return leads.select(days.alias("days"), pl.col("is_won").alias("is_over"))


def _leads(warehouse: Warehouse) -> pl.DataFrame:
    columns = (
        _LEAD.lead_key, _LEAD.lead_id, _LEAD.customer_key, _LEAD.employee_key, _LEAD.place_key, dim_origin.c.source,
        _LEAD.lead_status, _LEAD.lead_source, _LEAD.lead_type, _LEAD.priority.label("lead_priority"), _LEAD.lead_date,
        _LEAD.status_date, _LEAD.follow_up_date, _LEAD.is_won, _LEAD.is_lost, _LEAD.value_amount,
    )  # fmt: skip
    origin = fact_lead.join(dim_origin, dim_origin.c.origin_key == _LEAD.origin_key)
    return warehouse.frame(select(*columns).select_from(origin).order_by(_LEAD.lead_key))


def _events(warehouse: Warehouse) -> pl.DataFrame:
    event = fact_lead_event.c
    columns = select(event.lead_key, event.event_date, event.from_status, event.to_status)
    return warehouse.frame(columns.order_by(event.event_at, event.event_key))


def _became(warehouse: Warehouse) -> pl.DataFrame:
    """Per lead with a known customer: delivered orders from the day it came in, their net sales and gross profit."""
    line, order = fact_order_line.c, fact_order.c
    is_theirs = and_(line.customer_key == _LEAD.customer_key, line.order_date >= _LEAD.lead_date)
    met = fact_lead.join(fact_order_line, is_theirs).join(fact_order, order.order_key == line.order_key)
    worth: Select[Any] = (
        select(
            _LEAD.lead_key, func.count(line.order_key.distinct()).label("delivered_orders"),
            func.sum(line.net_amount).label("delivered_amount"),
            func.sum(line.net_amount - func.coalesce(line.cost_amount, literal(0))).label("margin_amount"),
        )
        .select_from(met)
        .where(_LEAD.customer_key != 0, order.is_realised)
        .group_by(_LEAD.lead_key)
    )  # fmt: skip
    return warehouse.frame(worth)


def _has_orders(warehouse: Warehouse) -> bool:
    return bool(warehouse.frame(select(func.count()).select_from(fact_order)).item())


def _stage_label() -> pl.Expr:
    places = list(range(1, WON + 1))
    return pl.col("stage").replace_strict(places, list(LABELS), return_dtype=pl.String).alias("lead_stage")


LEAD_STUDIES = (
    Study(study_lead, make_leads),
    Study(study_lead_stay, make_stays),
    Study(study_lead_stage, make_stages),
)
