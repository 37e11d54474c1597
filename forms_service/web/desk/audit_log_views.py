"""Audit log page: what staff did, the newest first; on screen and as a file."""

from collections.abc import Mapping
from typing import Any

from flask import Response, abort, request

from forms_service.domain.auth.roles import ADMINISTRATOR, READER, UserKind
from forms_service.domain.clock import moment
from forms_service.domain.reports.spreadsheets import Column
from forms_service.domain.submissions.workflow import Action
from forms_service.i18n.jinja import Context
from forms_service.i18n.translations import N_
from forms_service.services.audit_log import COMMAND_LINE, AuditEvent, AuditLog
from forms_service.services.sign_in_events import SOMEBODY, SignInEvent
from forms_service.web.auth.permissions import requires
from forms_service.web.context import service
from forms_service.web.desk import export_labels, queue_filters
from forms_service.web.desk.context import address_of, blueprint, fmt, me, render
from forms_service.web.desk.export_views import download
from forms_service.web.desk.formatter import Formatter
from forms_service.web.desk.queue_filters import QueueQuery
from forms_service.web.desk.user_views import ROLE_NAMES

HISTORY = "/desk/history"

EVENT_LABELS: Mapping[str, str] = {
    AuditEvent.ENTERED: N_("deal entered"),
    Action.TAKE: N_("taken for review"),
    Action.HAND_OVER: N_("handed over"),
    Action.ASK: N_("question asked"),
    Action.APPROVE: N_("approved"),
    Action.WIN: N_("reported as won"),
    Action.LOSE: N_("reported as lost"),
    Action.TAKE_BACK: N_("result withdrawn"),
    Action.PRE_ACCEPT: N_("pre-accepted"),
    Action.REJECT: N_("rejected"),
    Action.REOPEN: N_("reopened"),
    Action.RELEASE: N_("put into the queue: a person sent it"),
    Action.NOTE: N_("note added"),
    AuditEvent.EXTENDED: N_("validity extended"),
    AuditEvent.EXPORTED: N_("list downloaded"),
    AuditEvent.ERASED: N_("a person's data erased"),
    AuditEvent.HANDED_OUT: N_("a person's data exported"),
    AuditEvent.LET_IN: N_("access given"),
    AuditEvent.ROLE_CHANGED: N_("role changed"),
    AuditEvent.SHUT_OUT: N_("access removed"),
    AuditEvent.SENT_AGAIN: N_("email sent again"),
    AuditEvent.SETTLED: N_("reached another way than by email"),
    AuditEvent.ACCOUNTS_IMPORTED: N_("own customers imported"),
    AuditEvent.CAME_BACK: N_("email returned"),
    AuditEvent.LINK_RENEWED: N_("link to the status page renewed"),
    AuditEvent.BELIEVED_CLOCK: N_("clock confirmed"),
    SignInEvent.SIGNED_IN: N_("signed in"),
    SignInEvent.SESSIONS_ENDED: N_("other sessions ended"),
    SignInEvent.LINK_REFUSED: N_("sign-in link refused"),
    SignInEvent.CODE_WRONG: N_("wrong sign-in code"),
    SignInEvent.LOCKED_OUT: N_("sign-in locked"),
    SignInEvent.ROLE_REFUSED: N_("refused: not their role"),
}

AREAS = {UserKind.STAFF: N_("Desk"), UserKind.PARTNER: N_("Partner area")}


@blueprint.get("/history", provide_automatic_options=False)
@requires(READER)
def show_history() -> Response:
    """Show events of everybody or one user, of all time or some days."""
    words, asked = fmt(), queue_filters.read(request.args)
    found = service().audit_log.page(asked.view.page, **_narrowed(asked))
    return render(
        "audit_log.html",
        422 if asked.mistakes else 200,
        fmt=words,
        found=found,
        rows=[_row(event, words) for event in found.events],
        may_export=me().may(ADMINISTRATOR),
        people=[(each, words.who(each)) for each in _people()],
        asked=asked,
        view=asked.view,
        mistakes=[(name, words.text(sentence)) for name, sentence in asked.mistakes.items()],
        mistakes_of={name: words.text(asked.mistakes.get(name, "")) for name in ("since", "until")},
        page_address=lambda number: queue_filters.address(asked.view, HISTORY, page=number),
        export_address=queue_filters.address(asked.view, f"{HISTORY}/export"),
    )


@blueprint.post("/history/export", provide_automatic_options=False)
@requires(ADMINISTRATOR)
def export_history() -> Response:
    """Export the events of the query, as CSV or XLSX."""
    words, asked = fmt(), queue_filters.read(request.args)
    if asked.mistakes:
        abort(400)
    audit_log = service().audit_log  # the file is written when this request is over
    columns: tuple[Column[Any], ...] = (
        Column(words.text(N_("When")), lambda event: moment(event["at"])),
        Column(words.text(N_("Who")), lambda event: _who(event, words, audit_log), 30),
        Column(words.text(N_("What")), lambda event: _what(event, words), 30),
        Column(words.text(N_("About")), lambda event: _about(event, words), 40),
    )
    rows = audit_log.every(**_narrowed(asked))
    return download("history", columns, rows, words.language, queue_filters.arguments_of(asked.view))


def _narrowed(asked: QueueQuery) -> Context:
    return {"who": asked.view.owner, "since": asked.view.since, "until": asked.view.until}


def _people() -> tuple[str, ...]:
    """Whose events can be asked for: everybody who is or was staff, and the command line."""
    return (*service().audit_log.staff(), COMMAND_LINE)


def _row(event: Mapping[str, Any], words: Formatter) -> dict[str, str]:
    about = str(event.get("about") or "")
    return {
        "at": words.at(event["at"]),
        "stamp": event["at"],
        "who": _who(event, words, service().audit_log),
        "what": _what(event, words),
        "about": _about(event, words),
        "address": address_of(about),
    }


def _who(event: Mapping[str, Any], words: Formatter, audit_log: AuditLog) -> str:
    """Their address. An audit event of signing in has a person's id instead, who may be erased meanwhile."""
    who = str(event["who"])
    if who == SOMEBODY:
        return words.text(N_("somebody"))
    if event["what"] not in set(SignInEvent):
        return words.who(who)
    return audit_log.address_of(who) or words.text(N_("somebody whose data is erased"))


def _what(event: Mapping[str, Any], words: Formatter) -> str:
    return words.text(EVENT_LABELS[event["what"]]) if event["what"] in EVENT_LABELS else str(event["what"])


def _about(event: Mapping[str, Any], words: Formatter) -> str:
    """What it was done to, and what else there is to say."""
    count = words.text(N_("number: %(count)s")) % {"count": event["count"]} if "count" in event else ""
    role = words.text(ROLE_NAMES[event["role"]]) if event.get("role") in ROLE_NAMES else ""
    about = (
        export_labels.in_words(event, words) if event["what"] == AuditEvent.EXPORTED else event.get("about")
    )
    area = words.text(AREAS[event["kind"]]) if event["what"] in set(SignInEvent) else ""
    facts = (about, area, str(event.get("format") or "").upper(), role, count)
    return " · ".join(str(fact) for fact in facts if fact)
