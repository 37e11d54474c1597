"""Form posts per second, their p99 and their processor time, beside others that take the same deal.

Beside a bare Flask + WTForms + SQLite application on the same server, a Django form view, and a Wagtail form
page, both in gunicorn with two workers. 32 connections at once, in turn, in one run: on this machine's disk,
on one in memory, whose flush costs nothing, and, ours and the bare one, on one whose flush takes 5 ms, as
many do. Every row is counted in the store afterwards. Ours also writes its two mails a post: its processor
time, and how many posts a second it can sustain, count until the last of them is a file. Then ours with
100,000 records against ours with none: right after the start, and once it has nothing else to do.
"""

import os
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from benchmarks import load, running
from benchmarks.deals import deal
from benchmarks.running import Running
from forms_service.domain.submissions import search_terms, sender_identity
from forms_service.domain.submissions.workflow import SubmissionKind
from forms_service.domain.table_names import RECORDS
from forms_service.services.database import open_folder
from publishing.build import TRIAL, build
from tests.conftest import free_port

CONNECTIONS = 32
POSTS = 2000
WARM = 100
ROUNDS = 3
FILLED = 100_000
FLUSH_SECONDS = 0.005
IN_MEMORY = "/dev/shm"
DJANGO = Path(".venv-bench/bin").absolute()
WORKERS = 2


def main() -> None:
    """Print the figures and ratios of each round, then of the filled store."""
    site, _ = build(site=TRIAL)
    with tempfile.TemporaryDirectory() as scratch:
        for number in range(ROUNDS):
            _round(site, Path(scratch) / f"disk-{number}", f"round {number + 1}, this disk")
        for number in range(ROUNDS):
            with tempfile.TemporaryDirectory(dir=IN_MEMORY) as memory:
                _round(site, Path(memory), f"round {number + 1}, in memory")
        for number in range(ROUNDS):
            folder = Path(scratch) / f"slow-{number}"
            ours = _measure_ours(site, folder / "ours", FLUSH_SECONDS)
            _print(f"round {number + 1}, 5 ms a flush", ours, _measure_bare(folder / "bare", FLUSH_SECONDS))
        filled = Path(scratch) / "filled"
        _fill(filled)
        for number in range(ROUNDS):
            begun = _measure_ours(site, filled, number=2 * number, settles=False)
            many = _measure_ours(site, filled, number=2 * number + 1)
            none = _measure_ours(site, Path(scratch) / f"none-{number}")
            _print(f"{FILLED:,} records, begun", begun, none, than="none")
            _print(f"{FILLED:,} records", many, none, than="none")


def _round(site: Path, folder: Path, name: str) -> None:
    """Everybody once on one disk."""
    ours = _measure_ours(site, folder / "ours")
    _print(name, ours, _measure_bare(folder / "bare"))
    _print(name, ours, _measure_django(folder / "django"), than="Django")
    _print(name, ours, _measure_django(folder / "wagtail", has_wagtail=True), than="Wagtail")


@dataclass(frozen=True)
class Measured:
    """A run, and what it cost."""

    load: load.Figures
    processor_ms: float
    """Of the server, a post, with its mails."""
    sustained: float
    """Posts a second, from the first post to the last mail."""


def _measure(
    start: Callable[[], Running],
    rows: Callable[[], int],
    number: int = 0,
    mail: Path | None = None,
    *,
    settles: bool = True,
) -> Measured:
    """Load one server, for the `number`th time. `rows` counts what is stored; `mail` is the folder into which
    it writes two mails a post."""
    already, server = rows(), start()
    try:
        if settles:
            server.settle()
        first = 10**6 * (number + 1)
        _posts(server, first + POSTS, connections=4, posts=WARM)
        if mail and settles:
            server.settle()
        there, worked, started = _count(mail), server.processor_seconds, time.monotonic()
        figures = _posts(server, first, connections=CONNECTIONS, posts=POSTS)
        while mail and _count(mail) < there + 2 * POSTS:
            time.sleep(0.2)
        sustained = POSTS / (time.monotonic() - started)
        processor_ms = (server.processor_seconds - worked) / POSTS * 1000
    finally:
        server.stop()
    assert rows() == already + WARM + POSTS, figures.statuses
    return Measured(figures, processor_ms, sustained)


def _posts(server: Running, first: int, *, connections: int, posts: int) -> load.Figures:
    return load.run(
        server.port, "/register-deal/", lambda n: deal(first + n), connections=connections, posts=posts
    )


def _count(mail: Path | None) -> int:
    return sum(1 for _ in mail.glob("*.eml")) if mail else 0


def _measure_ours(
    site: Path, data: Path, flush_seconds: float = 0.0, number: int = 0, *, settles: bool = True
) -> Measured:
    def rows() -> int:
        if not data.exists():
            return 0
        with closing(open_folder(data)) as store:
            return len(store.all(RECORDS))

    def start() -> Running:
        data.mkdir(parents=True, exist_ok=True)
        return running.service(site, data, free_port(), flush_seconds)

    return _measure(start, rows, number, data / "mail", settles=settles)


def _measure_bare(folder: Path, flush_seconds: float = 0.0) -> Measured:
    def start() -> Running:
        port = free_port()
        command = [sys.executable, "-m", "benchmarks.bare_app", str(port), str(folder), str(flush_seconds)]
        return running.started(command, {}, port, "ready")

    folder.mkdir(parents=True)
    return _measure(start, lambda: _rows(folder, "deals"))


def _measure_django(folder: Path, *, has_wagtail: bool = False) -> Measured:
    """A form view of Django, or a form page of Wagtail: as many threads as there are connections."""
    folder.mkdir(parents=True)
    settings = {"BENCH_FOLDER": str(folder), "BENCH_WAGTAIL": "y" if has_wagtail else ""}
    make = [DJANGO / "python", "-m", "benchmarks.django_site.make"]
    subprocess.run(make, env=os.environ | settings, check=True)

    def start() -> Running:
        port = free_port()
        threads = CONNECTIONS // WORKERS
        command = [str(DJANGO / "gunicorn"), "--bind", f"127.0.0.1:{port}", "--error-logfile", "/dev/stdout"]
        command += ["--workers", str(WORKERS), "--threads", str(threads), "benchmarks.django_site.wsgi"]
        return running.started(command, settings, port, f":{port}")

    return _measure(
        start, lambda: _rows(folder, "wagtailforms_formsubmission" if has_wagtail else "deals_deal")
    )


def _rows(folder: Path, table: str) -> int:
    file = folder / "deals.sqlite"
    if not file.exists():
        return 0
    with closing(sqlite3.connect(file)) as connection:
        return int(connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0])


def _fill(data: Path) -> None:
    data.mkdir(parents=True)
    store = open_folder(data)
    for first in range(0, FILLED, 1000):
        with store.batch() as batch:
            for number in range(first, first + 1000):
                batch.add("records", _record(number))
    store.close()


def _record(number: int) -> dict[str, object]:
    """A decided deal, with everything that it is found by."""
    said = deal(number)
    moment = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=number)
    stamp = moment.isoformat(timespec="microseconds").replace("+00:00", "Z")
    return {
        "id": f"DEAL-{number:08d}",
        "kind": "deal",
        "state": "approved",
        "lang": "pl",
        "said": said,
        "keys": sender_identity.of(SubmissionKind.DEAL, said),
        "terms": search_terms.terms(said),
        "received_at": stamp,
        "decide_by": stamp,
        "fingerprint": f"fingerprint-{number}",
        "token_hashes": [f"token-{number}"],
        "trapped": False,
        "history": [{"at": stamp, "who": "sender", "what": "submit"}],
    }


def _print(name: str, ours: Measured, other: Measured, than: str = "bare") -> None:
    mine, theirs = ours.load, other.load
    print(
        f"{name:23} ours {_figures(ours)}, {ours.sustained:4.0f}/s with mails   {than:7} {_figures(other)}"
        f"   rates {mine.per_second / theirs.per_second:5.2f}, p99 {mine.p99_ms / theirs.p99_ms:5.2f},"
        f" processor {ours.processor_ms / other.processor_ms:5.2f}",
        flush=True,
    )


def _figures(measured: Measured) -> str:
    rate, p99 = measured.load.per_second, measured.load.p99_ms
    return f"{rate:5.0f}/s p99 {p99:6.1f} ms {measured.processor_ms:5.2f} ms of processor"


if __name__ == "__main__":
    main()
