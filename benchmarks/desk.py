"""Every page and export of the desk at 100, 10,000 and 100,000 records: milliseconds, and how they grow.

The records are made by the service itself from one real registration, spread over a year and all states.
"""

import itertools
import random
import re
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from flask.testing import FlaskClient

from benchmarks.deals import deal
from forms_service.access.people import REVIEWER, Kind, Principal
from forms_service.app import create_app, service_of
from forms_service.cases.outcomes import Done
from forms_service.decisions import keys
from forms_service.decisions.states import Action
from forms_service.moments import stamp
from forms_service.settings import Settings
from publishing.build import build

SIZES = (100, 10_000, 100_000)
TIMES = 7
OWN = {"Sec-Fetch-Site": "same-origin"}
SYLLABLES = [
    first + second for first in "bdfgklmnprstwz" for second in ("a", "e", "i", "or", "un", "ax", "ill")
]

VIEWS = {
    "the queue": "/desk/",
    "search by customer": "/desk/?search=bor",
    "one submission": "/desk/submissions/{reference}",
    "figures": "/desk/figures",
    "history": "/desk/history",
    "mails": "/desk/mails",
    "people": "/desk/people",
}


def main() -> None:
    """Print a row for each view, a column for each size, and the last against the first."""
    sizes = [int(size) for size in sys.argv[1:]] or list(SIZES)
    site, _ = build()
    columns = [_measured(site, size) for size in sizes]
    print(f"{'':24}" + "".join(f"{size:>12,}" for size in sizes) + "   last / first")
    for name in columns[0]:
        row = [column[name] for column in columns]
        print(f"{name:24}" + "".join(f"{ms:9.1f} ms" for ms in row) + f"{row[-1] / row[0]:12.1f}x")


def _measured(site: Path, size: int) -> dict[str, float]:
    with tempfile.TemporaryDirectory() as folder:
        known = {"SITE_DIR": str(site), "DATA_DIR": folder, "RATE_LIMIT": "off", "STAFF": "admin@example.com"}
        app = create_app(Settings.from_environment(known))
        client = app.test_client()
        reference = _fill(app, client, size)
        link = service_of(app).doors.staffing.first_administrator_link() or ""
        client.post(link.removeprefix("http://127.0.0.1:8000"), headers=OWN)
        found = {
            name: _milliseconds(client, "GET", path.format(reference=reference))
            for name, path in VIEWS.items()
        }
        found["export as CSV"] = _milliseconds(
            client, "POST", "/desk/export", times=1, data={"format": "csv"}
        )
        service_of(app).store.close()
    return found


def _milliseconds(
    client: FlaskClient, method: str, path: str, times: int = TIMES, data: dict[str, str] | None = None
) -> float:
    taken = []
    for _ in range(times):
        started = time.perf_counter()
        answer = client.open(path, method=method, headers=OWN, data=data)
        length = len(answer.data)
        taken.append((time.perf_counter() - started) * 1000)
        assert answer.status_code == 200, (path, answer.status_code, length)
    return statistics.median(taken)


def _fill(app: Any, client: FlaskClient, size: int) -> str:
    """That many records, one in ten open; the reference of an open one."""
    store, desk = service_of(app).store, service_of(app).desk
    client.post("/register-deal/", data=deal(0), headers=OWN)
    (open_one,) = store.find("records", "state", "received")
    client.post("/register-deal/", data=deal(1), headers=OWN)
    (other,) = (
        found for found in store.find("records", "state", "received") if found["id"] != open_one["id"]
    )
    reviewer = Principal("benchmark", "reviewer@example.com", Kind.STAFF, REVIEWER, "en")
    terms = {
        "benefit": "discount",
        "percent": "10",
        "product": "Cloud migration",
        "despite_conflict": "measured",
    }
    done = desk.act(other["id"], Action.APPROVE, reviewer, seen=len(other["history"]), details=terms)
    assert isinstance(done, Done), done
    (approved,) = store.find("records", "state", "approved")
    records = _records([open_one] + [approved] * 9, size)
    while chunk := list(itertools.islice(records, 1000)):
        with store.batch() as batch:
            for record in chunk:
                batch.add("records", record)
    reference: str = open_one["id"]
    return reference


def _records(models: list[dict[str, Any]], size: int) -> Iterator[dict[str, Any]]:
    start = datetime.now(UTC) - timedelta(days=365)
    chance = random.Random(1)
    for number in range(2, size):
        model = models[number % len(models)]
        received = start + timedelta(days=365) * (number / size)
        said = model["said"] | {"customer_name": " ".join(chance.choices(SYLLABLES, k=4)).title()}
        yield model | {
            "id": re.sub(r"-.*", f"-{number:08d}", model["id"]),
            "said": said,
            "keys": keys.of("deal", said),
            "received_at": stamp(received),
            "decide_by": stamp(received + timedelta(days=3)),
            "fingerprint": f"fingerprint {number}",
            "token_hashes": [f"token {number}"],
        }


if __name__ == "__main__":
    main()
