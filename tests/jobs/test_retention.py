"""What is kept how long, what is announced, and what goes: from the store, its journal, and files."""

import logging
import os
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from forms_service.domain.privacy.retention_periods import kept_until, months_later
from forms_service.domain.submissions.workflow import Action
from forms_service.jobs.scheduler import Scheduler
from forms_service.services import backups, clock_guard
from forms_service.store.disk import Disk
from forms_service.store.errors import TargetExists
from forms_service.store.maintenance import back_up
from partner_program import Program
from partner_program.model import Protection
from tests.factories.jobs import ADMIN, ADVISOR, Office, at, with_rule
from tests.store.faulty import FaultyDisk

OpenOffice = Callable[..., Office]


def with_retention(program: Program, **periods: int) -> Program:
    return program.model_copy(update={"retention": program.retention.model_copy(update=periods)})


@pytest.mark.parametrize(
    ("ended", "months", "last"),
    [
        (date(2026, 11, 23), 12, date(2027, 11, 23)),
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2028, 2, 29), 12, date(2029, 2, 28)),
        (date(2026, 12, 31), 2, date(2027, 2, 28)),
        (date(2026, 12, 31), 3, date(2027, 3, 31)),
        (date(2026, 10, 31), 1, date(2026, 11, 30)),
        (date(2028, 2, 29), 48, date(2032, 2, 29)),
        (date(2027, 3, 31), -1, date(2027, 2, 28)),
    ],
)
def test_months_end_with_the_month(ended: date, months: int, last: date) -> None:
    assert months_later(ended, months) == last


def test_how_long_each_kind_is_kept(open_office: OpenOffice, program: Program) -> None:
    """The periods of the program, on the days of its time zone."""
    office = open_office("2026-12-31 23:30")
    office.deal("DEAL-2222-2222")
    office.reject("DEAL-2222-2222", "2026-12-31 23:59")
    office.deal("DEAL-3333-3333")
    office.approve("DEAL-3333-3333", "2027-01-01 00:00")
    office.application("APP-2222-2222")
    office.do("APP-2222-2222", Action.WITHDRAW, "2027-01-31 12:00")
    office.application("APP-3333-3333")
    office.do("APP-3333-3333", Action.PRE_ACCEPT)
    trapped = {**office.application("APP-4444-4444"), "trapped": True}
    office.deal("DEAL-5555-5555")
    until = {record["id"]: kept_until(record, program) for record in office.store.all("records")}
    assert until | {trapped["id"]: kept_until(trapped, program)} == {
        "DEAL-2222-2222": date(2029, 12, 31),
        "DEAL-3333-3333": date(2030, 12, 31),
        "APP-2222-2222": date(2028, 1, 31),
        "APP-3333-3333": None,  # a partnership begins with it
        "APP-4444-4444": date(2027, 1, 30),
        "DEAL-5555-5555": None,  # somebody still has to decide
    }


def test_a_deal_that_was_won_is_kept_from_then_on(open_office: OpenOffice, program: Program) -> None:
    """Claims begin with the contract, and there may be years between it and the approval."""
    office = open_office("2026-11-23 12:00")
    for reference in ("DEAL-2222-2222", "DEAL-3333-3333"):
        office.deal(reference)
        office.approve(reference)
    office.do("DEAL-2222-2222", Action.WIN, "2028-02-01 12:00", on="2028-01-31")
    until = [kept_until(office.record(f"DEAL-{end}"), program) for end in ("2222-2222", "3333-3333")]
    assert until == [date(2031, 12, 31), date(2029, 12, 31)]


def test_an_approval_is_kept_while_it_is_valid(open_office: OpenOffice, program: Program) -> None:
    long = with_rule(program, protection=Protection(days=1500, reminder_days_before=10))
    office = open_office("2026-11-23 12:00", long)
    office.deal()
    assert kept_until(office.approve(), long) == date(2031, 1, 1)


@pytest.fixture
def office(open_office: OpenOffice, program: Program) -> Office:
    """An application that was withdrawn on 23 November 2026, kept for a month, and others kept longer."""
    office = open_office("2026-11-23 12:00", with_retention(program, closed_applications_months=1))
    office.let_in(ADMIN, "administrator")
    office.let_in(ADVISOR)
    for reference in ("APP-2222-2222", "APP-3333-3333"):
        office.application(reference, company_name=f"Firma {reference} Sp. z o.o.")
    office.do("APP-2222-2222", Action.WITHDRAW)
    office.deal()
    office.reject()
    return office


def test_it_is_announced_a_day_before_and_goes_on_the_day(office: Office) -> None:
    """To administrators, once, in numbers and references. Kept up to 23 December, it goes on the 24th."""
    office.mail("withdrawn", "APP-2222-2222", "kontakt@partner.example", "dead")
    while office.now < at("2026-12-23 08:00"):
        office.days(1)
        assert "APP-2222-2222" in office.references()
        expected = [("2026-12-23 08:00", "retention", ADMIN)] if office.now >= at("2026-12-23 08:00") else []
        assert office.told("retention") == expected
    (mail,) = office.mails("retention")
    assert mail["facts"] == {
        "day": "2026-12-24",
        "applications": 1,
        "deals": 0,
        "partners": 0,
        "trapped": 0,
        "references": ["APP-2222-2222"],
    }
    office.run("2026-12-23 23:00")
    assert "APP-2222-2222" in office.references()
    office.days(1)
    assert office.references() == {"APP-3333-3333", "DEAL-2222-2222"}
    assert office.store.find("mails", "record", "APP-2222-2222") == []
    assert office.told("retention") == [("2026-12-23 08:00", "retention", ADMIN)]


def test_nothing_of_it_stays_in_any_file(office: Office) -> None:
    """P2, P3: the journal is written anew."""
    (office.data / "mail").mkdir()
    mail = office.mail(
        "application-notice", "APP-2222-2222", "contact@vendor.example", when="2026-12-20 12:00"
    )
    (office.data / "mail" / f"20261220T110000Z-{mail['id']}.eml").write_bytes(b"Firma APP-2222-2222")
    assert office.bytes_with("Firma APP-2222-2222") == [
        f"20261220T110000Z-{mail['id']}.eml",
        "records.journal",
    ]
    office.days(31)
    assert office.bytes_with("Firma APP-2222-2222") == []
    assert office.bytes_with("Firma APP-3333-3333") == ["records.journal"]


def test_bytes_that_a_full_disk_kept_go_later(office: Office) -> None:
    """Also after a restart: what is deleted and still in the file is not forgotten."""
    office.days(30)
    disk = FaultyDisk()
    office.restart(disk)
    disk.space = 3000
    office.days(1)
    assert "APP-2222-2222" not in office.references()
    assert office.bytes_with("Firma APP-2222-2222") == ["records.journal"]
    office.restart()
    office.run()
    assert office.bytes_with("Firma APP-2222-2222") == []


def test_the_preview_says_what_goes_before_anybody_is_told(office: Office) -> None:
    office.days(29)
    before = office.store.all("rounds"), office.store.all("mails")
    preview = office.rounds.clearing.plan.preview(at("2026-12-23 06:00"))
    assert (preview.day, preview.announced, preview.clock_skew) == (date(2026, 12, 24), False, None)
    assert [(each.reference, each.kept_until) for each in preview.outdated] == [
        ("APP-2222-2222", date(2026, 12, 23))
    ]
    assert (office.store.all("rounds"), office.store.all("mails")) == before
    office.run("2026-12-23 08:00")
    assert office.rounds.clearing.plan.preview(office.now).announced


def test_a_day_on_which_the_service_is_down_delays_it(office: Office) -> None:
    """What was announced goes when the service is back, and nothing with it that was not announced."""
    office.do("APP-3333-3333", Action.WITHDRAW, "2026-11-25 12:00")
    office.days(30)
    office.run("2026-12-27 08:00")
    assert office.references() == {"APP-3333-3333", "DEAL-2222-2222"}
    assert [mail["facts"]["references"] for mail in office.mails("retention")] == [
        ["APP-2222-2222"],
        ["APP-3333-3333"],
    ]
    office.days(1)
    assert office.references() == {"DEAL-2222-2222"}


def test_without_an_announcement_under_these_periods_nothing_goes(office: Office, program: Program) -> None:
    """A shorter period in the program is announced like everything else."""
    office.days(30)
    office.program = with_retention(program, closed_applications_months=1, deals_years=1)
    office.days(1)
    assert "APP-2222-2222" in office.references()
    assert [mail["facts"]["day"] for mail in office.mails("retention")] == ["2026-12-24", "2026-12-25"]
    office.days(1)
    assert "APP-2222-2222" not in office.references()


def test_what_is_reopened_meanwhile_stays(office: Office) -> None:
    office.application("APP-4444-4444")
    office.do("APP-4444-4444", Action.REJECT, text="Nie teraz.")
    office.days(30)
    assert office.mails("retention")[0]["facts"]["applications"] == 2
    office.do("APP-4444-4444", Action.REOPEN, reason="They asked again.")
    office.days(1)
    assert office.references() == {"APP-3333-3333", "APP-4444-4444", "DEAL-2222-2222"}


def test_without_administrators_the_contact_is_told(open_office: OpenOffice, program: Program) -> None:
    office = open_office("2026-11-23 12:00", with_retention(program, closed_applications_months=1))
    office.application()
    office.do("APP-2222-2222", Action.WITHDRAW)
    office.days(30)
    assert [mail["to"] for mail in office.mails("retention")] == ["contact@vendor.example"]


def test_one_that_fails_does_not_stop_the_rest(office: Office, caplog: pytest.LogCaptureFixture) -> None:
    """P2; it is logged by its reference, without what is in it."""
    broken = office.application("APP-5555-5555")
    withdrawn: dict[str, Any] = {"at": "2026-11-23T nonsense of advisor@partner.example", "what": "withdraw"}
    history = [*broken["history"], withdrawn]
    with office.store.batch() as batch:
        batch.replace("records", {**broken, "state": "withdrawn", "history": history}, 1)
    office.days(31)
    assert office.references() == {"APP-3333-3333", "APP-5555-5555", "DEAL-2222-2222"}
    logged = str([vars(record) for record in caplog.records])
    assert "APP-5555-5555" in logged
    assert "advisor@partner.example" not in logged


def test_deals_go_after_the_last_day_of_their_year(open_office: OpenOffice, program: Program) -> None:
    office = open_office("2026-11-23 12:00")
    office.deal()
    office.reject()
    office.now = at("2029-12-30 12:00")
    clock_guard.confirm(office.store, office.now, by="test")
    office.days(1)
    assert office.references() == {"DEAL-2222-2222"}
    office.days(1)
    assert office.references() == set()
    assert office.told("retention") == [("2029-12-31 08:00", "retention", "contact@vendor.example")]


def test_mails_files_and_what_crashes_left_go_without_a_word(office: Office) -> None:
    """Thirty days after they were sent; a mail that waits, and a task, stay."""
    office.approve_another()
    sent = office.mail("deal-received", "DEAL-2222-2222", "advisor@partner.example")
    later = office.mail("deal-received", "DEAL-2222-2222", "advisor@partner.example", when="2026-11-24 13:00")
    task = office.mail("approved", "DEAL-7777-7777", "advisor@partner.example", "dead")
    dead = office.mail("sign-in", "no record of this name", "advisor@partner.example", "dead")
    waiting = office.mail("deal-received", "DEAL-2222-2222", "advisor@partner.example", "queued")
    folder = office.data / "mail"
    folder.mkdir()
    for mail in (sent, later):
        made = datetime.fromisoformat(mail["created_at"])
        (folder / f"{made:%Y%m%dT%H%M%SZ}-{mail['id']}.eml").write_bytes(b"From: x")
    (folder / "kept-by-hand.txt").write_text("not ours")
    for name, age in (("records.journal.1.broken", 40), ("records.journal.2.broken", 3)):
        _aged(office.data / name, office.now + timedelta(days=30) - timedelta(days=age))
    office.now += timedelta(days=26)
    clock_guard.confirm(office.store, office.now, by="test")
    office.days(5)
    ids = {mail["id"] for mail in office.store.all("mails")}
    assert ids >= {later["id"], task["id"], waiting["id"]}
    assert not ids & {sent["id"], dead["id"]}
    names = sorted(path.name for path in folder.iterdir())
    assert names == [f"20261124T120000Z-{later['id']}.eml", "kept-by-hand.txt"]
    assert [path.name for path in office.data.glob("*.broken")] == ["records.journal.2.broken"]


def test_backups_that_were_noted_go_when_their_time_is_over(office: Office, tmp_path: Path) -> None:
    """The files that `data backup` wrote, and nothing else of that name."""
    copies = [tmp_path / f"copy-{number}" for number in range(3)]
    for number, copy in enumerate(copies):
        back_up(Disk(), office.data / "records.journal", copy)
        backups.record(office.data, copy, office.now + timedelta(days=number))
    copies[1].write_text("somebody put another file here")
    last = backups.last(office.data)
    assert last is not None
    assert last.file == copies[2]
    office.days(37)
    assert [copy.exists() for copy in copies] == [False, True, True]
    assert [backup.file for backup in backups.listed(office.data)] == [copies[2]]
    office.days(1)
    assert not copies[2].exists()
    assert backups.last(office.data) is None


def test_what_a_killed_backup_left_goes_with_them(office: Office, tmp_path: Path) -> None:
    """It holds records like any backup, and is none that the desk would count on."""
    copy, left = tmp_path / "copy", tmp_path / "copy.tmp"
    with backups.begun(office.data, copy, office.now):
        back_up(Disk(), office.data / "records.journal", copy)
        noted = (office.data / "backups.json").read_bytes()
    assert backups.listed(office.data) == ()
    (office.data / "backups.json").write_bytes(noted)  # as a kill would have left it
    copy.replace(left)
    with suppress(TargetExists), backups.begun(office.data, copy, office.now):
        raise TargetExists(copy)
    assert [backup.file for backup in backups.listed(office.data)] == [left]
    assert backups.last(office.data) is None
    office.days(38)
    assert not left.exists()
    assert backups.listed(office.data) == ()


def test_marks_are_kept_longer_than_anybody_asks_for_them(office: Office) -> None:
    office.days(2)
    assert office.store.get("marks", "day/2026-11-24")
    office.now += timedelta(days=399)
    clock_guard.confirm(office.store, office.now, by="test")
    office.days(3)
    assert not office.store.get("marks", "day/2026-11-24")
    assert office.store.get("marks", "day/2027-12-30")


def test_links_and_sessions_are_tidied_daily(open_office: OpenOffice) -> None:
    office = open_office("2026-11-23 12:00")
    tidied: list[datetime] = []

    def tidy() -> int:
        tidied.append(office.now)
        return 1

    office.rounds = Scheduler(office.store, lambda: office.program, office.data, tidy=tidy)
    office.hours("2026-11-26 12:00")
    assert len(tidied) == 4


def test_numbers_only_in_the_log(office: Office, caplog: pytest.LogCaptureFixture) -> None:
    """P1."""
    caplog.set_level(logging.INFO)
    office.days(31)
    logged = str([vars(record) for record in caplog.records])
    assert "deleted" in logged
    assert "partner.example" not in logged
    assert "APP-2222-2222" not in logged


def _aged(path: Path, written: datetime) -> None:
    path.write_bytes(b"torn")
    os.utime(path, (written.timestamp(), written.timestamp()))
    assert datetime.fromtimestamp(path.stat().st_mtime, UTC) == written
