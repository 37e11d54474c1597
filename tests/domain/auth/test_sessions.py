"""The rules of a session, on documents."""

from datetime import timedelta

import pytest

from forms_service.domain.auth import sessions
from forms_service.domain.auth.policy import AuthPolicy
from forms_service.domain.auth.tokens import Keys
from tests.factories.auth import START

RULES = AuthPolicy()
SESSION = sessions.new_session("secret", {"id": "p1", "kind": "staff"}, at=START)
HOURS = timedelta(hours=1)
SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("seen", "now", "remaining"),
    [
        (0 * HOURS, 0 * HOURS, 12 * HOURS),
        (0 * HOURS, 12 * HOURS - SECOND, 12 * HOURS),
        (0 * HOURS, 12 * HOURS, None),
        (11 * HOURS, 12 * HOURS, 12 * HOURS),
        (160 * HOURS, 160 * HOURS, 8 * HOURS),
        (168 * HOURS - SECOND, 168 * HOURS - SECOND, SECOND),
        (168 * HOURS - SECOND, 168 * HOURS, None),
        # The clock was set back.
        (0 * HOURS, -1 * HOURS, 12 * HOURS),
        (0 * HOURS, -12 * HOURS, None),
        (20 * HOURS, 9 * HOURS, 12 * HOURS),
        (20 * HOURS, 8 * HOURS, None),
        (0 * HOURS, timedelta(days=-365), None),
    ],
)
def test_a_session_ends_after_12_idle_hours_and_after_7_days(seen, now, remaining):
    """Both edges exactly. A clock set back ends nothing early, and lengthens none by more than 12 hours."""
    assert sessions.remaining(SESSION, START + seen, START + now, RULES) == remaining


def test_the_store_knows_the_hash_of_a_session_only():
    assert "secret" not in str(SESSION)


def test_a_cookie_is_believed_only_as_it_was_signed():
    keys = Keys("key")
    value = keys.cookie("secret", START)
    assert keys.read_cookie(value) == ("secret", START)
    longer_ago = value.replace(str(int(START.timestamp())), str(int(START.timestamp()) + 3600))
    for forged in ("", ".", "a.b.c", longer_ago, value[:-1], f"{value}x", "ą\ud800"):
        assert keys.read_cookie(forged) is None


def test_a_cookie_of_an_earlier_key_is_believed_and_signed_anew():
    old, rotated = Keys("old"), Keys("new", ["old"])
    assert rotated.read_cookie(old.cookie("secret", START)) == ("secret", START)
    fresh = rotated.cookie("secret", START)
    assert Keys("new").read_cookie(fresh) is not None
    assert old.read_cookie(fresh) is None
