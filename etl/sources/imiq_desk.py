"""ChatLogs, ChatAssignments, OrderStages and Settings → session, shipment_event, setting.

Decisions:
    * What was written in a chat is never loaded: who, when, which way and how it ended is.
    * A stage of OrderStages is a step on the way of the order's parcel. It belongs to the order's shipment where
      exactly one is known, else it stands under the order's own number.
    * A setting whose name looks like a secret (password, token, key, credentials) is excluded, its value shown nowhere.
"""

from __future__ import annotations

import polars as pl

from etl.clean import flag, identifier, text
from etl.read.secret_columns import is_secret
from etl.source import Conformed, TenantRules
from etl.sources.header_rows import repeated_header
from etl.sources.imiq_orders import name_key
from etl.sources.sheet import Sheet, raw
from etl.sources.sieve import Rule, counted, sieve, staged, unreadable_date_rules, with_moments

_TELLTALE = r"(?i)key|token|secret|passw|credential|service.?account|private"


def conform_chats(sheet: Sheet, rules: TenantRules, users: dict[str, str]) -> Conformed:
    """One chat message each: inbound or outbound, and whether the assistant answered."""
    dated = with_moments(sheet.frame, {"sent": "timestamp"}, True, rules.timezone)
    tried, answered = flag(raw("ai_attempted")), flag(raw("ai_success"))
    outcome = (
        pl.when(answered).then(pl.lit("answered by assistant"))
        .when(tried & ~answered).then(pl.lit("assistant failed")).otherwise(text(raw("status")).str.to_lowercase())
    )  # fmt: skip
    direction = text(raw("direction")).str.to_lowercase()
    chats = dated.with_columns(
        identifier(raw("message_id")).alias("session_id"), identifier(raw("phone")).alias("phone"),
        name_key(raw("assigned_user")).replace(users).alias("employee_id"), outcome.alias("outcome"),
        pl.concat_str(direction, pl.lit("message"), separator=" ", ignore_nulls=True).alias("session_type"),
        text(raw("source")).str.to_lowercase().alias("channel"),
    ).with_columns(*_when("sent", "started_at", "session_date"))  # fmt: skip
    return _sessions(sheet, chats, ("timestamp", "sent"))


def conform_assignments(sheet: Sheet, rules: TenantRules, users: dict[str, str]) -> Conformed:
    """One customer's chat given to one employee."""
    dated = with_moments(sheet.frame, {"given": "assigned_at"}, True, rules.timezone)
    given = dated.with_columns(
        identifier(raw("phone")).alias("phone"), name_key(raw("assigned_user")).replace(users).alias("employee_id"),
        pl.lit("chat assignment").alias("session_type"), text(raw("status")).str.to_lowercase().alias("outcome"),
    ).with_columns(*_when("given", "started_at", "session_date"))  # fmt: skip
    return _sessions(sheet, given, ("assigned_at", "given"))


def _when(moment: str, at: str, day: str) -> list[pl.Expr]:
    return [pl.col(moment).struct.field("at").alias(at), pl.col(moment).struct.field("day").alias(day)]


def _sessions(sheet: Sheet, rows: pl.DataFrame, dated: tuple[str, str]) -> Conformed:
    nobody = pl.all_horizontal(pl.col("phone", "employee_id").is_null())
    checks = [
        repeated_header(sheet.form),
        Rule("rejected", "neither phone nor employee", "phone", nobody),
        *unreadable_date_rules(*dated),
    ]
    kept, rejects = sieve(rows, checks, ["session"])
    return Conformed({"session": staged(kept, "session")}, rejects, counted(sheet.frame, "session"))


def conform_stages(sheet: Sheet, rules: TenantRules, shipments: pl.DataFrame | None) -> Conformed:
    """Steps of orders; `shipments` are the staged shipments, whose orders the steps belong to."""
    dated = with_moments(sheet.frame, {"happened": "timestamp"}, True, rules.timezone)
    order = identifier(raw("order_id"))
    said = [text(raw(name)) for name in ("status", "confirmation", "notes", "next_step")]
    stages = dated.with_columns(
        order.replace(_shipment_of(shipments)).alias("shipment_id"),
        text(raw("stage")).str.to_lowercase().str.replace_all(r"[\s-]+", "_").alias("event_status"),
        pl.concat_str(said, separator="; ", ignore_nulls=True).replace("", None).alias("description"),
    ).with_columns(*_when("happened", "event_at", "event_date"))  # fmt: skip
    checks = [
        repeated_header(sheet.form),
        Rule("rejected", "missing order_id", "order_id", pl.col("shipment_id").is_null()),
        Rule("rejected", "missing stage", "stage", pl.col("event_status").is_null()),
        *unreadable_date_rules("timestamp", "happened"),
    ]
    kept, rejects = sieve(stages, checks, ["shipment_event"])
    events = staged(kept, "shipment_event")
    return Conformed({"shipment_event": events}, rejects, counted(sheet.frame, "shipment_event"))


def _shipment_of(shipments: pl.DataFrame | None) -> dict[str, str]:
    """Order to shipment, of orders with exactly one."""
    if shipments is None:
        return {}
    known = shipments.select("order_id", "shipment_id").drop_nulls().unique()
    single = known.filter(pl.len().over("order_id") == 1)
    return dict(single.iter_rows())


def conform_settings(sheet: Sheet, rules: TenantRules) -> Conformed:
    """Settings of the old program that are no secrets."""
    dated = with_moments(sheet.frame, {"updated": "updated_at"}, True, rules.timezone)
    name = text(raw("setting_key"))
    looks_secret = name.str.contains(_TELLTALE) | name.map_elements(is_secret, return_dtype=pl.Boolean)
    settings = dated.with_columns(
        name.alias("setting"), text(raw("setting_value")).alias("value"),
        text(raw("category")).str.to_lowercase().alias("category"), looks_secret.alias("is_secret"),
    ).with_columns(pl.col("updated").struct.field("at").alias("updated_at"))  # fmt: skip
    checks = [
        repeated_header(sheet.form),
        Rule("rejected", "missing setting", "setting_key", pl.col("setting").is_null()),
        Rule("excluded", "looks like a secret", "setting_key", pl.col("is_secret").fill_null(value=False)),
    ]
    kept, rejects = sieve(settings, checks, ["setting"])
    return Conformed({"setting": staged(kept, "setting")}, rejects, counted(sheet.frame, "setting"))
