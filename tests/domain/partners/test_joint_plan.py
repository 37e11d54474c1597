"""Joint planning: when the next meeting is due, and that a missed one is nobody's fault but the vendor's."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms_service.domain.partners import activities, joint_plan, renewal
from forms_service.domain.partners.due_dates import DueKind, coming_due
from forms_service.domain.partners.joint_plan import next_meeting
from forms_service.domain.partners.partner_years import later
from forms_service.domain.partners.refusals import PartnerActionRefused, PartnerRefusal
from forms_service.domain.partners.scorecard import Fulfilment, scorecard
from partner_program.model import CarriedBy
from tests.factories.partners import START, active, call, done, onboarded, staff
from tests.factories.program import published

GOLD_PEOPLE = {
    "sales_people": [{"name": "Osoba Kontaktowa", "email": ""}, {"name": "Osoba Druga", "email": ""}],
    "technical_people": [{"name": "Osoba Druga", "email": ""}],
}


def gold():
    return active(tier="gold", partner=onboarded(tier="gold", **GOLD_PEOPLE))


def held(partner, *days: date):
    for day in days:
        partner = done(joint_plan.hold_meeting(partner, staff(day), held_on=day))
    return partner


def told(partner, day: date):
    meeting = next_meeting(partner, published(), day)
    return meeting.due.isoformat(), meeting.overdue_since and meeting.overdue_since.isoformat()


def test_silver_plans_yearly_and_gold_quarterly():
    assert joint_plan.cadence_months(published(), "silver") == 12
    assert joint_plan.cadence_months(published(), "gold") == 3


def test_the_first_meeting_is_due_a_cadence_after_becoming_active():
    assert told(active(), START) == ("2027-11-24", None)
    assert told(gold(), START) == ("2027-02-24", None)


@pytest.mark.parametrize(
    ("meetings", "day", "due", "overdue"),
    [
        ([], date(2027, 2, 24), "2027-02-24", None),
        ([], date(2027, 2, 25), "2027-05-24", "2027-02-24"),
        ([date(2026, 11, 24)], date(2026, 11, 24), "2027-05-24", None),
        ([date(2027, 2, 24)], date(2027, 2, 24), "2027-05-24", None),
        ([date(2027, 2, 24)], date(2027, 2, 25), "2027-05-24", None),
        ([date(2027, 2, 25)], date(2027, 2, 25), "2027-08-24", None),
        ([date(2027, 2, 25)], date(2027, 5, 25), "2027-08-24", None),
        ([date(2027, 1, 10)], date(2027, 6, 1), "2027-08-24", "2027-05-24"),
    ],
)
def test_meetings_of_a_gold_partner(meetings: list[date], day: date, due: str, overdue: str | None):
    """A meeting belongs to the quarter that ends with its due day; a late one makes up for the one missed."""
    assert told(held(gold(), *meetings), day) == (due, overdue)


def test_a_meeting_nobody_called_never_counts_against_the_partner():
    row = scorecard(gold(), published(), date(2027, 6, 1)).row("planning")
    assert (row.standing, row.overdue, row.missing) == (Fulfilment.VENDOR_CARRIES, True, 0)


def test_a_new_cadence_owes_nothing_for_the_time_before_it():
    """Gold from March on: the quarter that ended in February was not Gold's."""
    partner = done(
        renewal.change_tier(active(), staff(date(2027, 3, 1)), published(), tier="gold", reason="Awans")
    )
    assert told(partner, date(2027, 3, 2)) == ("2027-05-24", None)
    assert told(partner, date(2027, 5, 25)) == ("2027-08-24", None)
    assert told(partner, date(2027, 8, 25)) == ("2027-11-24", "2027-08-24")


@given(ahead=st.integers(0, 3000))
def test_the_next_meeting_is_never_behind_and_never_more_than_two_cadences_ahead(ahead: int):
    day = START + timedelta(days=ahead)
    for partner, cadence in ((active(), 12), (gold(), 3)):
        meeting = next_meeting(partner, published(), day)
        assert day <= meeting.due <= later(day, cadence)
        met = held(partner, day)
        assert day < next_meeting(met, published(), day).due <= later(day, 2 * cadence)
        assert next_meeting(met, published(), day).overdue_since is None


def test_a_meeting_that_is_called_for_is_shown_until_it_is_over():
    partner = done(joint_plan.plan_meeting(active(), staff(), call(date(2027, 3, 1))))
    assert next_meeting(partner, published(), date(2027, 3, 1)).planned["id"] == "m1"
    assert next_meeting(partner, published(), date(2027, 3, 2)).planned is None
    dropped = done(joint_plan.drop_meeting(partner, staff(), "m1"))
    assert next_meeting(dropped, published(), START).planned is None


def test_meetings_and_goals_that_make_no_sense_are_refused():
    partner = held(active(), START)
    tomorrow = START + timedelta(days=1)
    assert joint_plan.hold_meeting(partner, staff(), held_on=tomorrow) == PartnerActionRefused(
        PartnerRefusal.IN_THE_FUTURE, "held_on"
    )
    too_early = START - timedelta(days=1)
    assert joint_plan.hold_meeting(partner, staff(), held_on=too_early) == PartnerActionRefused(
        PartnerRefusal.BEFORE_PARTNERSHIP, "held_on"
    )
    assert activities.do(partner, staff(), title="Webinar", done_on=too_early) == PartnerActionRefused(
        PartnerRefusal.BEFORE_PARTNERSHIP, "done_on"
    )
    assert joint_plan.hold_meeting(partner, staff(), "m7", held_on=START) == PartnerActionRefused(
        PartnerRefusal.NOT_THERE, "meeting"
    )
    assert joint_plan.hold_meeting(partner, staff(), "m1", held_on=START) == PartnerActionRefused(
        PartnerRefusal.NOTHING_CHANGES
    )
    assert joint_plan.drop_meeting(partner, staff(), "m1") == PartnerActionRefused(
        PartnerRefusal.NOT_THERE, "meeting"
    )
    assert joint_plan.close_goal(partner, staff(), "g1", reached=True) == PartnerActionRefused(
        PartnerRefusal.NOT_THERE, "goal"
    )


def test_there_is_no_meeting_before_the_first_partner_year():
    assert next_meeting(onboarded(), published(), START) is None


@given(
    tier=st.sampled_from(["silver", "gold"]),
    days=st.integers(0, 1500),
    held=st.lists(st.integers(0, 1500), max_size=4),
    called=st.lists(st.integers(0, 1500), max_size=3),
)
def test_what_the_vendor_carries_never_counts_against_the_partner(
    tier: str, days: int, held: list[int], called: list[int]
) -> None:
    """Whatever was held, called or forgotten: never missing nor due; what is told of it is the vendor's."""
    partner = active() if tier == "silver" else gold()
    day = START + timedelta(days=days)
    for each in (number for number in held if number <= days):
        on = START + timedelta(days=each)
        partner = done(joint_plan.hold_meeting(partner, staff(day), held_on=on))
    for each in called:
        on = START + timedelta(days=each)
        partner = done(joint_plan.plan_meeting(partner, staff(on - timedelta(days=1)), call(on)))
    card = scorecard(partner, published(), day)
    carried = [row for row in card.rows if row.item.carried_by is CarriedBy.VENDOR]
    assert carried
    assert {row.standing for row in carried} == {Fulfilment.VENDOR_CARRIES}
    assert not {row.item.id for row in carried} & {row.item.id for row in (*card.missing, *card.due)}
    for due in coming_due(partner, published(), day):
        assert due.by_vendor or due.kind is not DueKind.PLANNING


@given(tier=st.sampled_from(["silver", "gold"]), days=st.integers(0, 3000))
def test_without_a_meeting_one_is_due_at_the_end_of_each_stretch(tier: str, days: int) -> None:
    """The first one a cadence after the beginning, and never a day earlier."""
    partner = active() if tier == "silver" else gold()
    found = joint_plan.next_meeting(partner, published(), START + timedelta(days=days))
    assert found is not None
    months = {"silver": 12, "gold": 3}[tier]
    dues = [later(START, months * number) for number in range(1, 40)]
    assert found.due == next(due for due in dues if due >= START + timedelta(days=days))
    assert (found.overdue_since is None) == (START + timedelta(days=days) <= dues[0])
