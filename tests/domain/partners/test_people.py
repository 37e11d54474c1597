"""Who is named at a partner, who may sign in, and who counts as qualified."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from forms_service.domain.partners import access_requests, qualifications
from forms_service.domain.partners import people_actions as changing
from forms_service.domain.partners.partner import Person, Qualification, Skill
from forms_service.domain.partners.people import contacts, counted, member, members, qualified, sponsor
from forms_service.domain.partners.refusals import PartnerActionRefused, PartnerRefusal
from partner_program.model import Measure
from tests.factories.partners import (
    CONTACT,
    MEMBER,
    SPONSOR,
    START,
    STRANGER,
    active,
    by,
    changed,
    done,
    id_of,
    onboarded,
    staff,
    with_member,
)
from tests.factories.program import published


def test_somebody_who_left_may_not_sign_in_and_does_not_count():
    """At once, whatever they were qualified for."""
    partner = active()
    partner = done(changing.left(partner, staff(), id_of(partner, CONTACT), on=START))
    assert member(partner, CONTACT) is None
    assert qualified(partner, Skill.SALES, START) == ()
    assert len(qualified(partner, Skill.SALES, START - timedelta(days=1))) == 1


def test_the_last_contact_is_not_locked_out_by_their_own_side():
    partner = active()
    contact = id_of(partner, CONTACT)
    last = PartnerActionRefused(PartnerRefusal.LAST_CONTACT, "person")
    assert changing.left(partner, by(CONTACT), contact, on=START) == last
    assert changing.take_access(partner, staff(), contact) == last
    demoted = changing.change(partner, by(CONTACT), contact, name="Osoba Kontaktowa", email=CONTACT)
    assert demoted == PartnerActionRefused(PartnerRefusal.LAST_CONTACT, "contact")
    second = done(changing.add(partner, by(CONTACT), name="Osoba Druga", email=MEMBER, contact=True))
    assert [each["email"] for each in contacts(second)] == [CONTACT, MEMBER]
    assert member(done(changing.left(second, by(CONTACT), contact, on=START)), CONTACT) is None


def test_a_new_sponsor_takes_the_place_of_the_one_before():
    partner = done(changing.add(active(), by(CONTACT), name="Osoba Nowa", email=MEMBER, sponsor=True))
    assert sponsor(partner)["email"] == MEMBER
    assert [each["sponsor"] for each in partner["people"]].count(True) == 1
    assert member(partner, SPONSOR) is not None


def test_an_address_belongs_to_one_person():
    taken = changing.add(active(), by(CONTACT), name="Osoba Inna", email=SPONSOR.upper())
    assert taken == PartnerActionRefused(PartnerRefusal.ALREADY_THERE, "email")


def test_access_needs_an_address():
    missing = PartnerActionRefused(PartnerRefusal.MISSING, "email")
    assert changing.add(active(), by(CONTACT), name="Osoba", access=True) == missing
    partner = done(changing.add(active(), by(CONTACT), name="Osoba"))
    assert changing.give_access(partner, by(CONTACT), partner["people"][-1]["id"]) == missing


def test_somebody_new_asks_and_a_contact_lets_them_in():
    """Asking twice, or having access already, changes nothing."""
    partner = done(access_requests.ask_access(active(), by(STRANGER), name="Osoba Obca", email=STRANGER))
    again = access_requests.ask_access(partner, by(STRANGER), name="Osoba Obca", email=STRANGER)
    assert again == PartnerActionRefused(PartnerRefusal.NOTHING_CHANGES)
    assert member(partner, STRANGER) is None
    known = access_requests.ask_access(partner, by(CONTACT), name="Osoba", email=CONTACT)
    assert known == PartnerActionRefused(PartnerRefusal.NOTHING_CHANGES)
    let_in = done(access_requests.answer_access(partner, by(CONTACT), "r1", granted=True))
    assert member(let_in, STRANGER)["name"] == "Osoba Obca"
    assert [each["id"] for each in let_in["people"]] == ["p1", "p2", "p3"]
    assert access_requests.answer_access(let_in, by(CONTACT), "r1", granted=False) == PartnerActionRefused(
        PartnerRefusal.NOTHING_CHANGES
    )


def test_somebody_known_who_asks_becomes_nobody_else():
    partner = with_member(active())
    partner = done(changing.take_access(partner, by(CONTACT), id_of(partner, MEMBER)))
    partner = done(access_requests.ask_access(partner, by(MEMBER), name="X", email=MEMBER))
    partner = done(access_requests.answer_access(partner, by(CONTACT), "r1", granted=True))
    assert len(partner["people"]) == 3
    assert member(partner, MEMBER)["name"] == "Osoba Trzecia"


def test_a_refused_request_lets_nobody_in():
    partner = done(access_requests.ask_access(active(), by(STRANGER), name="Osoba Obca", email=STRANGER))
    partner = done(access_requests.answer_access(partner, by(CONTACT), "r1", granted=False))
    assert [each["email"] for each in members(partner)] == [CONTACT, SPONSOR]


def test_a_qualification_counts_from_its_day_to_its_last_day():
    partner = done(
        qualifications.add(
            onboarded(),
            staff(),
            person="p2",
            skill=Skill.TECHNICAL,
            since=date(2026, 11, 1),
            valid_until=date(2027, 2, 10),
        )
    )
    days = [date(2026, 10, 31), date(2026, 11, 1), date(2027, 2, 10), date(2027, 2, 11)]
    assert [len(qualified(partner, Skill.TECHNICAL, day)) for day in days] == [0, 1, 1, 0]
    longer = done(qualifications.extend(partner, staff(date(2027, 3, 1)), "q2", valid_until=None))
    assert len(qualified(longer, Skill.TECHNICAL, date(2030, 1, 1))) == 1
    removed = done(qualifications.remove(longer, staff(date(2027, 3, 1)), "q2"))
    assert len(qualified(removed, Skill.TECHNICAL, date(2027, 2, 28))) == 1
    assert qualified(removed, Skill.TECHNICAL, date(2027, 3, 1)) == ()


def test_a_qualification_that_makes_no_sense_is_refused():
    partner = onboarded()
    add = qualifications.add
    backwards = add(
        partner,
        staff(),
        person="p2",
        skill=Skill.SALES,
        since=START,
        valid_until=START - timedelta(days=1),
    )
    assert backwards == PartnerActionRefused(PartnerRefusal.WRONG_ORDER, "valid_until")
    future = add(partner, staff(), person="p2", skill=Skill.SALES, since=START + timedelta(days=1))
    assert future == PartnerActionRefused(PartnerRefusal.IN_THE_FUTURE, "since")
    assert add(partner, staff(), person="p1", skill=Skill.SALES) == PartnerActionRefused(
        PartnerRefusal.ALREADY_THERE, "person"
    )
    assert add(partner, staff(), person="p9", skill=Skill.SALES) == PartnerActionRefused(
        PartnerRefusal.NOT_THERE, "person"
    )


ONE_KIND = changed(certification__one_person_counts_in_both=False)
KINDS = st.lists(
    st.sampled_from([(Skill.SALES,), (Skill.TECHNICAL,), (Skill.SALES, Skill.TECHNICAL)]), max_size=6
)


def people_with(kinds: list[tuple[Skill, ...]]):
    """A partner whose people hold these qualifications."""
    partner = onboarded(sales_people=[])
    people: list[Person] = []
    held: list[Qualification] = []
    for number, skills in enumerate(kinds, start=1):
        people.append({**partner["people"][0], "id": f"p{number}"})
        for skill in skills:
            held.append(
                {
                    "id": f"q{len(held) + 1}",
                    "person": f"p{number}",
                    "kind": skill.value,
                    "since": None,
                    "valid_until": None,
                    "evidence": "",
                    "removed_on": None,
                }
            )
    return {**partner, "people": people, "qualifications": held}


def test_one_person_may_count_in_both_kinds_if_the_program_says_so():
    partner = people_with([(Skill.SALES, Skill.TECHNICAL)])
    both = counted(partner, published(), "gold", START)
    assert [len(people) for people in both.values()] == [1, 1]
    one = counted(partner, ONE_KIND, "gold", START)
    assert [len(people) for people in one.values()] == [1, 0]


@given(kinds=KINDS)
def test_in_one_kind_only_nobody_is_counted_twice_and_nobody_is_wasted(kinds):
    """No way to share people out lacks fewer."""
    found = counted(people_with(kinds), ONE_KIND, "gold", START)
    sales, technical = found[Measure.SALES_PEOPLE], found[Measure.TECHNICAL_PEOPLE]
    ids = [person["id"] for person in (*sales, *technical)]
    assert len(ids) == len(set(ids))
    assert set(ids) == {f"p{number}" for number in range(1, len(kinds) + 1)}
    only_sales, only_technical = kinds.count((Skill.SALES,)), kinds.count((Skill.TECHNICAL,))
    both = len(kinds) - only_sales - only_technical
    best = min(
        max(0, 2 - only_sales - share) + max(0, 1 - only_technical - (both - share))
        for share in range(both + 1)
    )
    assert max(0, 2 - len(sales)) + max(0, 1 - len(technical)) == best
