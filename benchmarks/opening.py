"""What a start costs with the indexes of the service: processor time and memory, as ratios.

The documents are deals with everything that the service finds them by. Measured against reading the file and
parsing it, and against SQLite: opening, its integrity check and a look at every row. Each in a process of its
own. `python -m benchmarks.opening [DOCUMENTS]`; `benchmarks.store` runs it too.
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import orjson

from benchmarks.documents import Document, document
from benchmarks.sqlite import Sqlite
from forms_service.domain.submissions import search_terms, sender_identity
from forms_service.domain.submissions.workflow import SubmissionKind
from forms_service.services.database import open_folder

DOCUMENTS = 100_000
AT_A_TIME = 100
"""Documents of one change: as many come together under load."""

MEASURE = """
import json, resource, sys, time, zlib
from pathlib import Path
import orjson
from benchmarks.sqlite import Sqlite
from forms_service.store import open_database
from forms_service.services.tables import TABLES
from forms_service.store.store import Store

def memory():
    return int(open("/proc/self/statm").read().split()[1]) * resource.getpagesize()

def note(what):
    found.append((what, time.process_time() - started, memory() - before))

how, folder, found = sys.argv[1], Path(sys.argv[2]), []
path = folder / "records.journal"
before, started = memory(), time.process_time()
if how == "reading":
    for line in path.open("rb"):
        orjson.loads(line), zlib.crc32(line)
    note("read, checksum, parse")
elif how == "SQLite":
    db = Sqlite(folder).db
    db.execute("pragma integrity_check").fetchall()
    for row in db.execute("select document from records"):
        orjson.loads(row[0])
    note("SQLite: integrity check, all rows")
elif how == "plain":
    database = open_database(path, tables={})
    note("opened without indexes")
else:
    store = Store(path, tables=TABLES)
    note("opened, with every index")
print(json.dumps(found))
"""


def main() -> None:
    with tempfile.TemporaryDirectory() as scratch:
        measure(Path(scratch), int(sys.argv[1]) if len(sys.argv) > 1 else DOCUMENTS)


def measure(folder: Path, size: int) -> None:
    """Print the figures."""
    live = fill(folder, size)
    print(f"\nopening {size:,} deals of {live // size} bytes: processor time, memory against the documents")
    for moment in ("as written", "compacted"):
        base = 0.0
        for how in ("reading", "SQLite", "plain", "product"):
            for what, seconds, memory in _measured(how, folder):
                base = base or seconds
                print(
                    f"{moment:<11} {what:<34} {seconds:5.2f} s {seconds / base:5.2f}x   {memory / live:5.2f}x"
                )
        store = open_folder(folder)
        store.compact()
        store.close()


def fill(folder: Path, size: int) -> int:
    """Make the same documents known to both; returns how many bytes they have."""
    store, sqlite = open_folder(folder), Sqlite(folder, synchronous="OFF")
    live = 0
    for start in range(0, size, AT_A_TIME):
        some = [deal(n) for n in range(start, min(start + AT_A_TIME, size))]
        live += sum(len(orjson.dumps(each)) for each in some)
        sqlite.fill(iter(some))
        with store.batch() as batch:
            for each in some:
                batch.add("records", each)
    store.close()
    sqlite.db.close()
    return live


def deal(n: int) -> Document:
    """With all that it is found by: words, names, what was decided."""
    found = document(n)
    said = {**found["said"], "customer_name": f"Customer {n} of the benchmark", "customer_country": "DE"}
    decided = [{"at": found["received_at"], "who": "reviewer@example.com", "what": "approve"}]
    return {
        **found,
        "said": said,
        "keys": sender_identity.of(SubmissionKind.DEAL, said),
        "terms": search_terms.terms(said),
        "trapped": False,
        "state": "approved" if n % 10 else "received",
        "history": decided if n % 10 else [],
    }


def _measured(how: str, folder: Path) -> list[Any]:
    done = subprocess.run(
        [sys.executable, "-c", MEASURE, how, folder], capture_output=True, text=True, check=True
    )
    found: list[Any] = json.loads(done.stdout)
    return found


if __name__ == "__main__":
    main()
