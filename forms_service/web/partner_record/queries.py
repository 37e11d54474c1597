"""Queries of the partner pages, run only where a page shows the data: revenue, deals, program versions."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from forms_service.domain.partners.partner import Partner
from forms_service.domain.partners.partner_years import Period
from forms_service.domain.partners.revenue import Currencies, RevenueEntry
from forms_service.domain.submissions.submission import Submission
from forms_service.services.duplicate_lookup import FoundDuplicate
from forms_service.services.partner_deals import DealsFilter, DealsPage, PartnerDeals
from forms_service.services.partner_revenue import AmountsPage, PartnerRevenue
from partner_program.model import Program


@dataclass(frozen=True)
class PartnerQueries:
    """Queries for one partner; cost does not grow with its years."""

    partner: Partner
    _revenue: PartnerRevenue
    _deals: PartnerDeals
    _program_of: Callable[[Partner, date], Program]
    _same_company: Callable[[Partner], Sequence[FoundDuplicate]]

    def summed(self, year: Period | None) -> list[RevenueEntry]:
        """The sums of a partner year, as amounts."""
        return self._revenue.summed(self.partner, year)

    def years(self, day: date) -> list[tuple[Period, Currencies]]:
        """Every partner year up to this day and what was invoiced in it, the running one first."""
        return self._revenue.years(self.partner, day)

    def amounts(self, year: Period, page: int) -> AmountsPage:
        """A page of the amounts of a year."""
        return self._revenue.page(self.partner["id"], year, page)

    def deals(self, page: int, shown: DealsFilter, search: str) -> DealsPage:
        """A page of the deals."""
        return self._deals.page(self.partner, page, shown, search)

    def deals_counted(self, shown: DealsFilter) -> int:
        """How many deals there are."""
        return self._deals.count(self.partner, shown)

    def waiting_deals(self) -> list[Submission]:
        """The deals that wait for an answer."""
        return self._deals.waiting(self.partner)

    def deals_of(self, year: Period | None) -> list[Submission]:
        """The deals that were registered in a year."""
        return self._deals.of_year(self.partner, year)

    def same_company(self) -> Sequence[FoundDuplicate]:
        """Other partners of what may be the same company; for staff only."""
        return self._same_company(self.partner)

    def program_on(self, day: date) -> Program:
        """The version of the program that the partner followed on this day."""
        return self._program_of(self.partner, day)
