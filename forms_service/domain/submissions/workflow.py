"""Workflow: the state machine of submissions: who may do what, from which state, and where it leads.

What an action writes into a record is in `actions`; here is only the shape. The diagrams in `STATES.md`
are printed from the same table: `python -m forms_service.domain.submissions.workflow`.
"""

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal, get_args


class SubmissionKind(StrEnum):
    """Kind of submission."""

    APPLICATION = "application"
    DEAL = "deal"


class State(StrEnum):
    """State of a submission."""

    RECEIVED = "received"
    """Stored, and nobody has taken it yet."""
    UNDER_REVIEW = "under_review"
    WAITING_FOR_ANSWER = "waiting_for_answer"
    """The sender has been asked something."""
    APPROVED = "approved"
    """A deal, with its discount or commission."""
    PRE_ACCEPTED = "pre_accepted"
    """An application; the partnership itself needs more."""
    REJECTED = "rejected"
    WON = "won"
    """An approved deal that the customer signed."""
    LOST = "lost"
    """An approved deal that came to nothing."""
    WITHDRAWN = "withdrawn"
    """By its sender; final."""


class Action(StrEnum):
    """Action on a submission."""

    SUBMIT = "submit"
    CORRECT = "correct"
    TAKE = "take"
    HAND_OVER = "hand_over"
    ASK = "ask"
    ANSWER = "answer"
    MESSAGE = "message"
    """What the sender writes when their form came too late."""
    APPROVE = "approve"
    PRE_ACCEPT = "pre_accept"
    REJECT = "reject"
    WITHDRAW = "withdraw"
    REOPEN = "reopen"
    WIN = "win"
    """An approved deal is reported as won; once more, by staff, what was reported is corrected."""
    LOSE = "lose"
    TAKE_BACK = "take_back"
    """That it was won or lost was a mistake: it is approved as before."""
    MOVE_DEADLINE = "move_deadline"
    """The days off changed, and the deadline with them."""
    EXTEND = "extend"
    """An approval is valid for longer; on request, where the program names a last day at all."""
    ERASE = "erase"
    """Personal data was erased, at the person's request."""
    RELEASE = "release"
    """What the honeypot caught was sent by a person: it is put into the queue."""
    NOTE = "note"
    """For staff only."""


class Role(StrEnum):
    """Role of an actor: sender, staff or the service."""

    SENDER = "sender"
    STAFF = "staff"
    SYSTEM = "system"
    """The service by itself."""


ApplicationOutcome = Literal[State.PRE_ACCEPTED, State.REJECTED]
DealOutcome = Literal[State.APPROVED, State.REJECTED]
ResultOutcome = Literal[State.WON, State.LOST]
"""Of an approved deal."""

Benefit = Literal["discount", "commission"]
"""What an approval grants."""

OPEN = frozenset({State.RECEIVED, State.UNDER_REVIEW, State.WAITING_FOR_ANSWER})
"""States in which a decision is still to come."""
CONCLUDED: frozenset[State] = frozenset(get_args(ResultOutcome))
"""States of an approved deal of which it is known what became of it."""
DECIDED: frozenset[State] = frozenset((*get_args(ApplicationOutcome), *get_args(DealOutcome))) | CONCLUDED
"""States in which a decision stands."""
CLOSED = DECIDED | {State.WITHDRAWN}

_EVERY_KIND = frozenset(SubmissionKind)
_DEAL = frozenset({SubmissionKind.DEAL})
_APPLICATION = frozenset({SubmissionKind.APPLICATION})
_APPROVED = frozenset({State.APPROVED})
_IN_WORK = frozenset({State.UNDER_REVIEW, State.WAITING_FOR_ANSWER})


@dataclass(frozen=True)
class Transition:
    """Transition: a row of the table."""

    action: Action
    by: frozenset[Role]
    start: frozenset[State] | None
    """States it is possible in; None: there is no submission yet."""
    end: State | None
    """The state it leads to; None: the state stays as it is."""
    kinds: frozenset[SubmissionKind] = _EVERY_KIND


_SENDER, _STAFF, _SYSTEM = (frozenset({role}) for role in Role)

TABLE = (
    Transition(Action.SUBMIT, _SENDER | _STAFF, None, State.RECEIVED),
    Transition(Action.CORRECT, _SENDER, frozenset({State.RECEIVED}), None),
    Transition(Action.TAKE, _STAFF, frozenset({State.RECEIVED}), State.UNDER_REVIEW),
    Transition(Action.TAKE, _STAFF, _IN_WORK, None),
    Transition(Action.HAND_OVER, _STAFF, _IN_WORK, None),
    Transition(Action.ASK, _STAFF, frozenset({State.UNDER_REVIEW}), State.WAITING_FOR_ANSWER),
    Transition(Action.ANSWER, _SENDER, frozenset({State.WAITING_FOR_ANSWER}), State.UNDER_REVIEW),
    Transition(Action.MESSAGE, _SENDER, OPEN | DECIDED, None),
    Transition(Action.APPROVE, _STAFF, OPEN, State.APPROVED, _DEAL),
    Transition(Action.PRE_ACCEPT, _STAFF, OPEN, State.PRE_ACCEPTED, _APPLICATION),
    Transition(Action.REJECT, _STAFF, OPEN, State.REJECTED),
    Transition(Action.WITHDRAW, _SENDER, OPEN, State.WITHDRAWN),
    Transition(Action.REOPEN, _STAFF, DECIDED - CONCLUDED, State.UNDER_REVIEW),
    Transition(Action.WIN, _SENDER | _STAFF, _APPROVED, State.WON, _DEAL),
    Transition(Action.LOSE, _SENDER | _STAFF, _APPROVED, State.LOST, _DEAL),
    Transition(Action.WIN, _STAFF, CONCLUDED, State.WON, _DEAL),
    Transition(Action.LOSE, _STAFF, CONCLUDED, State.LOST, _DEAL),
    Transition(Action.TAKE_BACK, _STAFF, CONCLUDED, State.APPROVED, _DEAL),
    Transition(Action.MOVE_DEADLINE, _SYSTEM, OPEN, None),
    Transition(Action.EXTEND, _SYSTEM, _APPROVED, None, _DEAL),
    Transition(Action.ERASE, _SYSTEM, frozenset(State), None),
    Transition(Action.RELEASE, _STAFF, frozenset({State.RECEIVED}), None),
    Transition(Action.NOTE, _STAFF, frozenset(State), None),
)


def steps(kind: SubmissionKind, state: State | None) -> Iterator[Transition]:
    """Transitions of this kind from this state; None: before there is a record."""
    for step in TABLE:
        if kind in step.kinds and (state is None if step.start is None else state in step.start):
            yield step


def allowed(kind: SubmissionKind, state: State | None, role: Role) -> tuple[Action, ...]:
    """Actions allowed to this role now, in the order of the table."""
    return tuple(dict.fromkeys(step.action for step in steps(kind, state) if role in step.by))


def states_of(kind: SubmissionKind) -> tuple[State, ...]:
    """Reachable states of this kind, in the order of `State`."""
    reached: set[State | None] = {None}
    while True:
        more = {step.end for state in reached for step in steps(kind, state) if step.end} - reached
        if not more:
            return tuple(state for state in State if state in reached)
        reached |= more


def diagram(kind: SubmissionKind) -> str:
    """The table as a Mermaid state diagram. Notes and messages, possible nearly everywhere, are left out."""
    lines = ["stateDiagram-v2"]
    for state in (None, *states_of(kind)):
        ways: dict[State, list[str]] = {}
        for step in steps(kind, state):
            end = step.end or state
            if step.action not in (Action.NOTE, Action.MESSAGE) and end is not None:
                ways.setdefault(end, []).append(f"{step.action} ({' or '.join(sorted(step.by))})")
        lines += [f"    {state or '[*]'} --> {end}: {', '.join(labels)}" for end, labels in ways.items()]
    lines.append(f"    {State.WITHDRAWN} --> [*]")
    return "\n".join(lines) + "\n"


def main() -> None:
    """Print both diagrams, as `STATES.md` holds them."""
    for kind in SubmissionKind:
        sys.stdout.write(f"```mermaid\n---\ntitle: {kind}\n---\n{diagram(kind)}```\n")


if __name__ == "__main__":
    main()
