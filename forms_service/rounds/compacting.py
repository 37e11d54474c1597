"""That bytes are still to go: noted in the batch that deletes, done when the journal is written anew."""

from forms_service.store.records import Batch, Store

STATE = "compaction"
"""Of the table `rounds`: something was deleted whose bytes are still in the file."""


def owe(batch: Batch) -> None:
    """What this batch deletes must not stay in the file."""
    if batch.get("rounds", STATE) is None:
        batch.add("rounds", {"id": STATE})


def settle(store: Store) -> bool:
    """Write the journal anew if that is owed, also from before a restart; whether it was.

    Raises:
        StoreUnavailable: it is still owed.
    """
    if store.get("rounds", STATE) is None:
        return False
    store.compact()
    with store.batch() as batch:
        if batch.get("rounds", STATE):
            batch.remove("rounds", STATE)
    return True
