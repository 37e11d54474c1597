"""Size limits of a partner's record: how many rows each of its lists holds. Pure.

The record is written whole with every change, so nobody may let it grow without end. Rows are never taken
out, so the limit counts those that are over as well. Invoiced amounts are documents of their own, recorded by
the vendor's people only, and are not limited here.
"""

from collections.abc import Iterator

from forms_service.domain.partners.partner import Partner
from forms_service.domain.partners.partner_permissions import PartnerActor, Side

LIST_ROWS = 200
HISTORY_ROWS = 5_000
"""Entries of the history after which the partner's side changes nothing more; the vendor's people do."""
NOTE_ROWS = 1_000
"""Only the vendor's people write notes, and nobody else reads them."""

_LIMITS = {"history": HISTORY_ROWS, "notes": NOTE_ROWS}


def is_full(before: Partner, after: Partner, actor: PartnerActor) -> bool:
    """Whether a change lets a list grow beyond its limit. The service itself is never refused."""
    if actor.side is Side.SYSTEM:
        return False
    rows = dict(_rows(before))
    return any(
        count > max(_LIMITS.get(name, LIST_ROWS), rows.get(name, 0))
        for name, count in _rows(after)
        if name != "history" or actor.side is Side.PARTNER
    )


def _rows(partner: Partner) -> Iterator[tuple[str, int]]:
    """The name of each list of the record, and how long it is."""
    for name, value in (*partner.items(), *partner["company"].items()):
        if isinstance(value, list):
            yield name, len(value)
