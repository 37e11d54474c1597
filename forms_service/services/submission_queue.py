"""Submission queue: filtered, sorted, paged lists of submissions. Read only.

Lists are kept sorted by the store, one for each kind, state, tier and owner (`tables`), by urgency and
by arrival. What no list has ready (a search, a period by urgency) is looked through, up to `LOOKED_AT`.
"""

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from zoneinfo import ZoneInfo

from forms_service.domain.clock import Clock, moment, stamp
from forms_service.domain.partners.partner import Partner
from forms_service.domain.submissions import search_terms, sender_identity
from forms_service.domain.submissions.sender_identity import sender_of
from forms_service.domain.submissions.submission import (
    Application,
    DealAnswers,
    Submission,
    company_named,
    parse,
    parse_all,
    tier_of,
)
from forms_service.domain.submissions.workflow import OPEN, State, SubmissionKind, states_of
from forms_service.domain.table_names import MAILS, PARTNERS, RECORDS
from forms_service.services import conflict_lookup, duplicate_lookup, tables
from forms_service.store.store import Store
from forms_service.store.transaction import Span
from partner_program.business_days import BusinessCalendar
from partner_program.model import Program

PAGE_ROWS = 50

NOBODY = "-"
"""As an owner: submissions that nobody has taken."""


class Sort(StrEnum):
    """Sort order."""

    URGENT = "urgent"
    """The nearest deadline first; then what has none, by age; then what is closed, the newest first."""
    NEWEST = "newest"
    OLDEST = "oldest"


@dataclass(frozen=True)
class QueueFilter:
    """Filter of the queue; every part narrows it. Without any: all open submissions."""

    kind: SubmissionKind | None = None
    states: frozenset[State] = OPEN
    tier: str = ""
    """An id of the program; applications only."""
    owner: str = ""
    """The address of whoever took it, or NOBODY."""
    since: date | None = None
    until: date | None = None
    """Received on these days (in the program's time zone) or between them."""
    overdue: bool = False
    """Still open after its deadline."""
    search: str = ""
    """Words, all of which must begin one of its own: reference, company, tax number, customer, e-mail."""
    trapped: bool = False
    """What the honeypot caught, instead of everything else."""
    sort: Sort = Sort.URGENT
    page: int = 1


class RowWarning(StrEnum):
    """Warnings on a row of the queue."""

    CONFLICT = "conflict"
    COMPANY = "company"
    """The applicant has applied before, or is a partner."""
    SENDER = "sender"
    """Tax number or address do not fit a known partner."""
    MAIL = "mail"
    """A mail about it cannot be delivered."""


@dataclass(frozen=True)
class QueueRow:
    """One row of the queue."""

    record: Submission
    company: str
    """Who it is from: the applicant's name, or that of the known partner with this tax number, or empty."""
    sender: str
    """The address of who sent it."""
    customer: str
    """Of a deal; else empty."""
    value: Decimal | None
    currency: str
    remaining: int | None
    """Business days left: 0 today, negative when overdue; None when closed or without a deadline."""
    waiting: int
    """Business days since it was received; of use while it is open."""
    card: Partner | None = None
    """The partner that it is from, or that it became."""
    warnings: tuple[RowWarning, ...] = ()
    """Of what is closed, only that a mail about it cannot be delivered."""


@dataclass(frozen=True)
class QueuePage:
    """A page of the queue."""

    rows: tuple[QueueRow, ...]
    total: int
    page: int
    """The one that is shown: the last one where a later one was asked for."""
    pages: int
    """At least 1."""
    sort: Sort
    """By which it is sorted: a long list that is narrowed by time can be sorted by that time only."""
    is_cut: bool = False
    """Whether more match than were looked at: `total` is then how many were found among those."""
    words: tuple[str, ...] = field(default=())
    """What was searched for, as it was understood."""


LOOKED_AT = 750
"""Submissions looked at one by one to answer a view, at most."""

_FIRST, _LAST = "", "~"
_BEHIND_ALL = "\U0010ffff"


@dataclass(frozen=True)
class _Lists:
    """Stretches of one of the two sorted indexes."""

    index: str
    spans: Sequence[Span]
    sorts: Mapping[Sort, bool]
    """The orders it can give, and whether it is read backwards for them."""


class SubmissionQueue:
    """Queries for lists of submissions, for staff."""

    def __init__(self, store: Store, clock: Clock, program: Callable[[], Program]) -> None:
        self._store = store
        self._clock = clock
        self._program = program

    def page(self, view: QueueFilter) -> QueuePage:
        """A page of the queue; costs the same however many submissions there are."""
        words = search_terms.understood(view.search)
        lists = self._lists(view)
        total = self._store.counted(RECORDS, lists.index, lists.spans)
        ready = not words and not (view.overdue and (view.since or view.until))
        if ready and (view.sort in lists.sorts or total > LOOKED_AT):
            return self._ready(view, lists, total)
        found, is_cut = self._looked_through(view, words, lists)
        page, pages = _page(view.page, len(found))
        rows = found[(page - 1) * PAGE_ROWS : page * PAGE_ROWS]
        return QueuePage(self.rows(rows), len(found), page, pages, view.sort, is_cut, words)

    def records(self, view: QueueFilter) -> Iterator[Submission]:
        """Every submission of the filter, unpaged, roughly in the order of `page`: for exports."""
        words = search_terms.understood(view.search)
        lists = self._lists(view)
        if words or view.sort not in lists.sorts:
            found, is_cut = self._looked_through(view, words, lists)
            if not is_cut:
                return iter(found)
        fits = self._fits(view, words)
        every = self._store.streamed(
            RECORDS, lists.index, lists.spans, backwards=lists.sorts[_sort(view, lists)]
        )
        return (record for record in map(parse, every) if fits(record))

    def searched(self, view: QueueFilter) -> tuple[list[Submission], bool] | None:
        """Search results, and whether more were left unread; None without search words."""
        words = search_terms.understood(view.search)
        return self._looked_through(view, words, self._lists(view)) if words else None

    def caught(self) -> int:
        """How many the honeypot caught and nobody has withdrawn."""
        lists = [tables.list_of(tables.honeypot_list(kind), State.RECEIVED) for kind in SubmissionKind]
        return self._store.counted(RECORDS, "arrived", [((each, _FIRST), (each, _LAST)) for each in lists])

    def found_in_any_state(self, view: QueueFilter) -> int:
        """How many a search finds, whatever became of them; of very many, how many among those looked at."""
        found = self.searched(replace(view, states=frozenset(State)))
        return len(found[0]) if found else 0

    def of_reference(self, typed: str) -> str | None:
        """The submission or partner whose whole reference was typed, whatever its state; None for no such."""
        for reference in search_terms.whole_references(typed):
            if self._store.get(RECORDS, reference) or self._store.get(PARTNERS, reference):
                return reference
        return None

    def company_names(self) -> Callable[[Submission], str]:
        """What names the company that a submission is from, for a list of any length."""
        return conflict_lookup.company_names(self._store)

    def rows(self, records: Iterable[Submission]) -> tuple[QueueRow, ...]:
        """Turn submissions into rows."""
        now = self._clock()
        return tuple(self._row(record, now) for record in records)

    def _ready(self, view: QueueFilter, lists: _Lists, total: int) -> QueuePage:
        page, pages = _page(view.page, total)
        sort = _sort(view, lists)
        found = self._store.listed(
            RECORDS,
            lists.index,
            lists.spans,
            skip=(page - 1) * PAGE_ROWS,
            limit=PAGE_ROWS,
            backwards=lists.sorts[sort],
        )
        return QueuePage(self.rows(parse_all(found)), total, page, pages, sort)

    def _looked_through(
        self, view: QueueFilter, words: Sequence[str], lists: _Lists
    ) -> tuple[list[Submission], bool]:
        """All that fits among the candidates, sorted, and whether there were more candidates than that."""
        if words:
            candidates, is_cut = self._with_word(words)
        else:
            candidates = parse_all(self._store.listed(RECORDS, lists.index, lists.spans, limit=LOOKED_AT + 1))
            is_cut = len(candidates) > LOOKED_AT
        fits = self._fits(view, words)
        found = [record for record in candidates[:LOOKED_AT] if fits(record)]
        return _sorted(found, view.sort), is_cut

    def _with_word(self, words: Sequence[str]) -> tuple[list[Submission], bool]:
        """Submissions with the rarest of the words."""
        spans = [((word,), (word + _BEHIND_ALL,)) for word in words]
        rarest = min(spans, key=lambda span: self._store.counted(RECORDS, "terms", [span]))
        found = parse_all(self._store.range(RECORDS, "terms", *rarest, limit=LOOKED_AT + 1, backwards=True))
        return list({record["id"]: record for record in found}.values()), len(found) > LOOKED_AT

    def _lists(self, view: QueueFilter) -> _Lists:
        """The lists that hold all that fits, the shorter ones where time narrows in two ways."""
        choices = []
        if view.since or view.until:
            first, last = self._period(view)
            choices.append(
                _Lists("arrived", _spans(view, first, last), {Sort.NEWEST: True, Sort.OLDEST: False})
            )
        if view.overdue:
            now = stamp(self._clock() - timedelta(microseconds=1))
            late = (tables.DUE, f"{tables.DUE}{now}")
            choices.append(_Lists("urgent", _spans(view, *late), {Sort.URGENT: False}))
        if not choices:
            every = _spans(view, _FIRST, _LAST)
            if view.sort is Sort.URGENT:
                return _Lists("urgent", every, {Sort.URGENT: False})
            return _Lists("arrived", every, {Sort.NEWEST: True, Sort.OLDEST: False})
        return min(choices, key=lambda lists: self._store.counted(RECORDS, lists.index, lists.spans))

    def _period(self, view: QueueFilter) -> tuple[str, str]:
        """The times of receipt from and to, as they are kept."""
        zone = ZoneInfo(self._program().deal_registration.time_zone)

        def midnight(day: date) -> datetime:
            return datetime(day.year, day.month, day.day, tzinfo=zone)

        first = stamp(midnight(view.since)) if view.since else _FIRST
        if view.until is None or view.until == date.max:
            return first, _LAST
        return first, stamp(midnight(view.until + timedelta(days=1)) - timedelta(microseconds=1))

    def _fits(self, view: QueueFilter, words: Sequence[str]) -> Callable[[Submission], bool]:
        first, last = self._period(view)
        now = stamp(self._clock())

        def fits(record: Submission) -> bool:
            return (
                bool(record.get("trapped")) == view.trapped
                and record["state"] in view.states
                and view.kind in (None, record["kind"])
                and (not view.tier or view.tier == tier_of(record))
                and (not view.owner or view.owner == (record.get("owner") or tables.NOBODY))
                and first <= record["received_at"] <= last
                and (not view.overdue or _is_overdue(record, now))
                and search_terms.fits(record, words)
            )

        return fits

    def _row(self, record: Submission, now: datetime) -> QueueRow:
        deal = record.get("said") or DealAnswers() if record["kind"] == SubmissionKind.DEAL else DealAnswers()
        calendar = BusinessCalendar.of(self._program().deal_registration)
        is_open, due = record["state"] in OPEN, record["decide_by"]
        zone = ZoneInfo(self._program().deal_registration.time_zone)
        received, today = (each.astimezone(zone).date() for each in (moment(record["received_at"]), now))
        partners = conflict_lookup.partners_of(self._store, deal) if deal else []
        company = (
            record
            if record["kind"] == SubmissionKind.APPLICATION
            else sender_identity.partner_of(deal, partners)
        )
        return QueueRow(
            record=record,
            company=company_named(company) if company else "",
            sender=sender_of(record) if record.get("said") else "",
            customer=deal.get("customer_name") or "",
            value=Decimal(deal["value_amount"]) if deal.get("value_amount") else None,
            currency=deal.get("value_currency") or "",
            remaining=calendar.remaining(now, moment(due)) if is_open and due else None,
            waiting=calendar.business_days_between(received, today),
            card=conflict_lookup.card_of(self._store, record),
            warnings=tuple(self._warnings(record, partners)) if record.get("said") else (),
        )

    def _warnings(self, record: Submission, partners: Sequence[Application]) -> Iterator[RowWarning]:
        if record["state"] in OPEN:
            if conflict_lookup.is_claimed(self._store, record):
                yield RowWarning.CONFLICT
            if duplicate_lookup.has_any(self._store, record):
                yield RowWarning.COMPANY
            if record["kind"] == SubmissionKind.DEAL and sender_identity.warnings(record, partners):
                yield RowWarning.SENDER
        if any(mail["state"] == "dead" for mail in self._store.find(MAILS, "record", record["id"])):
            yield RowWarning.MAIL


def _spans(view: QueueFilter, first: str, last: str) -> list[Span]:
    """The stretches from `first` to `last` of all lists that the view takes in."""
    kinds = [view.kind] if view.kind else list(SubmissionKind)
    names: dict[str, None] = {}
    for kind in kinds:
        if view.tier and kind is not SubmissionKind.APPLICATION:
            continue
        for state in states_of(kind):
            if state in view.states and not (view.overdue and state not in OPEN):
                heading = tables.honeypot_list(kind) if view.trapped else kind
                names[tables.list_of(heading, state, view.tier, view.owner)] = None
    return [((name, first), (name, last)) for name in names]


def _sort(view: QueueFilter, lists: _Lists) -> Sort:
    """The order asked for, or the first one that the lists can give."""
    return view.sort if view.sort in lists.sorts else next(iter(lists.sorts))


def _page(wanted: int, total: int) -> tuple[int, int]:
    pages = max(1, math.ceil(total / PAGE_ROWS))
    return min(max(1, wanted), pages), pages


def _sorted(records: Iterable[Submission], sort: Sort) -> list[Submission]:
    if sort is Sort.URGENT:
        return sorted(records, key=tables.urgency)
    return sorted(records, key=lambda record: str(record["received_at"]), reverse=sort is Sort.NEWEST)


def _is_overdue(record: Submission, now: str) -> bool:
    due = record["decide_by"]
    return record["state"] in OPEN and due is not None and due < now
