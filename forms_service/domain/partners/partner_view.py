"""Partner view: the record as the partner's users see it: without what staff write among themselves.

A list of what is shown, so that nothing else ever is. The vendor's people are not named.
"""

from collections.abc import Mapping
from copy import deepcopy
from typing import Any

from forms_service.domain.partners.partner import Partner
from forms_service.domain.partners.partner_permissions import PartnerAction, Side

SHOWN = (
    "id",
    "state",
    "lang",
    "application",
    "applied_for",
    "active_since",
    "terms",
    "company",
    "people",
    "access_requests",
    "qualifications",
    "activities",
    "meetings",
    "goals",
    "targets",
    "agreement",
    "promotion",
    "confirmations",
    "attestations",
    "signed_copies",
    "renewals",
    "suspended",
    "ended",
    "ends_on",
    "lifted",
)
_STAFF_ONLY = frozenset({PartnerAction.NOTE, PartnerAction.REMIND})
_NAMES_OF_STAFF = frozenset(
    {"suspended", "ended", "lifted", "renewals", "attestations", "signed_copies", "confirmations", "meetings"}
)


def for_partner(partner: Partner) -> dict[str, Any]:
    """The record as the partner's users may see it."""
    document: Mapping[str, Any] = partner
    seen = {name: _without_names(name, document[name]) for name in SHOWN}
    seen["history"] = [
        {**entry, "who": "" if entry["side"] == Side.STAFF else entry["who"]}
        for entry in deepcopy(partner["history"])
        if entry["what"] not in _STAFF_ONLY
    ]
    return seen


def _without_names(name: str, value: Any) -> Any:
    """A part of the record, without who of the vendor's people decided it."""
    value = deepcopy(value)
    if name in _NAMES_OF_STAFF:
        _forget(value)
    return value


def _forget(value: Any) -> None:
    if isinstance(value, list):
        for each in value:
            _forget(each)
    elif isinstance(value, dict):
        value.pop("by", None)
        value.pop("host", None)
        for each in value.values():
            _forget(each)
