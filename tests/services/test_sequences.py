"""Whatever visitors and staff do through the use cases, in whatever order, on whatever old page.

The diagram of the architecture page holds; no decision is lost; every mail tells of something that happened,
and whatever has to be told is.
"""

from collections import Counter
from copy import deepcopy
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from forms_service.domain.clock import moment
from forms_service.domain.reports.totals import Slice
from forms_service.domain.submissions import deadline
from forms_service.domain.submissions.action_results import ChangedMeanwhile, Done, Refused
from forms_service.domain.submissions.history import as_of
from forms_service.domain.submissions.workflow import DECIDED, OPEN, Action, Role, State, SubmissionKind
from forms_service.jobs.scheduler import Scheduler
from forms_service.mail.composer import Composer
from forms_service.mail.sender_context import SenderContext
from forms_service.services.database import open_folder
from forms_service.services.statistics import Statistics
from forms_service.services.submission_queue import NOBODY, QueueFilter
from forms_service.store.store import Document
from partner_program import load
from tests import ROOT
from tests.domain.submissions.test_sequences import OF_DEALS, arrows
from tests.factories.services import APPROVAL, UseCases
from tests.factories.submissions import CALENDAR, application_answers, deal_answers

PROGRAM = load(ROOT / "docs" / "program.yml")
CUSTOMERS = ["Zgrabka S.A.", "ZGRABKA", "Migotka", "Trapez"]
SECRET = "for us only"
WARSAW = ZoneInfo("Europe/Warsaw")

TELLS: dict[str, set[Action]] = {
    "question": {Action.ASK},
    "approved": {Action.APPROVE},
    "pre-accepted": {Action.PRE_ACCEPT},
    "privacy-notice": {Action.PRE_ACCEPT},
    "rejected": {Action.REJECT},
    "reopened": {Action.REOPEN},
    "withdrawn": {Action.WITHDRAW},
    "withdrawn-notice": {Action.WITHDRAW},
    "answered-notice": {Action.ANSWER},
    "message-notice": {Action.MESSAGE},
    "corrected-notice": {Action.CORRECT},
    "result-notice": {Action.WIN, Action.LOSE},
    "deal-received": {Action.SUBMIT, Action.CORRECT},
    "deal-notice": {Action.SUBMIT},
    "deal-copy": {Action.SUBMIT, Action.CORRECT},
    "application-received": {Action.SUBMIT, Action.CORRECT},
    "application-notice": {Action.SUBMIT},
}
"""What may have happened when such a mail was owed."""
ALWAYS_TOLD = {
    Action.ASK: "question",
    Action.APPROVE: "approved",
    Action.PRE_ACCEPT: "pre-accepted",
    Action.REJECT: "rejected",
    Action.REOPEN: "reopened",
    Action.WITHDRAW: "withdrawn",
    Action.ANSWER: "answered-notice",
    Action.MESSAGE: "message-notice",
    Action.CORRECT: "corrected-notice",
}
DETAILS: dict[Action, dict[str, str]] = {
    Action.HAND_OVER: {"to": "second@vendor.example"},
    Action.ASK: {"text": "Which one?"},
    Action.NOTE: {"text": SECRET},
    Action.APPROVE: APPROVAL | {"despite_conflict": SECRET},
    Action.REJECT: {"text": "No"},
    Action.REOPEN: {"reason": SECRET},
    Action.LOSE: {"text": "Too dear"},
    Action.TAKE_BACK: {"reason": SECRET},
}
RECORDS = st.runner().flatmap(lambda machine: st.sampled_from(machine.references or [""]))
STAFF = st.sampled_from(["advisor", "second", "reader"])


class Desk(RuleBasedStateMachine):
    """Several submissions among people who do whatever comes to their mind."""

    @initialize(pauses=st.booleans())
    def opened(self, pauses: bool) -> None:
        self.folder = TemporaryDirectory()
        self.store = open_folder(Path(self.folder.name))
        rule = PROGRAM.deal_registration.model_copy(update={"pause_on_question": pauses})
        self.use_cases = UseCases(self.store, PROGRAM.model_copy(update={"deal_registration": rule}))
        self.counting = Statistics(self.store, lambda: self.use_cases.program)
        self.references: list[str] = []
        self.seen: dict[str, list[Document]] = {}
        self.decisions: dict[str, list[Document]] = {}
        self.arrows = {kind: arrows(kind) for kind in SubmissionKind}
        self.compose = Composer(
            lambda: self.use_cases.program, SenderContext(lambda record: "https://example.com/status/x")
        )

    def teardown(self) -> None:
        if hasattr(self, "store"):
            self.store.close()
            self.folder.cleanup()

    @rule(hours=st.integers(1, 100))
    def time_passes(self, hours: int) -> None:
        self.use_cases.clock.forward(hours=hours)

    @rule(customer=st.sampled_from(CUSTOMERS), trapped=st.booleans(), sender=st.sampled_from("ab"))
    def a_deal_is_registered(self, customer: str, trapped: bool, sender: str) -> None:
        said = {"customer_name": customer, "partner_email": f"{sender}@partner.example"}
        self._keep(self.use_cases.deal(trapped=trapped, **said))

    @rule(tier=st.sampled_from(["silver", "gold"]), trapped=st.booleans())
    def a_company_applies(self, tier: str, trapped: bool) -> None:
        self._keep(self.use_cases.application(trapped=trapped, tier=tier))

    @rule(reference=RECORDS, customer=st.sampled_from(CUSTOMERS))
    def the_sender_corrects(self, reference: str, customer: str) -> None:
        record = self._record(reference)
        if record:
            is_deal = record["kind"] == SubmissionKind.DEAL
            said = deal_answers(customer) if is_deal else application_answers(company_name=customer)
            self._after(
                reference, self.use_cases.submissions.correct(reference, said, program=self.use_cases.program)
            )

    @rule(reference=RECORDS, question=st.integers(1, 3))
    def the_sender_answers(self, reference: str, question: int) -> None:
        answer = self.use_cases.submissions.answer
        self._after(reference, answer(reference, "This.", question=question, program=self.use_cases.program))

    @rule(reference=RECORDS)
    def the_sender_withdraws(self, reference: str) -> None:
        self.use_cases.clock.forward(seconds=1)
        record = self.use_cases.submissions.withdraw(reference, program=self.use_cases.program)
        if record:
            self._keep(record)

    @rule(reference=RECORDS, outcome=st.sampled_from([State.WON, State.LOST]))
    def the_sender_reports(self, reference: str, outcome: State) -> None:
        self.use_cases.clock.forward(seconds=1)
        said = {"on": self._today(), **({"text": "Too dear"} if outcome is State.LOST else {})}
        report = self.use_cases.submissions.report
        self._after(reference, report(reference, outcome, said, program=self.use_cases.program))

    @rule()
    def the_rounds_are_done(self) -> None:
        """Reminders, the summary, everything that goes by the clock: no submission is changed by it."""
        self.use_cases.clock.forward(seconds=1)
        Scheduler(self.store, lambda: self.use_cases.program, Path(self.folder.name)).run_due(
            self.use_cases.clock.now
        )

    @rule(reference=RECORDS, action=st.sampled_from(Action), who=STAFF, age=st.integers(0, 2), data=st.data())
    def staff_act(self, reference: str, action: Action, who: str, age: int, data: st.DataObject) -> None:
        """On the page as it is, or as it was some entries ago."""
        record = self._record(reference)
        if record is None:
            return
        details = dict(DETAILS.get(action, {}))
        if action is Action.REJECT and record["kind"] == SubmissionKind.DEAL:
            details["reason"] = data.draw(st.sampled_from(["duplicate", "outside-offer"]))
        if action is Action.APPROVE and data.draw(st.booleans()):
            details.pop("despite_conflict", None)
        if action in (Action.WIN, Action.LOSE):
            details["on"] = self._today()
        if record["kind"] == SubmissionKind.APPLICATION and action in OF_DEALS:
            details = {}
        if action in (Action.CORRECT, Action.MOVE_DEADLINE, Action.EXTEND):
            details = {}
        self.use_cases.clock.forward(seconds=1)
        seen = max(1, len(record["history"]) - age)
        is_reader = who == "reader"
        outcome = self.use_cases.decisions.act(
            reference, action, getattr(self.use_cases, who), seen=seen, details=details
        )
        if isinstance(outcome, Done) and self._record(reference) == record:
            assert self._was_just_done(record, action, getattr(self.use_cases, who).email)
            return
        self._after(reference, outcome)
        assert not (is_reader and not isinstance(outcome, Refused))
        if isinstance(outcome, ChangedMeanwhile):
            assert age
            assert outcome.before == as_of(record, seen)
        elif isinstance(outcome, Done) and age:
            assert action is Action.NOTE or seen == len(record["history"])

    def _was_just_done(self, record: Document, action: Action, who: str) -> bool:
        """Sent twice, and done once."""
        return any((entry["what"], entry["who"]) == (action, who) for entry in record["history"][-3:])

    def _today(self) -> str:
        return self.use_cases.clock.now.astimezone(WARSAW).date().isoformat()

    def _record(self, reference: str) -> Document | None:
        return self.store.get("records", reference)

    def _after(self, reference: str, outcome: Any) -> None:
        """What was acknowledged is stored, what was refused changed nothing."""
        self.use_cases.clock.forward(seconds=1)
        if isinstance(outcome, Done):
            assert outcome.record == self._record(reference)
            self._keep(outcome.record)
        elif reference:
            assert self._record(reference) == self.seen[reference][-1]

    def _keep(self, record: Document) -> None:
        """Remember it as it was acknowledged, with every decision that ever was."""
        reference = record["id"]
        if reference not in self.seen:
            self.references.append(reference)
        history = self.seen.setdefault(reference, [])
        if not history or history[-1]["version"] != record["version"]:
            history.append(deepcopy(record))
        made = self.decisions.setdefault(reference, [])
        if record["state"] in DECIDED and [record["decision"]] != made[-1:]:
            made.append(record["decision"])

    @invariant()
    def everything_acknowledged_is_there(self) -> None:
        for reference in getattr(self, "references", ()):
            assert self._record(reference) == self.seen[reference][-1]

    @invariant()
    def the_diagram_holds(self) -> None:
        for reference in getattr(self, "references", ()):
            record = self.seen[reference][-1]
            states = ["[*]", *(entry["state"] for entry in record["history"])]
            ways = set(pairwise(states))
            assert {(a, b) for a, b in ways if a != b} <= self.arrows[SubmissionKind(record["kind"])]
            assert record["state"] == states[-1]

    @invariant()
    def no_decision_is_lost(self) -> None:
        for reference in getattr(self, "references", ()):
            kept = deadline.decisions(self.seen[reference][-1])
            bare = [{name: value for name, value in each.items() if name != "reopened"} for each in kept]
            assert bare == self.decisions[reference]

    @invariant()
    def what_was_shown_can_be_shown_again(self) -> None:
        for reference in getattr(self, "references", ()):
            record = self.seen[reference][-1]
            for then in self.seen[reference][:-1]:
                told = as_of(record, len(then["history"]))
                for name in ("state", "said", "decide_by", "history"):
                    assert told[name] == then[name], name
                for name in ("owner", "decision", "versions", "questions", "notes", "former_decisions"):
                    assert (told.get(name) or None) == (then.get(name) or None), name

    @invariant()
    def mails_tell_what_happened_and_nothing_else(self) -> None:
        for reference in getattr(self, "references", ()):
            record = self.seen[reference][-1]
            mails = self.use_cases.mails(record)
            if record["trapped"]:
                assert mails == []
                continue
            happened = {(entry["at"], entry["what"]) for entry in record["history"]}
            came_again = self.seen[reference][0]["trapped"]
            self._were_due([mail for mail in mails if mail["template"] == "reminder"], record)
            for mail in mails:
                if mail["template"] == "reminder":
                    continue
                what = TELLS[mail["template"]]
                is_late = came_again and Action.SUBMIT in what  # told of when it came again, or was released
                assert is_late or any((mail["about"], action) in happened for action in what)
                letter = self.compose(mail, record)
                assert letter is not None
                assert SECRET.encode() not in letter.data
            told = Counter(mail["template"] for mail in mails)
            for action, template in ALWAYS_TOLD.items():
                assert told[template] == sum(what == action for _, what in happened)
            reported = [entry for entry in record["history"] if entry["what"] in (Action.WIN, Action.LOSE)]
            assert told["result-notice"] == sum(entry["role"] == Role.SENDER for entry in reported)

    def _were_due(self, reminders: list[Document], record: Document) -> None:
        """Each of a deal that was open, its deadline a business day away at most; one a day and reader."""
        for mail in reminders:
            then = as_of(record, sum(entry["at"] <= mail["about"] for entry in record["history"]))
            assert then["state"] in OPEN
            assert then["decide_by"] is not None, "its clock stood still"
            left = CALENDAR.remaining(moment(mail["about"]), moment(then["decide_by"]))
            assert left is not None and left <= 1
        days = [(mail["to"], moment(mail["about"]).astimezone(WARSAW).date()) for mail in reminders]
        assert len(days) == len(set(days))

    @invariant()
    def figures_follow(self) -> None:
        """What is summed change by change is what is summed all over again."""
        if hasattr(self, "counting"):
            again = Statistics(self.store, lambda: self.use_cases.program)
            assert self.counting.of(Slice()) == again.of(Slice())

    @invariant()
    def the_list_shows_what_is_open(self) -> None:
        if not hasattr(self, "references"):
            return
        last = [self.seen[reference][-1] for reference in self.references]
        for owner in ("", NOBODY, "advisor@vendor.example"):
            wanted = [
                record
                for record in last
                if record["state"] in OPEN
                and not record["trapped"]
                and owner in ("", record.get("owner") or NOBODY)
            ]
            page = self.use_cases.queue.page(QueueFilter(owner=owner))
            assert page.total == len(wanted)
            assert {row.record["id"] for row in page.rows} == {record["id"] for record in wanted}
        trapped = self.use_cases.queue.page(QueueFilter(trapped=True, states=frozenset(State))).total
        assert trapped == sum(record["trapped"] for record in last)


TestDesk = Desk.TestCase
TestDesk.settings = settings(max_examples=25, stateful_step_count=30, deadline=None)
