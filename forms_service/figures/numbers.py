"""Count: what waits, what was decided and when, what is open. Records in, numbers out; one pass, no words.

What the honeypot caught is never counted. Months and days are Warsaw's, ages are in business days.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from statistics import median
from typing import Any
from zoneinfo import ZoneInfo

from forms_service.decisions import deadline, keys
from forms_service.decisions.states import CONCLUDED, DECIDED, OPEN, Kind, State
from forms_service.moments import moment
from partner_program.business_days import BusinessCalendar

Record = Mapping[str, Any]

AGES = (1, 2, 5, 10)
"""Upper edges, inclusive, of the groups of ages in business days; a last group is older than all of them."""

_ZONE = ZoneInfo("Europe/Warsaw")
_YEAR = timedelta(days=365)


@dataclass(frozen=True)
class Share:
    """A part of a whole."""

    part: int = 0
    whole: int = 0

    @property
    def percent(self) -> int | None:
        """Rounded down, so that 100 means all; None of nothing."""
        return self.part * 100 // self.whole if self.whole else None


@dataclass(frozen=True)
class Figures:
    """What a page of figures shows."""

    waiting: Mapping[Kind, tuple[int, ...]]
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


@dataclass
class _Tally:
    waiting: dict[Kind, list[int]] = field(
        default_factory=lambda: {kind: [0] * (len(AGES) + 1) for kind in Kind}
    )
    due: Counter[date] = field(default_factory=Counter)
    kept: Counter[date] = field(default_factory=Counter)
    outcomes: Counter[State] = field(default_factory=Counter)
    results: Counter[State] = field(default_factory=Counter)
    won_value: dict[str, Decimal] = field(default_factory=dict)
    reasons: Counter[str] = field(default_factory=Counter)
    reopened: int = 0
    open_value: dict[str, Decimal] = field(default_factory=dict)
    deals: int = 0
    in_conflict: int = 0
    days: list[int] = field(default_factory=list)


def count(
    records: Iterable[Record],
    now: datetime,
    calendar: BusinessCalendar,
    in_conflict: Callable[[Record], bool] = lambda record: False,
) -> Figures:
    """The figures of these records, as of `now`.

    `in_conflict` says whether the customer of a deal stands in another one too; see `customers_of_several`.
    """
    tally = _Tally()
    for record in records:
        if not record.get("trapped"):
            _count_state(tally, record, now, calendar)
            if record["kind"] == Kind.DEAL:
                _count_deal(tally, record, now, calendar)
                tally.in_conflict += in_conflict(record)
    return Figures(
        waiting={kind: tuple(ages) for kind, ages in tally.waiting.items()},
        on_time={month: Share(tally.kept[month], tally.due[month]) for month in sorted(tally.due)},
        outcomes={state: tally.outcomes[state] for state in State if state in DECIDED - CONCLUDED},
        results={state: tally.results[state] for state in State if state in CONCLUDED},
        won_value=dict(sorted(tally.won_value.items())),
        reasons=dict(tally.reasons.most_common()),
        reopened=tally.reopened,
        open_value=dict(sorted(tally.open_value.items())),
        in_conflict=Share(tally.in_conflict, tally.deals),
        business_days_to_decision=median(tally.days) if tally.days else None,
    )


def promise(records: Iterable[Record], now: datetime, at_least: int) -> Share | None:
    """The share of promises kept among the deadlines of the last 365 days, as it may be said in public.

    None where fewer than `at_least` deadlines are over: a handful says nothing, or too much about somebody.
    """
    kept = [
        answer
        for record in records
        if not record.get("trapped") and (answer := deadline.kept(record, now)) is not None
        if now - _YEAR < _promised_for(record) <= now
    ]
    return Share(sum(kept), len(kept)) if kept and len(kept) >= at_least else None


def customers_of_several(records: Iterable[Record]) -> frozenset[str]:
    """References of deals whose customer (by tax number, domain or the same name) stands in several."""
    first: dict[str, str] = {}
    several: set[str] = set()
    for record in records:
        if record["kind"] == Kind.DEAL and not record.get("trapped"):
            for key in _exact_keys(record):
                other = first.setdefault(key, record["id"])
                if other != record["id"]:
                    several |= {other, record["id"]}
    return frozenset(several)


def _exact_keys(record: Record) -> Iterator[str]:
    kept = record.get("keys")
    found = keys.of(Kind.DEAL, record.get("said") or {}) if kept is None else kept
    return (key for key in found if not key.startswith("near:"))


def _count_state(tally: _Tally, record: Record, now: datetime, calendar: BusinessCalendar) -> None:
    state = State(record["state"])
    tally.reopened += bool(record.get("former_decisions"))
    if state in OPEN:
        age = calendar.business_days_between(_day(moment(record["received_at"])), _day(now))
        group = next((group for group, edge in enumerate(AGES) if age <= edge), len(AGES))
        tally.waiting[Kind(record["kind"])][group] += 1
    if state in DECIDED:
        tally.outcomes[State.APPROVED if state in CONCLUDED else state] += 1
    if state in CONCLUDED:
        tally.results[state] += 1
        _add_value(tally.won_value, record.get("result") or {})
    if state is State.REJECTED:
        tally.reasons[record["decision"].get("reason", "")] += 1


def _count_deal(tally: _Tally, record: Record, now: datetime, calendar: BusinessCalendar) -> None:
    tally.deals += 1
    said = record.get("said") or {}
    if record["state"] in OPEN:
        _add_value(tally.open_value, said)
    kept = deadline.kept(record, now)
    if kept is not None:
        month = _day(_promised_for(record)).replace(day=1)
        tally.due[month] += 1
        tally.kept[month] += kept
    decisions = deadline.decisions(record)
    if decisions:
        received, decided = _day(moment(record["received_at"])), _day(moment(decisions[0]["at"]))
        tally.days.append(calendar.business_days_between(received, decided))


def _add_value(sums: dict[str, Decimal], said: Record) -> None:
    if said.get("value_amount"):
        currency = said["value_currency"]
        sums[currency] = sums.get(currency, Decimal()) + Decimal(said["value_amount"])


def _day(at: datetime) -> date:
    return at.astimezone(_ZONE).date()


def _promised_for(record: Record) -> datetime:
    """The deadline that was kept or broken; the moment of the decision where the clock stood still."""
    open_until = None if record["state"] in DECIDED else record["decide_by"]
    decided = [decision["decide_by"] or decision["at"] for decision in deadline.decisions(record)]
    return moment(open_until or decided[-1])
