"""The signed agreement of a partner, at the desk."""

from flask import Response
from werkzeug.wrappers import Response as AnyResponse

from forms_service.access.guard import requires
from forms_service.access.people import READER, REVIEWER
from forms_service.desk.context import blueprint
from forms_service.desk.partner_pages import as_staff
from forms_service.partnership import agreement_file
from forms_service.views.context import service


@blueprint.get("/partners/<reference>/agreement-file", provide_automatic_options=False)
@requires(READER)
def hand_out_agreement(reference: str) -> Response:
    """The file."""
    return agreement_file.hand_out(service().partners.get(reference))


@blueprint.post("/partners/<reference>/agreement-file", provide_automatic_options=False)
@requires(REVIEWER)
def keep_agreement(reference: str) -> AnyResponse:
    """Keep it, also on the partner's behalf, or in the place of the one that is there."""
    return agreement_file.keep(as_staff(), service().partners.get(reference))


@blueprint.post("/partners/<reference>/agreement-file/remove", provide_automatic_options=False)
@requires(REVIEWER)
def remove_agreement(reference: str) -> AnyResponse:
    """It is not kept any more."""
    return agreement_file.remove(as_staff(), service().partners.get(reference))
