"""Form storage: a valid form becomes a submission, and its sender is led to it."""

from contextlib import suppress

from flask import current_app, request

from forms_service.domain.auth.roles import UserKind
from forms_service.domain.auth.sign_in_urls import AREAS
from forms_service.domain.submissions.sender_identity import sender_of
from forms_service.domain.submissions.submission import Submission
from forms_service.forms import SentForm
from forms_service.services.partners import PartnerMissing
from forms_service.web.auth.permissions import EXTENSION, current
from forms_service.web.context import release, service
from forms_service.web.public import status_layout
from forms_service.web.security import client_of
from forms_service.web.site import SitePage


def stored(there: SitePage, form: SentForm, *, draft: str = "", trapped: bool = False) -> str:
    """Store the form; the address of its status page, or of the deal's in the sender's own partner area.

    `draft` is the id of the draft it is made of; `trapped` whether that was a machine's.
    Where the same was sent from elsewhere before, the link goes by mail to whoever is named as its sender,
    and the address is that of the page that explains where to find it.
    """
    submissions, client = service().submissions, client_of(request.remote_addr or "")
    record = submissions.submit(
        form.name,
        form.said(),
        program=release().program,
        language=there.language,
        trapped=trapped or form.is_honeypot_filled,
        client=client,
        draft=draft,
    )
    if own := _in_partner_area(record):
        return own
    if submissions.sent_from_elsewhere(record, client):
        service().lost_links.ask(sender_of(record), there.language)
        return release().status_page(there.language).path
    return status_layout.address(submissions.token_of(record), there.language)


def _in_partner_area(record: Submission) -> str:
    """The deal's page in the partner area, where it is of a company of whoever is signed in; else empty."""
    person = current() if EXTENSION in current_app.extensions else None
    if person is None or person.kind != UserKind.PARTNER:
        return ""
    for partner in service().partners.of(person.email):
        with suppress(PartnerMissing):
            deal = service().partner_deals.one(partner, record["id"])
            return f"{AREAS[UserKind.PARTNER]}/{partner['id']}/deals/{deal['id']}?done=registered"
    return ""
