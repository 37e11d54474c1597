"""One company is one partner, as the desk shows it; the sender learns nothing of it."""

import re

import pytest
from flask.testing import FlaskClient

from tests.factories.desk import ADMIN, NIP, DeskApp, words

CONTACT = {"contacts-0-email": "new@elsewhere.example", "website": ""}


def partners(desk_app: DeskApp) -> list[str]:
    return [each["id"] for each in desk_app.service.store.all("partners")]


@pytest.fixture
def browser(desk_app: DeskApp) -> FlaskClient:
    return desk_app.browser(ADMIN)


def test_a_second_application_is_pointed_out_and_joins(desk_app: DeskApp, browser: FlaskClient) -> None:
    """In the queue, on the page, at the decision, with links; then the partner names both applications."""
    first = desk_app.partner()
    (partner,) = partners(desk_app)
    second = desk_app.application(company_name="Ta sama firma", tax_id="123-456-32-18", **CONTACT)
    assert "company known" in words(browser.get("/desk/"))
    page = browser.get(f"/desk/submissions/{second}")
    named = "Example Partner, Gold, Onboarding (the same tax number PL1234563218)."
    assert f"This company is a partner: {named} {partner}" in words(page)
    assert "This company has another application: Example Partner" in words(page)
    for link in (f"/desk/partners/{partner}", f"/desk/submissions/{first}"):
        assert f'href="{link}"' in page.text
    assert "Pre-accept and join" in page.text
    assert desk_app.do(browser, second, "pre_accept").status_code == 303
    assert partners(desk_app) == [partner]
    page = browser.get(f"/desk/partners/{partner}")
    assert f"Applications: {first} , {second}" in words(page)
    assert "1 person asks for access" in words(page)
    assert f"Joined the partner {partner}" in words(browser.get(f"/desk/submissions/{second}"))


def test_of_very_many_the_first_are_shown(desk_app: DeskApp, browser: FlaskClient) -> None:
    """The others are counted."""
    references = [desk_app.application(**CONTACT, lead_activities=str(number)) for number in range(13)]
    said = words(browser.get(f"/desk/submissions/{references[0]}"))
    assert said.count("This company has another application") == 10
    assert "There are 2 more." in said


def test_what_may_be_the_same_company_is_chosen(desk_app: DeskApp, browser: FlaskClient) -> None:
    """A new partner unless somebody chooses; what was chosen stays in the form after a mistake."""
    desk_app.partner()
    (partner,) = partners(desk_app)
    second = desk_app.application(company_name="Example Partner Inc.", tax_id="7680002466", **CONTACT)
    page = browser.get(f"/desk/submissions/{second}")
    assert "A partner may be the same company: Example Partner" in words(page)
    assert "The tax numbers differ" in words(page)
    answer = desk_app.do(browser, second, "pre_accept", join=partner, text="a\x00b")
    assert answer.status_code == 422
    assert re.search(rf'value="{partner}" selected', answer.text)
    assert desk_app.do(browser, second, "pre_accept", join="PAR-2222-2222").status_code == 422
    assert desk_app.do(browser, second, "pre_accept", join=partner).status_code == 303
    assert partners(desk_app) == [partner]


def test_two_partners_of_older_data_are_pointed_out_on_both_pages(
    desk_app: DeskApp, browser: FlaskClient
) -> None:
    desk_app.partner()
    store = desk_app.service.store
    (first,) = store.all("partners")
    second = {**first, "id": "PAR-2222-2222", "application": "APP-2222-2222"}
    with store.batch() as batch:
        batch.add("partners", {name: value for name, value in second.items() if name != "version"})
    desk_app.deal(partner_tax_id=NIP)
    for one, other in ((first, second), (second, first)):
        page = browser.get(f"/desk/partners/{one['id']}")
        assert "The same company is a partner twice: Example Partner" in words(page)
        assert f'href="/desk/partners/{other["id"]}"' in page.text
    shown = [
        "Example Customer" in browser.get(f"/desk/partners/{each}/deals").text for each in partners(desk_app)
    ]
    assert sorted(shown) == [False, True]
