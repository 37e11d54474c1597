"""Polish and English by the person's choice."""

import re

import pytest

from tests.factories.auth import ADVISOR, OWN, ask


def lang(answer):
    return re.search(r'<html lang="(\w+)">', answer.text)[1]


@pytest.mark.parametrize(
    ("query", "browser_wants", "expected"),
    [
        ("", None, "pl"),
        ("", "en-GB,en;q=0.9,pl;q=0.5", "en"),
        ("", "de, fr;q=0.5", "pl"),
        ("?lang=en", "pl", "en"),
        ("?lang=pl", "en", "pl"),
        ("?lang=xx", "en", "en"),
    ],
)
def test_a_visitor_is_answered_in_the_language_they_want(auth_app, query, browser_wants, expected):
    headers = {"Accept-Language": browser_wants} if browser_wants else {}
    assert lang(auth_app.browser().get(f"/desk/sign-in{query}", headers=headers)) == expected


def test_mail_and_link_speak_the_language_of_the_page(auth_app):
    """And so does the desk afterwards, whatever the browser prefers: it is remembered."""
    browser = auth_app.browser()
    ask(browser, ADVISOR, lang="en")
    assert auth_app.mails()[0]["lang"] == "en"
    assert lang(browser.get(auth_app.link())) == "en"
    browser.post(auth_app.link(), headers=OWN)
    assert lang(browser.get("/desk/admin", headers={"Accept-Language": "pl"})) == "en"


def test_a_chosen_language_stays(auth_app):
    """For pages and mails, on every device."""
    browser = auth_app.signed_in()
    assert lang(browser.get("/desk/admin")) == "pl"
    answer = browser.post("/desk/language", data={"lang": "en", "next": "/desk/admin"}, headers=OWN)
    assert (answer.status_code, answer.location) == (303, "/desk/admin")
    assert lang(browser.get("/desk/admin")) == "en"
    ask(auth_app.browser(), ADVISOR, lang="pl")
    assert auth_app.mails()[-1]["lang"] == "en"
    assert lang(auth_app.signed_in().get("/desk/admin")) == "en"


@pytest.mark.parametrize("data", [{}, {"lang": "xx"}])
def test_only_a_language_we_speak_can_be_chosen(auth_app, data):
    assert auth_app.signed_in().post("/desk/language", data=data, headers=OWN).status_code == 404
    assert auth_app.browser().post("/desk/language", data={"lang": "en"}, headers=OWN).status_code == 404
