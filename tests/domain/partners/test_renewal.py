"""The end of a partner year: seen on one page, decided by people, and what follows from it."""

from datetime import date

import pytest

from forms_service.domain.partners import activities, attestation, joint_plan, renewal, suspension
from forms_service.domain.partners.partner import GoalKind, RenewalDecision
from forms_service.domain.partners.partner_years import terms_on, tier_on, year
from forms_service.domain.partners.refusals import PartnerActionRefused, PartnerRefusal
from forms_service.domain.partners.scorecard import Fulfilment
from tests.domain.partners.test_revenue import invoice
from tests.factories.partners import CONTACT, START, active, by, changed, done, staff, system
from tests.factories.program import published

NEXT = changed(deal_registration__pause_on_question=True)
OPENS, LAST = date(2027, 8, 25), date(2027, 11, 23)
SECOND = date(2027, 11, 24)


def renewed(day: date = LAST, decision: RenewalDecision = RenewalDecision.RENEW, **more):
    return done(renewal.decide(active(), staff(day), NEXT, decision, **more))


def test_it_can_be_decided_from_the_first_warning_on():
    early = renewal.decide(active(), staff(date(2027, 8, 24)), NEXT, RenewalDecision.RENEW)
    assert early == PartnerActionRefused(PartnerRefusal.TOO_EARLY)
    assert renewed(OPENS)["renewals"][0]["year"] == 1


def test_the_new_terms_begin_with_the_next_partner_year():
    """Until then the old ones stand, program and tier."""
    partner = renewed(OPENS, RenewalDecision.CHANGE_TIER, tier="gold", reason="Spełnia wymagania Gold")
    assert (tier_on(partner, LAST), terms_on(partner, LAST)["program"]) == ("silver", published().hash)
    assert (tier_on(partner, SECOND), terms_on(partner, SECOND)["program"]) == ("gold", NEXT.hash)
    assert terms_on(partner, SECOND)["year"] == 2


def test_nothing_is_renewed_by_itself():
    """A year whose renewal nobody has decided goes on as the one before."""
    partner, late = active(), date(2028, 2, 1)
    assert (tier_on(partner, late), terms_on(partner, late)["program"]) == ("silver", published().hash)
    assert renewal.year_to_renew(partner, published(), late).number == 1
    decided = done(renewal.decide(partner, staff(late), NEXT, RenewalDecision.RENEW))
    assert terms_on(decided, late)["since"] == SECOND.isoformat()
    assert renewal.year_to_renew(decided, published(), late) is None


@pytest.mark.parametrize(
    ("decision", "more", "refused"),
    [
        (
            RenewalDecision.CHANGE_TIER,
            {"tier": "gold"},
            PartnerActionRefused(PartnerRefusal.MISSING, "reason"),
        ),
        (RenewalDecision.END, {}, PartnerActionRefused(PartnerRefusal.MISSING, "reason")),
        (
            RenewalDecision.CHANGE_TIER,
            {"tier": "silver", "reason": "x"},
            PartnerActionRefused(PartnerRefusal.SAME_TIER, "tier"),
        ),
        (
            RenewalDecision.CHANGE_TIER,
            {"tier": "platinum", "reason": "x"},
            PartnerActionRefused(PartnerRefusal.UNKNOWN_TIER, "tier"),
        ),
        (
            RenewalDecision.CHANGE_TIER,
            {"reason": "x"},
            PartnerActionRefused(PartnerRefusal.UNKNOWN_TIER, "tier"),
        ),
    ],
)
def test_a_decision_that_makes_no_sense_is_refused(
    decision: RenewalDecision, more, refused: PartnerActionRefused
):
    assert renewal.decide(active(), staff(LAST), NEXT, decision, **more) == refused


def test_a_decision_is_made_once():
    assert renewal.decide(renewed(), staff(LAST), NEXT, RenewalDecision.RENEW) == PartnerActionRefused(
        PartnerRefusal.ALREADY_DECIDED
    )


def test_a_wrong_decision_is_taken_back_with_a_reason_and_kept():
    partner = renewed(OPENS, RenewalDecision.CHANGE_TIER, tier="gold", reason="Spełnia")
    assert renewal.reopen(partner, staff(OPENS), reason=" ") == PartnerActionRefused(
        PartnerRefusal.MISSING, "reason"
    )
    opened = done(renewal.reopen(partner, staff(OPENS), reason="Nie ten partner"))
    assert (opened["renewals"], opened["terms"]) == ([], active()["terms"])
    (lifted,) = opened["lifted"]
    assert (lifted["what"], lifted["was"]["tier"]) == ("renewal", "gold")
    assert renewal.reopen(opened, staff(OPENS), reason="x") == PartnerActionRefused(
        PartnerRefusal.NOTHING_CHANGES
    )
    assert renewal.year_to_renew(opened, NEXT, OPENS).number == 1


def test_a_partnership_that_is_not_renewed_ends_with_its_year():
    partner = renewed(OPENS, RenewalDecision.END, reason="Decyzja partnera")
    assert (partner["state"], partner["ends_on"]) == ("active", LAST.isoformat())
    assert suspension.close(partner, system(LAST)) == PartnerActionRefused(PartnerRefusal.NOTHING_CHANGES)
    ended = done(suspension.close(partner, system(SECOND)))
    assert (ended["state"], ended["ended"]["reason"]) == ("ended", "Decyzja partnera")
    late = done(renewal.decide(active(), staff(date(2028, 1, 5)), NEXT, RenewalDecision.END, reason="x"))
    assert (late["state"], late["ends_on"]) == ("ended", "2028-01-05")


def test_an_end_that_a_renewal_decided_is_taken_back_with_it():
    partner = renewed(OPENS, RenewalDecision.END, reason="Decyzja partnera")
    for back in (
        done(suspension.resume(partner, staff(OPENS), reason="Jednak nie")),
        done(renewal.reopen(partner, staff(OPENS), reason="Jednak nie")),
    ):
        assert (back["state"], back["ended"], back["ends_on"], back["renewals"]) == ("active", None, None, [])
    ended = done(suspension.close(partner, system(SECOND)))
    assert done(suspension.resume(ended, staff(SECOND), reason="Jednak nie"))["state"] == "active"


def test_suspended_and_resumed_with_reasons():
    partner = done(suspension.suspend(active(), staff(), reason="Brak kontaktu"))
    assert (partner["state"], partner["suspended"]["reason"]) == ("suspended", "Brak kontaktu")
    assert suspension.suspend(partner, staff(), reason="x") == PartnerActionRefused(PartnerRefusal.NOT_NOW)
    ended = done(suspension.end(partner, staff(), reason="Bez odzewu"))
    back = done(suspension.resume(ended, staff(), reason="Pomyłka"))
    assert (back["state"], back["ended"]) == ("suspended", None)
    back = done(suspension.resume(back, staff(), reason="Jest kontakt"))
    assert (back["state"], back["suspended"]) == ("active", None)
    assert [each["what"] for each in back["lifted"]] == ["ended", "suspended"]
    assert suspension.resume(back, staff(), reason="x") == PartnerActionRefused(
        PartnerRefusal.NOTHING_CHANGES
    )


def test_an_end_on_a_day_to_come():
    partner = done(suspension.end(active(), staff(), reason="Za porozumieniem", on=date(2027, 1, 31)))
    assert partner["state"] == "active"
    assert suspension.end(active(), staff(), reason="x", on=date(2026, 11, 23)) == PartnerActionRefused(
        PartnerRefusal.WRONG_ORDER, "on"
    )
    assert suspension.end(active(), staff(), reason=" ") == PartnerActionRefused(
        PartnerRefusal.MISSING, "reason"
    )


def test_a_tier_can_change_within_a_year_under_the_same_program():
    partner = done(
        renewal.change_tier(active(), staff(date(2027, 3, 1)), published(), tier="gold", reason="Awans")
    )
    assert tier_on(partner, date(2027, 2, 28)) == "silver"
    terms = terms_on(partner, date(2027, 3, 1))
    assert (terms["tier"], terms["year"], terms["program"]) == ("gold", 1, published().hash)
    assert renewal.change_tier(
        partner, staff(date(2027, 3, 2)), published(), tier="gold", reason="x"
    ) == PartnerActionRefused(PartnerRefusal.SAME_TIER, "tier")


def test_the_year_on_one_page():
    """What was in the year, and only that."""
    partner = active()
    for day in (date(2027, 3, 1), LAST, SECOND):
        partner = done(activities.do(partner, staff(SECOND), title=f"{day}", done_on=day))
        partner = done(joint_plan.hold_meeting(partner, staff(SECOND), held_on=day))
    for number in (1, 2):
        partner = done(
            joint_plan.set_goal(partner, staff(), kind=GoalKind.FINANCIAL, text=f"{number}", year=number)
        )
    partner = done(attestation.attest(partner, by(CONTACT, LAST), published(), language="pl"))
    deals = [
        {"id": "DEAL-1", "received_at": "2027-11-23T22:59:59.000000Z", "state": "approved"},
        {"id": "DEAL-2", "received_at": "2027-11-23T23:00:00.000000Z", "state": "approved"},
    ]
    amounts = [invoice("10.00", LAST), invoice("-4.00", LAST, model="sell-with"), invoice("99.00", SECOND)]
    page = renewal.review(partner, published(), year(START, 1), SECOND, revenue=amounts, deals=deals)
    assert [each["title"] for each in page.activities] == ["2027-03-01", "2027-11-23"]
    assert [each["held_on"] for each in page.meetings] == ["2027-03-01", "2027-11-23"]
    assert [goal["text"] for goal in page.goals] == ["1"]
    assert [deal["id"] for deal in page.deals] == ["DEAL-1"]
    assert {currency: str(amount) for currency, amount in page.revenue.items()} == {"PLN": "6.00"}
    assert str(page.revenue_by["model"]["sell-with"]["PLN"]) == "-4.00"
    assert (page.tier, page.attestation_given, page.decided) == ("silver", True, None)
    assert page.scorecard.row("lead-generation").standing is Fulfilment.MET
    assert page.scorecard.day == LAST
