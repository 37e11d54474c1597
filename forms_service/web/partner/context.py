"""Request context of partner views: blueprint, user, their companies."""

from flask import Blueprint, Response
from werkzeug.exceptions import NotFound

from forms_service.domain.auth.roles import PERSON, Principal
from forms_service.domain.partners.partner import Partner
from forms_service.domain.partners.partner_permissions import PartnerActor, Side
from forms_service.i18n.translations import N_
from forms_service.services.partners import PartnerMissing
from forms_service.web import errors
from forms_service.web.auth.permissions import NavigationEntry, current
from forms_service.web.context import service
from forms_service.web.partner_record.views import PartnerView

blueprint = Blueprint("partner", __name__, url_prefix="/partner")

ENTRIES = (NavigationEntry("/partner/", N_("Partnership"), PERSON),)
"""The entries above every page."""


def me() -> Principal:
    """Current user; access control has let them in."""
    person = current()
    if person is None:
        raise RuntimeError("only a view with @requires may ask who it is")
    return person


def partner_pages() -> PartnerView:
    """Partner views for the current user."""
    return PartnerView(PartnerActor(Side.PARTNER, me().email), True, "/partner")


def own(reference: str) -> tuple[PartnerView, Partner]:
    """One of the user's companies. Raises PartnerMissing for any other."""
    return partner_pages(), service().partners.for_member(reference, me().email)


@blueprint.errorhandler(PartnerMissing)
def not_there(error: PartnerMissing) -> Response:
    """404: none of their partners has this reference."""
    return errors.any_other(NotFound())
