"""History: earlier versions of a submission, reconstructed from what it keeps. Pure.

Nothing that was written is thrown away, so what a page showed can be shown again beside what is there now.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from forms_service.domain.submissions.submission import (
    Answers,
    Difference,
    HistoryEntry,
    Question,
    ReplacedVersion,
    Result,
    Submission,
    WholeVersion,
    answers,
    put_answers,
)
from forms_service.domain.submissions.workflow import CONCLUDED, DECIDED, Action, State

_DECIDES = frozenset({Action.APPROVE, Action.PRE_ACCEPT, Action.REJECT})


def difference(before: Mapping[str, Any], after: Mapping[str, Any]) -> Difference:
    """Diff of a correction, stored in `versions`: enough to restore `before` from `after`."""
    return {
        "changed": {
            name: value for name, value in before.items() if name not in after or after[name] != value
        },
        "added": [name for name in after if name not in before],
    }


def versions(record: Submission) -> list[WholeVersion]:
    """Every earlier version of the answers, the oldest first: `until`, `said`, `program`.

    Versions that were stored whole, before differences were, are read as they are.
    """
    whole: list[WholeVersion] = []
    said: Answers = record.get("said") or {}
    for kept in reversed(record.get("versions", ())):
        said = kept["said"] if "said" in kept else _before(said, kept)
        whole.append({"until": kept["until"], "said": said, "program": kept.get("program")})
    return whole[::-1]


def _before(said: Answers, kept: ReplacedVersion) -> Answers:
    stayed = {name: value for name, value in said.items() if name not in kept["added"]}
    return answers({**stayed, **kept["changed"]})


def as_of(record: Submission, entries: int) -> Submission:
    """Snapshot: the record when its history had so many entries.

    What is erased meanwhile stays erased. A number that it never had (0, or more than there are) is how it is
    now.
    """
    if not 0 < entries < len(record["history"]):
        return record.copy()
    history = record["history"][:entries]
    happened = [entry["what"] for entry in history]
    before = record.copy()
    before["history"], before["state"], before["owner"] = history, history[-1]["state"], _owner(history)
    _put_said(before, record, happened.count(Action.CORRECT))
    _put_decisions(before, record, happened.count(Action.REOPEN))
    _put_results(before, record)
    before["questions"] = _questions(record, happened.count(Action.ASK), happened.count(Action.ANSWER))
    before["messages"] = record.get("messages", [])[: happened.count(Action.MESSAGE)]
    before["notes"] = record.get("notes", [])[: happened.count(Action.NOTE)]
    if any(entry["what"] == Action.RELEASE for entry in record["history"][entries:]):
        before["trapped"] = True
    moved = next(
        (entry for entry in record["history"][entries:] if entry["what"] == Action.MOVE_DEADLINE), None
    )
    if moved:
        before["decide_by"] = moved["from"]
    return before


def _owner(history: Sequence[HistoryEntry]) -> str | None:
    """Taking and being handed it makes an owner; deciding does where there is none."""
    owner: str | None = None
    for entry in history:
        if entry["what"] == Action.TAKE or (entry["what"] in _DECIDES and owner is None):
            owner = entry["who"]
        elif entry["what"] == Action.HAND_OVER:
            owner = entry["to"]
    return owner


def _put_said(before: Submission, record: Submission, corrections: int) -> None:
    whole = versions(record)
    if corrections < len(whole):
        then = whole[corrections]
        put_answers(before, then["said"] or {})
        before["program"] = then["program"] or ""
        before["versions"] = record["versions"][:corrections]


def _put_decisions(before: Submission, record: Submission, reopened: int) -> None:
    made = [*record.get("former_decisions", ()), *([record["decision"]] if "decision" in record else [])]
    before["former_decisions"] = made[:reopened]
    before.pop("decision", None)
    if before["state"] in DECIDED and reopened < len(made):
        before["decision"] = made[reopened].copy()
        before["decision"].pop("reopened", None)


def _put_results(before: Submission, record: Submission) -> None:
    known = reported(record)
    if not known:
        return
    number = sum(entry["what"] in OUTCOMES for entry in before["history"])
    stands = before["state"] in CONCLUDED
    before["former_results"] = known[: number - 1 if stands else number]
    before.pop("result", None)
    if stands:
        before["result"] = known[number - 1].copy()
        before["result"].pop("taken_back", None)


def _questions(record: Submission, asked: int, answered: int) -> list[Question]:
    questions = record.get("questions", [])[:asked]
    return [
        question if number < answered else {**question, "answer": None}
        for number, question in enumerate(questions)
    ]


OUTCOMES: Mapping[Action, State] = {Action.WIN: State.WON, Action.LOSE: State.LOST}
"""What an action reports."""


def reported(record: Submission) -> list[Result]:
    """Everything that was ever reported, the oldest first; the one that stands is the last."""
    current = record.get("result")
    return [*record.get("former_results", ()), *([current] if current else [])]
