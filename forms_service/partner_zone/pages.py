"""The pages of a partner's own people. For whoever belongs to no such company they do not exist."""

import hashlib
import secrets

from flask import Blueprint, Response, redirect
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as AnyResponse

from forms_service.access.frame import page
from forms_service.access.guard import Entry, current, everybody, requires
from forms_service.access.people import PERSON, Kind, Principal
from forms_service.cases.partners import PartnerMissing
from forms_service.partners import calendar, calendar_links
from forms_service.partners.acting import Actor, Side
from forms_service.partners.record import Partner
from forms_service.partners.refusals import Refused
from forms_service.partners.years import day_of
from forms_service.partnership.answering import Place
from forms_service.texts import N_, bound_texts
from forms_service.views import errors
from forms_service.views.context import service
from partner_program.model import LANGUAGES

blueprint = Blueprint("partner", __name__, url_prefix="/partner")

ENTRIES = (Entry("/partner/", N_("Partnership"), PERSON),)
"""The entries above every page."""


def me() -> Principal:
    """Who asks. The gate has let them in."""
    person = current()
    if person is None:
        raise RuntimeError("only a view with @requires may ask who it is")
    return person


def _own(reference: str) -> tuple[Place, Partner]:
    """One of the person's own companies. Raises PartnerMissing for any other."""
    email = me().email
    partner = service().partners.for_member(reference, email)
    return Place(Actor(Side.PARTNER, email), True, "/partner"), partner


@blueprint.get("/", provide_automatic_options=False)
@requires(PERSON, Kind.PARTNER)
def show_home() -> AnyResponse:
    """The person's company, or a choice of them."""
    companies = service().partners.of(me().email)
    if len(companies) == 1:
        return redirect(f"/partner/{companies[0]['id']}", 303)
    return page("partner/companies.html", companies=companies)


@blueprint.get("/<reference>", provide_automatic_options=False)
@requires(PERSON, Kind.PARTNER)
def show_overview(reference: str) -> Response:
    """Where the partnership stands, what is missing, what comes due."""
    place, partner = _own(reference)
    return place.show(partner, "overview")


@blueprint.get("/<reference>/<section>", provide_automatic_options=False)
@requires(PERSON, Kind.PARTNER)
def show_section(reference: str, section: str) -> Response:
    """One of the other sections."""
    place, partner = _own(reference)
    return place.show(partner, section)


@blueprint.post("/<reference>/<section>", provide_automatic_options=False)
@requires(PERSON, Kind.PARTNER)
def act(reference: str, section: str) -> AnyResponse:
    """Do one thing."""
    place, partner = _own(reference)
    return place.act(partner, section)


@blueprint.get("/<reference>/attestation/<int:number>", provide_automatic_options=False)
@requires(PERSON, Kind.PARTNER)
def print_attestation(reference: str, number: int) -> Response:
    """An attestation as it was given, to be printed."""
    place, partner = _own(reference)
    return place.printed(partner, number)


@blueprint.post("/<reference>/calendar-link", provide_automatic_options=False)
@requires(PERSON, Kind.PARTNER)
def renew_calendar(reference: str) -> AnyResponse:
    """Make a new secret link to the calendar and show it, once; the one before leads nowhere."""
    place, partner = _own(reference)
    token = secrets.token_urlsafe(24)
    done = service().partners.change(
        reference,
        place.actor,
        lambda record, act: calendar_links.renew(record, act, token_hash=_hash(token)),
    )
    if isinstance(done, Refused):
        return place.answer(partner, "profile", lambda: done)
    link = f"{service().settings.base_url}/partner/calendar/{token}.ics"
    return place.show(done, "profile", more={"calendar_link": link})


@blueprint.get("/calendar/<token>.ics", provide_automatic_options=False)
@everybody
def show_calendar(token: str) -> Response:
    """What comes due, for whoever has the link."""
    partner = service().partners.with_calendar(_hash(token))
    if partner is None:
        raise PartnerMissing
    day = day_of(service().clock())
    language = next((each for each in LANGUAGES if each == partner["lang"]), LANGUAGES[0])
    program = service().partners.program_of(partner, day)
    written = calendar.feed(partner, program, day, bound_texts(language), language)
    answer = Response(written, content_type=calendar.MEDIA_TYPE)
    answer.headers["Referrer-Policy"] = "no-referrer"
    return answer


@blueprint.errorhandler(PartnerMissing)
def not_there(error: PartnerMissing) -> Response:
    """No partner of theirs has this reference."""
    return errors.any_other(NotFound())


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
