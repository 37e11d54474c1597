"""Status notices: what a sender has just done, said once on the page they are redirected to.

Visitors have no cookie, and the address of a status page stays what it is: this process remembers the notice
until that page is asked for. After a restart there is none.
"""

from flask import current_app

from forms_service.domain.submissions.submission import Submission
from forms_service.domain.submissions.workflow import Action
from forms_service.i18n.translations import N_

SENTENCES = {
    Action.CORRECT: N_("Thank you, your correction is saved."),
    Action.ANSWER: N_("Thank you, we have your answer."),
    Action.MESSAGE: N_("Thank you, your message is sent."),
    Action.WIN: N_("Thank you, the result is saved."),
}
"""By what was done; a message id each."""

_EXTENSION = "forms_service.status_notices"
_KEPT = 1_000


def put(record: Submission, done: Action) -> None:
    """Remember what was done, for the next look at the page of this submission."""
    waiting = _waiting()
    waiting[record["id"]] = done
    while len(waiting) > _KEPT:
        waiting.pop(next(iter(waiting)), None)


def take(record: Submission) -> str:
    """The message id to show now; empty where there is nothing to say."""
    done = _waiting().pop(record["id"], None)
    return SENTENCES[done] if done else ""


def _waiting() -> dict[str, Action]:
    waiting: dict[str, Action] = current_app.extensions.setdefault(_EXTENSION, {})
    return waiting
