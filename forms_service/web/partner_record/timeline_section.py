"""What comes due, as a partner's pages show it. Templates call it `page.due_dates`."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from babel.lists import format_list

from forms_service.domain.partners import due_dates, partner_labels
from forms_service.domain.partners.actions import Side
from forms_service.domain.partners.due_dates import Due, DueKind
from forms_service.i18n.translations import N_

if TYPE_CHECKING:
    from forms_service.web.partner_record.page import PartnerPage


OVERDUE, SOON, LATER = N_("Overdue"), N_("Coming near"), N_("Later")

_WHERE: Mapping[DueKind, str] = {
    DueKind.ATTESTATION: "attestation",
    DueKind.ACTIVITIES: "activities",
    DueKind.PLANNING: "planning",
    DueKind.QUALIFICATION: "people",
    DueKind.RENEWAL: "renewal",
}


@dataclass(frozen=True)
class DueDates:
    """Of one partner, from the day on that it is looked at."""

    it: "PartnerPage"

    @cached_property
    def all(self) -> tuple[Due, ...]:
        """The nearest first."""
        return due_dates.coming_due(self.it.partner, self.it.program, self.it.day)

    @property
    def by_urgency(self) -> list[tuple[str, list[Due]]]:
        """What is overdue, what people are warned of, and the rest, each with its heading."""
        found: dict[str, list[Due]] = {OVERDUE: [], SOON: [], LATER: []}
        for due in self.all:
            warning = due.warning(self.it.program, self.it.day)
            found[LATER if warning is None else OVERDUE if warning == 0 else SOON].append(due)
        return [(self.it.text(heading), dues) for heading, dues in found.items() if dues]

    def title(self, due: Due) -> str:
        """What comes due, with whose it is."""
        title = partner_labels.due_title(due, self.it.words, self.it.language)
        return f"{title}: {due.person['name']}" if due.person else title

    def far(self, due: Due) -> str:
        """How far away it is."""
        return partner_labels.due_in(due, self.it.day, self.it.words)

    def mark(self, due: Due) -> str:
        """`late`, `soon` or nothing."""
        if due.by_vendor and not self.it.for_staff:
            return ""
        warning = due.warning(self.it.program, self.it.day)
        return "" if warning is None else "late" if warning == 0 else "soon"

    def address(self, due: Due) -> str:
        """The section in which something can be done about it."""
        return self.it.address(_WHERE[due.kind])

    @property
    def warn_days(self) -> str:
        """How many days ahead people are warned: `90 i 30`."""
        days = [str(each) for each in self.it.program.coming_due.warn_days_before]
        return format_list(days, locale=self.it.language)


PAGE_ENTRIES = 100


@dataclass(frozen=True)
class Past:
    """The history of one partner, as far as the reader may see it, in pages."""

    it: "PartnerPage"

    @property
    def page(self) -> int:
        """The page that is shown."""
        return min(self.it.page, self.pages)

    @property
    def pages(self) -> int:
        """How many there are."""
        return max(1, -(-len(self.it.seen["history"]) // PAGE_ENTRIES))

    @property
    def entries(self) -> list[dict[str, str]]:
        """Those of the page, the newest first."""
        newest_first = self.it.seen["history"][::-1]
        start = (self.page - 1) * PAGE_ENTRIES
        return [
            {
                "at": self.it.at(entry["at"]),
                "who": self._who(entry["who"]),
                "what": self._happened(entry),
            }
            for entry in newest_first[start : start + PAGE_ENTRIES]
        ]

    def _happened(self, entry: Mapping[str, Any]) -> str:
        """What happened, and to which requirement."""
        what, item = partner_labels.happened(entry, self.it.words), entry.get("item")
        titles = {each.id: each.title[self.it.language] for each in self.it.program.items()}
        return f"{what}: {titles[item]}" if item in titles else what

    def _who(self, who: str) -> str:
        """Who did something: an address, the vendor where its people are not named, or neither."""
        match who:
            case Side.SYSTEM:
                return self.it.text(N_("the service by itself"))
            case Side.PARTNER:
                return self.it.text(N_("somebody who asked for access"))
        return who or self.it.program.vendor
