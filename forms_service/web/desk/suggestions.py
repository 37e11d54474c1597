"""Suggested decision: a prefilled decision for one press, and its grounds. Pure.

A deal that nothing stands against is approved on the terms that its partner got last time, unless it is of
another product or worth more than all that was approved for this sender before. Where somebody
else has the customer, first come is pointed out: whoever was first is approved on these terms, with that as
the reason; whoever was not is rejected with the reason that was chosen for this last time. People decide:
every other decision stands beside it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from forms_service.domain.submissions import approval
from forms_service.domain.submissions.conflicts import Conflict, same_product
from forms_service.domain.submissions.submission import Deal, deals
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

    None for a deal that is unusual, too: its terms are for people to decide.

    `benefit`, `percent`, `words` as the decision has them, its `reference`, and the `day` in words.
    """
    said, approved = submission.record.get("said") or {}, _approved(submission)
    if not approved or unusual(submission, fmt):
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


def unusual(submission: SubmissionDetail, fmt: Formatter) -> tuple[str, ...]:
    """Why a deal is not approved with one press though its sender had an approval: a sentence each."""
    said: Mapping[str, Any] = submission.record.get("said") or {}
    approved = _approved(submission)
    if not approved:
        return ()
    found = []
    product = said.get("product") or ""
    if not any(same_product(product, each["decision"]["product"]) for each in approved):
        found.append(fmt.text(N_("This product was not approved for this sender before.")))
    if value := said.get("value_amount"):
        before = [each["said"] for each in approved]
        same = [each for each in before if each.get("value_currency") == said.get("value_currency")]
        if Decimal(value) > max((Decimal(each.get("value_amount") or 0) for each in same), default=0):
            found.append(
                fmt.text(N_("The value is higher than of any deal approved for this sender before."))
            )
    return tuple(found)


def _approved(submission: SubmissionDetail) -> list[Deal]:
    return [each for each in deals(submission.own) if each["state"] in _APPROVED and each.get("said")]


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
