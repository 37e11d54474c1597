"""Submission history at the desk: entries with what was written, versions, differences. Pure."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from forms_service import forms
from forms_service.domain.submissions import deal_results, history
from forms_service.domain.submissions.history import reported
from forms_service.domain.submissions.submission import Decision, HistoryEntry, Result, Submission
from forms_service.domain.submissions.workflow import Action, State, SubmissionKind
from forms_service.i18n.translations import N_
from forms_service.web.desk.formatter import Formatter

Line = tuple[str, str]
"""Label and value."""


@dataclass(frozen=True)
class Event:
    """One entry of the history, with its text."""

    at: str
    who: str
    what: str
    text: str = ""


@dataclass(frozen=True)
class CorrectionDiff:
    """Diff of a correction."""

    until: str
    changes: tuple[tuple[str, str, str], ...]
    """Label, before, after."""


def summary(record: Submission, said: Mapping[str, Any], fmt: Formatter) -> list[Line]:
    """Answers of a submission: label and value, in the order of the form."""
    return forms.staff_summary(SubmissionKind(record["kind"]), said, fmt.program, fmt.language)


def events(entries: Iterable[HistoryEntry], record: Submission, fmt: Formatter) -> Iterator[Event]:
    """History entries with the text written at each."""
    texts = dict(_written(record, fmt))
    for entry in entries:
        yield Event(
            fmt.at(entry["at"]),
            fmt.who(entry["who"]),
            fmt.happened(entry),
            texts.get((entry["what"], entry["at"]), ""),
        )


def _written(record: Submission, fmt: Formatter) -> Iterator[tuple[tuple[str, str], str]]:
    """What people wrote, by the action and the moment at which they did."""
    for question in record.get("questions", ()):
        yield (Action.ASK, question["at"]), question["text"]
        if question["answer"]:
            yield (Action.ANSWER, question["answer"]["at"]), question["answer"]["text"]
    for message in record.get("messages", ()):
        yield (Action.MESSAGE, message["at"]), message["text"]
    for note in record.get("notes", ()):
        yield (Action.NOTE, note["at"]), note["text"]
    current = record.get("decision")
    for decision in [*record.get("former_decisions", ()), *([current] if current else [])]:
        yield (_ACTIONS[State(decision["outcome"])], decision["at"]), decided(decision, fmt)
        if "reopened" in decision:
            yield (Action.REOPEN, decision["reopened"]["at"]), decision["reopened"]["reason"]
    for result in reported(record):
        yield (_ACTIONS[State(result["outcome"])], result["at"]), concluded(result, fmt)
        if "taken_back" in result:
            yield (Action.TAKE_BACK, result["taken_back"]["at"]), result["taken_back"]["reason"]


_ACTIONS = {
    State.APPROVED: Action.APPROVE,
    State.PRE_ACCEPTED: Action.PRE_ACCEPT,
    State.REJECTED: Action.REJECT,
    State.WON: Action.WIN,
    State.LOST: Action.LOSE,
}


def decided(decision: Decision, fmt: Formatter) -> str:
    """A decision in a line or two: terms, product, reason, text, why despite a conflict."""
    against, named = decision.get("despite_conflict"), decision.get("duplicate_of")
    joined = decision.get("join")
    parts = [
        fmt.terms(decision),
        fmt.product(decision["product"]) if decision.get("product") else "",
        fmt.reason(decision["reason"]) if decision.get("reason") else "",
        fmt.text(N_("Named: %(reference)s")) % {"reference": named} if named else "",
        fmt.text(N_("Joined the partner %(reference)s")) % {"reference": joined} if joined else "",
        decision.get("text", ""),
        fmt.text(N_("Despite the conflict: %(reason)s")) % {"reason": against} if against else "",
    ]
    return "\n".join(part for part in parts if part)


def concluded(result: Result, fmt: Formatter) -> str:
    """A reported result: day, value, why it was lost, who reported it."""
    parts = [
        *(f"{label}: {value}" for label, value in deal_results.summary(result, fmt.language)),
        fmt.text(N_("reported by %(who)s")) % {"who": result["reporter"]} if result.get("reporter") else "",
    ]
    return "\n".join(part for part in parts if part)


def versions(record: Submission, fmt: Formatter) -> Iterator[CorrectionDiff]:
    """Every correction, the oldest first."""
    before = history.versions(record)
    after = [version["said"] for version in before[1:]] + [record.get("said") or {}]
    for version, following in zip(before, after, strict=False):
        yield CorrectionDiff(
            fmt.at(version["until"]),
            tuple(differences(_lines(record, version["said"], fmt), _lines(record, following, fmt))),
        )


def _lines(record: Submission, said: Mapping[str, Any], fmt: Formatter) -> dict[str, str]:
    """What was said by label; several people under one label stand together."""
    lines: dict[str, str] = {}
    for label, value in summary(record, said, fmt):
        lines[label] = f"{lines[label]}\n{value}" if label in lines else value
    return lines


def differences(before: Mapping[str, str], after: Mapping[str, str]) -> Iterator[tuple[str, str, str]]:
    """Label, before and after of each difference."""
    for label in {**before, **after}:
        if before.get(label, "") != after.get(label, ""):
            yield label, before.get(label, ""), after.get(label, "")


def changed_meanwhile(
    before: Submission, now: Submission, fmt: Formatter
) -> tuple[tuple[str, str, str], ...]:
    """Differences between the version that the page showed and the present one."""
    return tuple(differences(_standing(before, fmt), _standing(now, fmt)))


def _standing(record: Submission, fmt: Formatter) -> dict[str, str]:
    decision, due = record.get("decision"), record.get("decide_by")
    answers = [each["answer"]["text"] for each in record.get("questions", ()) if each["answer"]]
    return {
        fmt.text(N_("State")): fmt.state(record),
        fmt.text(N_("Owner")): record.get("owner") or fmt.text(N_("unassigned")),
        fmt.text(N_("Decision by")): fmt.due(due) if due else "",
        fmt.text(N_("Decision")): decided(decision, fmt) if decision else "",
        fmt.text(N_("Won or lost")): concluded(record["result"], fmt) if record.get("result") else "",
        fmt.text(N_("Questions")): "\n".join(each["text"] for each in record.get("questions", ())),
        fmt.text(N_("Answers")): "\n".join(answers),
        fmt.text(N_("Messages")): "\n".join(each["text"] for each in record.get("messages", ())),
        fmt.text(N_("Notes")): "\n".join(each["text"] for each in record.get("notes", ())),
        **_lines(record, record.get("said") or {}, fmt),
    }
