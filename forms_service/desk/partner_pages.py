"""Each partner's pages at the desk, with what only staff do."""

from flask import Response
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as AnyResponse

from forms_service.access.guard import requires
from forms_service.access.people import READER, REVIEWER
from forms_service.cases.partners import PartnerMissing
from forms_service.desk.context import blueprint, me
from forms_service.partners.acting import Actor, Side
from forms_service.partnership.answering import Place
from forms_service.views import errors
from forms_service.views.context import service

BASE = "/desk/partners"


def as_staff() -> Place:
    """A partner's pages as one of the vendor's people sees them."""
    return Place(Actor(Side.STAFF, me().email), me().may(REVIEWER), BASE)


@blueprint.get("/partners/<reference>", provide_automatic_options=False)
@requires(READER)
def show_partner(reference: str) -> Response:
    """Where the partnership stands."""
    return as_staff().show(service().partners.get(reference), "overview")


@blueprint.get("/partners/<reference>/<section>", provide_automatic_options=False)
@requires(READER)
def show_partner_section(reference: str, section: str) -> Response:
    """One of the other sections."""
    return as_staff().show(service().partners.get(reference), section)


@blueprint.post("/partners/<reference>/<section>", provide_automatic_options=False)
@requires(REVIEWER)
def act_for_partner(reference: str, section: str) -> AnyResponse:
    """Do one thing, also on the partner's behalf."""
    return as_staff().act(service().partners.get(reference), section)


@blueprint.get("/partners/<reference>/attestation/<int:number>", provide_automatic_options=False)
@requires(READER)
def print_partner_attestation(reference: str, number: int) -> Response:
    """An attestation as it was given, to be printed."""
    return as_staff().printed(service().partners.get(reference), number)


@blueprint.errorhandler(PartnerMissing)
def partner_not_there(error: PartnerMissing) -> Response:
    """No partner has this reference."""
    return errors.any_other(NotFound())
