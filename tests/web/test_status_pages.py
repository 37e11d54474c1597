"""Result: the page behind a status link."""

import re
from datetime import UTC, datetime
from typing import Any

import pytest
from flask.testing import FlaskClient

from forms_service.web.context import Service
from tests.factories.clock import FakeClock
from tests.web.conftest import mails, records


@pytest.fixture
def link(client: FlaskClient, deal: dict[str, str]) -> str:
    """The address of a deal's status page."""
    return str(client.post("/register-deal/", data=deal).location)


def test_a_deal_says_by_when_it_is_decided(
    client: FlaskClient, service: Service, deal: dict[str, str], clock: FakeClock
) -> None:
    """Weekday, date, and the days that do not count, named."""
    clock.now = datetime(2026, 12, 23, 10, 0, tzinfo=UTC)
    page = client.get(client.post("/register-deal/", data=deal).location)
    (record,) = records(service)
    text = page.text.replace("\u00a0", " ")
    assert page.status_code == 200
    assert f"Mamy Twoją rejestrację. Numer: {record['id']}" in text
    assert "Decyzja najpóźniej: wtorek, 29 grudnia 2026, do końca dnia." in text
    assert "24 i 25 grudnia (dni ustawowo wolne)" in text
    assert "środa, 23 grudnia 2026, 11:00" in text
    assert "Potwierdzenie wyślemy na adres partner@example.com" in text
    assert "25 000,50" in text
    assert f"<title>{record['id']} – Status" in text


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, "Potwierdzenie wyślemy"),
        (
            {"state": "sent", "sent_at": "2026-11-24T09:31:00.000000Z", "file": False},
            "Potwierdzenie wysłaliśmy",
        ),
        ({"state": "sent", "sent_at": "2026-11-24T09:31:00.000000Z", "file": True}, "Potwierdzenie wyślemy"),
        ({"state": "dead"}, "Nie udało się dostarczyć potwierdzenia"),
        ({"state": "dropped"}, "Nie udało się dostarczyć potwierdzenia"),
        ({"state": "settled"}, ""),
    ],
)
def test_it_says_of_the_confirmation_what_is_true(
    client: FlaskClient, service: Service, link: str, changes: dict[str, Any], said: str
) -> None:
    """Sent once a mail server took it; a file is no mail."""
    (mail,) = [each for each in service.store.all("mails") if each["template"] == "deal-received"]
    with service.store.batch() as batch:
        batch.replace("mails", {**mail, **changes}, mail["version"])
    page = client.get(link).text.replace("\u00a0", " ")
    told = [each for each in ("Potwierdzenie wy", "dostarczyć potwierdzenia") if each in page]
    assert said in page and len(told) == bool(said)
    assert page.count("progress__step--done") == 1 and page.count('aria-current="step"') == 1


def test_it_speaks_the_language_of_its_address(client: FlaskClient, link: str) -> None:
    """The same token under /en/ is the English page, and the language switch leads there."""
    polish = client.get(link).text
    assert f'<a href="/en{link}">English</a>' in polish
    text = client.get(f"/en{link}").text.replace("\u00a0", " ")
    assert "Decision by: Monday 28 December 2026, end of day (Warsaw)." in text
    assert "We will send a confirmation to partner@example.com." in text


def test_the_page_is_for_its_holder_only(client: FlaskClient, link: str) -> None:
    """P4: no cache keeps it, no engine lists it, no other site learns its address."""
    headers = client.get(link).headers
    assert headers["Cache-Control"] == "no-store"
    assert headers["X-Robots-Tag"] == "noindex"
    assert headers["Referrer-Policy"] == "no-referrer"


def test_an_application_is_silent_on_time_and_says_whom_to_ask(
    client: FlaskClient, application: dict[str, str]
) -> None:
    """No time that the program does not name; what is missing comes with onboarding."""
    text = client.get(client.post("/apply/", data=application).location).text.replace("\u00a0", " ")
    assert "odezwiemy się do osoby kontaktowej z Twojej firmy." in text
    assert "dmajewski@future-processing.com" in text
    assert "Decyzja najpóźniej" not in text
    assert "Gold: brakuje" in text
    assert "wdrożenia" in text
    assert ".ics" not in text


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("/status/{}", "Ten link jest niepełny albo wygasł."),
        ("/en/status/{}", "This link is incomplete, or no longer valid."),
        ("/status/{}.ics", "Ten link jest niepełny albo wygasł."),
    ],
)
def test_a_wrong_link_offers_new_ones(client: FlaskClient, link: str, address: str, said: str) -> None:
    """Whatever is wrong with the token: not found, and the form for new links."""
    token = link.rpartition("/")[2]
    wrong = (token[:-1], token + "A", token.swapcase(), "x", "ą", "a" * 5000, "%00", "..", "x.", "...")
    for each in wrong:
        answer = client.get(address.format(each))
        assert answer.status_code == 404, each
        text = answer.text.replace("\u00a0", " ")
        assert said in text
        assert f'action="{address[: address.index("{")]}"' in text
        assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    "behind",
    [
        *(".", ",", ";", ")", "%3E", "%22", "!", "…", "%E2%80%9D.", ").", "/", "%20.", "%20"),
        *("%20%20", "%C2%A0", "%0D%0A", "%E2%80%8B"),
    ],
)
def test_what_a_sentence_puts_behind_a_link_is_taken_away(
    client: FlaskClient, link: str, behind: str
) -> None:
    """A full stop, a bracket or a quotation mark, as links are cut out of a text."""
    for address in (link, f"/en{link}"):
        answer = client.get(f"{address}{behind}")
        assert (answer.status_code, answer.location) == (303, address)


@pytest.mark.parametrize("between", ["%20", "%0A", "%3D%0D%0A", "%C2%AD"])
def test_a_link_wrapped_by_a_mail_program_leads_on(client: FlaskClient, link: str, between: str) -> None:
    """Its line end, space or soft hyphen in the middle of the token is no part of it."""
    answer = client.get(f"{link[:-20]}{between}{link[-20:]}")
    assert (answer.status_code, answer.location) == (303, link)


def test_a_language_that_is_none_is_not_found(client: FlaskClient, link: str) -> None:
    """Any first part of the address reaches the route; only the site's languages are one."""
    assert client.get(f"/de{link}").status_code == 404
    assert client.get(f"/pl{link}").status_code == 404


def test_withdrawing_asks_first(client: FlaskClient, service: Service, link: str) -> None:
    """One press asks, the second withdraws; the page then says so."""
    sent = client.post(link, data={"action": "withdraw"})
    assert (sent.status_code, sent.location) == (303, f"{link}/withdraw")
    asked = client.get(sent.location)
    assert asked.status_code == 200
    assert "Tego nie można cofnąć" in asked.text.replace("\u00a0", " ")
    assert records(service)[0]["state"] == "received"

    done = client.post(link, data={"action": "withdraw", "confirmed": "y"})
    assert (done.status_code, done.location) == (303, link)
    (record,) = records(service)
    assert record["state"] == "withdrawn"
    assert [entry["what"] for entry in record["history"]] == ["submit", "withdraw"]
    page = client.get(link).text.replace("\u00a0", " ")
    assert f"Wycofane. Numer: {record['id']}" in page
    assert f'href="{link}/withdraw"' not in page
    assert "Decyzja najpóźniej" not in page


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_each_form_of_the_page_has_its_address(
    client: FlaskClient, service: Service, link: str, prefix: str
) -> None:
    """GET shows it, with links that lead where they do on any page; POST saves: 303, or 422 with the text."""
    address = f"{prefix}{link}"
    for part, other in (("correct", "/en"), ("withdraw", "/en")):
        shown = client.get(f"{address}/{part}")
        assert shown.status_code == 200
        assert f'action="{address}/{part}"' in shown.text
        assert f'href="{"" if prefix else other}{link}/{part}"' in shown.text
        assert shown.headers["Cache-Control"] == "no-store"
        assert not re.findall(r'(?:href|src)="(?![/#]|https?:|mailto:|data:)[^"]*"', shown.text)
    wrong = client.post(f"{address}/correct", data={"customer_name": "Typed", "value_amount": "no"})
    assert wrong.status_code == 422 and 'value="Typed"' in wrong.text
    assert client.get(f"{address}/result").status_code == 409
    done = client.post(f"{address}/withdraw", data={})
    assert (done.status_code, done.location) == (303, address)
    assert records(service)[0]["state"] == "withdrawn"
    assert client.get(f"{address}/correct").status_code == 409
    assert client.get(f"{prefix}/status/none/withdraw").status_code == 404


def test_withdrawing_twice_is_withdrawing_once(client: FlaskClient, service: Service, link: str) -> None:
    """A double click changes nothing more and owes no second mail."""
    for _ in range(2):
        client.post(link, data={"action": "withdraw", "confirmed": "y"})
    (record,) = records(service)
    assert len(record["history"]) == 2
    assert sorted(mail["template"] for mail in mails(service)) == [
        "deal-notice", "deal-received", "withdrawn", "withdrawn-notice",
    ]  # fmt: skip


def test_another_deal_begins_with_what_a_partner_need_not_type_again(
    client: FlaskClient, service: Service, link: str, deal: dict[str, str]
) -> None:
    """By POST: nothing about the partner stands in an address; the form goes to its own page."""
    answer = client.post(link, data={"action": "another"})
    assert answer.status_code == 200
    assert 'action="/register-deal/"' in answer.text
    assert 'value="PL1234563218"' in answer.text
    assert 'value="partner@example.com"' in answer.text
    assert "Example Customer" not in answer.text
    assert "error-summary" not in answer.text
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert len(records(service)) == 1


def test_an_unknown_action_is_refused(client: FlaskClient, link: str) -> None:
    """400, and nothing happens."""
    assert client.post(link, data={"action": "approve"}).status_code == 400
    assert client.post(link).status_code == 400


def test_the_deadline_can_go_into_a_calendar(client: FlaskClient, service: Service, link: str) -> None:
    """A file of its own, found by the link on the page."""
    assert f'href="{link}.ics"' in client.get(link).text
    answer = client.get(f"{link}.ics")
    assert answer.content_type == "text/calendar; charset=utf-8"
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{records(service)[0]["id"]}.ics"'
    assert "DTSTART;VALUE=DATE:20261228" in answer.text
    assert answer.headers["Cache-Control"] == "no-store"


def test_only_a_hash_of_the_token_is_stored(client: FlaskClient, service: Service, link: str) -> None:
    """Whoever reads the data cannot open a status page."""
    assert client.get(link).status_code == 200
    token = link.rpartition("/")[2].encode()
    files = [path for path in service.settings.data_dir.rglob("*") if path.is_file()]
    assert files
    assert not [path for path in files if token in path.read_bytes()]
