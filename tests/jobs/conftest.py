"""What tests of the rounds share."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from partner_program import Program
from partner_program.model import Contact
from tests.factories.jobs import JobsApp


@pytest.fixture(scope="session")
def program(program: Program) -> Program:
    """The program as it is published, except that its mail goes to nobody."""
    contact = Contact(name="Opiekun programu", email="contact@vendor.example", website="www.vendor.example")
    return program.model_copy(update={"contact": contact})


@pytest.fixture
def open_jobs(tmp_path: Path, program: Program) -> Iterator[Callable[..., JobsApp]]:
    """Open the data and the scheduler at a moment, with another program if given."""
    opened: list[JobsApp] = []

    def open_at(now: str, program: Program = program, data: Path = tmp_path / "data") -> JobsApp:
        opened.append(JobsApp(data, program, now))
        return opened[-1]

    yield open_at
    for jobs_app in opened:
        jobs_app.store.close()
