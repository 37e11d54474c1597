"""Formatter: kinds, states, times, amounts of a record in the reader's language. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date
from babel.numbers import format_decimal

from forms_service.domain.clock import moment
from forms_service.domain.partners import partner_labels
from forms_service.domain.partners.partner import Partner
from forms_service.domain.reports.charts import money
from forms_service.domain.submissions import submission_labels
from forms_service.domain.submissions.submission import HistoryEntry, Submission, company_named
from forms_service.domain.submissions.workflow import OPEN, State
from forms_service.i18n.translations import N_, BoundTexts, bound_texts
from forms_service.services.audit_log import COMMAND_LINE
from forms_service.services.submission_queue import QueueRow, RowWarning
from partner_program.model import Language, Program
from partner_program.phrases import long_date, time_left
from partner_program.typography import bind

_LOCALES: Mapping[Language, Locale] = {"pl": Locale("pl"), "en": Locale("en", "GB")}

ROW_WARNINGS = {
    RowWarning.CONFLICT: N_("conflict"),
    RowWarning.COMPANY: N_("company known"),
    RowWarning.SENDER: N_("check the sender"),
    RowWarning.MAIL: N_("email not delivered"),
}


@dataclass(frozen=True)
class Formatter:
    """Formatter for one reader. Templates call it `fmt`."""

    program: Program
    language: Language
    now: datetime

    @cached_property
    def words(self) -> BoundTexts:
        """Message catalog, with the language's typography."""
        return bound_texts(self.language)

    def text(self, message: str) -> str:
        """Translate a message id."""
        return self.words.gettext(message) if message else ""

    def kind(self, record: Submission) -> str:
        """Name of the kind of submission."""
        return self.text(submission_labels.KINDS[record["kind"]])

    def state(self, record: Mapping[str, Any]) -> str:
        """Name of the state."""
        return submission_labels.state_for_staff(State(record["state"]), self.words)

    def mark(self, record: Mapping[str, Any]) -> str:
        """How the state looks besides its name."""
        return submission_labels.STATE_MARKS.get(State(record["state"]), "")

    def standing(self, partner: Partner) -> str:
        """`Gold, aktywny`: tier and state of a partner."""
        return partner_labels.tier_and_state(partner, self.local(self.now).date(), self.program, self.words)

    def is_open(self, record: Submission) -> bool:
        """Whether a decision is still to come."""
        return record["state"] in OPEN

    def day(self, day: date) -> str:
        """`25 lis` / `25 Nov`, with the year where it is another one."""
        same_year = day.year == self.local(self.now).year
        shown = format_date(day, "d MMM" if same_year else "d MMM y", locale=_LOCALES[self.language])
        return shown.replace(" ", "\u00a0")

    def day_as_said(self, day: date) -> str:
        """`24 stycznia 2027`: a date as a form shows it."""
        return format_date(day, "d MMMM y", locale=_LOCALES[self.language]).replace(" ", "\u00a0")

    def at(self, stamped: str) -> str:
        """`25 lis, 10:30`."""
        local = self.local(moment(stamped))
        return f"{self.day(local.date())}, {local:%H:%M}"

    def at_length(self, stamped: str) -> str:
        """`środa, 25 listopada 2026, 10:30`."""
        local = self.local(moment(stamped))
        return self._bound(f"{long_date(local.date(), self.language)}, {local:%H:%M}")

    def to_the_second(self, stamped: str) -> str:
        """`25 listopada 2026, 10:30:05 (Europe/Warsaw, UTC+01:00)`."""
        return submission_labels.exact_moment(stamped, self.program, self.language)

    def due(self, stamped: str) -> str:
        """Deadline with its weekday: `pt. 27 lis`."""
        due = self.local(moment(stamped)).date()
        weekday = format_date(due, "EEE", locale=_LOCALES[self.language])
        return f"{weekday} {self.day(due)}"

    def left(self, remaining: int | None) -> str:
        """Time left to decide, in business days; empty where none runs."""
        return "" if remaining is None else self._bound(time_left(remaining, self.language))

    def waiting_time(self, days: int) -> str:
        """Waiting time of something without a deadline."""
        if days == 0:
            return self.text(N_("waiting since today"))
        return self.words.ngettext(
            "waiting for %(num)s business day", "waiting for %(num)s business days", days
        ) % {"num": days}

    def urgency(self, remaining: int | None) -> str:
        """CSS modifier of the time left: `late`, `soon` or nothing."""
        if remaining is None or remaining > 1:
            return ""
        return "late" if remaining < 0 else "soon"

    def money(self, amount: Decimal | str, currency: str) -> str:
        """An amount with its currency; whole amounts without a fraction."""
        amount = Decimal(amount)
        if amount == amount.to_integral_value():
            number = format_decimal(amount, "#,##0", locale=_LOCALES[self.language])
            return f"{number}\u00a0{currency}" if self.language == "pl" else f"{currency}\u00a0{number}"
        return money(amount, currency, self.language)

    def percent(self, number: str) -> str:
        """`7,5%` / `7.5%`."""
        return f"{format_decimal(Decimal(number), '0.####', locale=_LOCALES[self.language])}%"

    def terms(self, decision: Mapping[str, Any]) -> str:
        """Terms of an approval: `prowizja 10%, przez pierwszy rok`."""
        benefit = (
            self.text(submission_labels.BENEFITS[decision["benefit"]]) if decision.get("benefit") else ""
        )
        percent = self.percent(decision["percent"]) if decision.get("percent") else ""
        named = " ".join(filter(None, [benefit, percent]))
        return ", ".join(filter(None, [named, decision.get("words", "")]))

    def product(self, product: str) -> str:
        """Name of a product of the program; any other as it was typed."""
        return next(
            (
                each.text[self.language]
                for each in self.program.deal_registration.products
                if each.id == product
            ),
            product,
        )

    def reason(self, reason: str) -> str:
        """Text of a reason of the program's list; one that is gone by its id."""
        reasons = self.program.deal_registration.reject_reasons
        return next((each.text[self.language] for each in reasons if each.id == reason), reason)

    def tier(self, tier: str) -> str:
        """Name of a tier; one that is gone by its id."""
        return next((each.name for each in self.program.tiers if each.id == tier), tier)

    def model(self, model: str) -> str:
        """Name of the selling model."""
        return next((each.title[self.language] for each in self.program.models if each.id == model), model)

    def warning(self, warning: RowWarning) -> str:
        """Label of a row's warning."""
        return self.text(ROW_WARNINGS[warning])

    def happened(self, entry: HistoryEntry) -> str:
        """Label of a history entry."""
        return submission_labels.happened(entry, self.words)

    def who(self, name: str) -> str:
        """Name of whoever a history entry names: an address as it is, a side by its label."""
        return self.text(_SIDES[name]) if name in _SIDES else name

    def about(self, row: QueueRow) -> str:
        """Short title of a submission, for headings."""
        return company_named(row.record) or row.record["id"]

    def local(self, at: datetime) -> datetime:
        """Time in the program's time zone."""
        return at.astimezone(ZoneInfo(self.program.deal_registration.time_zone))

    def _bound(self, text: str) -> str:
        return bind(text, self.language)


_SIDES = {
    "sender": N_("the sender"),
    "staff": N_("staff"),
    "system": N_("the service"),
    COMMAND_LINE: N_("the command line"),
}
