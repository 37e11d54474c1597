"""Submission page at the desk: one submission and every action on it."""

from dataclasses import dataclass
from urllib.parse import urlencode

from flask import Response, abort, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from forms_service import forms
from forms_service.domain.auth.roles import READER, REVIEWER
from forms_service.domain.companies.look_alikes import mixed_in
from forms_service.domain.submissions import approval, protection, submission_labels
from forms_service.domain.submissions.action_results import ChangedMeanwhile, Done, Outcome
from forms_service.domain.submissions.history import as_of
from forms_service.domain.submissions.sender_identity import sender_of
from forms_service.domain.submissions.submission import Submission, company_named
from forms_service.domain.submissions.submission_labels import BENEFITS
from forms_service.domain.submissions.workflow import Action, Role, State, SubmissionKind
from forms_service.forms import PartnerForm
from forms_service.forms.deals import WAYS
from forms_service.i18n.jinja import Context
from forms_service.i18n.translations import N_
from forms_service.services.submission_detail import SubmissionDetail
from forms_service.services.submission_effects import EFFECTS
from forms_service.services.submission_queue import QueueFilter, QueueRow
from forms_service.web import receipt_page
from forms_service.web.auth.permissions import requires
from forms_service.web.context import service, today
from forms_service.web.desk import mail_labels, mail_views, submission_actions
from forms_service.web.desk.context import NOT_STORED, blueprint, fmt, me, render, submission_address
from forms_service.web.desk.duplicate_presenter import partner_in_a_line
from forms_service.web.desk.formatter import Formatter
from forms_service.web.desk.submission_actions import ActionForm
from forms_service.web.desk.submission_history import changed_meanwhile, concluded, decided, events
from forms_service.web.desk.submission_presenter import present_submission
from forms_service.web.desk.suggestions import suggestion, unusual, usual_terms


@dataclass(frozen=True)
class Extension:
    """Form of a longer protection: what was typed, and its error."""

    typed: str = ""
    error: str = ""


@blueprint.get("/submissions/<reference>", provide_automatic_options=False)
@requires(READER)
def show_submission(reference: str) -> Response:
    """Show a submission. `done` in the query names the action just taken."""
    found = service().details.of(reference, me())
    return page_of(found, ActionForm(), done=request.args.get("done", ""))


@blueprint.get("/submissions/<reference>/receipt", provide_automatic_options=False)
@requires(READER)
def show_receipt(reference: str) -> Response:
    """Show the receipt of a deal, for paper."""
    record = service().details.record(reference)
    return receipt_page.page(record, fmt().language, submission_address(reference)) or abort(404)


@blueprint.post("/submissions/<reference>", provide_automatic_options=False)
@requires(REVIEWER)
def act(reference: str) -> AnyResponse:
    """Take the action of the form, then redirect; or the same page again, with everything typed."""
    record = service().details.record(reference)
    order = submission_actions.read(request.form, SubmissionKind(record["kind"]), fmt())
    if order is None or order.action is None:
        abort(400)
    if order.mistakes:
        return page_of(service().details.of(reference, me()), order, 422)
    outcome = _do(record, order.action, order)
    if isinstance(outcome, Done):
        query = urlencode({"done": order.action.value})
        return redirect(f"{submission_address(reference)}?{query}", 303)
    if isinstance(outcome, ChangedMeanwhile):
        return page_of(service().details.of(reference, me()), order, 409, outcome=outcome)
    found = service().details.of(reference, me(), outcome.conflicts)
    return page_of(found, submission_actions.refused(order, outcome, fmt()), 422)


def _do(record: Submission, action: Action, order: ActionForm) -> Outcome:
    """The one call. Whoever asks about what nobody has taken takes it by that: there are two entries then."""
    reference, seen = record["id"], order.seen
    if action is Action.ASK and as_of(record, seen)["state"] == State.RECEIVED:
        taken = service().decisions.act(reference, Action.TAKE, me(), seen=seen)
        if not isinstance(taken, Done):
            return taken
        seen = len(taken.record["history"])
    return service().decisions.act(reference, action, me(), seen=seen, details=order.details)


def _asks_first(found: SubmissionDetail) -> bool:
    return found.record["state"] == State.RECEIVED and Action.TAKE in found.actions


def not_stored(reference: str, result: PartnerForm | None = None) -> Response:
    """503: the submission page with everything typed; nothing was stored."""
    found = service().details.of(reference, me())
    order = submission_actions.read(request.form, SubmissionKind(found.record["kind"]), fmt()) or ActionForm()
    return page_of(found, order, 503, problem=fmt().text(NOT_STORED), result=result)


def page_of(
    found: SubmissionDetail,
    order: ActionForm,
    status: int = 200,
    *,
    done: str = "",
    outcome: ChangedMeanwhile | None = None,
    problem: str = "",
    extension: Extension | None = None,
    result: PartnerForm | None = None,
) -> Response:
    """Render the submission page, with what was typed in one of its forms."""
    words = fmt()
    record = found.record
    action = next((each for each in submission_actions.DONE if each == done), None)
    return render(
        "submission.html",
        status,
        fmt=words,
        submission=found,
        presenter=present_submission(found, words),
        order=order,
        problem=problem,
        done=words.text(submission_actions.DONE[action] if action else _ALSO_DONE.get(done, "")),
        mail_follows=words.text(_of_mail(action or done)),
        following=_following(record["id"]) if action in submission_actions.DECISIONS else None,
        changed=changed_meanwhile(outcome.before, outcome.now, words) if outcome else None,
        news=events(outcome.news, outcome.now, words) if outcome else (),
        typed_names={name: words.text(label) for name, label in _FIELD_NAMES.items()},
        warnings=[
            *(submission_labels.identity_warning(each, words.words) for each in found.warnings),
            *(submission_labels.mixed_word(each, words.words) for each in mixed_in(record.get("said") or {})),
        ],
        sender=sender_of(record) if record.get("said") else "",
        company=found.partner["said"].get("company_name", "") if found.partner else "",
        entered_how=_entered_how(record, words),
        decision=decided(record["decision"], words) if record.get("decision") else "",
        objection=approval.objection(
            [each.conflict for each in found.conflicts], found.approved_before, None
        ),
        asks_first=_asks_first(found),
        valid_until=protection.in_words(record, words.program.deal_registration, words.language, words.now),
        extension=extension or Extension(),
        result_form=result or _result_form(found, words),
        result_mistakes=list(result.mistakes()) if result else [],
        is_reporting=result is not None,
        concluded=concluded(record["result"], words) if record.get("result") else "",
        suggestion=suggestion(found, words),
        unusual=unusual(found, words),
        usual=usual_terms(found, words),
        mail_words=mail_labels.MailWords(words),
        may_resend=me().may(REVIEWER),
        back="/desk/",
        **_choices(found, words),
    )


def _choices(found: SubmissionDetail, words: Formatter) -> Context:
    """What can be chosen in the forms of the page: pairs of value and words."""
    rule = words.program.deal_registration
    return {
        "benefits": [(each, words.text(label)) for each, label in BENEFITS.items()],
        "products": [(each.id, each.text[words.language]) for each in rule.products],
        "reasons": [(each.id, each.text[words.language]) for each in rule.reject_reasons],
        "joinable": [
            (each.partner["id"], f"{each.partner['id']}, {partner_in_a_line(each.partner, words)}")
            for each in found.duplicates
            if each.partner and each.is_running and not found.joins
        ],
        "own": [(each["id"], _own_in_a_line(each, words)) for each in found.own],
        "owners": [(each, each) for each in service().decisions.owners() if each != found.record.get("owner")]
        if Action.HAND_OVER in found.actions
        else [],
        "pauses": rule.pause_on_question,
    }


def _own_in_a_line(record: Submission, words: Formatter) -> str:
    about = company_named(record)
    return ", ".join(
        filter(None, [record["id"], about, words.state(record), words.at(record["received_at"])])
    )


def _result_form(found: SubmissionDetail, words: Formatter) -> PartnerForm | None:
    """What became of the deal, to be filled in or corrected; None where nothing can be reported."""
    if Action.WIN not in found.actions:
        return None
    said = {**(found.record.get("said") or {}), **(found.record.get("result") or {})}
    return forms.build_result(words.program, words.language, said=said, today=today())


def _of_mail(done: Action | str) -> str:
    """What is said of the mail that goes with it, if one does."""
    if done not in ("enter", Action.RELEASE) and not any(
        effects.mail for (role, each), effects in EFFECTS.items() if role is Role.STAFF and each == done
    ):
        return ""
    return (
        submission_actions.MAIL_GOES_OUT if service().settings.mail_url else submission_actions.NO_MAIL_SERVER
    )


def _following(reference: str) -> QueueRow | None:
    """The most urgent of what is open, other than this one."""
    return next(
        (row for row in service().queue.page(QueueFilter()).rows if row.record["id"] != reference), None
    )


def _entered_how(record: Submission, words: Formatter) -> str:
    how = record["entered"]["how"] if "entered" in record else ""
    return words.text(WAYS[how]) if how in WAYS else how


_ALSO_DONE = {
    **mail_views.DONE,
    "enter": N_("It is saved, with its time of registration."),
    "extend": N_("The approval is extended. The sender can read it on the status page."),
}
"""What the page says afterwards, besides `orders.DONE`."""

_FIELD_NAMES = {
    "to": N_("To"),
    "text": N_("Text"),
    "benefit": N_("The partner gets"),
    "percent": N_("Percentage"),
    "words": N_("Terms in words"),
    "product": N_("For the product or service"),
    "despite_conflict": N_("Why despite the conflict"),
    "reason": N_("Reason"),
    "duplicate_of": N_("Another registration from this sender"),
    "join": N_("Becomes"),
}
