"""Scorecard: how a partner meets each requirement of a tier. Computed from the record, never stored. Pure.

What is met, what is due on a day, what is missing now; what is agreed with each partner, optional or only
recommended is never missing. What the vendor carries never counts against the partner. Both sides see the
same.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any

from forms_service.domain.clock import moment
from forms_service.domain.partners import attestation
from forms_service.domain.partners.activities import done_in
from forms_service.domain.partners.company_profile import missing as missing_in_profile
from forms_service.domain.partners.joint_plan import next_meeting
from forms_service.domain.partners.partner import Partner, Person
from forms_service.domain.partners.partner_years import (
    Period,
    active_since,
    day_of,
    partner_year,
    period_on,
    tier_on,
)
from forms_service.domain.partners.people import SKILLS, contacts, counted, sponsor
from forms_service.domain.partners.revenue import RevenueEntry
from forms_service.domain.partners.targets import TargetStanding, target_standings
from forms_service.domain.submissions.workflow import State
from partner_program.model import (
    CarriedBy,
    Fact,
    Item,
    Measure,
    MeasureWords,
    Program,
    Requirement,
    Tier,
    Value,
    When,
)
from partner_program.requirement_kinds import MONTHS_A_YEAR, Demand


@dataclass(frozen=True)
class PartnerResources:
    """What a partner has, on a day and for a tier."""

    partner: Partner
    program: Program
    tier: str
    day: date
    deals: Iterable[Mapping[str, Any]] = ()

    @property
    def year(self) -> Period | None:
        """Partner year; None before the first one."""
        return partner_year(self.partner, self.day)

    def people(self, item: Item) -> tuple[Person, ...]:
        """Who counts for a requirement of qualified people; nobody for another one."""
        for measure in SKILLS:
            if item.measure is measure:
                return counted(self.partner, self.program, self.tier, self.day)[measure]
        return ()

    def count(self, item: Item) -> int | None:
        """How much there is of what this requirement asks for; None where that is no number."""
        if item.measure in SKILLS:
            return len(self.people(item))
        match item.measure or item.fact:
            case Measure.SPONSOR:
                return int(sponsor(self.partner) is not None)
            case Measure.LEAD_ACTIVITIES:
                return len(done_in(self.partner, self.year)) if self.year else 0
            case Fact.PRE_ACCEPTANCE:
                return 1
            case Fact.AGREEMENT:
                concluded = self.partner["agreement"]["concluded_on"] is not None
                return int(concluded and not missing_in_profile(self.partner["company"]))
            case Fact.CONTACT:
                return len(contacts(self.partner))
            case Fact.PROMOTION:
                return int(self.partner["promotion"]["confirmed_at"] is not None)
            case Fact.ATTESTATION:
                return self._attested()
            case Fact.DEALS:
                return sum(registered_in(self.year, deal) for deal in self.deals)
            case Fact.PLANNING:
                meeting = next_meeting(self.partner, self.program, self.day)
                return int(meeting is not None and meeting.held)
            case Fact.REVENUE:
                return None
        return self._confirmed(item)

    def is_asked_within_time(self, item: Item) -> bool:
        """Whether it has to be there within a stretch of time, and not at once and always."""
        return (
            item.when is When.YEARLY
            or self.value(item).quota.months is not None
            or item.measure is Measure.LEAD_ACTIVITIES
            or item.fact is Fact.ATTESTATION
        )

    def stretch(self, item: Item) -> Period | None:
        """The stretch of time in which it is asked for; None where no year runs or it is asked for always."""
        since = active_since(self.partner)
        if since is None or self.day < since or not self.is_asked_within_time(item):
            return None
        return period_on(since, self.value(item).quota.months or MONTHS_A_YEAR, self.day)

    def value(self, item: Item) -> Value:
        """What the tier asks."""
        return item.tiers[self.tier]

    def _attested(self) -> int:
        if self.year is None or attestation.overdue_year(self.partner, self.day) is not None:
            return 0
        return int(attestation.is_given(self.partner, self.year.number))

    def _confirmed(self, item: Item) -> int:
        """How often people confirmed it: in the stretch of time it is asked for, or ever."""
        days = [
            date.fromisoformat(each["on"])
            for each in self.partner["confirmations"]
            if each["item"] == item.id
        ]
        if not self.is_asked_within_time(item):
            return len(days)
        stretch = self.stretch(item)
        return 0 if stretch is None else sum(day in stretch for day in days)


def registered_in(year: Period | None, deal: Mapping[str, Any]) -> bool:
    """Whether a deal counts for this partner year; a withdrawn one does not."""
    if year is None or deal.get("trapped") or deal.get("state") == State.WITHDRAWN:
        return False
    return day_of(moment(deal["received_at"])) in year


class Fulfilment(StrEnum):
    """State of a requirement."""

    MET = "met"
    DUE = "due"
    """Still to come, and there is time: until `Row.due`, or until the partner year that has not begun."""
    MISSING = "missing"
    """It should be there now."""
    ONGOING = "ongoing"
    """Applies all the time; there is nothing to be reached."""
    AGREED_INDIVIDUALLY = "agreed_individually"
    NOT_ASKED = "not_asked"
    """Nothing is missing where it is not there; the kind of the value says why."""
    VENDOR_CARRIES = "vendor_carries"


@dataclass(frozen=True)
class ScorecardRow:
    """A requirement, its state and what that rests on."""

    item: Item
    value: Value
    standing: Fulfilment
    missing: int = 0
    """How many are still to come; 0 where nothing is counted."""
    count: int | None = None
    """How many there are; None where nothing is counted."""
    due: date | None = None
    """The last day for what is due; of what the vendor carries, when it is due."""
    overdue: bool = False
    """Whether the day has passed, for the vendor's own duties."""
    measured: MeasureWords | None = None
    """How what is counted is called."""
    people: tuple[Person, ...] = ()
    """Who counts."""
    targets: tuple[TargetStanding, ...] = ()
    """Revenue targets of this partner year."""
    is_part: bool = False


@dataclass(frozen=True)
class Scorecard:
    """Scorecard of a partner for a tier on a day."""

    tier: Tier
    day: date
    year: Period | None
    """The partner year; None before the first one."""
    rows: tuple[ScorecardRow, ...]
    """One for each requirement and part, in the order of the program."""

    def row(self, item: str) -> ScorecardRow:
        """Row of the requirement with this id. Raises KeyError."""
        for row in self.rows:
            if row.item.id == item:
                return row
        raise KeyError(item)

    @property
    def counted(self) -> int:
        """How many requirements can be met: met, due or missing; one with parts counts by its parts."""
        return self.met + len(self.missing) + len(self.due)

    @property
    def met(self) -> int:
        """How many of those are met."""
        return len(self._leaves(Fulfilment.MET))

    @property
    def missing(self) -> tuple[ScorecardRow, ...]:
        """Requirements not met; one with parts is listed by its parts."""
        return self._leaves(Fulfilment.MISSING)

    @property
    def due(self) -> tuple[ScorecardRow, ...]:
        """Requirements still to come, the soonest first."""
        leaves = self._leaves(Fulfilment.DUE)
        return tuple(sorted(leaves, key=lambda row: row.due or date.max))

    @property
    def still_to_count(self) -> tuple[ScorecardRow, ...]:
        """Counted requirements whose number is not reached, missing or due."""
        return tuple(row for row in self.rows if row.missing and row.measured is not None)

    @property
    def to_confirm(self) -> tuple[ScorecardRow, ...]:
        """Requirements that staff still have to confirm."""
        waiting = (*self.missing, *self._leaves(Fulfilment.DUE))
        return tuple(row for row in waiting if _by_hand(row.item))

    @property
    def to_agree(self) -> tuple[ScorecardRow, ...]:
        """Requirements agreed individually, and not agreed yet."""
        return self._leaves(Fulfilment.AGREED_INDIVIDUALLY)

    def _leaves(self, standing: Fulfilment) -> tuple[ScorecardRow, ...]:
        return tuple(row for row in self.rows if row.standing is standing and not _parts(row.item))


def scorecard(
    partner: Partner,
    program: Program,
    day: date,
    *,
    tier: str | None = None,
    revenue: Iterable[RevenueEntry] = (),
    deals: Iterable[Mapping[str, Any]] = (),
) -> Scorecard:
    """Compute the scorecard on this day for a tier: by default the partner's own.

    `program` is the version the partner year follows; `revenue` are the partner's amounts and `deals` their
    deal registrations as records, of any time.

    Raises:
        KeyError: the program has no such tier.
    """
    found = program.tier(tier or tier_on(partner, day))
    holdings = PartnerResources(partner, program, found.id, day, tuple(deals))
    judge = _Judge(holdings, tuple(revenue))
    rows: list[ScorecardRow] = []
    for section in program.sections:
        for requirement in section.requirements:
            parts = [replace(judge.row(part), is_part=True) for part in requirement.parts]
            rows += [_whole(judge.row(requirement), requirement, parts), *parts]
    return Scorecard(found, day, holdings.year, tuple(rows))


def next_tier(partner: Partner, program: Program, day: date) -> Tier | None:
    """The tier above the partner's; None for the highest, or one the program does not have."""
    ids = [tier.id for tier in program.tiers]
    current = tier_on(partner, day)
    above = ids.index(current) + 1 if current in ids else len(ids)
    return program.tiers[above] if above < len(ids) else None


@dataclass(frozen=True)
class _Judge:
    """Says of each requirement how what the partner has stands against what the tier asks."""

    has: PartnerResources
    revenue: Sequence[RevenueEntry]

    def row(self, item: Item) -> ScorecardRow:
        """How things stand in this requirement, its parts left aside."""
        value = self.has.value(item)
        row = ScorecardRow(
            item, value, Fulfilment.MET, count=self.has.count(item), people=self.has.people(item)
        )
        if item.measure is not None:
            row = replace(row, measured=self.has.program.measures[item.measure])
        if item.carried_by is CarriedBy.VENDOR:
            return self._carried_by_vendor(row)
        demand = value.quota.demand
        if demand is Demand.NOTHING or (demand is Demand.RECOMMENDED and not row.count):
            return replace(row, standing=Fulfilment.NOT_ASKED)
        if demand is Demand.RECOMMENDED:
            return row
        if demand is Demand.AGREED or item.fact is Fact.REVENUE:
            return self._agreed(row)
        if _goes_on(row):
            return replace(row, standing=Fulfilment.ONGOING)
        return self._asked(row)

    def _asked(self, row: ScorecardRow) -> ScorecardRow:
        # A confirmation by hand is one tick: it says that all of it is there, however many are asked.
        asked = 1 if _by_hand(row.item) else row.value.quota.number
        missing = max(0, asked - (row.count or 0))
        if not missing:
            return row
        overdue = row.item.fact is Fact.ATTESTATION and attestation.overdue_year(
            self.has.partner, self.has.day
        )
        if overdue or not self.has.is_asked_within_time(row.item):
            return replace(row, standing=Fulfilment.MISSING, missing=missing)
        stretch = self.has.stretch(row.item)
        due = None if stretch is None else stretch.last_day
        return replace(row, standing=Fulfilment.DUE, missing=missing, due=due)

    def _agreed(self, row: ScorecardRow) -> ScorecardRow:
        """Targets that were agreed with the partner, if there are any."""
        year = self.has.year
        if row.item.fact is not Fact.REVENUE or year is None:
            return replace(row, standing=Fulfilment.AGREED_INDIVIDUALLY)
        targets = target_standings(self.has.partner, self.revenue, year)
        if not targets:
            return replace(row, standing=Fulfilment.AGREED_INDIVIDUALLY)
        if all(not target.missing for target in targets):
            return replace(row, targets=targets)
        return replace(row, standing=Fulfilment.DUE, due=year.last_day, targets=targets)

    def _carried_by_vendor(self, row: ScorecardRow) -> ScorecardRow:
        row = replace(row, standing=Fulfilment.VENDOR_CARRIES)
        if self.has.tier != tier_on(self.has.partner, self.has.day):
            return row  # the meetings are those of the tier that the partner has
        meeting = next_meeting(self.has.partner, self.has.program, self.has.day)
        if row.item.fact is not Fact.PLANNING or meeting is None:
            return row
        return replace(row, due=meeting.due, overdue=meeting.overdue_since is not None)


def _by_hand(item: Item) -> bool:
    return item.measure is None and item.fact is None


def _goes_on(row: ScorecardRow) -> bool:
    """Whether it applies all the time without a number to be reached: deals, and what nothing decides."""
    if row.value.number is not None or row.value.quota.months is not None:
        return False
    undecided = _by_hand(row.item) and not row.count
    return row.item.fact is Fact.DEALS or (undecided and row.item.when is When.ONGOING)


def _parts(item: Item) -> tuple[Item, ...]:
    return item.parts if isinstance(item, Requirement) else ()


def _whole(own: ScorecardRow, requirement: Requirement, parts: list[ScorecardRow]) -> ScorecardRow:
    """The row of a requirement that has nothing of its own to be decided by is told by its parts."""
    if not parts or requirement.measure is not None or requirement.fact is not None:
        return own
    if own.standing not in (Fulfilment.MET, Fulfilment.MISSING, Fulfilment.DUE):
        return own
    told = replace(own, standing=Fulfilment.MET, missing=0, count=None, due=None)
    if any(part.standing is Fulfilment.MISSING for part in parts):
        return replace(told, standing=Fulfilment.MISSING)
    waiting = [part for part in parts if part.standing is Fulfilment.DUE]
    if waiting:
        days = [part.due for part in waiting if part.due is not None]
        return replace(told, standing=Fulfilment.DUE, due=min(days, default=None))
    return told
