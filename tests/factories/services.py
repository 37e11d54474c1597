"""Use case client: the services on a real store, with a fake clock and staff; without the web."""

from collections.abc import Iterator
from typing import Any

from forms_service.domain.auth.roles import ADMINISTRATOR, READER, REVIEWER, Principal, UserKind
from forms_service.domain.auth.users import new_person
from forms_service.domain.references import StatusTokens
from forms_service.domain.submissions.action_results import Done, Outcome
from forms_service.domain.submissions.workflow import Action
from forms_service.services.lost_links import LostLinks
from forms_service.services.mail_followup import Resending
from forms_service.services.staff_decisions import StaffDecisions
from forms_service.services.submission_detail import SubmissionDetails
from forms_service.services.submission_queue import SubmissionQueue
from forms_service.services.submissions import Submissions
from forms_service.store.store import Document, Store
from partner_program.model import Program
from tests.factories.clock import FakeClock
from tests.factories.submissions import application_answers, deal_answers

PEOPLE = {
    "contacts": [{"name": "Contact", "email": "contact@partner.example", "phone": "", "role": ""}],
    "sponsor": {"name": "Sponsor", "email": "sponsor@partner.example", "role": ""},
    "sponsor_is_contact": False,
}
APPROVAL = {"benefit": "discount", "percent": "7.5", "product": "Cloud audit"}


class UseCases:
    """Everything the desk and the status page do, without the web."""

    def __init__(self, store: Store, program: Program) -> None:
        self.store = store
        self.program = program
        self.clock = FakeClock()
        self.wakes = 0
        self.tokens = StatusTokens("a key of tests")
        self.submissions = Submissions(store, self.tokens, self.clock, wake_outbox=self._wake)
        self.lost_links = LostLinks(store, self.tokens, self.clock, wake_outbox=self._wake)
        parts = store, self.clock, lambda: self.program
        self.queue, self.details = SubmissionQueue(*parts), SubmissionDetails(*parts)
        self.decisions = StaffDecisions(*parts, wake_outbox=self._wake)
        self.mail_followup = Resending(*parts, wake_outbox=self._wake)
        self.advisor, self.second = self.add_staff("advisor"), self.add_staff("second")
        self.boss, self.reader = self.add_staff("boss", ADMINISTRATOR), self.add_staff("reader", READER)

    def add_staff(self, name: str, role: str = REVIEWER) -> Principal:
        email = f"{name}@vendor.example"
        person = new_person(UserKind.STAFF, email, role, at=self.clock.now, by="tests")
        with self.store.batch() as batch:
            batch.add("people", person)
        return Principal(person["id"], email, UserKind.STAFF, role, None)

    def deal(self, trapped: bool = False, **said: Any) -> Document:
        """A deal registered now; each of another customer unless one is named."""
        self.clock.forward(seconds=1)
        return self.submissions.submit(
            "deal-registration",
            deal_answers(f"Klient {self.store.count('records')}zx", **{"product": "Cloud audit", **said}),
            program=self.program,
            language="pl",
            trapped=trapped,
        )

    def application(self, trapped: bool = False, **said: Any) -> Document:
        self.clock.forward(seconds=1)
        return self.submissions.submit(
            "application",
            application_answers(**{**PEOPLE, **said}),
            program=self.program,
            language="en",
            trapped=trapped,
        )

    def partner(self, **said: Any) -> Document:
        """A pre-accepted application."""
        return self.do(self.application(**said), Action.PRE_ACCEPT)

    def try_to(
        self,
        record: Document,
        action: Action,
        by: Principal | None = None,
        *,
        seen: int | None = None,
        **details: Any,
    ) -> Outcome:
        """Act on a page that shows the record as it is, or as `seen` says."""
        current = self.store.get("records", record["id"])
        assert current is not None
        shown = len(current["history"]) if seen is None else seen
        return self.decisions.act(record["id"], action, by or self.advisor, seen=shown, details=details)

    def do(self, record: Document, action: Action, by: Principal | None = None, **details: Any) -> Document:
        outcome = self.try_to(record, action, by, **details)
        assert isinstance(outcome, Done), outcome
        return outcome.record

    def approve(self, record: Document, by: Principal | None = None, **details: Any) -> Document:
        return self.do(record, Action.APPROVE, by, **{**APPROVAL, **details})

    def reject(self, record: Document, by: Principal | None = None, **details: Any) -> Document:
        return self.do(record, Action.REJECT, by, **{"reason": "outside-offer", **details})

    def stored(self, record: Document) -> Document:
        found = self.store.get("records", record["id"])
        assert found is not None
        return found

    def mails(self, record: Document, *templates: str) -> list[Document]:
        """The mails about it, of these templates or all, the oldest first."""
        found = self.store.find("mails", "record", record["id"])
        return [mail for mail in found if not templates or mail["template"] in templates]

    def everything(self) -> Iterator[Document]:
        yield from self.store.all("records")

    def _wake(self) -> None:
        self.wakes += 1
