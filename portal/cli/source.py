"""Verbs of a tenant's sources: source add and list; see `portal.cli.sync` for what is done with one of them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypedDict, Unpack

import click

from portal.cli.answer import JSON, OPERATOR, TENANT, answer
from portal.cli.context import open_context
from portal.cli.sync import ON_ONE_SOURCE
from portal.clock import utc_now
from portal.errors import InputError

if TYPE_CHECKING:
    from portal.freshness import Freshness
    from portal.models import DataSource


class SourceOptions(TypedDict):
    """Options of `portal source add`."""

    tenant: str
    kind: str
    location: str
    mapping: Path | None
    schedule: str
    credentials_file: Path | None
    pairs: tuple[str, ...]
    private_network: bool
    as_json: bool


@click.group()
def source() -> None:
    """Keep sources in sync: add, list, test, sync, pause, resume and remove them; make a webhook."""


@source.command("add")
@TENANT
@click.option("--kind", required=True, metavar="KIND", help="Source system: table, imiq, easy_ecom …")
@click.option(
    "--location",
    required=True,
    metavar="PLACE",
    help="File, folder or zip; the address of an API (https://…), a Google Sheet or a database "
    "(postgresql://user@host/name); or hook://bosta.",
)
@click.option("--mapping", type=click.Path(path_type=Path), metavar="FILE|NAME",
              help="For kind table: a mapping file, or a ready-made mapping by name. For bukmuk: choices of "
              "columns.")  # fmt: skip
@click.option("--schedule", default="every 2 minutes", show_default=True, metavar="WHEN",
              help="'every 15 minutes', or daily times of the tenant's zone: 'at 06:00, 13:30'.")  # fmt: skip
@click.option("--credentials-file", type=click.Path(path_type=Path, allow_dash=True), metavar="FILE",
              help="What the source asks for to sign in; - is standard input. Stored encrypted.")  # fmt: skip
@click.option("--option", "pairs", multiple=True, metavar="NAME=VALUE", help="What the connector can be told.")
@click.option("--private-network", is_flag=True, help="The address may lie in a private network.")
@JSON
@click.argument("name")
def add(name: str, **options: Unpack[SourceOptions]) -> None:
    """Add the source NAME. A worker syncs it at once, then whenever its schedule says so and something has changed.

    \b
    Example:
      portal source add "Order sheet" --tenant "My shop" --kind imiq --location orders.xlsx
      portal source add Exports --tenant "My shop" --kind table --location exports --mapping shop.toml \\
          --schedule "at 06:00, 13:30"
      portal source add Courier --tenant "My shop" --kind hvar --location https://app.bosta.co/api/v2 \\
          --credentials-file key.txt
    """
    from etl.sources import SOURCES
    from portal import audit, sources
    from portal.db import writing

    context = open_context()
    tenant = context.tenant_ref(options["tenant"])
    sources.check_kind(options["kind"], SOURCES)
    wanted = _wanted(name, options)
    now = utc_now()
    with writing(context.sessions) as session:
        row = sources.add_source(session, tenant, wanted, context.settings.secret_key, now)
        facts = {"kind": row.kind, "location": row.location, "schedule": row.schedule}
        audit.record(session, audit.Happening(OPERATOR, "source added", row.name, tenant.id, facts), now)
    text = f"Added the source {row.name} ({row.kind}, {row.schedule}). portal serve or portal worker keeps it in sync."
    answer({"name": row.name, **facts}, text, options["as_json"])


@source.command("list")
@TENANT
@JSON
def list_all(tenant: str, as_json: bool) -> None:
    """List the sources of a tenant with how fresh each one is.

    \b
    Example:
      portal source list --tenant "My shop"
    """
    from portal import sources

    context = open_context()
    ref = context.tenant_ref(tenant)
    with context.sessions() as session:
        rows = {row.name: row for row in sources.list_sources(session, ref)}
        found = sources.freshness(session, ref, utc_now())
    lines = [f"{one.name} ({one.kind}, {rows[one.name].schedule}): {one.state}. {one.sentence}" for one in found]
    text = "\n".join(lines) or f"{tenant} has no source yet. Add one with: portal source add --help"
    answer({"sources": [_facts(rows[one.name], one) for one in found]}, text, as_json)


for verb in ON_ONE_SOURCE:
    source.add_command(verb)


def _wanted(name: str, options: SourceOptions) -> Any:
    """The source as it was typed; a path is made absolute, since a worker starts elsewhere."""
    from portal.jobs.remote import PRIVATE, check_location
    from portal.sources import NewSource

    check_location(options["kind"], options["location"])
    told = {**_pairs(options["pairs"]), **({PRIVATE: "yes"} if options["private_network"] else {})}
    wanted = NewSource(
        name, options["kind"], _absolute(options["location"]), schedule=options["schedule"], options=told
    )
    if (mapping := options["mapping"]) is not None:
        wanted = replace(wanted, mapping_name=mapping.name, mapping=_mapping_text(mapping, wanted.kind))
    if (path := options["credentials_file"]) is not None:
        wanted = replace(wanted, credentials=_credentials(path))
    return wanted


def _pairs(pairs: tuple[str, ...]) -> dict[str, str]:
    """Options as they were typed.

    Raises:
        InputError: one is not NAME=VALUE.
    """
    found = {}
    for pair in pairs:
        name, sign, value = pair.partition("=")
        if not sign or not name.strip():
            raise InputError(f"'{pair}' is not an option. Write NAME=VALUE.", field="option")
        found[name.strip()] = value.strip()
    return found


def _absolute(location: str) -> str:
    is_address = "://" in location
    return location if is_address else str(Path(location).expanduser().resolve())


def _mapping_text(path: Path, kind: str) -> str:
    """The text of a mapping file or of a ready-made mapping, checked when it is given, not at the first sync."""
    from etl.mapping import mapping_text, parse_mapping
    from etl.sources import SOURCES

    content = mapping_text(path)
    own = SOURCES[kind].mapping if kind in SOURCES else None
    (own or parse_mapping)(content, path.name)
    return content


def _credentials(path: Path) -> str:
    try:
        with click.open_file(str(path), encoding="utf-8") as file:
            return str(file.read()).strip()
    except (OSError, UnicodeDecodeError) as problem:
        raise InputError(f"The credentials file cannot be read ({problem}).", field="credentials") from None


def _facts(row: DataSource, one: Freshness) -> dict[str, Any]:
    return {
        "name": one.name, "kind": one.kind, "location": row.location, "schedule": row.schedule, "state": str(one.state),
        "data_until": one.data_until.isoformat() if one.data_until else None,
        "last_sync_at": one.last_sync_at.isoformat() if one.last_sync_at else None,
        "lag_seconds": int(one.lag.total_seconds()) if one.lag is not None else None,
        "next_run_at": one.next_run_at.isoformat() if one.next_run_at else None,
        "last_error": row.last_error, "sentence": one.sentence, "has_credentials": bool(row.credentials),
    }  # fmt: skip
