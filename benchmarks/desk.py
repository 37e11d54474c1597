"""Every page and export of the desk at 100, 10,000 and 100,000 records: milliseconds, and how they grow.

A few real submissions are taken all their ways by the service itself. Copies of them fill the store, spread
over three years, with customers of their own, each with its mails and its entries in the history. Pages are
asked for in the process of the service, and its time on the processor is counted: no network, no neighbours.
"""

import itertools
import random
import re
import statistics
import sys
import tempfile
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from flask import Flask
from flask.testing import FlaskClient

from benchmarks.deals import deal
from forms_service.app import create_app, service_of
from forms_service.domain.auth.roles import REVIEWER, Principal, UserKind
from forms_service.domain.clock import moment, stamp
from forms_service.domain.submissions import search_terms, sender_identity
from forms_service.domain.submissions.action_results import Done
from forms_service.domain.submissions.workflow import Action
from forms_service.settings import Settings
from forms_service.store.store import Document, Store
from publishing.build import TRIAL, build

SIZES = (100, 10_000, 100_000)
TIMES = 7
WEEKS = 156
OWN = {"Sec-Fetch-Site": "same-origin"}
ADMIN = "administrator@example.com"
REVIEWERS = ("reviewer@example.com", "second.reviewer@example.com", "third.reviewer@example.com")
SYLLABLES = [
    first + second for first in "bdfgklmnprstwz" for second in ("a", "e", "i", "or", "un", "ax", "ill")
]
STAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z")

PAGES = {
    "the queue": "/desk/",
    "its last page": "/desk/?state=all&page=999999",
    "of one owner": f"/desk/?owner={REVIEWERS[0]}",
    "closed, newest first": "/desk/?state=closed&sort=newest",
    "after the deadline": "/desk/?overdue=y",
    "a month of one kind": "/desk/?kind=deal&state=all&since={month}-01&until={month}-28",
    "search: a reference": "/desk/?state=all&search={reference}",
    "search: a customer": "/desk/?state=all&search={customer}",
    "search: what many have": "/desk/?state=all&search=b",
    "- and not open any more": "/desk/?search=b",
    "one submission": "/desk/submissions/{reference}",
    "one with a conflict": "/desk/submissions/{rival}",
    "figures": "/desk/figures",
    "figures of all time": "/desk/figures?since=",
    "figures of one owner": f"/desk/figures?owner={REVIEWERS[0]}&kind=deal",
    "figures, after deadline": "/desk/figures?overdue=y",
    "figures of a search": "/desk/figures?search={customer}",
    "history": "/desk/history",
    "history, its end": "/desk/history?page=999999",
    "mails": "/desk/mails",
    "failed mails of a month": "/desk/mails?since={month}-01&until={month}-28",
    "personal data": "/desk/privacy",
    "partners": "/desk/partners",
    "people": "/desk/people",
    "enter a deal": "/desk/enter",
}
EXPORTS = {
    "CSV of what is open": ("/desk/export", "csv"),
    "CSV of everything": ("/desk/export?state=all", "csv"),
    "XLSX of a month": ("/desk/export?state=all&since={month}-01&until={month}-07", "xlsx"),
    "CSV of the history": ("/desk/history/export", "csv"),
}


def main() -> None:
    """Print a row for each page, a column for each size, and the last against the first."""
    sizes = [int(size) for size in sys.argv[1:]] or list(SIZES)
    site, _ = build(site=TRIAL)
    columns = [_measured(site, size) for size in sizes]
    print(f"{'milliseconds':26}" + "".join(f"{size:>11,}" for size in sizes) + "   last / first")
    for name in columns[0]:
        row = [column[name] for column in columns]
        print(f"{name:26}" + "".join(f"{ms:11,.1f}" for ms in row) + f"{row[-1] / row[0]:12.1f}x")


def _measured(site: Path, size: int) -> dict[str, float]:
    with tempfile.TemporaryDirectory() as folder:
        known = {"SITE_DIR": str(site), "DATA_DIR": folder, "RATE_LIMIT": "off", "STAFF": ADMIN}
        app = create_app(Settings.from_environment(known))
        client = app.test_client()
        facts = Filling(app, client, size).fill()
        link = service_of(app).auth.staff_admin.first_administrator_link() or ""
        client.post(link.removeprefix("http://127.0.0.1:8000"), headers=OWN)
        found = {
            "summing for figures, once": _took(lambda: service_of(app).figures.prepare(lambda: None)),
            **{name: _page(client, path.format(**facts)) for name, path in PAGES.items()},
            "all about one person": _took(lambda: _look_for(client, facts["email"])),
        }
        for name, (path, kind) in EXPORTS.items():
            first, whole = _export(client, path.format(**facts), kind)
            found |= {name: whole} | ({"- its first byte": first} if "everything" in name else {})
        service_of(app).store.close()
    return found


def _look_for(client: FlaskClient, email: str) -> None:
    """The one page that looks through everything: no index knows who is named in what people wrote."""
    answer = client.post("/desk/privacy", data={"action": "look", "address": email}, headers=OWN)
    assert answer.status_code == 200


def _took(work: Any) -> float:
    started = time.process_time()
    work()
    return (time.process_time() - started) * 1000


def _page(client: FlaskClient, path: str) -> float:
    taken = []
    for _ in range(TIMES):
        started = time.process_time()
        answer = client.get(path)
        answer.get_data()
        taken.append((time.process_time() - started) * 1000)
        assert answer.status_code == 200, (path, answer.status_code)
    return statistics.median(taken)


def _export(client: FlaskClient, path: str, kind: str) -> tuple[float, float]:
    """Until its first part, and until its last one."""
    started = time.process_time()
    answer = client.post(path, data={"format": kind}, headers=OWN)
    assert answer.status_code == 200, (path, answer.status_code)
    parts = iter(answer.response)
    next(parts)
    first = time.process_time() - started
    for _ in parts:
        pass
    return first * 1000, (time.process_time() - started) * 1000


@dataclass
class Model:
    """A submission that went its way, with all that belongs to it."""

    record: Document
    mails: list[Document]
    deeds: list[Document]


class Filling:
    """Fills a store with copies of a few real submissions."""

    def __init__(self, app: Flask, client: FlaskClient, size: int) -> None:
        self._parts = service_of(app)
        self._store: Store = self._parts.store
        self._client = client
        self._size = size
        self._chance = random.Random(1)

    def fill(self) -> dict[str, str]:
        """What the addresses of the pages need to know: some that are there."""
        models = self._models()
        some: dict[str, str] = {"month": f"{datetime.now(UTC) - timedelta(days=60):%Y-%m}"}
        copies = (self._copy(models[number % len(models)], number) for number in range(self._size))
        last: Document = {}
        while chunk := list(itertools.islice(copies, 500)):
            with self._store.batch() as batch:
                for model in chunk:
                    batch.add("records", model.record)
                    for table, documents in (("mails", model.mails), ("audit_events", model.deeds)):
                        for document in documents:
                            batch.add(table, document)
                    if model.record["kind"] == "deal" and model.record["state"] == "received":
                        last = model.record
        rival = self._rival(last)
        return some | {
            "reference": last["id"],
            "rival": rival["id"],
            "email": last["said"]["partner_email"],
            "customer": last["said"]["customer_name"].split()[0],
        }

    def _models(self) -> list[Model]:
        """Ten ways that a submission can go, most of them to a decision."""
        ways: list[tuple[Action | str, dict[str, str]] | None] = [
            (Action.APPROVE, {"benefit": "commission", "percent": "10", "product": "Cloud migration"}),
            (Action.REJECT, {"reason": "outside-offer"}),
            (Action.APPROVE, {"benefit": "discount", "percent": "7.5", "product": "Cloud migration"}),
            None,
            (Action.APPROVE, {"benefit": "discount", "percent": "12", "product": "Cloud migration"}),
            (Action.REJECT, {"reason": "cannot-register"}),
            (Action.TAKE, {}),
            ("withdraw", {}),
            (Action.APPROVE, {"benefit": "commission", "percent": "5", "product": "Cloud migration"}),
            (Action.REJECT, {"reason": "not-enough-information", "text": "What does the customer need?"}),
        ]
        return [self._model(number, way) for number, way in enumerate(ways)]

    def _model(self, number: int, way: tuple[Action | str, dict[str, str]] | None) -> Model:
        before = {record["id"] for record in self._store.all("records")}
        self._client.post("/register-deal/", data=deal(number), headers=OWN)
        (record,) = (each for each in self._store.all("records") if each["id"] not in before)
        if way and way[0] == "withdraw":
            self._parts.submissions.withdraw(record["id"], program=self._parts.site.current().program)
        elif way:
            self._act(record, Action(way[0]), way[1], REVIEWERS[number % len(REVIEWERS)])
        mails = self._store.find("mails", "record", record["id"])
        deeds = [each for each in self._store.all("audit_events") if each.get("about") == record["id"]]
        return Model(self._store.get("records", record["id"]) or record, mails, deeds)

    def _act(self, record: Document, action: Action, details: dict[str, str], who: str) -> None:
        reviewer = Principal("benchmark", who, UserKind.STAFF, REVIEWER, "en")
        steps: list[tuple[Action, dict[str, str]]] = [(Action.TAKE, {})] if action is not Action.TAKE else []
        for step, given in [*steps, (action, details)]:
            seen = len((self._store.get("records", record["id"]) or record)["history"])
            against = {"despite_conflict": "measured"} if step is Action.APPROVE else {}
            done = self._parts.decisions.act(
                record["id"], step, reviewer, seen=seen, details={**given, **against}
            )
            assert isinstance(done, Done), done

    def _copy(self, model: Model, number: int) -> Model:
        """Whole weeks earlier, so that deadlines stay on their weekdays; the last ones are this week's."""
        weeks = timedelta(weeks=WEEKS - 1 - number * WEEKS // self._size)
        reference = f"DEAL-{number:08d}"
        said = model.record["said"] | {
            "customer_name": " ".join(self._chance.choices(SYLLABLES, k=4)).title(),
            "customer_tax_id": "",
            "customer_website": "",
            "partner_email": f"contact@partner{number % 500}.example",
        }
        record = _shifted(model.record, weeks) | {
            "id": reference,
            "said": said,
            "keys": sender_identity.of("deal", said),  # type: ignore[arg-type]
            "terms": search_terms.terms(said),
            "fingerprint": f"fingerprint {number}",
            "token_hashes": [f"token {number}"],
        }
        mails = [
            {**_shifted(mail, weeks), "id": f"mail {number} {n}", "record": reference, "state": "sent"}
            for n, mail in enumerate(model.mails)
        ]
        deeds = [
            {**_shifted(deed, weeks), "id": f"deed {number} {n}", "about": reference}
            for n, deed in enumerate(model.deeds)
        ]
        return Model(record, mails, deeds)

    def _rival(self, first: Document) -> Document:
        """One more registration of the same customer."""
        said = {**first["said"], "partner_email": "contact@rival.example"}
        rival = {**first, "id": "DEAL-RIVAL", "said": said, "fingerprint": "", "token_hashes": []}
        with self._store.batch() as batch:
            return batch.add("records", rival)


def _shifted(value: Any, back: timedelta) -> Any:
    """The same with every time in it so much earlier."""
    if isinstance(value, dict):
        return {name: _shifted(each, back) for name, each in value.items()}
    if isinstance(value, list):
        return [_shifted(each, back) for each in value]
    if isinstance(value, str) and STAMP.fullmatch(value):
        return stamp(moment(value) - back)
    return value


if __name__ == "__main__":
    main()
