"""Program versions: those that partners follow, stored beside the records that name them."""

from forms_service.domain.submissions import receipt
from forms_service.domain.submissions.submission import Deal
from forms_service.domain.table_names import PROGRAMS
from forms_service.store.store import Batch, Store
from partner_program.model import Program

_TABLE = PROGRAMS
_MOST_READ = 16

_read: dict[str, Program] = {}
"""By hash, which says what a version holds: what was read once need not be looked up again."""


def keep(batch: Batch, program: Program) -> None:
    """Store this version, unless it is there."""
    if batch.get(_TABLE, program.hash) is None:
        batch.add(_TABLE, {"id": program.hash, "program": program.model_dump_json()})


def find(store: Store, wanted: str | None, current: Program) -> Program:
    """Version with this hash; the current one where none is given or stored."""
    if wanted is None or wanted == current.hash:
        return current
    if (known := _read.get(wanted)) is not None:
        return known
    kept = store.get(_TABLE, wanted)
    if kept is None:
        return current
    if len(_read) >= _MOST_READ:
        _read.clear()
    program = _read[wanted] = Program.model_validate_json(kept["program"])
    return program


def at_registration(store: Store, record: Deal, current: Program) -> Program:
    """Version that a deal was registered under; the current one where it is not stored."""
    return find(store, receipt.program_of(record), current)
