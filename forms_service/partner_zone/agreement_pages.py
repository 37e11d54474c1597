"""The signed agreement, for the partner's own people."""

from flask import Response
from werkzeug.wrappers import Response as AnyResponse

from forms_service.access.guard import requires
from forms_service.access.people import PERSON, Kind
from forms_service.partner_zone.context import blueprint, own
from forms_service.partnership import agreement_file


@blueprint.get("/<reference>/agreement-file", provide_automatic_options=False)
@requires(PERSON, Kind.PARTNER)
def hand_out_agreement(reference: str) -> Response:
    """The file."""
    _, partner = own(reference)
    return agreement_file.hand_out(partner)


@blueprint.post("/<reference>/agreement-file", provide_automatic_options=False)
@requires(PERSON, Kind.PARTNER)
def keep_agreement(reference: str) -> AnyResponse:
    """Hand it in."""
    return agreement_file.keep(*own(reference))
