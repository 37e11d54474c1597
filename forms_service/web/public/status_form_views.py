"""Forms of the status page: correction, answer to a question, result of a deal, withdrawal."""

from dataclasses import replace

from flask import Response, redirect, request
from markupsafe import Markup
from werkzeug.wrappers import Response as AnyResponse

from forms_service import forms
from forms_service.domain.submissions.sender_view import may_correct, may_withdraw, sender_may
from forms_service.domain.submissions.submission import Submission
from forms_service.domain.submissions.workflow import Action
from forms_service.forms import PartnerForm
from forms_service.i18n.translations import bound_texts
from forms_service.web import responses, sender_forms
from forms_service.web.context import language, release, service
from forms_service.web.public import status_layout, status_notices, status_page
from forms_service.web.sender_forms import FormState, Outcome

ENDPOINTS = frozenset({"status.act", "status.save"})
"""The views that these are for."""


def show(part: str, record: Submission, token: str) -> AnyResponse:
    """Show the form `part`; 409 and the status page where it is not possible any more."""
    match part:
        case "correct" if may_correct(record):
            name = forms.FORM_OF_KIND[record["kind"]]
            return _correction(record, token, sender_forms.correction(record, language(), name))
        case "result" if sender_may(record, Action.WIN):
            return _reporting(record, token, sender_forms.result(record, language()))
        case "withdraw" if may_withdraw(record):
            return _ask_back(record, token)
    return too_late(record, token)


def save(part: str, record: Submission, token: str) -> AnyResponse:
    """Take what the form `part` says."""
    match part:
        case "correct":
            return correct(record, token)
        case "result":
            return report(record, token)
    service().submissions.withdraw(record["id"], program=release().program)
    return redirect(status_layout.address(token, language()), 303)


def correct(record: Submission, token: str) -> AnyResponse:
    """Store the correction."""
    done = sender_forms.correct(record, language(), forms.FORM_OF_KIND[record["kind"]])
    if isinstance(done, FormState):
        return _correction(service().submissions.with_token(token) or record, token, done)
    if done is Outcome.DONE:
        return _done(record, token, Action.CORRECT)
    name = forms.FORM_OF_KIND[record["kind"]]
    typed = sender_forms.typed_correction(record, language(), name).form
    return too_late(record, token, typed, sender_forms.correction(record, language(), name).form)


def answer(record: Submission, token: str) -> AnyResponse:
    """Store the answer to the question that the page showed."""
    done = sender_forms.answer(record, language())
    if isinstance(done, FormState):
        return status_layout.page(_status(record, token, reply=done.form), record, token, done.status)
    if done is Outcome.DONE:
        return _done(record, token, Action.ANSWER)
    return too_late(record, token, sender_forms.typed_answer(language()))


def message(record: Submission, token: str) -> AnyResponse:
    """Store a message to whoever reviews the submission."""
    done = sender_forms.message(record, language())
    if isinstance(done, FormState):
        html = _status(record, token, message=done.form)
        return status_layout.page(html, record, token, done.status)
    return _done(record, token, Action.MESSAGE) if done is Outcome.DONE else too_late(record, token)


def report(record: Submission, token: str) -> AnyResponse:
    """Store the result of an approved deal."""
    done = sender_forms.report(record, language())
    if isinstance(done, FormState):
        return _reporting(record, token, done)
    if done is Outcome.DONE:
        return _done(record, token, Action.WIN)
    shown = sender_forms.result(record, language()).form
    return too_late(record, token, sender_forms.typed_result(language()), shown)


def _done(record: Submission, token: str, action: Action) -> AnyResponse:
    status_notices.put(record, action)
    return redirect(status_layout.address(token, language()), 303)


def too_late(
    record: Submission, token: str, typed: PartnerForm | None = None, shown: PartnerForm | None = None
) -> Response:
    """409: the page as it is now; nothing was changed. What was `typed` goes on as a message,
    or is shown where nobody would read one."""
    now = service().submissions.get(record["id"]) or record
    text = sender_forms.overtaken(typed, shown) if typed else ""
    message = sender_forms.as_message(now, language(), text)
    html = _status(now, token, is_too_late=True, message=message, unsent="" if message else text)
    return status_layout.page(html, now, token, 409)


def typed_again(status: int, problem: Markup) -> Response | None:
    """The submitted form with a problem above; None where none was submitted."""
    token = (request.view_args or {})["token"]
    record = service().submissions.with_token(token)
    match request.form.get("action") or (request.view_args or {}).get("part"):
        case "correct" if record and "confirmed" in request.form:
            typed = sender_forms.typed_correction(record, language(), forms.FORM_OF_KIND[record["kind"]])
            return _correction(record, token, replace(typed, status=status, problem=problem))
        case "answer" if record and sender_may(record, Action.ANSWER):
            form = sender_forms.typed_answer(language())
            return status_layout.page(
                _status(record, token, reply=form, problem=problem), record, token, status
            )
        case "message" if record:
            form = sender_forms.typed_message(language())
            return status_layout.page(
                _status(record, token, message=form, problem=problem), record, token, status
            )
        case "result" if record and "confirmed" in request.form and sender_may(record, Action.WIN):
            form = sender_forms.typed_result(language())
            return _reporting(record, token, FormState(form, status, problem))
    return None


def _reporting(record: Submission, token: str, shown: FormState) -> Response:
    html = responses.rendered(
        "result.html",
        language(),
        reference=record["id"],
        address=status_layout.address(token, language()),
        contact=release().program.contact.email,
        form=forms.render(
            shown.form,
            problem=shown.problem,
            hidden={"action": "result", "confirmed": "y"},
            action=status_layout.address(token, language(), "result"),
        ),
    )
    return status_layout.page(html, record, token, shown.status, part="result")


def _ask_back(record: Submission, token: str) -> Response:
    address = status_layout.address(token, language())
    html = responses.rendered("withdraw.html", language(), reference=record["id"], address=address)
    return status_layout.page(html, record, token, part="withdraw")


def _correction(record: Submission, token: str, shown: FormState) -> Response:
    html = responses.rendered(
        "correct.html",
        language(),
        reference=record["id"],
        address=status_layout.address(token, language()),
        form=forms.render(
            shown.form,
            problem=shown.problem,
            hidden={"action": "correct", "confirmed": "y", "seen": str(shown.seen)},
            action=status_layout.address(token, language(), "correct"),
            send=bound_texts(language()).gettext("Save the correction"),
        ),
    )
    return status_layout.page(html, record, token, shown.status, part="correct")


def _status(
    record: Submission,
    token: str,
    *,
    reply: PartnerForm | None = None,
    problem: Markup | None = None,
    is_too_late: bool = False,
    message: PartnerForm | None = None,
    unsent: str = "",
) -> str:
    return status_page.html(
        record,
        release().program,
        language(),
        address=status_layout.address(token, language()),
        now=service().clock(),
        partner=service().submissions.partner_begun_by(record),
        confirmation=service().submissions.confirmation_of(record),
        reply=reply,
        problem=problem,
        is_too_late=is_too_late,
        message=message,
        unsent=unsent,
    )
