"""A house with two people of the staff and one of a partner."""

from pathlib import Path

import pytest

from forms_service.domain.auth.roles import ADMINISTRATOR, REVIEWER, UserKind
from tests.factories.auth import ADVISOR, PEER, House


@pytest.fixture
def house(tmp_path: Path) -> House:
    """Advisor is administrator, Peer is reviewer, a partner's person has an address of their own."""
    house = House(tmp_path)
    house.auth.users.add(UserKind.STAFF, ADVISOR, ADMINISTRATOR, by="command")
    house.auth.users.add(UserKind.STAFF, PEER, REVIEWER, by="command")
    house.auth.users.add(UserKind.PARTNER, "partner@example.org", "person", by="command")
    return house
