"""Partner list: a row per partner, stored with each change, refreshed each morning, read page by page."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import cast

from forms_service.domain.partners import list_row
from forms_service.domain.partners.list_row import PartnerRow
from forms_service.domain.partners.partner import Partner, PartnerState
from forms_service.domain.partners.partner_years import terms_on
from forms_service.domain.submissions import search_terms
from forms_service.domain.table_names import JOB_STATE, PARTNER_ROWS, PARTNERS
from forms_service.services import program_versions
from forms_service.services.tables import partner_list_of
from forms_service.store.store import Batch, Document, Store
from forms_service.store.transaction import Span
from partner_program.model import Program

TABLE = PARTNER_ROWS
PAGE_ROWS = 50
LOOKED_AT = 1000
"""Rows looked at one by one to answer a search, at most."""
CURRENT = frozenset({PartnerState.ONBOARDING, PartnerState.ACTIVE, PartnerState.SUSPENDED})

_COUNTED = "partner-rows"
"""Of the table `job_state`: the day for which all rows were counted."""
_LAST = "\U0010ffff"


class PartnerSort(StrEnum):
    """Sort order; the values are the names of the indexes."""

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


@dataclass(frozen=True)
class PartnerListPage:
    """A page of the list."""

    rows: tuple[PartnerRow, ...]
    total: int
    page: int
    pages: int
    is_cut: bool = False
    """Whether more match a search than were looked at."""


class PartnerList:
    """Queries for rows. Read only."""

    def __init__(self, store: Store, program: Callable[[], Program]) -> None:
        """`program` is the one now served."""
        self._store = store
        self._program = program

    def page(self, view: PartnerFilter, day: date) -> PartnerListPage:
        """A page of the list; costs the same however many partners there are."""
        words = search_terms.understood(view.search)
        if words:
            found, is_cut = self._searched(view, words)
            number, pages = _page(view.page, len(found))
            rows = found[(number - 1) * PAGE_ROWS : number * PAGE_ROWS]
            return PartnerListPage(tuple(self._fresh(rows, day)), len(found), number, pages, is_cut)
        spans, order = _spans(view), _order(view)
        total = self._store.counted(TABLE, order, spans)
        number, pages = _page(view.page, total)
        skip = (number - 1) * PAGE_ROWS
        listed = self._store.listed(TABLE, order, spans, skip=skip, limit=PAGE_ROWS)
        return PartnerListPage(tuple(self._fresh(listed, day)), total, number, pages)

    def every(self, view: PartnerFilter, day: date) -> Iterator[PartnerRow]:
        """All rows of the filter, unpaged."""
        words = search_terms.understood(view.search)
        if words:
            return self._fresh(self._searched(view, words)[0], day)
        return self._fresh(self._store.streamed(TABLE, _order(view), _spans(view)), day)

    def program_of(self, row: PartnerRow) -> Program:
        """Program version that a row was computed by."""
        return program_versions.find(self._store, row["program"] or None, self._program())

    def _searched(self, view: PartnerFilter, words: Sequence[str]) -> tuple[list[Document], bool]:
        addresses, names = [w for w in words if "@" in w], [w for w in words if "@" not in w]
        if addresses:
            ids = [each["id"] for each in self._store.find(PARTNERS, "member", addresses[0], LOOKED_AT)]
            candidates = [row for id in ids if (row := self._store.get(TABLE, id)) is not None]
        else:
            spans = [((word,), (word + _LAST,)) for word in names]
            rarest = min(spans, key=lambda span: self._store.counted(TABLE, "terms", [span]))
            found = self._store.range(TABLE, "terms", *rarest, limit=LOOKED_AT + 1)
            candidates = list({row["id"]: row for row in found}.values())
        fitting = [
            row for row in candidates[:LOOKED_AT] if _fits(row, view) and search_terms.fits(row, names)
        ]
        index = PartnerSort(_order(view))
        return sorted(fitting, key=lambda row: _place(row, index)), len(candidates) > LOOKED_AT

    def _fresh(self, rows: Iterable[Document], day: date) -> Iterator[PartnerRow]:
        """The rows as of this day: those that are older are counted anew, and not kept."""
        mark = self._store.get(JOB_STATE, _COUNTED)
        is_today = mark is not None and mark["day"] == day.isoformat()
        for kept in rows:
            found = cast(PartnerRow, kept)
            if found["program"] and is_today:
                yield found
                continue
            partner = self._store.get(PARTNERS, found["id"])
            yield (
                found if partner is None else _row(self._store, cast(Partner, partner), self._program(), day)
            )


def keep(batch: Batch, store: Store, partner: Partner, current: Program, day: date) -> None:
    """Store the row of this partner, in the batch that changes it."""
    _put(batch, _row(store, partner, current, day))


def keep_uncounted(batch: Batch, partner: Partner) -> None:
    """Store the row where the program is not at hand: the rest is computed when it is read."""
    _put(batch, list_row.uncounted(partner))


def all_counted(batch: Batch, day: date) -> None:
    """Mark all rows as computed on this day."""
    known = batch.get(JOB_STATE, _COUNTED)
    if known is None:
        batch.add(JOB_STATE, {"id": _COUNTED, "day": day.isoformat()})
    elif known["day"] != day.isoformat():
        batch.replace(JOB_STATE, {**known, "day": day.isoformat()}, known["version"])


def _row(store: Store, partner: Partner, current: Program, day: date) -> PartnerRow:
    terms = terms_on(partner, day)
    program = program_versions.find(store, None if terms is None else terms["program"], current)
    return list_row.row(partner, program, day)


def _put(batch: Batch, row: PartnerRow) -> None:
    known = batch.get(TABLE, row["id"])
    if known is None:
        batch.add(TABLE, dict(row))
    elif {**row, "version": known["version"]} != known:
        batch.replace(TABLE, dict(row), known["version"])


def _spans(view: PartnerFilter) -> list[Span]:
    last = view.renews_by.isoformat() + _LAST if view.renews_by else _LAST
    names = [partner_list_of(state.value, view.tier, lacking=view.lacking) for state in sorted(view.states)]
    return [((name,), (name, last)) for name in names]


def _order(view: PartnerFilter) -> str:
    """Narrowed by renewal, a list is in that order."""
    return (PartnerSort.RENEWAL if view.renews_by else view.order).value


def _fits(row: Document, view: PartnerFilter) -> bool:
    return (
        row["state"] in view.states
        and (not view.tier or row["tier"] == view.tier)
        and (not view.lacking or row["lacking"])
        and (view.renews_by is None or (row["renews_on"] or _LAST) <= view.renews_by.isoformat())
    )


def _place(row: Document, order: PartnerSort) -> tuple[str, str]:
    name = row["name"].casefold()
    match order:
        case PartnerSort.RENEWAL:
            return row["renews_on"] or _LAST, name
        case PartnerSort.DUE:
            return row["due"]["on"] if row["due"] else _LAST, name
    return "", name


def _page(wanted: int, total: int) -> tuple[int, int]:
    pages = max(1, -(-total // PAGE_ROWS))
    return min(max(1, wanted), pages), pages
