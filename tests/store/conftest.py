"""A store in a folder of its own, on a disk that can be told to fail."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from forms_service.services.tables import TABLES
from forms_service.store.store import Store
from tests.store.faulty import FaultyDisk


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "records.journal"


@pytest.fixture
def disk() -> FaultyDisk:
    return FaultyDisk()


@pytest.fixture
def opened(path: Path, disk: FaultyDisk) -> Iterator[Callable[[], Store]]:
    """Opens the store; each time anew, closed before."""
    stores: list[Store] = []

    def open_again() -> Store:
        for store in stores:
            store.close()
        stores.append(Store(path, tables=TABLES, disk=disk))
        return stores[-1]

    yield open_again
    for store in stores:
        store.close()


@pytest.fixture
def store(opened: Callable[[], Store]) -> Store:
    return opened()
