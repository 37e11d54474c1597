"""What a form would say to a tax number, while it is typed."""

import re
from collections.abc import Callable
from html import unescape
from io import StringIO

import pytest
from flask import Flask
from flask.testing import FlaskClient

from forms_service.app import service_of
from forms_service.web.public.check_views import BODY_LIMIT_BYTES
from tests.web.test_logs_and_references import lines, written

__all__ = ["written"]

ADDRESS = {"pl": "/apply/", "en": "/en/apply/"}
COMPLETE = {"pl": "Numer jest poprawny", "en": "This number is complete"}

languages = pytest.mark.parametrize("lang", ["pl", "en"])

WRONG = {
    "check digit": ("1234563219", "PL"),
    "too short": ("123456", "PL"),
    "more than a NIP": ("1234563218 x9", "PL"),
    "no country yet": ("1234563219", ""),
    "another country's": ("DE136695976", "PL"),
    "no VAT number": ("DE1", "DE"),
    "shortened": ("7,81E+09", "PL"),
    "no number outside the EU": ("<b>", "US"),
    "too long": ("1" * 300, "PL"),
}


@languages
@pytest.mark.parametrize(("number", "country"), WRONG.values(), ids=WRONG)
def test_the_sentence_is_that_of_the_form(client: FlaskClient, lang: str, number: str, country: str) -> None:
    typed = {"tax_id": number, "country": country}
    form = client.post(ADDRESS[lang], data=typed)
    assert form.status_code == 422
    told = client.post(f"{ADDRESS[lang]}check", data=typed)
    found = re.search(r'id="?tax_id-error"?.*?</span> (.*?)</p>', form.text, re.DOTALL)
    assert found
    assert told.status_code == 200
    assert told.headers["Cache-Control"] == "no-store"
    assert told.headers["X-Robots-Tag"] == "noindex"
    sentence = unescape(found[1])
    assert told.json["sentence"].replace("\u00a0", " ") == sentence.replace("\u00a0", " ")
    assert told.json["right"] is False


@languages
@pytest.mark.parametrize(("number", "country"), [("123-456-32-18", "PL"), ("DE 136 695 976", "DE")])
def test_a_number_with_a_right_checksum_is_said_to_be_complete(
    client: FlaskClient, lang: str, number: str, country: str
) -> None:
    told = client.post(f"{ADDRESS[lang]}check", data={"tax_id": number, "country": country})
    assert told.json == {"sentence": COMPLETE[lang], "right": True}


@pytest.mark.parametrize("typed", [{}, {"tax_id": " "}, {"tax_id": "12-3456789", "country": "US"}])
def test_nothing_is_promised_of_what_nobody_can_check(client: FlaskClient, typed: dict[str, str]) -> None:
    assert client.post("/apply/check", data=typed).json == {"sentence": "", "right": None}


@pytest.mark.parametrize("length", [BODY_LIMIT_BYTES, 250 * 1024])
def test_a_large_body_is_refused(client: FlaskClient, length: int) -> None:
    assert client.post("/apply/check", data={"tax_id": "1" * length}).status_code == 413


@pytest.mark.parametrize("address", ["/apply/check", "/en/apply/check", "/xx/apply/check"])
def test_it_is_no_page(client: FlaskClient, address: str) -> None:
    assert client.get(f"{address}?tax_id=1234563218").status_code == 404


@pytest.mark.parametrize("address", ["/xx/apply/check", "/tiers/check"])
def test_only_the_application_has_one(client: FlaskClient, address: str) -> None:
    assert client.post(address, data={"tax_id": "1234563218"}).status_code == 404


def test_another_site_may_not_ask(client: FlaskClient) -> None:
    answer = client.post("/apply/check", data={}, headers={"Origin": "https://evil.example"})
    assert answer.status_code == 403


def test_it_has_a_limit_of_its_own(make_app: Callable[..., Flask]) -> None:
    """Who types may still send, and who sent may still type."""
    client = make_app(RATE_LIMIT="1 per hour").test_client()
    answers = [client.post("/apply/check", data={"tax_id": "1"}).status_code for _ in range(61)]
    assert answers == [200] * 60 + [429]
    assert client.post("/apply/", data={}).status_code == 422
    assert client.post("/apply/", data={}).status_code == 429


def test_nothing_of_it_is_kept(make_app: Callable[..., Flask], written: StringIO) -> None:
    app = make_app()
    app.test_client().post("/apply/check?tax_id=5556667778", data={"tax_id": "1112223334", "country": "PL"})
    (line,) = lines(written)
    assert (line["method"], line["route"], line["status"]) == ("POST", "/apply/check", 200)
    assert "1112223334" not in written.getvalue()
    assert "5556667778" not in written.getvalue()
    assert service_of(app).store.all("drafts") == []
