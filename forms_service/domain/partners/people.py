"""People of a partner: who is there, who may sign in, who counts as qualified on a day. Read only."""

from collections.abc import Mapping
from datetime import date

from forms_service.domain.partners.partner import Partner, Person, Qualification, Skill
from partner_program.model import Measure, Program

SKILLS: Mapping[Measure, Skill] = {
    Measure.SALES_PEOPLE: Skill.SALES,
    Measure.TECHNICAL_PEOPLE: Skill.TECHNICAL,
}
"""Measures of the program that count qualified people."""


def present(partner: Partner) -> tuple[Person, ...]:
    """People who have not left."""
    return tuple(person for person in partner["people"] if person["left_on"] is None)


def contacts(partner: Partner) -> tuple[Person, ...]:
    """Contacts, in the order in which they were named."""
    return tuple(person for person in present(partner) if person["contact"])


def sponsor(partner: Partner) -> Person | None:
    """Executive sponsor."""
    return next((person for person in present(partner) if person["sponsor"]), None)


def member(partner: Partner, email: str) -> Person | None:
    """Person with this address who may sign in; None where there is none."""
    wanted = email.casefold()
    for person in present(partner):
        if wanted and person["access"] and person["email"].casefold() == wanted:
            return person
    return None


def contact_to_tell(partner: Partner, sender: str) -> str | None:
    """Contact to notify that somebody acted in the partner's name.

    None where a contact did it, or none has an address.
    """
    emails = [person["email"] for person in contacts(partner) if person["email"]]
    is_contact = sender.casefold() in map(str.casefold, emails)
    return None if is_contact or not emails else emails[0]


def members(partner: Partner) -> tuple[Person, ...]:
    """People who may sign in."""
    return tuple(person for person in present(partner) if person["access"] and person["email"])


def valid_on(qualification: Qualification, day: date) -> bool:
    """Whether a qualification is valid on this day."""
    on = day.isoformat()
    begun = qualification["since"] is None or qualification["since"] <= on
    lapsed = qualification["valid_until"] is not None and qualification["valid_until"] < on
    removed = qualification["removed_on"] is not None and qualification["removed_on"] <= on
    return begun and not lapsed and not removed


def qualified(partner: Partner, skill: Skill, day: date) -> tuple[Person, ...]:
    """People with a valid qualification on this day, each once."""
    holders = {
        each["person"] for each in partner["qualifications"] if each["kind"] == skill and valid_on(each, day)
    }
    return tuple(
        person
        for person in partner["people"]
        if person["id"] in holders and (person["left_on"] is None or day.isoformat() < person["left_on"])
    )


def counted(partner: Partner, program: Program, tier: str, day: date) -> dict[Measure, tuple[Person, ...]]:
    """People who count for each measure of qualified people.

    Where the program lets a person count in one kind only, somebody with both fills what the tier asks for in
    sales first, then the technical side. However they are shared out, the tier lacks the same number in all.
    """
    sales, technical = (qualified(partner, skill, day) for skill in (Skill.SALES, Skill.TECHNICAL))
    if not program.certification.one_person_counts_in_both:
        both = [person for person in sales if person in technical]
        only = [person for person in sales if person not in technical]
        needed = max(0, _asked(program, tier, Measure.SALES_PEOPLE) - len(only))
        elsewhere = both[:needed]
        sales = tuple(person for person in sales if person in only or person in elsewhere)
        technical = tuple(person for person in technical if person not in elsewhere)
    return {Measure.SALES_PEOPLE: sales, Measure.TECHNICAL_PEOPLE: technical}


def _asked(program: Program, tier: str, measure: Measure) -> int:
    """The largest number that a requirement of this measure asks for; 0 where none does."""
    return max(
        (item.tiers[tier].quota.number for item in program.items() if item.measure is measure), default=0
    )
