"""An approval that is valid for longer: where the program names a last day at all, on request."""

from datetime import date

from flask import abort, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from forms_service.access.guard import requires
from forms_service.access.people import REVIEWER
from forms_service.cases.deeds import Deed
from forms_service.decisions import protection
from forms_service.decisions.days import read_day
from forms_service.decisions.refusals import Refused
from forms_service.desk.context import blueprint, desk, me, say, submission_address
from forms_service.desk.orders import Order
from forms_service.desk.queries import NOT_A_DAY
from forms_service.desk.submission_pages import Extension, page_of
from forms_service.forms.cleaning import showable
from forms_service.rounds import protecting
from forms_service.store.errors import StaleVersion
from forms_service.texts import N_
from forms_service.views.context import release, service, today


@blueprint.post("/submissions/<reference>/extend", provide_automatic_options=False)
@requires(REVIEWER)
def extend(reference: str) -> AnyResponse:
    """Let an approval be valid until the day that was typed."""
    found = desk().submission(reference, me())
    typed, seen = request.form.get("until", "").strip(), request.form.get("version", "")
    last = protection.last_day(found.record, release().program.deal_registration)
    if last is None or not (seen.isascii() and seen.isdigit()):
        abort(400)
    until = _day(typed)
    mistake = _mistake(until, last)
    if until is None or mistake:
        error = say().text(mistake) % {"day": say().day(last)}
        return page_of(found, Order(), 422, extension=Extension(showable(typed), error))
    done = protecting.extend(
        service().store,
        reference,
        until,
        by=me().email,
        seen=int(seen[:12]),
        program=release().program,
        now=service().clock(),
    )
    if done is None or isinstance(done, Refused):
        abort(400)
    service().deeds.note(me().email, Deed.EXTENDED, about=reference)
    return redirect(f"{submission_address(reference)}?done=extend", 303)


@blueprint.errorhandler(StaleVersion)
def changed(error: StaleVersion) -> AnyResponse:
    """Somebody was faster: the page as it is now, with the day that was typed."""
    found = desk().submission((request.view_args or {})["reference"], me())
    typed = Extension(showable(request.form.get("until", "")), say().text(CHANGED))
    return page_of(found, Order(), 409, extension=typed)


def _mistake(until: date | None, last: date) -> str:
    """What is wrong with the day; empty where nothing is."""
    if until is None:
        return NOT_A_DAY
    if until <= last:
        return NOT_LONGER
    return TOO_FAR if until.year > today().year + MOST_YEARS else ""


MOST_YEARS = 10
TOO_FAR = N_("Enter a day within the next ten years")
NOT_LONGER = N_("Enter a day after %(day)s: it is valid until then already")
CHANGED = N_("Somebody changed this while you were reading. Nothing was saved.")


def _day(text: str) -> date | None:
    try:
        return read_day(text)
    except ValueError:
        return None
