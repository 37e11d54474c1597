"""What tests of the rounds share."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from partner_program import Program
from tests.factories.jobs import JobsApp
from tests.factories.program import with_contact


@pytest.fixture(scope="session")
def program() -> Program:
    """The program as it is published, except that its mail goes to nobody."""
    return with_contact("contact@vendor.example", "www.vendor.example")


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
