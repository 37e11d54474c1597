"""A pre-acceptance that staff open again: the onboarding that began with it follows."""

from tests.factories.desk import ADMIN, Office, words
from tests.factories.partner_records import Company, active, pre_accepted, signed_in


def decide(office: Office, company: Company, action: str) -> None:
    """Open the application again, and decide otherwise, or the same again."""
    application, staff = company.record["application"], office.browser(ADMIN)
    assert office.do(staff, application, "reopen", reason="A second look").status_code == 303
    typed = {"reason": office.program.deal_registration.reject_reasons[0].id, "text": "No"}
    answer = office.do(staff, application, action, **(typed if action == "reject" else {}))
    assert answer.status_code == 303, words(answer)


def test_a_rejection_after_all_ends_the_onboarding(office: Office) -> None:
    """With a reason that the partner reads; nothing can be done there any more."""
    company = pre_accepted(office)
    decide(office, company, "reject")
    assert company.record["state"] == "ended"
    page = signed_in(office).get(f"/partner/{company.reference}")
    assert page.status_code == 200
    assert 'name="action"' not in page.text


def test_it_goes_on_where_it_stood_when_it_is_pre_accepted_again(office: Office) -> None:
    """The same record, with all that was filled in; whatever was decided in between."""
    company = pre_accepted(office)
    company.post(signed_in(office), "people", "add_person", name="Somebody")
    people = company.record["people"]
    decide(office, company, "reject")
    decide(office, company, "pre_accept")
    assert (company.record["state"], company.record["people"]) == ("onboarding", people)
    decide(office, company, "pre_accept")
    assert company.record["state"] == "onboarding"
    assert office.service.store.count("partners") == 1


def test_an_active_partnership_is_not_touched(office: Office) -> None:
    company = active(office)
    decide(office, company, "reject")
    assert company.record["state"] == "active"
