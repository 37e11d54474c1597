"""Mail page: undelivered mails, and resending the mails of a period after a preview."""

from collections import Counter
from collections.abc import Mapping
from datetime import date
from typing import Any

from flask import Response, abort, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from forms_service.domain.auth.roles import REVIEWER
from forms_service.domain.auth.sign_in_urls import local_path
from forms_service.domain.clock import moment
from forms_service.domain.reports.spreadsheets import Column
from forms_service.i18n.translations import N_
from forms_service.mail.event_mails import QUEUED
from forms_service.services.mail_followup import PASSED_ON, TooManyMails
from forms_service.web.auth.permissions import requires
from forms_service.web.context import service
from forms_service.web.desk import queue_filters
from forms_service.web.desk.context import address_of, blueprint, fmt, me, render
from forms_service.web.desk.export_views import download
from forms_service.web.desk.mail_labels import DEAD, MailWords

MAILS = "/desk/mails"
MOST_SHOWN = 200
FEWER_DAYS = N_("Too many emails went out on these days to send them again at once: choose fewer days")
DONE = {
    "resent": N_("It will be sent again."),
    "nothing": N_("Nothing was sent again: it is already waiting, or is no longer needed."),
    "settled": N_("Noted: the message was passed on another way."),
    "came-back": N_("Noted: the email did not arrive. Send it again, or reach the recipient another way."),
}
"""What a page says afterwards: this one, or that of the submission where somebody pressed."""


@blueprint.get("/mails", provide_automatic_options=False)
@requires(REVIEWER)
def show_mails() -> Response:
    """Show undelivered mails and, for a period in the query, a preview of what would be resent."""
    words, asked = fmt(), queue_filters.read(request.args)
    since, until, given_up = asked.view.since, asked.view.until, "everything" not in request.args
    mistakes, period = dict(asked.mistakes), None
    try:
        period = _period(since, until, given_up) if since and until and not mistakes else None
    except TooManyMails:
        mistakes["until"] = FEWER_DAYS
    undelivered = service().mail_followup.undelivered(MOST_SHOWN)
    mail_words = MailWords(words)
    return render(
        "mails.html",
        422 if mistakes else 200,
        fmt=words,
        mail_words=mail_words,
        address_of=address_of,
        undelivered=undelivered,
        more=service().mail_followup.how_many(DEAD) - len(undelivered),
        waiting=service().mail_followup.how_many(QUEUED),
        trouble=service().outbox.trouble,
        has_server=bool(service().settings.mail_url),
        asked=asked,
        mistakes=[(name, words.text(sentence)) for name, sentence in mistakes.items()],
        mistakes_of={name: words.text(mistakes.get(name, "")) for name in ("since", "until")},
        everything=not given_up,
        period=period,
        kinds=Counter(mail_words.name(each) for each in period or ()).most_common(),
        done=words.text(DONE.get(request.args.get("done", ""), "")),
    )


@blueprint.post("/mails/export", provide_automatic_options=False)
@requires(REVIEWER)
def export_mails() -> Response:
    """Export all undelivered mails, as CSV or XLSX."""
    words = fmt()
    mail_words = MailWords(words)
    columns: tuple[Column[Mapping[str, Any]], ...] = (
        Column(words.text(N_("Message")), mail_words.name, 30),
        Column(words.text(N_("When")), lambda mail: moment(mail["created_at"])),
        Column(words.text(N_("To")), lambda mail: str(mail["to"]), 30),
        Column(words.text(N_("About")), lambda mail: str(mail["record"])),
        Column(words.text(N_("Why not")), mail_words.problem, 40),
    )
    return download("mails", columns, service().mail_followup.undelivered(None), words.language, {})


@blueprint.post("/mails/<id>/resend", provide_automatic_options=False)
@requires(REVIEWER)
def resend(id: str) -> AnyResponse:
    """Resend one mail."""
    made = service().mail_followup.resend([id], me())
    return _back("resent" if made else "nothing")


@blueprint.post("/mails/<id>/settle", provide_automatic_options=False)
@requires(REVIEWER)
def settle(id: str) -> AnyResponse:
    """Mark a mail as settled: its message was passed on in another way."""
    if service().mail_followup.get(id) is None:
        abort(404)
    if (how := request.form.get("how", "")) not in PASSED_ON:
        abort(400)
    service().mail_followup.settle(id, how, me())
    return _back("settled")


@blueprint.post("/mails/<id>/came-back", provide_automatic_options=False)
@requires(REVIEWER)
def came_back(id: str) -> AnyResponse:
    """Mark a sent mail as bounced."""
    if service().mail_followup.get(id) is None:
        abort(404)
    service().mail_followup.came_back(id, me())
    return _back("came-back")


@blueprint.post("/mails/resend", provide_automatic_options=False)
@requires(REVIEWER)
def resend_period() -> AnyResponse:
    """Resend the mails of a period that the preview showed, if they still qualify."""
    asked = queue_filters.read(request.form)
    if asked.view.since is None or asked.view.until is None:
        abort(400)
    try:
        mails = _period(asked.view.since, asked.view.until, "everything" not in request.form)
    except TooManyMails:
        abort(400)
    made = service().mail_followup.resend([mail["id"] for mail in mails], me())
    return _back("resent" if made else "nothing")


def _period(since: date, until: date, given_up: bool) -> tuple[Mapping[str, Any], ...]:
    return service().mail_followup.of_period(since, until, failed_only=given_up)


def _back(done: str) -> AnyResponse:
    """To the page where it was pressed, which says what was done."""
    onward = local_path(request.form.get("next"), "/desk/submissions") or MAILS
    return redirect(f"{onward}?done={done}", 303)
