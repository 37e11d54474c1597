"""The table of states: what it promises to people, independent of how it is written down."""

import subprocess
import sys

import pytest

from forms_service.domain.submissions.workflow import (
    CLOSED,
    CONCLUDED,
    DECIDED,
    OPEN,
    Action,
    Role,
    State,
    SubmissionKind,
    allowed,
    diagram,
    states_of,
    steps,
)

STAFF_ON_OPEN_DEAL = [Action.TAKE, Action.APPROVE, Action.REJECT, Action.RELEASE, Action.NOTE]


def test_each_kind_reaches_its_own_decisions() -> None:
    """A deal is approved, an application pre-accepted; nothing else differs."""
    assert set(State) - set(states_of(SubmissionKind.DEAL)) == {State.PRE_ACCEPTED}
    assert set(State) - set(states_of(SubmissionKind.APPLICATION)) == {State.APPROVED} | CONCLUDED
    assert set(State) == OPEN | CLOSED and DECIDED | {State.WITHDRAWN} == CLOSED


@pytest.mark.parametrize("kind", SubmissionKind)
def test_a_sender_corrects_until_somebody_has_taken_it(kind: SubmissionKind) -> None:
    """Correct only while received; withdraw while open; answer when asked; then report on an approval. A
    message is possible until it is withdrawn."""
    may = {state: list(allowed(kind, state, Role.SENDER)) for state in states_of(kind)}
    for state, actions in may.items():
        assert (Action.MESSAGE in actions) is (state is not State.WITHDRAWN)
    may = {state: [each for each in actions if each is not Action.MESSAGE] for state, actions in may.items()}
    assert may[State.RECEIVED] == [Action.CORRECT, Action.WITHDRAW]
    assert may[State.UNDER_REVIEW] == [Action.WITHDRAW]
    assert may[State.WAITING_FOR_ANSWER] == [Action.ANSWER, Action.WITHDRAW]
    reports = {State.APPROVED: [Action.WIN, Action.LOSE]}
    assert all(may[state] == reports.get(state, []) for state in states_of(kind) if state in CLOSED)


def test_staff_can_decide_a_deal_at_once_and_in_every_open_state() -> None:
    """One tap from the notice mail: nobody has to take it first."""
    assert list(allowed(SubmissionKind.DEAL, State.RECEIVED, Role.STAFF)) == STAFF_ON_OPEN_DEAL
    for state in OPEN:
        assert {Action.APPROVE, Action.REJECT} <= set(allowed(SubmissionKind.DEAL, state, Role.STAFF))
        assert {Action.PRE_ACCEPT, Action.REJECT} <= set(
            allowed(SubmissionKind.APPLICATION, state, Role.STAFF)
        )


def test_withdrawn_is_final_and_decisions_can_be_reopened() -> None:
    """After a withdrawal only notes are written; a decision is changed by reopening alone."""
    assert allowed(SubmissionKind.DEAL, State.WITHDRAWN, Role.STAFF) == (Action.NOTE,)
    assert allowed(SubmissionKind.DEAL, State.REJECTED, Role.STAFF) == (Action.REOPEN, Action.NOTE)
    approved = (Action.REOPEN, Action.WIN, Action.LOSE, Action.NOTE)
    assert allowed(SubmissionKind.DEAL, State.APPROVED, Role.STAFF) == approved


def test_what_became_of_a_deal_is_corrected_by_staff_alone() -> None:
    """Opened again it is only after that was taken back."""
    for state in CONCLUDED:
        may = (Action.WIN, Action.LOSE, Action.TAKE_BACK, Action.NOTE)
        assert allowed(SubmissionKind.DEAL, state, Role.STAFF) == may
        assert allowed(SubmissionKind.DEAL, state, Role.SENDER) == (Action.MESSAGE,)


def test_before_there_is_a_submission_it_can_only_be_submitted() -> None:
    """By its sender, or by staff for somebody who phoned."""
    assert (
        allowed(SubmissionKind.DEAL, None, Role.SENDER)
        == allowed(SubmissionKind.DEAL, None, Role.STAFF)
        == (Action.SUBMIT,)
    )
    assert allowed(SubmissionKind.DEAL, None, Role.SYSTEM) == ()


@pytest.mark.parametrize("kind", SubmissionKind)
def test_the_table_leaves_no_doubt(kind: SubmissionKind) -> None:
    """For a state, an action and a side there is one step at most."""
    for state in (None, *states_of(kind)):
        taken = [(step.action, role) for step in steps(kind, state) for role in step.by]
        assert len(taken) == len(set(taken))


@pytest.mark.parametrize("kind", SubmissionKind)
def test_the_diagram_shows_every_change_of_state(kind: SubmissionKind) -> None:
    """Every step between two states is an arrow with its action on it."""
    lines = diagram(kind).splitlines()
    assert lines[0] == "stateDiagram-v2"
    for state in (None, *states_of(kind)):
        for step in steps(kind, state):
            if step.end is not None:
                arrow = f"    {state or '[*]'} --> {step.end}: "
                assert any(line.startswith(arrow) and step.action in line for line in lines)


def test_the_diagrams_are_printed_for_the_architecture_page() -> None:
    """One Mermaid block for each kind."""
    command = [sys.executable, "-m", "forms_service.domain.submissions.workflow"]
    printed = subprocess.run(command, capture_output=True, text=True, check=True)
    assert printed.stdout.count("```mermaid\n") == len(SubmissionKind) and printed.stderr == ""
    assert all(diagram(kind) in printed.stdout for kind in SubmissionKind)
