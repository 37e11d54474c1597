"""`forms-service privacy`: export and erase a person's data, preview retention, confirm the clock.

A running service is asked and does it itself; without one the command opens the data.
"""

import json
import os
import sys
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import click

from forms_service.cli.command import Answer, CommandContext, pass_context, print_answer
from forms_service.cli.oneline import in_one_line
from forms_service.domain.auth.errors import NotAnAddress
from forms_service.domain.auth.users import normalised
from forms_service.domain.clock import Clock
from forms_service.domain.privacy.retention_periods import RetainedKind
from forms_service.services import clock_guard, data_export
from forms_service.services.audit_log import COMMAND_LINE
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


class Privacy:
    """Executes the command in the process that owns the data."""

    def __init__(self, store: Store, data_dir: Path, program: Callable[[], Program], clock: Clock) -> None:
        self._clock = clock
        self._requests = PrivacyRequests(store, data_dir, program, clock)

    def carry_out(self, order: Mapping[str, Any]) -> Answer:
        """Execute an order: whether it was done, what to print, and for an export its content."""
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
        content = self._requests.exported(order["address"], by=COMMAND_LINE)
        return {"ok": True, "lines": [], "content": content}

    def _erase(self, order: Mapping[str, Any]) -> Answer:
        if not order["yes"]:
            found = self._requests.held(order["address"])
            return _yes(*_held(found), "Nothing is erased yet: add --yes to do it. It cannot be undone.")
        erased = self._requests.erase(order["address"], by=COMMAND_LINE, everything=bool(order["everything"]))
        return _yes(*_report(erased))

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
        self._requests.confirm_clock(by=COMMAND_LINE)
        return _yes(f"The clock shows {now:%Y-%m-%d %H:%M} UTC and is believed from now on.")


@click.group("privacy", short_help="a person's data: export, erase; what is deleted next")
def _group() -> None:
    """A person's data. Works beside a running service."""


@_group.command("export")
@click.argument("address")
@click.option("--out", type=click.Path(path_type=Path), help="a new file for it; the screen without it")
@pass_context
def _export(context: CommandContext, address: str, out: Path | None) -> int:
    """Everything under an e-mail address, as JSON."""
    answer = _asked(context, {"action": "export", "address": address})
    if "content" in answer:
        with in_one_line():
            _put_out(answer["content"], out)
    return print_answer(answer)


@_group.command("erase")
@click.argument("address")
@click.option("--yes", is_flag=True, help="do it; without it, only what there is is shown")
@click.option(
    "--everything",
    is_flag=True,
    help="also approvals and pre-accepted applications: where the person is the company",
)
@pass_context
def _erase(context: CommandContext, address: str, yes: bool, everything: bool) -> int:
    """Take a person out of everything; bare facts of decisions stay."""
    order = {"action": "erase", "address": address, "yes": yes, "everything": everything}
    return print_answer(_asked(context, order))


@_group.command("retention")
@pass_context
def _retention(context: CommandContext) -> int:
    """What is deleted next."""
    return print_answer(_asked(context, {"action": "retention"}))


@_group.command("clock")
@click.option("--yes", is_flag=True, help="confirm that it is right")
@pass_context
def _clock(context: CommandContext, yes: bool) -> int:
    """Whether the clock is believed; nothing is deleted while not."""
    return print_answer(_asked(context, {"action": "clock", "yes": yes}))


COMMANDS = {COMMAND: _group}


def _asked(context: CommandContext, order: Mapping[str, Any]) -> Answer:
    def alone(store: Store) -> Answer:
        return Privacy(store, context.settings.data_dir, context.program, context.clock).carry_out(order)

    return context.ask(COMMAND, order, alone, patience_seconds=PATIENCE_SECONDS)


def _put_out(content: Mapping[str, Any], file: Path | None) -> None:
    """As JSON, into a new file that only its owner can read, or to the screen."""
    text = json.dumps(content, ensure_ascii=False, indent=2) + "\n"
    if file is None:
        sys.stdout.write(text)
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
        lines.append(f"Decide these first: afterwards there is nobody left to notify: {', '.join(undecided)}")
    return lines


def _report(erased: Erased) -> list[str]:
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
