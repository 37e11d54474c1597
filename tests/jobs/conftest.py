"""What tests of the rounds share."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from partner_program import Program, load
from partner_program.model import Contact
from tests import ROOT
from tests.factories.jobs import Office


@pytest.fixture(scope="session")
def program() -> Program:
    """The program as it is published, except that its mail goes to nobody."""
    contact = Contact(name="Opiekun programu", email="contact@vendor.example", website="www.vendor.example")
    return load(ROOT / "docs" / "program.yml").model_copy(update={"contact": contact})


@pytest.fixture
def open_office(tmp_path: Path, program: Program) -> Iterator[Callable[..., Office]]:
    """Open an office at a moment, with another program if given."""
    opened: list[Office] = []

    def open_at(now: str, program: Program = program, data: Path = tmp_path / "data") -> Office:
        opened.append(Office(data, program, now))
        return opened[-1]

    yield open_at
    for office in opened:
        office.store.close()
