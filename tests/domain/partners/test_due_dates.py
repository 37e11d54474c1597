"""What comes due, when people are reminded of it, and that nobody is reminded twice."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from forms_service.domain.partners import (
    activities,
    attestation,
    joint_plan,
    people_actions,
    qualifications,
    renewal,
    suspension,
)
from forms_service.domain.partners.calendar_feed import feed
from forms_service.domain.partners.due_dates import DueKind, coming_due
from forms_service.domain.partners.partner import Partner, RenewalDecision, Skill
from forms_service.domain.partners.partner_labels import due_in, due_title
from forms_service.domain.partners.partner_permissions import Side
from forms_service.domain.partners.partner_reminders import reminded, reminders
from forms_service.i18n.translations import texts
from partner_program import Program
from partner_program.model import LANGUAGES
from tests.domain.partners.test_joint_plan import gold
from tests.factories.partners import (
    CONTACT,
    START,
    active,
    by,
    changed,
    done,
    id_of,
    onboarded,
    staff,
    system,
)
from tests.factories.program import published

K = DueKind
LAST = date(2027, 11, 23)
MEETING = date(2027, 11, 24)
YEARLY = [(K.ATTESTATION, LAST), (K.ACTIVITIES, LAST), (K.RENEWAL, LAST), (K.PLANNING, MEETING)]


def told(partner: Partner, day: date, used: Program | None = None):
    return [(due.kind, due.on) for due in coming_due(partner, used or published(), day)]


def test_a_partner_year_and_its_meeting_come_due():
    assert told(active(), START) == YEARLY


def test_nothing_comes_due_before_the_first_year_or_after_the_end():
    assert told(onboarded(), START) == []
    assert told(done(suspension.end(active(), staff(), reason="x")), START) == []


def test_what_is_done_is_not_due():
    partner = done(activities.do(active(), staff(), title="Webinar", done_on=START))
    partner = done(attestation.attest(partner, by(CONTACT, LAST), published(), language="pl"))
    assert [kind for kind, _ in told(partner, LAST)] == [K.RENEWAL, K.PLANNING]
    partner = done(renewal.decide(partner, staff(LAST), published(), RenewalDecision.RENEW))
    partner = done(joint_plan.hold_meeting(partner, staff(LAST), held_on=LAST))
    assert told(partner, LAST) == [(K.PLANNING, date(2028, 11, 24))]


def test_a_qualification_that_lapses_comes_due_until_it_is_followed():
    partner = done(qualifications.extend(active(), staff(), "q1", valid_until=date(2027, 3, 31)))
    (due,) = (each for each in coming_due(partner, published(), START) if each.kind is K.QUALIFICATION)
    assert (due.on, due.skill, due.person["email"]) == (date(2027, 3, 31), Skill.SALES, CONTACT)
    lapsed = date(2027, 4, 1)
    assert (K.QUALIFICATION, due.on) in told(partner, lapsed)
    followed = done(qualifications.add(partner, staff(lapsed), person="p1", skill=Skill.SALES))
    for other in (
        followed,
        done(qualifications.extend(partner, staff(lapsed), "q1", valid_until=None)),
        done(qualifications.remove(partner, staff(lapsed), "q1")),
        done(people_actions.left(partner, staff(lapsed), id_of(partner, CONTACT), on=lapsed)),
    ):
        assert K.QUALIFICATION not in [kind for kind, _ in told(other, lapsed)]


def test_only_what_falls_before_the_end_is_due():
    partner = done(suspension.end(active(), staff(), reason="x", on=LAST))
    assert told(partner, START) == []
    partner = done(suspension.end(gold(), staff(), reason="x", on=LAST))
    assert told(partner, START) == [(K.PLANNING, date(2027, 2, 24))]


def test_a_program_without_attestation_asks_for_none():
    sections = published().model_dump(mode="json")["sections"]
    for value in sections[2]["requirements"][0]["parts"][2]["tiers"].values():
        value.update(kind="optional", label={"pl": "nieobowiązkowe", "en": "optional"})
    assert K.ATTESTATION not in [kind for kind, _ in told(active(), START, changed(sections=sections))]


@pytest.mark.parametrize(
    ("left", "warning"), [(91, None), (90, 90), (31, 90), (30, 30), (1, 30), (0, 30), (-1, 0)]
)
def test_the_warning_that_stands(left: int, warning: int | None):
    (due,) = (each for each in coming_due(active(), published(), LAST) if each.kind is K.RENEWAL)
    assert due.warning(published(), LAST - timedelta(days=left)) == warning


def test_nobody_is_warned_of_a_meeting_right_after_the_last_one():
    (due,) = (each for each in coming_due(gold(), published(), START) if each.kind is K.PLANNING)
    assert due.warn_days(published()) == (30,)
    (due,) = (each for each in coming_due(active(), published(), START) if each.kind is K.PLANNING)
    assert due.warn_days(published()) == (90, 30)


def walked(partner: Partner, first: date, last: date, step: int = 1, used: Program | None = None):
    """Every reminder from day to day: day, side, what it is about."""
    found = []
    for ahead in range(0, (last - first).days + 1, step):
        day = first + timedelta(days=ahead)
        owed = reminders(partner, used or published(), day)
        found += [(day, one.side, [due.kind for due in one.dues]) for one in owed]
        if owed:
            partner = done(reminded(partner, system(day), owed))
    return found


P, S = Side.PARTNER, Side.STAFF


def test_a_year_in_which_nobody_does_anything():
    """90 days before, when the attestation opens, 30 days before, when it is over: to whom it concerns."""
    assert walked(active(), START, date(2028, 1, 31)) == [
        (date(2027, 8, 25), P, [K.ATTESTATION, K.ACTIVITIES, K.RENEWAL]),
        (date(2027, 8, 25), S, [K.RENEWAL]),
        (date(2027, 8, 26), S, [K.PLANNING]),
        (date(2027, 9, 24), P, [K.ATTESTATION]),
        (date(2027, 10, 24), P, [K.ATTESTATION, K.ACTIVITIES, K.RENEWAL]),
        (date(2027, 10, 24), S, [K.RENEWAL]),
        (date(2027, 10, 25), S, [K.PLANNING]),
        (date(2027, 11, 24), P, [K.ATTESTATION]),
        (date(2027, 11, 24), S, [K.ATTESTATION, K.RENEWAL]),
        (date(2027, 11, 25), S, [K.PLANNING]),
    ]


def test_a_service_that_stood_still_tells_the_most_urgent_step_only():
    assert walked(active(), date(2027, 10, 30), date(2027, 10, 30)) == [
        (date(2027, 10, 30), P, [K.ATTESTATION, K.ACTIVITIES, K.RENEWAL]),
        (date(2027, 10, 30), S, [K.RENEWAL, K.PLANNING]),
    ]


def test_a_suspended_partner_is_not_reminded_and_staff_are():
    partner = done(suspension.suspend(active(), staff(), reason="Brak kontaktu"))
    assert {side for _, side, _ in walked(partner, START, date(2027, 12, 31), 7)} == {S}


@given(days=st.lists(st.integers(0, 420), min_size=2, max_size=25))
def test_however_the_clock_jumps_nothing_is_told_twice_and_never_less_urgent(days: list[int]):
    partner = done(qualifications.extend(active(), staff(), "q1", valid_until=date(2027, 6, 30)))
    sent: list[tuple[str, ...]] = []
    for ahead in days:
        day = START + timedelta(days=ahead)
        owed = reminders(partner, published(), day)
        assert reminders(partner, published(), day) == owed
        if owed:
            partner = done(reminded(partner, system(day), owed))
        assert reminders(partner, published(), day) == ()
        sent += [one.keys for one in owed]
    keys = [key for keys in sent for key in keys]
    assert len(keys) == len(set(keys))
    steps: dict[str, list[int]] = {}
    for key in keys:
        subject, _, step = key.rpartition(":")
        if step != "opened":
            steps.setdefault(subject, []).append(0 if step == "overdue" else int(step))
    assert all(before > after for each in steps.values() for before, after in pairwise(each))


def test_other_days_of_warning_remind_nobody_again():
    """The program is changed after the reminder of 30 days before."""
    partner, day = active(), date(2027, 10, 30)
    partner = done(reminded(partner, system(day), reminders(partner, published(), day)))
    other = changed(coming_due__warn_days_before=[45])
    assert reminders(partner, other, day) == ()


def test_another_last_day_is_told_anew():
    partner = done(qualifications.extend(active(), staff(), "q1", valid_until=date(2027, 3, 1)))
    day = date(2027, 2, 15)
    partner = done(reminded(partner, system(day), reminders(partner, published(), day)))
    partner = done(qualifications.extend(partner, staff(day), "q1", valid_until=date(2027, 3, 10)))
    assert [one.dues[0].on for one in reminders(partner, published(), day)] == [date(2027, 3, 10)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_calendar_of_it(language):
    """All day, with warnings; stable, and without anybody's name."""
    partner = done(qualifications.extend(active(), staff(), "q1", valid_until=date(2027, 3, 31)))
    written = feed(partner, published(), START, texts(language), language)
    assert written == feed(partner, published(), START, texts(language), language)
    calendar = Calendar.from_ical(written)
    events = list(calendar.walk("VEVENT"))
    assert [event["dtstart"].dt for event in events] == [
        date(2027, 3, 31),
        LAST,
        LAST,
        LAST,
        date(2027, 11, 24),
    ]
    assert len({event["uid"] for event in events}) == len(events)
    midnight = datetime(2027, 3, 31, tzinfo=UTC)
    assert [midnight + alarm["trigger"].dt for alarm in events[0].walk("VALARM")] == [
        datetime(2026, 12, 31, 9, tzinfo=UTC),
        datetime(2027, 3, 1, 9, tzinfo=UTC),
    ]
    text = written.decode()
    for person in partner["people"]:
        assert person["name"] not in text and person["email"] not in text


def test_due_things_in_words():
    partner = done(qualifications.extend(active(), staff(), "q1", valid_until=date(2027, 3, 31)))
    titles = [due_title(due, texts("pl"), "pl") for due in coming_due(partner, published(), START)]
    assert titles == [
        "Koniec ważności kwalifikacji sprzedażowych",
        "Coroczne poświadczenie",
        "1 aktywność generująca kontakty sprzedażowe",
        "Odnowienie współpracy",
        "Wspólne planowanie biznesowe",
    ]
    due = coming_due(partner, published(), START)[0]
    days = [due.on - timedelta(days=left) for left in (30, 1, 0, -1, -2)]
    assert [due_in(due, day, texts("pl")) for day in days] == [
        "za 30 dni",
        "za 1 dzień",
        "dziś",
        "po terminie od 1 dnia",
        "po terminie od 2 dni",
    ]
    assert due_in(due, days[3], texts("en")) == "1 day overdue"
