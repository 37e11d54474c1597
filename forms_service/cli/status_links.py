"""`forms-service status-links`: revoke and renew status links after a leak of the secret key.

A running service is asked and does it itself; without one the command opens the data.
"""

import argparse
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, TextIO

from forms_service.cli import control_socket
from forms_service.domain.references import StatusTokens
from forms_service.services.clock_guard import system_clock
from forms_service.services.database import open_folder
from forms_service.services.status_links import Renewed, StatusLinks
from forms_service.store.errors import StoreError

COMMAND = "status-links"
PATIENCE_SECONDS = 300.0

Answer = Mapping[str, Any]


def run(
    argv: Sequence[str],
    data_dir: Path,
    tokens: Callable[[], StatusTokens],
    *,
    out: TextIO = sys.stdout,
    err: TextIO = sys.stderr,
) -> int:
    """Carry out `status-links` with these arguments. Returns the exit code: 2 if nothing was renewed.

    `tokens` is only asked without a running service.
    """
    parser = _parser()
    asked = parser.parse_args(argv)
    if bool(asked.references) == asked.open:
        parser.error("name references, or give --open")
    order = {"references": asked.references, "open": asked.open}
    try:
        answer = control_socket.ask(data_dir, COMMAND, order, patience_seconds=PATIENCE_SECONDS)
        answer = _alone(order, data_dir, tokens) if answer is None else answer
    except (control_socket.NoAnswer, StoreError, OSError) as error:
        answer = {"ok": False, "lines": [str(error)]}
    (out if answer["ok"] else err).write("".join(f"{line}\n" for line in answer["lines"]))
    return 0 if answer["ok"] else 2


def handler(links: StatusLinks) -> Callable[[Mapping[str, Any]], Answer]:
    """What the running service does with an order of this command."""

    def handle(order: Mapping[str, Any]) -> Answer:
        try:
            return _told(links.renew(links.open_ones() if order["open"] else order["references"]))
        except StoreError as error:
            return {"ok": False, "lines": [f"{error}. Links may be renewed in part: do it again"]}

    return handle


def _alone(order: Mapping[str, Any], data_dir: Path, tokens: Callable[[], StatusTokens]) -> Answer:
    made = tokens()
    store = open_folder(data_dir)
    try:
        return handler(StatusLinks(store, made, system_clock))(order)
    finally:
        store.close()


def _told(done: Renewed) -> Answer:
    if done.impossible:
        line = f"No link can be renewed: {', '.join(done.impossible)}: no such submission, or it was erased"
        return {"ok": False, "lines": [f"{line}. Nothing was renewed"]}
    lines = [f"Links renewed: {len(done.renewed):,}; the new ones go out by mail, the old ones answer 410"]
    if done.waiting:
        lines.append(f"Renewed before, with the mail still to be sent: {len(done.waiting):,}")
    return {"ok": True, "lines": lines}


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="forms-service status-links",
        description="Links to status pages. Works beside a running service.",
    )
    actions = parser.add_subparsers(dest="action", required=True, metavar="renew")
    renew = actions.add_parser("renew", help="make new links and mail them; the old ones stop working")
    renew.add_argument("references", nargs="*", metavar="REFERENCE")
    renew.add_argument("--open", action="store_true", help="of all submissions that are not decided")
    return parser
