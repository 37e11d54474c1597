"""All pages of the desk, for the application: importing them puts them on the blueprint."""

from flask import Response, request
from werkzeug.exceptions import NotFound

from forms_service.access.errors import AccessError, NotAnAddress
from forms_service.cases.outcomes import SubmissionMissing
from forms_service.desk import (
    agreement_pages,
    enter_pages,
    export_pages,
    extend_pages,
    figures_pages,
    history_pages,
    mail_pages,
    partner_list_pages,
    partner_pages,
    people_pages,
    privacy_pages,
    queue_pages,
    result_pages,
    revenue_pages,
    submission_pages,
)
from forms_service.desk.context import blueprint
from forms_service.store.errors import StoreUnavailable
from forms_service.views import errors

__all__ = [
    "agreement_pages",
    "blueprint",
    "enter_pages",
    "export_pages",
    "extend_pages",
    "figures_pages",
    "history_pages",
    "mail_pages",
    "partner_list_pages",
    "partner_pages",
    "people_pages",
    "privacy_pages",
    "queue_pages",
    "result_pages",
    "revenue_pages",
    "submission_pages",
]


@blueprint.errorhandler(StoreUnavailable)
def cannot_store(error: StoreUnavailable) -> Response:
    """Nothing was stored; where much was typed, it stands in the answer."""
    plain = errors.cannot_store(error)
    match request.endpoint:
        case "desk.act":
            answer = submission_pages.not_stored((request.view_args or {})["reference"])
        case "desk.report_result":
            answer = submission_pages.not_stored(
                (request.view_args or {})["reference"], result=result_pages.typed()
            )
        case "desk.enter":
            answer = enter_pages.not_stored()
        case _:
            return plain
    answer.headers["Retry-After"] = plain.headers["Retry-After"]
    return answer


@blueprint.errorhandler(SubmissionMissing)
def not_there(error: SubmissionMissing) -> Response:
    """No submission has this reference."""
    return errors.any_other(NotFound())


@blueprint.errorhandler(AccessError)
def not_accessible(error: AccessError) -> Response:
    """An address that is none, or a change of the list of people that is not possible."""
    if isinstance(error, NotAnAddress) and request.endpoint == "desk.look_for_person":
        return privacy_pages.not_an_address(error)
    return people_pages.refused(error)
