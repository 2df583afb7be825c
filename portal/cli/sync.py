"""Verbs that read sources: source test and sync, and the worker that does it by itself."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click

from portal.cli.context import open_context
from portal.clock import utc_now
from portal.errors import SourceError

if TYPE_CHECKING:
    from portal.cli.context import Context
    from portal.models import DataSource

_TENANT = click.option("--tenant", required=True, metavar="NAME", help="Whose data.")
_JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON for machines.")


@click.command("test")
@_TENANT
@_JSON
@click.argument("name")
def test(name: str, tenant: str, as_json: bool) -> None:
    """Read the source NAME and say what would be loaded. Nothing is stored.

    \b
    Example:
      portal source test "Order sheet" --tenant "My shop"
    """
    from portal.jobs.sync import task_of
    from portal.jobs.trial import try_source

    context = open_context()
    row = _row(context, tenant, name)
    found = try_source(task_of(context.settings, context.sessions, row.id))
    lines = [f"  {file.file_name}: {file.size:,} bytes" for file in found.files]
    lines += [f"  {table}: {rows:,} rows, {kept_out:,} of them kept out" for table, rows, kept_out in found.tables]
    facts = {
        "files": [{"name": file.file_name, "size": file.size} for file in found.files],
        "tables": [{"table": table, "rows": rows, "kept_out": kept_out} for table, rows, kept_out in found.tables],
    }
    _answer(facts, "\n".join([f"{row.name} can be read:", *lines]), as_json)


@click.command("sync")
@_TENANT
@_JSON
@click.argument("name")
def sync_now(name: str, tenant: str, as_json: bool) -> None:
    """Sync the source NAME now, in this process, whatever its schedule says.

    \b
    Example:
      portal source sync "Order sheet" --tenant "My shop"
    """
    from portal.db import writing
    from portal.jobs.child import holding
    from portal.jobs.sync import sync, task_of
    from portal.jobs.worker import new_holder
    from portal.sync_runs import claim_now, finish

    context = open_context()
    row = _row(context, tenant, name)
    with writing(context.sessions) as session:
        claim = claim_now(session, row, new_holder(), utc_now())
    with holding(context.settings, context.sessions, claim):
        ending = sync(task_of(context.settings, context.sessions, claim.source_id))
    with writing(context.sessions) as session:
        finish(session, claim, ending, utc_now())
    if ending.status == "failed":
        raise SourceError(ending.message)
    text = f"{row.name}: {ending.status}, load {ending.load_number}, {ending.rows_read:,} rows read."
    facts = {"name": row.name, "status": ending.status, "load": ending.load_number, "rows_read": ending.rows_read}
    _answer(facts, text, as_json)


@click.command()
@click.option("--parent", type=int, hidden=True, help="Stop when the process with this id is gone.")
def worker(parent: int | None) -> None:
    """Keep every tenant's sources in sync until Ctrl+C. portal serve does this by itself unless PORTAL_WORKER is off.

    \b
    Example:
      portal worker
    """
    from portal.jobs.worker import run_worker
    from portal.log import start_logging

    context = open_context()
    start_logging(context.settings.log_level)
    run_worker(context.settings, context.sessions, parent)


def _row(context: Context, tenant: str, name: str) -> DataSource:
    from portal.sources import find_source

    ref = context.tenant_ref(tenant)
    with context.sessions() as session:
        return find_source(session, ref, name)


def _answer(facts: dict[str, Any], text: str, as_json: bool) -> None:
    click.echo(json.dumps(facts, ensure_ascii=False) if as_json else text)
