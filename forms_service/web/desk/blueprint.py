"""Desk blueprint: importing this module registers every view of the desk, and its error handlers."""

from flask import Response, request
from werkzeug.exceptions import NotFound

from forms_service.domain.auth.errors import AccessError, NotAnAddress
from forms_service.domain.submissions.action_results import SubmissionMissing
from forms_service.services.database import StoreUnavailable
from forms_service.web import desk, errors
from forms_service.web.desk import privacy_views, submission_form_views, submission_views, user_views
from forms_service.web.desk.context import blueprint
from forms_service.web.view_modules import import_views

__all__ = ["blueprint"]

import_views(desk)


@blueprint.errorhandler(StoreUnavailable)
def cannot_store(error: StoreUnavailable) -> Response:
    """503: nothing was stored; typed text stands in the response."""
    plain = errors.cannot_store(error)
    match request.endpoint:
        case "desk.act":
            answer = submission_views.not_stored((request.view_args or {})["reference"])
        case "desk.report_result":
            answer = submission_views.not_stored(
                (request.view_args or {})["reference"], result=submission_form_views.typed()
            )
        case "desk.enter":
            answer = submission_form_views.not_stored()
        case _:
            return plain
    answer.headers["Retry-After"] = plain.headers["Retry-After"]
    return answer


@blueprint.errorhandler(SubmissionMissing)
def not_there(error: SubmissionMissing) -> Response:
    """404: no submission has this reference."""
    return errors.any_other(NotFound())


@blueprint.errorhandler(AccessError)
def not_accessible(error: AccessError) -> Response:
    """422: not an address, or an impossible change of the user list."""
    if isinstance(error, NotAnAddress) and request.endpoint == "desk.look_for_person":
        return privacy_views.not_an_address(error)
    return user_views.refused(error)
