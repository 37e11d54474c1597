"""Request context of desk views: user, services, formatter, responses."""

from typing import Any

from flask import Blueprint, Response

from forms_service.domain.auth.roles import ADMINISTRATOR, READER, REVIEWER, Principal
from forms_service.domain.references import PREFIXES
from forms_service.i18n.translations import N_
from forms_service.web.auth.layout import page, response_language
from forms_service.web.auth.permissions import NavigationEntry, current
from forms_service.web.context import release, service
from forms_service.web.desk.formatter import Formatter

blueprint = Blueprint("desk", __name__, url_prefix="/desk")
"""Every view of the desk, whatever module it stands in."""

NOT_STORED = N_("We have NOT saved this. What you typed is below. Try again in a few minutes.")
"""What stands above a form whose answers could not be stored."""


def me() -> Principal:
    """Current user; access control has let them in."""
    person = current()
    if person is None:
        raise RuntimeError("only a view with @requires may ask who it is")
    return person


def fmt() -> Formatter:
    """Formatter for the current user and the program now served."""
    return Formatter(release().program, response_language(), service().clock())


def render(template: str, status: int = 200, **values: Any) -> Response:
    """Render a page of the desk."""
    return page(f"desk/{template}", status, fmt=values.pop("fmt", None) or fmt(), **values)


def address_of(reference: str) -> str:
    """URL of the submission or partner with this reference; empty for anything else."""
    if reference.startswith(_SUBMISSIONS):
        return submission_address(reference)
    return f"/desk/partners/{reference}" if reference.startswith(_PARTNERS) else ""


_SUBMISSIONS = (f"{PREFIXES['application']}-", f"{PREFIXES['deal']}-")
_PARTNERS = f"{PREFIXES['partner']}-"


def submission_address(reference: str) -> str:
    """URL path of a submission."""
    return f"/desk/submissions/{reference}"


_ADMINISTRATION = N_("Administration")

ENTRIES = (
    NavigationEntry("/desk/", N_("Submissions"), READER),
    NavigationEntry("/desk/partners", N_("Partners"), READER),
    NavigationEntry("/desk/figures", N_("Statistics"), READER),
    NavigationEntry("/desk/mails", N_("Email delivery"), REVIEWER, _ADMINISTRATION),
    NavigationEntry("/desk/history", N_("History"), READER, _ADMINISTRATION),
    NavigationEntry("/desk/privacy", N_("Personal data"), ADMINISTRATOR, _ADMINISTRATION),
    NavigationEntry("/desk/people", N_("People"), ADMINISTRATOR, _ADMINISTRATION),
)
