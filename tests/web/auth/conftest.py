"""A auth_app with two people of the staff and one of a partner."""

from pathlib import Path

import pytest

from forms_service.domain.auth.roles import ADMINISTRATOR, REVIEWER, UserKind
from tests.factories.auth import ADVISOR, PEER, AuthApp


@pytest.fixture
def auth_app(tmp_path: Path) -> AuthApp:
    """Advisor is administrator, Peer is reviewer, a partner's person has an address of their own."""
    auth_app = AuthApp(tmp_path)
    auth_app.auth.users.add(UserKind.STAFF, ADVISOR, ADMINISTRATOR, by="command")
    auth_app.auth.users.add(UserKind.STAFF, PEER, REVIEWER, by="command")
    auth_app.auth.users.add(UserKind.PARTNER, "partner@example.org", "person", by="command")
    return auth_app
