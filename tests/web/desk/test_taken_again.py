"""What one form took, every other form takes: the tax number that somebody applied with."""

from typing import Any

import pytest

from tests.factories.desk import ADMIN, MONDAY, OWN, Office, words
from tests.web.partner.test_access_requests import ask

TURKISH, UNKNOWN = "8790017566", "8790017567"

APPLIED = [
    ("TR", TURKISH, TURKISH),
    ("TR", TURKISH, "879 001 75 66"),
    ("TR", "TR 8790017566", TURKISH),
    ("TR", "1234563218", "1234563218"),
    ("GB", "XI 110305878", "XI 110305878"),
    ("GB", "GB 110 3058 78", "XI110305878"),
    ("CH", "CHE-123.456.788", "CHE 123 456 788 MWST"),
    ("MC", "FR40303265045", "FR 40 303265045"),
    ("BR", "11.222.333/0001-81", "CNPJ 11.222.333/0001-81"),
    ("US", "12-3456789", "EIN 12 3456789"),
    ("PL", "7680002466", "NIP 768-000-24-66"),
]


def partner(office: Office, country: str, tax_id: str) -> str:
    reference = office.application(country=country, tax_id=tax_id)
    office.do(office.browser(ADMIN), reference, "pre_accept")
    return reference


def typed(office: Office, number: str, **other: str) -> dict[str, str]:
    return {
        "partner_tax_id": number,
        "partner_email": "contact@partner.example",
        "customer_name": "Example Customer",
        "customer_country": "PL",
        "model": office.program.models[0].id,
        "product": "Cloud migration",
        "value_amount": "25000",
        "value_currency": "PLN",
        "expected_close": "2027-03-31",
        "accept_privacy": "y",
    } | other


def register(office: Office, number: str, **other: str) -> Any:
    browser = office.app.test_client()
    return browser.post("/en/register-deal/", data=typed(office, number, **other), headers=OWN)


def enter(office: Office, number: str, **other: str) -> Any:
    day = MONDAY.date().isoformat()
    came = {"how": "phone", "received_day": day, "received_time": "09:00", "language": "en"}
    return office.browser().post("/desk/enter", data=typed(office, number, **came, **other), headers=OWN)


@pytest.mark.parametrize(("country", "applied", "number"), APPLIED)
def test_a_number_that_applied_registers_deals(
    office: Office, country: str, applied: str, number: str
) -> None:
    """On the public form and at the desk; the deal is the partner's, and nothing is said against it."""
    partner(office, country, applied)
    assert register(office, number).status_code == 303
    assert enter(office, number, customer_name="Another").status_code == 303
    deals = [each for each in office.service.store.all("records") if each["kind"] == "deal"]
    (company,) = office.service.store.all("partners")
    assert office.service.partner_deals.page(company, 1).total == len(deals) == 2
    for deal in deals:
        said = words(office.browser().get(f"/desk/submissions/{deal['id']}"))
        assert "From Example Partner" in said
        assert "No application has" not in said
        assert "belongs to" not in said
    assert deals[0]["id"] in office.browser().get("/desk/", query_string={"search": number}).text


def test_a_stranger_learns_nothing_from_a_number(office: Office) -> None:
    """The answer to a number that nobody applied with stays; a form with another mistake tells nothing."""
    partner(office, "TR", TURKISH)
    said = "Check the NIP: it has 10 digits and the check digit does not match"
    for send in (register, enter):
        refused = send(office, UNKNOWN)
        assert refused.status_code == 422
        assert said in words(refused)
        for number in (TURKISH, UNKNOWN):
            assert said in words(send(office, number, customer_name="")), "with another mistake"


def test_who_asks_for_access_finds_the_company(office: Office) -> None:
    """By the number it applied with, and by no other."""
    partner(office, "TR", TURKISH)
    assert ask(office, "new@elsewhere.example", tax_id=TURKISH).status_code == 303
    assert ask(office, "new@elsewhere.example", tax_id=UNKNOWN).status_code == 422


def test_a_spreadsheet_s_number_is_refused_by_name(office: Office) -> None:
    """Wherever it is typed."""
    for refused in (
        register(office, "7,81E+09"),
        enter(office, "7,81E+09"),
        ask(office, tax_id="7,81E+09"),
    ):
        assert "A spreadsheet (Excel) has shortened this number" in words(refused)


@pytest.mark.parametrize(
    ("tax_id", "country", "marked"), [(TURKISH, "TR", True), ("7680002466", "PL", False)]
)
def test_staff_see_that_nobody_checked_a_number(
    office: Office, tax_id: str, country: str, marked: bool
) -> None:
    """Staff only: the sender typed it."""
    reference = office.application(tax_id=tax_id, country=country)
    assert ("(not checked)" in words(office.browser().get(f"/desk/submissions/{reference}"))) is marked


def test_what_people_typed_keeps_its_own_direction(office: Office) -> None:
    """A name in Arabic with a number tears nothing apart, wherever it is read."""
    name, product = "شركة – 100%", "مشروع – 100%"
    reference = office.deal(customer_name=name, product=product)
    rival = office.deal(customer_name=name, product=product, partner_email="x@rival.example")
    browser = office.browser()
    for page in ("/desk/", f"/desk/submissions/{reference}", f"/desk/submissions/{rival}"):
        html = browser.get(page).text
        for text in (name, product):
            assert f"<bdi>{text}</bdi>" in html
    token = office.service.submissions.token_of(office.record(reference))
    assert f"<bdi>{product}</bdi>" in office.app.test_client().get(f"/en/status/{token}").text
