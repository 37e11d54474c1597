"""Reminders: the business day before, the day itself, each business day after; each once, come what may."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from forms_service.domain.submissions.workflow import Action
from forms_service.jobs.deadline_reminders import Stage, stage
from forms_service.jobs.scheduler import Scheduler
from forms_service.services.user_repository import UserRepository
from forms_service.store.disk import Disk
from tests.factories.clock import warsaw
from tests.factories.jobs import ADMIN, ADVISOR, PEER, READER, JobsApp, calendar
from tests.factories.submissions import deal
from tests.store.faulty import FaultyDisk

OpenJobs = Callable[..., JobsApp]

PERIODS = [
    # registered, the mornings of its reminders up to the second one after the deadline
    ("2026-12-22 12:00", ["12-23", "12-28", "12-29", "12-30"]),  # Christmas: due on Monday 28
    ("2026-12-23 12:00", ["12-28", "12-29", "12-30", "12-31"]),
    ("2026-12-31 12:00", ["01-04", "01-05", "01-07", "01-08"]),  # New Year, Epiphany
    ("2027-03-26 12:00", ["03-30", "03-31", "04-01", "04-02"]),  # Easter, and clocks go forward on 28 March
    ("2026-04-30 12:00", ["05-04", "05-05", "05-06", "05-07"]),  # 1 and 3 May
    ("2026-06-03 12:00", ["06-05", "06-08", "06-09", "06-10"]),  # Corpus Christi on Thursday
    ("2026-11-10 12:00", ["11-12", "11-13", "11-16", "11-17"]),  # 11 November
    ("2026-10-23 12:00", ["10-26", "10-27", "10-28", "10-29"]),  # clocks go back on 25 October
    ("2026-11-23 06:00", ["11-24", "11-25", "11-26", "11-27"]),
]


@pytest.mark.parametrize(("registered", "mornings"), PERIODS)
def test_a_deal_that_nobody_decides(open_jobs: OpenJobs, registered: str, mornings: list[str]) -> None:
    """One reminder on each of these mornings, at seven in Warsaw, and on no other day."""
    jobs_app = open_jobs(registered)
    jobs_app.let_in(ADVISOR)
    jobs_app.deal()
    year = registered[:4] if mornings[-1] > registered[5:10] else str(int(registered[:4]) + 1)
    jobs_app.hours(f"{year}-{mornings[-1]} 23:00")
    assert [when[5:] for when in jobs_app.reminded()] == [f"{day} 07:00" for day in mornings]


def test_at_the_change_of_clocks_a_morning_is_one_morning(open_jobs: OpenJobs) -> None:
    """T3: the hour that is there twice, and the one that is missing, change nothing: seven is seven."""
    for changes in ("2026-10-25", "2027-03-28"):
        jobs_app = open_jobs(f"{changes} 00:30")
        moments = {jobs_app.run(jobs_app.clock.now + timedelta(minutes=10 * step)) for step in range(36)}
        assert warsaw(f"{changes} 07:00") in moments
        jobs_app.store.close()


def test_what_is_decided_needs_none(open_jobs: OpenJobs) -> None:
    jobs_app = open_jobs("2026-11-23 12:00")
    jobs_app.let_in(ADVISOR)
    jobs_app.deal()
    jobs_app.hours("2026-11-24 12:00")
    jobs_app.reject()
    jobs_app.hours("2026-11-28 12:00")
    assert jobs_app.reminded() == ["2026-11-24 07:00"]


def test_its_owner_is_reminded_or_everybody_who_may_decide(open_jobs: OpenJobs) -> None:
    """Not readers, and not the contact of the program, who has had the notice."""
    jobs_app = open_jobs("2026-11-23 12:00")
    for person, role in (
        (ADVISOR, "reviewer"),
        (PEER, "reviewer"),
        (READER, "reader"),
        (ADMIN, "administrator"),
    ):
        jobs_app.let_in(person, role)
    jobs_app.deal("DEAL-2222-2222")
    jobs_app.deal("DEAL-3333-3333")
    jobs_app.do("DEAL-3333-3333", Action.TAKE, by=PEER)
    jobs_app.run("2026-11-24 07:00")
    who = {(mail["record"], mail["to"]) for mail in jobs_app.mails("reminder")}
    assert who == {
        *(("DEAL-2222-2222", each) for each in (ADVISOR, PEER, ADMIN)),
        ("DEAL-3333-3333", PEER),
    }


def test_an_owner_who_is_gone_is_no_owner(open_jobs: OpenJobs) -> None:
    jobs_app = open_jobs("2026-11-23 12:00")
    jobs_app.let_in(ADVISOR)
    jobs_app.let_in(PEER, "reader")
    jobs_app.deal()
    jobs_app.do("DEAL-2222-2222", Action.TAKE, by=PEER)
    jobs_app.run("2026-11-24 07:00")
    assert [mail["to"] for mail in jobs_app.mails("reminder")] == [ADVISOR]


def test_with_nobody_on_the_list_the_contact_is_reminded(open_jobs: OpenJobs) -> None:
    jobs_app = open_jobs("2026-11-23 12:00")
    jobs_app.deal()
    jobs_app.run("2026-11-24 07:00")
    assert [mail["to"] for mail in jobs_app.mails("reminder")] == ["contact@vendor.example"]


def test_who_reads_the_summary_only_gets_no_reminders(open_jobs: OpenJobs) -> None:
    jobs_app = open_jobs("2026-11-23 12:00")
    advisor = jobs_app.let_in(ADVISOR)
    jobs_app.let_in(PEER)
    users = UserRepository(jobs_app.store, clock=lambda: jobs_app.clock.now)
    users.read_summary_only(advisor["id"], True)
    jobs_app.deal()
    jobs_app.run("2026-11-24 07:00")
    assert [mail["to"] for mail in jobs_app.mails("reminder")] == [PEER]
    assert {mail["to"] for mail in jobs_app.mails("summary")} == {ADVISOR, PEER}
    users.read_summary_only(advisor["id"], False)
    jobs_app.run("2026-11-25 07:00")
    assert [mail["to"] for mail in jobs_app.mails("reminder")].count(ADVISOR) == 1


def test_a_reminder_speaks_its_reader_s_language(open_jobs: OpenJobs) -> None:
    jobs_app = open_jobs("2026-11-23 12:00")
    advisor = jobs_app.let_in(ADVISOR)
    with jobs_app.store.batch() as batch:
        batch.replace("people", {**advisor, "lang": "en"}, advisor["version"])
    jobs_app.let_in(PEER)
    jobs_app.deal()
    jobs_app.run("2026-11-24 07:00")
    assert {mail["to"]: mail["lang"] for mail in jobs_app.mails("reminder")} == {ADVISOR: "en", PEER: "pl"}


def test_while_the_clock_of_a_deal_stands_still_there_is_none(open_jobs: OpenJobs) -> None:
    jobs_app = open_jobs("2026-11-23 12:00")
    jobs_app.let_in(ADVISOR)
    jobs_app.deal()
    jobs_app.stop_clock("DEAL-2222-2222")
    jobs_app.hours("2026-11-27 12:00")
    assert jobs_app.reminded() == []


def test_what_the_honeypot_caught_reminds_nobody(open_jobs: OpenJobs) -> None:
    jobs_app = open_jobs("2026-11-23 12:00")
    jobs_app.let_in(ADVISOR)
    record = jobs_app.deal()
    with jobs_app.store.batch() as batch:
        batch.replace("records", {**record, "trapped": True}, 1)
    jobs_app.hours("2026-11-27 12:00")
    assert jobs_app.mails("reminder") == []


def test_a_late_start_is_late_the_same_day_and_makes_up_for_nothing(open_jobs: OpenJobs) -> None:
    """Down from Tuesday to Friday: one reminder on Friday, not four."""
    jobs_app = open_jobs("2026-11-23 12:00")
    jobs_app.let_in(ADVISOR)
    jobs_app.deal()
    jobs_app.run("2026-11-27 16:20")
    jobs_app.run("2026-11-27 16:25")
    assert jobs_app.reminded() == ["2026-11-27 16:20"]


def test_what_is_entered_after_its_morning_waits_for_the_next(open_jobs: OpenJobs, program) -> None:
    """Its notice has just gone out."""
    jobs_app = open_jobs("2026-11-25 12:00")
    record = deal(at=warsaw("2026-11-23 12:00"))
    record["history"][0]["at"] = "2026-11-25T10:00:00.000000Z"
    day, rule = warsaw("2026-11-25 12:00").date(), program.deal_registration
    assert stage(record, day, rule, calendar(program)) is None
    assert stage(record, day + timedelta(days=1), rule, calendar(program)) is Stage.OVERDUE
    assert jobs_app.reminded() == []


@pytest.mark.parametrize("jump", [-26, -25, -24, -12, -1, 1, 12, 24])
def test_a_clock_that_jumps_sends_nothing_twice(open_jobs: OpenJobs, jump: int) -> None:
    """T1: back and forth by hours and days, at every hour of a day: at most one reminder for each day."""
    jobs_app = open_jobs("2026-11-23 12:00")
    jobs_app.let_in(ADVISOR)
    jobs_app.deal()
    while jobs_app.clock.now < warsaw("2026-11-28 12:00"):
        true = jobs_app.clock.now + timedelta(hours=1)
        jobs_app.run(true)
        jobs_app.run(true + timedelta(hours=jump))
        jobs_app.clock.now = true
    days = [when[:10] for when in jobs_app.reminded()]
    assert len(days) == len(set(days))
    assert set(days) >= {"2026-11-24", "2026-11-25", "2026-11-26", "2026-11-27"}


def test_a_year_ahead_and_back_again(open_jobs: OpenJobs) -> None:
    """What went out by the wrong clock does not keep the right days from theirs."""
    jobs_app = open_jobs("2026-11-23 12:00")
    jobs_app.let_in(ADVISOR)
    jobs_app.deal()
    jobs_app.run("2027-11-23 08:00")
    jobs_app.run("2026-11-23 13:00")
    jobs_app.hours("2026-11-25 12:00")
    assert jobs_app.reminded()[:2] == ["2026-11-24 07:00", "2026-11-25 07:00"]


def test_a_restart_in_the_middle_sends_nothing_twice(open_jobs: OpenJobs, tmp_path: Path) -> None:
    """The disk is full after every number of bytes in turn, the service ends, and starts with more space.

    Every reminder and summary is owed once, whatever was durable when it ended.
    """
    for space in range(0, 6000, 130):
        jobs_app = open_jobs("2026-11-23 12:00", data=tmp_path / str(space))
        jobs_app.let_in(ADVISOR)
        jobs_app.let_in(PEER)
        for number in range(3):
            jobs_app.deal(f"DEAL-2222-222{number}")
        disk = FaultyDisk()
        jobs_app.restart(disk)
        disk.space = space
        jobs_app.run("2026-11-24 07:00")
        jobs_app.restart(Disk())
        jobs_app.run("2026-11-24 07:05")
        jobs_app.run("2026-11-24 07:10")
        reminders = sorted((mail["record"], mail["to"]) for mail in jobs_app.mails("reminder"))
        assert reminders == sorted(
            (f"DEAL-2222-222{number}", to) for number in range(3) for to in (ADVISOR, PEER)
        )
        assert sorted(mail["to"] for mail in jobs_app.mails("summary")) == [ADVISOR, PEER]
        jobs_app.store.close()


def test_what_cannot_be_stored_is_tried_again_soon(open_jobs: OpenJobs) -> None:
    jobs_app = open_jobs("2026-11-23 12:00")
    jobs_app.let_in(ADVISOR)
    jobs_app.deal()
    disk = FaultyDisk()
    jobs_app.restart(disk)
    disk.space = 0
    assert jobs_app.run("2026-11-24 07:00") == warsaw("2026-11-24 07:01")
    disk.space = None
    assert jobs_app.run("2026-11-24 07:01") == warsaw("2026-11-25 07:00")
    assert len(jobs_app.mails("reminder")) == 1


def test_it_is_of_no_use_on_another_day(open_jobs: OpenJobs) -> None:
    """M7's sense: a mail that waited out its day is dropped, not sent late."""
    jobs_app = open_jobs("2026-11-23 12:00")
    jobs_app.let_in(ADVISOR)
    jobs_app.deal()
    jobs_app.run("2026-11-24 07:00")
    assert jobs_app.mails("reminder")[0]["expires_at"] == "2026-11-24T23:00:00.000000Z"
    assert jobs_app.woken


def test_other_work_of_a_morning_is_done_once_and_by_itself(open_jobs: OpenJobs, caplog) -> None:
    """What fails in it keeps nobody from their reminders."""
    jobs_app = open_jobs("2026-11-23 12:00")
    jobs_app.let_in(ADVISOR)
    jobs_app.deal()
    done: list[str] = []

    def fail() -> None:
        done.append("failed")
        raise RuntimeError("about advisor@partner.example")

    also = {"failing": fail, "other": lambda: done.append("done")}
    jobs_app.scheduler = Scheduler(jobs_app.store, lambda: jobs_app.program, jobs_app.data, also=also)
    jobs_app.hours("2026-11-24 12:00")
    assert done == ["failed", "done"] * 2
    assert len(jobs_app.reminded()) == 1
    assert "advisor@partner.example" not in str([vars(record) for record in caplog.records])
