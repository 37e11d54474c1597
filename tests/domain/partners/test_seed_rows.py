"""Every row of the program's tables and what the partner's record does about it: one test a row."""

from datetime import date, timedelta
from decimal import Decimal

from forms_service.domain.partners import (
    activities,
    attestation,
    company_profile,
    joint_plan,
    onboarding_checklist,
    people_actions,
    qualifications,
    renewal,
)
from forms_service.domain.partners.partner import GoalKind, Partner, Skill
from forms_service.domain.partners.partner_years import year
from forms_service.domain.partners.people import contacts, sponsor
from forms_service.domain.partners.refusals import PartnerActionRefused, PartnerRefusal
from forms_service.domain.partners.scorecard import Fulfilment, ScorecardRow, scorecard
from tests.domain.partners.test_revenue import invoice
from tests.factories.partners import (
    CONTACT,
    SPONSOR,
    START,
    active,
    by,
    done,
    id_of,
    onboarded,
    prepared,
    staff,
)
from tests.factories.program import published

FIRST = year(START, 1)
LAST = FIRST.last_day


def row(partner: Partner, item: str, tier: str = "silver", day: date = START) -> ScorecardRow:
    return scorecard(partner, published(), day, tier=tier).row(item)


def test_application() -> None:
    """Proces aplikowania: a partner begins as a pre-accepted application, and not before."""
    partner = onboarded()
    assert partner["application"] == "APP-2222-2222"
    assert row(partner, "application").standing is Fulfilment.MET


def test_agreement() -> None:
    """Umowa Partnerska i Profil Partnera: both are there before the partnership begins."""
    assert row(onboarded(), "agreement").standing is Fulfilment.MISSING
    refused = onboarding_checklist.activate(onboarded(), staff(), published(), tier="silver")
    assert refused == PartnerActionRefused(PartnerRefusal.NOT_READY, "agreement")
    assert row(prepared(), "agreement").standing is Fulfilment.MET


def test_contact() -> None:
    """Wskazana Osoba Kontaktowa: at least one person, as long as the partnership lasts."""
    partner = active()
    assert [person["email"] for person in contacts(partner)] == [CONTACT]
    gone = done(people_actions.left(partner, staff(), id_of(partner, CONTACT), on=START))
    assert row(gone, "contact").standing is Fulfilment.MISSING


def test_sponsor() -> None:
    """Sponsor wykonawczy: named in the application; it may be the contact person."""
    nobody = {"name": "", "email": "", "role": ""}
    assert row(onboarded(sponsor=nobody, sponsor_is_contact=True), "sponsor").standing is Fulfilment.MET
    assert row(onboarded(sponsor=nobody), "sponsor").standing is Fulfilment.MISSING
    found = sponsor(active())
    assert found is not None and found["email"] == SPONSOR


def test_planning() -> None:
    """Wspólne planowanie biznesowe: rocznie, kwartalnie; with goals; the vendor calls, nobody is blamed."""
    assert joint_plan.cadence_months(published(), "silver") == 12
    assert joint_plan.cadence_months(published(), "gold") == 3
    partner = active()
    for kind in GoalKind:
        partner = done(joint_plan.set_goal(partner, by(CONTACT), kind=kind, text="Cel", year=1))
    assert [goal["kind"] for goal in partner["goals"]] == ["financial", "marketing", "new_opportunities"]
    assert row(partner, "planning", day=date(2029, 1, 1)).standing is Fulfilment.VENDOR_CARRIES


def test_finance() -> None:
    """Wymagania finansowe: bez ograniczeń, ustalane indywidualnie; summed at renewal, currencies apart."""
    assert row(active(), "finance").standing is Fulfilment.NOT_ASKED
    assert row(active(), "finance", "gold").standing is Fulfilment.AGREED_INDIVIDUALLY
    amounts = [
        invoice("100.00", invoiced_to="end_customer"),
        invoice("50.00", LAST),
        invoice("-20.00"),
        invoice("7.00", currency="EUR"),
        invoice("999.00", LAST + timedelta(days=1)),
    ]
    page = renewal.review(active(), published(), FIRST, LAST, revenue=amounts)
    assert page.revenue == {"EUR": Decimal("7.00"), "PLN": Decimal("130.00")}


def test_deal_registration() -> None:
    """Formularz Rejestrowania Szans Sprzedażowych: goes on all year; no number of deals is asked for."""
    deal = {"id": "DEAL-1", "received_at": "2027-01-05T10:00:00.000000Z", "state": "approved"}
    assert row(active(), "deal-registration").standing is Fulfilment.ONGOING
    assert renewal.review(active(), published(), FIRST, LAST, deals=[deal]).deals == (deal,)


def test_certification() -> None:
    """Certyfikacja: the minimum number of people is kept up; who lapses or leaves is missing at once."""
    partner = active()
    assert row(partner, "certification").standing is Fulfilment.DUE
    partner = done(qualifications.extend(partner, staff(), "q1", valid_until=date(2027, 1, 31)))
    assert row(partner, "certification", day=date(2027, 2, 1)).standing is Fulfilment.MISSING


def test_sales_qualifications() -> None:
    """Kwalifikacje sprzedażowe: 1 osoba, 2 i więcej osób."""
    partner = active()
    assert row(partner, "sales-qualifications").standing is Fulfilment.MET
    assert row(partner, "sales-qualifications", "gold").missing == 1
    partner = done(qualifications.add(partner, by(CONTACT), person="p2", skill=Skill.SALES))
    assert row(partner, "sales-qualifications", "gold").standing is Fulfilment.MET


def test_technical_qualifications() -> None:
    """Kwalifikacje techniczne: nieobowiązkowe, 1 i więcej osób."""
    assert row(active(), "technical-qualifications").standing is Fulfilment.NOT_ASKED
    assert row(active(), "technical-qualifications", "gold").missing == 1


def test_attestation() -> None:
    """Coroczne pisemne poświadczenie: a named person declares once a year that the people are there."""
    partner = done(attestation.attest(active(), by(SPONSOR, LAST), published(), language="pl"))
    assert row(partner, "attestation", day=LAST).standing is Fulfilment.MET
    assert row(partner, "attestation", day=LAST + timedelta(days=1)).standing is Fulfilment.DUE


def test_lead_generation() -> None:
    """Aktywności związane z generowaniem kontaktów sprzedażowych: 1, 2, every partner year anew."""
    partner = done(activities.do(active(), by(CONTACT), title="Webinar", done_on=START))
    assert row(partner, "lead-generation").standing is Fulfilment.MET
    assert row(partner, "lead-generation", "gold").missing == 1
    assert row(partner, "lead-generation", day=LAST + timedelta(days=1)).missing == 1


def test_website_promotion() -> None:
    """Promocja strony internetowej: zaleca się, in any channel; its absence is no fault."""
    assert row(active(), "website-promotion").standing is Fulfilment.NOT_ASKED
    partner = done(company_profile.give_link(active(), by(CONTACT), "https://social.example/zgrabka/1"))
    partner = done(company_profile.confirm_link(partner, staff()))
    assert row(partner, "website-promotion").standing is Fulfilment.MET


def test_no_row_is_without_its_test() -> None:
    """A row that is added to the program fails here until a test is named after it."""
    rows = {f"test_{item.id.replace('-', '_')}" for item in published().items()}
    assert sorted(rows - globals().keys()) == []
