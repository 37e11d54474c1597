"""Check views: what a form would say to one answer, while it is typed. Nothing of it is stored or logged."""

from flask import Blueprint, Response, abort, jsonify, request

from forms_service import forms
from forms_service.i18n.translations import bound_texts
from forms_service.web import responses
from forms_service.web.context import release

BODY_LIMIT_BYTES = 4096
"""Larger bodies are refused before anything in them is looked at."""
CHECKS_PER_CLIENT = "60 per minute"
"""More than anybody types; apart from the forms that a client may send."""

blueprint = Blueprint("checks", __name__)


@blueprint.post("/apply/check", provide_automatic_options=False)
@blueprint.post("/<string(length=2):lang>/apply/check", provide_automatic_options=False)
def check_tax_id(lang: str = "") -> Response:
    """The application's own sentence about `tax_id` of a company in `country`, as JSON.

    `right` is whether a checksum says so, and null where nobody can tell: no number, or none that is checked.
    """
    request.max_content_length = BODY_LIMIT_BYTES
    there = release().pages.get(f"/{lang}/apply/" if lang else "/apply/")
    if there is None or there.form != "application":
        abort(404)
    form = responses.posted_form(there, there.form)
    sentence, right = "", None
    if not form["tax_id"].is_blank():
        if not form.validate_some(["tax_id"]):
            sentence, right = str(form["tax_id"].errors[0]), False
        elif forms.is_checked(form.said()["tax_id"]):
            sentence, right = bound_texts(there.language).gettext("This number is complete"), True
    answer = jsonify(sentence=sentence, right=right)
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["X-Robots-Tag"] = "noindex"
    return answer
