"""What somebody outside tries at every address there is: another site's page, another host name, signs that
nobody sees. The addresses are those of the application, so that a new one is tried as well."""

import re
from collections.abc import Callable, Iterator
from email import message_from_bytes, policy
from html.parser import HTMLParser
from typing import Any

import pytest
from flask.testing import FlaskClient

from forms_service.web.partner_record.parts import PARTS
from forms_service.web.security import UNSAFE
from tests.factories.desk import ADMIN, OWN, DeskApp
from tests.factories.partner_records import CONTACT, Company, active, signed_in
from tests.factories.storage import bytes_on_disk, last_change

FOREIGN = (
    {"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"},
    {"Sec-Fetch-Site": "same-site"},
    {"Origin": "https://evil.example"},
    {"Origin": "http://127.0.0.1.evil.example:8000"},
)
OTHER = "other.example.com"
UNSEEN = ("a\x00b", "a\x1bb", "a\u2066b", "a\ufffdb", "a\u2028b", "a\u200bb", "\u3164")
"""NUL, escape, one that turns the direction of text, one that a decoder puts in, one that ends a line, one
that takes no room, and a letter that is blank; the last three may stand in a long text. Each field meets
one."""


def addresses(desk_app: DeskApp, reference: str, submission: str) -> Iterator[tuple[str, str]]:
    """Method and address of every route, with what is there filled in."""
    for rule in desk_app.app.url_map.iter_rules():
        there = reference if "partner" in rule.rule else submission
        address = rule.rule.replace("<reference>", there).replace("<section>", "people")
        address = address.replace("<prefix>", "en").replace("<path:address>", "register-deal/")
        for method in (rule.methods or set()) - {"OPTIONS", "HEAD"}:
            yield method, re.sub(r"<[^>]+>", "1", address)


def test_a_page_of_another_site_does_nothing_anywhere(desk_app: DeskApp) -> None:
    """C2, C4, C5: whatever takes anything, for everybody who is signed in: 403, nothing stored."""
    company, submission = active(desk_app), desk_app.deal()
    browsers = {
        "/desk": desk_app.browser(ADMIN),
        "/partner": signed_in(desk_app),
        "": desk_app.app.test_client(),
    }
    unsafe = [each for each in addresses(desk_app, company.reference, submission) if each[0] in UNSAFE]
    assert len(unsafe) >= 40
    before = bytes_on_disk(desk_app.data)
    for method, address in unsafe:
        browser = next(browser for area, browser in browsers.items() if address.startswith(area))
        # A form of the site may be sent by hand; where a session is at stake, nothing may.
        for headers in (*FOREIGN, {}) if address.startswith(("/desk", "/partner")) else FOREIGN:
            data = {"action": "take", "seen": "1", "confirmed": "y", "email": CONTACT}
            answer = browser.open(address, method=method, data=data, headers=headers)
            assert answer.status_code == 403, (method, address, headers)
    assert bytes_on_disk(desk_app.data) == before


def test_looking_changes_nothing_anywhere(desk_app: DeskApp) -> None:
    """C6: every address that is only looked at, by everybody: not a byte is written."""
    company, submission = active(desk_app), desk_app.deal()
    link = f"/status/{desk_app.service.submissions.token_of(desk_app.record(submission))}"
    browsers = (desk_app.browser(ADMIN), signed_in(desk_app), desk_app.app.test_client())
    looked_at = [address for method, address in addresses(desk_app, company.reference, submission)
                 if method == "GET"]  # fmt: skip
    assert len(looked_at) >= 40
    before = bytes_on_disk(desk_app.data)
    for browser in browsers:
        for address in (*looked_at, link, f"/en{link}", f"{link}.ics"):
            for query in ("", "?action=withdraw&confirmed=y&seen=1&lang=en&done=approve&state=all"):
                for look in (browser.get, browser.head):
                    assert look(address + query).status_code < 500, address
    assert bytes_on_disk(desk_app.data) == before


NO_TEXT = ("%ed%a0%80", "%ff%fe", "%00", "%c0%af", "\xff")
"""Half a pair, bytes that are no UTF-8, NUL, a slash in disguise."""


def test_bytes_that_are_no_text_do_no_harm_anywhere(desk_app: DeskApp) -> None:
    """S14: in the body, the query and the path of every address: an answer, and no such thing is kept."""
    company, submission = active(desk_app), desk_app.deal()
    browsers = {
        "/desk": desk_app.browser(ADMIN),
        "/partner": signed_in(desk_app),
        "": desk_app.app.test_client(),
    }
    before = bytes_on_disk(desk_app.data)
    for method, address in addresses(desk_app, company.reference, submission):
        if address.endswith(("/sign-out", "/export")):
            continue  # what these do rests on nothing that was typed
        browser = next(browser for area, browser in browsers.items() if address.startswith(area))
        for bad in NO_TEXT:
            names = ("action", "text", "email", "name", "lang", "q", "customer_name", "csv", "seen", "done")
            form = "&".join(f"{name}={bad}" for name in names)
            sent = {"data": form.encode("latin-1"), "content_type": "application/x-www-form-urlencoded"}
            answers = [
                browser.open(address, method=method, headers=OWN, **(sent if method == "POST" else {})),
                browser.open(f"{address}?{form}", method=method, headers=OWN),
                browser.open(f"{address}{bad}", method=method, headers=OWN),
            ]
            for answer in answers:
                assert answer.status_code < 500, (method, address, bad)
                assert not re.search("[\x00\ud800-\udfff]", answer.text), (method, address, bad)
    added = b"".join(last_change(desk_app.data, before))
    assert not [sign for sign in (b"\\u0000", "\ufffd".encode(), b"\xff", b"\xc0") if sign in added]


def test_no_page_and_no_mail_takes_its_own_name_from_the_request(
    open_desk: Callable[..., DeskApp],
) -> None:
    """H6: pages of every kind asked for under another allowed name and port, and every mail owed by then."""
    desk_app = open_desk(BASE_URL="http://localhost", ALLOWED_HOSTS=f"localhost,{OTHER}")
    company, submission = active(desk_app), desk_app.deal()
    lies = {"Host": f"{OTHER}:1234", "X-Forwarded-Host": "evil.example", "Forwarded": "host=evil.example"}
    browsers = {
        "/desk": desk_app.browser(ADMIN),
        "/partner": signed_in(desk_app),
        "": desk_app.app.test_client(),
    }
    for browser in (browsers["/desk"], browsers["/partner"]):
        cookie = browser.get_cookie("session")
        assert cookie is not None
        browser.set_cookie("session", cookie.value, domain=OTHER)
    answers = []
    for method, address in addresses(desk_app, company.reference, submission):
        browser = next(browser for area, browser in browsers.items() if address.startswith(area))
        if method == "GET":
            answers.append(browser.get(address, headers=lies))
    for address in ("//desk", "//desk/", "/desk//people", "//partner", "/status//x", "/register-deal"):
        answers.append(browsers["/desk"].get(address, headers=lies))
    member = {"email": "new@partner.example", "name": "New", "tax_id": "", "lang": "en"}
    for address in ("/partner/sign-in", "/desk/sign-in", "/partner/ask", "/status/"):
        data = member | {"email": ADMIN if address.startswith("/desk") else member["email"]}
        answers.append(desk_app.app.test_client().post(address, data=data, headers=OWN | lies))
    calendar = f"/partner/{company.reference}/calendar-link"
    answers.append(browsers["/partner"].post(calendar, headers=OWN | lies))
    answers.append(browsers["/partner"].get(f"/partner/{company.reference}/company", headers=lies))
    assert "http://localhost/partner/calendar/" in answers[-1].text
    assert {200, 303} <= {answer.status_code for answer in answers}
    desk_app.service.outbox.deliver_due()
    mails = [_text(path.read_bytes()) for path in (desk_app.data / "mail").glob("*.eml")]
    assert sum("http://localhost/" in mail for mail in mails) > 5
    for text in (*mails, *(answer.text + str(answer.location) for answer in answers)):
        assert OTHER not in text and "evil.example" not in text


def _text(data: bytes) -> str:
    read = message_from_bytes(data, policy=policy.default)
    return "\n".join(str(part.get_content()) for part in read.walk() if not part.is_multipart())


class Forms(HTMLParser):
    """The forms of a page: their address, and their fields with what stands in them, by kind."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str | None, dict[str, tuple[str, str]]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = dict(attrs)
        if tag == "form":
            self.found.append((said.get("action"), {}))
        elif self.found and (name := said.get("name")) and tag in ("input", "textarea", "button"):
            kind = tag if tag == "textarea" else said.get("type") or "text"
            self.found[-1][1].setdefault(name, (kind, said.get("value") or ""))


TYPED = {"text": "Some words", "textarea": "Some words", "email": "somebody@partner.example"}


def test_what_nobody_sees_is_kept_in_no_field(desk_app: DeskApp) -> None:
    """Every text that the partner's people can write, and a stranger who asks for access: refused with what
    was typed in the page, as a form of the site is. Names stand at the desk and in mails."""
    company = active(desk_app)
    pages = [f"/partner/{company.reference}/{each}" for each in PARTS if each != "overview"]
    browser, tried = signed_in(desk_app), 0
    for page in [f"/partner/{company.reference}", *pages, "/partner/ask"]:
        for action, fields in Forms(browser.get(page).text).found:
            base = {name: value or TYPED.get(kind, "") for name, (kind, value) in fields.items()}
            for name, (kind, _) in fields.items():
                if kind in ("text", "textarea") and not (action or "").endswith(("/sign-out", "/language")):
                    tried += 1
                    signs = UNSEEN if kind == "text" else UNSEEN[:4]
                    for typed in {signs[tried % len(signs)], "a\u202eb"}:
                        _refused(company, browser, action or page, base | {name: typed})
    assert tried > 10


def _refused(company: Company, browser: FlaskClient, address: str, data: dict[str, Any]) -> None:
    before = bytes_on_disk(company.desk_app.data)
    answer = browser.post(address, data=data, headers=OWN)
    assert answer.status_code in (400, 422), (address, data)
    assert bytes_on_disk(company.desk_app.data) == before, (address, data)
    assert not re.search("[\x00-\x08\x1b\u202e\u2066]", answer.text)


@pytest.mark.parametrize("typed", ["=?utf-8?q?a=0ABcc:_x?=", "Acme =?x"])
def test_nothing_that_begins_an_encoded_word_is_kept(desk_app: DeskApp, typed: str) -> None:
    """M1: what a mail header would read as something else never comes into a name."""
    company = active(desk_app)
    answer = company.post(signed_in(desk_app), "people", "add_person", name=typed, email="x@partner.example")
    assert answer.status_code == 422
    assert typed not in str(company.record)
