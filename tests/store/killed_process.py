"""What the SIGKILL tests kill: a process that changes a store in many threads and says what is acknowledged.

Run as `python -m tests.store.killed_process PATH ROUND CLIENTS`; each line on standard output is one
acknowledged change.
"""

import os
import sys
import threading
from pathlib import Path

from forms_service.services.tables import TABLES
from forms_service.store.store import Store

_ROUNDS = 10_000


def main(path: Path, round_name: str, clients: int) -> None:
    store = Store(path, tables=TABLES)
    start = threading.Barrier(clients + 1)
    for client in range(clients):
        threading.Thread(target=_change, args=(store, f"{round_name}-{client}", start), daemon=True).start()
    start.wait()
    for _ in range(_ROUNDS):
        store.compact()


def _change(store: Store, name: str, start: threading.Barrier) -> None:
    start.wait()
    for n in range(_ROUNDS):
        with store.batch() as batch:
            batch.add("records", {"id": f"{name}-{n}", "state": "received", "text": name * 50})
            batch.add("mails", {"id": f"{name}-{n}", "record": f"{name}-{n}", "state": "queued"})
        _say(f"added {name}-{n}")
        if n % 3 == 1:
            with store.batch() as batch:
                record = batch.get("records", f"{name}-{n}")
                batch.replace("records", {**record, "state": "approved"}, 1)
                batch.replace("mails", {**batch.get("mails", record["id"]), "state": "sent"}, 1)
            _say(f"approved {name}-{n}")
        if n % 3 == 2:
            with store.batch() as batch:
                batch.remove("records", f"{name}-{n}")
                batch.remove("mails", f"{name}-{n}")
            _say(f"removed {name}-{n}")


def _say(line: str) -> None:
    os.write(1, f"{line}\n".encode())


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]))
