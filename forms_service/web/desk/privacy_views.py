"""Privacy page: data export and erasure, retention preview, clock guard. Administrators only.

An address is posted, never part of an address of ours: those stand in histories and logs.
"""

import json
from collections import Counter

from flask import Response, abort, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from forms_service.domain.auth.errors import NotAnAddress
from forms_service.domain.auth.roles import ADMINISTRATOR
from forms_service.domain.auth.users import normalised
from forms_service.domain.privacy.retention_periods import RetainedKind
from forms_service.i18n.jinja import Context
from forms_service.i18n.translations import N_
from forms_service.services.data_export import PersonalData
from forms_service.services.erasure import BelongsToStaff, NothingErased
from forms_service.services.retention_preview import RetentionPreview
from forms_service.web.auth.permissions import requires
from forms_service.web.context import service
from forms_service.web.desk.context import blueprint, fmt, me, render
from forms_service.web.desk.formatter import Formatter

PRIVACY = "/desk/privacy"
MOST_NAMED = 50
MOST_LOOKED_AT = 1000
"""Submissions whose time is over that a page looks at; a year's may be over on one day."""

KINDS = {
    RetainedKind.APPLICATIONS: N_("Partner applications"),
    RetainedKind.DEALS: N_("Deal registrations"),
    RetainedKind.PARTNERS: N_("Partners whose partnership has ended"),
    RetainedKind.TRAPPED: N_("Filled in by robots"),
}
NO_ADDRESS = N_("Enter an email address like name@company.com")
STAFF = N_("This address has access to the desk, and decisions name who made them: remove its access first")
NO_ROOM = N_("Nothing was erased: there is no room on the disk. Make room, then erase again")
NOT_SURE = N_("Tick that you understand: this cannot be undone")


@blueprint.get("/privacy", provide_automatic_options=False)
@requires(ADMINISTRATOR)
def show_privacy() -> Response:
    """Show search form, retention preview and the state of the clock."""
    return _page()


@blueprint.post("/privacy", provide_automatic_options=False)
@requires(ADMINISTRATOR)
def look_for_person() -> AnyResponse:
    """Search for a person by address; export or erase their data."""
    address, action = request.form.get("address", "").strip(), request.form.get("action")
    if action not in ("look", "export", "erase"):
        abort(400)
    email = normalised(address)
    if action == "export":
        return _exported(email)
    found = service().privacy.held(email)
    if action == "look":
        return _page(address=email, found=found)
    if request.form.get("sure") != "y":
        return _page(422, address=email, found=found, mistake=("sure", fmt().text(NOT_SURE)))
    erased = service().privacy.erase(email, by=me().email, everything=request.form.get("everything") == "y")
    done = "erased-but" if erased.failed or erased.backups else "erased"
    if not erased.found:
        done = "nothing"
    return redirect(f"{PRIVACY}?done={done}", 303)


@blueprint.post("/privacy/clock", provide_automatic_options=False)
@requires(ADMINISTRATOR)
def confirm_clock() -> AnyResponse:
    """Trust the clock again."""
    service().privacy.confirm_clock(by=me().email)
    return redirect(f"{PRIVACY}?done=clock", 303)


@blueprint.errorhandler(BelongsToStaff)
def belongs_to_staff(error: BelongsToStaff) -> Response:
    """422: the address belongs to staff; nothing was changed."""
    address = request.form.get("address", "")
    return _page(422, address=address, mistake=("address", fmt().text(STAFF)))


@blueprint.errorhandler(NothingErased)
def nothing_erased(error: NothingErased) -> Response:
    """503: the disk is full or fails; nothing was erased."""
    address = request.form.get("address", "")
    return _page(503, address=address, mistake=("address", fmt().text(NO_ROOM)))


def not_an_address(error: NotAnAddress) -> Response:
    """422: not an e-mail address."""
    return _page(422, address=request.form.get("address", ""), mistake=("address", fmt().text(NO_ADDRESS)))


def _exported(email: str) -> Response:
    content = service().privacy.exported(email, by=me().email)
    text = json.dumps(content, ensure_ascii=False, indent=2)
    answer = Response(f"{text}\n", content_type="application/json; charset=utf-8")
    answer.headers["Content-Disposition"] = 'attachment; filename="personal-data.json"'
    return answer


DONE = {
    "erased": N_("The data is erased. The bare facts of decisions stay."),
    "erased-but": N_(
        "The data is erased, but not everywhere yet: earlier backups hold it until they "
        "expire, or a document could not be read. The log says which."
    ),
    "nothing": N_("We have nothing under this address: nothing was erased."),
    "clock": N_("The clock is confirmed."),
}


def _page(
    status: int = 200,
    *,
    address: str = "",
    found: PersonalData | None = None,
    mistake: tuple[str, str] | None = None,
) -> Response:
    words = fmt()
    preview = service().privacy.retention(MOST_LOOKED_AT)
    return render(
        "privacy.html",
        status,
        fmt=words,
        address=address,
        found=found,
        mistakes=[mistake] if mistake else [],
        mistake=dict([mistake]) if mistake else {},
        done=words.text(DONE.get(request.args.get("done", ""), "")),
        going=_going(preview, words),
        day=words.day(preview.day),
        announced=preview.announced,
        references=[each.reference for each in preview.outdated[:MOST_NAMED]],
        more=max(0, len(preview.outdated) - MOST_NAMED),
        is_cut=preview.is_cut,
        doubt=_doubt(preview, words),
    )


def _going(preview: RetentionPreview, words: Formatter) -> list[tuple[str, int]]:
    counted = Counter(each.what for each in preview.outdated)
    return [(words.text(KINDS[what]), counted[what]) for what in KINDS if counted[what]]


def _doubt(preview: RetentionPreview, words: Formatter) -> Context | None:
    if preview.clock_skew is None:
        return None
    shown_now, known = preview.clock_skew.shown.isoformat(), preview.clock_skew.known.isoformat()
    return {"shown": words.at_length(shown_now), "known": words.at_length(known)}
