"""The use cases on a real store."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from forms_service.services.database import open_folder
from forms_service.store.store import Store
from partner_program import Program
from tests.factories.services import UseCases


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_folder(tmp_path / "data")
    yield opened
    opened.close()


@pytest.fixture
def use_cases(store: Store, program: Program) -> UseCases:
    return UseCases(store, program)
