"""`forms-service staff`: list, add and remove staff, beside a running service or without one.

A running service is asked through its control socket and does it itself, at once. Without one the command
opens the data itself, for as long as it takes.
"""

from collections.abc import Callable, Mapping
from typing import Any

import click

from forms_service.cli.command import Answer, CommandContext, pass_context, print_answer
from forms_service.domain.auth.roles import REVIEWER, ROLES, UserKind
from forms_service.domain.auth.tokens import Keys
from forms_service.services.staff_admin import StaffAdmin
from forms_service.services.user_repository import UserRepository
from forms_service.store.store import Store


@click.group("staff", short_help="who may sign in to the desk")
def staff() -> None:
    """Who may sign in to the desk. Works beside a running service."""


@staff.command("list")
@pass_context
def _list(context: CommandContext) -> int:
    """Everybody, with role and last sign-in."""
    return _carry_out(context, "list")


@staff.command("add")
@click.argument("address")
@click.option(
    "--role",
    type=click.Choice(ROLES[UserKind.STAFF]),
    help=f"reader: sees; reviewer: decides; administrator: also staff and settings (default: {REVIEWER})",
)
@pass_context
def _add(context: CommandContext, address: str, role: str | None) -> int:
    """Let somebody in, or give somebody another role."""
    return _carry_out(context, "add", address, role)


@staff.command("remove")
@click.argument("address")
@pass_context
def _remove(context: CommandContext, address: str) -> int:
    """Take somebody off the list and sign them out everywhere."""
    return _carry_out(context, "remove", address)


@staff.command("link")
@click.argument("address")
@pass_context
def _link(context: CommandContext, address: str) -> int:
    """Print a sign-in link for somebody, for when mail does not work."""
    return _carry_out(context, "link", address)


COMMANDS = {"staff": staff}


def _carry_out(
    context: CommandContext, action: str, address: str | None = None, role: str | None = None
) -> int:
    order = {"action": action, "address": address, "role": role}

    def alone(store: Store) -> Answer:
        if action == "link":
            return {
                "ok": False,
                "lines": ["a link needs a running service to open it: start the service first"],
            }
        # Without a service no link is made, so neither key nor address matters.
        users = UserRepository(store, clock=context.clock)
        staffing = StaffAdmin(store, Keys(""), users, base_url="", clock=context.clock, lang="pl")
        return handler(staffing)(order)

    return print_answer(context.ask("staff", order, alone))


def handler(staffing: StaffAdmin) -> Callable[[Mapping[str, Any]], Mapping[str, Any]]:
    """What the running service does with an order of this command, for its control socket."""

    def handle(order: Mapping[str, Any]) -> Mapping[str, Any]:
        done, lines = staffing.carry_out(order)
        return {"ok": done, "lines": lines}

    return handle
