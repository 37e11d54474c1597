"""Whatever visitors, staff and the service do, in whatever order: the diagram holds and nothing is lost."""

from copy import deepcopy
from datetime import datetime, timedelta
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from forms_service.domain.submissions import deadline
from forms_service.domain.submissions.action_results import Refusal, Refused
from forms_service.domain.submissions.actions import Actor, apply
from forms_service.domain.submissions.history import reported
from forms_service.domain.submissions.sender_view import for_sender
from forms_service.domain.submissions.submission import Submission
from forms_service.domain.submissions.workflow import (
    CLOSED,
    CONCLUDED,
    DECIDED,
    Action,
    Role,
    State,
    SubmissionKind,
    allowed,
    diagram,
)
from tests.factories import submissions

ACTORS = [
    Actor(Role.SENDER),
    Actor(Role.STAFF, "advisor@vendor.example"),
    Actor(Role.STAFF, "second@vendor.example"),
    Actor(Role.SYSTEM),
]
SECRET = "only for staff"
DETAILS: dict[Action, dict[str, Any]] = {
    Action.CORRECT: {"said": {"product": "Migracja"}, "fingerprint": "second", "keys": []},
    Action.HAND_OVER: {"to": "second@vendor.example"},
    Action.ASK: {"text": "Which one?"},
    Action.ANSWER: {"text": "This one."},
    Action.NOTE: {"text": SECRET},
    Action.REOPEN: {"reason": SECRET},
    Action.WIN: {"on": "2026-11-23"},
    Action.LOSE: {"on": "2026-11-23", "text": "Too dear"},
    Action.TAKE_BACK: {"reason": SECRET},
    Action.REJECT: {"reason": "duplicate", "text": "No"},
    Action.MOVE_DEADLINE: {"decide_by": None, "deadline": {}},
}
OF_DEALS = (Action.APPROVE, Action.MOVE_DEADLINE, Action.WIN, Action.LOSE, Action.TAKE_BACK)
APPROVAL = {"benefit": "commission", "words": "As agreed", "product": "Audyt", "despite_conflict": SECRET}


def arrows(kind: SubmissionKind) -> set[tuple[str, str]]:
    """Which state may follow which, read from the diagram that people see."""
    lines = [line.split(":")[0].split() for line in diagram(kind).splitlines() if "-->" in line]
    return {(start, end) for start, _, end in lines}


def everything_written(record: Submission) -> list[Any]:
    """Decisions, results, questions, notes and versions: what must never disappear."""
    decisions = [*record.get("former_decisions", ()), *([record["decision"]] if "decision" in record else [])]
    kept = [{k: v for k, v in each.items() if k != "reopened"} for each in decisions]
    results = [{k: v for k, v in each.items() if k != "taken_back"} for each in reported(record)]
    return [kept, results, record.get("notes", []), record.get("versions", []), record.get("questions", [])]


class SubmissionMachine(RuleBasedStateMachine):
    """One submission among people who do whatever comes to their mind."""

    @initialize(kind=st.sampled_from(SubmissionKind), pauses=st.booleans())
    def submitted(self, kind: SubmissionKind, pauses: bool) -> None:
        self.kind = kind
        self.rule = submissions.rule(pauses)
        self.now = submissions.REGISTERED
        self.record = submissions.deal() if kind is SubmissionKind.DEAL else submissions.application()
        self.arrows = arrows(kind)
        self.decided_by_hand = 0

    @rule(hours=st.integers(1, 200))
    def time_passes(self, hours: int) -> None:
        self.now += timedelta(hours=hours)

    @rule(actor=st.sampled_from(ACTORS), data=st.data())
    def somebody_does_what_is_possible(self, actor: Actor, data: st.DataObject) -> None:
        possible = allowed(self.kind, State(self.record["state"]), actor.role)
        if possible:
            self.somebody_does_anything(data.draw(st.sampled_from(possible)), actor)

    @rule(action=st.sampled_from(Action), actor=st.sampled_from(ACTORS))
    def somebody_does_anything(self, action: Action, actor: Actor) -> None:
        before, copy = self.record, deepcopy(self.record)
        details = APPROVAL if action is Action.APPROVE else DETAILS.get(action, {})
        if self.kind is SubmissionKind.APPLICATION and action in OF_DEALS:
            details = {}
        after = apply(before, action, actor, self.now, details)
        assert before == copy, "the record that was there is never touched"
        if isinstance(after, Refused):
            assert after.reason in Refusal
            return
        if action is Action.MOVE_DEADLINE:
            return  # made up; the service moves deadlines by `follow` and `recomputed`
        self.look_at(before, after, action)
        self.record = deadline.follow(after, action, self.now, self.rule, submissions.CALENDAR)
        assert len(self.record["history"]) - len(after["history"]) in (0, 1)

    def look_at(self, before: Submission, after: Submission, action: Action) -> None:
        moved = before["state"] != after["state"]
        assert (before["state"], after["state"]) in self.arrows or not moved
        assert after["history"][:-1] == before["history"], "history only grows, one entry an action"
        assert after["history"][-1]["what"] == action
        expected = everything_written(before)
        if action is Action.ANSWER:
            *earlier, last = before["questions"]
            expected[-1] = [*earlier, {**last, "answer": after["questions"][-1]["answer"]}]
            assert last["answer"] is None and after["questions"][-1]["answer"] is not None
        for was, now in zip(expected, everything_written(after), strict=True):
            assert now[: len(was)] == was
        self.decided_by_hand += after["state"] in DECIDED and before["state"] not in DECIDED

    @invariant()
    def decisions_and_states_agree(self) -> None:
        record = self.record
        assert ("decision" in record) == (record["state"] in DECIDED)
        made = len(record.get("former_decisions", ())) + ("decision" in record)
        assert made == self.decided_by_hand
        if "decision" in record:
            is_concluded = record["state"] in CONCLUDED
            assert record["decision"]["outcome"] == ("approved" if is_concluded else record["state"])
            assert record.get("result", {}).get("outcome") == (record["state"] if is_concluded else None)
        assert record["history"][-1]["state"] == record["state"]

    @invariant()
    def waiting_means_that_something_is_asked(self) -> None:
        if self.record["state"] == State.WAITING_FOR_ANSWER:
            assert self.record["questions"][-1]["answer"] is None

    @invariant()
    def the_deadline_can_be_counted_again(self) -> None:
        read = deadline.read(self.record)
        assert (read is None) == (self.kind is SubmissionKind.APPLICATION)
        if read is not None and self.record["state"] not in CLOSED:
            assert deadline.fields(read, submissions.CALENDAR)["decide_by"] == self.record["decide_by"]
            stands_still = bool(read.pauses) and read.pauses[-1].answered is None
            assert self.record["decide_by"] is not None or (stands_still and self.rule.pause_on_question)
        assert deadline.kept(self.record) in (None, True, False)

    @invariant()
    def nothing_for_staff_is_seen_outside(self) -> None:
        seen = str(for_sender(self.record))
        assert SECRET not in seen and "vendor.example" not in seen


SubmissionMachine.TestCase.settings = settings(max_examples=60, stateful_step_count=25, deadline=None)
TestSubmission = SubmissionMachine.TestCase


def test_a_promise_once_broken_stays_broken() -> None:
    """Reopening a late decision and deciding again in time does not mend it."""
    staff = ACTORS[1]

    def decide(record: Submission, at: datetime) -> Submission:
        after = apply(record, Action.APPROVE, staff, at, APPROVAL)
        assert not isinstance(after, Refused)
        return after

    late = decide(submissions.deal(), submissions.REGISTERED + timedelta(days=4))
    assert deadline.decided_on_time(late) is False
    at = submissions.REGISTERED + timedelta(days=5)
    reopened = apply(late, Action.REOPEN, staff, at, {"reason": "Wrong"})
    assert not isinstance(reopened, Refused)
    reopened = deadline.follow(reopened, Action.REOPEN, at, submissions.rule(), submissions.CALENDAR)
    assert reopened["decide_by"] > late["decide_by"] and deadline.kept(reopened) is False
    assert deadline.decided_on_time(decide(reopened, at)) is False
