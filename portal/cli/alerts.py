"""The verb `portal alerts`: what is off now, the rules, and looking at them at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypedDict, Unpack

import click

from portal.cli.answer import JSON, OPERATOR, TENANT, answer
from portal.cli.context import Context, open_context
from portal.clock import utc_now

if TYPE_CHECKING:
    from portal.alert_tables import AlertRule
    from portal.alerts import SeenAlert
    from portal.alerts.rules import NewRule
    from portal.viewer import TenantRef


class RuleOptions(TypedDict):
    """Options of `portal alerts add`."""

    tenant: str
    metric: str
    dimension: str
    comparison: str
    direction: str
    level: float | None
    percent: float
    money: float
    volume: float
    weekdays: str
    quiet: str
    as_json: bool


@click.group()
def alerts() -> None:
    """Show alerts; list, add and remove the rules they come from; look at the rules now."""


@alerts.command("list", epilog="Example: portal alerts list --tenant 'My shop'")
@TENANT
@click.option("--state", default="open", show_default=True, metavar="STATE", help="open, acknowledged or resolved.")
@JSON
def list_alerts(tenant: str, state: str, as_json: bool) -> None:
    """List the alerts of a tenant, most money first."""
    from portal.alerts import describe, find_alerts

    context = open_context()
    ref = context.tenant_ref(tenant)
    with context.sessions() as session:
        found = find_alerts(session, ref, context.viewer(ref), state, utc_now())
    lines = []
    for alert in found:
        words = describe(alert, ref.currency)
        parts = (f"{alert.alert_id}  {words.when}: {words.title}.", f"Found {words.found}, expected {words.expected}.",
                 f"{words.cost}." if words.cost else "")  # fmt: skip
        lines.append(" ".join(part for part in parts if part))
    nothing = "No alert is open." if state == "open" else "There are none."
    answer({"alerts": [_facts(alert) for alert in found]}, "\n".join(lines) or nothing, as_json)


@alerts.command("rules", epilog="Example: portal alerts rules --tenant 'My shop'")
@TENANT
@JSON
def list_all_rules(tenant: str, as_json: bool) -> None:
    """List the rules of a tenant. Default rules are made with the first look."""
    from portal.alerts.kept_rules import list_rules
    from portal.alerts.rule_words import rule_sentence

    context = open_context()
    ref = context.tenant_ref(tenant)
    with context.sessions() as session:
        rules = list_rules(session, ref)
    lines = [
        f"{rule.name}{'' if rule.is_active else ' (paused)'}: {rule_sentence(rule, ref.currency)}" for rule in rules
    ]
    text = "\n".join(lines) or "There is no rule yet. portal alerts check makes the default ones."
    answer({"rules": [_rule_facts(rule) for rule in rules]}, text, as_json)


@alerts.command("add")
@TENANT
@click.option("--metric", required=True, help="Name of a number, as portal query knows it.")
@click.option("--by", "dimension", default="", help="Look at each value of this breakdown.")
@click.option("--against", "comparison", default="baseline", show_default=True,
              help="baseline (what is usual), week, year, below or above.")  # fmt: skip
@click.option("--direction", default="", help="fall, rise or either; default: what is bad news.")
@click.option("--value", "level", type=float, help="The value, for below and above.")
@click.option("--percent", type=float, default=20.0, show_default=True, help="Least difference in per cent.")
@click.option("--money", type=float, default=0.0, show_default=True, help="Least cost in the tenant's currency.")
@click.option("--volume", type=float, default=0.0, show_default=True, help="Least usual orders (or what is counted).")
@click.option("--weekdays", default="1234567", show_default=True, help="Days looked at; 1 is Monday.")
@click.option("--quiet", default="", metavar="FROM-UNTIL", help="Hours in which nobody is told, as 22-7.")
@JSON
@click.argument("name")
def add(name: str, **options: Unpack[RuleOptions]) -> None:
    """Add the rule NAME; it is looked at after the next load, or with portal alerts check.

    \b
    Example:
      portal alerts add "Sales of a channel fall" --tenant "My shop" --metric net_sales --by channel --money 100
      portal alerts add "Margin too thin" --tenant "My shop" --metric gross_margin --against below --value 0.2
    """
    from portal.alerts.kept_rules import add_rule
    from portal.alerts.rule_words import rule_sentence
    from portal.db import writing

    context = open_context()
    ref = context.tenant_ref(options["tenant"])
    wanted = _wanted(name, options)
    with writing(context.sessions) as session:
        row = add_rule(session, ref, wanted, (OPERATOR, utc_now()))
        facts, text = _rule_facts(row), rule_sentence(row, ref.currency)
    answer(facts, f"Added the rule {name.strip()}: {text}", options["as_json"])


@alerts.command("remove", epilog="Example: portal alerts remove 'Units fall' --tenant 'My shop'")
@TENANT
@JSON
@click.argument("name")
def remove(name: str, tenant: str, as_json: bool) -> None:
    """Remove the rule NAME; what it had found is resolved."""
    from portal.alerts.kept_rules import list_rules, switch_rule
    from portal.db import writing
    from portal.errors import UnknownNameError

    context = open_context()
    ref = context.tenant_ref(tenant)
    with writing(context.sessions) as session:
        rules = {rule.name: rule for rule in list_rules(session, ref)}
        if name not in rules:
            raise UnknownNameError("alert rule", name, rules)
        switch_rule(session, ref, (rules[name].id, rules[name].version), "remove", (OPERATOR, utc_now()))
    answer({"removed": name}, f"Removed the rule {name}.", as_json)


@alerts.command("check", epilog="Example: portal alerts check --tenant 'My shop'")
@TENANT
@JSON
def check(tenant: str, as_json: bool) -> None:
    """Look at every rule now, as the worker does after each load; looking again changes nothing."""
    from portal.alerts.rounds import look_at_all

    context = open_context()
    ref = context.tenant_ref(tenant)
    done = look_at_all(context.sessions, _desk(context, ref), utc_now(), again=True)
    facts = {"last_day": done.last_day.isoformat() if done.last_day else None, "rules": done.looked,
             "opened": done.opened, "resolved": done.resolved}  # fmt: skip
    text = (f"Looked at {done.looked} rules up to {done.last_day}: {done.opened} alerts opened, "
            f"{done.resolved} resolved." if done.last_day else "There is no complete day of data yet.")  # fmt: skip
    answer(facts, text, as_json)


def _desk(context: Context, tenant: TenantRef) -> Any:
    from portal.alerts.days import Desk

    return Desk(context.viewer(tenant), tenant, context.warehouses)


def _wanted(name: str, options: RuleOptions) -> NewRule:
    from portal.alerts.rules import NewRule

    start, end = _hours(options["quiet"])
    return NewRule(
        name, options["metric"], options["dimension"], options["comparison"], options["direction"], options["level"],
        options["percent"] / 100, options["money"], options["volume"], options["weekdays"], start, end,
    )  # fmt: skip


def _hours(text: str) -> tuple[int | None, int | None]:
    """Quiet hours as typed.

    Raises:
        InputError: they are not two hours.
    """
    from portal.errors import InputError

    if not text:
        return None, None
    start, sign, end = text.partition("-")
    if not sign or not start.strip().isdigit() or not end.strip().isdigit():
        raise InputError(f"'{text}' are no quiet hours. Write 22-7.", field="quiet")
    return int(start), int(end)


def _facts(alert: SeenAlert) -> dict[str, Any]:
    return {
        "id": alert.alert_id, "rule": alert.rule, "metric": alert.metric, "dimension": alert.dimension,
        "value": alert.label, "comparison": alert.comparison, "kind": alert.kind, "day": alert.day.isoformat(),
        "last_day": alert.last_day.isoformat(), "days": alert.days, "found": alert.found, "expected": alert.expected,
        "low": alert.low, "high": alert.high, "money": alert.money, "why": alert.why, "state": alert.state,
        "note": alert.note,
    }  # fmt: skip


def _rule_facts(rule: AlertRule) -> dict[str, Any]:
    from dataclasses import asdict

    from portal.alerts.kept_rules import as_typed

    return {"id": rule.id, "version": rule.version, "is_active": rule.is_active, **asdict(as_typed(rule))}
