"""Verbs of one source that is there: test, sync, pause, resume, remove, hook; and the worker that syncs by itself."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click

from portal.cli.answer import JSON, OPERATOR, TENANT, answer
from portal.cli.context import open_context
from portal.clock import utc_now
from portal.errors import SourceError

if TYPE_CHECKING:
    from portal.cli.context import Context
    from portal.models import DataSource
    from portal.viewer import TenantRef

Answer = tuple[dict[str, Any], str]
"""What a verb has to say: facts for machines, text for people."""


@dataclass(frozen=True)
class Named:
    """The source a verb was given, and where it is."""

    context: Context
    tenant: TenantRef
    source: DataSource

    def change(self, do: str) -> Answer:
        """Do one of `portal.source_changes.CHANGES`."""
        from portal.db import writing
        from portal.source_changes import change_source

        with writing(self.context.sessions) as session:
            row = session.merge(self.source, load=True)
            return {"name": row.name}, change_source(session, self.tenant, row, do, (OPERATOR, utc_now()))


def _on_source(verb: Callable[[Named], Answer]) -> Callable[..., None]:
    """A verb that takes the NAME of a source and --tenant, and answers in one of two forms."""

    @TENANT
    @JSON
    @click.argument("name")
    @functools.wraps(verb)
    def run(name: str, tenant: str, as_json: bool) -> None:
        from portal.sources import find_source

        context = open_context()
        ref = context.tenant_ref(tenant)
        with context.sessions() as session:
            source = find_source(session, ref, name)
        answer(*verb(Named(context, ref, source)), as_json)

    return run


@click.command("test")
@_on_source
def test(named: Named) -> Answer:
    """Read the source NAME and say what would be loaded. Nothing is stored.

    \b
    Example:
      portal source test "Order sheet" --tenant "My shop"
    """
    from portal.jobs.sync import task_of
    from portal.jobs.trial import try_source

    context = named.context
    found = try_source(task_of(context.settings, context.sessions, named.source.id))
    return found.to_json(), f"{named.source.name} can be read:\n{found.to_text()}"


@click.command("sync")
@_on_source
def sync_now(named: Named) -> Answer:
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

    context, name = named.context, named.source.name
    with writing(context.sessions) as session:
        claim = claim_now(session, named.source, new_holder(), utc_now())
    with holding(context.settings, context.sessions, claim):
        ending = sync(task_of(context.settings, context.sessions, claim.source_id))
    with writing(context.sessions) as session:
        finish(session, claim, ending, utc_now())
    if ending.status == "failed":
        raise SourceError(ending.message)
    facts = {"name": name, "status": ending.status, "load": ending.load_number, "rows_read": ending.rows_read}
    return facts, f"{name}: {ending.status}, load {ending.load_number}, {ending.rows_read:,} rows read."


@click.command("pause")
@_on_source
def pause(named: Named) -> Answer:
    """Stop syncing the source NAME until it is resumed.

    \b
    Example:
      portal source pause "Order sheet" --tenant "My shop"
    """
    facts, text = named.change("pause")
    return {**facts, "active": False}, text


@click.command("resume")
@_on_source
def resume(named: Named) -> Answer:
    """Sync the source NAME again on its schedule.

    \b
    Example:
      portal source resume "Order sheet" --tenant "My shop"
    """
    facts, text = named.change("resume")
    return {**facts, "active": True}, text


@click.command("remove")
@_on_source
def remove(named: Named) -> Answer:
    """Forget the source NAME and its credentials. What it brought into the warehouse stays.

    \b
    Example:
      portal source remove "Order sheet" --tenant "My shop"
    """
    return named.change("remove")


@click.command("hook")
@_on_source
def hook(named: Named) -> Answer:
    """Make a webhook address for the source NAME (Bosta), in place of the one it had. It is shown this once.

    \b
    Example:
      portal source add Hook --tenant "My shop" --kind hvar --location hook://bosta
      portal source hook Hook --tenant "My shop"
    """
    from portal.db import writing
    from portal.source_changes import give_hook

    with writing(named.context.sessions) as session:
        row = session.merge(named.source, load=True)
        address = give_hook(session, named.tenant, row, named.context.settings, (OPERATOR, utc_now()))
    text = f"{address}\nGive this address to Bosta. It is shown this once; an address made before is dead."
    return {"name": named.source.name, "address": address}, text


ON_ONE_SOURCE = (test, sync_now, pause, resume, remove, hook)
"""The verbs that `portal source` adds to its own."""


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
