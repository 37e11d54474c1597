"""Sender view: the record as its sender may see it, by an allow-list, and what they may do with it."""

from collections.abc import Mapping
from copy import deepcopy
from typing import Any

from forms_service.domain.submissions.actions import MOST_CORRECTIONS
from forms_service.domain.submissions.submission import HistoryEntry, Submission, parse, without_retired
from forms_service.domain.submissions.workflow import Action, Role, State, SubmissionKind, allowed

DIGEST_AT = "digest_at"
"""When the confirmation of a submission goes, together with others, if it did not go at once."""

_FIELDS = (
    *("id", "kind", "state", "lang", "said", "received_at", "decide_by", "deadline", "program"),
    *("protection", "registration"),
    DIGEST_AT,
)
_DECISION = ("at", "outcome", "reason", "text", "benefit", "percent", "words", "product", "duplicate_of")
_RESULT = ("outcome", "on", "value_amount", "value_currency", "text")
_HISTORY = ("at", "what", "state")
_STAFF_ONLY = frozenset({Action.NOTE, Action.HAND_OVER, Action.RELEASE})


def for_sender(record: Submission) -> Submission:
    """The record for its sender: no notes, staff names, conflicts or unknown keys.

    Who took it shows as the state it led to; taking over what is taken already is no news.
    """
    seen = _only(record, _FIELDS)
    if "said" in seen:
        seen["said"] = without_retired(seen["said"])
    seen["questions"] = [
        _only(question, ("at", "text", "answer")) for question in record.get("questions", ())
    ]
    seen["messages"] = [_only(message, ("at", "text")) for message in record.get("messages", ())]
    if "decision" in record:
        seen["decision"] = _only(record["decision"], _DECISION)
    if "result" in record:
        seen["result"] = _only(record["result"], _RESULT)
    entries = record.get("history", ())
    seen["history"] = [
        _only(entry, _HISTORY)
        for before, entry in zip((None, *entries), entries, strict=False)
        if entry["what"] not in _STAFF_ONLY
        and not (entry["what"] == Action.TAKE and _taken_over(before, entry))
    ]
    return parse(seen)


def corrections(record: Submission) -> int:
    """Number of corrections by the sender."""
    return len(record.get("versions", ()))


def sender_may(record: Submission, action: Action) -> bool:
    """Whether the sender may take this action now."""
    return action in allowed(SubmissionKind(record["kind"]), State(record["state"]), Role.SENDER)


def may_correct(record: Submission) -> bool:
    """Whether the sender may correct it: nobody has taken it, and corrections are left."""
    return sender_may(record, Action.CORRECT) and corrections(record) < MOST_CORRECTIONS


def may_withdraw(record: Submission) -> bool:
    """Whether the sender may still withdraw it."""
    return sender_may(record, Action.WITHDRAW)


def _only(document: Mapping[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    return {name: deepcopy(document[name]) for name in names if name in document}


def _taken_over(before: HistoryEntry | None, entry: HistoryEntry) -> bool:
    return before is not None and before.get("state") == entry.get("state")
