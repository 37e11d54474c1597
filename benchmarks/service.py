"""Form posts per second and their p99, against a bare Flask + WTForms + SQLite app on the same server.

Both take the same deal, 32 connections at once, in turn, in one run; then ours again with 100,000 records.
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from benchmarks import load
from forms_service.app import JOURNAL
from forms_service.store.records import Store
from publishing.build import build
from tests.conftest import free_port

CONNECTIONS = 32
POSTS = 2000
ROUNDS = 3
FILLED = 100_000


def main() -> None:
    """Print the figures and ratios of each round, then of the filled store."""
    site, _ = build()
    with tempfile.TemporaryDirectory() as scratch:
        for number in range(ROUNDS):
            ours = _measure(_service(site, Path(scratch) / f"ours-{number}"), number)
            bare = _measure(_bare(Path(scratch) / f"bare-{number}"), number)
            _print(f"round {number + 1}, empty", ours, bare)
        filled = Path(scratch) / "filled"
        _fill(filled)
        ours = _measure(_service(site, filled), ROUNDS)
        _print(f"{FILLED:,} records", ours, bare)


def deal(number: int) -> dict[str, str]:
    """The n-th deal: a customer of its own, so that none is a duplicate."""
    return {
        "partner_tax_id": "1234563218",
        "partner_email": "contact@example.com",
        "customer_name": f"Customer {number} of the benchmark",
        "customer_country": "DE",
        "model": "resell",
        "product": "Cloud migration",
        "description": "A few sentences about the deal. " * 8,
        "value_amount": "25000.50",
        "value_currency": "EUR",
        "expected_close": (datetime.now(UTC) + timedelta(days=90)).date().isoformat(),
        "accept_privacy": "y",
    }


def _measure(server: "Iterator[int]", round_number: int) -> load.Figures:
    with contextmanager(lambda: server)() as port:
        warm = load.run(port, "/register-deal/", lambda n: deal(10**7 + n), connections=4, posts=100)
        start = 10**6 * (round_number + 1)
        figures = load.run(
            port, "/register-deal/", lambda n: deal(start + n), connections=CONNECTIONS, posts=POSTS
        )
    assert set(figures.statuses) == set(warm.statuses) == {303}, figures.statuses
    return figures


def _service(site: Path, data: Path) -> Iterator[int]:
    port = free_port()
    settings = {"PORT": str(port), "DATA_DIR": str(data), "SITE_DIR": str(site), "RATE_LIMIT": "off"}
    command = [str(Path(sys.executable).with_name("forms-service")), "serve"]
    yield from _running(command, settings, port, f":{port}")


def _bare(folder: Path) -> Iterator[int]:
    port = free_port()
    folder.mkdir(parents=True)
    yield from _running(
        [sys.executable, "-m", "benchmarks.bare_app", str(port), str(folder)], {}, port, "ready"
    )


def _running(command: list[str], settings: dict[str, str], port: int, ready: str) -> Iterator[int]:
    # Logs go to a file, as they would in service: a full pipe would stop the server.
    with (
        tempfile.TemporaryFile("w+") as log,
        subprocess.Popen(
            command, env=os.environ | settings, stdout=subprocess.PIPE, stderr=log, text=True
        ) as process,
    ):
        assert process.stdout is not None
        for line in process.stdout:
            if ready in line:
                break
        try:
            yield port
        finally:
            process.terminate()
            process.stdout.read()


def _fill(data: Path) -> None:
    data.mkdir(parents=True)
    store = Store(data / JOURNAL)
    for first in range(0, FILLED, 1000):
        with store.batch() as batch:
            for number in range(first, first + 1000):
                batch.add("records", _record(number))
    store.close()


def _record(number: int) -> dict[str, object]:
    moment = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=number)
    stamp = moment.isoformat(timespec="microseconds").replace("+00:00", "Z")
    return {
        "id": f"DEAL-{number:08d}",
        "kind": "deal",
        "state": "approved",
        "lang": "pl",
        "said": deal(number),
        "received_at": stamp,
        "decide_by": stamp,
        "fingerprint": f"fingerprint-{number}",
        "token_hashes": [f"token-{number}"],
        "trapped": False,
        "history": [{"at": stamp, "who": "sender", "what": "submit"}],
    }


def _print(name: str, ours: load.Figures, bare: load.Figures) -> None:
    print(
        f"{name:18} ours {ours.per_second:6.0f}/s p99 {ours.p99_ms:6.1f} ms"
        f"   bare {bare.per_second:6.0f}/s p99 {bare.p99_ms:6.1f} ms"
        f"   rates {ours.per_second / bare.per_second:5.2f}, p99 {ours.p99_ms / bare.p99_ms:5.2f}",
        flush=True,
    )


if __name__ == "__main__":
    main()
