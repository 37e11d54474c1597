"""Due dates and history of the partner pages. Templates: `page.due_dates`, `page.history`."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from babel.lists import format_list

from forms_service.domain.partners import due_dates, partner_labels
from forms_service.domain.partners.due_dates import Due, DueKind
from forms_service.domain.partners.partner_permissions import Side
from forms_service.i18n.translations import N_
from forms_service.web.partner_record import history_subjects
from forms_service.web.partner_record.context import PartnerContext

OVERDUE, SOON, LATER = N_("Overdue"), N_("Coming up"), N_("Later")

_WHERE: Mapping[DueKind, str] = {
    DueKind.ATTESTATION: "attestation",
    DueKind.ACTIVITIES: "activities",
    DueKind.PLANNING: "planning",
    DueKind.QUALIFICATION: "people",
    DueKind.RENEWAL: "renewal",
}


@dataclass(frozen=True)
class DueDatesSection:
    """Template context of due dates."""

    context: PartnerContext

    @cached_property
    def all(self) -> tuple[Due, ...]:
        """The nearest first."""
        return due_dates.coming_due(self.context.partner, self.context.program, self.context.day)

    @property
    def by_urgency(self) -> list[tuple[str, list[Due], bool]]:
        """What is overdue, what people are warned of, and the rest: heading, dues, whether folded."""
        found: dict[str, list[Due]] = {OVERDUE: [], SOON: [], LATER: []}
        for due in self.all:
            warning = due.warning(self.context.program, self.context.day)
            found[LATER if warning is None else OVERDUE if warning == 0 else SOON].append(due)
        is_urgent = bool(found[OVERDUE] or found[SOON])
        return [
            (self.context.text(heading), dues, is_urgent and heading == LATER)
            for heading, dues in found.items()
            if dues
        ]

    def title(self, due: Due) -> str:
        """What comes due, with whose it is."""
        title = partner_labels.due_title(due, self.context.words, self.context.language)
        return f"{title}: {due.person['name']}" if due.person else title

    def far(self, due: Due) -> str:
        """How far away it is."""
        return partner_labels.due_in(due, self.context.day, self.context.words)

    def mark(self, due: Due) -> str:
        """`late`, `soon` or nothing."""
        if due.by_vendor and not self.context.for_staff:
            return ""
        warning = due.warning(self.context.program, self.context.day)
        return "" if warning is None else "late" if warning == 0 else "soon"

    def address(self, due: Due) -> str:
        """The section in which something can be done about it."""
        return self.context.address(_WHERE[due.kind])

    @property
    def warn_days(self) -> str:
        """How many days ahead people are warned: `90 i 30`."""
        days = [str(each) for each in self.context.program.coming_due.warn_days_before]
        return format_list(days, locale=self.context.language)


PAGE_ENTRIES = 100


@dataclass(frozen=True)
class HistorySection:
    """Template context of the history, page by page."""

    context: PartnerContext

    @property
    def page(self) -> int:
        """The page that is shown."""
        return min(self.context.page, self.pages)

    @property
    def pages(self) -> int:
        """How many there are."""
        return max(1, -(-len(self.context.seen["history"]) // PAGE_ENTRIES))

    @property
    def entries(self) -> list[dict[str, str]]:
        """Those of the page, the newest first."""
        newest_first = self.context.seen["history"][::-1]
        start = (self.page - 1) * PAGE_ENTRIES
        return [
            {
                "at": self.context.at(entry["at"]),
                "who": self._who(entry["who"]),
                "what": partner_labels.happened(entry, self.context.words),
                "subject": history_subjects.subject(entry, self.context),
                "address": history_subjects.address(entry, self.context),
            }
            for entry in newest_first[start : start + PAGE_ENTRIES]
        ]

    def _who(self, who: str) -> str:
        """Who did something: an address, the vendor where its people are not named, or neither."""
        match who:
            case Side.SYSTEM:
                return self.context.text(N_("the service, automatically"))
            case Side.PARTNER:
                return self.context.text(N_("somebody who asked for access"))
        return who or self.context.program.vendor
