"""Revenue section of the partner pages. Templates: `page.accounts`."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from urllib.parse import quote

from forms_service.domain.partners import partner_labels, revenue
from forms_service.domain.partners.invoice_lines import InvoicedTo
from forms_service.domain.partners.partner_years import Period
from forms_service.domain.partners.revenue import RevenueEntry
from forms_service.domain.partners.revenue_columns import TEMPLATES
from forms_service.domain.partners.targets import TargetStanding, target_standings
from forms_service.domain.reports.spreadsheets import CSV_TYPE
from forms_service.domain.values.amounts import CURRENCIES
from forms_service.services.partner_revenue import AmountsPage
from forms_service.web.partner_record.context import PartnerContext


@dataclass(frozen=True)
class RevenueSection:
    """Template context of revenue, for the selected partner year."""

    context: PartnerContext

    @property
    def currencies(self) -> list[tuple[str, str]]:
        """To choose from."""
        return [(code, code) for code in CURRENCIES]

    @property
    def recipients(self) -> list[tuple[str, str]]:
        """To choose from."""
        return [(to.value, self.context.text(words)) for to, words in partner_labels.RECIPIENTS.items()]

    @property
    def csv_template(self) -> str:
        """A file of amounts to begin with, as the address of its content; with the mark that Excel needs."""
        content = "\ufeff" + TEMPLATES[self.context.language]
        return f"data:{CSV_TYPE.replace(' ', '')},{quote(content)}"

    def recipient(self, name: str) -> str:
        """Whom an invoice went to."""
        return self.context.text(partner_labels.RECIPIENTS[InvoicedTo(name)])

    @property
    def years(self) -> list[tuple[Period, list[tuple[str, Decimal]]]]:
        """What was invoiced, for each partner year and currency; the running year first."""
        return [(year, list(sums.items())) for year, sums in self.context.books.years(self.context.day)]

    @cached_property
    def _summed(self) -> list[RevenueEntry]:
        return self.context.books.summed(self.context.shown)

    @property
    def parts(self) -> list[tuple[str, list[tuple[str, list[tuple[str, Decimal]]]]]]:
        """The sums of the year by model, recipient and area; an empty area is all that has none."""
        year = self.context.shown
        if year is None:
            return []
        names: dict[str, Callable[[str], str]] = {
            "model": self.context.model,
            "invoiced_to": self.recipient,
            "area": str,
        }
        return [
            (part, [(name(each), list(sums.items())) for each, sums in found.items()])
            for part, name in names.items()
            if (found := revenue.sums_by(self._summed, year, part))
        ]

    @property
    def amounts(self) -> AmountsPage | None:
        """A page of the year's amounts."""
        return (
            None
            if self.context.shown is None
            else self.context.books.amounts(self.context.shown, self.context.amounts_page)
        )

    @property
    def targets(self) -> Sequence[TargetStanding]:
        """The targets of the year, and how they stand."""
        year = self.context.shown
        return () if year is None else target_standings(self.context.partner, self._summed, year)

    @property
    def target_years(self) -> list[tuple[str, str]]:
        """The years for which targets can be agreed: the running one and the one after; to choose from."""
        running = self.context.year
        numbers = [] if running is None else [running.number, running.number + 1]
        words = self.context.text("partner year %(number)s")
        return [(str(number), words % {"number": number}) for number in numbers]
