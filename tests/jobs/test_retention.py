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
from forms_service.services.database import JOURNAL
from forms_service.services.sign_in_events import audit_event
from forms_service.store.disk import Disk
from forms_service.store.errors import TargetExists
from forms_service.store.maintenance import back_up
from partner_program import Program
from partner_program.model import Protection
from tests.factories.clock import warsaw
from tests.factories.jobs import ADMIN, ADVISOR, JobsApp, with_rule
from tests.factories.storage import file_of
from tests.store.faulty import FaultyDisk

OpenJobs = Callable[..., JobsApp]


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


def test_how_long_each_kind_is_kept(open_jobs: OpenJobs, program: Program) -> None:
    """The periods of the program, on the days of its time zone."""
    jobs_app = open_jobs("2026-12-31 23:30")
    jobs_app.deal("DEAL-2222-2222")
    jobs_app.reject("DEAL-2222-2222", "2026-12-31 23:59")
    jobs_app.deal("DEAL-3333-3333")
    jobs_app.approve("DEAL-3333-3333", "2027-01-01 00:00")
    jobs_app.application("APP-2222-2222")
    jobs_app.do("APP-2222-2222", Action.WITHDRAW, "2027-01-31 12:00")
    jobs_app.application("APP-3333-3333")
    jobs_app.do("APP-3333-3333", Action.PRE_ACCEPT)
    trapped = {**jobs_app.application("APP-4444-4444"), "trapped": True}
    jobs_app.deal("DEAL-5555-5555")
    until = {record["id"]: kept_until(record, program) for record in jobs_app.store.all("records")}
    assert until | {trapped["id"]: kept_until(trapped, program)} == {
        "DEAL-2222-2222": date(2029, 12, 31),
        "DEAL-3333-3333": date(2030, 12, 31),
        "APP-2222-2222": date(2028, 1, 31),
        "APP-3333-3333": None,  # a partnership begins with it
        "APP-4444-4444": date(2027, 1, 30),
        "DEAL-5555-5555": None,  # somebody still has to decide
    }


def test_a_deal_that_was_won_is_kept_from_then_on(open_jobs: OpenJobs, program: Program) -> None:
    """Claims begin with the contract, and there may be years between it and the approval."""
    jobs_app = open_jobs("2026-11-23 12:00")
    for reference in ("DEAL-2222-2222", "DEAL-3333-3333"):
        jobs_app.deal(reference)
        jobs_app.approve(reference)
    jobs_app.do("DEAL-2222-2222", Action.WIN, "2028-02-01 12:00", on="2028-01-31")
    until = [kept_until(jobs_app.record(f"DEAL-{end}"), program) for end in ("2222-2222", "3333-3333")]
    assert until == [date(2031, 12, 31), date(2029, 12, 31)]


def test_an_approval_is_kept_while_it_is_valid(open_jobs: OpenJobs, program: Program) -> None:
    long = with_rule(program, protection=Protection(days=1500, reminder_days_before=10))
    jobs_app = open_jobs("2026-11-23 12:00", long)
    jobs_app.deal()
    assert kept_until(jobs_app.approve(), long) == date(2031, 1, 1)


@pytest.fixture
def jobs_app(open_jobs: OpenJobs, program: Program) -> JobsApp:
    """An application that was withdrawn on 23 November 2026, kept for a month, and others kept longer."""
    jobs_app = open_jobs("2026-11-23 12:00", with_retention(program, closed_applications_months=1))
    jobs_app.let_in(ADMIN, "administrator")
    jobs_app.let_in(ADVISOR)
    for reference in ("APP-2222-2222", "APP-3333-3333"):
        jobs_app.application(reference, company_name=f"Firma {reference} Sp. z o.o.")
    jobs_app.do("APP-2222-2222", Action.WITHDRAW)
    jobs_app.deal()
    jobs_app.reject()
    return jobs_app


def test_it_is_announced_a_day_before_and_goes_on_the_day(jobs_app: JobsApp) -> None:
    """To administrators, once, in numbers and references. Kept up to 23 December, it goes on the 24th."""
    jobs_app.mail("withdrawn", "APP-2222-2222", "kontakt@partner.example", "dead")
    while jobs_app.clock.now < warsaw("2026-12-23 08:00"):
        jobs_app.days(1)
        assert "APP-2222-2222" in jobs_app.references()
        expected = (
            [("2026-12-23 08:00", "retention", ADMIN)]
            if jobs_app.clock.now >= warsaw("2026-12-23 08:00")
            else []
        )
        assert jobs_app.told("retention") == expected
    (mail,) = jobs_app.mails("retention")
    assert mail["facts"] == {
        "day": "2026-12-24",
        "applications": 1,
        "deals": 0,
        "partners": 0,
        "trapped": 0,
        "references": ["APP-2222-2222"],
    }
    jobs_app.run("2026-12-23 23:00")
    assert "APP-2222-2222" in jobs_app.references()
    jobs_app.days(1)
    assert jobs_app.references() == {"APP-3333-3333", "DEAL-2222-2222"}
    assert jobs_app.store.find("mails", "record", "APP-2222-2222") == []
    assert jobs_app.told("retention") == [("2026-12-23 08:00", "retention", ADMIN)]


def test_nothing_of_it_stays_in_any_file(jobs_app: JobsApp) -> None:
    """P2, P3: the journal is written anew."""
    (jobs_app.data / "mail").mkdir()
    mail = jobs_app.mail(
        "application-notice", "APP-2222-2222", "contact@vendor.example", when="2026-12-20 12:00"
    )
    (jobs_app.data / "mail" / f"20261220T110000Z-{mail['id']}.eml").write_bytes(b"Firma APP-2222-2222")
    assert jobs_app.bytes_with("Firma APP-2222-2222") == [
        f"20261220T110000Z-{mail['id']}.eml",
        JOURNAL,
    ]
    jobs_app.days(31)
    assert jobs_app.bytes_with("Firma APP-2222-2222") == []
    assert jobs_app.bytes_with("Firma APP-3333-3333") == [JOURNAL]


def test_bytes_that_a_full_disk_kept_go_later(jobs_app: JobsApp) -> None:
    """Also after a restart: what is deleted and still in the file is not forgotten."""
    jobs_app.days(30)
    disk = FaultyDisk()
    jobs_app.restart(disk)
    disk.space = 3000
    jobs_app.days(1)
    assert "APP-2222-2222" not in jobs_app.references()
    assert jobs_app.bytes_with("Firma APP-2222-2222") == [JOURNAL]
    jobs_app.restart()
    jobs_app.run()
    assert jobs_app.bytes_with("Firma APP-2222-2222") == []


def test_the_preview_says_what_goes_before_anybody_is_told(jobs_app: JobsApp) -> None:
    jobs_app.days(29)
    before = jobs_app.store.all("job_state"), jobs_app.store.all("mails")
    preview = jobs_app.scheduler.clearing.plan.preview(warsaw("2026-12-23 06:00"))
    assert (preview.day, preview.announced, preview.clock_skew) == (date(2026, 12, 24), False, None)
    assert [(each.reference, each.kept_until) for each in preview.outdated] == [
        ("APP-2222-2222", date(2026, 12, 23))
    ]
    assert (jobs_app.store.all("job_state"), jobs_app.store.all("mails")) == before
    jobs_app.run("2026-12-23 08:00")
    assert jobs_app.scheduler.clearing.plan.preview(jobs_app.clock.now).announced


def test_a_day_on_which_the_service_is_down_delays_it(jobs_app: JobsApp) -> None:
    """What was announced goes when the service is back, and nothing with it that was not announced."""
    jobs_app.do("APP-3333-3333", Action.WITHDRAW, "2026-11-25 12:00")
    jobs_app.days(30)
    jobs_app.run("2026-12-27 08:00")
    assert jobs_app.references() == {"APP-3333-3333", "DEAL-2222-2222"}
    assert [mail["facts"]["references"] for mail in jobs_app.mails("retention")] == [
        ["APP-2222-2222"],
        ["APP-3333-3333"],
    ]
    jobs_app.days(1)
    assert jobs_app.references() == {"DEAL-2222-2222"}


def test_without_an_announcement_under_these_periods_nothing_goes(
    jobs_app: JobsApp, program: Program
) -> None:
    """A shorter period in the program is announced like everything else."""
    jobs_app.days(30)
    jobs_app.program = with_retention(program, closed_applications_months=1, deals_years=1)
    jobs_app.days(1)
    assert "APP-2222-2222" in jobs_app.references()
    assert [mail["facts"]["day"] for mail in jobs_app.mails("retention")] == ["2026-12-24", "2026-12-25"]
    jobs_app.days(1)
    assert "APP-2222-2222" not in jobs_app.references()


def test_what_is_reopened_meanwhile_stays(jobs_app: JobsApp) -> None:
    jobs_app.application("APP-4444-4444")
    jobs_app.do("APP-4444-4444", Action.REJECT, text="Nie teraz.")
    jobs_app.days(30)
    assert jobs_app.mails("retention")[0]["facts"]["applications"] == 2
    jobs_app.do("APP-4444-4444", Action.REOPEN, reason="They asked again.")
    jobs_app.days(1)
    assert jobs_app.references() == {"APP-3333-3333", "APP-4444-4444", "DEAL-2222-2222"}


def test_without_administrators_the_contact_is_told(open_jobs: OpenJobs, program: Program) -> None:
    jobs_app = open_jobs("2026-11-23 12:00", with_retention(program, closed_applications_months=1))
    jobs_app.application()
    jobs_app.do("APP-2222-2222", Action.WITHDRAW)
    jobs_app.days(30)
    assert [mail["to"] for mail in jobs_app.mails("retention")] == ["contact@vendor.example"]


def test_one_that_fails_does_not_stop_the_rest(jobs_app: JobsApp, caplog: pytest.LogCaptureFixture) -> None:
    """P2; it is logged by its reference, without what is in it."""
    broken = jobs_app.application("APP-5555-5555")
    withdrawn: dict[str, Any] = {"at": "2026-11-23T nonsense of advisor@partner.example", "what": "withdraw"}
    history = [*broken["history"], withdrawn]
    with jobs_app.store.batch() as batch:
        batch.replace("records", {**broken, "state": "withdrawn", "history": history}, 1)
    jobs_app.days(31)
    assert jobs_app.references() == {"APP-3333-3333", "APP-5555-5555", "DEAL-2222-2222"}
    logged = str([vars(record) for record in caplog.records])
    assert "APP-5555-5555" in logged
    assert "advisor@partner.example" not in logged


def test_deals_go_after_the_last_day_of_their_year(open_jobs: OpenJobs, program: Program) -> None:
    jobs_app = open_jobs("2026-11-23 12:00")
    jobs_app.deal()
    jobs_app.reject()
    jobs_app.clock.now = warsaw("2029-12-30 12:00")
    clock_guard.confirm(jobs_app.store, jobs_app.clock.now, by="test")
    jobs_app.days(1)
    assert jobs_app.references() == {"DEAL-2222-2222"}
    jobs_app.days(1)
    assert jobs_app.references() == set()
    assert jobs_app.told("retention") == [("2029-12-31 08:00", "retention", "contact@vendor.example")]


def test_mails_files_and_what_crashes_left_go_without_a_word(jobs_app: JobsApp) -> None:
    """Thirty days after they were sent; a mail that waits, and a task, stay."""
    jobs_app.approve_another()
    sent = jobs_app.mail("deal-received", "DEAL-2222-2222", "advisor@partner.example")
    later = jobs_app.mail(
        "deal-received", "DEAL-2222-2222", "advisor@partner.example", when="2026-11-24 13:00"
    )
    task = jobs_app.mail("approved", "DEAL-7777-7777", "advisor@partner.example", "dead")
    dead = jobs_app.mail("sign-in", "no record of this name", "advisor@partner.example", "dead")
    waiting = jobs_app.mail("deal-received", "DEAL-2222-2222", "advisor@partner.example", "queued")
    folder = jobs_app.data / "mail"
    folder.mkdir()
    for mail in (sent, later):
        made = datetime.fromisoformat(mail["created_at"])
        (folder / f"{made:%Y%m%dT%H%M%SZ}-{mail['id']}.eml").write_bytes(b"From: x")
    (folder / "kept-by-hand.txt").write_text("not ours")
    for name, age in ((f"{JOURNAL}.1.broken", 40), (f"{JOURNAL}.2.broken", 3)):
        _aged(jobs_app.data / name, jobs_app.clock.now + timedelta(days=30) - timedelta(days=age))
    jobs_app.clock.now += timedelta(days=26)
    clock_guard.confirm(jobs_app.store, jobs_app.clock.now, by="test")
    jobs_app.days(5)
    ids = {mail["id"] for mail in jobs_app.store.all("mails")}
    assert ids >= {later["id"], task["id"], waiting["id"]}
    assert not ids & {sent["id"], dead["id"]}
    names = sorted(path.name for path in folder.iterdir())
    assert names == [f"20261124T120000Z-{later['id']}.eml", "kept-by-hand.txt"]
    assert [path.name for path in jobs_app.data.glob("*.broken")] == [f"{JOURNAL}.2.broken"]


def test_backups_that_were_noted_go_when_their_time_is_over(jobs_app: JobsApp, tmp_path: Path) -> None:
    """The files that `data backup` wrote, and nothing else of that name."""
    copies = [tmp_path / f"copy-{number}" for number in range(3)]
    for number, copy in enumerate(copies):
        back_up(Disk(), file_of(jobs_app.data), copy)
        backups.record(jobs_app.data, copy, jobs_app.clock.now + timedelta(days=number))
    copies[1].write_text("somebody put another file here")
    last = backups.last(jobs_app.data)
    assert last is not None
    assert last.file == copies[2]
    jobs_app.days(37)
    assert [copy.exists() for copy in copies] == [False, True, True]
    assert [backup.file for backup in backups.listed(jobs_app.data)] == [copies[2]]
    jobs_app.days(1)
    assert not copies[2].exists()
    assert backups.last(jobs_app.data) is None


def test_what_a_killed_backup_left_goes_with_them(jobs_app: JobsApp, tmp_path: Path) -> None:
    """It holds records like any backup, and is none that the desk would count on."""
    copy, left = tmp_path / "copy", tmp_path / "copy.tmp"
    with backups.begun(jobs_app.data, copy, jobs_app.clock.now):
        back_up(Disk(), file_of(jobs_app.data), copy)
        noted = (jobs_app.data / "backups.json").read_bytes()
    assert backups.listed(jobs_app.data) == ()
    (jobs_app.data / "backups.json").write_bytes(noted)  # as a kill would have left it
    copy.replace(left)
    with suppress(TargetExists), backups.begun(jobs_app.data, copy, jobs_app.clock.now):
        raise TargetExists(copy)
    assert [backup.file for backup in backups.listed(jobs_app.data)] == [left]
    assert backups.last(jobs_app.data) is None
    jobs_app.days(38)
    assert not left.exists()
    assert backups.listed(jobs_app.data) == ()


def test_marks_are_kept_longer_than_anybody_asks_for_them(jobs_app: JobsApp) -> None:
    jobs_app.days(2)
    assert jobs_app.store.get("idempotency_keys", "day/2026-11-24")
    jobs_app.clock.now += timedelta(days=399)
    clock_guard.confirm(jobs_app.store, jobs_app.clock.now, by="test")
    jobs_app.days(3)
    assert not jobs_app.store.get("idempotency_keys", "day/2026-11-24")
    assert jobs_app.store.get("idempotency_keys", "day/2027-12-30")


def test_sign_ins_are_kept_as_long_as_sent_mail(open_jobs: OpenJobs) -> None:
    """What staff did stays."""
    jobs_app = open_jobs("2026-11-23 12:00")
    days = {"2026-11-23 12:00": "old", "2026-11-26 12:00": "new"}
    with jobs_app.store.batch() as batch:
        for day, who in days.items():
            for what in ("signed_in", "link_refused", "exported"):
                batch.add("audit_events", audit_event(who, what, warsaw(day)))
    jobs_app.run("2026-12-24 12:00")
    left = sorted((each["who"], each["what"]) for each in jobs_app.store.all("audit_events"))
    assert [each for each in left if each[0] == "old"] == [("old", "exported")]
    assert len(left) == 4


def test_links_and_sessions_are_tidied_daily(open_jobs: OpenJobs) -> None:
    jobs_app = open_jobs("2026-11-23 12:00")
    tidied: list[datetime] = []

    def tidy() -> int:
        tidied.append(jobs_app.clock.now)
        return 1

    jobs_app.scheduler = Scheduler(jobs_app.store, lambda: jobs_app.program, jobs_app.data, tidy=tidy)
    jobs_app.hours("2026-11-26 12:00")
    assert len(tidied) == 4


def test_numbers_only_in_the_log(jobs_app: JobsApp, caplog: pytest.LogCaptureFixture) -> None:
    """P1."""
    caplog.set_level(logging.INFO)
    jobs_app.days(31)
    logged = str([vars(record) for record in caplog.records])
    assert "deleted" in logged
    assert "partner.example" not in logged
    assert "APP-2222-2222" not in logged


def _aged(path: Path, written: datetime) -> None:
    path.write_bytes(b"torn")
    os.utime(path, (written.timestamp(), written.timestamp()))
    assert datetime.fromtimestamp(path.stat().st_mtime, UTC) == written
