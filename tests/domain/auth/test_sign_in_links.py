"""The rules of a link, on documents."""

from datetime import timedelta

import pytest

from forms_service.domain.auth import sign_in_links
from forms_service.domain.auth.policy import AuthPolicy
from forms_service.domain.auth.roles import UserKind
from forms_service.domain.auth.sign_in_links import LinkState
from forms_service.domain.auth.tokens import Keys, browser_code, hashed
from tests.factories.auth import START

RULES = AuthPolicy()
KEYS = Keys("key")


def a_link(**more: str) -> dict:
    return sign_in_links.new_link(KEYS, UserKind.STAFF, at=START, lang="pl", person="p1", **more)


@pytest.mark.parametrize(
    ("age", "expected"),
    [
        (timedelta(0), LinkState.GOOD),
        (timedelta(minutes=10) - timedelta(seconds=1), LinkState.GOOD),
        (timedelta(minutes=10) - timedelta(microseconds=1), LinkState.GOOD),
        (timedelta(minutes=10), LinkState.EXPIRED),
        (timedelta(days=400), LinkState.EXPIRED),
        (timedelta(minutes=-9), LinkState.GOOD),
        (timedelta(minutes=-10), LinkState.EXPIRED),
        (timedelta(hours=-1), LinkState.EXPIRED),
    ],
)
def test_a_link_lasts_ten_minutes(age, expected):
    """At exactly ten minutes it is over. A clock set back a little does no harm, one set back far ends it."""
    assert sign_in_links.state_of(a_link(), START + age, RULES) is expected


def test_a_used_link_is_used_for_ever():
    assert sign_in_links.state_of(sign_in_links.used(a_link(), START), START, RULES) is LinkState.USED


def test_a_link_that_was_replaced_works_no_more():
    assert sign_in_links.state_of(sign_in_links.replaced(a_link()), START, RULES) is LinkState.REPLACED


def test_a_link_nobody_made_is_unknown():
    assert sign_in_links.state_of(None, START, RULES) is LinkState.UNKNOWN


def test_a_link_for_nobody_never_works():
    """An unknown address leaves one behind; it looks like any other and names no person."""
    decoy = sign_in_links.for_nobody(UserKind.STAFF, at=START, lang="pl", browser="b")
    assert sign_in_links.state_of(decoy, START, RULES) is not LinkState.GOOD
    assert decoy.keys() == a_link().keys()
    assert sign_in_links.token_of(decoy, KEYS) is None


def test_the_document_holds_neither_token_nor_browser_nor_code():
    link = a_link(browser="the-browser")
    token = sign_in_links.token_of(link, KEYS)
    assert token is not None
    for secret in (token, "the-browser", browser_code("the-browser")):
        assert secret not in str(link)


def test_the_browser_that_asked_needs_no_code():
    link = a_link(browser="this-one")
    assert not sign_in_links.asks_for_code(link, "this-one")
    assert sign_in_links.asks_for_code(link, "another-one")
    assert sign_in_links.asks_for_code(link, None)


def test_a_link_that_no_browser_asked_for_works_anywhere():
    assert not sign_in_links.asks_for_code(a_link(), None)


def test_the_code_is_the_one_the_browser_shows():
    link = a_link(browser="this-one")
    token = sign_in_links.token_of(link, KEYS)
    code = browser_code("this-one")
    assert sign_in_links.is_code(link, token, code)
    assert sign_in_links.is_code(link, token, f" {code[:3]} {code[3:]}\n")
    assert not sign_in_links.is_code(link, token, f"{(int(code) + 1) % 1_000_000:06}")
    assert not sign_in_links.is_code(link, token, "")
    assert not sign_in_links.is_code(link, "another-token", code)


def test_the_fifth_wrong_code_ends_a_link():
    link = a_link(browser="this-one")
    for _ in range(4):
        link = sign_in_links.after_wrong_code(link, RULES)
        assert sign_in_links.is_open(link)
    assert not sign_in_links.is_open(sign_in_links.after_wrong_code(link, RULES))


def test_the_token_is_found_under_an_earlier_key():
    """The key was changed between asking and sending: the mail still carries a link that works."""
    link = a_link()
    token = sign_in_links.token_of(link, Keys("new", ["key"]))
    assert token is not None
    assert hashed(token) == link["token_hash"]
    assert sign_in_links.token_of(link, Keys("new")) is None
