"""What views work with: the parts of the service, and the request as they see it."""

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from flask import current_app, request
from flask_limiter import Limiter

from forms_service.access.doors import Doors
from forms_service.cases.agreements import Agreements
from forms_service.cases.asking import Asking
from forms_service.cases.deeds import Deeds
from forms_service.cases.desk import Desk
from forms_service.cases.lost_links import LostLinks
from forms_service.cases.partner_deals import PartnerDeals
from forms_service.cases.partner_revenue import PartnerRevenue
from forms_service.cases.partner_rows import PartnerList
from forms_service.cases.partners import Partners
from forms_service.cases.status_links import StatusLinks
from forms_service.cases.submissions import Submissions
from forms_service.clock import Clock
from forms_service.promise import Promise
from forms_service.settings import Settings
from forms_service.site import Page, Release, Site
from forms_service.store.records import Store
from forms_service.traffic import Traffic
from forms_service.uploads import BodyLimits
from partner_program.model import Language

if TYPE_CHECKING:
    from forms_service.mail.outbox import Outbox

EXTENSION = "partner_channel"
RELEASE = "forms_service.release"
REQUEST_ID = "forms_service.request_id"
ROUTE = "forms_service.route"
"""Keys of the WSGI environment: the build this request is answered from, its id, its route for the log."""


@dataclass(frozen=True)
class Service:
    """The parts of one running service."""

    settings: Settings
    clock: Clock
    site: Site
    store: Store
    submissions: Submissions
    lost_links: LostLinks
    status_links: StatusLinks
    desk: Desk
    partners: Partners
    partner_revenue: PartnerRevenue
    partner_deals: PartnerDeals
    partner_list: PartnerList
    agreements: Agreements
    deeds: Deeds
    limiter: Limiter
    outbox: "Outbox"
    doors: Doors
    asking: Asking
    body_limits: BodyLimits
    traffic: Traffic
    promise: Promise


def service() -> Service:
    """The service that this application belongs to."""
    parts: Service = current_app.extensions[EXTENSION]
    return parts


def release() -> Release:
    """The build of the site that the whole request is answered from."""
    answered_from: Release = request.environ[RELEASE]
    return answered_from


def language() -> Language:
    """The language of the address."""
    return release().language_of(request.path)


def page() -> Page | None:
    """The built page with slots at the address, if there is one."""
    return release().pages.get(request.path)


def today() -> date:
    """The day it is where deals are decided."""
    zone = ZoneInfo(release().program.deal_registration.time_zone)
    return service().clock().astimezone(zone).date()
