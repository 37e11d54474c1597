"""A pre-acceptance that staff open again: the onboarding that began with it follows."""

from tests.factories.desk import ADMIN, DeskApp, words
from tests.factories.partner_records import Company, active, pre_accepted, signed_in


def decide(desk_app: DeskApp, company: Company, action: str) -> None:
    """Open the application again, and decide otherwise, or the same again."""
    application, staff = company.record["application"], desk_app.browser(ADMIN)
    assert desk_app.do(staff, application, "reopen", reason="A second look").status_code == 303
    typed = {"reason": desk_app.program.deal_registration.reject_reasons[0].id, "text": "No"}
    answer = desk_app.do(staff, application, action, **(typed if action == "reject" else {}))
    assert answer.status_code == 303, words(answer)


def test_a_rejection_after_all_ends_the_onboarding(desk_app: DeskApp) -> None:
    """With a reason that the partner reads; nothing can be done there any more."""
    company = pre_accepted(desk_app)
    decide(desk_app, company, "reject")
    assert company.record["state"] == "ended"
    page = signed_in(desk_app).get(f"/partner/{company.reference}")
    assert page.status_code == 200
    assert 'name="action"' not in page.text


def test_it_goes_on_where_it_stood_when_it_is_pre_accepted_again(desk_app: DeskApp) -> None:
    """The same record, with all that was filled in; whatever was decided in between."""
    company = pre_accepted(desk_app)
    company.post(signed_in(desk_app), "people", "add_person", name="Somebody")
    people = company.record["people"]
    decide(desk_app, company, "reject")
    decide(desk_app, company, "pre_accept")
    assert (company.record["state"], company.record["people"]) == ("onboarding", people)
    decide(desk_app, company, "pre_accept")
    assert company.record["state"] == "onboarding"
    assert desk_app.service.store.count("partners") == 1


def test_an_active_partnership_is_not_touched(desk_app: DeskApp) -> None:
    company = active(desk_app)
    decide(desk_app, company, "reject")
    assert company.record["state"] == "active"
