"""From what came in to the partner's card: one click, with tier and state."""

import re

import pytest

from tests.factories.desk import NIP, OTHER_NIP, DeskApp, words
from tests.factories.partner_records import Company, active, pre_accepted


@pytest.fixture
def company(desk_app: DeskApp) -> Company:
    return active(desk_app)


def link_to(company: Company) -> str:
    return f'<a href="/desk/partners/{company.reference}"><bdi>{company.record["company"]["name"]}</bdi></a>'


def test_a_deal_leads_to_its_partner_from_the_page_and_from_the_list(
    desk_app: DeskApp, company: Company
) -> None:
    reference = desk_app.deal(partner_email="stranger@other.example")
    for lang, standing in (("en", "Silver, active"), ("pl", "Silver, aktywny")):
        for address in (f"/desk/submissions/{reference}", "/desk/"):
            answer = desk_app.browser(lang=lang).get(address)
            assert link_to(company) in answer.text, address
            assert f"Example Partner {standing}" in words(answer), address


def test_a_deal_leads_to_its_partner_also_by_a_number_that_only_the_card_has(
    desk_app: DeskApp, company: Company
) -> None:
    changed = {"name": "Example Partner", "tax_id": OTHER_NIP, "country": "PL", "address": "Street 1"}
    models = {f"model-{desk_app.program.models[0].id}": "y", "areas": "Cloud"}
    answer = company.post(desk_app.browser(), "profile", "change_company", desk=True, **(changed | models))
    assert answer.status_code == 303
    reference = desk_app.deal(partner_tax_id=OTHER_NIP)
    assert link_to(company) in desk_app.browser().get(f"/desk/submissions/{reference}").text


def test_an_application_leads_to_the_partner_it_became(desk_app: DeskApp) -> None:
    undecided = desk_app.application(tax_id=OTHER_NIP, company_name="Other Company")
    company = pre_accepted(desk_app)
    page = desk_app.browser().get(f"/desk/submissions/{company.record['application']}")
    assert link_to(company) in page.text
    assert link_to(company) not in desk_app.browser().get(f"/desk/submissions/{undecided}").text


def case_of(html: str) -> str:
    return html[html.index('class="case"') :]


def test_a_stranger_leads_nowhere(desk_app: DeskApp, company: Company) -> None:
    reference = desk_app.deal(partner_tax_id=OTHER_NIP)
    html = desk_app.browser().get(f"/desk/submissions/{reference}").text
    assert "/desk/partners/" not in case_of(html)


def test_a_conflict_names_the_other_company(desk_app: DeskApp, company: Company) -> None:
    """With its tier, its state and when; and links its card."""
    desk_app.deal(partner_tax_id=NIP)
    desk_app.clock.forward(hours=1)
    second = desk_app.deal(partner_email="sales@rival.example", partner_tax_id=OTHER_NIP)
    answer = desk_app.browser().get(f"/desk/submissions/{second}")
    sentence = re.search(r"Conflict\. .*?\)\.", words(answer))
    assert sentence is not None
    assert "registered earlier: Example Partner (Silver, active), 23 Nov, 10:00" in sentence[0]
    assert link_to(company) in answer.text[answer.text.index('id="conflicts"') :]


@pytest.mark.parametrize("spelled", ["{0}", " {1} ", "{2}", "{3}"])
def test_a_whole_reference_opens_what_it_names_in_any_state(desk_app: DeskApp, spelled: str) -> None:
    company = pre_accepted(desk_app)
    closed = desk_app.deal()
    desk_app.do(desk_app.browser(), closed, "reject", reason="other", text="No")
    for reference, address in (
        (closed, f"/desk/submissions/{closed}"),
        (company.reference, f"/desk/partners/{company.reference}"),
    ):
        prefix, letters = reference.split("-", 1)
        typed = spelled.format(reference, reference.lower(), reference.replace("-", " "), letters)
        answer = desk_app.browser().get("/desk/", query_string={"search": typed, "state": "received"})
        assert (answer.status_code, answer.location) == (302, address), prefix


def test_a_reference_of_nothing_is_searched_for(desk_app: DeskApp) -> None:
    answer = desk_app.browser().get("/desk/", query_string={"search": "DEAL-7K3M-2P9Q"})
    assert answer.status_code == 200
