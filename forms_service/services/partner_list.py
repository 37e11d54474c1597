"""Partner list: a row per partner, computed when somebody looks and kept in memory until it changes."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import chain
from operator import itemgetter

from forms_service.domain.partners import list_row
from forms_service.domain.partners.list_row import PartnerRow
from forms_service.domain.partners.partner import PartnerState, parse_partner
from forms_service.domain.partners.partner_years import terms_on
from forms_service.domain.submissions import search_terms
from forms_service.domain.table_names import PARTNERS
from forms_service.services import program_versions
from forms_service.store.store import Store
from partner_program.model import Program

PAGE_ROWS = 50
CURRENT = frozenset({PartnerState.ONBOARDING, PartnerState.ACTIVE, PartnerState.SUSPENDED})
_AT_A_TIME = 10
"""Rows that are counted before others get their turn."""
_LAST = "~"
"""Sorts behind every day."""


class PartnerSort(StrEnum):
    """Sort order, as addresses name it."""

    NAME = "named"
    RENEWAL = "renewing"
    DUE = "coming_due"


@dataclass(frozen=True)
class PartnerFilter:
    """Filter of the list; every part narrows it."""

    states: frozenset[PartnerState] = CURRENT
    tier: str = ""
    lacking: bool = False
    """Only those with something missing."""
    renews_by: date | None = None
    """Only those whose next renewal is to be decided by this day."""
    search: str = ""
    order: PartnerSort = PartnerSort.NAME
    page: int = 1

    @property
    def is_counted(self) -> bool:
        """Whether it asks for what is missing or due, which is counted for each partner."""
        return self.lacking or (self.order is PartnerSort.DUE and self.renews_by is None)


@dataclass(frozen=True)
class PartnerListPage:
    """A page of the list."""

    rows: tuple[PartnerRow, ...]
    total: int
    page: int
    pages: int


class PartnerList:
    """Queries for rows. Read only, thread-safe.

    A row has name, state and tier of its partner. What is missing and what comes due takes forty
    times as long, and is counted where a row is shown or a filter asks for it.
    """

    def __init__(self, store: Store, program: Callable[[], Program]) -> None:
        """`program` is the one now served."""
        self._store = store
        self._program = program
        self._lock = threading.RLock()
        self._rows: dict[str, PartnerRow] = {}
        """By reference, in the order of names."""
        self._as_of: tuple[date, str] | None = None
        """The day and the program that the rows are of."""
        self._cursor = 0

    def page(self, view: PartnerFilter, day: date) -> PartnerListPage:
        """A page of the list."""
        with self._lock:
            found = self._found(view, day)
            pages = max(1, -(-len(found) // PAGE_ROWS))
            number = min(max(1, view.page), pages)
            rows = found[(number - 1) * PAGE_ROWS : number * PAGE_ROWS]
            return PartnerListPage(tuple(self._counted(row, day) for row in rows), len(found), number, pages)

    def every(self, view: PartnerFilter, day: date) -> Iterator[PartnerRow]:
        """All rows of the filter, unpaged."""
        with self._lock:
            found = self._found(view, day)
        return (self._counted(row, day) for row in found)

    def prepare(self, day: date, pause: Callable[[], None]) -> None:
        """Count now what the first look of a day would wait for; `pause` is called now and then."""
        for number, _ in enumerate(self.every(PartnerFilter(states=frozenset(PartnerState)), day)):
            if not number % _AT_A_TIME:
                pause()

    def program_of(self, row: PartnerRow) -> Program:
        """Program version that a row was computed by."""
        return program_versions.find(self._store, row["program"] or None, self._program())

    def _found(self, view: PartnerFilter, day: date) -> list[PartnerRow]:
        """The rows that the filter selects, in its order."""
        self._refresh(day)
        words = search_terms.understood(view.search)
        found = [row for row in self._rows.values() if _fits(row, view, words)]
        if view.is_counted:
            found = [self._counted(row, day) for row in found]
        if view.lacking:
            found = [row for row in found if row["lacking"]]
        if view.renews_by or view.order is PartnerSort.RENEWAL:
            return sorted(found, key=lambda row: row["renews_on"] or _LAST)
        if view.order is PartnerSort.DUE:
            return sorted(found, key=lambda row: row["due"]["on"] if row["due"] else _LAST)
        return found

    def _refresh(self, day: date) -> None:
        """Read what was changed since the last look; everything where day or program are another."""
        as_of = day, self._program().hash
        self._cursor, changed = self._store.changes_since(PARTNERS, self._cursor)
        if as_of == self._as_of and changed is not None:
            if not changed:
                return
            partners = [found for id in changed if (found := self._store.get(PARTNERS, id))]
            kept = [row for row in self._rows.values() if row["id"] not in changed]
        else:
            every = (self._store.find(PARTNERS, "state", state.value) for state in PartnerState)
            partners, kept = [*chain.from_iterable(every)], []
        rows = [*kept, *(list_row.uncounted(parse_partner(each), day) for each in partners)]
        self._rows = {row["id"]: row for row in sorted(rows, key=itemgetter("sorts_as", "id"))}
        self._as_of = as_of

    def _counted(self, row: PartnerRow, day: date) -> PartnerRow:
        """The row with what is missing and due."""
        if row["program"]:
            return row
        found = self._store.get(PARTNERS, row["id"])
        if found is None:  # removed since
            return row
        partner = parse_partner(found)
        terms = terms_on(partner, day)
        program = program_versions.find(self._store, terms and terms["program"], self._program())
        counted = list_row.row(partner, program, day)
        with self._lock:
            if self._rows.get(row["id"]) is row:
                self._rows[row["id"]] = counted
        return counted


def _fits(row: PartnerRow, view: PartnerFilter, words: tuple[str, ...]) -> bool:
    return (
        row["state"] in view.states
        and (not view.tier or row["tier"] == view.tier)
        and (view.renews_by is None or (row["renews_on"] or _LAST) <= view.renews_by.isoformat())
        and all("\n" + word in row["terms"] for word in words)
    )
