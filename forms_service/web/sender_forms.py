"""Sender's forms: correction, answer and result of a submission, on the status page and in the partner area.

Each function reads the submitted form, takes the action by its use case, and returns what the view shows: the
form once more, or what came of it.
"""

from dataclasses import dataclass, replace
from enum import Enum
from typing import Any

from flask import request
from markupsafe import Markup

from forms_service import forms
from forms_service.domain.submissions.action_results import Done, Refusal
from forms_service.domain.submissions.sender_view import corrections, sender_may
from forms_service.domain.submissions.submission import Submission
from forms_service.domain.submissions.submission_labels import refusal
from forms_service.domain.submissions.workflow import Action, State
from forms_service.forms import PartnerForm, SentForm
from forms_service.forms.deals import DealResult
from forms_service.i18n.translations import N_, bound_texts
from forms_service.web import responses
from forms_service.web.context import release, service, today
from partner_program.model import Language

REPLY, MESSAGE = "reply", "message"


class Outcome(Enum):
    """What came of an action."""

    DONE = "done"
    TOO_LATE = "too late"
    """It is not possible any more; nothing was changed."""


@dataclass(frozen=True)
class FormState:
    """A form to be shown, with the HTTP status and what stands above it."""

    form: PartnerForm
    status: int = 200
    problem: Markup | None = None
    seen: int = 0
    """How many corrections there were when it was first shown."""


def correction(record: Submission, lang: Language, name: str) -> FormState:
    """The form `name` with what was sent."""
    form = forms.build(name, release().program, lang, said=record["said"], today=today())
    return FormState(form, seen=corrections(record))


def typed_correction(record: Submission, lang: Language, name: str) -> FormState:
    """The form `name` as it was submitted."""
    form = forms.build(name, release().program, lang, formdata=request.form, today=today())
    said = request.form.get("seen", "")
    is_number = said.isascii() and said.isdigit() and len(said) < 7
    return FormState(form, seen=int(said) if is_number else corrections(record))


def correct(record: Submission, lang: Language, name: str) -> FormState | Outcome:
    """Store a correction. An answer of the record that the form does not ask for stays."""
    if not sender_may(record, Action.CORRECT):
        return Outcome.TOO_LATE
    typed = typed_correction(record, lang, name)
    form = typed.form
    assert isinstance(form, SentForm)  # noqa: S101 - what FORM_OF_KIND names, and the partner's own
    is_stale = form.program_version not in ("", release().program.hash)
    changed = responses.problem("program_changed", lang) if is_stale else None
    if form.row_action():
        return replace(typed, problem=changed)
    is_valid = responses.is_valid(form)
    if changed or not is_valid:
        return replace(typed, status=409 if changed else 422, problem=changed)
    kept = {key: value for key, value in record["said"].items() if key in _OWN and key not in form}
    outcome = service().submissions.correct(
        record["id"], {**kept, **form.said()}, program=release().program, seen=typed.seen
    )
    if isinstance(outcome, Done) or (outcome and outcome.reason is Refusal.NOTHING_CHANGES):
        return Outcome.DONE
    now = service().submissions.get(record["id"])
    if outcome and outcome.reason is Refusal.CHANGED_MEANWHILE and now:
        problem = responses.problem("corrected", lang)
        return FormState(form, 409, problem, corrections(now))
    if outcome and outcome.reason is Refusal.TOO_OFTEN:
        return replace(typed, status=409, problem=responses.problem("corrected_often", lang))
    return Outcome.TOO_LATE


_OWN = frozenset({"partner_tax_id"})
"""Answers that the partner area does not ask for, because it knows them."""


def typed_answer(lang: Language) -> PartnerForm:
    """The answer as it was submitted."""
    return forms.build(REPLY, release().program, lang, formdata=request.form)


def answer(record: Submission, lang: Language) -> FormState | Outcome:
    """Store the answer to the question that the page showed."""
    number = request.form.get("question", "")
    if not sender_may(record, Action.ANSWER) or number != str(len(record.get("questions", ()))):
        return Outcome.TOO_LATE
    form = typed_answer(lang)
    if not form.validate():
        return FormState(form, 422)
    outcome = service().submissions.answer(
        record["id"], form.said()["text"], question=int(number), program=release().program
    )
    return Outcome.DONE if isinstance(outcome, Done) else Outcome.TOO_LATE


def typed_message(lang: Language) -> PartnerForm:
    """The message as it was submitted."""
    return forms.build(MESSAGE, release().program, lang, formdata=request.form)


def overtaken(typed: PartnerForm, shown: PartnerForm | None = None) -> str:
    """Text of a form that came too late: lines of what `typed` says and `shown` did not."""
    known = set()
    if shown is not None:
        shown.validate()
        known = set(forms.typed_rows(shown))
    typed.validate()
    new = [f"{label}: {text}" for label, text in forms.typed_rows(typed) if (label, text) not in known]
    return "\n".join(new)


def as_message(record: Submission, lang: Language, text: str) -> PartnerForm | None:
    """The form that sends `text` as a message; None where nobody would read it."""
    if not text or not sender_may(record, Action.MESSAGE):
        return None
    return forms.build(MESSAGE, release().program, lang, said={"message": text})


def message(record: Submission, lang: Language) -> FormState | Outcome:
    """Store a message; the same one sent twice is one."""
    form: Any = typed_message(lang)
    if not form.validate():
        return FormState(form, 422)
    done = service().submissions.message(record["id"], form.said()["message"], program=release().program)
    if isinstance(done, Done) or (done and done.reason is Refusal.NOTHING_CHANGES):
        return Outcome.DONE
    if done and done.reason is Refusal.TOO_OFTEN:
        contact = release().program.contact.email
        form.message.errors = [bound_texts(lang).gettext(TOO_MANY_MESSAGES) % {"contact": contact}]
        return FormState(form, 409)
    return Outcome.TOO_LATE


TOO_MANY_MESSAGES = N_("The limit of messages has been reached. Nothing was sent. Write to %(contact)s")


def result(record: Submission, lang: Language) -> FormState:
    """The form for the result of an approved deal, with the value that was registered."""
    known = {name: record["said"].get(name) for name in ("value_amount", "value_currency")}
    return FormState(forms.build_result(release().program, lang, said=known, today=today()))


def typed_result(lang: Language) -> DealResult:
    """The result as it was submitted."""
    return forms.build_result(release().program, lang, formdata=request.form, today=today())


def report(record: Submission, lang: Language, *, reporter: str = "") -> FormState | Outcome:
    """Store the result. `reporter` is the address of somebody signed in."""
    if not sender_may(record, Action.WIN):
        return Outcome.TOO_LATE
    form = typed_result(lang)
    if not form.validate():
        return FormState(form, 422)
    outcome = service().submissions.report(
        record["id"],
        form.said()["outcome"],
        form.details(),
        program=release().program,
        reporter=reporter,
    )
    if isinstance(outcome, Done):
        return Outcome.DONE
    if outcome is not None and form.refuse(outcome.field, refusal(outcome, bound_texts(lang))):
        return FormState(form, 422)
    return Outcome.TOO_LATE


def withdraw(record: Submission) -> Outcome:
    """Withdraw the submission."""
    now = service().submissions.withdraw(record["id"], program=release().program)
    return Outcome.DONE if now and now["state"] == State.WITHDRAWN else Outcome.TOO_LATE
