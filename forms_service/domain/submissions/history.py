"""History: earlier versions of a submission, reconstructed from what it keeps. Pure.

Nothing that was written is thrown away, so what a page showed can be shown again beside what is there now.
"""

from collections.abc import Mapping
from typing import Any

from forms_service.domain.submissions.workflow import CONCLUDED, DECIDED, Action, State

Record = dict[str, Any]

_DECIDES = frozenset({Action.APPROVE, Action.PRE_ACCEPT, Action.REJECT})


def difference(before: Mapping[str, Any], after: Mapping[str, Any]) -> Record:
    """Diff of a correction, stored in `versions`: enough to restore `before` from `after`."""
    return {
        "changed": {
            name: value for name, value in before.items() if name not in after or after[name] != value
        },
        "added": [name for name in after if name not in before],
    }


def versions(record: Mapping[str, Any]) -> list[Record]:
    """Every earlier version of the answers, the oldest first: `until`, `said`, `program`.

    Versions that were stored whole, before differences were, are read as they are.
    """
    whole: list[Record] = []
    said = record.get("said") or {}
    for kept in reversed(record.get("versions", ())):
        said = kept["said"] if "said" in kept else _before(said, kept)
        whole.append({"until": kept["until"], "said": said, "program": kept.get("program")})
    return whole[::-1]


def _before(said: Mapping[str, Any], kept: Mapping[str, Any]) -> Record:
    stayed = {name: value for name, value in said.items() if name not in kept["added"]}
    return {**stayed, **kept["changed"]}


def as_of(record: Mapping[str, Any], entries: int) -> Record:
    """Snapshot: the record when its history had so many entries.

    What is erased meanwhile stays erased. A number that it never had (0, or more than there are) is how it is
    now.
    """
    if not 0 < entries < len(record["history"]):
        return dict(record)
    history = record["history"][:entries]
    happened = [entry["what"] for entry in history]
    before: Record = {**record, "history": history, "state": history[-1]["state"], "owner": _owner(history)}
    before |= _said(record, happened.count(Action.CORRECT))
    before |= _decisions(record, history, happened.count(Action.REOPEN))
    before |= _results(record, history)
    before["questions"] = _questions(record, happened.count(Action.ASK), happened.count(Action.ANSWER))
    before["notes"] = record.get("notes", [])[: happened.count(Action.NOTE)]
    moved = next(
        (entry for entry in record["history"][entries:] if entry["what"] == Action.MOVE_DEADLINE), None
    )
    if moved:
        before["decide_by"] = moved["from"]
    return before


def _owner(history: list[Mapping[str, Any]]) -> str | None:
    """Taking and being handed it makes an owner; deciding does where there is none."""
    owner: str | None = None
    for entry in history:
        if entry["what"] == Action.TAKE or (entry["what"] in _DECIDES and owner is None):
            owner = entry["who"]
        elif entry["what"] == Action.HAND_OVER:
            owner = entry["to"]
    return owner


def _said(record: Mapping[str, Any], corrections: int) -> Record:
    whole = versions(record)
    if corrections >= len(whole):
        return {}
    then = whole[corrections]
    return {
        "said": then["said"] or {},
        "program": then["program"],
        "versions": record["versions"][:corrections],
    }


def _decisions(record: Mapping[str, Any], history: list[Mapping[str, Any]], reopened: int) -> Record:
    made = [*record.get("former_decisions", ()), *([record["decision"]] if "decision" in record else [])]
    is_decided = history[-1]["state"] in DECIDED
    standing = made[reopened : reopened + 1] if is_decided else []
    decision = {name: value for each in standing for name, value in each.items() if name != "reopened"}
    return {"former_decisions": made[:reopened], "decision": decision or None}


def _results(record: Mapping[str, Any], history: list[Mapping[str, Any]]) -> Record:
    known = reported(record)
    if not known:
        return {}
    number = sum(entry["what"] in OUTCOMES for entry in history)
    stands = history[-1]["state"] in CONCLUDED
    standing = known[number - 1] if stands else None
    shown = standing and {name: value for name, value in standing.items() if name != "taken_back"}
    return {"former_results": known[: number - 1 if stands else number], "result": shown}


def _questions(record: Mapping[str, Any], asked: int, answered: int) -> list[Record]:
    questions = record.get("questions", [])[:asked]
    return [
        question if number < answered else {**question, "answer": None}
        for number, question in enumerate(questions)
    ]


OUTCOMES: Mapping[Action, State] = {Action.WIN: State.WON, Action.LOSE: State.LOST}
"""What an action reports."""


def reported(record: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Everything that was ever reported, the oldest first; the one that stands is the last."""
    current = record.get("result")
    return [*record.get("former_results", ()), *([current] if current else [])]
