"""`forms-service accounts`: import the vendor's own customers and open talks, which deals are compared with.

Beside a running service the service itself reads the file, at once; without one the command opens the data.
"""

import hashlib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import click

from forms_service.cli.command import CommandContext, pass_context, print_answer, write
from forms_service.cli.oneline import in_one_line
from forms_service.domain.clock import Clock
from forms_service.domain.values.text_encoding import NAMES
from forms_service.services import accounts
from forms_service.services import accounts as list_of_accounts
from forms_service.services.clock_guard import system_clock
from forms_service.store.errors import StoreError
from forms_service.store.store import Store

COMMAND = "accounts"
SHOWN_MISTAKES = 50
PATIENCE_SECONDS = 120.0
"""A long list takes a while to be stored."""


@click.group("accounts", short_help="your own customers and running talks: accounts import")
def _group() -> None:
    """Your own customers and running talks, so that deals with them stand out.

    Works beside a running service.
    """


@_group.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--encoding", type=click.Choice(tuple(NAMES)), help="of a file that is not UTF-8 and fits several"
)
@click.option("--add", is_flag=True, help="keep what is on the list; else the file replaces it")
@click.option("--yes", is_flag=True, help="do it; without it, only what it would do is shown")
@pass_context
def _import(context: CommandContext, file: Path, encoding: str | None, add: bool, yes: bool) -> int:
    """Read a CSV file with the columns name, tax id, domain.

    It is UTF-8, UTF-16 or in a code page that its letters show, separated by ; or , or tabs. The exit code
    is 1 if some lines are bad, which are left out, 2 if nothing was done.
    """
    with in_one_line():
        digest = hashlib.sha256(file.read_bytes()).hexdigest()
    order = {
        "file": str(file.absolute()),
        "replace": not add,
        "yes": yes,
        "encoding": encoding,
        "digest": digest,
    }
    answer = context.ask(
        COMMAND,
        order,
        lambda store: handler(store, context.clock)(order),
        patience_seconds=PATIENCE_SECONDS,
    )
    left_out = answer.get("left_out") or ()
    write(left_out, is_error=True)
    return print_answer(answer) or bool(left_out)


COMMANDS = {"accounts": _group}


def handler(store: Store, clock: Clock = system_clock) -> Callable[[Mapping[str, Any]], Mapping[str, Any]]:
    """What the running service does with an order of this command, for its control socket."""

    def handle(order: Mapping[str, Any]) -> Mapping[str, Any]:
        try:
            done, lines, left_out = carry_out(store, order, clock)
        except (StoreError, OSError) as error:
            done, lines, left_out = False, [str(error)], []
        return {"ok": done, "lines": lines, "left_out": left_out}

    return handle


def carry_out(
    store: Store, order: Mapping[str, Any], clock: Clock = system_clock
) -> tuple[bool, list[str], list[str]]:
    """Import the file of this order, or say what importing it would do.

    Whether that was possible, what it did or why not, and what is wrong with the lines that are left out.

    Raises:
        StoreError, OSError: nothing was changed.
    """
    data = Path(order["file"]).read_bytes()
    if hashlib.sha256(data).hexdigest() != order["digest"]:
        return False, ["the file has just changed: try again"], []
    found = accounts.read(data, order.get("encoding"))
    wrong = _mistakes(found)
    if wrong and not found.accounts:
        return False, [*wrong, "Nothing was imported."], []
    replace = bool(order["replace"])
    if not order["yes"]:
        would = list_of_accounts.difference(store, found.accounts, replace=replace)
        return True, [*_report(found, would), "Nothing is changed yet: add --yes to import it."], wrong
    difference = list_of_accounts.take(store, found.accounts, replace=replace, at=clock())
    return True, [*_report(found, difference), "Imported."], wrong


def _mistakes(found: accounts.Read) -> list[str]:
    more = len(found.mistakes) - SHOWN_MISTAKES
    rest = [f"… and {more:,} more mistakes"] if more > 0 else []
    return [*map(str, found.mistakes[:SHOWN_MISTAKES]), *rest]


def _report(found: accounts.Read, difference: list_of_accounts.AccountsDifference) -> list[str]:
    lines = [
        f"In the file: {len(found.accounts):,} companies",
        f"New: {difference.added:,}; taken off the list: {difference.removed:,}; "
        f"on it as before: {difference.kept:,}",
    ]
    if found.encoding:
        lines.append(f"Read as {found.encoding}")
    if found.unused:
        lines.append(f"Columns that are not used: {', '.join(found.unused)}")
    with_number = sum(bool(account["tax_id"]) for account in found.accounts)
    with_domain = sum(bool(account["domain"]) for account in found.accounts)
    lines.append(f"Recognised by tax id: {with_number:,}; by web domain: {with_domain:,}; by name: all")
    if found.unchecked:
        lines.append(f"Tax ids that nobody here can check, taken as they are: {found.unchecked:,}")
    if bad := len({mistake.line for mistake in found.mistakes}):
        lines.append(f"Lines left out because of mistakes: {bad:,}; put them right and import again")
    if found.repeated:
        lines.append(f"Lines that say the same as an earlier one: {found.repeated:,}")
    return lines
