"""Command context: what every command is given, and how it asks the running service or opens the store."""

import os
import sys
from collections.abc import Callable, Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import click

from forms_service.cli import control_socket
from forms_service.cli.oneline import in_one_line
from forms_service.domain.clock import Clock
from forms_service.domain.references import StatusTokens
from forms_service.services.clock_guard import system_clock
from forms_service.services.database import JOURNAL, open_folder
from forms_service.services.secret_key import kept_secret_key
from forms_service.settings import CannotStart, Settings
from forms_service.store.store import Store
from forms_service.web.site import Site
from partner_program import Program

NOT_DONE = 2
"""Exit code: nothing was done."""

Answer = Mapping[str, Any]
"""`ok`, `lines` to show, and what a command adds to them."""


@dataclass(frozen=True)
class CommandContext:
    """What a command works with: the settings, the time, and what they lead to."""

    settings: Settings = field(default_factory=lambda: Settings.from_environment(os.environ))
    clock: Clock = system_clock

    @property
    def journal(self) -> Path:
        return self.settings.data_dir / JOURNAL

    def program(self) -> Program:
        """Program builders: the published program, and changed copies of it."""
        return Site(self.settings.site_dir).current().program

    def tokens(self) -> StatusTokens:
        """Status tokens: of links to status pages."""
        key = self.settings.secret_key or kept_secret_key(self.settings.data_dir)
        return StatusTokens(key, self.settings.secret_key_fallbacks)

    def ask(
        self,
        command: str,
        order: Mapping[str, Any],
        alone: Callable[[Store], Answer],
        *,
        patience_seconds: float = control_socket.PATIENCE_SECONDS,
    ) -> Answer:
        """What the running service answers to an order; without one, what `alone` makes of the store.

        Raises:
            CannotStart: there is no data, the service does not answer, or the store cannot be opened.
        """
        data = self.settings.data_dir
        if not data.is_dir():  # of a misspelt one nothing could be said, and none is made
            raise CannotStart(
                f"DATA_DIR={str(data)!r}: there is no such folder; the service makes it when it starts"
            )
        with in_one_line():
            answer = control_socket.ask(data, command, order, patience_seconds=patience_seconds)
            if answer is not None:
                return answer
            with closing(open_folder(data)) as store:
                return alone(store)


pass_context = click.make_pass_decorator(CommandContext, ensure=True)


def print_answer(answer: Answer) -> int:
    """Show an answer; the exit code: 0, or 2 with its lines on standard error where it was not done."""
    write(answer["lines"], is_error=not answer["ok"])
    return 0 if answer["ok"] else NOT_DONE


def write(lines: Iterable[str], *, is_error: bool = False) -> None:
    """Print lines, to standard output or standard error."""
    (sys.stderr if is_error else sys.stdout).write("".join(f"{line}\n" for line in lines))
