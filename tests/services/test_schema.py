"""Data that an earlier version stored, a later one, and what happens to it when the service opens it.

`stored/f4776e0.*` were written by that version, which knew of no schema version: a journal with a few
documents of every table, told by its use cases, and what its `data backup` made of it.
"""

import json
import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from forms_service.app import create_app, service_of
from forms_service.domain.table_names import DRAFTS
from forms_service.services import backups
from forms_service.services.database import open_folder
from forms_service.services.erasure import Erasure
from forms_service.services.schema import VERSION, SchemaTooNew
from forms_service.services.tables import TABLES
from forms_service.settings import Settings
from forms_service.store.disk import Disk
from forms_service.store.errors import StoreError
from forms_service.store.maintenance import read_backup, read_journal, restore
from forms_service.store.store import Store
from forms_service.store.table_schema import Table
from partner_program import Program
from tests import ROOT
from tests.factories.jobs import JobsApp
from tests.factories.storage import file_of
from tests.store.faulty import FaultyDisk

STORED = ROOT / "tests" / "services" / "stored"
NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
SENDER = "sprzedaz@integrator.example"

Tables = dict[str, dict[str, Any]]


def tables_in(path: Path) -> Tables:
    """The documents in a file, by table and number."""
    state = read_journal(Disk(), path).state
    return {
        table: {id: json.loads(raw) for id, raw in state.documents(table).items()} for table in state.tables()
    }


def upgraded(found: Tables) -> Tables:
    """What version 2 makes of data of an older one."""
    renamed = {"deeds": "audit_events", "asks": "access_requests", "rounds": "job_state"}
    renamed |= {"marks": "idempotency_keys"}
    tables = {renamed.get(name, name): table for name, table in found.items() if name != "partner_rows"}
    if "job_state" in tables:
        states = tables["job_state"].items()
        tables["job_state"] = {number: each for number, each in states if each["id"] != "partner-rows"}
    known = found.get("schema", {}).get("1", {"version": 0})
    return tables | {"schema": {"1": {"id": "schema", "number": 2, "version": known["version"] + 1}}}


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data folder as f4776e0 left it."""
    (tmp_path / "data").mkdir()
    shutil.copy(STORED / "f4776e0.journal", file_of(tmp_path / "data"))
    return tmp_path / "data"


def test_the_stored_examples_have_every_table_and_every_document_is_whole() -> None:
    found = upgraded(tables_in(STORED / "f4776e0.journal"))
    assert set(found) == set(TABLES) - {DRAFTS}, "drafts came later"
    assert tables_in(STORED / "f4776e0.backup") == tables_in(STORED / "f4776e0.journal")
    lacking = {TABLES[name].lacking(each) for name, table in found.items() for each in table.values()}
    assert lacking == {None}


def test_older_data_is_upgraded_when_the_service_opens_it(data: Path, site: Path) -> None:
    """Every document is there as it was, and pages show them; opening it once more changes nothing."""
    path, before = file_of(data), tables_in(file_of(data))
    open_folder(data, clock=lambda: NOW).close()
    assert tables_in(path) == upgraded(before)
    content = path.read_bytes()
    open_folder(data, clock=lambda: NOW).close()
    assert path.read_bytes() == content
    assert len(backups.listed(data)) == 1
    settings = {"SITE_DIR": str(site), "DATA_DIR": str(data), "SECRET_KEY": "k" * 40, "RATE_LIMIT": "off"}
    app = create_app(Settings.from_environment(settings), clock=lambda: NOW)
    service = service_of(app)
    browser = app.test_client()
    link = service.auth.staff_admin.link("administrator@example.com").removeprefix(service.settings.base_url)
    assert browser.post(link, headers={"Origin": service.settings.base_url}).status_code == 303
    newest = max(before["records"].values(), key=lambda record: record["received_at"])
    partner = next(iter(before["partners"].values()))
    assert newest["id"] in browser.get("/desk/").text
    page = browser.get(f"/desk/partners/{partner['id']}").text
    assert partner["company"]["name"] in page.replace("\u00a0", " ")
    assert "reviewer@example.com" in browser.get("/desk/history").text
    service.store.close()


def test_data_of_version_1_is_upgraded(data: Path) -> None:
    """It has the names that version 1 gave, and one table more."""
    store = Store(file_of(data), tables={**TABLES, "marks": Table(), "partner_rows": Table()})
    with store.batch() as batch, store.db.batch() as transaction:
        for old, new in {"deeds": "audit_events", "asks": "access_requests", "rounds": "job_state"}.items():
            transaction.rename(old, new)
        batch.add("schema", {"id": "schema", "number": 1})
    store.close()
    before = tables_in(file_of(data))
    assert before["marks"] and before["partner_rows"]
    open_folder(data, clock=lambda: NOW).close()
    assert tables_in(file_of(data)) == upgraded(before)


def test_the_copy_is_a_backup_like_any_other(data: Path, program: Program) -> None:
    """Whole, noted, and deleted when its time is over; the one before it is not overwritten."""
    before = tables_in(file_of(data))
    open_folder(data, clock=lambda: NOW).close()
    (copy,) = backups.listed(data)
    assert (copy.file.name, copy.at) == ("records.journal.1.before", NOW)
    assert read_backup(Disk(), copy.file).length
    assert tables_in(copy.file) == before
    jobs_app = JobsApp(data, program, "2026-11-24 12:00")
    jobs_app.days(38)
    assert not copy.file.exists()
    assert backups.listed(data) == ()


@pytest.mark.parametrize("which", ["the copy", "an older backup"])
def test_who_was_erased_stays_so_when_older_data_is_put_back(data: Path, which: str) -> None:
    """It is upgraded again, and the erasures are applied to it under its new names."""
    store = open_folder(data, clock=lambda: NOW)
    erased = Erasure(store, data, lambda: NOW).erase(SENDER, by="test", everything=True)
    assert erased.found
    store.close()
    path = file_of(data)
    path.unlink()
    restore(
        Disk(), data / "records.journal.1.before" if which == "the copy" else STORED / "f4776e0.backup", path
    )
    assert SENDER in path.read_text()
    store = open_folder(data, clock=lambda: NOW)
    Erasure(store, data, lambda: NOW).reapply()
    store.close()
    assert SENDER not in path.read_text()
    assert [each.file.name for each in backups.listed(data)] == [
        "records.journal.1.before",
        "records.journal.2.before",
    ]


def test_newer_data_is_refused_in_one_line_and_stays(tmp_path: Path) -> None:
    path = file_of(tmp_path)
    store = open_folder(tmp_path)
    store.db.table("schema").update({"number": VERSION + 1})
    store.close()
    content = path.read_bytes()
    with pytest.raises(
        SchemaTooNew, match=f"schema version {VERSION + 1}, this software knows up to {VERSION}"
    ) as refused:
        open_folder(tmp_path)
    assert "\n" not in str(refused.value)
    assert str(path) in str(refused.value)
    assert path.read_bytes() == content
    Store(path, tables=TABLES).close()  # nobody holds it


def test_new_data_has_its_number_and_no_copy(tmp_path: Path) -> None:
    open_folder(tmp_path).close()
    assert tables_in(file_of(tmp_path)) == upgraded({})
    assert backups.listed(tmp_path) == ()


def test_an_upgrade_that_is_interrupted_starts_over(data: Path) -> None:
    """However many bytes fit on the disk: the data is as it was, or upgraded, and the copies are noted."""
    path, before = file_of(data), tables_in(file_of(data))
    outcomes = set()
    for space in (0, 50_000, 200_000, 10_000_000):
        disk = FaultyDisk()
        disk.space = space
        try:
            open_folder(data, disk=disk, clock=lambda: NOW).close()
        except (StoreError, OSError):
            assert tables_in(path) == before
            outcomes.add("refused")
        else:
            assert tables_in(path) == upgraded(before)
            outcomes.add("upgraded")
        noted = {each.file.name for each in backups.listed(data)}
        assert {file.name for file in data.glob("*.before*")} <= noted
    assert outcomes == {"refused", "upgraded"}
