"""A partner whose time is over goes, and with it all that is kept for it alone."""

from collections.abc import Mapping
from typing import Any, cast

from forms_service.access.errors import NotAnAddress
from forms_service.access.people import Kind, normalised
from forms_service.access.register import end_sessions, known, replace_links
from forms_service.cases.partners import addresses
from forms_service.partners import totals
from forms_service.partners.record import Partner
from forms_service.store.records import Batch

_MOST_YEARS = 100
"""No partnership lasts longer."""


def forget(batch: Batch, partner: Mapping[str, Any]) -> None:
    """Take the record out, its invoiced amounts, its agreement, and who could sign in for it only."""
    reference = partner["id"]
    for entry in batch.range("revenue", "dated", (reference, ""), (reference, "~")):
        batch.remove("revenue", entry["id"])
    for number in range(1, _MOST_YEARS):
        if batch.how_many("revenue_years", "id", totals.id_of(reference, number)):
            batch.remove("revenue_years", totals.id_of(reference, number))
    if batch.how_many("agreements", "id", reference):
        batch.remove("agreements", reference)
    batch.remove("partners", reference)
    for email in sorted(addresses(cast(Partner, partner))):
        try:
            person = known(batch, Kind.PARTNER, normalised(email))
        except NotAnAddress:
            continue
        if person is not None and not batch.find("partners", "member", email):
            replace_links(batch, person["id"])
            end_sessions(batch, person["id"])
            batch.remove("people", person["id"])
