"""Key figures from sums of facts: open, decided, on time, as of now. No words.

Months and days are those of where deals are decided, ages are in business days.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from forms_service.domain.clock import moment, stamp
from forms_service.domain.reports import facts
from forms_service.domain.reports.facts import SHARED, About, Fact
from forms_service.domain.submissions.workflow import CONCLUDED, DECIDED, State, SubmissionKind
from partner_program.business_days import BusinessCalendar

AGES = (1, 2, 5, 10)
"""Upper edges, inclusive, of the groups of ages in business days; a last group is older than all of them."""

_YEAR = timedelta(days=365)

Sums = Mapping[Fact, int]


@dataclass(frozen=True)
class Share:
    """Part of a whole."""

    part: int = 0
    whole: int = 0

    @property
    def percent(self) -> int | None:
        """Per cent, rounded down, so that 100 means all; None of nothing."""
        return self.part * 100 // self.whole if self.whole else None


@dataclass(frozen=True)
class Figures:
    """Data of the statistics page."""

    waiting: Mapping[SubmissionKind, tuple[int, ...]]
    """Open submissions by age, as in AGES, the oldest last."""
    on_time: Mapping[date, Share]
    """By month (its first day), oldest first: deadlines that fell in it and are over, and promises kept."""
    outcomes: Mapping[State, int]
    """Decisions that stand now; what became of an approved deal is not one."""
    results: Mapping[State, int]
    """Approved deals that were won, and lost."""
    won_value: Mapping[str, Decimal]
    """Value of deals won, by currency."""
    reasons: Mapping[str, int]
    """Rejections by the id of their reason, the most frequent first; `""` where only a text was given."""
    reopened: int
    """Submissions whose decision was reopened at least once."""
    open_value: Mapping[str, Decimal]
    """Value of open deals by currency; currencies are never added together."""
    in_conflict: Share
    """Deals whose customer stands in another one too, of all deals."""
    business_days_to_decision: float | None
    """Median from receipt to the first decision on a deal; 0 is the same day; None where none is decided."""


def figures(sums: Sums, now: datetime, calendar: BusinessCalendar) -> Figures:
    """Key figures from these sums, as of `now`."""
    states = {(kind, state): number for (kind, state), number in _about(sums, About.STATE)}
    deals = sum(number for (kind, _), number in states.items() if kind == SubmissionKind.DEAL)
    concluded = {state: states.get((SubmissionKind.DEAL, state), 0) for state in State if state in CONCLUDED}
    decided = {
        state: sum(states.get((kind, state), 0) for kind in SubmissionKind)
        for state in State
        if state in DECIDED - CONCLUDED
    }
    reasons = {reason: number for (reason,), number in _about(sums, About.REASON)}
    return Figures(
        waiting=_waiting(sums, now, calendar),
        on_time=_on_time(sums, now, calendar),
        outcomes={**decided, State.APPROVED: decided[State.APPROVED] + sum(concluded.values())},
        results=concluded,
        won_value=_value(sums, About.WON_VALUE),
        reasons=dict(sorted(reasons.items(), key=lambda reason: -reason[1])),
        reopened=sums.get((About.REOPENED,), 0),
        open_value=_value(sums, About.OPEN_VALUE),
        in_conflict=Share(sums.get(SHARED, 0), deals),
        business_days_to_decision=_median({days: number for (days,), number in _about(sums, About.DAYS)}),
    )


def promise(sums: Sums, now: datetime, calendar: BusinessCalendar, at_least: int) -> Share | None:
    """On-time rate over the deadlines of the last 365 days, as published.

    Today's are not over yet. None where fewer than `at_least` are: a handful says nothing, or too much about
    somebody.
    """
    first, today = (facts.day_of(at, calendar) for at in (now - _YEAR, now))
    shares = [share for day, share in _promises(sums, now, calendar) if first <= day < today]
    total = _together(shares)
    return total if total.whole and total.whole >= at_least else None


def _about(sums: Sums, about: About) -> Iterator[tuple[Fact, int]]:
    """What facts of this sort say, and how much there is of it."""
    return ((fact[1:], number) for fact, number in sums.items() if fact[0] is about)


def _waiting(sums: Sums, now: datetime, calendar: BusinessCalendar) -> dict[SubmissionKind, tuple[int, ...]]:
    today = facts.day_of(now, calendar)
    groups = {kind: [0] * (len(AGES) + 1) for kind in SubmissionKind}
    for (kind, received), number in _about(sums, About.WAITING):
        age = calendar.business_days_between(received, today)
        groups[kind][next((group for group, edge in enumerate(AGES) if age <= edge), len(AGES))] += number
    return {kind: tuple(numbers) for kind, numbers in groups.items()}


def _on_time(sums: Sums, now: datetime, calendar: BusinessCalendar) -> dict[date, Share]:
    months: dict[date, list[Share]] = defaultdict(list)
    for day, share in _promises(sums, now, calendar):
        months[day.replace(day=1)].append(share)
    return {month: _together(months[month]) for month in sorted(months)}


def _promises(sums: Sums, now: datetime, calendar: BusinessCalendar) -> Iterator[tuple[date, Share]]:
    """The day for which something was promised, and how much of it was kept; nothing that is not certain."""
    for (day, is_kept), number in _about(sums, About.PROMISE):
        yield day, Share(number if is_kept else 0, number)
    for (due,), number in _about(sums, About.DUE):
        if due < stamp(now):
            yield facts.day_of(moment(due), calendar), Share(0, number)


def _together(shares: list[Share]) -> Share:
    return Share(sum(share.part for share in shares), sum(share.whole for share in shares))


def _value(sums: Sums, about: About) -> dict[str, Decimal]:
    return {currency: Decimal(number) / 100 for (currency,), number in sorted(_about(sums, about))}


def _median(numbers: Mapping[int, int]) -> float | None:
    """Of values, each with how often it is there."""
    count = sum(numbers.values())
    return (_at(numbers, (count - 1) // 2) + _at(numbers, count // 2)) / 2 if count else None


def _at(numbers: Mapping[int, int], place: int) -> int:
    """The value at this place, counted from 0, were they all in a row."""
    for value in sorted(numbers):
        place -= numbers[value]
        if place < 0:
            return value
    raise IndexError("no value has this place")
