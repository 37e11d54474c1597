"""Eligibility: how a company meets each tier's requirements, from the facts it states.

Pure. No answer says that a tier is met in full: the vendor decides that, and what is agreed individually or
comes later cannot be read off a form.
"""

from dataclasses import dataclass
from enum import StrEnum

from partner_program.model import CarriedBy, Item, Measure, MeasureWords, Program, Requirement, Tier, Value
from partner_program.requirement_kinds import Demand


@dataclass(frozen=True)
class CompanyFacts:
    """What a company says about itself."""

    sales_people: int = 0
    """People with sales qualifications."""
    technical_people: int = 0
    """People with technical qualifications; one person may be counted in both."""
    lead_activities: int = 0
    """Lead-generation activities planned a year."""
    sponsor: bool = False
    """Whether there is an executive sponsor."""

    def count(self, measure: Measure) -> int:
        """This fact as a number; a sponsor counts as one."""
        match measure:
            case Measure.SALES_PEOPLE:
                return self.sales_people
            case Measure.TECHNICAL_PEOPLE:
                return self.technical_people
            case Measure.LEAD_ACTIVITIES:
                return self.lead_activities
            case Measure.SPONSOR:
                return int(self.sponsor)


class Outcome(StrEnum):
    """How a company stands in one requirement of one tier."""

    MET = "met"
    NOT_YET = "not_yet"
    """Missing (`Answer.missing` says how many), or not told by these facts and still to come."""
    AGREED_INDIVIDUALLY = "agreed_individually"
    NOT_ASKED = "not_asked"
    """Nothing is missing where it is not there; the kind of the value says why."""
    VENDOR_CARRIES = "vendor_carries"
    """The vendor's part; it never counts against a partner."""


@dataclass(frozen=True)
class Answer:
    """How a company stands in one requirement."""

    item: Item
    value: Value
    outcome: Outcome
    missing: int = 0
    """How many are missing; 0 where nothing can be counted."""
    measured: MeasureWords | None = None
    """How the fact is called that was counted, if one was."""


@dataclass(frozen=True)
class TierAnswer:
    """How a company stands in one tier."""

    tier: Tier
    answers: tuple[Answer, ...]
    """One for each requirement and part, in the order of the program."""

    @property
    def missing(self) -> tuple[Answer, ...]:
        """What was counted and does not suffice."""
        return tuple(answer for answer in self.answers if answer.missing)

    @property
    def still_to_come(self) -> tuple[Answer, ...]:
        """What these facts tell nothing about and is asked at some time."""
        return tuple(
            answer for answer in self.answers if answer.outcome is Outcome.NOT_YET and not answer.missing
        )

    @property
    def agreed_individually(self) -> tuple[Answer, ...]:
        """What no form can say, because it is agreed with each partner."""
        return tuple(answer for answer in self.answers if answer.outcome is Outcome.AGREED_INDIVIDUALLY)


def assess(program: Program, facts: CompanyFacts) -> tuple[TierAnswer, ...]:
    """How a company stands in each tier, lowest tier first."""
    return tuple(TierAnswer(tier, tuple(_answers(program, tier, facts))) for tier in program.tiers)


def _answers(program: Program, tier: Tier, facts: CompanyFacts) -> list[Answer]:
    answers = []
    for section in program.sections:
        for requirement in section.requirements:
            parts = [_answer(program, part, tier, facts) for part in requirement.parts]
            answers += [_whole(requirement, _answer(program, requirement, tier, facts), parts), *parts]
    return answers


def _whole(requirement: Requirement, own: Answer, parts: list[Answer]) -> Answer:
    """The answer for a requirement: what is not told about it directly is told by its parts."""
    if not parts or own.outcome is not Outcome.NOT_YET or requirement.measure is not None:
        return own
    if any(part.outcome is Outcome.NOT_YET for part in parts):
        return own
    return Answer(own.item, own.value, Outcome.MET)


def _answer(program: Program, item: Item, tier: Tier, facts: CompanyFacts) -> Answer:
    value = item.tiers[tier.id]
    quota = value.quota
    if item.carried_by is CarriedBy.VENDOR:
        return Answer(item, value, Outcome.VENDOR_CARRIES)
    if quota.demand is Demand.AGREED:
        return Answer(item, value, Outcome.AGREED_INDIVIDUALLY)
    if quota.demand is not Demand.ASKED:
        return Answer(item, value, Outcome.NOT_ASKED)
    if item.measure is None:
        return Answer(item, value, Outcome.NOT_YET)
    missing = max(0, quota.number - facts.count(item.measure))
    outcome = Outcome.NOT_YET if missing else Outcome.MET
    return Answer(item, value, outcome, missing, program.measures[item.measure])
