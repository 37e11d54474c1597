"""Program versions: one file each, `2026-11-24-<hash>.json`, as published on that day.

They stand beside the program file, so that a page can say what changed without asking any other tool, and so
that what a partner agreed to can be read years later.
"""

import datetime
import re
from dataclasses import dataclass
from pathlib import Path

from partner_program.errors import Problem, ProgramError
from partner_program.json_export import program_json
from partner_program.loader import load_version
from partner_program.model import Program

FOLDER = "program-versions"
"""Beside the program file."""

DAYS = "program-versions.json"
"""In the built site: from which day each version stands, by its hash."""

_NAME = re.compile(r"(?P<day>\d{4}-\d{2}-\d{2})(?:-(?P<turn>[1-9]\d?))?-(?P<hash>[0-9a-f]{12})\.json")


@dataclass(frozen=True)
class ProgramVersion:
    """A program and the day from which it stands."""

    day: datetime.date
    program: Program


def read(folder: Path) -> tuple[ProgramVersion, ...]:
    """All versions in this folder, oldest first; none where there is no folder.

    Raises:
        ProgramError: a file is no version, or was changed since it was recorded.
    """
    found = sorted(_named(path) for path in folder.glob("*.json"))
    return tuple(ProgramVersion(day, _read(path, start)) for day, _, start, path in found)


def record(folder: Path, program: Program, day: datetime.date) -> Path | None:
    """Record that the program stands from this day on; None, and nothing written, if it does already.

    A second version of one day is numbered: `2026-11-24-2-<hash>.json`.

    Raises:
        ProgramError: a later version is recorded already, or one cannot be read.
    """
    before = read(folder)
    if before and before[-1].program == program:
        return None
    if before and before[-1].day > day:
        message = f"a version of {before[-1].day} is recorded already: choose that day or a later one"
        raise ProgramError(Problem(folder, 0, message))
    of_the_day = sum(version.day == day for version in before)
    turn = f"-{of_the_day + 1}" if of_the_day else ""
    path = folder / f"{day.isoformat()}{turn}-{program.hash[:12]}.json"
    folder.mkdir(parents=True, exist_ok=True)
    path.write_bytes(program_json(program))
    return path


def _named(path: Path) -> tuple[datetime.date, int, str, Path]:
    """What the name of a file says: day, turn on that day, how its hash begins."""
    name = _NAME.fullmatch(path.name)
    try:
        if name is None:
            raise ValueError(path.name)
        return datetime.date.fromisoformat(name["day"]), int(name["turn"] or 1), name["hash"], path
    except ValueError as error:
        message = "is no version of the program: they are made by `forms-service program record`"
        raise ProgramError(Problem(path, 0, message)) from error


def _read(path: Path, start: str) -> Program:
    program = load_version(path)
    if not program.hash.startswith(start):
        message = f"is named {start}, but its hash begins with {program.hash[:12]}: name it so"
        raise ProgramError(Problem(path, 0, message))
    return program
