"""Verbs of the operator: set the portal up, add tenants and people, serve."""

from __future__ import annotations

import json
import os
from typing import Any

import click

from portal.cli.context import open_context
from portal.clock import utc_now
from portal.config import Settings, load_settings
from portal.viewer import ROLES, TenantRef

_JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON for a machine.")
_OPERATOR = "operator@console"


@click.command(epilog="Example: portal init")
@_JSON
def init(as_json: bool) -> None:
    """Make or update the portal in PORTAL_HOME. Running it again changes nothing.

    An SQLite database is copied before it is changed.
    """
    from portal.db import open_database
    from portal.migrations import upgrade

    settings = load_settings()
    settings.home.mkdir(parents=True, exist_ok=True, mode=0o700)
    settings.home.chmod(0o700)
    engine = open_database(settings.database_url)
    changed = upgrade(engine)
    engine.dispose()
    facts = {"home": str(settings.home), "changed": changed}
    said = "is ready" if changed else "was ready already"
    _answer(facts, f"The portal in {settings.home} {said}.", as_json)


@click.group()
def tenant() -> None:
    """Add and list tenants (merchants)."""


@tenant.command("add", epilog="Example: portal tenant add 'Corner Shop' --currency GBP --timezone Europe/London")
@click.argument("name")
@click.option("--currency", required=True, help="ISO 4217 code, such as GBP.")
@click.option("--timezone", required=True, help="IANA name, such as Europe/London.")
@click.option("--country", default="", help="ISO 3166 code of two letters, such as GB; its holidays are used.")
@_JSON
def add_tenant(name: str, currency: str, timezone: str, country: str, as_json: bool) -> None:
    """Add the tenant NAME."""
    from portal import audit, tenants
    from portal.db import writing

    with writing(open_context().sessions) as session:
        added = tenants.add_tenant(session, TenantRef(0, name, currency, timezone, country))
        audit.record(session, audit.Happening(_OPERATOR, "tenant added", added.name, added.id), utc_now())
    _answer(_tenant_facts(added), f"Added the tenant {added.name} ({added.currency}, {added.timezone}).", as_json)


@tenant.command("list", epilog="Example: portal tenant list --json")
@_JSON
def list_tenants(as_json: bool) -> None:
    """List every tenant with currency, time zone and country."""
    found = open_context().tenants()
    lines = [f"{each.name}  {each.currency}  {each.timezone}  {each.country or '–'}" for each in found]
    text = "\n".join(lines) or "There is no tenant yet. Add one with: portal tenant add NAME --currency … --timezone …"
    _answer({"tenants": [_tenant_facts(each) for each in found]}, text, as_json)


@click.group()
def user() -> None:
    """Add and list people, make their one-time links."""


@user.command("add", epilog="Example: portal user add kim@shop.example --role manager --tenant 'Corner Shop'")
@click.argument("email")
@click.option("--role", required=True, help=f"One of {', '.join(ROLES)}.")
@click.option("--tenant", "tenant_name", help="The person's tenant; a superadmin has none.")
@_JSON
def add_user(email: str, role: str, tenant_name: str | None, as_json: bool) -> None:
    """Add a person and print a one-time link that sets the password."""
    from portal import audit, users
    from portal.db import writing

    context = open_context()
    users.checked_role(role)
    tenant_id = context.tenant_ref(tenant_name).id if tenant_name else None
    now = utc_now()
    with writing(context.sessions) as session:
        added = users.add_user(session, email, role, tenant_id, now)
        audit.record(session, audit.Happening(_OPERATOR, "user added", added.email, tenant_id, {"role": role}), now)
        token = users.make_link(session, added, _OPERATOR, now)
    _show_link(context.settings, added.email, token, as_json)


@user.command("list", epilog="Example: portal user list")
@_JSON
def list_users(as_json: bool) -> None:
    """List every person with role, tenant and whether a password is set."""
    from portal import users

    with open_context().sessions() as session:
        found = [
            {"email": each.email, "role": each.role, "tenant": name, "active": each.is_active,
             "password_set": each.password_hash is not None}
            for each, name in users.list_users(session)
        ]  # fmt: skip
    lines = [
        f"{each['email']}  {each['role']}  {each['tenant'] or 'all tenants'}"
        + ("" if each["password_set"] else "  (no password yet)")
        for each in found
    ]
    text = "\n".join(lines) or "There is nobody yet. Add somebody with: portal user add EMAIL --role ROLE"
    _answer({"users": found}, text, as_json)


@user.command("change", epilog="Example: portal user change kim@shop.example --role admin --tenant 'Corner Shop'")
@click.argument("email")
@click.option("--role", required=True, help=f"One of {', '.join(ROLES)}.")
@click.option("--tenant", "tenant_name", help="The person's tenant; a superadmin has none.")
@_JSON
def change_user(email: str, role: str, tenant_name: str | None, as_json: bool) -> None:
    """Give a person another role or tenant; whoever is signed in has to sign in again."""
    from portal import users
    from portal.db import writing

    context = open_context()
    tenant_id = context.tenant_ref(tenant_name).id if tenant_name else None
    with writing(context.sessions) as session:
        found = users.find_user(session, email)
        users.change_access(session, found, role, tenant_id, utc_now())
    place = tenant_name or "all tenants"
    _answer({"email": found.email, "role": role, "tenant": tenant_name or ""},
            f"{found.email} is now {role} of {place}.", as_json)  # fmt: skip


@user.command("link", epilog="Example: portal user link kim@shop.example")
@click.argument("email")
@_JSON
def new_link(email: str, as_json: bool) -> None:
    """Print a new one-time link for a person; earlier links stop working."""
    from portal import users
    from portal.db import writing

    context = open_context()
    with writing(context.sessions) as session:
        found = users.find_user(session, email)
        token = users.make_link(session, found, _OPERATOR, utc_now())
    _show_link(context.settings, found.email, token, as_json)


@click.command(epilog="Example: PORTAL_PORT=8060 portal serve")
def serve() -> None:
    """Serve the portal until Ctrl+C, and keep its sources in sync (PORTAL_WORKER). Running requests are finished."""
    from portal.serving import check_address, run_server

    settings = open_context().settings
    check_address(settings.host, settings.port)
    text = f"Souk is at {settings.base_url} (listening on {settings.host}:{settings.port}, Ctrl+C stops it)."
    run_server(settings, lambda: click.echo(text))


def _show_link(settings: Settings, email: str, token: str, as_json: bool) -> None:
    from portal.users import LINK_HOURS

    address = f"{settings.base_url}/link/{token}"
    text = f"{email} can set a password here, once, within {LINK_HOURS} hours:{os.linesep}{address}"
    _answer({"email": email, "link": address, "hours": LINK_HOURS}, text, as_json)


def _tenant_facts(ref: TenantRef) -> dict[str, Any]:
    return {"name": ref.name, "currency": ref.currency, "timezone": ref.timezone, "country": ref.country}


def _answer(facts: dict[str, Any], text: str, as_json: bool) -> None:
    click.echo(json.dumps(facts, ensure_ascii=False) if as_json else text)
