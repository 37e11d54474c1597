"""What one form took, every other form takes: the tax number that somebody applied with."""

from typing import Any

import pytest

from tests.factories.clock import MONDAY
from tests.factories.desk import ADMIN, OWN, DeskApp, words
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


def partner(desk_app: DeskApp, country: str, tax_id: str) -> str:
    reference = desk_app.application(country=country, tax_id=tax_id)
    desk_app.do(desk_app.browser(ADMIN), reference, "pre_accept")
    return reference


def typed(desk_app: DeskApp, number: str, **other: str) -> dict[str, str]:
    return {
        "partner_tax_id": number,
        "partner_email": "contact@partner.example",
        "customer_name": "Example Customer",
        "customer_country": "PL",
        "model": desk_app.program.models[0].id,
        "product": "Cloud migration",
        "value_amount": "25000",
        "value_currency": "PLN",
        "expected_close": "2027-03-31",
    } | other


def register(desk_app: DeskApp, number: str, **other: str) -> Any:
    browser = desk_app.app.test_client()
    return browser.post("/en/register-deal/", data=typed(desk_app, number, **other), headers=OWN)


def enter(desk_app: DeskApp, number: str, **other: str) -> Any:
    day = MONDAY.date().isoformat()
    came = {"how": "phone", "received_day": day, "received_time": "09:00", "language": "en"}
    return desk_app.browser().post("/desk/enter", data=typed(desk_app, number, **came, **other), headers=OWN)


@pytest.mark.parametrize(("country", "applied", "number"), APPLIED)
def test_a_number_that_applied_registers_deals(
    desk_app: DeskApp, country: str, applied: str, number: str
) -> None:
    """On the public form and at the desk; the deal is the partner's, and nothing is said against it."""
    partner(desk_app, country, applied)
    assert register(desk_app, number).status_code == 303
    assert enter(desk_app, number, customer_name="Another").status_code == 303
    deals = [each for each in desk_app.service.store.all("records") if each["kind"] == "deal"]
    (company,) = desk_app.service.store.all("partners")
    assert desk_app.service.partner_deals.page(company, 1).total == len(deals) == 2
    for deal in deals:
        said = words(desk_app.browser().get(f"/desk/submissions/{deal['id']}"))
        assert "From Example Partner" in said
        assert "No application has" not in said
        assert "belongs to" not in said
    assert deals[0]["id"] in desk_app.browser().get("/desk/", query_string={"search": number}).text


def test_a_stranger_learns_nothing_from_a_number(desk_app: DeskApp) -> None:
    """The answer to a number that nobody applied with stays; a form with another mistake tells nothing."""
    partner(desk_app, "TR", TURKISH)
    said = "This NIP is wrong: its check digit does not match"
    for send in (register, enter):
        refused = send(desk_app, UNKNOWN)
        assert refused.status_code == 422
        assert said in words(refused)
        for number in (TURKISH, UNKNOWN):
            assert said in words(send(desk_app, number, customer_name="")), "with another mistake"


def test_who_asks_for_access_finds_the_company(desk_app: DeskApp) -> None:
    """By the number it applied with, and by no other."""
    partner(desk_app, "TR", TURKISH)
    assert ask(desk_app, "new@elsewhere.example", tax_id=TURKISH).status_code == 303
    assert ask(desk_app, "new@elsewhere.example", tax_id=UNKNOWN).status_code == 422


def test_a_spreadsheet_s_number_is_refused_by_name(desk_app: DeskApp) -> None:
    """Wherever it is typed."""
    for refused in (
        register(desk_app, "7,81E+09"),
        enter(desk_app, "7,81E+09"),
        ask(desk_app, tax_id="7,81E+09"),
    ):
        assert "A spreadsheet (Excel) has shortened this number" in words(refused)


@pytest.mark.parametrize(
    ("tax_id", "country", "marked"), [(TURKISH, "TR", True), ("7680002466", "PL", False)]
)
def test_staff_see_that_nobody_checked_a_number(
    desk_app: DeskApp, tax_id: str, country: str, marked: bool
) -> None:
    """Staff only: the sender typed it."""
    reference = desk_app.application(tax_id=tax_id, country=country)
    assert ("(not checked)" in words(desk_app.browser().get(f"/desk/submissions/{reference}"))) is marked


def test_what_people_typed_keeps_its_own_direction(desk_app: DeskApp) -> None:
    """A name in Arabic with a number tears nothing apart, wherever it is read."""
    name, product = "شركة – 100%", "مشروع – 100%"
    reference = desk_app.deal(customer_name=name, product=product)
    rival = desk_app.deal(customer_name=name, product=product, partner_email="x@rival.example")
    browser = desk_app.browser()
    for page in ("/desk/", f"/desk/submissions/{reference}", f"/desk/submissions/{rival}"):
        html = browser.get(page).text
        for text in (name, product):
            assert f"<bdi>{text}</bdi>" in html
    token = desk_app.service.submissions.token_of(desk_app.record(reference))
    assert f"<bdi>{product}</bdi>" in desk_app.app.test_client().get(f"/en/status/{token}").text
