"""Status steps: the way of a submission as its sender reads it, with the time of each step done. Pure."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import NamedTuple

from forms_service.domain.partners.partner import Partner
from forms_service.domain.submissions.submission import Submission
from forms_service.domain.submissions.workflow import DECIDED, Action, State, SubmissionKind
from forms_service.i18n.translations import N_


class StatusStep(NamedTuple):
    """One step."""

    title: str
    """A message id."""
    at: str
    """When it was done, as it is stored: a moment, of agreement and partnership a day. Empty: to come."""
    is_current: bool
    """Whether it is the one that comes now."""


_ENDS: Mapping[State, str] = {State.REJECTED: N_("Rejected"), State.WITHDRAWN: N_("Withdrawn")}


def steps(seen: Submission, partner: Partner | None, day: date) -> tuple[StatusStep, ...]:
    """The steps, in order. `partner` is the one that the application began, `day` is today.

    What was rejected or withdrawn ends there: nothing else is to come.
    """
    done = [(title, at) for title, at in _way(seen, partner, day) if at]
    if end := _ENDS.get(seen["state"]):
        done = [each for each in done if each[0] != N_("Decision")]
        return (*(StatusStep(title, at, False) for title, at in done), StatusStep(end, _ended(seen), False))
    ahead = [title for title, at in _way(seen, partner, day) if not at]
    to_come = (StatusStep(title, "", number == 0) for number, title in enumerate(ahead))
    return (*(StatusStep(title, at, False) for title, at in done), *to_come)


def _way(seen: Submission, partner: Partner | None, day: date) -> Iterator[tuple[str, str]]:
    decided = seen["decision"]["at"] if seen["state"] in DECIDED and seen.get("decision") else ""
    looked_at = (entry["at"] for entry in seen["history"] if entry["what"] in (Action.TAKE, Action.ASK))
    yield N_("Received"), seen["received_at"]
    yield N_("Under review"), next(looked_at, decided)
    if seen["kind"] == SubmissionKind.DEAL:
        yield N_("Decision"), decided
        yield N_("Result"), _reported(seen)
        return
    agreement = partner["agreement"]["concluded_on"] if partner else None
    since = partner["active_since"] if partner else None
    yield N_("Pre-acceptance"), decided if seen["state"] == State.PRE_ACCEPTED else ""
    yield N_("Partner Agreement"), agreement or ""
    yield N_("Partner"), since if since and date.fromisoformat(since) <= day else ""


def _reported(seen: Submission) -> str:
    reports = (entry["at"] for entry in seen["history"] if entry["what"] in (Action.WIN, Action.LOSE))
    return max(reports, default="") if "result" in seen else ""


def _ended(seen: Submission) -> str:
    if seen["state"] != State.WITHDRAWN:
        return seen["decision"]["at"]
    return next(entry["at"] for entry in seen["history"] if entry["what"] == Action.WITHDRAW)
