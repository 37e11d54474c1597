"""Entry point of `forms-service`: its commands, one module each, imported when it is asked for."""

import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Any

import click

from forms_service import settings
from forms_service.settings import CannotStart, SettingsError

MODULES = {
    "serve": "serve",
    "check": "serve",
    "demo": "serve",
    "staff": "staff",
    "data": "data",
    "accounts": "accounts",
    "privacy": "privacy",
    "program": "program",
    "status-links": "status_links",
    "mail": "mail",
}
"""By command, in the order of the help: looking at the data does not wait for a web server."""


class _Commands(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(MODULES)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in MODULES:
            return None
        module = import_module(f"forms_service.cli.{MODULES[cmd_name]}")
        found: click.Command = module.COMMANDS[cmd_name]
        return found


@click.command(cls=_Commands)
@click.pass_context
def commands(ctx: click.Context) -> None:
    """Start the service, check it, look after its data and mails."""
    if ctx.obj is None and ctx.invoked_subcommand != "demo":
        settings.apply_site_env()


def main(argv: Sequence[str] | None = None, *, context: Any = None) -> int:
    """Carry out a command. Returns the exit code: 2 where it could not begin, with one line on why.

    `context` is a `CommandContext`, if not the one that the environment tells.
    """
    given = None if argv is None else list(argv)
    try:
        return commands.main(given, "forms-service", standalone_mode=False, obj=context) or 0
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except click.Abort:
        return 1
    except (SettingsError, CannotStart) as error:
        sys.stderr.write(f"{error}\n")
        return 2
