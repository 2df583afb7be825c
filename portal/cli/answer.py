"""What verbs share: whose data, and an answer for people or for machines."""

from __future__ import annotations

import json
from typing import Any

import click

OPERATOR = "operator@console"
"""Who does what is typed at the console, in the audit trail."""

TENANT = click.option("--tenant", required=True, metavar="NAME", help="Whose data.")
JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON for machines.")


def answer(facts: dict[str, Any], text: str, as_json: bool) -> None:
    """Print `text`, or `facts` as JSON."""
    click.echo(json.dumps(facts, ensure_ascii=False) if as_json else text)
