"""Reinstatement: a changed decision on an application ends or resumes the onboarding it began.

A partnership that is active by then is not touched: it has an end of its own. Nor is one that the application
only joined.
"""

from collections.abc import Callable
from datetime import datetime

from forms_service.domain.partners import company_profile, suspension
from forms_service.domain.partners.partner import Partner, PartnerState, parse_partner
from forms_service.domain.partners.partner_permissions import PartnerActing, PartnerActor, Side
from forms_service.domain.partners.refusals import PartnerActionRefused
from forms_service.domain.submissions.submission import Submission
from forms_service.domain.table_names import PARTNERS
from forms_service.i18n.translations import N_, texts
from forms_service.services.partners import update_users
from forms_service.store.store import Batch

REJECTED = N_("The application was rejected after all.")
PRE_ACCEPTED = N_("The application was pre-accepted again.")


def end_onboarding(batch: Batch, application: Submission, at: datetime) -> None:
    """End the onboarding: the application was rejected after all."""
    _change(batch, application, at, PartnerState.ONBOARDING, REJECTED, suspension.end)


def resume_onboarding(batch: Batch, application: Submission, at: datetime) -> None:
    """Resume an onboarding that was ended: the application was pre-accepted again."""
    _change(batch, application, at, PartnerState.ENDED, PRE_ACCEPTED, suspension.resume)


def _change(
    batch: Batch,
    application: Submission,
    at: datetime,
    state: PartnerState,
    reason: str,
    change: Callable[..., Partner | PartnerActionRefused],
) -> None:
    for document in batch.find(PARTNERS, "application", application["id"]):
        before = parse_partner(document)
        if before["application"] != application["id"]:
            continue
        if before["state"] != state or before["active_since"] is not None:
            continue
        by = application["decision"]["by"]
        words = texts(application["lang"]).gettext(reason)
        after = change(before, PartnerActing(PartnerActor(Side.STAFF, by), at), reason=words)
        if isinstance(after, PartnerActionRefused):
            continue
        after["keys"] = company_profile.keys(after["company"], after["people"])
        batch.replace(PARTNERS, dict(after), document["version"])
        update_users(batch, before, after, at, by)
