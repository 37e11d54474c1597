"""Approval: what objects to it: a conflict, or an earlier approval for this product. Pure."""

from collections.abc import Iterable, Mapping
from typing import Any

from forms_service.domain.submissions.action_results import Refusal, Refused
from forms_service.domain.submissions.conflicts import Conflict, ReasonKind, same_product

_CERTAIN = {ReasonKind.TAX_ID, ReasonKind.DOMAIN, ReasonKind.NAME}


def already_approved(
    product: str, conflicts: Iterable[Conflict], others: Mapping[str, Mapping[str, Any]]
) -> tuple[str, ...]:
    """References of approvals for the same customer and product; near names do not count.

    `others` holds the records of the conflicts by reference. The product is the one that was decided on.
    """
    return tuple(
        conflict.other
        for conflict in conflicts
        if conflict.approved
        and is_certain(conflict)
        and same_product(product, others[conflict.other]["decision"]["product"])
    )


def is_certain(conflict: Conflict) -> bool:
    """Whether a conflict rests on more than a near name."""
    return any(reason.kind in _CERTAIN for reason in conflict.reasons)


def takes_something(conflict: Conflict) -> bool:
    """Whether an approval would take the customer from somebody else."""
    return not conflict.same_sender and not conflict.ended


def comes_first(conflict: Conflict) -> bool:
    """Whether somebody else certainly has the customer: registered before, approved, or the vendor's."""
    has_it = conflict.other_is_first or conflict.approved
    return has_it and takes_something(conflict) and is_certain(conflict)


def objection(
    conflicts: Iterable[Conflict], approved: Iterable[str], despite_conflict: str | None
) -> Refused | None:
    """Refusal of an approval that needs a reason and has none; None where it may be given.

    A sender's own other registration takes nothing from anybody: it asks for a reason only if it is approved
    for the same product.
    """
    stands_against = any(takes_something(conflict) for conflict in conflicts) or bool(tuple(approved))
    if stands_against and not (despite_conflict or "").strip():
        return Refused(Refusal.REASON_FOR_CONFLICT, "despite_conflict")
    return None
