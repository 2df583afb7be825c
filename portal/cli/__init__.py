"""The command line `portal`. Each verb lives in a module beside this one; nothing heavy is imported before it runs."""

from __future__ import annotations

import importlib
import sys

import click

from portal.errors import PortalError

VERBS: dict[str, str] = {
    "init": "portal.cli.admin:init",
    "tenant": "portal.cli.admin:tenant",
    "user": "portal.cli.admin:user",
    "policy": "portal.cli.policy:policy",
    "loyalty": "portal.cli.loyalty:loyalty",
    "load": "portal.cli.data:load",
    "source": "portal.cli.source:source",
    "worker": "portal.cli.sync:worker",
    "rejects": "portal.cli.data:rejects",
    "snapshots": "portal.cli.data:snapshots",
    "rollback": "portal.cli.data:rollback",
    "rebuild": "portal.cli.data:rebuild",
    "check": "portal.cli.data:check",
    "query": "portal.cli.numbers:query",
    "explain": "portal.cli.numbers:explain",
    "forecast": "portal.cli.forecast:forecast",
    "alerts": "portal.cli.alerts:alerts",
    "demo": "portal.cli.demo:demo",
    "serve": "portal.cli.admin:serve",
}


class LazyGroup(click.Group):
    """A group whose verbs are imported when they are asked for, so that `portal --help` answers at once."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Verbs in the order a newcomer meets them."""
        return list(VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The verb's command, or None."""
        target = VERBS.get(cmd_name)
        if target is None:
            return None
        module, _, attribute = target.partition(":")
        command: click.Command = getattr(importlib.import_module(module), attribute)
        return command


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="souk", prog_name="portal")
def portal() -> None:
    """Souk: commerce numbers that can be trusted and traced.

    Settings come from the environment (PORTAL_HOME, PORTAL_PORT …), see README.
    """


def main() -> None:
    """Entry point: run the verb; show a failure as its message and leave with its exit code."""
    try:
        portal(prog_name="portal")
    except PortalError as error:
        click.echo(f"Error: {error}", err=True)
        sys.exit(error.exit_code)
