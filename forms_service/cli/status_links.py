"""`forms-service status-links`: revoke and renew status links after a leak of the secret key.

A running service is asked and does it itself; without one the command opens the data.
"""

from collections.abc import Callable, Mapping
from typing import Any

import click

from forms_service.cli.command import Answer, CommandContext, pass_context, print_answer
from forms_service.services.status_links import Renewed, StatusLinks
from forms_service.store.errors import StoreError
from forms_service.store.store import Store

COMMAND = "status-links"
PATIENCE_SECONDS = 300.0


@click.group("status-links", short_help="renew the links to status pages: status-links renew")
def _group() -> None:
    """Links to status pages. Works beside a running service."""


@_group.command("renew")
@click.argument("references", nargs=-1, metavar="[REFERENCE]...")
@click.option("--open", "all_open", is_flag=True, help="of all submissions that are not decided")
@pass_context
def _renew(context: CommandContext, references: tuple[str, ...], all_open: bool) -> int:
    """Make new links and mail them; the old ones stop working."""
    if bool(references) == all_open:
        raise click.UsageError("name references, or give --open")
    order = {"references": list(references), "open": all_open}

    def alone(store: Store) -> Answer:
        return handler(StatusLinks(store, context.tokens(), context.clock))(order)

    return print_answer(context.ask(COMMAND, order, alone, patience_seconds=PATIENCE_SECONDS))


COMMANDS = {COMMAND: _group}


def handler(links: StatusLinks) -> Callable[[Mapping[str, Any]], Answer]:
    """What the running service does with an order of this command."""

    def handle(order: Mapping[str, Any]) -> Answer:
        try:
            return _report(links.renew(links.open_ones() if order["open"] else order["references"]))
        except StoreError as error:
            return {"ok": False, "lines": [f"{error}. Links may be renewed in part: do it again"]}

    return handle


def _report(done: Renewed) -> Answer:
    if done.impossible:
        line = f"No link can be renewed: {', '.join(done.impossible)}: no such submission, or it was erased"
        return {"ok": False, "lines": [f"{line}. Nothing was renewed"]}
    lines = [f"Links renewed: {len(done.renewed):,}; the new ones go out by mail, the old ones answer 410"]
    if done.waiting:
        lines.append(f"Renewed before, with the mail still to be sent: {len(done.waiting):,}")
    return {"ok": True, "lines": lines}
