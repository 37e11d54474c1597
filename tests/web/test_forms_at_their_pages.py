"""A form at its page: kept while it is wrong, stored once when it is right."""

from collections.abc import Callable
from pathlib import Path
from threading import Barrier, Thread

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from forms_service.app import service_of
from forms_service.web.context import Service
from partner_program import Program
from tests.factories.clock import FakeClock
from tests.factories.site import make_site
from tests.web.conftest import mails, records


def test_a_valid_deal_is_stored_and_leads_to_its_status_page(
    client: FlaskClient, service: Service, deal: dict[str, str]
) -> None:
    """303 to a GET, so that a reload cannot send it twice; record and both mails are there by then."""
    answer = client.post("/register-deal/", data=deal)
    assert answer.status_code == 303
    assert answer.location.startswith("/status/")
    (record,) = records(service)
    assert record["said"]["customer_name"] == "Example Customer"
    assert record["state"] == "received"
    assert record["lang"] == "pl"
    assert record["program"] == deal["program"]
    assert record["received_at"] == "2026-12-22T09:30:00.000000Z"
    assert record["decide_by"] == "2026-12-28T22:59:59.000000Z"
    assert {mail["template"] for mail in mails(service)} == {"deal-received", "deal-notice"}


def test_an_application_has_no_deadline(
    client: FlaskClient, service: Service, application: dict[str, str]
) -> None:
    """The program sets no time for the answer to an application."""
    answer = client.post("/en/apply/", data=application)
    assert answer.location.startswith("/en/status/")
    (record,) = records(service, "application")
    assert record["decide_by"] is None
    assert record["lang"] == "en"


def test_an_invalid_form_comes_back_with_everything_typed(
    client: FlaskClient, service: Service, deal: dict[str, str]
) -> None:
    """422, the same page, a title that says so, and nothing stored."""
    answer = client.post("/register-deal/", data=deal | {"partner_email": "nobody", "customer_name": "<b>Ż"})
    assert answer.status_code == 422
    assert "<title>Błąd: Zarejestruj szansę sprzedażową" in answer.text
    assert 'value="nobody"' in answer.text
    assert "&lt;b&gt;Ż" in answer.text
    assert 'class="error-summary"' in answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    assert records(service) == []


def test_the_english_page_answers_in_english(client: FlaskClient, deal: dict[str, str]) -> None:
    """Language is the page's."""
    answer = client.post("/en/register-deal/", data=deal | {"partner_email": ""})
    assert "<title>Error: Register a deal – R&amp;D</title>" in answer.text
    assert "There is a problem: 1 error" in answer.text


def test_an_added_row_keeps_what_was_typed_and_checks_nothing(
    client: FlaskClient, service: Service, application: dict[str, str]
) -> None:
    """Add and remove work without a script; they store nothing."""
    answer = client.post("/apply/", data=application | {"tax_id": "wrong", "add-contacts": ""})
    assert answer.status_code == 200
    assert 'name="contacts-1-name"' in answer.text
    assert 'value="wrong"' in answer.text
    assert "error-summary" not in answer.text
    assert records(service, "application") == []


def test_a_form_from_an_older_program_is_not_stored(
    client: FlaskClient, service: Service, deal: dict[str, str]
) -> None:
    """It says so, and what else is wrong; what was typed is kept and can be sent again."""
    stale = deal | {"program": "0" * 64, "product": ""}
    answer = client.post("/register-deal/", data=stale)
    assert answer.status_code == 409
    assert "error-summary" in answer.text
    assert "notice--warning" in answer.text
    assert 'value="Example Customer"' in answer.text
    assert f'value="{deal["program"]}"' in answer.text
    assert records(service) == []


def test_a_row_added_to_an_older_form_says_so_too(client: FlaskClient, application: dict[str, str]) -> None:
    """The form that comes back is today's."""
    answer = client.post("/apply/", data=application | {"program": "0" * 64, "add-contacts": ""})
    assert answer.status_code == 200
    assert "notice--warning" in answer.text
    assert 'name="contacts-1-name"' in answer.text


def test_a_form_that_names_no_program_is_fine(client: FlaskClient, deal: dict[str, str]) -> None:
    """Whoever posts by hand need not know the hash."""
    del deal["program"]
    assert client.post("/register-deal/", data=deal).status_code == 303


def test_sent_twice_is_one_record(
    client: FlaskClient, service: Service, deal: dict[str, str], clock: FakeClock
) -> None:
    """Equal after cleaning: spaces, the page's language and the button pressed do not count."""
    first = client.post("/register-deal/", data=deal)
    clock.forward(hours=23)
    again = client.post("/en/register-deal/", data=deal | {"partner_tax_id": "PL 1234563218", "program": ""})
    assert again.location == f"/en{first.location}"
    assert len(records(service)) == 1
    assert len(mails(service)) == 2


@pytest.mark.parametrize(
    ("path", "said", "address"),
    [
        ("/register-deal/", "deal", "partner@example.com"),
        ("/en/register-deal/", "deal", "partner@example.com"),
        ("/apply/", "application", "contact@example.com"),
    ],
)
def test_sent_again_from_elsewhere_the_link_goes_to_the_sender(
    client: FlaskClient,
    service: Service,
    request: pytest.FixtureRequest,
    path: str,
    said: str,
    address: str,
) -> None:
    """L3: whoever knows every answer gets no key to what somebody else sent; its sender gets it by mail."""
    form = request.getfixturevalue(said)
    link = client.post(path, data=form).location
    token = link.rpartition("/")[2]
    stranger = {"REMOTE_ADDR": "192.0.2.7"}
    answer = client.post(path, data=form, environ_base=stranger)
    assert answer.status_code == 303
    assert answer.location == f"{'/en' if path.startswith('/en') else ''}/status/"
    assert token not in answer.text + str(answer.headers)
    assert len(records(service, said)) == 1
    (mail,) = [mail for mail in mails(service) if mail["template"] == "lost-link"]
    assert mail["to"] == address
    assert client.post(path, data=form).location == link
    assert len(mails(service)) == 3


def test_a_robot_elsewhere_does_not_take_a_persons_link(
    client: FlaskClient, service: Service, deal: dict[str, str]
) -> None:
    """What was caught before makes the person nobody else: they sent the first that counts."""
    robot = {"REMOTE_ADDR": "192.0.2.7"}
    client.post("/register-deal/", data=deal | {"subject": "filled by a program"}, environ_base=robot)
    link = client.post("/register-deal/", data=deal).location
    assert client.get(link).status_code == 200
    assert client.post("/register-deal/", data=deal).location == link
    assert client.post("/register-deal/", data=deal, environ_base=robot).location == "/status/"


@pytest.mark.parametrize(
    ("change", "hours"), [({"product": "Another"}, 1), ({}, 25)], ids=["another answer", "a day later"]
)
def test_not_the_same_is_another_record(
    client: FlaskClient,
    service: Service,
    deal: dict[str, str],
    clock: FakeClock,
    change: dict[str, str],
    hours: int,
) -> None:
    """Another answer, or more than 24 hours: a registration of its own."""
    client.post("/register-deal/", data=deal)
    clock.forward(hours=hours)
    client.post("/register-deal/", data=deal | change)
    assert len(records(service)) == 2


def test_sent_again_after_it_was_withdrawn_is_another_record(
    client: FlaskClient, service: Service, deal: dict[str, str]
) -> None:
    """Sent twice means: while the first is still open."""
    link = client.post("/register-deal/", data=deal).location
    client.post(link, data={"action": "withdraw", "confirmed": "y"})
    assert client.post("/register-deal/", data=deal).location != link
    assert len(records(service)) == 2


def test_the_clock_set_back_makes_no_second_record(
    client: FlaskClient, service: Service, deal: dict[str, str], clock: FakeClock
) -> None:
    """T1: an hour back, and the same form is still the same form."""
    first = client.post("/register-deal/", data=deal)
    clock.forward(hours=-1)
    assert client.post("/register-deal/", data=deal).location == first.location
    assert client.get(first.location).status_code == 200
    assert len(records(service)) == 1


def test_ten_at_once_are_one_record(app: Flask, deal: dict[str, str]) -> None:
    """A double click, ten times over: one record, one pair of mails, one status page."""
    together, answers = Barrier(10), list[TestResponse]()

    def send() -> None:
        client = app.test_client()
        together.wait()
        answers.append(client.post("/register-deal/", data=deal))

    threads = [Thread(target=send) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({answer.location for answer in answers}) == 1
    assert len(answers) == 10
    assert len(records(service_of(app))) == 1
    assert len(mails(service_of(app))) == 2


def test_the_honeypot_answers_as_ever_and_keeps_it_apart(
    client: FlaskClient, service: Service, deal: dict[str, str]
) -> None:
    """Same redirect, same status page; no mail to anybody."""
    answer = client.post("/register-deal/", data=deal | {"subject": "cheap"})
    assert answer.status_code == 303
    assert client.get(answer.location).status_code == 200
    (record,) = records(service)
    assert record["trapped"] is True
    assert mails(service) == []


def test_a_person_after_a_robot_is_heard(client: FlaskClient, service: Service, deal: dict[str, str]) -> None:
    """The same form without the honeypot makes a real submission of it, and its mails are owed now."""
    trapped = client.post("/register-deal/", data=deal | {"subject": "filled by a program"})
    real = client.post("/register-deal/", data=deal)
    assert real.location == trapped.location
    (record,) = records(service)
    assert record["trapped"] is False
    assert len(mails(service)) == 2


def test_sent_again_after_the_key_was_lost_it_gets_another_link(
    make_app: Callable[..., Flask], deal: dict[str, str]
) -> None:
    """The first link stays good; nobody is left without one."""
    before = make_app(SECRET_KEY="a" * 40)
    first = before.test_client().post("/register-deal/", data=deal).location
    service_of(before).store.close()
    after = make_app(SECRET_KEY="b" * 40)
    client = after.test_client()
    second = client.post("/register-deal/", data=deal).location
    assert first != second
    assert client.post("/register-deal/", data=deal).location == second
    assert [client.get(link).status_code for link in (first, second)] == [200, 200]
    assert len(records(service_of(after))) == 1


def test_the_answer_is_the_same_for_a_known_customer(
    client: FlaskClient, deal: dict[str, str], clock: FakeClock
) -> None:
    """Nobody learns from a registration whether somebody else has the customer."""
    first = client.post("/register-deal/", data=deal)
    clock.forward(minutes=1)
    other = deal | {"partner_tax_id": "5261040828", "partner_email": "other@example.com"}
    second = client.post("/register-deal/", data=other)
    pages = [client.get(answer.location).text for answer in (first, second)]
    for known, blank in (
        (first.location, "LINK"), (second.location, "LINK"), ("partner@example.com", "MAIL"),
        ("other@example.com", "MAIL"), ("PL1234563218", "NIP"), ("PL5261040828", "NIP"),
        ("10:31", "TIME"), ("10:30", "TIME"), ("09:31:00", "TIME"), ("09:30:00", "TIME"),
    ):  # fmt: skip
        pages = [page.replace(known, blank) for page in pages]
    first_lines, second_lines = (
        [line for line in page.splitlines() if "DEAL-" not in line] for page in pages
    )
    assert first_lines == second_lines


def test_a_form_works_on_whatever_page_it_is_placed(
    make_app: Callable[..., Flask], program: Program, tmp_path: Path, deal: dict[str, str]
) -> None:
    """The pages are asked which forms they hold; no address is written in code."""
    site = make_site(tmp_path / "moved", program)
    (site / "events" / "fair").mkdir(parents=True)
    (site / "register-deal" / "index.html").rename(site / "events" / "fair" / "index.html")
    app = make_app(SITE_DIR=str(site))
    client = app.test_client()
    assert client.post("/events/fair/", data=deal | {"product": ""}).status_code == 422
    sent = client.post("/events/fair/", data=deal)
    assert sent.status_code == 303
    assert "Zarejestruj kolejną" not in client.get(sent.location).text  # its links would lead astray there
    assert client.post("/register-deal/", data=deal).status_code == 404
    assert len(records(service_of(app))) == 1


def test_a_page_without_a_form_takes_none(client: FlaskClient, deal: dict[str, str]) -> None:
    """405 where there is a page, 404 where there is none."""
    refused = client.post("/tiers/", data=deal)
    assert (refused.status_code, refused.headers["Allow"]) == (405, "GET, HEAD")
    assert client.post("/nowhere/", data=deal).status_code == 404


def test_a_fetch_from_a_script_may_send_multipart(client: FlaskClient, deal: dict[str, str]) -> None:
    """FormData is multipart; it is the same form."""
    answer = client.post("/register-deal/", data=deal, content_type="multipart/form-data")
    assert answer.status_code == 303


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b'{"a": 1}', "application/json"),
        (b"not multipart at all", "multipart/form-data; boundary=x"),
        (b"customer_name=%ff%fe", "application/x-www-form-urlencoded"),
        (b"customer_name=%ed%a0%80", "application/x-www-form-urlencoded"),
        (b"\xff\xfe\x00", "application/x-www-form-urlencoded"),
    ],
    ids=["json", "broken multipart", "no UTF-8", "lone surrogate", "raw bytes"],
)
def test_what_no_browser_sends_is_refused(
    client: FlaskClient, service: Service, body: bytes, content_type: str
) -> None:
    """S14: 400 and a page, never a 500, and nothing is stored as something else than was typed."""
    answer = client.post("/register-deal/", data=body, content_type=content_type)
    assert answer.status_code == 400
    assert "built missing page" not in answer.text
    assert records(service) == []


def test_the_tier_finder_answers_in_its_own_page(client: FlaskClient) -> None:
    """A GET, so that it can be shared; the page without the query is the built one."""
    answer = client.get("/tiers/?sales_people=2&technical_people=0&lead_activities=1&sponsor=y")
    assert answer.status_code == 200
    assert "Gold: brakuje" in answer.text
    assert "Gold: brakuje" not in client.get("/tiers/").text
    assert client.get("/tiers?sales_people=2").location == "/tiers/?sales_people=2"
    assert "Gold: brakuje" not in client.get("/tiers/?utm_source=newsletter").text


def test_the_tier_finder_says_what_is_wrong(client: FlaskClient) -> None:
    """What was typed stays, too."""
    answer = client.get("/en/tiers/?sales_people=many")
    assert answer.status_code == 422
    assert "<title>Error: Tiers" in answer.text
    assert 'value="many"' in answer.text
