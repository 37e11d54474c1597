"""Size changes nothing that people notice. Limits are ten times the goals; the figures are a benchmark's."""

import random
import shutil
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import pytest

from forms_service.store.store import Store
from forms_service.store.table_schema import Table

RECORDS = 50_000
TABLES = {
    "records": Table(
        indexes={"token": lambda document: document["token_hashes"]},
        sorted={"due": lambda document: ((document["state"],), document["decide_by"])},
        unique=frozenset({"token"}),
    )
}


def record(n: int | str) -> dict:
    return {
        "id": f"DEAL-{n}",
        "state": "received",
        "decide_by": f"2026-11-{int(str(n).split()[-1]) % 28 + 1:02}",
        "token_hashes": [f"token {n}"],
        "text": "x" * 800,
    }


@pytest.fixture(scope="module")
def filled(tmp_path_factory):
    """A journal of 50,000 records."""
    path = tmp_path_factory.mktemp("scale") / "records.journal"
    store = Store(path, tables=TABLES)
    for start in range(0, RECORDS, 1000):
        with store.batch() as batch:
            for n in range(start, start + 1000):
                batch.add("records", record(n))
    store.close()
    return path


def test_start_with_many_records(filled):
    """S16: goal 5 s for 50,000 records."""
    started = time.monotonic()
    store = Store(filled, tables=TABLES)
    assert time.monotonic() - started < 50
    assert store.count("records") == RECORDS
    store.close()


def test_submits_among_many_records(filled, tmp_path):
    """S16: 32 clients at once do not wait for a compaction (how long they take: `make bench`)."""
    submitted: list[int] = []
    by_the_end: list[int] = []

    def submit(n: int) -> None:
        with store.batch() as batch:
            assert batch.get("records", f"DEAL-{random.randrange(RECORDS)}")
            batch.add("records", record(f"new {n}"))
        submitted.append(n)

    copy = shutil.copytree(filled.parent, tmp_path / "copy") / filled.name
    with closing(Store(copy, tables=TABLES)) as store:
        with ThreadPoolExecutor(33) as pool:
            compaction = pool.submit(store.compact)
            compaction.add_done_callback(lambda _: by_the_end.append(len(submitted)))
            list(pool.map(submit, range(1000)))
            compaction.result()
        assert by_the_end[0] > 100, "submits waited for the compaction"
        assert store.count("records") == RECORDS + 1000


def test_lookups_among_many_records_look_at_few(filled):
    """A lookup reads what it returns, and a page of a list costs a page."""
    with closing(Store(filled, tables=TABLES)) as store:
        started = time.process_time()
        for n in range(0, RECORDS, 100):
            assert store.find("records", "token", f"token {n}")[0]["id"] == f"DEAL-{n}"
            assert len(store.range("records", "due", ("received",), ("received", "2026-12"), limit=20)) == 20
        assert time.process_time() - started < 5  # a scan of all records would take minutes
