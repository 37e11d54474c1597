"""Suggested decision: a prefilled decision for one press, and its grounds. Pure.

A deal that nothing stands against is approved on the terms that its partner got last time. Where somebody
else has the customer, first come is pointed out: whoever was first is approved on these terms, with that as
the reason; whoever was not is rejected with the reason that was chosen for this last time. People decide:
every other decision stands beside it.
"""

from dataclasses import dataclass

from forms_service.domain.submissions import approval
from forms_service.domain.submissions.conflicts import Conflict
from forms_service.domain.submissions.workflow import CONCLUDED, Action, State
from forms_service.i18n.translations import N_
from forms_service.services.submission_detail import SubmissionDetail
from forms_service.web.desk.formatter import Formatter

_APPROVED = CONCLUDED | {State.APPROVED}


@dataclass(frozen=True)
class Suggestion:
    """A suggested decision."""

    action: Action
    fields: dict[str, str]
    """What its form sends, besides."""
    words: str
    """What the button says: all of the decision that its reader will meet."""
    because: str
    """What it rests on."""


def suggestion(submission: SubmissionDetail, fmt: Formatter) -> Suggestion | None:
    """The decision to suggest; None where none fits, or none can be made."""
    usual = usual_terms(submission, fmt)
    against = [each.conflict for each in submission.conflicts if approval.takes_something(each.conflict)]
    if Action.APPROVE not in submission.actions:
        return None
    if not against and not submission.approved_before:
        return _approval(submission, usual, fmt) if usual else None
    if submission.approved_before or any(approval.comes_first(conflict) for conflict in against):
        return _rejection(submission, against, fmt)
    is_first = not any(conflict.other_is_first or conflict.approved for conflict in against)
    return _approval(submission, usual, fmt, is_first=True) if usual and is_first else None


def usual_terms(submission: SubmissionDetail, fmt: Formatter) -> dict[str, str] | None:
    """Terms of the latest approval of the same sender, preferably of the same selling model; else None.

    `benefit`, `percent`, `words` as the decision has them, its `reference`, and the `day` in words.
    """
    said = submission.record.get("said") or {}
    approved = [each for each in submission.own if each["state"] in _APPROVED and each.get("said")]
    if not approved:
        return None
    latest = max(
        approved, key=lambda each: (each["said"].get("model") == said.get("model"), each["decision"]["at"])
    )
    decision = latest["decision"]
    return {
        **{name: str(decision.get(name) or "") for name in ("benefit", "percent", "words")},
        "reference": latest["id"],
        "day": fmt.at(decision["at"]),
    }


def _approval(
    submission: SubmissionDetail, usual: dict[str, str], fmt: Formatter, *, is_first: bool = False
) -> Suggestion:
    terms = {name: usual[name] for name in ("benefit", "percent", "words") if usual[name]}
    fields = {**terms, "product": str(submission.record["said"].get("product") or "")}
    because = fmt.text(N_("As last time: %(reference)s, %(day)s")) % usual
    if is_first:
        first = fmt.text(N_("It was registered first."))
        fields["despite_conflict"] = first
        because = f"{first} {because}"
    words = fmt.text(N_("Approve: %(terms)s")) % {"terms": fmt.terms(terms)}
    return Suggestion(Action.APPROVE, fields, words, because)


def _rejection(submission: SubmissionDetail, against: list[Conflict], fmt: Formatter) -> Suggestion | None:
    reason = submission.usual_reason
    known = {each.id for each in fmt.program.deal_registration.reject_reasons}
    if reason not in known or not any(approval.comes_first(conflict) for conflict in against):
        return None
    words = fmt.text(N_("Reject: %(reason)s")) % {"reason": _lowered(fmt.reason(reason))}
    because = fmt.text(N_("As last time in a conflict. The sender reads only this."))
    return Suggestion(Action.REJECT, {"reason": reason}, words, because)


def _lowered(sentence: str) -> str:
    """As the end of another sentence."""
    return sentence[:1].lower() + sentence[1:]
