"""Partner views at the desk: each partner's pages, with what only staff may do."""

from flask import Response
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as AnyResponse

from forms_service.domain.auth.roles import READER, REVIEWER
from forms_service.domain.partners.partner_permissions import PartnerActor, Side
from forms_service.services.partners import PartnerMissing
from forms_service.web import errors
from forms_service.web.auth.permissions import requires
from forms_service.web.context import service
from forms_service.web.desk.context import blueprint, me
from forms_service.web.partner_record import views
from forms_service.web.partner_record.views import PartnerView

BASE = "/desk/partners"


def as_staff() -> PartnerView:
    """Partner views for the current member of staff."""
    return PartnerView(PartnerActor(Side.STAFF, me().email), me().may(REVIEWER), BASE)


@blueprint.get("/partners/<reference>", provide_automatic_options=False)
@requires(READER)
def show_partner(reference: str) -> Response:
    """Overview of a partner."""
    return as_staff().show(service().partners.get(reference), "overview")


@blueprint.get("/partners/<reference>/<section>", provide_automatic_options=False)
@requires(READER)
def show_partner_section(reference: str, section: str) -> AnyResponse:
    """Another part; a section's address leads to its part."""
    return as_staff().visit(service().partners.get(reference), section)


@blueprint.post("/partners/<reference>/<section>", provide_automatic_options=False)
@requires(REVIEWER)
def act_for_partner(reference: str, section: str) -> AnyResponse:
    """Take one action, also on the partner's behalf."""
    return as_staff().act(service().partners.get(reference), section)


@blueprint.get("/partners/<reference>/attestation/<int:number>", provide_automatic_options=False)
@requires(READER)
def print_partner_attestation(reference: str, number: int) -> Response:
    """Printable attestation."""
    return as_staff().printed(service().partners.get(reference), number)


@blueprint.errorhandler(PartnerMissing)
def partner_not_there(error: PartnerMissing) -> Response:
    """404: no partner has this reference."""
    return errors.any_other(NotFound())


@blueprint.get("/partners/<reference>/agreement-file", provide_automatic_options=False)
@requires(READER)
def hand_out_agreement(reference: str) -> Response:
    """Download the signed agreement."""
    return views.hand_out(service().partners.get(reference))


@blueprint.post("/partners/<reference>/agreement-file", provide_automatic_options=False)
@requires(REVIEWER)
def keep_agreement(reference: str) -> AnyResponse:
    """Upload the signed agreement, also in place of the one that is there."""
    return views.keep(as_staff(), service().partners.get(reference))


@blueprint.post("/partners/<reference>/agreement-file/remove", provide_automatic_options=False)
@requires(REVIEWER)
def remove_agreement(reference: str) -> AnyResponse:
    """Delete the signed agreement."""
    return views.remove(as_staff(), service().partners.get(reference))
