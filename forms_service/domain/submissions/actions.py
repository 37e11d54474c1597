"""Actions: apply a transition of `workflow` to a record. No store, no clock, no deadline.

What people wrote stays in fields of its own (`versions`, `questions`, `notes`, `decision`), so that it can be
erased while the history, bare facts, remains. The history is only ever appended to.
"""

import re
from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from forms_service.domain.clock import stamp
from forms_service.domain.submissions import deal_results, history
from forms_service.domain.submissions.action_results import Refusal, Refused
from forms_service.domain.submissions.submission import (
    Decision,
    Facts,
    HistoryEntry,
    Question,
    ReplacedVersion,
    Submission,
    put_answers,
    typed,
    without_retired,
)
from forms_service.domain.submissions.workflow import Action, Role, State, SubmissionKind, Transition, steps

MOST_CORRECTIONS = 20
"""Of one submission: the record keeps what each of them replaced."""
MOST_MESSAGES = 20
"""Of one submission."""

_PERCENTAGE = re.compile(r"[0-9]{1,3}(\.[0-9]{1,4})?")


@dataclass(frozen=True)
class Actor:
    """Actor: who takes an action."""

    role: Role
    name: str = ""
    """The address of somebody signed in; empty for visitors and the service, whose role says it all."""

    @property
    def who(self) -> str:
        """Name in a history entry."""
        return self.name or self.role.value


@dataclass(frozen=True)
class _Details:
    """What goes with an action, by name."""

    needed: frozenset[str] = frozenset()
    possible: frozenset[str] = frozenset()


def apply(
    record: Submission,
    action: Action,
    actor: Actor,
    at: datetime,
    details: Mapping[str, Any] | None = None,
) -> Submission | Refused:
    """The record after `action`: its new state, one more entry in its history. `record` itself is unchanged.

    What did not change is shared between the two, so nobody edits a record in place.

    Details, all texts unless said otherwise (a blank one counts as not given):
        submit: `entered` (how it came in, where staff enter it; `received_at` then is its true time).
        correct: `said` (a dict, whole), its `fingerprint`, `keys` (see `keys.of`) and `terms` (see
            `searching.terms`), and `program` (a hash) if it is another one now.
        hand_over: `to`. ask, answer, message, note: `text`. reopen: `reason`.
        approve: `benefit` (`discount` or `commission`), `product`, and `percent` or `words` or both; `text`;
            `despite_conflict` (whether it is needed, `approvals` says).
        win: `on` (the day, YYYY-MM-DD), `value_amount` and `value_currency` where the value changed, `text`.
        lose: `on`, `text` (why). Both: `reporter` (the address of somebody signed in for the partner).
        take_back: `reason`.
        pre_accept: `text`, `join` (the partner of the same company that it becomes a part of).
        reject: `reason` (an id of the program) for a deal, `text` for an application, `duplicate_of` (a
            reference of the sender's own).
        move_deadline: `decide_by` (as stored, or None), `deadline` (its facts, a dict).
        extend: `until` (the last day, YYYY-MM-DD; see `protection`).

    Raises:
        ValueError: a detail that does not belong to the action, or a moment without a time zone.
    """
    kind, state = SubmissionKind(record["kind"]), State(record["state"]) if record.get("state") else None
    given = _given(kind, action, details or {})
    step = _step(kind, state, action, actor.role)
    if isinstance(step, Refused):
        return step
    refused = (
        _incomplete(kind, action, given)
        or _not_caught(record, action)
        or _changes_nothing(record, action, actor, given)
        or _too_often(record, action)
        or deal_results.unfit(record, action, given, at)
    )
    if refused:
        return refused
    after = record.copy()
    after["state"] = step.end or state or State.RECEIVED
    facts = _EFFECTS[action](after, given, actor, stamp(at)) if action in _EFFECTS else {}
    entry = {"at": stamp(at), "who": actor.who, "role": actor.role.value, "what": action.value}
    done = typed(HistoryEntry, {**entry, "state": after["state"], **facts})
    after["history"] = [*after.get("history", ()), done]
    return after


def _given(kind: SubmissionKind, action: Action, details: Mapping[str, Any]) -> Facts:
    takes = _DETAILS.get((kind, action), _NO_DETAILS)
    unknown = details.keys() - takes.needed - takes.possible
    if unknown:
        raise ValueError(f"{action} of {kind} takes no {', '.join(sorted(unknown))}")
    texts = {name: value.strip() if isinstance(value, str) else value for name, value in details.items()}
    return {name: value for name, value in texts.items() if value not in ("", None)}


def _step(kind: SubmissionKind, state: State | None, action: Action, role: Role) -> Transition | Refused:
    possible = [step for step in steps(kind, state) if step.action is action]
    for step in possible:
        if role in step.by:
            return step
    return Refused(Refusal.NOT_YOURS if possible else Refusal.NOT_NOW)


def _incomplete(kind: SubmissionKind, action: Action, given: Mapping[str, Any]) -> Refused | None:
    missing = sorted(_DETAILS.get((kind, action), _NO_DETAILS).needed - given.keys())
    if action is Action.APPROVE and not missing and not given.keys() & {"percent", "words"}:
        missing = ["words"]
    if missing:
        return Refused(Refusal.MISSING, missing[0])
    if "percent" in given and not _is_percentage(given["percent"]):
        return Refused(Refusal.NOT_A_PERCENTAGE, "percent")
    return None


def _changes_nothing(
    record: Submission, action: Action, actor: Actor, given: Mapping[str, Any]
) -> Refused | None:
    owner = record.get("owner")
    last = next((message["text"] for message in reversed(record.get("messages", ()))), None)
    same = {
        Action.TAKE: owner is not None and owner == actor.who,
        Action.HAND_OVER: owner is not None and owner == given.get("to"),
        Action.CORRECT: given.get("said") == without_retired(record.get("said") or {}),
        Action.MESSAGE: last is not None and last == given.get("text"),
    }
    return Refused(Refusal.NOTHING_CHANGES) if same.get(action) else None


def _too_often(record: Submission, action: Action) -> Refused | None:
    is_full = {
        Action.CORRECT: len(record.get("versions", ())) >= MOST_CORRECTIONS,
        Action.MESSAGE: len(record.get("messages", ())) >= MOST_MESSAGES,
    }
    return Refused(Refusal.TOO_OFTEN) if is_full.get(action) else None


def _not_caught(record: Submission, action: Action) -> Refused | None:
    is_needless = action is Action.RELEASE and not record["trapped"]
    return Refused(Refusal.NOT_NOW) if is_needless else None


def _is_percentage(text: str) -> bool:
    return _PERCENTAGE.fullmatch(text) is not None and 0 < Decimal(text) <= 100


def _submit(record: Submission, given: Mapping[str, Any], actor: Actor, at: str) -> Facts:
    if "entered" in given:
        record["entered"] = {"by": actor.who, "at": at, "how": given["entered"]}
    return {}


def _correct(record: Submission, given: Mapping[str, Any], actor: Actor, at: str) -> Facts:
    difference = history.difference(without_retired(record["said"]), given["said"])
    before = {"until": at, **difference, "program": record.get("program")}
    record["versions"] = [*record.get("versions", ()), typed(ReplacedVersion, before)]
    put_answers(record, deepcopy(given["said"]))
    record["fingerprint"], record["keys"] = given["fingerprint"], [*given["keys"]]
    if "terms" in given:
        record["terms"] = [*given["terms"]]
    record["program"] = given.get("program", record["program"])
    return {"version": len(record["versions"])}


def _take(record: Submission, given: Mapping[str, Any], actor: Actor, at: str) -> Facts:
    record["owner"] = actor.who
    return {}


def _hand_over(record: Submission, given: Mapping[str, Any], actor: Actor, at: str) -> Facts:
    record["owner"] = given["to"]
    return {"to": given["to"]}


def _ask(record: Submission, given: Mapping[str, Any], actor: Actor, at: str) -> Facts:
    question: Question = {"at": at, "by": actor.who, "text": given["text"], "answer": None}
    record["questions"] = [*record.get("questions", ()), question]
    return {}


def _answer(record: Submission, given: Mapping[str, Any], actor: Actor, at: str) -> Facts:
    *earlier, question = record["questions"]
    record["questions"] = [*earlier, {**question, "answer": {"at": at, "text": given["text"]}}]
    return {}


def _message(record: Submission, given: Mapping[str, Any], actor: Actor, at: str) -> Facts:
    record["messages"] = [*record.get("messages", ()), {"at": at, "text": given["text"]}]
    return {}


def _note(record: Submission, given: Mapping[str, Any], actor: Actor, at: str) -> Facts:
    record["notes"] = [*record.get("notes", ()), {"at": at, "by": actor.who, "text": given["text"]}]
    return {}


def _release(record: Submission, given: Mapping[str, Any], actor: Actor, at: str) -> Facts:
    record["trapped"] = False
    return {}


def _reopen(record: Submission, given: Mapping[str, Any], actor: Actor, at: str) -> Facts:
    former = record.pop("decision").copy()
    former["reopened"] = {"at": at, "by": actor.who, "reason": given["reason"]}
    record["former_decisions"] = [*record.get("former_decisions", ()), former]
    return {}


def _decide(outcome: State) -> Callable[[Submission, Mapping[str, Any], Actor, str], Facts]:
    def decide(record: Submission, given: Mapping[str, Any], actor: Actor, at: str) -> Facts:
        record["owner"] = record.get("owner") or actor.who
        due = record.get("decide_by")
        made = {"at": at, "by": actor.who, "outcome": outcome.value, "decide_by": due, **given}
        record["decision"] = typed(Decision, made)
        return {"despite_conflict": True} if "despite_conflict" in given else {}

    return decide


def _report(action: Action) -> Callable[[Submission, Mapping[str, Any], Actor, str], Facts]:
    def report(record: Submission, given: Mapping[str, Any], actor: Actor, at: str) -> Facts:
        return deal_results.report(record, action, given, actor.who, at)

    return report


def _take_back(record: Submission, given: Mapping[str, Any], actor: Actor, at: str) -> Facts:
    return deal_results.take_back(record, given, actor.who, at)


def _move_deadline(record: Submission, given: Mapping[str, Any], actor: Actor, at: str) -> Facts:
    moved = {"from": record["decide_by"], "to": given.get("decide_by")}
    record["decide_by"], record["deadline"] = moved["to"], given["deadline"]
    return moved


def _extend(record: Submission, given: Mapping[str, Any], actor: Actor, at: str) -> Facts:
    record["protection"] = {"decided_at": record["decision"]["at"], "until": given["until"]}
    return {"until": given["until"]}


_EFFECTS: dict[Action, Callable[[Submission, Mapping[str, Any], Actor, str], Facts]] = {
    Action.SUBMIT: _submit,
    Action.CORRECT: _correct,
    Action.TAKE: _take,
    Action.HAND_OVER: _hand_over,
    Action.ASK: _ask,
    Action.ANSWER: _answer,
    Action.MESSAGE: _message,
    Action.NOTE: _note,
    Action.APPROVE: _decide(State.APPROVED),
    Action.PRE_ACCEPT: _decide(State.PRE_ACCEPTED),
    Action.REJECT: _decide(State.REJECTED),
    Action.RELEASE: _release,
    Action.REOPEN: _reopen,
    Action.WIN: _report(Action.WIN),
    Action.LOSE: _report(Action.LOSE),
    Action.TAKE_BACK: _take_back,
    Action.MOVE_DEADLINE: _move_deadline,
    Action.EXTEND: _extend,
}


def _details(needed: str = "", possible: str = "") -> _Details:
    return _Details(frozenset(needed.split()), frozenset(possible.split()))


_NO_DETAILS = _Details()
_SAME_FOR_BOTH = {
    Action.SUBMIT: _details(possible="entered"),
    Action.CORRECT: _details("said fingerprint keys", "terms program"),
    Action.HAND_OVER: _details("to"),
    Action.ASK: _details("text"),
    Action.ANSWER: _details("text"),
    Action.MESSAGE: _details("text"),
    Action.NOTE: _details("text"),
    Action.REOPEN: _details("reason"),
    Action.MOVE_DEADLINE: _details("deadline", "decide_by"),
}
_DETAILS: dict[tuple[SubmissionKind, Action], _Details] = {
    **{(kind, action): details for kind in SubmissionKind for action, details in _SAME_FOR_BOTH.items()},
    (SubmissionKind.DEAL, Action.APPROVE): _details("benefit product", "percent words text despite_conflict"),
    (SubmissionKind.DEAL, Action.REJECT): _details("reason", "text duplicate_of"),
    **{
        (SubmissionKind.DEAL, action): _details(needed, deal_results.POSSIBLE.get(action, ""))
        for action, needed in deal_results.NEEDED.items()
    },
    (SubmissionKind.DEAL, Action.EXTEND): _details("until"),
    (SubmissionKind.APPLICATION, Action.PRE_ACCEPT): _details("", "text join"),
    (SubmissionKind.APPLICATION, Action.REJECT): _details("text", "reason duplicate_of"),
}
