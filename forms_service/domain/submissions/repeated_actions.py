"""Repeated actions: a double click: the same action by the same user, sent twice. Pure.

Somebody who presses twice has done it once. That somebody was faster would be no answer: it was they.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from forms_service.domain.clock import moment
from forms_service.domain.submissions.action_results import Refused
from forms_service.domain.submissions.actions import Actor, apply
from forms_service.domain.submissions.history import as_of
from forms_service.domain.submissions.submission import Submission
from forms_service.domain.submissions.workflow import Action

WITHIN = timedelta(minutes=1)
"""Later than this, the same once more is meant once more."""

_EFFECTS = ("state", "owner", "decision", "former_decisions", "questions", "result", "former_results")


def is_repeated(
    record: Submission,
    seen: int,
    action: Action,
    actor: Actor,
    at: datetime,
    details: Mapping[str, Any],
) -> bool:
    """Whether this actor just took this action on the record after `seen` history entries."""
    history = record["history"]
    if action is Action.NOTE:
        seen = next((n for n in reversed(range(len(history))) if history[n]["what"] == action), len(history))
    if not 0 < seen < len(history):
        return False
    done = history[seen]
    then = moment(done["at"])
    if (done["what"], done["who"]) != (action, actor.who) or not timedelta(0) <= at - then <= WITHIN:
        return False
    if action is Action.NOTE:
        return bool(record["notes"][-1]["text"] == str(details.get("text") or "").strip())
    again = apply(as_of(record, seen), action, actor, then, details)
    return not isinstance(again, Refused) and _effect(again) == _effect(as_of(record, seen + 1))


_DECIDED_FOR_THEM = frozenset({"despite_conflict", "join"})
"""Of a decision: whether a reason against a conflict is needed, which partner an application joins."""


def _effect(record: Submission) -> list[Any]:
    """What an action brought about, but for what others decide."""
    effect: dict[str, Any] = {name: record.get(name) or None for name in _EFFECTS}
    if effect["decision"]:
        decision = effect["decision"].items()
        effect["decision"] = {name: value for name, value in decision if name not in _DECIDED_FOR_THEM}
    return list(effect.values())
