"""`forms-service`, carried out in this process."""

import io
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path

from forms_service.cli.command import CommandContext
from forms_service.cli.main import main
from forms_service.services.clock_guard import system_clock
from forms_service.settings import Settings
from partner_program import Program


@dataclass(frozen=True)
class _Given(CommandContext):
    """A program of the test's own, where there is no site to read it from."""

    published: Callable[[], Program] | None = None

    def program(self) -> Program:
        return self.published() if self.published else super().program()


def command(data: Path, *words: object, clock=system_clock, program=None, **settings: str):
    """The exit code, and what was said on standard output and on standard error."""
    known = Settings.from_environment({"DATA_DIR": str(data), **settings})
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        code = main([str(word) for word in words], context=_Given(known, clock, program))
    return code, out.getvalue(), err.getvalue()
