"""What staff can ask of the list of submissions, and what a page of it holds. Values only."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum

from forms_service.decisions.states import OPEN, Kind, State
from forms_service.store.records import Document

PAGE_ROWS = 50

NOBODY = "-"
"""As an owner: submissions that nobody has taken."""


class Sort(StrEnum):
    """In which order."""

    URGENT = "urgent"
    """The nearest deadline first; then what has none, by age; then what is closed, the newest first."""
    NEWEST = "newest"
    OLDEST = "oldest"


@dataclass(frozen=True)
class View:
    """Which submissions; every part narrows it. Without any: all that is open."""

    kind: Kind | None = None
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
    """What stands out about a submission in a list."""

    CONFLICT = "conflict"
    SENDER = "sender"
    """Tax number or address do not fit a known partner."""
    MAIL = "mail"
    """A mail about it cannot be delivered."""


@dataclass(frozen=True)
class Row:
    """One submission in a list."""

    record: Document
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
    warnings: tuple[RowWarning, ...] = ()
    """Of what is closed, only that a mail about it cannot be delivered."""


@dataclass(frozen=True)
class QueuePage:
    """A page of the list."""

    rows: tuple[Row, ...]
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
