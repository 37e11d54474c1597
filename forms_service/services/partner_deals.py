"""Deals of a partner: those registered in its area, and those with its tax number."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum

from forms_service.domain.clock import ZONE, stamp
from forms_service.domain.partners.partner import Partner, PartnerState, applications, parse_partner
from forms_service.domain.partners.partner_years import Period
from forms_service.domain.submissions import search_terms
from forms_service.domain.submissions.submission import Submission, parse, parse_all
from forms_service.domain.submissions.workflow import SubmissionKind
from forms_service.domain.table_names import PARTNERS, RECORDS
from forms_service.domain.values import tax_ids
from forms_service.services import duplicate_lookup, tables
from forms_service.services.partners import PartnerMissing
from forms_service.store.store import Store
from forms_service.store.transaction import Span

PAGE_DEALS = 25
LOOKED_AT = 750
"""Deals looked at one by one to answer a search, at most: the newest ones."""
LAST = "~"
"""Sorts behind every time."""


class DealsFilter(StrEnum):
    """Which of a partner's deals are shown."""

    ALL = "all"
    OPEN = "open"
    """To be decided, or approved without a result yet."""
    CLOSED = "closed"


@dataclass(frozen=True)
class DealsPage:
    """A page of a partner's deals, the newest first."""

    rows: tuple[Submission, ...]
    total: int
    page: int
    pages: int
    is_cut: bool = False
    """Whether there are more than a search looked at."""


class PartnerDeals:
    """Queries for a partner's deals; cost does not grow with their number."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def page(
        self, partner: Partner, number: int, shown: DealsFilter = DealsFilter.ALL, search: str = ""
    ) -> DealsPage:
        """A page; the last one where a later one is asked for."""
        spans = self._spans(partner, "", LAST, shown)
        if words := search_terms.understood(search):
            return self._searched(spans, number, words)
        total = self._store.counted(RECORDS, "of_partner", spans)
        number, pages = _page(number, total)
        skip = (number - 1) * PAGE_DEALS
        found = self._store.listed(RECORDS, "of_partner", spans, skip=skip, limit=PAGE_DEALS, backwards=True)
        return DealsPage(tuple(parse_all(found)), total, number, pages)

    def _searched(self, spans: Sequence[Span], number: int, words: Sequence[str]) -> DealsPage:
        newest = self._store.listed(RECORDS, "of_partner", spans, limit=LOOKED_AT + 1, backwards=True)
        found = [deal for deal in parse_all(newest[:LOOKED_AT]) if search_terms.fits(deal, words)]
        number, pages = _page(number, len(found))
        rows = tuple(found[(number - 1) * PAGE_DEALS : number * PAGE_DEALS])
        return DealsPage(rows, len(found), number, pages, len(newest) > LOOKED_AT)

    def count(self, partner: Partner, shown: DealsFilter) -> int:
        """How many there are."""
        return self._store.counted(RECORDS, "of_partner", self._spans(partner, "", LAST, shown))

    def waiting(self, partner: Partner) -> list[Submission]:
        """Deals that wait for the partner's answer, the nearest deadline first, those without one last."""
        spans = self._spans(partner, "", LAST, DealsFilter.OPEN)
        found = parse_all(self._store.listed(RECORDS, "waiting", spans))
        return sorted(found, key=lambda deal: (deal["decide_by"] or "~", deal["received_at"]))

    def of_year(self, partner: Partner, period: Period | None) -> list[Submission]:
        """Deals registered in a partner year, the newest first."""
        if period is None:
            return []
        first = datetime.combine(period.first_day, time(), ZONE)
        after = datetime.combine(period.last_day + timedelta(days=1), time(), ZONE)
        last = stamp(after - timedelta(microseconds=1))
        spans = self._spans(partner, stamp(first), last)
        return parse_all(self._store.listed(RECORDS, "of_partner", spans, backwards=True))

    def one(self, partner: Partner, reference: str) -> Submission:
        """One deal of the partner. Raises PartnerMissing for any other."""
        found = parse(self._store.get(RECORDS, reference))
        if found is None or not self._is_of(partner, found):
            raise PartnerMissing(partner["id"])
        return found

    def partner_of_contact(self, submission: Submission, email: str) -> Partner | None:
        """Partner that somebody with this address may sign in for and whose area shows the submission."""
        found = map(parse_partner, self._store.find(PARTNERS, "member", email.casefold()))
        return next((each for each in found if self._shows(each, submission)), None)

    def _shows(self, partner: Partner, submission: Submission) -> bool:
        if submission["kind"] == SubmissionKind.DEAL:
            return self._is_of(partner, submission)
        return submission["id"] in applications(partner)

    def _spans(
        self, partner: Partner, first: str, last: str, shown: DealsFilter = DealsFilter.ALL
    ) -> list[Span]:
        """Stretches of the index with the partner's deals from `first` to `last`."""
        after, until = self._times(partner)
        begin, end = max(first, after), min(last, until)
        numbers = _numbers(partner) if begin <= end else []
        owners = [(partner["id"], first, last), *((number, begin, end) for number in numbers)]
        lists = [
            (tables.deals_of(owner, closed=each), *times)
            for owner, *times in owners
            for each in _CLOSED[shown]
        ]
        return [((name, since), (name, until)) for name, since, until in lists]

    def _times(self, partner: Partner) -> tuple[str, str]:
        """Between which times a deal that only names the tax number is this partner's.

        Where a company is a partner twice, each deal is that one's which began first and had not ended, so
        none is counted twice.
        """
        others = duplicate_lookup.of_partner(self._store, partner)
        same = [each.partner for each in others if each.partner and each.duplicate.is_same]
        ordered = sorted([partner, *same], key=lambda each: (each["history"][0]["at"], each["id"]))
        place = [each["id"] for each in ordered].index(partner["id"])
        after = max(map(_ended_at, ordered[:place]), default="")
        return after, max(after, _ended_at(partner)) if place + 1 < len(ordered) else LAST

    def _is_of(self, partner: Partner, deal: Submission) -> bool:
        """Whether a submission is a deal of the partner."""
        if deal["kind"] != SubmissionKind.DEAL or deal.get("trapped"):
            return False
        if "partner" in deal:
            return deal["partner"] == partner["id"]
        after, until = self._times(partner)
        number = tax_ids.normalised((deal.get("said") or {}).get("partner_tax_id"))
        return number in _numbers(partner) and after <= deal["received_at"] <= until


_CLOSED = {DealsFilter.ALL: (False, True), DealsFilter.OPEN: (False,), DealsFilter.CLOSED: (True,)}


def _page(number: int, total: int) -> tuple[int, int]:
    """The page that is shown, and how many there are."""
    pages = max(1, -(-total // PAGE_DEALS))
    return min(max(1, number), pages), pages


def _numbers(partner: Partner) -> list[str]:
    company = partner["company"]
    return sorted(tax_ids.keys(company["tax_id"], company["country"]))


def _ended_at(partner: Partner) -> str:
    """When it ended; behind all where it has not."""
    stop = partner["ended"]
    return stop["at"] if stop and partner["state"] == PartnerState.ENDED else LAST
