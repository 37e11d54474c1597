"""What tests of the program share: the program itself, and a small example that has everything once."""

from collections.abc import Callable
from pathlib import Path

import pytest

from partner_program import Program, ProgramError, load
from partner_program.loader import read

HERE = Path(__file__).parent
PROGRAM_FILE = HERE.parent.parent / "docs" / "program.yml"
EXAMPLE_FILE = HERE / "example.yml"


@pytest.fixture(scope="session")
def program_file() -> Path:
    """The file that marketing edits."""
    return PROGRAM_FILE


@pytest.fixture(scope="session")
def example() -> Program:
    """A small program that uses every kind of value."""
    return load(EXAMPLE_FILE)


@pytest.fixture(scope="session")
def example_text() -> str:
    """The example as it stands in its file."""
    return EXAMPLE_FILE.read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def mistakes() -> Callable[[bytes], list[str]]:
    """Every line that reading this file as a program complains with; none if it is fine."""

    def found(data: bytes) -> list[str]:
        try:
            read(data, "program.yml")
        except ProgramError as error:
            assert str(error).split("\n") == [str(problem) for problem in error.problems]
            return [str(problem) for problem in error.problems]
        return []

    return found
