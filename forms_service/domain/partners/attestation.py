"""Attestation: the yearly declaration that enough people are qualified: when it opens, its text.

A signed-in person declares it on a page; that is the document form and never called a signature. Where the
program asks for the written form, it is given when the signed copy has arrived besides. What was declared
never changes.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from forms_service.domain.partners.partner import Attestation, CompanyProfile, Partner, Person
from forms_service.domain.partners.partner_permissions import PartnerActing, PartnerAction, Side
from forms_service.domain.partners.partner_years import Period, partner_year, tier_on, year
from forms_service.domain.partners.people import SKILLS, counted, member, present
from forms_service.domain.partners.refusals import PartnerActionRefused, PartnerRefusal
from forms_service.i18n.translations import N_, texts
from partner_program.model import AttestationForm, Item, Language, Program
from partner_program.phrases import value_text

_STATEMENT = N_("I attest that the company meets the criteria above.")


def statement(program: Program, language: Language) -> str:
    """Text of the declaration: the vendor's words where the program has them."""
    said = program.attestation.statement
    return texts(language).gettext(_STATEMENT) if said is None else said[language]


@dataclass(frozen=True)
class CriterionNow:
    """A criterion and who meets it on a day."""

    item: Item
    asked: int
    """How many people; 0 where the tier asks for none."""
    people: tuple[Person, ...]

    @property
    def met(self) -> bool:
        """Whether enough people count."""
        return len(self.people) >= self.asked


def criteria(partner: Partner, program: Program, tier: str, day: date) -> tuple[CriterionNow, ...]:
    """The tier's criteria, and who counts on this day."""
    people = counted(partner, program, tier, day)
    return tuple(
        CriterionNow(item, _asked(item, tier), people[item.measure])
        for item in program.items()
        if item.measure in SKILLS and item.measure is not None
    )


def _asked(item: Item, tier: str) -> int:
    return item.tiers[tier].quota.number


def declared(partner: Partner, number: int) -> Attestation | None:
    """Attestation of the partner year with this number."""
    return next((each for each in partner["attestations"] if each["year"] == number), None)


def copy_received(partner: Partner, number: int) -> bool:
    """Whether the signed copy for this partner year has arrived."""
    return any(each["year"] == number for each in partner["signed_copies"])


def is_given(partner: Partner, number: int) -> bool:
    """Whether the partner year is attested, in the form that the program asks for."""
    attestation = declared(partner, number)
    if attestation is None:
        return False
    return attestation["form"] != AttestationForm.WRITTEN or copy_received(partner, number)


def opens_on(program: Program, partner_year: Period) -> date:
    """First day on which this partner year can be attested."""
    first = partner_year.last_day - timedelta(days=program.attestation.opens_days_before)
    return max(first, partner_year.first_day)


def overdue_year(partner: Partner, day: date) -> Period | None:
    """Ended partner year without attestation and without decision."""
    running = partner_year(partner, day)
    if running is None or running.number == 1 or partner["active_since"] is None:
        return None
    before = year(date.fromisoformat(partner["active_since"]), running.number - 1)
    decided = any(each["year"] == before.number for each in partner["renewals"])
    return None if decided or is_given(partner, before.number) else before


def year_to_attest(partner: Partner, program: Program, day: date) -> Period | None:
    """Partner year that can be attested on this day; an overdue one first."""
    overdue, running = overdue_year(partner, day), partner_year(partner, day)
    if overdue is not None and declared(partner, overdue.number) is None:
        return overdue
    if running is None or declared(partner, running.number) or day < opens_on(program, running):
        return None
    return running


def attest(
    partner: Partner,
    act: PartnerActing,
    program: Program,
    *,
    language: Language,
    person: str | None = None,
    copy_received_on: date | None = None,
) -> Partner | PartnerActionRefused:
    """Record the attestation. `program` is the version that the partner year follows.

    On the partner's side the person who declares is the one who is signed in. The vendor's people can only
    write down what `person` declared on paper: they give the day on which the signed copy arrived.
    """
    if refused := act.refused(partner, PartnerAction.ATTEST):
        return refused
    attested = year_to_attest(partner, program, act.today)
    if attested is None:
        return PartnerActionRefused(_why_not(partner, act.today))
    declarer = _declarer(partner, act, person)
    if declarer is None:
        return PartnerActionRefused(PartnerRefusal.NOT_THERE, "person")
    if act.actor.side is Side.STAFF and copy_received_on is None:
        return PartnerActionRefused(PartnerRefusal.MISSING, "received_on")
    if copy_received_on is not None and copy_received_on > act.today:
        return PartnerActionRefused(PartnerRefusal.IN_THE_FUTURE, "received_on")
    tier = tier_on(partner, min(act.today, attested.last_day))
    found = criteria(partner, program, tier, act.today)
    if not all(criterion.met for criterion in found):
        return PartnerActionRefused(PartnerRefusal.CRITERIA_NOT_MET)
    after = partner.copy()
    given = _attestation(act, partner["company"], program, language, attested.number, declarer, tier, found)
    after["attestations"] = [*partner["attestations"], given]
    written = act.written(
        after, PartnerAction.ATTEST, year=attested.number, form=program.attestation.form.value
    )
    if copy_received_on is None:
        return written
    return receive_copy(written, act, attested.number, received_on=copy_received_on)


def _attestation(
    act: PartnerActing,
    company: CompanyProfile,
    program: Program,
    language: Language,
    number: int,
    declarer: Person,
    tier: str,
    found: Sequence[CriterionNow],
) -> Attestation:
    """What is kept of a declaration, in the words of this day, whatever becomes of people and program."""
    return {
        "year": number,
        "at": act.stamp,
        "by": act.who,
        "declared_by": {
            "name": declarer["name"],
            "email": declarer["email"],
            "position": declarer["position"],
        },
        "form": program.attestation.form.value,
        "program": program.hash,
        "tier": tier,
        "company": f"{company['name']}, {company['tax_id']}",
        "lang": language,
        "statement": statement(program, language),
        "criteria": [
            {
                "item": each.item.id,
                "title": each.item.title[language],
                "asked": value_text(each.item.tiers[tier], language),
                "people": [one["name"] for one in each.people],
            }
            for each in found
        ],
    }


def _why_not(partner: Partner, day: date) -> PartnerRefusal:
    running = partner_year(partner, day)
    given = running is not None and declared(partner, running.number) is not None
    return PartnerRefusal.ALREADY_GIVEN if given else PartnerRefusal.TOO_EARLY


def _declarer(partner: Partner, act: PartnerActing, person: str | None) -> Person | None:
    if act.actor.side is Side.PARTNER:
        return member(partner, act.actor.email)
    return next((each for each in present(partner) if each["id"] == person), None)


def receive_copy(
    partner: Partner, act: PartnerActing, number: int, *, received_on: date
) -> Partner | PartnerActionRefused:
    """Record that the signed copy arrived."""
    if refused := act.refused(partner, PartnerAction.RECEIVE_COPY):
        return refused
    if declared(partner, number) is None:
        return PartnerActionRefused(PartnerRefusal.NOT_THERE, "year")
    if copy_received(partner, number):
        return PartnerActionRefused(PartnerRefusal.NOTHING_CHANGES)
    if received_on > act.today:
        return PartnerActionRefused(PartnerRefusal.IN_THE_FUTURE, "received_on")
    after = partner.copy()
    after["signed_copies"] = [
        *partner["signed_copies"],
        {"year": number, "received_on": received_on.isoformat(), "at": act.stamp, "by": act.who},
    ]
    return act.written(after, PartnerAction.RECEIVE_COPY, year=number, on=received_on.isoformat())
