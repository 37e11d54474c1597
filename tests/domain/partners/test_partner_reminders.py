"""An onboarding that stands still: who is reminded when, and nobody twice."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from forms_service.domain.partners import partner_reminders, people_actions
from forms_service.domain.partners.partner import Partner
from forms_service.domain.partners.partner_permissions import Side
from forms_service.domain.partners.partner_reminders import nudged, nudges
from tests.factories.partners import CONTACT, START, active, by, done, onboarded, prepared, system
from tests.factories.program import published


def after(days: int) -> date:
    return START + timedelta(days=days)


def told(partner: Partner, days: list[int]) -> list[tuple[int, Side]]:
    """Who is reminded on which of these days, when the service looks on each of them."""
    found = []
    for day in days:
        owed = nudges(partner, published(), after(day))
        found += [(day, nudge.side) for nudge in owed]
        partner = done(nudged(partner, system(after(day)), owed)) if owed else partner
    return found


EVERY_DAY = list(range(120))


def test_contacts_are_reminded_twice_and_then_the_vendor_hears():
    assert told(onboarded(), EVERY_DAY) == [(14, Side.PARTNER), (28, Side.PARTNER), (28, Side.STAFF)]


def test_where_all_is_there_it_is_the_vendors_turn():
    assert told(prepared(), EVERY_DAY) == [(7, Side.STAFF), (21, Side.STAFF)]


def test_whatever_people_do_begins_the_count_anew():
    """A reminder itself is nothing that people did."""
    partner = done(people_actions.add(onboarded(), by(CONTACT, after(10)), name="Osoba Nowa"))
    assert told(partner, EVERY_DAY)[0] == (24, Side.PARTNER)


def test_an_active_partner_is_not_reminded_of_the_beginning():
    assert told(active(), EVERY_DAY) == []


@given(days=st.lists(st.integers(0, 200), max_size=60))
def test_nobody_is_told_twice_of_one_step_whenever_the_service_looks(days: list[int]):
    """Also when it stood still for weeks, or the clock went back: each step at most once for each side."""
    found = told(onboarded(), days)
    assert len(found) <= len(partner_reminders.PARTNER_DAYS) + len(partner_reminders.VENDOR_DAYS)
    for side, steps in (
        (Side.PARTNER, partner_reminders.PARTNER_DAYS),
        (Side.STAFF, partner_reminders.VENDOR_DAYS),
    ):
        assert [each for each in found if each[1] is side and each[0] < steps[0]] == []
        assert (max(days, default=0) >= steps[0]) == any(each[1] is side for each in found)
