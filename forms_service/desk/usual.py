"""The terms that a partner got last time, so that a like deal is decided with one press. Pure."""

from forms_service.cases.dossier import Submission
from forms_service.decisions.states import CONCLUDED, State
from forms_service.desk.saying import Saying

_APPROVED = CONCLUDED | {State.APPROVED}


def usual_terms(submission: Submission, say: Saying) -> dict[str, str] | None:
    """The latest approval of the same sender, of the same way of selling if there is one; None without any.

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
        "day": say.at(decision["at"]),
    }
