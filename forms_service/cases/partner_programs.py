"""The versions of the program that partners follow, kept beside the records that name them."""

from functools import lru_cache

from forms_service.store.records import Batch, Store
from partner_program.model import Program

_TABLE = "programs"


def keep(batch: Batch, program: Program) -> None:
    """Keep this version, unless it is there."""
    if batch.get(_TABLE, program.hash) is None:
        batch.add(_TABLE, {"id": program.hash, "program": program.model_dump_json()})


def find(store: Store, wanted: str | None, current: Program) -> Program:
    """The version with this hash; the current one where none is wanted, or it is not there."""
    if wanted is None or wanted == current.hash:
        return current
    kept = store.get(_TABLE, wanted)
    return current if kept is None else _read(kept["program"])


@lru_cache(maxsize=16)
def _read(text: str) -> Program:
    return Program.model_validate_json(text)
