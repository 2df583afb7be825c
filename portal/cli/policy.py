"""The verb `portal policy`: what a tenant's settings are, and setting one from a day on."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import click

from portal.cli.context import open_context
from portal.clock import utc_now
from portal.errors import InputError

_OPERATOR = "operator@console"
_TENANT = click.option("--tenant", "tenant_name", required=True, help="Whose settings.")


@click.group()
def policy() -> None:
    """Show and set what counts for a tenant. The next load follows it."""


@policy.command("list", epilog="Example: portal policy list --tenant 'Corner Shop'")
@_TENANT
@click.option("--json", "as_json", is_flag=True, help="Print JSON for a machine.")
def list_policies(tenant_name: str, as_json: bool) -> None:
    """List every policy with its value today, its unit and what it changes."""
    from portal.policies import POLICIES, in_force, load_policies

    context = open_context()
    tenant = context.tenant_ref(tenant_name)
    with context.sessions() as session:
        values = in_force(load_policies(session, tenant.id), _today(tenant.timezone))
    lines = [f"{name} = {json.dumps(value, ensure_ascii=False)}  ({POLICIES[name].unit})\n    {POLICIES[name].meaning}"
             for name, value in values.items()]  # fmt: skip
    click.echo(json.dumps({"tenant": tenant.name, "policies": values}) if as_json else "\n".join(lines))


@policy.command("set", epilog='Example: portal policy set separate_customers \'[["imiq:C-12", "onesoko:77"]]\' '
                              "--tenant 'Corner Shop'")  # fmt: skip
@click.argument("name")
@click.argument("value")
@_TENANT
@click.option("--from", "valid_from", type=click.DateTime(["%Y-%m-%d"]), help="First day; default: today.")
def set_policy(name: str, value: str, tenant_name: str, valid_from: datetime | None) -> None:
    """Set policy NAME to VALUE (JSON: a number, "a word", ["a list"]) from a day on; earlier values are kept."""
    from portal import audit
    from portal.db import writing
    from portal.policies import PolicyRow, save_policy

    context = open_context()
    tenant = context.tenant_ref(tenant_name)
    row = PolicyRow(name, _parsed(value), valid_from.date() if valid_from else _today(tenant.timezone))
    with writing(context.sessions) as session:
        before = save_policy(session, tenant.id, row, (_OPERATOR, utc_now()))
        details = {"value": row.value, "before": before, "valid_from": row.valid_from.isoformat()}
        audit.record(session, audit.Happening(_OPERATOR, "policy set", name, tenant.id, details), utc_now())
    click.echo(f"{tenant.name}: {name} = {json.dumps(row.value, ensure_ascii=False)} from {row.valid_from} on. "
               "The next load follows it.")  # fmt: skip


def _parsed(value: str) -> Any:
    try:
        return json.loads(value)
    except json.JSONDecodeError as error:
        raise InputError(f"The value is not JSON: {value}. Put words in double quotes.", field="value") from error


def _today(timezone: str) -> Any:
    return utc_now().replace(tzinfo=ZoneInfo("UTC")).astimezone(ZoneInfo(timezone)).date()
