"""Forms of the status page: correction, answer to a question, result of a deal."""

from flask import Response, redirect, request
from markupsafe import Markup
from werkzeug.wrappers import Response as AnyResponse

from forms_service import forms
from forms_service.domain.submissions.action_results import Done, Refusal
from forms_service.domain.submissions.sender_view import corrections, may_correct, sender_may
from forms_service.domain.submissions.submission import Submission
from forms_service.domain.submissions.submission_labels import refusal
from forms_service.domain.submissions.workflow import Action
from forms_service.forms import PartnerForm, SentForm
from forms_service.forms.deals import DealResult
from forms_service.i18n.translations import bound_texts
from forms_service.web import responses
from forms_service.web.context import language, release, service, today
from forms_service.web.public import status_layout, status_page

REPLY, RESULT = "reply", "deal-result"
ENDPOINT = "status.act"
"""The view that these are for."""


def correct(record: Submission, token: str) -> AnyResponse:
    """Show the form as it was sent, or store its correction."""
    if not may_correct(record) and (
        "confirmed" not in request.form or not sender_may(record, Action.CORRECT)
    ):
        return too_late(record, token)
    if "confirmed" not in request.form:
        name = forms.FORM_OF_KIND[record["kind"]]
        blank = forms.build(name, release().program, language(), said=record["said"], today=today())
        return _correction(record, token, blank)
    form = _typed(record)
    is_stale = form.program_version not in ("", release().program.hash)
    changed = responses.problem("program_changed", language()) if is_stale else None
    if form.row_action():
        return _correction(record, token, form, problem=changed)
    is_valid = responses.is_valid(form)
    if changed or not is_valid:
        return _correction(record, token, form, 409 if changed else 422, problem=changed)
    outcome = service().submissions.correct(
        record["id"], form.said(), program=release().program, seen=_seen(record)
    )
    if isinstance(outcome, Done) or (outcome and outcome.reason is Refusal.NOTHING_CHANGES):
        return redirect(status_layout.address(token, language()), 303)
    now = service().submissions.with_token(token)
    if outcome and outcome.reason is Refusal.CHANGED_MEANWHILE and now:
        problem = responses.problem("corrected", language())
        return _correction(now, token, form, 409, problem=problem, seen=corrections(now))
    if outcome and outcome.reason is Refusal.TOO_OFTEN and now:
        problem = responses.problem("corrected_often", language())
        return _correction(now, token, form, 409, problem=problem)
    return too_late(record, token)


def answer(record: Submission, token: str) -> AnyResponse:
    """Store the answer to the question that the page showed."""
    number = request.form.get("question", "")
    if not sender_may(record, Action.ANSWER) or number != str(len(record.get("questions", ()))):
        return too_late(record, token)
    form = forms.build(REPLY, release().program, language(), formdata=request.form)
    if not form.validate():
        return status_layout.page(_status(record, token, reply=form), record, token, 422)
    outcome = service().submissions.answer(
        record["id"], form.said()["text"], question=int(number), program=release().program
    )
    if isinstance(outcome, Done):
        return redirect(status_layout.address(token, language()), 303)
    return too_late(record, token)


def report(record: Submission, token: str) -> AnyResponse:
    """Show the form for the result of an approved deal, or store it."""
    if not sender_may(record, Action.WIN):
        return too_late(record, token)
    if "confirmed" not in request.form:
        known = {name: record["said"].get(name) for name in ("value_amount", "value_currency")}
        blank = forms.build(RESULT, release().program, language(), said=known, today=today())
        return _reporting(record, token, blank)
    form = _typed_result()
    if not form.validate():
        return _reporting(record, token, form, 422)
    outcome = service().submissions.report(
        record["id"], form.said()["outcome"], form.details(), program=release().program
    )
    if isinstance(outcome, Done):
        return redirect(status_layout.address(token, language()), 303)
    if outcome is not None and form.refuse(outcome.field, refusal(outcome, bound_texts(language()))):
        return _reporting(record, token, form, 422)
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
            return _correction(record, token, _typed(record), status, problem=problem)
        case "answer" if record and sender_may(record, Action.ANSWER):
            form = forms.build(REPLY, release().program, language(), formdata=request.form)
            return status_layout.page(
                _status(record, token, reply=form, problem=problem), record, token, status
            )
        case "result" if record and "confirmed" in request.form and sender_may(record, Action.WIN):
            return _reporting(record, token, _typed_result(), status, problem=problem)
    return None


def _seen(record: Submission) -> int:
    """How many corrections there were when the form was first shown; as many as now where it does not say."""
    said = request.form.get("seen", "")
    return int(said) if said.isascii() and said.isdigit() and len(said) < 7 else corrections(record)


def _typed(record: Submission) -> SentForm:
    name = forms.FORM_OF_KIND[record["kind"]]
    form = forms.build(name, release().program, language(), formdata=request.form, today=today())
    assert isinstance(form, SentForm)  # noqa: S101 - what FORM_OF_KIND names
    return form


def _typed_result() -> DealResult:
    form = forms.build(RESULT, release().program, language(), formdata=request.form, today=today())
    assert isinstance(form, DealResult)  # noqa: S101 - what RESULT names
    return form


def _reporting(
    record: Submission, token: str, form: PartnerForm, status: int = 200, problem: Markup | None = None
) -> Response:
    html = responses.rendered(
        "result.html",
        language(),
        reference=record["id"],
        address=status_layout.address(token, language()),
        contact=release().program.contact.email,
        form=forms.render(form, problem=problem, hidden={"action": "result", "confirmed": "y"}),
    )
    return status_layout.page(html, record, token, status)


def _correction(
    record: Submission,
    token: str,
    form: PartnerForm,
    status: int = 200,
    *,
    problem: Markup | None = None,
    seen: int | None = None,
) -> Response:
    html = responses.rendered(
        "correct.html",
        language(),
        reference=record["id"],
        address=status_layout.address(token, language()),
        form=forms.render(
            form,
            problem=problem,
            hidden={
                "action": "correct",
                "confirmed": "y",
                "seen": str(_seen(record) if seen is None else seen),
            },
            send=bound_texts(language()).gettext("Save the correction"),
        ),
    )
    return status_layout.page(html, record, token, status)


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
