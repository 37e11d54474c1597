"""A desk with people at it."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from partner_program import Program, load
from tests import ROOT
from tests.factories.desk import Office
from tests.factories.site import make_site


@pytest.fixture(scope="session")
def program() -> Program:
    return load(ROOT / "docs" / "program.yml")


@pytest.fixture(scope="session")
def site(program: Program, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_site(tmp_path_factory.mktemp("site") / "built", program)


@pytest.fixture
def open_office(site: Path, tmp_path: Path, program: Program) -> Iterator[Callable[..., Office]]:
    """Open one with settings as keywords, named as in the environment."""
    opened: list[Office] = []

    def open_one(**settings: str) -> Office:
        opened.append(Office(site, tmp_path / "data", program, **settings))
        return opened[-1]

    yield open_one
    for office in opened:
        office.close()


@pytest.fixture
def office(open_office: Callable[..., Office]) -> Office:
    return open_office()
