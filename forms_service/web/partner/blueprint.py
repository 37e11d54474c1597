"""Partner blueprint: importing this module registers every view of the partner area."""

from forms_service.web import partner
from forms_service.web.partner.context import blueprint
from forms_service.web.view_modules import import_views

__all__ = ["blueprint"]

import_views(partner)
