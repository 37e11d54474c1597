"""Request context of views: services, release of the site, language, day."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from flask import current_app, request

from forms_service.domain.clock import Clock
from forms_service.services.access_requests import AccessRequests
from forms_service.services.agreements import Agreements
from forms_service.services.audit_log import AuditLog
from forms_service.services.auth import Auth
from forms_service.services.database import Health
from forms_service.services.drafts import Drafts
from forms_service.services.lost_links import LostLinks
from forms_service.services.mail_followup import Resending
from forms_service.services.on_time_rate import OnTimeRate
from forms_service.services.partner_deals import PartnerDeals
from forms_service.services.partner_list import PartnerList
from forms_service.services.partner_revenue import PartnerRevenue
from forms_service.services.partners import Partners
from forms_service.services.privacy import PrivacyRequests
from forms_service.services.queue_figures import QueueFigures
from forms_service.services.staff_decisions import StaffDecisions
from forms_service.services.submission_detail import SubmissionDetails
from forms_service.services.submission_queue import SubmissionQueue
from forms_service.services.submissions import Submissions
from forms_service.settings import Settings
from forms_service.web.site import Release, Site, SitePage
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
    """The services of one application, for its views."""

    settings: Settings
    clock: Clock
    site: Site
    health: Callable[[], Health]
    """Whether a form can be stored now."""
    submissions: Submissions
    drafts: Drafts
    lost_links: LostLinks
    queue: SubmissionQueue
    details: SubmissionDetails
    figures: QueueFigures
    decisions: StaffDecisions
    mail_followup: Resending
    privacy: PrivacyRequests
    partners: Partners
    partner_revenue: PartnerRevenue
    partner_deals: PartnerDeals
    partner_list: PartnerList
    agreements: Agreements
    audit_log: AuditLog
    outbox: "Outbox"
    auth: Auth
    access_requests: AccessRequests
    promise: OnTimeRate


def service() -> Service:
    """Services of the current application."""
    parts: Service = current_app.extensions[EXTENSION]
    return parts


def release() -> Release:
    """Release of the site that the whole request is answered from."""
    answered_from: Release = request.environ[RELEASE]
    return answered_from


def language() -> Language:
    """Language of the URL."""
    return release().language_of(request.path)


def page() -> SitePage | None:
    """Built page with slots at the URL, if there is one."""
    return release().pages.get(request.path)


def today() -> date:
    """Current date in the program's time zone."""
    zone = ZoneInfo(release().program.deal_registration.time_zone)
    return service().clock().astimezone(zone).date()
