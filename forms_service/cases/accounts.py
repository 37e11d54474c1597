"""The list of the vendor's own customers and running talks: replaced or added to as a whole."""

from collections.abc import Sequence
from dataclasses import dataclass

from forms_service.accounts import Account
from forms_service.store.records import Store

TABLE = "accounts"


@dataclass(frozen=True)
class Difference:
    """What an import would change, or has changed."""

    added: int
    removed: int
    kept: int
    """Those of the list that stay as they are, or are in the file, too."""


def difference(store: Store, accounts: Sequence[Account], *, replace: bool) -> Difference:
    """What importing these would change. Changes nothing."""
    return _difference({each["id"] for each in store.all(TABLE)}, accounts, replace)


def take(store: Store, accounts: Sequence[Account], *, replace: bool) -> Difference:
    """Make these the whole list (`replace`), or add them to it; one durable change.

    Raises:
        StoreUnavailable: nothing was changed.
    """
    new = {account["id"]: account for account in accounts}
    with store.batch() as batch:
        there = {each["id"] for each in batch.all(TABLE)}
        changed = _difference(there, accounts, replace)
        for id in there - new.keys() if replace else ():
            batch.remove(TABLE, id)
        for id, account in new.items():
            if id not in there:
                batch.add(TABLE, account)
    return changed


def _difference(there: set[str], accounts: Sequence[Account], replace: bool) -> Difference:
    new = {account["id"] for account in accounts}
    removed = len(there - new) if replace else 0
    return Difference(len(new - there), removed, len(there) - removed)
