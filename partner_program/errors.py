"""Program errors: facts as attributes, one line a problem."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, order=True)
class Problem:
    """A mistake: place, what is wrong, what to write instead."""

    file: Path | str
    line: int
    """Counted from 1; 0 where the place has no line."""
    message: str

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}" if self.line else str(self.file)
        return f"{where}: {self.message}"


class ProgramError(Exception):
    """Invalid program, or invalid use of it in a page. `problems` holds every mistake."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = problems


class CalendarExhausted(ProgramError):
    """A business-day sum ran past the last year with known holidays."""
