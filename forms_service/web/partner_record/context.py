"""Page context: record, program, day, reader, language and permissions. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any

from babel.dates import format_date
from babel.numbers import format_decimal

from forms_service.domain.clock import moment
from forms_service.domain.partners.partner import Partner
from forms_service.domain.partners.partner_permissions import PartnerAction, PartnerActor, Side, allowed
from forms_service.domain.partners.partner_view import for_partner
from forms_service.domain.partners.partner_years import Period, day_of, partner_year, year
from forms_service.i18n.translations import BoundTexts, bound_texts
from forms_service.services.partner_deals import DealsFilter
from forms_service.web.partner_record.parts import section_path
from forms_service.web.partner_record.queries import PartnerQueries
from partner_program.model import Language, Program


@dataclass(frozen=True)
class PartnerContext:
    """Context of a partner's pages: one partner on one day, for one reader."""

    partner: Partner
    program: Program
    """The version that the partner year follows."""
    served: Program
    day: date
    language: Language
    actor: PartnerActor
    may_act: bool
    base: str
    """The address of the overview."""
    books: PartnerQueries
    version_days: Mapping[str, str]
    """From which day each recorded version of the program stands, by its hash."""
    asked_year: int = 0
    """The number of the partner year that is looked at; 0: the running one."""
    page: int = 1
    """Of what is shown in pages."""
    amounts_page: int = 1
    """Of the invoiced amounts, which stand below the deals."""
    deals_shown: DealsFilter = DealsFilter.ALL
    deals_search: str = ""
    """What was typed to narrow the deals."""

    @cached_property
    def words(self) -> BoundTexts:
        """The catalog, with the language's typography."""
        return bound_texts(self.language)

    @property
    def for_staff(self) -> bool:
        """Whether the reader is staff."""
        return self.actor.side is Side.STAFF

    @cached_property
    def seen(self) -> Mapping[str, Any]:
        """The record as this reader may see it."""
        document: Mapping[str, Any] = self.partner
        return document if self.for_staff else for_partner(self.partner)

    @cached_property
    def may(self) -> frozenset[str]:
        """Actions allowed to the reader now."""
        return frozenset(allowed(self.partner, self.actor)) if self.may_act else frozenset()

    def text(self, message: str) -> str:
        """Translate a message id."""
        return self.words.gettext(message) if message else ""

    def address(self, section: str, query: str = "") -> str:
        """URL of a section; `query` as in `year=2`."""
        path, fragment = section_path(section)
        return f"{self.base}{path}{'?' if query else ''}{query}{fragment}"

    @cached_property
    def year(self) -> Period | None:
        """The partner year."""
        return partner_year(self.partner, self.day)

    @cached_property
    def shown(self) -> Period | None:
        """The selected partner year."""
        running, since = self.year, self.partner["active_since"]
        if running is None or since is None or not 0 < self.asked_year < running.number:
            return running
        return year(date.fromisoformat(since), self.asked_year)

    @property
    def shows_running_year(self) -> bool:
        """Whether that is the running one."""
        return self.shown == self.year

    def on(self, day: date | str | None) -> str:
        """Format a date: `24 listopada 2026`."""
        if not day:
            return ""
        day = date.fromisoformat(day) if isinstance(day, str) else day
        return format_date(day, "d MMMM y", locale=self.language).replace(" ", "\u00a0", 1)

    def at(self, stamped: str) -> str:
        """Format the date of a time."""
        return self.on(day_of(moment(stamped)))

    def money(self, amount: Decimal | str, currency: str) -> str:
        """Format an amount with its currency."""
        number = format_decimal(Decimal(amount), "#,##0.00", locale=self.language).replace(
            "-", "\N{MINUS SIGN}"
        )
        return f"{number}\u00a0{currency}"

    @property
    def models(self) -> list[tuple[str, str]]:
        """Options: selling models."""
        return [(model.id, model.title[self.language]) for model in self.program.models]

    def model(self, id: str) -> str:
        """Name of a selling model."""
        return dict(self.models).get(id, id)

    def can(self, action: str) -> bool:
        """Whether the reader may take this action now."""
        return PartnerAction(action) in self.may
