"""Form posts per second and their p99, against a bare Flask + WTForms + SQLite app on the same server.

Both take the same deal, 32 connections at once, in turn, in one run: on this machine's disk, then on one
whose flush takes 5 ms, as many do. Ours also writes its two mails a post; the processor time of both counts
until the last of them is a file. Then ours with 100,000 records against ours with none: right after the
start, while it makes what records are found by, and from then on.
"""

import sys
import tempfile
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from benchmarks import load, running
from benchmarks.deals import deal
from benchmarks.running import Running
from forms_service.domain.submissions import search_terms, sender_identity
from forms_service.domain.submissions.workflow import SubmissionKind
from forms_service.services.database import open_folder
from publishing.build import TRIAL, build
from tests.conftest import free_port

CONNECTIONS = 32
POSTS = 2000
ROUNDS = 3
FILLED = 100_000
FLUSH_SECONDS = 0.005


def main() -> None:
    """Print the figures and ratios of each round, then of the filled store."""
    site, _ = build(site=TRIAL)
    with tempfile.TemporaryDirectory() as scratch:
        for number in range(ROUNDS):
            ours = _measure_ours(site, Path(scratch) / f"ours-{number}", number)
            bare = _measure(_bare(Path(scratch) / f"bare-{number}"), number)
            _print(f"round {number + 1}, this disk", ours, bare)
        for number in range(ROUNDS):
            ours = _measure_ours(site, Path(scratch) / f"ours-slow-{number}", number, FLUSH_SECONDS)
            bare = _measure(_bare(Path(scratch) / f"bare-slow-{number}", FLUSH_SECONDS), number)
            _print(f"round {number + 1}, 5 ms a flush", ours, bare)
        filled = Path(scratch) / "filled"
        _fill(filled)
        for number in range(ROUNDS):
            begun = _measure_ours(site, filled, ROUNDS + number, settles=False)
            many = _measure_ours(site, filled, 2 * ROUNDS + number)
            none = _measure_ours(site, Path(scratch) / f"none-{number}", number)
            _print(f"{FILLED:,} records, begun", begun, none, than="none")
            _print(f"{FILLED:,} records", many, none, than="none")


@dataclass(frozen=True)
class Measured:
    """A run, and what it cost."""

    load: load.Figures
    processor_ms: float
    """Of the server, a post, with its mails."""
    mails_per_second: float
    """Written to files, from the first post to the last mail."""


def _measure(
    server: Running, round_number: int, mail: Path | None = None, *, settles: bool = True
) -> Measured:
    """Load one server. `mail` is the folder into which it writes two mails a post."""
    try:
        if settles:
            server.settle()
        warm = load.run(server.port, "/register-deal/", lambda n: deal(10**7 + n), connections=4, posts=100)
        if mail and settles:
            server.settle()
        there, worked, started = _count(mail), server.processor_seconds, time.monotonic()
        start = 10**6 * (round_number + 1)
        figures = load.run(
            server.port, "/register-deal/", lambda n: deal(start + n), connections=CONNECTIONS, posts=POSTS
        )
        while mail and _count(mail) < there + 2 * POSTS:
            time.sleep(0.2)
        took = time.monotonic() - started
        processor_ms = (server.processor_seconds - worked) / POSTS * 1000
    finally:
        server.stop()
    assert set(figures.statuses) == set(warm.statuses) == {303}, figures.statuses
    return Measured(figures, processor_ms, (_count(mail) - there) / took)


def _count(mail: Path | None) -> int:
    return sum(1 for _ in mail.glob("*.eml")) if mail else 0


def _measure_ours(
    site: Path, data: Path, number: int, flush_seconds: float = 0.0, *, settles: bool = True
) -> Measured:
    return _measure(_service(site, data, flush_seconds), number, data / "mail", settles=settles)


def _service(site: Path, data: Path, flush_seconds: float = 0.0) -> Running:
    return running.service(site, data, free_port(), flush_seconds)


def _bare(folder: Path, flush_seconds: float = 0.0) -> Running:
    port = free_port()
    folder.mkdir(parents=True)
    command = [sys.executable, "-m", "benchmarks.bare_app", str(port), str(folder), str(flush_seconds)]
    return running.started(command, {}, port, "ready")


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
        f"{name:23} ours {mine.per_second:6.0f}/s p99 {mine.p99_ms:6.1f} ms {_cost(ours)}"
        f"   {than} {theirs.per_second:6.0f}/s p99 {theirs.p99_ms:6.1f} ms {_cost(other)}"
        f"   rates {mine.per_second / theirs.per_second:5.2f}, p99 {mine.p99_ms / theirs.p99_ms:5.2f}",
        flush=True,
    )


def _cost(measured: Measured) -> str:
    mails = f", {measured.mails_per_second:4.0f} mails/s" if measured.mails_per_second else ""
    return f"({measured.processor_ms:5.2f} ms of processor a post{mails})"


if __name__ == "__main__":
    main()
