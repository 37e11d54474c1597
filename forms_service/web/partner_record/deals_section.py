"""Deals section of the partner pages. Templates: `page.deals`."""

from dataclasses import dataclass
from datetime import datetime, time
from functools import cached_property

from forms_service.domain.clock import ZONE
from forms_service.domain.partners.partner import PartnerState
from forms_service.domain.submissions import deal_results, decision_view, protection, submission_labels
from forms_service.domain.submissions.submission import Submission
from forms_service.domain.submissions.workflow import DECIDED, OPEN, Role, State, allowed
from forms_service.domain.submissions.workflow import Action as DealAction
from forms_service.domain.submissions.workflow import SubmissionKind as DealKind
from forms_service.services.partner_deals import DealsPage
from forms_service.web.partner_record.context import PartnerContext

Deal = Submission


@dataclass(frozen=True)
class DealsSection:
    """Template context of deals; both sides see what the sender sees on the status page."""

    context: PartnerContext

    @cached_property
    def page(self) -> DealsPage:
        """The page that is looked at."""
        return self.context.books.deals(self.context.page)

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
        """`soon` where the sender has to do something."""
        return "soon" if deal["state"] == State.WAITING_FOR_ANSWER else ""

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

    def may_report(self, deal: Deal) -> bool:
        """Whether the partner's people can say now what became of it."""
        actions = allowed(DealKind.DEAL, State(deal["state"]), Role.SENDER)
        return not self.context.for_staff and DealAction.WIN in actions
