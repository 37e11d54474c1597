"""All pages of the desk, for the application: importing them puts them on the blueprint."""

from flask import Response, request
from werkzeug.wrappers import Response as AnyResponse

from forms_service.desk import queue_pages, submission_pages
from forms_service.desk.context import blueprint
from forms_service.store.errors import StoreUnavailable
from forms_service.views import errors

__all__ = ["blueprint", "queue_pages", "submission_pages"]


@blueprint.errorhandler(StoreUnavailable)
def cannot_store(error: StoreUnavailable) -> AnyResponse:
    """Nothing was stored; where something was typed, it stands in the answer."""
    answer: Response = errors.cannot_store(error)
    if request.endpoint == "desk.act":
        retry = answer.headers["Retry-After"]
        answer = submission_pages.not_stored((request.view_args or {})["reference"])
        answer.headers["Retry-After"] = retry
    return answer
