"""`forms-service staff`: list, add and remove staff, beside a running service or without one.

A running service is asked through its control socket and does it itself, at once. Without one the command
opens the data itself, for as long as it takes.
"""

import argparse
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, TextIO

from forms_service.cli import control_socket
from forms_service.domain.auth.roles import REVIEWER, ROLES, UserKind
from forms_service.domain.auth.tokens import Keys
from forms_service.domain.auth.users import normalised
from forms_service.domain.clock import Clock
from forms_service.services import audit_log
from forms_service.services.audit_log import COMMAND_LINE, AuditEvent
from forms_service.services.clock_guard import system_clock
from forms_service.services.database import open_folder
from forms_service.services.staff_admin import StaffAdmin
from forms_service.services.user_repository import known
from forms_service.store.errors import StoreError
from forms_service.store.store import Store


def run(argv: Sequence[str], data_dir: Path, *, out: TextIO = sys.stdout, err: TextIO = sys.stderr) -> int:
    """Carry out `staff` with these arguments. Returns the exit code: 2 if it was not done."""
    asked = _parser().parse_args(argv)
    order = {
        "action": asked.action,
        "address": getattr(asked, "address", None),
        "role": getattr(asked, "role", None),
    }
    try:
        done, lines = _carried_out(order, data_dir)
    except (control_socket.NoAnswer, StoreError, OSError) as error:
        done, lines = False, [str(error)]
    (out if done else err).write("".join(f"{line}\n" for line in lines))
    return 0 if done else 2


def handler(
    staffing: StaffAdmin, store: Store, clock: Clock
) -> Callable[[Mapping[str, Any]], Mapping[str, Any]]:
    """What the running service does with an order of this command, for its control socket."""

    def handle(order: Mapping[str, Any]) -> Mapping[str, Any]:
        done, lines = _noted(staffing, store, clock, order)
        return {"ok": done, "lines": lines}

    return handle


def _noted(
    staffing: StaffAdmin, store: Store, clock: Clock, order: Mapping[str, Any]
) -> tuple[bool, list[str]]:
    """Carry it out, and note for the desk who was let in or shut out."""
    done, lines = staffing.carry_out(order)
    what = {"add": AuditEvent.LET_IN, "remove": AuditEvent.SHUT_OUT}.get(order["action"])
    if done and what:
        about = normalised(order["address"])
        person = known(store, UserKind.STAFF, about)
        role = {"role": person["role"]} if person and what is AuditEvent.LET_IN else {}
        audit_log.record_event(store, COMMAND_LINE, what, clock(), about=about, **role)
    return done, lines


def _carried_out(order: Mapping[str, Any], data_dir: Path) -> tuple[bool, list[str]]:
    answer = control_socket.ask(data_dir, "staff", order)
    if answer is not None:
        return bool(answer["ok"]), list(answer["lines"])
    if order["action"] == "link":
        return False, ["a link needs a running service to open it: start the service first"]
    store = open_folder(data_dir)
    try:
        # Without a service no link is made, so neither key nor address matters.
        staffing = StaffAdmin(store, Keys(""), base_url="", clock=system_clock, lang="en")
        return _noted(staffing, store, system_clock, order)
    finally:
        store.close()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="forms-service staff", description="Who may sign in to the desk. Works beside a running service."
    )
    actions = parser.add_subparsers(dest="action", required=True, metavar="add|list|remove|link")
    actions.add_parser("list", help="everybody, with role and last sign-in")
    add = actions.add_parser("add", help="let somebody in, or give somebody another role")
    add.add_argument("address", help="their e-mail address")
    add.add_argument(
        "--role",
        choices=ROLES[UserKind.STAFF],
        help=f"reader: sees; reviewer: decides; administrator: also staff and settings (default: {REVIEWER})",
    )
    remove = actions.add_parser("remove", help="take somebody off the list and sign them out everywhere")
    remove.add_argument("address", help="their e-mail address")
    link = actions.add_parser("link", help="print a sign-in link for somebody, for when mail does not work")
    link.add_argument("address", help="their e-mail address")
    return parser
