"""S7, S8, S12 on the whole service: what was acknowledged is stored, through kills and disks that fail."""

import http.client
import random
import resource
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from forms_service.services.database import open_folder
from tests.factories.storage import bytes_on_disk
from tests.web.processes import FORMS_SERVICE, Running, Visitor, limited, started

ROUNDS = 20
CLIENTS = 32


@pytest.fixture
def start(site: Path, tmp_path: Path) -> Iterator[Callable[[], Running]]:
    """Start the service on the data of the one before."""
    running: list[Running] = []

    def begin() -> Running:
        settings = {"SITE_DIR": str(site), "DATA_DIR": str(tmp_path / "data"), "SECRET_KEY": "k" * 40}
        running.append(started([FORMS_SERVICE, "serve"], **settings))
        return running[-1]

    yield begin
    for each in running:
        each.close()


class Load:
    """Clients that send different deals as fast as they are answered, withdraw each third one, and note what
    was acknowledged."""

    def __init__(self, service: Running, deal: dict[str, str], name: str) -> None:
        self._service = service
        self._deal = deal
        self._name = name
        self._changed = threading.Condition()
        self.acknowledged: dict[str, str] = {}
        """Status address by product."""
        self.withdrawn: set[str] = set()
        self.asked_back: set[str] = set()
        """What was to be withdrawn, acknowledged or not."""
        self._threads = [threading.Thread(target=self._send, args=(n,)) for n in range(CLIENTS)]
        for thread in self._threads:
            thread.start()

    def wait_for(self, count: int) -> None:
        """Until so many were acknowledged."""
        with self._changed:
            assert self._changed.wait_for(lambda: len(self.acknowledged) >= count, timeout=60)

    def end(self) -> None:
        """Until every client has noticed that the service is gone."""
        for thread in self._threads:
            thread.join()

    def _send(self, client: int) -> None:
        visitor = self._service.visitor()
        for n in range(100_000):
            product = f"{self._name} {client} {n}"
            try:
                answer = visitor.post("/register-deal/", self._deal | {"product": product})
            except (OSError, http.client.HTTPException):
                return
            if answer.status != 303 or answer.location is None:
                return
            with self._changed:
                self.acknowledged[product] = answer.location
                self._changed.notify()
            if n % 3 == 1 and not self._withdraw(visitor, product, answer.location):
                return

    def _withdraw(self, visitor: Visitor, product: str, link: str) -> bool:
        self.asked_back.add(product)
        try:
            answer = visitor.post(link, {"action": "withdraw", "confirmed": "y"})
        except (OSError, http.client.HTTPException):
            return False
        if answer.status == 303:
            self.withdrawn.add(product)
        return answer.status == 303


def test_killed_at_random_under_load_it_has_everything_it_acknowledged(
    start: Callable[[], Running], tmp_path: Path, deal: dict[str, str]
) -> None:
    """20 SIGKILLs: each acknowledged form is there exactly once, with its mails, and withdrawn where that was
    acknowledged; none is half there, nor half withdrawn."""
    chance = random.Random(20)
    acknowledged: dict[str, str] = {}
    withdrawn, asked_back = set[str](), set[str]()
    for n in range(ROUNDS):
        service = start()
        _still_there(service, acknowledged, chance)
        load = Load(service, deal, f"Round {n}")
        load.wait_for(chance.randrange(1, 60))
        service.kill()
        load.end()
        acknowledged |= load.acknowledged
        withdrawn |= load.withdrawn
        asked_back |= load.asked_back
    store = open_folder(tmp_path / "data")
    try:
        records = store.range("records", "received", ("deal", ""), ("deal", "~"))
        mails = Counter(mail["record"] for mail in store.all("mails"))
    finally:
        store.close()
    products = Counter(record["said"]["product"] for record in records)
    assert len(acknowledged) > ROUNDS
    assert set(acknowledged) <= set(products)
    assert set(products.values()) == {1}
    over = {record["said"]["product"] for record in records if record["state"] == "withdrawn"}
    assert withdrawn <= over <= asked_back
    steps = {record["id"]: len(record["history"]) for record in records}
    assert mails == {id: 2 * count for id, count in steps.items()}
    assert len(over) == sum(count == 2 for count in steps.values())
    assert all(record["said"]["customer_name"] == deal["customer_name"] for record in records)


def _still_there(service: Running, acknowledged: dict[str, str], chance: random.Random) -> None:
    """A few links that were given out before open what they did."""
    visitor = service.visitor()
    for product in chance.sample(sorted(acknowledged), min(3, len(acknowledged))):
        assert product in visitor.get(acknowledged[product]).text.replace("\u00a0", " ")


def test_a_full_disk_is_said_and_forgotten(
    start: Callable[[], Running], tmp_path: Path, deal: dict[str, str]
) -> None:
    """S8: wherever in the record the space ends, the page says NOT saved and keeps what was typed; with
    space again the same form is taken, and nothing acknowledged is missing."""
    service = start()
    visitor = service.visitor()
    link = visitor.post("/register-deal/", deal | {"product": "Before"}).location
    assert link is not None
    acknowledged = ["Before"]
    for beyond in (0, 1, 10, 300, 900):
        form = deal | {"product": f"Beyond {beyond}"}
        service.may_write(len(bytes_on_disk(tmp_path / "data")) + beyond)
        refused = visitor.post("/register-deal/", form)
        text = refused.text.replace("\u00a0", " ")
        assert refused.status == 503
        assert "Tego NIE zapisaliśmy." in text
        assert f'value="Beyond {beyond}"' in text
        assert "Mamy Twoj" not in text
        assert visitor.post(link, {"action": "withdraw", "confirmed": "y"}).status == 503
        assert visitor.get("/readyz").status == 503
        assert visitor.get("/readyz").status == 503, "the empty line that still fits is no form"
        assert visitor.get(link).status == 200
        service.may_write(None)
        assert visitor.post("/register-deal/", form).status == 303
        assert visitor.get("/readyz").status == 200
        acknowledged.append(form["product"])
    service.kill()
    store = open_folder(tmp_path / "data")
    try:
        records = store.range("records", "received", ("deal", ""), ("deal", "~"))
    finally:
        store.close()
    assert [record["said"]["product"] for record in records] == acknowledged
    assert {record["state"] for record in records} == {"received"}


def test_started_again_on_a_full_disk_it_shows_what_is_there(
    site: Path, tmp_path: Path, deal: dict[str, str]
) -> None:
    """S8, for ever: pages, links and the reason are there, forms are kept; with space they are taken."""
    settings = {
        "SITE_DIR": str(site),
        "DATA_DIR": str(tmp_path / "data"),
        "STAFF": "administrator@example.com",
    }
    service = started([FORMS_SERVICE, "serve"], **settings)
    link = service.visitor().post("/register-deal/", deal | {"product": "Before"}).location
    assert link is not None
    service.close()
    size = len(bytes_on_disk(tmp_path / "data"))
    full = limited(resource.RLIMIT_FSIZE, size, resource.RLIM_INFINITY, [FORMS_SERVICE, "serve"])
    service = started(full, **settings)
    try:
        visitor, form = service.visitor(), deal | {"product": "After"}
        assert (visitor.get("/").status, visitor.get(link).status) == (200, 200)
        refused = visitor.post("/register-deal/", form)
        assert refused.status == 503
        assert 'value="After"' in refused.text
        ready = visitor.get("/readyz")
        assert ready.status == 503
        assert "File too large" in ready.text
        service.may_write(None)
        assert visitor.post("/register-deal/", form).status == 303
        assert visitor.get("/readyz").status == 200
    finally:
        service.close()


def test_a_failed_flush_is_said_to_everybody_who_waited(
    site: Path, tmp_path: Path, deal: dict[str, str]
) -> None:
    """S7: no thanks for what is not on disk, to nobody; nothing of it appears later; then it goes on."""
    trouble = tmp_path / "trouble"
    script = str(Path(__file__).with_name("failing_service.py"))
    service = started(
        [sys.executable, script, str(trouble)], SITE_DIR=str(site), DATA_DIR=str(tmp_path / "data")
    )
    try:
        visitor = service.visitor()
        assert visitor.post("/register-deal/", deal | {"product": "Before"}).status == 303
        trouble.touch()
        with ThreadPoolExecutor(CLIENTS) as pool:
            forms = [deal | {"product": f"Meanwhile {n}"} for n in range(CLIENTS)]
            answers = list(pool.map(lambda form: service.visitor().post("/register-deal/", form), forms))
        assert {answer.status for answer in answers} == {503}
        assert all(f'value="Meanwhile {n}"' in answer.text for n, answer in enumerate(answers))
        assert visitor.get("/readyz").status == 503
        assert visitor.get("/").status == visitor.get("/healthz").status == 200
        trouble.unlink()
        patience = time.monotonic() + 20
        while visitor.get("/readyz").status != 200:
            assert time.monotonic() < patience
        assert visitor.post("/register-deal/", deal | {"product": "After"}).status == 303
    finally:
        service.close()
    store = open_folder(tmp_path / "data")
    try:
        records = store.range("records", "received", ("deal", ""), ("deal", "~"))
    finally:
        store.close()
    assert [record["said"]["product"] for record in records] == ["Before", "After"]
