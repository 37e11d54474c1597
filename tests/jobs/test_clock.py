"""T2: nothing is deleted by a clock that cannot be believed."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from forms_service.domain.submissions.workflow import Action
from forms_service.services import clock_guard
from partner_program import Program
from tests.factories.jobs import ADMIN, Office, at
from tests.jobs.test_retention import with_retention

OpenOffice = Callable[..., Office]


@pytest.fixture
def office(open_office: OpenOffice, program: Program) -> Office:
    """An application kept until 23 December, and a service that has run until 1 December."""
    office = open_office("2026-11-23 12:00", with_retention(program, closed_applications_months=1))
    office.let_in(ADMIN, "administrator")
    office.application()
    office.do("APP-2222-2222", Action.WITHDRAW)
    office.mail("withdrawn", "APP-2222-2222", "kontakt@partner.example")
    office.days(8)
    return office


def test_a_year_ahead_deletes_nothing(office: Office) -> None:
    """However long it lasts: not records, not mails; administrators are told once; reminders go on."""
    office.deal("DEAL-2222-2222")
    office.now += timedelta(days=365)
    office.days(10)
    assert office.references() == {"APP-2222-2222", "DEAL-2222-2222"}
    assert office.mails("withdrawn")
    assert office.mails("retention") == []
    assert [(mail["to"], mail["facts"]["known"][:10]) for mail in office.mails("clock")] == [
        (ADMIN, "2026-12-01")
    ]
    assert office.mails("reminder")


def test_a_year_ahead_deletes_not_even_what_is_announced(office: Office) -> None:
    """It was to go on the next day, and goes on the next true day."""
    office.days(22)
    (announced,) = office.mails("retention")
    assert announced["facts"]["day"] == "2026-12-24"
    true = office.now
    office.now += timedelta(days=365)
    office.days(3)
    assert office.references() == {"APP-2222-2222"}
    office.now = true
    office.days(1)
    assert office.references() == set()


def test_when_the_clock_is_right_again_all_is_as_before(office: Office) -> None:
    """Nobody has to confirm anything, and nothing goes early."""
    office.now += timedelta(days=365)
    office.days(1)
    office.run("2026-12-01 09:00")
    assert clock_guard.skew(office.store, office.now) is None
    office.days(21)
    assert office.references() == {"APP-2222-2222"}
    assert office.told("retention") == []
    office.days(2)
    assert [when for when, _, _ in office.told("retention")] == ["2026-12-23 08:00"]
    assert office.references() == set()


def test_an_operator_confirms_it_and_then_it_is_announced_first(office: Office) -> None:
    """The service was off for two months."""
    office.run("2027-02-01 08:00")
    doubt = clock_guard.skew(office.store, office.now)
    assert doubt == clock_guard.ClockSkew(at("2027-02-01 08:00"), at("2026-12-01 08:00"))
    assert office.rounds.clearing.plan.preview(office.now).clock_skew == doubt
    clock_guard.confirm(office.store, office.now, by=ADMIN)
    assert clock_guard.skew(office.store, office.now) is None
    office.days(1)
    assert office.references() == {"APP-2222-2222"}
    assert office.mails("retention")[0]["facts"]["day"] == "2027-02-03"
    office.days(1)
    assert office.references() == set()


@pytest.mark.parametrize(("jump", "believed"), [(-3, False), (-1, True), (0, True), (6, True), (8, False)])
def test_how_far_is_too_far(office: Office, jump: int, believed: bool) -> None:
    """A holiday is not, a month is. Behind what has happened, a day."""
    assert (clock_guard.skew(office.store, office.now + timedelta(days=jump)) is None) is believed


def test_a_doubted_time_is_never_the_last_one_known(office: Office) -> None:
    """It does not become believed by lasting, nor by small steps while it is doubted."""
    true = office.now
    for days in range(10, 40):
        office.run(true + timedelta(days=days))
    assert clock_guard.skew(office.store, office.now) == clock_guard.ClockSkew(
        office.now, at("2026-12-01 08:00")
    )
    assert office.references() == {"APP-2222-2222"}


def test_a_clock_that_starts_in_1970_needs_nobody(office: Office) -> None:
    """A board without a battery: until it has heard the time it deletes nothing, and then all is well."""
    true = office.now
    office.run("1970-01-01 08:00")
    assert clock_guard.skew(office.store, office.now) is not None
    office.now = true
    office.days(1)
    assert clock_guard.skew(office.store, office.now) is None


def test_a_restored_backup_is_not_cleared_at_once(open_office: OpenOffice, program: Program) -> None:
    """Before any day's work is noted, the newest submission says what time it was."""
    office = open_office("2026-11-23 12:00", with_retention(program, closed_applications_months=1))
    office.application()
    office.do("APP-2222-2222", Action.WITHDRAW)
    office.run("2027-11-23 08:00")
    assert clock_guard.skew(office.store, office.now) is not None
    office.days(3)
    assert office.references() == {"APP-2222-2222"}


def test_a_new_service_has_no_doubt(open_office: OpenOffice) -> None:
    office = open_office("2026-11-23 12:00")
    assert clock_guard.skew(office.store, office.now) is None
    office.run()
    assert clock_guard.skew(office.store, office.now) is None
    assert office.mails("clock") == []
