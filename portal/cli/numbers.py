"""`portal query` and `portal explain`: the same numbers as on the screen, on the command line."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import click

from portal.errors import InputError

if TYPE_CHECKING:
    from portal.metrics.model import Filter, Period, Query, Unit
    from portal.metrics.query import Answer

_QUERY_HELP = """Ask for numbers.

Metrics are separated by commas or spaces; a word with = in it is a further filter. Periods are half-open: --from
is the first day, --to the first day after. Filters on the same dimension are alternatives, filters on different
dimensions must all hold; an empty value (city=) means not known.

\b
Examples:
  portal query net_sales,orders --tenant Acme --by month --from 2026-01-01 --to 2026-07-01
  portal query net_sales --tenant Acme --where channel=web --where channel=phone --json
  portal query customers --tenant Acme --where has_customer=yes line_type=sale
  portal query --list
"""
_EXPLAIN_HELP = """Show how a number is made: its formula with the numbers in it, what is left out, and the sources.

\b
Examples:
  portal explain aov --tenant Acme --from 2026-01-01 --to 2026-07-01
  portal explain gross_margin --tenant Acme --where channel=web --json
"""


def _asking(command: Callable[..., None]) -> Callable[..., None]:
    """The options `query` and `explain` share."""
    options = (
        click.argument("words", nargs=-1, metavar="METRIC[,METRIC…]"),
        click.option("--tenant", default="", help="Name of the tenant."),
        click.option("--from", "start", default="", help="First day, YYYY-MM-DD."),
        click.option("--to", "end", default="", help="First day after the period, YYYY-MM-DD."),
        click.option("--where", "filters", multiple=True, metavar="DIM=VALUE …", help="Only these rows; repeatable."),
        click.option("--json", "as_json", is_flag=True, help="One JSON object for machines."),
    )
    for option in reversed(options):
        command = option(command)
    return command


@click.command(help=_QUERY_HELP)
@_asking
@click.option("--by", default="", metavar="DIM[,DIM…]", help="Break down by these dimensions.")
@click.option("--list", "listing", is_flag=True, help="List metrics and dimensions instead.")
def query(words: tuple[str, ...], by: str, listing: bool, **options: Any) -> None:
    """Print the answer as a table or as JSON."""
    if listing:
        from portal.cli.wording import catalogue_text

        click.echo(catalogue_text())
        return
    from portal.cli.context import open_context
    from portal.metrics.query import run

    question = read_question(words, by, options)
    context = open_context()
    tenant = context.tenant_ref(_required_tenant(options["tenant"]))
    answer = run(question, context.viewer(tenant), (tenant,), context.warehouses)
    click.echo(answer_json(answer, question) if options["as_json"] else answer_table(answer, question))


@click.command(help=_EXPLAIN_HELP)
@_asking
def explain(words: tuple[str, ...], **options: Any) -> None:
    """Print the explanation of one or more metrics."""
    from portal.cli.context import open_context
    from portal.cli.wording import explanation_object, explanation_text
    from portal.metrics.explain import explain as explain_metric

    question = read_question(words, "", options)
    context = open_context()
    tenant = context.tenant_ref(_required_tenant(options["tenant"]))
    made = [
        explain_metric(name, question, context.viewer(tenant), (tenant,), context.warehouses)
        for name in question.metrics
    ]
    if options["as_json"]:
        objects = [to_json(explanation_object(each)) for each in made]
        click.echo(objects[0] if len(objects) == 1 else f"[{', '.join(objects)}]")
    else:
        click.echo("\n\n".join(explanation_text(each) for each in made))


def read_question(words: Sequence[str], by: str, options: dict[str, Any]) -> Query:
    """The question the arguments of a command ask.

    Raises:
        InputError: no metric, a date or a filter that cannot be read.
    """
    from portal.metrics.model import Query

    metrics = [name for word in words if "=" not in word for name in _listed(word)]
    filters = [*options["filters"], *(word for word in words if "=" in word)]
    if not metrics:
        raise InputError("Name at least one metric; portal query --list shows them.", field="metric")
    return Query(
        metrics=tuple(metrics),
        by=tuple(_listed(by)),
        period=_read_period(options["start"], options["end"]),
        filters=tuple(_read_filter(text) for text in filters),
    )


def _listed(text: str) -> list[str]:
    return [name.strip() for name in text.split(",") if name.strip()]


def _read_filter(text: str) -> Filter:
    from portal.metrics.model import Filter

    name, found, value = text.partition("=")
    if not found or not name:
        raise InputError(f"A filter reads dimension=value, found '{text}'.", field="where")
    return Filter(name.strip(), (value.strip(),))


def _read_period(start: str, end: str) -> Period | None:
    from portal.metrics.model import Period

    if not start and not end:
        return None
    first = _read_day("--from", start) if start else date.min
    return Period(first, _read_day("--to", end) if end else date.max)


def _read_day(option: str, text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InputError(f"{option}: expected a date such as 2026-03-31, found '{text}'.", field=option) from None


def _required_tenant(name: str) -> str:
    if not name:
        raise InputError("Say whose numbers: --tenant NAME.", field="tenant")
    return name


def answer_json(answer: Answer, question: Query) -> str:
    """One object: rows (keyed by dimension and metric), snapshot, as_of, currency."""
    names = [*question.by, *question.metrics]
    rows = [dict(zip(names, row, strict=True)) for row in answer.frame.itertuples(index=False, name=None)]
    snapshot = next(iter(answer.snapshots.values()))
    return to_json({"rows": rows, "snapshot": snapshot, "as_of": answer.as_of, "currency": answer.currency})


def to_json(value: Any) -> str:
    """JSON with decimals as plain numbers of exactly their digits, dates as YYYY-MM-DD and missing as null."""
    from portal.metrics.format import plain

    if isinstance(value, Decimal):
        return plain(value)
    if isinstance(value, date):
        return json.dumps(value.isoformat())
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json.dumps(str(key))}: {to_json(each)}" for key, each in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(to_json(each) for each in value) + "]"
    return json.dumps(value, ensure_ascii=False)


def answer_table(answer: Answer, question: Query) -> str:
    """Aligned columns with every digit, rates in percent; numbers to the right."""
    from portal.metrics import CATALOGUE, DIMENSIONS
    from portal.metrics.format import format_label

    labels = [[format_label(name, value) for value in answer.frame[name]] for name in question.by]
    numbers = [
        [_text_of(value, CATALOGUE[name].unit, answer.currency) for value in answer.frame[name]]
        for name in question.metrics
    ]
    heads = [DIMENSIONS[name].label for name in question.by] + [CATALOGUE[name].label for name in question.metrics]
    columns = [[head, *cells] for head, cells in zip(heads, [*labels, *numbers], strict=True)]
    widths = [max(map(len, column)) for column in columns]
    lines = [
        "  ".join(
            cell.ljust(width) if place < len(labels) else cell.rjust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in zip(*columns, strict=True)
    ]
    return "\n".join([*lines, "", _source_line(answer.snapshots, answer.as_of, answer.currency)])


def _text_of(value: Any, unit: Unit, currency: str) -> str:
    """Amounts and counts with every digit; quotients, shares, days and hours rounded as the screen has them."""
    from portal.metrics.format import format_value
    from portal.metrics.model import Unit

    if unit in {Unit.MONEY, Unit.QUANTITY} and value is not None and round(Decimal(value), 4) != value:
        return format_value(value, Unit.NUMBER, currency)  # no sum has so many digits: it was divided
    is_whole = unit in {Unit.MONEY, Unit.COUNT, Unit.QUANTITY, Unit.GRADE}
    return _exact_text(value) if is_whole else format_value(value, unit, currency)


def _exact_text(value: Any) -> str:
    from portal.metrics.format import MISSING, plain

    if value is None:
        return MISSING
    if isinstance(value, str):
        return value
    whole, _, rest = plain(Decimal(value)).partition(".")
    sign = "-" if whole.startswith("-") else ""
    grouped = f"{sign}{int(whole.lstrip('-')):,}"
    return f"{grouped}.{rest}" if rest else grouped


def _source_line(snapshots: dict[str, int], as_of: date | None, currency: str) -> str:
    numbers = ", ".join(str(number) for number in snapshots.values())
    return f"Snapshot {numbers} · data up to {as_of or 'an unknown day'} · {currency}"
