"""The keys that a record keeps, so that an index need not compute them each time the store is opened.

They are made of what was said and belong to it: computed when it is stored or corrected, erased with it.
"""

from collections.abc import Mapping
from typing import Any

from forms_service.decisions import conflicts, identity
from forms_service.decisions.states import Kind


def of(kind: Kind, said: Mapping[str, Any]) -> list[str]:
    """What a record keeps under `keys`: `conflicts.search_keys` and `identity.sender_keys` lead to it."""
    return sorted(conflicts.index_keys(said) if kind is Kind.DEAL else identity.partner_keys(said))
