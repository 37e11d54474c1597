"""Deals section of the partner pages. Templates: `page.deals`."""

from dataclasses import dataclass
from datetime import datetime, time
from functools import cached_property
from urllib.parse import urlencode

from forms_service.domain.clock import ZONE, moment
from forms_service.domain.partners.partner import PartnerState
from forms_service.domain.partners.partner_years import day_of
from forms_service.domain.submissions import deal_results, decision_view, protection, submission_labels
from forms_service.domain.submissions.sender_view import for_sender, may_correct, may_withdraw
from forms_service.domain.submissions.submission import Submission
from forms_service.domain.submissions.workflow import DECIDED, OPEN, Role, State, allowed
from forms_service.domain.submissions.workflow import Action as DealAction
from forms_service.domain.submissions.workflow import SubmissionKind as DealKind
from forms_service.i18n.translations import N_
from forms_service.services.partner_deals import DealsFilter, DealsPage
from forms_service.web.partner_record.context import PartnerContext

Deal = Submission

_TABS = {
    DealsFilter.ALL: N_("All deals"),
    DealsFilter.OPEN: N_("Open deals"),
    DealsFilter.CLOSED: N_("Closed deals"),
}

WAITS = N_("We are waiting for your answer")
WAITS_TODAY = N_("We are waiting for your answer until today")
WAITS_UNTIL = N_("We are waiting for your answer until %(day)s")


@dataclass(frozen=True)
class DealsSection:
    """Template context of deals; both sides see what the sender sees on the status page."""

    context: PartnerContext

    @cached_property
    def page(self) -> DealsPage:
        """The page that is looked at."""
        context = self.context
        return context.books.deals(context.page, context.deals_shown, context.deals_search)

    @cached_property
    def tabs(self) -> list[tuple[str, str, bool]]:
        """Words with their number, address, and whether it is the one that is shown."""
        return [
            (
                f"{self.context.text(words)} ({self.context.books.deals_counted(shown)})",
                self._query(shown=shown),
                shown is self.context.deals_shown,
            )
            for shown, words in _TABS.items()
        ]

    @cached_property
    def has_any(self) -> bool:
        """Whether there are any, shown or not."""
        return self.context.books.deals_counted(DealsFilter.ALL) > 0

    @property
    def search(self) -> str:
        """What was searched for."""
        return self.context.deals_search

    def page_address(self, number: int) -> str:
        """What asks for a page of them, narrowed as this one."""
        return self._query(shown=self.context.deals_shown, search=self.search, page=str(number))

    def _query(self, **asked: str) -> str:
        said = {name: value for name, value in asked.items() if value and value != DealsFilter.ALL}
        return f"?{urlencode(said)}" if said else f"{self.context.base}/deals"

    @property
    def rows(self) -> list[Deal]:
        """Its deals; one whose data is erased has nothing to show."""
        return [deal for deal in self.page.rows if deal.get("said")]

    @property
    def may_register(self) -> bool:
        """Whether one can be registered here."""
        return not self.context.for_staff and self.context.partner["state"] != PartnerState.ENDED

    def address(self, deal: Deal) -> str:
        """Its page."""
        base = "/desk/submissions" if self.context.for_staff else f"{self.context.base}/deals"
        return f"{base}/{deal['id']}"

    def state(self, deal: Deal) -> str:
        """Where it stands."""
        in_words = (
            submission_labels.state_for_staff
            if self.context.for_staff
            else submission_labels.state_for_sender
        )
        return in_words(State(deal["state"]), self.context.words)

    def mark(self, deal: Deal) -> str:
        """How its state looks besides its words."""
        return submission_labels.STATE_MARKS.get(State(deal["state"]), "")

    def is_open(self, deal: Deal) -> bool:
        """Whether it is still to be decided."""
        return deal["state"] in OPEN

    def decide_by(self, deal: Deal) -> str:
        """The day by which it is decided, while it is open."""
        return self.context.at(deal["decide_by"]) if deal["state"] in OPEN and deal["decide_by"] else ""

    def decision(self, deal: Deal) -> decision_view.DecisionView | None:
        """What was decided."""
        if deal["state"] not in DECIDED or not deal.get("decision"):
            return None
        return decision_view.decision(
            deal["decision"], self.context.served, self.context.language, self.context.words
        )

    def valid_until(self, deal: Deal) -> str:
        """Until when an approval is valid, where the program says so, and whether that is over."""
        rule, now = self.context.served.deal_registration, datetime.combine(self.context.day, time(12), ZONE)
        return protection.in_words(deal, rule, self.context.language, now)

    def result(self, deal: Deal) -> list[tuple[str, str]]:
        """What became of it: labels and values."""
        return deal_results.summary(deal.get("result"), self.context.language)

    @cached_property
    def waiting(self) -> list[Deal]:
        """Deals that wait for the partner's answer; for the partner's people only."""
        if self.context.for_staff:
            return []
        return [deal for deal in self.context.books.waiting_deals() if deal.get("said")]

    def waits(self, deal: Deal) -> str:
        """That an answer is waited for, and until which day."""
        day = day_of(moment(deal["decide_by"])) if deal["decide_by"] else None
        if day is None or day < self.context.day:
            return self.context.text(WAITS)
        if day == self.context.day:
            return self.context.text(WAITS_TODAY)
        return self.context.text(WAITS_UNTIL) % {"day": self.context.on(day)}

    def question(self, deal: Deal) -> str:
        """The question that waits for an answer; empty where none does."""
        asks = deal["state"] == State.WAITING_FOR_ANSWER and deal.get("questions")
        return deal["questions"][-1]["text"] if asks else ""

    def decide_in_words(self, deal: Deal) -> str:
        """By when it is decided and which days do not count, or that the time stands still."""
        served, language = self.context.served, self.context.language
        if deal["state"] not in OPEN:
            return ""
        return submission_labels.clock_sentence(
            deal, served, language
        ) or submission_labels.decision_sentence(deal, served, language)

    def timeline(self, deal: Deal) -> list[tuple[str, str, str]]:
        """When, what happened, and what was asked, answered or written then; the latest first."""
        seen = for_sender(deal)
        texts = {each["at"]: each["text"] for each in seen["questions"]}
        texts |= {
            each["answer"]["at"]: each["answer"]["text"] for each in seen["questions"] if each["answer"]
        }
        texts |= {each["at"]: each["text"] for each in seen["messages"]}
        written = (DealAction.ASK, DealAction.ANSWER, DealAction.MESSAGE)
        at = submission_labels.date_and_time
        return [
            (
                at(entry["at"], self.context.served, self.context.language),
                submission_labels.happened_for_sender(entry, self.context.words),
                texts.get(entry["at"], "") if entry["what"] in written else "",
            )
            for entry in reversed(seen["history"])
        ]

    def may_correct(self, deal: Deal) -> bool:
        """Whether the partner's people can correct it now."""
        return may_correct(deal)

    def may_withdraw(self, deal: Deal) -> bool:
        """Whether the partner's people can withdraw it now."""
        return may_withdraw(deal)

    def may_report(self, deal: Deal) -> bool:
        """Whether the partner's people can say now what became of it."""
        actions = allowed(DealKind.DEAL, State(deal["state"]), Role.SENDER)
        return not self.context.for_staff and DealAction.WIN in actions
