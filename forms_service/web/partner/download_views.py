"""Downloads of the partner area: calendar by secret link, signed agreement."""

import hashlib
import secrets
from datetime import timedelta

from flask import Response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from forms_service.domain.auth.roles import PERSON, UserKind
from forms_service.domain.partners import calendar_feed
from forms_service.domain.partners.partner import Partner
from forms_service.domain.partners.partner_years import day_of
from forms_service.domain.partners.refusals import PartnerActionRefused
from forms_service.i18n.translations import bound_texts
from forms_service.services.partners import PartnerMissing
from forms_service.web.auth.permissions import access, everybody, requires
from forms_service.web.context import service
from forms_service.web.partner.context import blueprint, me, own
from forms_service.web.partner_record import views
from partner_program.model import LANGUAGES

SHOWN_FOR = timedelta(minutes=10)


@blueprint.post("/<reference>/calendar-link", provide_automatic_options=False)
@requires(PERSON, UserKind.PARTNER)
def renew_calendar(reference: str) -> AnyResponse:
    """Make a new secret calendar link; the one before stops working.

    The browser keeps it for a few minutes, because the record holds only its hash: a reload shows it again.
    """
    place, partner = own(reference)
    token = secrets.token_urlsafe(24)
    done = service().partners.change(
        reference,
        place.actor,
        lambda record, act: calendar_feed.renew(record, act, token_hash=_hash(token)),
    )
    if isinstance(done, PartnerActionRefused):
        return place.answer(partner, "profile", lambda: done)
    answer = redirect(f"/partner/{reference}/company#calendar", 303)
    access().keep(answer, access().calendar_cookie, token, SHOWN_FOR)
    return answer


def new_link(partner: Partner) -> str:
    """The calendar link that this browser made a moment ago, while it is the reader's; else empty."""
    token = request.cookies.get(access().calendar_cookie, "")
    holder = calendar_feed.holder(partner, _hash(token))
    is_mine = holder is not None and holder["email"].casefold() == me().email.casefold()
    return f"{service().settings.base_url}/partner/calendar/{token}.ics" if is_mine else ""


@blueprint.get("/calendar/<token>.ics", provide_automatic_options=False)
@everybody
def show_calendar(token: str) -> Response:
    """Calendar of due dates, for whoever has the link, as long as its user may sign in."""
    partner = service().partners.with_calendar(_hash(token))
    if partner is None:
        raise PartnerMissing
    day = day_of(service().clock())
    language = next((each for each in LANGUAGES if each == partner["lang"]), LANGUAGES[0])
    program = service().partners.program_of(partner, day)
    written = calendar_feed.feed(partner, program, day, bound_texts(language), language)
    answer = Response(written, content_type=calendar_feed.MEDIA_TYPE)
    answer.headers["Referrer-Policy"] = "no-referrer"
    return answer


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


@blueprint.get("/<reference>/agreement-file", provide_automatic_options=False)
@requires(PERSON, UserKind.PARTNER)
def hand_out_agreement(reference: str) -> Response:
    """Download the signed agreement."""
    _, partner = own(reference)
    return views.hand_out(partner)


@blueprint.post("/<reference>/agreement-file", provide_automatic_options=False)
@requires(PERSON, UserKind.PARTNER)
def keep_agreement(reference: str) -> AnyResponse:
    """Upload the signed agreement."""
    return views.keep(*own(reference))
