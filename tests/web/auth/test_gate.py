"""Who gets to which address, and from where."""

import logging

import pytest

from forms_service.domain.auth.roles import READER, UserKind
from forms_service.web.auth.permissions import requires
from tests.factories.auth import ADVISOR, OWN, PEER, AuthApp, ask, words
from tests.factories.storage import bytes_on_disk

PARTNER = "partner@example.org"
NEW_PERSON = "new-person@example.com"


@pytest.mark.parametrize(
    ("who", "expected"),
    [
        # /desk/, POST /desk/decide, /desk/admin, /desk/unmarked, /desk/none, /partner/
        (None, (303, 403, 303, 404, 404, 303)),
        (PARTNER, (404, 404, 404, 404, 404, 200)),
        (NEW_PERSON, (200, 404, 404, 404, 404, 404)),
        (PEER, (200, 200, 404, 404, 404, 404)),
        (ADVISOR, (200, 200, 200, 404, 404, 404)),
    ],
)
def test_each_role_meets_what_is_its_own(auth_app, who, expected):
    """A8: what is not yours does not exist; a view that does not say whose it is belongs to nobody."""
    auth_app.auth.users.add(UserKind.STAFF, NEW_PERSON, READER, by="command")
    area = "/partner" if who == PARTNER else "/desk"
    browser = auth_app.signed_in(who, area) if who else auth_app.browser()
    got = (
        browser.get("/desk/").status_code,
        browser.post("/desk/decide", headers=OWN).status_code,
        browser.get("/desk/admin").status_code,
        browser.get("/desk/unmarked").status_code,
        browser.get("/desk/none").status_code,
        browser.get("/partner/").status_code,
    )
    assert got == expected


def test_what_is_not_yours_looks_like_what_is_not_there(auth_app):
    """A8: to the byte."""
    browser = auth_app.signed_in(PEER)
    forbidden, missing = browser.get("/desk/admin"), browser.get("/desk/missing")
    assert (forbidden.status, forbidden.data) == (missing.status, missing.data)


def test_a_view_without_an_owner_is_said_in_the_log(auth_app, caplog):
    with caplog.at_level(logging.ERROR):
        auth_app.signed_in().get("/desk/unmarked")
    assert caplog.records[-1].view == "unmarked"


def test_a_role_that_does_not_exist_is_found_when_the_view_is_written():
    with pytest.raises(ValueError, match="no role of staff"):
        requires("boss")


def test_a_form_sent_after_the_session_ended_says_so(auth_app):
    """Nothing is saved, and the page says how not to lose what was typed."""
    browser = auth_app.signed_in()
    auth_app.clock.forward(hours=12)
    answer = browser.post("/desk/decide?lang=en", data={"what": "approve"}, headers=OWN)
    assert answer.status_code == 403
    assert "Nothing was saved." in words(answer)
    assert 'href="/desk/sign-in" target="_blank"' in answer.text
    assert 'name="what" value="approve"' in answer.text


def test_a_page_elsewhere_is_shown_nothing_of_what_it_sent(auth_app):
    """C7: signed in or no longer; only a page of ours gets back what was typed there."""
    browser = auth_app.signed_in()
    for _ in range(2):
        for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}):
            answer = browser.post("/desk/decide", data={"what": "approve"}, headers=headers)
            assert answer.status_code == 403
            assert "approve" not in answer.text
        auth_app.clock.forward(hours=12)


SENT_FROM = [
    ({"Sec-Fetch-Site": "same-origin"}, True),
    ({"Sec-Fetch-Site": "none"}, True),
    ({"Origin": "http://127.0.0.1:8000"}, True),
    ({}, False),
    ({"Sec-Fetch-Site": "same-site"}, False),
    ({"Sec-Fetch-Site": "cross-site"}, False),
    ({"Sec-Fetch-Site": "junk"}, False),
    ({"Sec-Fetch-Site": "cross-site", "Origin": "http://127.0.0.1:8000"}, False),
    ({"Origin": "null"}, False),
    ({"Origin": "https://evil.example"}, False),
    ({"Origin": "https://127.0.0.1:8000"}, False),
    ({"Origin": "http://127.0.0.1:8000.evil.example"}, False),
]


@pytest.mark.parametrize(("headers", "allowed"), SENT_FROM)
@pytest.mark.parametrize("address", ["/desk/decide", "/desk/sign-out", "/desk/language?lang=en"])
def test_only_our_own_pages_can_send_something(auth_app, address, headers, allowed):
    """C1 to C5: a request that names no origin at all is refused as well; a session is at stake."""
    browser = auth_app.signed_in()
    before = bytes_on_disk(auth_app.data)
    assert (browser.post(address, headers=headers).status_code != 403) is allowed
    assert allowed or bytes_on_disk(auth_app.data) == before


@pytest.mark.parametrize(("headers", "allowed"), SENT_FROM)
def test_only_our_own_pages_can_sign_somebody_in(auth_app, headers, allowed):
    """Nobody is signed in as somebody else by a page elsewhere, and asks for nothing unknowingly."""
    browser = auth_app.browser()
    asked = browser.post("/desk/sign-in", data={"email": ADVISOR}, headers=headers)
    assert (asked.status_code == 303) is allowed
    assert bool(auth_app.mails()) is allowed
    ask(browser, ADVISOR)
    assert (browser.post(auth_app.link(), headers=headers).status_code == 303) is allowed


def test_the_cookies_over_plain_http(auth_app):
    """Loopback only: without Secure, and without the name that asks for it."""
    browser = auth_app.browser()
    asked = ask(browser, ADVISOR)
    entered = browser.post(auth_app.link(), headers=OWN)
    for answer, name, age in ((asked, "asking", 600), (entered, "session", 12 * 3600)):
        cookie = next(c for c in answer.headers.getlist("Set-Cookie") if c.startswith(f"{name}="))
        parts = {part.strip() for part in cookie.split(";")[1:]}
        assert {"HttpOnly", "SameSite=Lax", "Path=/", f"Max-Age={age}"} <= parts
        assert "Secure" not in parts
        assert not any(part.startswith("Domain") for part in parts)


def test_the_cookies_over_https(tmp_path):
    """`__Host-`, Secure; and the plain names are not looked at."""
    auth_app = AuthApp(tmp_path, environment={"BASE_URL": "https://partners.example.com"})
    auth_app.auth.users.add(UserKind.STAFF, ADVISOR, "administrator", by="command")
    browser, here = auth_app.browser(), "https://partners.example.com"
    asked = browser.post("/desk/sign-in", data={"email": ADVISOR}, headers=OWN, base_url=here)
    entered = browser.post(auth_app.link(), headers=OWN, base_url=here)
    for answer, name in ((asked, "__Host-asking"), (entered, "__Host-session")):
        cookie = next(c for c in answer.headers.getlist("Set-Cookie") if c.startswith(f"{name}="))
        parts = {part.strip() for part in cookie.split(";")[1:]}
        assert {"Secure", "HttpOnly", "SameSite=Lax", "Path=/"} <= parts
        assert not any(part.startswith("Domain") for part in parts)
    value = next(iter(entered.headers.getlist("Set-Cookie"))).partition("=")[2].partition(";")[0]
    plain = auth_app.browser()
    plain.set_cookie("session", value, domain="partners.example.com")
    assert plain.get("/desk/", base_url=here).status_code == 303
    plain.set_cookie("__Host-session", value, domain="partners.example.com", secure=True)
    assert plain.get("/desk/", base_url=here).status_code == 200


def test_without_https_elsewhere_there_is_no_desk(tmp_path):
    """Not one address of it answers, nor of the partner area."""
    auth_app = AuthApp(tmp_path, environment={"BASE_URL": "http://partners.example.com"})
    for address in ("/desk/sign-in", "/desk/link/x", "/desk/", "/desk/admin", "/partner/"):
        assert auth_app.browser().get(address).status_code == 404
    assert auth_app.browser().get("/").status_code == 200


@pytest.mark.parametrize("address", ["/desk/", "/desk/sign-in", "/desk/link/x", "/desk/none", "/partner/"])
def test_nothing_of_an_area_is_kept_or_found(auth_app, address):
    """P4: also where the answer is an error."""
    headers = auth_app.browser().get(address).headers
    assert headers["Cache-Control"] == "no-store"
    assert headers["X-Robots-Tag"] == "noindex"


def test_the_page_of_a_link_tells_no_other_site_its_address(auth_app):
    """P4: whether the link works or not, and after a wrong code."""
    browser, other = auth_app.browser(), auth_app.browser()
    ask(browser, ADVISOR)
    link = auth_app.link()
    for answer in (
        browser.get(link),
        other.post(link, data={"code": "x"}, headers=OWN),
        browser.get(f"{link}x"),
    ):
        assert answer.headers["Referrer-Policy"] == "no-referrer"


def test_a_page_outside_the_areas_sets_no_cookie(auth_app):
    """Visitors get none, also where somebody is signed in."""
    answer = auth_app.signed_in().get("/")
    assert answer.text == "home"
    assert "Set-Cookie" not in answer.headers
    assert "Cache-Control" not in answer.headers
