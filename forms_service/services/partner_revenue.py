"""Revenue of a partner: invoiced amounts recorded, voided and paged; sums per year kept with them."""

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from forms_service.domain.partners import revenue
from forms_service.domain.partners.invoice_lines import InvoiceLine
from forms_service.domain.partners.partner import Partner
from forms_service.domain.partners.partner_permissions import PartnerActing, PartnerActor
from forms_service.domain.partners.partner_years import Period, active_since, partner_year, year, year_on
from forms_service.domain.partners.refusals import PartnerActionRefused, PartnerRefusal
from forms_service.domain.partners.revenue import Currencies, RevenueEntry, YearTotals
from forms_service.domain.table_names import REVENUE, REVENUE_YEARS
from forms_service.services.partners import PartnerMissing, Partners
from forms_service.store.store import Batch, ReadStore, Store

PAGE_ROWS = 50


@dataclass(frozen=True)
class AmountsPage:
    """A page of a year's amounts, the newest invoice first."""

    rows: tuple[RevenueEntry, ...]
    total: int
    page: int
    pages: int


class _AlreadyRecorded(Exception):
    """Meanwhile somebody recorded the same."""


class PartnerRevenue:
    """Use cases of a partner's revenue."""

    def __init__(self, store: Store, partners: Partners) -> None:
        self._store = store
        self._partners = partners

    def add(
        self, reference: str, actor: PartnerActor, lines: Sequence[InvoiceLine]
    ) -> Partner | PartnerActionRefused:
        """Record amounts, all or none; an amount of a numbered invoice only once.

        Raises PartnerMissing, StoreUnavailable.
        """
        made: list[RevenueEntry] = []

        def change(partner: Partner, act: PartnerActing) -> Partner | PartnerActionRefused:
            found = revenue.add(partner, act, lines, (secrets.token_hex(16) for _ in lines))
            if isinstance(found, PartnerActionRefused):
                return found
            made[:] = found[1]
            return found[0]

        def also(batch: Batch, after: Partner) -> None:
            if any(_is_recorded(batch, reference, line) for line in lines):
                raise _AlreadyRecorded
            for number, entries in _by_year(after, made):
                before = _totals(batch, after, number)
                _keep(batch, revenue.added(before, entries))
                for entry in entries:
                    batch.add(REVENUE, dict(entry))

        try:
            return self._partners.change(reference, actor, change, also=also)
        except _AlreadyRecorded:
            return PartnerActionRefused(PartnerRefusal.ALREADY_THERE, "document")

    def void(
        self, reference: str, actor: PartnerActor, entry: str, reason: str
    ) -> Partner | PartnerActionRefused:
        """Void an amount that was recorded by mistake. Raises PartnerMissing for one of another partner."""
        known = self._entry(self._store, reference, entry)
        voided: list[RevenueEntry] = []

        def change(partner: Partner, act: PartnerActing) -> Partner | PartnerActionRefused:
            found = revenue.void(partner, act, known, reason=reason)
            if isinstance(found, PartnerActionRefused):
                return found
            voided[:] = [found[1]]
            return found[0]

        def also(batch: Batch, after: Partner) -> None:
            before = self._entry(batch, reference, entry)
            for number, entries in _by_year(after, [before]):
                _keep(batch, revenue.without(_totals(batch, after, number), entries))
            for after_that in voided:
                batch.replace(REVENUE, dict(after_that), known["version"])

        return self._partners.change(reference, actor, change, also=also)

    def summed(self, partner: Partner, period: Period | None) -> list[RevenueEntry]:
        """Sums of a partner year, by currency, model, recipient and area."""
        if period is None or period.number < 1:
            return []
        return revenue.as_entries(_totals(self._store, partner, period.number), period)

    def years(self, partner: Partner, day: date) -> list[tuple[Period, Currencies]]:
        """Partner years up to this day with what was invoiced in each; the running one first."""
        since, running = active_since(partner), partner_year(partner, day)
        if since is None or running is None:
            return []
        periods = [year(since, number) for number in range(running.number, 0, -1)]
        return [(period, revenue.sums(self.summed(partner, period), period)) for period in periods]

    def page(self, reference: str, period: Period, number: int) -> AmountsPage:
        """A page of the amounts of a partner year; the last one where a later one is asked for."""
        spans = [_span(reference, period)]
        total = self._store.counted(REVENUE, "dated", spans)
        pages = max(1, -(-total // PAGE_ROWS))
        number = min(max(1, number), pages)
        skip = (number - 1) * PAGE_ROWS
        found = self._store.listed(REVENUE, "dated", spans, skip=skip, limit=PAGE_ROWS, backwards=True)
        return AmountsPage(tuple(map(revenue.parse_entry, found)), total, number, pages)

    def is_recorded(self, reference: str, line: InvoiceLine) -> bool:
        """Whether this amount of this invoice is recorded and not voided; never without an invoice number."""
        return _is_recorded(self._store, reference, line)

    @staticmethod
    def _entry(source: ReadStore, reference: str, id: str) -> RevenueEntry:
        found = source.get(REVENUE, id)
        if found is None or found["partner"] != reference:
            raise PartnerMissing(reference)
        return revenue.parse_entry(found)


def _totals(source: ReadStore, partner: Partner, number: int) -> YearTotals:
    """What is kept of a year; counted from its amounts where nothing is kept yet."""
    kept = source.get(REVENUE_YEARS, revenue.id_of(partner["id"], number))
    if kept is not None:
        return revenue.parse_totals(kept)
    since = active_since(partner)
    found = source.listed(REVENUE, "dated", [_span(partner["id"], year(since, number))]) if since else []
    return revenue.totals(partner["id"], number, [*map(revenue.parse_entry, found)])


def _keep(batch: Batch, changed: YearTotals) -> None:
    if "version" in changed:
        batch.replace(REVENUE_YEARS, dict(changed), changed["version"])
    else:
        batch.add(REVENUE_YEARS, dict(changed))


def _span(reference: str, period: Period) -> tuple[tuple[str, str], tuple[str, str]]:
    return (reference, period.first_day.isoformat()), (reference, period.last_day.isoformat())


def _by_year(partner: Partner, entries: Iterable[RevenueEntry]) -> list[tuple[int, list[RevenueEntry]]]:
    """The amounts by the number of their partner year."""
    since = active_since(partner)
    assert since is not None  # noqa: S101 - amounts are recorded from the first partner year on

    def number(entry: RevenueEntry) -> int:
        return year_on(since, date.fromisoformat(entry["date"])).number

    return [(key, list(some)) for key, some in groupby(sorted(entries, key=number), key=number)]


def _is_recorded(source: ReadStore, reference: str, line: InvoiceLine) -> bool:
    if not line.document:
        return False
    found = source.find(REVENUE, "invoice", f"{reference}/{revenue.invoice_key(line.document)}")
    return any(
        each["voided"] is None and revenue.key_of(revenue.parse_entry(each)) == revenue.key_of_line(line)
        for each in found
    )
