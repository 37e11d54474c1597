"""The rounds, the promise and the commands in the whole service."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask

from forms_service.app import create_app, service_of, worker_of
from forms_service.cli import privacy as privacy_command
from forms_service.services import erasure_log
from forms_service.settings import Settings
from forms_service.store.disk import Disk
from forms_service.store.maintenance import back_up, restore
from partner_program import Program
from tests.cli.running import command
from tests.conftest import Service
from tests.factories.clock import FakeClock
from tests.factories.site import make_site
from tests.factories.storage import file_of
from tests.jobs.test_promise import with_promise

START = datetime(2026, 11, 23, 11, 0, tzinfo=UTC)


@pytest.fixture
def make_app(tmp_path: Path, program: Program) -> Iterator[Callable[..., Flask]]:
    """The service on a small site, whose first page has a place for the promise."""
    published = with_promise(program)
    site = make_site(tmp_path / "site", published)
    first = site / "index.html"
    first.write_text(
        first.read_text().replace("<p>welcome</p>", "<!-- slot:promise --><!-- /slot:promise -->")
    )
    made: list[Flask] = []

    def make(clock: FakeClock) -> Flask:
        settings = {"SITE_DIR": str(site), "DATA_DIR": str(tmp_path / "data"), "RATE_LIMIT": "off"}
        settings |= {"STAFF": "advisor@vendor.example"}
        made.append(create_app(Settings.from_environment(settings), clock=clock))
        return made[-1]

    yield make
    for app in made:
        service_of(app).store.close()


def deal_form(program: Program, number: int = 0, email: str = "partner@example.com") -> dict[str, str]:
    return {
        "program": program.hash,
        "partner_tax_id": "1234563218",
        "partner_email": email,
        "customer_name": f"Customer {number}",
        "customer_country": "PL",
        "model": program.models[0].id,
        "product": "Cloud",
        "value_amount": "100",
        "value_currency": "PLN",
        "expected_close": "2027-03-31",
    }


def run_rounds(app: Flask) -> None:
    """As the thread does."""
    worker_of(app)._round()


def test_a_deal_that_was_sent_by_form_is_reminded_of(
    make_app: Callable[..., Flask], program: Program
) -> None:
    clock = FakeClock(START)
    app = make_app(clock)
    program = service_of(app).site.current().program
    assert app.test_client().post("/register-deal/", data=deal_form(program)).status_code == 303
    run_rounds(app)
    clock.now = START + timedelta(days=1)
    run_rounds(app)
    store = service_of(app).store
    queued = {mail["template"]: mail["to"] for mail in store.find("mails", "state", "queued")}
    assert queued["reminder"] == queued["summary"] == "advisor@vendor.example"
    service_of(app).outbox.deliver_due()
    sent = {mail["template"]: mail for mail in store.find("mails", "state", "sent")}
    files = list((service_of(app).settings.data_dir / "mail").glob(f"*-{sent['reminder']['id']}.eml"))
    text = files[0].read_bytes().decode("ascii")
    assert f"/desk/submissions/{sent['reminder']['record']}" in text.replace("=\r\n", "")


def test_the_first_page_says_how_the_promise_was_kept(make_app: Callable[..., Flask]) -> None:
    """As soon as it is counted, and enough deadlines are over; a page with an error says it, too."""
    clock = FakeClock(START)
    app = make_app(clock)
    client = app.test_client()
    program = service_of(app).site.current().program
    for number in range(6):
        client.post("/register-deal/", data=deal_form(program, number))
    assert b"<!-- slot:promise -->" in client.get("/").data
    clock.now = START + timedelta(days=7)
    run_rounds(app)
    page = client.get("/")
    assert page.status_code == 200
    assert "<strong>0%</strong>" in page.text
    assert page.headers["Content-Security-Policy"]
    assert page.headers["Cache-Control"] == "max-age=0, public"
    assert client.get("/", headers={"If-None-Match": page.headers["ETag"]}).status_code == 304
    assert client.head("/").headers["Content-Length"] == page.headers["Content-Length"]
    assert b"slot:promise" not in page.data


def test_a_restored_backup_brings_nobody_back(make_app: Callable[..., Flask], tmp_path: Path) -> None:
    """Before the first request is answered."""
    app = make_app(FakeClock(START))
    program = service_of(app).site.current().program
    app.test_client().post("/register-deal/", data=deal_form(program, email="expert@example.com"))
    journal, copy = file_of(tmp_path / "data"), tmp_path / "copy"
    back_up(Disk(), journal, copy)
    privacy = privacy_command.Privacy(
        service_of(app).store, tmp_path / "data", lambda: program, service_of(app).clock
    )
    assert privacy.carry_out(
        {"action": "erase", "address": "expert@example.com", "yes": True, "everything": False}
    )["ok"]
    service_of(app).store.close()
    journal.unlink()
    restore(Disk(), copy, journal)
    assert b"expert@example.com" in journal.read_bytes()
    make_app(FakeClock(START))
    assert b"expert@example.com" not in journal.read_bytes()


def test_without_knowing_who_was_erased_it_does_not_start(
    make_app: Callable[..., Flask], tmp_path: Path
) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / erasure_log.NAME).write_text("[]")
    with pytest.raises(ValueError, match="Put back the copy"):
        make_app(FakeClock(START))


def test_commands_beside_the_running_service(
    start_service: Callable[..., Service], tmp_path: Path, program: Program
) -> None:
    """Through its socket, at once."""
    data = start_service().data
    file = tmp_path / "accounts.csv"
    file.write_text("name;tax id\nExample;\n")
    code, out, _ = command(data, "accounts", "import", file, "--yes")
    assert code == 0
    assert "Imported." in out

    def not_asked() -> Program:
        raise AssertionError("the service knows its program")

    for arguments in (
        ["export", "expert@example.com"],
        ["erase", "expert@example.com", "--yes"],
        ["retention"],
    ):
        code, _, err = command(data, "privacy", *arguments, program=not_asked)
        assert code == 0, err
    assert (data / erasure_log.NAME).exists()
