"""Verbs that move data: load, rejects, snapshots, rollback, check."""

from __future__ import annotations

import gc
import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypedDict, Unpack

import click

from portal.cli.context import open_context

if TYPE_CHECKING:
    from etl.report import LoadReport
    from etl.request import LoadRequest
    from portal.cli.context import Context
    from portal.warehouse.store import Snapshot

_NOT_TIED = 4
_ROWS = {
    "fact_shipment": "shipments", "fact_lead": "leads", "fact_stock_level": "stock levels", "fact_return": "returns",
    "fact_stock_movement": "stock movements", "fact_expense": "expenses", "fact_staff_day": "staff days",
    "fact_order": "orders", "fact_service_case": "service cases", "fact_journal_line": "journal lines",
}  # fmt: skip
"""What the rows of a fact are called; others go by the name of their table."""
_TENANT = click.option("--tenant", required=True, metavar="NAME", help="Whose data.")
_JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON for machines.")


class LoadOptions(TypedDict):
    """Options of `portal load`."""

    tenant: str
    source: str
    mapping: Path | None
    wait: int | None
    as_json: bool


def load_request(context: Context, request: LoadRequest) -> LoadReport:
    """Run one load as of now, with the tenant's policies, noted in the application database."""
    from etl.request import Hooks
    from portal.jobs.load import run_load

    hooks = Hooks(on_wait=lambda words: click.echo(words, err=True))
    return run_load(context.settings, context.sessions, request, hooks)


@click.command()
@_TENANT
@click.option("--source", required=True, metavar="SOURCE", help="Source system: table, imiq, easy_ecom …")
@click.option("--mapping", type=click.Path(path_type=Path), metavar="FILE|NAME",
              help="For source table: a mapping file, or a ready-made mapping by name. For bukmuk: choices of "
              "columns (docs/sources/bukmuk.md).")  # fmt: skip
@click.option("--wait", type=click.IntRange(min=0), metavar="SECONDS",
              help="How long to wait for another load of this tenant. Default: PORTAL_LOAD_WAIT_SECONDS.")  # fmt: skip
@_JSON
@click.argument("path", type=click.Path(path_type=Path))
def load(path: Path, **options: Unpack[LoadOptions]) -> None:
    """Load a file, folder or zip and publish a new snapshot.

    Source table needs a mapping file (docs/mapping.md). Without one nothing is loaded: a mapping is proposed and
    printed for approval (exit code 2).

    Ready-made mappings: amazon_orders, shopify_orders, shopify_products, square_items, square_transactions,
    woocommerce_orders.

    \b
    Example:
      portal load --tenant "My shop" --source table orders.zip --mapping orders.toml
      portal load --tenant "My shop" --source table orders_export.csv --mapping shopify_orders
      portal load --tenant "My shop" --source table orders.csv > orders.toml
    """
    gc.set_threshold(100_000)  # as in portal.jobs: what is imported now stays until the end
    from etl.pipeline import LoadRequest, MappingNeededError
    from etl.reading import Limits

    context = open_context()
    settings = context.settings
    wait = settings.load_wait_seconds if options["wait"] is None else options["wait"]
    limits = Limits(settings.reader_memory_mb, settings.reader_seconds)
    tenant = context.tenant_ref(options["tenant"])
    request = LoadRequest(tenant, options["source"], path, options["mapping"], wait, limits)
    as_json = options["as_json"]
    try:
        report = load_request(context, request)
    except MappingNeededError as needed:
        click.echo(json.dumps({"proposal": needed.proposal}) if as_json else needed.proposal)
        raise
    click.echo(json.dumps(report.to_json(), indent=1) if as_json else report.to_text())


@click.command()
@_TENANT
@click.option("--load", "number", type=int, metavar="N", help="Load number. Default: every file now in use.")
@_JSON
def rejects(tenant: str, number: int | None, as_json: bool) -> None:
    """List source rows that were kept out, each with file, row and the rule it broke.

    \b
    Example:
      portal rejects --tenant "My shop" --load 3
    """
    from etl.rejects import load_rejects, served_rejects

    context = open_context()
    ref = context.tenant_ref(tenant)
    found = served_rejects(context.store, ref.id) if number is None else load_rejects(context.store, ref.id, number)
    if as_json:
        click.echo(json.dumps({"rejects": found}, indent=1))
        return
    for row in found:
        cell = f", {row['column']} = {row['value']!r}" if row["column"] else ""
        click.echo(f"{row['place']}, row {row['row']} ({row['table']}): {row['outcome']}, {row['rule']}{cell}")
    click.echo(f"{len(found):,} rows kept out." if found else "No rows were kept out.")


@click.command()
@_TENANT
@_JSON
def snapshots(tenant: str, as_json: bool) -> None:
    """List the kept snapshots, newest first; * marks the one that is served.

    \b
    Example:
      portal snapshots --tenant "My shop"
    """
    context = open_context()
    ref = context.tenant_ref(tenant)
    current = context.store.current(ref.id)
    kept = context.store.snapshots(ref.id)
    if as_json:
        click.echo(json.dumps({"snapshots": [_snapshot_json(one, current) for one in kept]}, indent=1))
        return
    if current is not None and current.notice:
        click.echo(current.notice, err=True)
    for one in kept:
        mark = "*" if current and one.number == current.number else " "
        click.echo(
            f"{mark} {one.number:>4}  load {one.load_number:<4} built {one.built_at:%Y-%m-%d %H:%M} UTC  "
            f"data until {one.as_of or '–'}  {contents(one.counts)}"
        )
    if not kept:
        click.echo(f"{tenant} has no snapshot yet. Load something first: portal load --help")


def contents(counts: Mapping[str, int]) -> str:
    """What a snapshot is about, in words: its order lines, else the two kinds of rows it has most of."""
    lines = counts.get("fact_order_line", 0)
    if lines:
        return f"{lines:,} order lines"
    facts = [(rows, name) for name, rows in counts.items() if name.startswith("fact_") and rows]
    most = sorted(facts, key=lambda pair: (-pair[0], pair[1]))[:2]
    return ", ".join(f"{rows:,} {_ROWS.get(name, _plain_name(name))}" for rows, name in most) or "no rows"


def _plain_name(table: str) -> str:
    return f"rows of {table.removeprefix('fact_').replace('_', ' ')}"


def _snapshot_json(one: Snapshot, current: Snapshot | None) -> dict[str, Any]:
    return {
        "number": one.number, "is_current": bool(current and current.number == one.number), "load": one.load_number,
        "built_at": one.built_at.isoformat(), "as_of": one.as_of.isoformat() if one.as_of else None,
        "checksum": one.checksum, "currency": one.currency, "rows": one.counts,
    }  # fmt: skip


@click.command()
@_TENANT
@click.option("--to", "number", type=int, required=True, metavar="N", help="Number of a kept snapshot.")
@_JSON
def rollback(tenant: str, number: int, as_json: bool) -> None:
    """Serve an earlier snapshot again. Nothing is deleted; the next load continues from it.

    \b
    Example:
      portal rollback --tenant "My shop" --to 4
    """
    context = open_context()
    snapshot = context.store.rollback(context.tenant_ref(tenant).id, number)
    if as_json:
        click.echo(json.dumps(_snapshot_json(snapshot, snapshot), indent=1))
    else:
        click.echo(f"{tenant} now shows snapshot {number} (load {snapshot.load_number}, data until {snapshot.as_of}).")


@click.command(epilog='Example: portal rebuild --tenant "My shop"')
@_TENANT
def rebuild(tenant: str) -> None:
    """Build the warehouse anew from the rows that are there, if it would come out differently today.

    The worker does it by itself after an update and when policies change.
    """
    from portal.jobs.rebuild import rebuild as build_anew

    context = open_context()
    report = build_anew(context.settings, context.sessions, context.tenant_ref(tenant))
    if report is None:
        click.echo(f"'{tenant}' has no data yet. Load a source first.")
    elif report.status == "unchanged":
        click.echo(f"Nothing to do: snapshot {report.snapshot} is what these rows, policies and this version give.")
    else:
        click.echo(f"Snapshot {report.snapshot} serves now, built anew from the rows that are there.")


@click.command()
@_TENANT
@_JSON
def check(tenant: str, as_json: bool) -> None:
    """Print the tie-out ledger and the quality checks of the served snapshot; exit code 4 when a total is not tied.

    \b
    Example:
      portal check --tenant "My shop"
    """
    from etl.ledgers import read_ledgers

    context = open_context()
    ledgers = read_ledgers(context.store, context.tenant_ref(tenant))
    click.echo(json.dumps(ledgers.to_json(), indent=1) if as_json else ledgers.to_text())
    if not ledgers.is_tied:
        sys.exit(_NOT_TIED)
