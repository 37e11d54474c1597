"""`forms-service privacy`: export and erase a person's data, preview retention, confirm the clock.

A running service is asked and does it itself; without one the command opens the data.
"""

import argparse
import json
import os
import sys
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, TextIO

from forms_service.cli import control_socket
from forms_service.domain.auth.errors import NotAnAddress
from forms_service.domain.auth.users import normalised
from forms_service.domain.clock import Clock
from forms_service.domain.privacy.retention_periods import RetainedKind
from forms_service.services import clock_guard, data_export
from forms_service.services.audit_log import COMMAND_LINE, AuditEvent, AuditLog
from forms_service.services.clock_guard import system_clock
from forms_service.services.database import open_folder
from forms_service.services.erasure import BelongsToStaff, Erased, NothingErased
from forms_service.services.privacy import PrivacyRequests
from forms_service.store.errors import StoreError
from forms_service.store.store import Store
from partner_program.model import Program

COMMAND = "privacy"
PATIENCE_SECONDS = 300.0
"""Everything is looked through, and the journal written anew."""
_NAMED = 20
_NOTHING = "There is nothing under this address."
_KINDS = {
    RetainedKind.APPLICATIONS: "applications",
    RetainedKind.DEALS: "deals",
    RetainedKind.PARTNERS: "ended partners",
    RetainedKind.TRAPPED: "stopped as robots",
}

Answer = Mapping[str, Any]


class Privacy:
    """What the command asks of whoever owns the data."""

    def __init__(self, store: Store, data_dir: Path, program: Callable[[], Program], clock: Clock) -> None:
        self._clock = clock
        self._requests = PrivacyRequests(store, data_dir, program, clock)
        self._audit_log = AuditLog(store, clock, program)

    def carry_out(self, order: Mapping[str, Any]) -> Answer:
        """Whether it was done, what to say about it, and for an export its content."""
        actions = {
            "export": self._export,
            "erase": self._erase,
            "retention": self._retention,
            "clock": self._believe,
        }
        action = actions.get(str(order.get("action")))
        if action is None:
            return _no(f"this service does not know `privacy {order.get('action')}`")
        try:
            if order.get("address") is not None:
                # Of a slip nothing is kept, which would be believed.
                order = {**order, "address": normalised(order["address"])}
            return action(order)
        except (NotAnAddress, BelongsToStaff, NothingErased, StoreError, OSError, ValueError) as error:
            return _no(str(error))

    def _export(self, order: Mapping[str, Any]) -> Answer:
        content = self._requests.exported(order["address"])
        self._audit_log.record(COMMAND_LINE, AuditEvent.HANDED_OUT)
        return {"ok": True, "lines": [], "content": content}

    def _erase(self, order: Mapping[str, Any]) -> Answer:
        if not order["yes"]:
            found = self._requests.held(order["address"])
            return _yes(*_held(found), "Nothing is erased yet: add --yes to do it. It cannot be undone.")
        erased = self._requests.erase(order["address"], by=COMMAND, everything=bool(order["everything"]))
        self._audit_log.record(
            COMMAND_LINE, AuditEvent.ERASED, count=erased.reduced + erased.stripped + erased.deleted
        )
        return _yes(*_told(erased))

    def _retention(self, _: Mapping[str, Any]) -> Answer:
        preview = self._requests.retention()
        counts = Counter(each.what for each in preview.outdated)
        lines = [f"To be deleted on {preview.day}: {len(preview.outdated):,}"]
        lines += [f"  {words}: {counts[what]:,}" for what, words in _KINDS.items() if counts[what]]
        if preview.outdated:
            more = ", …" if len(preview.outdated) > _NAMED else ""
            lines.append(f"  {', '.join(each.reference for each in preview.outdated[:_NAMED])}{more}")
            lines.append(
                "Announced to the administrators." if preview.announced else "To be announced a day before."
            )
        if preview.clock_skew:
            lines += _doubted(preview.clock_skew)
        return _yes(*lines)

    def _believe(self, order: Mapping[str, Any]) -> Answer:
        now = self._clock()
        doubt = self._requests.clock_skew()
        if doubt is None:
            return _yes(f"The clock shows {now:%Y-%m-%d %H:%M} UTC and is believed.")
        if not order["yes"]:
            return _yes(*_doubted(doubt), "If the clock is right, confirm it with --yes.")
        self._requests.confirm_clock(by=COMMAND)
        self._audit_log.record(COMMAND_LINE, AuditEvent.BELIEVED_CLOCK)
        return _yes(f"The clock shows {now:%Y-%m-%d %H:%M} UTC and is believed from now on.")


def run(
    argv: Sequence[str],
    data_dir: Path,
    program: Callable[[], Program],
    *,
    clock: Clock = system_clock,
    out: TextIO = sys.stdout,
    err: TextIO = sys.stderr,
) -> int:
    """Carry out `privacy` with these arguments. Returns the exit code: 2 if it was not done.

    `program` reads the program served; only asked without a running service.
    """
    asked = _parser().parse_args(argv)
    order = {name: getattr(asked, name, None) for name in ("action", "address", "yes", "everything")}
    try:
        answer = _carried_out(order, data_dir, program, clock)
        if "content" in answer:
            _put_out(answer["content"], asked.out, out)
    except (control_socket.NoAnswer, StoreError, OSError, ValueError) as error:
        answer = _no(str(error))
    (out if answer["ok"] else err).write("".join(f"{line}\n" for line in answer["lines"]))
    return 0 if answer["ok"] else 2


def _carried_out(
    order: Mapping[str, Any], data_dir: Path, program: Callable[[], Program], clock: Clock
) -> Answer:
    answer = control_socket.ask(data_dir, COMMAND, order, patience_seconds=PATIENCE_SECONDS)
    if answer is not None:
        return answer
    store = open_folder(data_dir)
    try:
        return Privacy(store, data_dir, program, clock).carry_out(order)
    finally:
        store.close()


def _put_out(content: Mapping[str, Any], file: Path | None, out: TextIO) -> None:
    """As JSON, into a new file that only its owner can read, or to the screen."""
    text = json.dumps(content, ensure_ascii=False, indent=2) + "\n"
    if file is None:
        out.write(text)
        return
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    with open(handle, "w", encoding="utf-8") as opened:  # noqa: PTH123 - by its handle, for its mode
        opened.write(text)


def _held(found: data_export.PersonalData) -> list[str]:
    if not found:
        return [_NOTHING]
    counted = (
        ("submissions they sent", found.sent),
        ("submissions by others that name them", found.named_in),
        ("mails to them", found.mails),
        ("accounts to sign in with", found.people),
        ("other documents", found.others),
    )
    lines = [f"{words}: {len(each):,}" for words, each in counted if each]
    references = [record["id"] for record in (*found.sent, *found.named_in)][:_NAMED]
    lines += [", ".join(references)] if references else []
    if undecided := [record["id"] for record in found.undecided][:_NAMED]:
        lines.append(f"Decide first, for afterwards nobody can be told: {', '.join(undecided)}")
    return lines


def _told(erased: Erased) -> list[str]:
    if not erased.found:
        return [f"{_NOTHING} Nothing was erased.", *_in_backups(erased)]
    lines = [
        f"Submissions of which only bare facts stay: {erased.reduced:,}",
        f"Documents that name the person no more: {erased.stripped:,}",
        f"Mails and accounts deleted: {erased.deleted:,}; files: {erased.files:,}",
    ]
    lines += _in_backups(erased)
    if erased.failed:
        lines.append(f"Not understood, and perhaps still naming them: {erased.failed:,} (see the log)")
    return lines


def _in_backups(erased: Erased) -> list[str]:
    if not erased.backups:
        return []
    hold = "still hold" if erased.found else "may hold"
    return [
        f"Backups made before {hold} it: {erased.backups:,}. They are deleted when their time is over; if "
        "one is restored, the person is erased again."
    ]


def _doubted(doubt: clock_guard.ClockSkew) -> list[str]:
    return [
        f"The clock shows {doubt.shown:%Y-%m-%d %H:%M} UTC; the last time known was "
        f"{doubt.known:%Y-%m-%d %H:%M} UTC. Until that is confirmed, nothing is deleted."
    ]


def _yes(*lines: str) -> Answer:
    return {"ok": True, "lines": list(lines)}


def _no(line: str) -> Answer:
    return {"ok": False, "lines": [line]}


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="forms-service privacy", description="A person's data. Works beside a running service."
    )
    actions = parser.add_subparsers(dest="action", required=True, metavar="export|erase|retention|clock")
    export = actions.add_parser("export", help="everything under an e-mail address, as JSON")
    export.add_argument("address")
    export.add_argument("--out", type=Path, help="a new file for it; the screen without it")
    erase = actions.add_parser("erase", help="take a person out of everything; bare facts of decisions stay")
    erase.add_argument("address")
    erase.add_argument("--yes", action="store_true", help="do it; without it, only what there is is shown")
    erase.add_argument(
        "--everything",
        action="store_true",
        help="also approvals and pre-accepted applications: where the person is the company",
    )
    actions.add_parser("retention", help="what is deleted next")
    clock = actions.add_parser("clock", help="whether the clock is believed; nothing is deleted while not")
    clock.add_argument("--yes", action="store_true", help="confirm that it is right")
    return parser
