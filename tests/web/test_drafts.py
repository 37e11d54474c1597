"""Drafts: a form in sections on the server, for whoever has its link."""

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from threading import Barrier, Thread

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given, settings
from hypothesis import strategies as st
from werkzeug.test import TestResponse

from forms_service import forms
from forms_service.app import service_of
from forms_service.forms.sections import CHECK, SECTIONS, formdata_of
from forms_service.services import data_export, drafts
from forms_service.services.erasure import Erasure
from partner_program import Program, load
from tests.factories.clock import FakeClock
from tests.factories.program import FILE, published
from tests.factories.site import make_site
from tests.web.conftest import mails, records

APPLY = {"pl": "/apply/", "en": "/en/apply/"}
"""The page of the form."""
COMPANY = {"company_name": "Begun Ltd", "country": "PL", "tax_id": "123-456-32-18", "continue": "company"}


def begun(client: FlaskClient, lang: str = "pl", **typed: str) -> str:
    """The address of a draft that was just begun."""
    answer = client.post(APPLY[lang], data={**COMPANY, **typed})
    assert answer.status_code == 303, answer.text
    return str(answer.location).partition("#")[0]


def seen(client: FlaskClient, address: str) -> str:
    """What the page of a draft says it shows."""
    found = re.search(r'name="seen" value="([^"]+)"', client.get(address).text)
    assert found
    return found[1]


def test_the_first_continue_makes_a_draft(client: FlaskClient, app: Flask) -> None:
    """Nothing is kept before; its link is of 256 bits, and only a hash of it is stored."""
    store = service_of(app).store
    answer = client.post("/apply/", data=COMPANY)
    found = re.fullmatch(r"/apply/([A-Za-z0-9_-]{43})#partnership", answer.location)
    assert answer.status_code == 303
    assert found
    (draft,) = store.all("drafts")
    assert found[1] not in str(draft)
    assert draft["typed"]["company_name"] == "Begun Ltd"
    assert records(service_of(app), "application") == []
    page = client.get(answer.location)
    assert page.status_code == 200
    assert 'value="Begun Ltd"' in page.text
    assert page.headers["Cache-Control"] == "no-store"
    assert page.headers["X-Robots-Tag"] == "noindex"
    assert page.headers["Referrer-Policy"] == "no-referrer"


@pytest.mark.parametrize("lang", ["pl", "en"])
@pytest.mark.parametrize("section", [each.id for each in SECTIONS["application"]])
def test_continue_tells_what_is_wrong_in_its_own_section(
    client: FlaskClient, lang: str, section: str
) -> None:
    """What is typed is kept, right or wrong; a section that asks nothing has nothing wrong."""
    address = begun(client, lang)
    typed = {**COMPANY, "company_name": "", "lead_activities": "many", "seen": seen(client, address)}
    answer = client.post(address, data={**typed, "continue": section})
    assert answer.status_code == 303
    assert answer.location == f"{address}?mistakes={section}"
    page = client.get(answer.location)
    assert page.status_code == 422
    assert page.text.count('class="error-summary"') == 1
    wrong = set(re.findall(r'<a href="#([a-z_]+)', page.text.split("error-summary")[1].split("</ul>")[0]))
    (fields,) = [each.fields for each in SECTIONS["application"] if each.id == section]
    assert wrong
    assert {name.partition("-")[0] for name in wrong} <= set(fields)
    assert 'value="many"' in page.text


def test_wrong_from_the_start_keeps_nothing(client: FlaskClient, app: Flask) -> None:
    """The first section is answered in place, with all that was typed."""
    answer = client.post("/apply/", data={**COMPANY, "company_name": "", "message": "Kept on the page"})
    assert answer.status_code == 422
    assert "Kept on the page" in answer.text
    assert service_of(app).store.count("drafts") == 0


def fill(client: FlaskClient, application: dict[str, str], lang: str = "pl") -> str:
    """A draft with a whole application typed into it, section after section; the address it leads to."""
    address = begun(client, lang)
    for section in SECTIONS["application"]:
        typed = {**application, "seen": seen(client, address), "continue": section.id}
        typed.pop("accept_requirements")
        answer = client.post(address, data=typed)
        assert answer.status_code == 303
        assert "mistakes" not in answer.location
    assert answer.location == f"{address}/{CHECK}"
    return address


@pytest.mark.parametrize("lang", ["pl", "en"])
def test_sent_it_is_what_a_direct_post_is(
    client: FlaskClient, app: Flask, make_app: Callable[..., Flask], application: dict[str, str], lang: str
) -> None:
    """The same answers, and the draft is gone; its link leads to the status page."""
    address = fill(client, application, lang)
    page = client.get(f"{address}/check")
    assert page.status_code == 200
    assert page.text.count('class="answers"') == len(SECTIONS["application"])
    sent = {"send": "y", "seen": seen(client, f"{address}/check"), "accept_requirements": "y"}
    answer = client.post(f"{address}/check", data=sent)
    assert answer.status_code == 303
    (record,) = records(service_of(app), "application")
    assert "/status/" in answer.location
    assert service_of(app).store.count("drafts") == 0
    assert client.get(answer.location).status_code == 200
    for again in (client.get(address), client.post(f"{address}/check", data=sent)):
        assert (again.status_code, again.location) == (303, answer.location)
    direct = client.post(APPLY[lang], data=application)
    assert direct.location == answer.location, "one fingerprint: the same application"
    assert record["said"]["company_name"] == application["company_name"]
    assert len(records(service_of(app), "application")) == 1


def test_sent_twice_at_once_is_one(client: FlaskClient, app: Flask, application: dict[str, str]) -> None:
    address = fill(client, application)
    sent = {"send": "y", "seen": seen(client, f"{address}/check"), "accept_requirements": "y"}
    ready, answers = Barrier(4), list[TestResponse]()

    def send() -> None:
        ready.wait()
        answers.append(app.test_client().post(f"{address}/check", data=sent))

    threads = [Thread(target=send) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {answer.location for answer in answers} == {answers[0].location}
    assert "/status/" in answers[0].location
    assert len(records(service_of(app), "application")) == 1


def test_only_send_checks_everything(client: FlaskClient, app: Flask) -> None:
    """What is missing is told in its sections, all of them open; what is confirmed, on the check page."""
    address = begun(client)
    sent = {"send": "y", "seen": seen(client, f"{address}/check"), "accept_requirements": "y"}
    answer = client.post(f"{address}/check", data=sent)
    assert answer.location == f"{address}?mistakes=all"
    page = client.get(answer.location)
    assert page.status_code == 422
    assert len(re.findall(r'<details class="form-step[^>]* open', page.text)) >= 3
    assert service_of(app).store.count("drafts") == 1


def test_what_is_to_be_confirmed_is_asked_on_the_check_page(
    client: FlaskClient, application: dict[str, str]
) -> None:
    address = fill(client, application)
    sent = {"send": "y", "seen": seen(client, f"{address}/check")}
    answer = client.post(f"{address}/check", data=sent)
    assert answer.status_code == 422
    assert 'href="#accept_requirements"' in answer.text


def test_a_page_overtaken_by_another_saves_nothing(client: FlaskClient, app: Flask) -> None:
    """A page knows its own changes; what another saved is not replaced unseen, nothing typed lost."""
    address = begun(client)
    mine, other = seen(client, address), seen(client, address)
    for name in ("One", "Two"):
        saved = client.post(address, data={**COMPANY, "company_name": name, "seen": mine, "save": "y"})
        assert saved.status_code == 303
    late = client.post(address, data={**COMPANY, "company_name": "Three", "seen": other, "save": "y"})
    assert late.status_code == 409
    assert 'value="Three"' in late.text
    (draft,) = service_of(app).store.all("drafts")
    assert draft["typed"]["company_name"] == "Two"
    shown = re.search(r'name="seen" value="([^"]+)"', late.text)
    assert shown
    again = client.post(address, data={**COMPANY, "company_name": "Three", "seen": shown[1], "save": "y"})
    assert again.status_code == 303


def test_the_other_language_takes_along_what_is_typed(client: FlaskClient) -> None:
    address = begun(client)
    answer = client.post(
        address, data={**COMPANY, "website": "typed.example", "language": "en", "seen": seen(client, address)}
    )
    assert answer.location.startswith(f"/en{address}#")
    assert "typed.example" in client.get(answer.location).text


def test_rows_are_added_and_kept(client: FlaskClient) -> None:
    address = begun(client)
    answer = client.post(address, data={**COMPANY, "seen": seen(client, address), "add-contacts": "y"})
    assert answer.status_code == 200
    assert 'name="contacts-1-name"' in answer.text
    assert 'name="contacts-1-name"' in client.get(address).text


def test_deleted_and_expired_are_gone(client: FlaskClient, app: Flask, clock: FakeClock) -> None:
    """410, with a way to begin anew."""
    deleted, expired = begun(client), begun(client)
    answer = client.post(deleted, data={"delete": "y"})
    assert answer.status_code == 303
    assert client.get(answer.location).status_code == 410
    assert service_of(app).store.count("drafts") == 1
    clock.forward(days=14)
    page = client.get(expired)
    assert page.status_code == 410
    assert 'href="/apply/"' in page.text
    assert client.post(expired, data=COMPANY).status_code == 410
    assert service_of(app).drafts.tidy() == 1
    assert service_of(app).store.count("drafts") == 0


def test_each_change_makes_it_last_longer(client: FlaskClient, clock: FakeClock) -> None:
    address = begun(client)
    for _ in range(3):
        clock.forward(days=13)
        assert client.post(address, data={**COMPANY, "seen": seen(client, address)}).status_code == 303


def test_the_link_goes_by_mail_within_the_limits(make_app: Callable[..., Flask]) -> None:
    """The mail leads to the draft, and holds nothing that was typed; it goes with the draft."""
    app = make_app(RATE_LIMIT="100 per minute")
    client = app.test_client()
    address = begun(client)
    for _ in range(drafts.MAILS_PER_ADDRESS + 2):
        data = {**COMPANY, "seen": seen(client, address), "later": "y", "later_email": "me@example.com"}
        assert "mailed=y" in client.post(address, data=data).location
    owed = [mail for mail in mails(service_of(app)) if mail["template"] == "draft-link"]
    assert [mail["to"] for mail in owed] == ["me@example.com"] * drafts.MAILS_PER_ADDRESS
    assert service_of(app).drafts.link_for(owed[0]) == ("application", address.removeprefix("/apply/"))
    client.post(address, data={"delete": "y"})
    assert mails(service_of(app)) == []
    wrong = begun(client)
    answer = client.post(
        wrong, data={**COMPANY, "later": "y", "later_email": "no", "seen": seen(client, wrong)}
    )
    assert answer.status_code == 422


@pytest.mark.parametrize(
    "address", ["/apply/" + "x" * 43, "/apply/" + "x" * 43 + "/check", "/en/apply/" + "-" * 43]
)
def test_an_unknown_link_is_gone(client: FlaskClient, address: str) -> None:
    assert client.get(address).status_code == 410


@pytest.mark.parametrize("address", ["/apply/xyz", "/nowhere/" + "x" * 43, "/status/" + "x" * 43])
def test_what_is_no_draft_is_not_found(client: FlaskClient, address: str) -> None:
    assert client.get(address).status_code == 404


def test_begun_under_another_program(
    make_app: Callable[..., Flask], program: Program, tmp_path: Path
) -> None:
    """The page says what changed, until the draft is saved under the new one."""
    served = tmp_path / "served"
    served.symlink_to(make_site(tmp_path / "first", program))
    client = make_app(SITE_DIR=str(served)).test_client()
    address = begun(client)
    assert "Other Vendor" not in client.get(address).text
    other = load(FILE).model_copy(update={"vendor": "Other Vendor"})
    newer = make_site(tmp_path / "second", other, mark="2")
    (tmp_path / "link").symlink_to(newer)
    (tmp_path / "link").rename(served)
    assert "Other Vendor" in client.get(address).text.split("<form")[0]
    client.post(address, data={**COMPANY, "seen": seen(client, address)})
    assert "Other Vendor" not in client.get(address).text.split("<form")[0]


def test_bounded_in_number_and_size(client: FlaskClient, app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Then the whole form can be sent at once, with everything typed."""
    large = client.post("/apply/", data={**COMPANY, "message": "a" * drafts.MOST_BYTES})
    assert large.status_code == 413
    assert 'name="continue"' not in large.text
    begun(client)
    monkeypatch.setattr(drafts, "MOST", 1)
    refused = client.post("/apply/", data=COMPANY)
    assert refused.status_code == 503
    assert 'value="Begun Ltd"' in refused.text
    assert service_of(app).store.count("drafts") == 1


def test_a_person_named_in_a_draft(client: FlaskClient, app: Flask, tmp_path: Path, clock: FakeClock) -> None:
    """Told to the person; erased with the whole draft, which nobody but its sender ever saw."""
    store = service_of(app).store
    begun(client, **{"contacts-0-name": "Named Person", "contacts-0-email": "named@example.com"})
    begun(client)
    (told,) = data_export.exported(store, "named@example.com", clock())["elsewhere"]
    assert told["table"] == "drafts"
    assert "Named Person" in str(told["said_about_you"])
    folder = service_of(app).settings.data_dir
    assert Erasure(store, folder, clock).erase("named@example.com", by="tests").stripped == 1
    assert store.count("drafts") == 1


def test_what_the_honeypot_caught_stays_caught(
    client: FlaskClient, app: Flask, application: dict[str, str]
) -> None:
    address = fill(client, application)
    saved = {**application, "subject": "robot", "seen": seen(client, address), "save": "y"}
    client.post(address, data=saved)
    sent = {"send": "y", "seen": seen(client, f"{address}/check"), "accept_requirements": "y"}
    client.post(f"{address}/check", data=sent)
    (record,) = service_of(app).store.all("records")
    assert record["trapped"]


TYPED = st.fixed_dictionaries(
    {
        "company_name": st.text(max_size=20),
        "models": st.lists(st.sampled_from(["sell-with", "resell", "else"]), max_size=3),
        "contacts": st.lists(
            st.fixed_dictionaries({"name": st.text(max_size=9), "email": st.text(max_size=9)}), max_size=3
        ),
        "sponsor": st.fixed_dictionaries({"name": st.text(max_size=9)}),
        "sponsor_is_contact": st.sampled_from(["", "y"]),
    }
)


@settings(max_examples=60, deadline=timedelta(seconds=2))
@given(typed=TYPED)
def test_what_was_typed_makes_the_same_form_again(typed: dict[str, object]) -> None:
    """Round trip: typed, kept, drawn and typed again is the same, and so is what is wrong with it."""
    program = published()
    first = forms.build("application", program, "pl", formdata=formdata_of(typed))
    kept = first.as_typed()
    second = forms.build("application", program, "pl", formdata=formdata_of(kept))
    assert second.as_typed() == kept
    assert (first.validate(), first.said(), list(first.mistakes())) == (
        second.validate(),
        second.said(),
        list(second.mistakes()),
    )
