"""Totals: facts of many records, summed per list, by month and day of receipt.

A record is put again when it has changed, and costs the same however many there are. So does a sum: it grows
with the number of lists and months, not with the number of records. Pure; whoever shares it sees to threads.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple, TypeVar

from forms_service.domain.clock import moment
from forms_service.domain.reports import facts
from forms_service.domain.reports.facts import SHARED, Fact
from forms_service.domain.submissions.submission import Submission, tier_of
from forms_service.domain.submissions.workflow import OPEN, State, SubmissionKind
from partner_program.business_days import BusinessCalendar


class Sharing:
    """Keys and who shares them."""

    def __init__(self) -> None:
        self._holders: dict[int, str | set[str]] = {}
        self._shared: dict[str, int] = {}
        """How many of its keys somebody shares with others; only whoever shares any."""

    def is_shared(self, id: str) -> bool:
        """Whether others have a key of this one."""
        return id in self._shared

    def add(self, id: str, keys: Iterable[int]) -> list[str]:
        """Add a record's keys; returns the records that now share one, itself included."""
        changed: list[str] = []
        for key in keys:
            holders = self._holders.get(key)
            if holders is None:
                self._holders[key] = id
                continue
            if isinstance(holders, str):
                if holders == id:
                    continue
                self._holders[key] = {holders, id}
                self._more(holders, changed)
            elif id in holders:
                continue
            else:
                holders.add(id)
            self._more(id, changed)
        return changed

    def remove(self, id: str, keys: Iterable[int]) -> list[str]:
        """Remove a record's keys; returns the records that no longer share any, itself included."""
        changed: list[str] = []
        for key in dict.fromkeys(keys):
            holders = self._holders.get(key)
            if isinstance(holders, set):
                holders.discard(id)
                self._fewer(id, changed)
                if len(holders) == 1:
                    (last,) = holders
                    self._holders[key] = last
                    self._fewer(last, changed)
            elif holders == id:
                del self._holders[key]
        return changed

    def _more(self, id: str, changed: list[str]) -> None:
        self._shared[id] = self._shared.get(id, 0) + 1
        if self._shared[id] == 1:
            changed.append(id)

    def _fewer(self, id: str, changed: list[str]) -> None:
        self._shared[id] -= 1
        if not self._shared[id]:
            del self._shared[id]
            changed.append(id)


_Same = TypeVar("_Same")

NOBODY = ""
"""As an owner: records that nobody has taken."""


@dataclass(frozen=True)
class Slice:
    """Filter of records; every part narrows it. Without any: all."""

    kind: SubmissionKind | None = None
    states: frozenset[State] = frozenset(State)
    tier: str | None = None
    owner: str | None = None
    first: date | None = None
    last: date | None = None
    """Received on these days, or between them."""
    due_before: str | None = None
    """Open, with a deadline before this moment, as it is kept."""

    def takes(self, line: "_Line") -> bool:
        return (
            self.kind in (None, line.kind)
            and line.state in self.states
            and self.tier in (None, line.tier)
            and self.owner in (None, line.owner)
            and (self.due_before is None or "" < line.due < self.due_before)
        )


class _Line(NamedTuple):
    """A list that records stand in. `due` is the deadline of open deals, else empty."""

    kind: str
    state: str
    tier: str
    owner: str
    due: str


@dataclass(slots=True)
class _Month:
    """What was received in a month, in all and by day."""

    total: dict[Fact, int] = field(default_factory=dict)
    days: dict[date, dict[Fact, int]] = field(default_factory=dict)


class _Entry(NamedTuple):
    """What is kept of a record, to take it out again."""

    line: _Line
    day: date
    facts: tuple[tuple[Fact, int], ...]
    customers: tuple[int, ...]


class Sums:
    """Running sums of all records."""

    def __init__(self, calendar: BusinessCalendar) -> None:
        self._calendar = calendar
        self._entries: dict[str, _Entry] = {}
        self._lines: dict[_Line, dict[date, _Month]] = {}
        self._sharing = Sharing()
        self._same: dict[Any, Any] = {}
        """What many records have, so that they share one."""

    def put(self, id: str, record: Submission | None) -> None:
        """Add or update a record; None removes it."""
        before = self._entries.pop(id, None)
        if before is not None:
            self._take_out(id, before)
        if record is not None and not record.get("trapped"):
            self._entries[id] = entry = self._entry(record)
            self._add(entry, entry.facts, 1)
            for other in self._sharing.add(id, entry.customers):
                self._add(self._entries[other], _SHARED, 1)

    def of(self, wanted: Slice) -> dict[Fact, int]:
        """Sums of this slice."""
        total: dict[Fact, int] = {}
        first, last = wanted.first or date.min, wanted.last or date.max
        for line, months in self._lines.items():
            if wanted.takes(line):
                for month, sums in months.items():
                    _add_up(total, month, sums, first, last)
        return total

    def of_these(self, ids: Iterable[str]) -> dict[Fact, int]:
        """Sums of these records, computed one by one."""
        total: dict[Fact, int] = {}
        for id in ids:
            entry = self._entries.get(id)
            if entry is not None:
                _merge(total, dict(entry.facts))
                _merge(total, dict(_SHARED) if self._sharing.is_shared(id) else {})
        return total

    def _entry(self, record: Submission) -> _Entry:
        is_running = record["state"] in OPEN and record["decide_by"]
        line = _Line(
            record["kind"],
            record["state"],
            tier_of(record),
            record.get("owner") or NOBODY,
            record["decide_by"] or "" if is_running else "",
        )
        counted = facts.of(record, self._calendar)
        return _Entry(
            self._one(line),
            self._one(facts.day_of(moment(record["received_at"]), self._calendar)),
            tuple(
                self._one((fact, number)) if number == 1 else (fact, number)
                for fact, number in counted.items()
            ),
            tuple(map(hash, facts.customer_keys(record))),
        )

    def _one(self, value: _Same) -> _Same:
        one: _Same = self._same.setdefault(value, value)
        return one

    def _take_out(self, id: str, entry: _Entry) -> None:
        """Whoever shared a customer with nobody else than this one, and this one itself, do so no more."""
        for other in self._sharing.remove(id, entry.customers):
            self._add(self._entries.get(other, entry), _SHARED, -1)
        self._add(entry, entry.facts, -1)

    def _add(self, entry: _Entry, some: Iterable[tuple[Fact, int]], sign: int) -> None:
        months = self._lines.setdefault(entry.line, {})
        number = entry.day.replace(day=1)
        month = months.setdefault(number, _Month())
        day = month.days.setdefault(entry.day, {})
        for sums in (month.total, day):
            for fact, count in some:
                sums[fact] = sums.get(fact, 0) + sign * count
                if not sums[fact]:
                    del sums[fact]
        if not day:
            del month.days[entry.day]
        if not month.total:
            del months[number]
        if not months:
            del self._lines[entry.line]


_SHARED = ((SHARED, 1),)


def _add_up(total: dict[Fact, int], month: date, sums: _Month, first: date, last: date) -> None:
    """Add what was received in this month from the first to the last day."""
    if (first.year, first.month) < (month.year, month.month) < (last.year, last.month):
        _merge(total, sums.total)
    elif (first.year, first.month) <= (month.year, month.month) <= (last.year, last.month):
        for day, of_day in sums.days.items():
            if first <= day <= last:
                _merge(total, of_day)


def _merge(total: dict[Fact, int], more: Mapping[Fact, int]) -> None:
    for fact, number in more.items():
        total[fact] = total.get(fact, 0) + number
