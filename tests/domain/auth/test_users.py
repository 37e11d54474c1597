"""Addresses and roles."""

import pytest

from forms_service.domain.auth.errors import NotAnAddress, UnknownRole
from forms_service.domain.auth.roles import Principal, UserKind
from forms_service.domain.auth.users import checked_role, normalised


@pytest.mark.parametrize("typed", ["advisor@example.com", " Advisor@EXAMPLE.com\n", "ADVISOR@example.com"])
def test_an_address_has_one_spelling(typed):
    assert normalised(typed) == "advisor@example.com"


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "advisor",
        "advisor@",
        "a@example.com, b@example.com",
        "a@example.com;b@example.com",
        '"a@example.com" <b@example.com>',
        "a@[127.0.0.1]",
        "anną@example.com",
        "a\x00@example.com",
        "a\ud800@example.com",
        "a@example.com\r\nBcc: b@example.com",
        "a" * 5000 + "@example.com",
        "=?utf-8?q?a?=@example.com\n",
    ],
)
def test_anything_but_one_plain_address_is_none(typed):
    with pytest.raises(NotAnAddress):
        normalised(typed)


@pytest.mark.parametrize(
    ("role", "may"),
    [
        ("reader", {"reader"}),
        ("reviewer", {"reader", "reviewer"}),
        ("administrator", {"reader", "reviewer", "administrator"}),
    ],
)
def test_a_stronger_role_may_do_what_a_weaker_one_may(role, may):
    person = Principal("1", "a@example.com", UserKind.STAFF, role, None)
    assert {each for each in ("reader", "reviewer", "administrator", "person", "") if person.may(each)} == may


def test_a_partners_person_has_no_role_of_the_staff():
    person = Principal("1", "a@example.com", UserKind.PARTNER, "person", None)
    assert not any(person.may(role) for role in ("reader", "reviewer", "administrator"))
    with pytest.raises(UnknownRole, match="the roles are person"):
        checked_role(UserKind.PARTNER, "reader")
