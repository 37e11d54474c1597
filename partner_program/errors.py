"""What can be wrong with a program: facts as attributes, one line a problem."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, order=True)
class Problem:
    """One mistake in one place: where, what is wrong, what to write instead."""

    file: Path | str
    line: int
    """Counted from 1; 0 where the place has no line."""
    message: str

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}" if self.line else str(self.file)
        return f"{where}: {self.message}"


class ProgramError(Exception):
    """The program, or its use in a page, is wrong. `problems` holds every mistake found."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = problems


class CalendarExhausted(ProgramError):
    """A business-day sum ran past the last year with known holidays."""
