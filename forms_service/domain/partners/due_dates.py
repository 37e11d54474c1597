"""Due dates of a partner, and when to warn of them. Pure.

The attestation, activities, a planning meeting, the end of a qualification, the renewal. What is done is not
due. Where the partnership is going to end, only what falls before its last day is.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from forms_service.domain.partners import attestation
from forms_service.domain.partners.joint_plan import next_meeting
from forms_service.domain.partners.partner import Partner, PartnerState, Person, Qualification, Skill
from forms_service.domain.partners.partner_years import partner_year, tier_on
from forms_service.domain.partners.people import present, valid_on
from forms_service.domain.partners.renewal import oldest_undecided
from forms_service.domain.partners.scorecard import Fulfilment, scorecard
from partner_program.model import CarriedBy, Fact, Item, Measure, Program
from partner_program.requirement_kinds import Demand


class DueKind(StrEnum):
    """Kind of due date."""

    ATTESTATION = "attestation"
    ACTIVITIES = "activities"
    PLANNING = "planning"
    QUALIFICATION = "qualification"
    """It lapses."""
    RENEWAL = "renewal"


@dataclass(frozen=True)
class Due:
    """A due date."""

    kind: DueKind
    on: date
    """The last day."""
    subject: str
    """Which one: the number of a partner year, the id of a qualification, a due day."""
    by_vendor: bool = False
    """Whether the vendor has to do it; it never counts against the partner."""
    opens: date | None = None
    """From which day on it can be done, where that is not always."""
    missing: int = 0
    """How many activities are still to come."""
    waits_for_copy: bool = False
    """Whether an attestation is declared, and its signed copy has not arrived."""
    person: Person | None = None
    skill: Skill | None = None
    cadence_months: int | None = None
    """Of a meeting: how many months lie between two."""

    def days_left(self, day: date) -> int:
        """Days left; negative when overdue."""
        return (self.on - day).days

    def is_open(self, day: date) -> bool:
        """Whether it can be done on this day."""
        return self.opens is None or day >= self.opens

    def warning(self, program: Program, day: date) -> int | None:
        """Current warning: so many days before; 0 when overdue; None before any."""
        if self.days_left(day) < 0:
            return 0
        reached = [days for days in self.warn_days(program) if self.days_left(day) <= days]
        return min(reached, default=None)

    def warn_days(self, program: Program) -> tuple[int, ...]:
        """How many days before people are warned; nobody of the next meeting right after the last one."""
        days = program.coming_due.warn_days_before
        if self.cadence_months is None:
            return days
        return tuple(each for each in days if each < self.cadence_months * _HALF_A_MONTH_DAYS)


_HALF_A_MONTH_DAYS = 15


def coming_due(partner: Partner, program: Program, day: date) -> tuple[Due, ...]:
    """Overdue and coming due dates, the soonest first; none before the first partner year.

    `program` is the version that the partner year follows.
    """
    if partner["state"] not in (PartnerState.ACTIVE, PartnerState.SUSPENDED):
        return ()
    found = [
        *_attestation(partner, program, day),
        *_activities(partner, program, day),
        *_planning(partner, program, day),
        *_qualifications(partner, day),
        *_renewal(partner, day),
    ]
    ends = date.fromisoformat(partner["ends_on"]) if partner["ends_on"] else date.max
    left = [due for due in found if due.on < ends]
    return tuple(sorted(left, key=lambda due: (due.on, list(DueKind).index(due.kind), due.subject)))


def _asked(partner: Partner, program: Program, day: date, what: Fact) -> Item | None:
    """The requirement that is decided by this, if the partner's tier asks for it."""
    tier = tier_on(partner, day)
    for item in program.items():
        if item.fact is what and item.tiers[tier].quota.demand is Demand.ASKED:
            return item
    return None


def _attestation(partner: Partner, program: Program, day: date) -> Iterator[Due]:
    running = partner_year(partner, day)
    if running is None or _asked(partner, program, day, Fact.ATTESTATION) is None:
        return
    for year in (attestation.overdue_year(partner, day), running):
        if year is not None and not attestation.is_given(partner, year.number):
            waits = attestation.declared(partner, year.number) is not None
            opens = attestation.opens_on(program, year)
            number = str(year.number)
            yield Due(DueKind.ATTESTATION, year.last_day, number, opens=opens, waits_for_copy=waits)


def _activities(partner: Partner, program: Program, day: date) -> Iterator[Due]:
    card = scorecard(partner, program, day)
    for row in card.rows:
        is_due = row.standing is Fulfilment.DUE and row.due is not None
        if row.item.measure is Measure.LEAD_ACTIVITIES and is_due and card.year is not None:
            number = str(card.year.number)
            yield Due(DueKind.ACTIVITIES, row.due or day, number, missing=row.missing)


def _planning(partner: Partner, program: Program, day: date) -> Iterator[Due]:
    item, meeting = _asked(partner, program, day, Fact.PLANNING), next_meeting(partner, program, day)
    if item is None or meeting is None:
        return
    by_vendor = item.carried_by is CarriedBy.VENDOR
    for on in (meeting.overdue_since, meeting.due):
        if on is not None:
            subject = on.isoformat()
            yield Due(
                DueKind.PLANNING, on, subject, by_vendor=by_vendor, cadence_months=meeting.cadence_months
            )


def _qualifications(partner: Partner, day: date) -> Iterator[Due]:
    people = {person["id"]: person for person in present(partner)}
    for each in partner["qualifications"]:
        if each["valid_until"] is None or each["removed_on"] is not None or each["person"] not in people:
            continue
        if not _is_followed(partner, each):
            on, skill = date.fromisoformat(each["valid_until"]), Skill(each["kind"])
            yield Due(DueKind.QUALIFICATION, on, each["id"], person=people[each["person"]], skill=skill)


def _is_followed(partner: Partner, qualification: Qualification) -> bool:
    """Whether the person has another one of the same kind that is valid on the day after."""
    assert qualification["valid_until"] is not None  # noqa: S101 - asked for those that lapse
    after = date.fromisoformat(qualification["valid_until"]) + timedelta(days=1)
    return any(
        other["person"] == qualification["person"]
        and other["kind"] == qualification["kind"]
        and valid_on(other, after)
        for other in partner["qualifications"]
    )


def _renewal(partner: Partner, day: date) -> Iterator[Due]:
    year = oldest_undecided(partner, day)
    if year is not None:
        yield Due(DueKind.RENEWAL, year.last_day, str(year.number), by_vendor=True)
