"""What a partner has of each thing that a requirement asks for, on a day. Only counts; `scorecard` judges."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from forms_service.moments import moment
from forms_service.partners import attestation
from forms_service.partners.activities import done_in
from forms_service.partners.people import SKILLS, contacts, counted, sponsor
from forms_service.partners.planning import next_meeting
from forms_service.partners.profile import missing as missing_in_profile
from forms_service.partners.record import Partner, Person
from forms_service.partners.terms import partner_year
from forms_service.partners.years import CADENCES, Period, day_of, period_on
from partner_program.model import Fact, Item, Kind, Measure, Program, Value, When

_WITHIN_A_YEAR = frozenset({Kind.PER_YEAR, Kind.EVERY_YEAR, Kind.EVERY_QUARTER})


@dataclass(frozen=True)
class Holdings:
    """What a partner has, seen on a day and for a tier."""

    partner: Partner
    program: Program
    tier: str
    day: date
    deals: Iterable[Mapping[str, Any]] = ()

    @property
    def year(self) -> Period | None:
        """The partner year; None before the first one."""
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
            or self.value(item).kind in _WITHIN_A_YEAR
            or item.measure is Measure.LEAD_ACTIVITIES
            or item.fact is Fact.ATTESTATION
        )

    def stretch(self, item: Item) -> Period | None:
        """The stretch of time in which it is asked for; None where no year runs or it is asked for always."""
        year = self.year
        if year is None or not self.is_asked_within_time(item):
            return None
        if self.value(item).kind is Kind.EVERY_QUARTER:
            assert self.partner["active_since"] is not None  # noqa: S101 - a partner year runs
            start = date.fromisoformat(self.partner["active_since"])
            return period_on(start, CADENCES[Kind.EVERY_QUARTER], self.day)
        return year

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
    """Whether a deal counts as registered in this partner year; one that was withdrawn does not."""
    if year is None or deal.get("trapped") or deal.get("state") == "withdrawn":
        return False
    return day_of(moment(deal["received_at"])) in year
