"""Downloads of the partner area: calendar by secret link, signed agreement."""

import hashlib
import secrets

from flask import Response
from werkzeug.wrappers import Response as AnyResponse

from forms_service.domain.auth.roles import PERSON, UserKind
from forms_service.domain.partners import calendar_feed
from forms_service.domain.partners.partner_years import day_of
from forms_service.domain.partners.refusals import PartnerActionRefused
from forms_service.i18n.translations import bound_texts
from forms_service.services.partners import PartnerMissing
from forms_service.web.auth.permissions import everybody, requires
from forms_service.web.context import service
from forms_service.web.partner.context import blueprint, own
from forms_service.web.partner_record import views
from partner_program.model import LANGUAGES


@blueprint.post("/<reference>/calendar-link", provide_automatic_options=False)
@requires(PERSON, UserKind.PARTNER)
def renew_calendar(reference: str) -> AnyResponse:
    """Make a new secret calendar link and show it, once; the one before stops working."""
    place, partner = own(reference)
    token = secrets.token_urlsafe(24)
    done = service().partners.change(
        reference,
        place.actor,
        lambda record, act: calendar_feed.renew(record, act, token_hash=_hash(token)),
    )
    if isinstance(done, PartnerActionRefused):
        return place.answer(partner, "profile", lambda: done)
    link = f"{service().settings.base_url}/partner/calendar/{token}.ics"
    return place.show(done, "profile", more={"calendar_link": link})


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
