"""Forms of the status page: correction, answer to a question, result of a deal."""

from dataclasses import replace

from flask import Response, redirect, request
from markupsafe import Markup
from werkzeug.wrappers import Response as AnyResponse

from forms_service import forms
from forms_service.domain.submissions.sender_view import may_correct, sender_may
from forms_service.domain.submissions.submission import Submission
from forms_service.domain.submissions.workflow import Action
from forms_service.forms import PartnerForm
from forms_service.i18n.translations import bound_texts
from forms_service.web import responses, sender_forms
from forms_service.web.context import language, release, service
from forms_service.web.public import status_layout, status_notices, status_page
from forms_service.web.sender_forms import FormState, Outcome

ENDPOINT = "status.act"
"""The view that these are for."""


def correct(record: Submission, token: str) -> AnyResponse:
    """Show the form as it was sent, or store its correction."""
    name = forms.FORM_OF_KIND[record["kind"]]
    if "confirmed" in request.form:
        done = sender_forms.correct(record, language(), name)
    elif may_correct(record):
        done = sender_forms.correction(record, language(), name)
    else:
        done = Outcome.TOO_LATE
    if isinstance(done, FormState):
        return _correction(service().submissions.with_token(token) or record, token, done)
    return _came_of(done, record, token, Action.CORRECT)


def answer(record: Submission, token: str) -> AnyResponse:
    """Store the answer to the question that the page showed."""
    done = sender_forms.answer(record, language())
    if isinstance(done, FormState):
        return status_layout.page(_status(record, token, reply=done.form), record, token, done.status)
    return _came_of(done, record, token, Action.ANSWER)


def report(record: Submission, token: str) -> AnyResponse:
    """Show the form for the result of an approved deal, or store it."""
    if "confirmed" in request.form:
        done = sender_forms.report(record, language())
    elif sender_may(record, Action.WIN):
        done = sender_forms.result(record, language())
    else:
        done = Outcome.TOO_LATE
    if isinstance(done, FormState):
        return _reporting(record, token, done)
    return _came_of(done, record, token, Action.WIN)


def _came_of(done: Outcome, record: Submission, token: str, action: Action) -> AnyResponse:
    if done is Outcome.DONE:
        status_notices.put(record, action)
        return redirect(status_layout.address(token, language()), 303)
    return too_late(record, token)


def too_late(record: Submission, token: str) -> Response:
    """409: the page as it is now; the action is not possible any more, and nothing was changed."""
    now = service().submissions.get(record["id"]) or record
    return status_layout.page(_status(now, token, is_too_late=True), now, token, 409)


def typed_again(status: int, problem: Markup) -> Response | None:
    """The submitted form with a problem above; None where none was submitted."""
    token = (request.view_args or {})["token"]
    record = service().submissions.with_token(token)
    match request.form.get("action"):
        case "correct" if record and "confirmed" in request.form:
            typed = sender_forms.typed_correction(record, language(), forms.FORM_OF_KIND[record["kind"]])
            return _correction(record, token, replace(typed, status=status, problem=problem))
        case "answer" if record and sender_may(record, Action.ANSWER):
            form = sender_forms.typed_answer(language())
            return status_layout.page(
                _status(record, token, reply=form, problem=problem), record, token, status
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
        form=forms.render(shown.form, problem=shown.problem, hidden={"action": "result", "confirmed": "y"}),
    )
    return status_layout.page(html, record, token, shown.status)


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
            send=bound_texts(language()).gettext("Save the correction"),
        ),
    )
    return status_layout.page(html, record, token, shown.status)


def _status(
    record: Submission,
    token: str,
    *,
    reply: PartnerForm | None = None,
    problem: Markup | None = None,
    is_too_late: bool = False,
) -> str:
    return status_page.html(
        record,
        release().program,
        language(),
        address=status_layout.address(token, language()),
        now=service().clock(),
        reply=reply,
        problem=problem,
        is_too_late=is_too_late,
    )
