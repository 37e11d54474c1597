"""`forms-service privacy`, alone and beside a running service."""

import json
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from forms_service.cli.control_socket import Control
from forms_service.cli.privacy import Privacy
from forms_service.domain.submissions.workflow import Action
from forms_service.services.database import JOURNAL
from tests.cli import running
from tests.factories.jobs import ADMIN, JobsApp
from tests.jobs.test_retention import with_retention
from tests.store.faulty import no_room

OpenJobs = Callable[..., JobsApp]
EMAIL = "advisor@partner.example"


@pytest.fixture
def jobs_app(open_jobs: OpenJobs, program) -> JobsApp:
    jobs_app = open_jobs("2026-11-23 12:00", with_retention(program, closed_applications_months=1))
    jobs_app.let_in(ADMIN, "administrator")
    jobs_app.deal()
    jobs_app.application()
    jobs_app.do("APP-2222-2222", Action.WITHDRAW)
    return jobs_app


def command(jobs_app: JobsApp, *arguments: object) -> tuple[int, str, str]:
    return running.command(
        jobs_app.data,
        "privacy",
        *arguments,
        program=lambda: jobs_app.program,
        clock=lambda: jobs_app.clock.now,
    )


@pytest.fixture(params=["alone", "beside"])
def ask(request: pytest.FixtureRequest, jobs_app: JobsApp):
    """The command without a service, or beside one that owns the data."""
    if request.param == "alone":
        jobs_app.store.close()
        yield lambda *arguments: command(jobs_app, *arguments)
        jobs_app.open()
        return
    privacy = Privacy(jobs_app.store, jobs_app.data, lambda: jobs_app.program, lambda: jobs_app.clock.now)
    service = Control(jobs_app.data, {"privacy": privacy.carry_out})
    service.start()
    yield lambda *arguments: command(jobs_app, *arguments)
    service.stop()


def test_export(ask, tmp_path: Path) -> None:
    code, out, _ = ask("export", EMAIL)
    assert code == 0
    assert json.loads(out)["sent"][0]["id"] == "DEAL-2222-2222"
    file = tmp_path / "export.json"
    assert ask("export", EMAIL, "--out", file)[:2] == (0, "")
    assert json.loads(file.read_text()) == json.loads(out)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    code, _, err = ask("export", EMAIL, "--out", file)
    assert code == 2
    assert "export.json" in err


def test_erase_shows_first_and_then_does(ask, jobs_app: JobsApp) -> None:
    code, out, _ = ask("erase", EMAIL)
    assert code == 0
    assert out.splitlines() == [
        "submissions they sent: 1",
        "DEAL-2222-2222",
        "Decide these first: afterwards there is nobody left to notify: DEAL-2222-2222",
        "Nothing is erased yet: add --yes to do it. It cannot be undone.",
    ]
    assert jobs_app.bytes_with(EMAIL) == [JOURNAL]
    code, out, _ = ask("erase", EMAIL, "--yes")
    assert code == 0
    assert out.startswith("Submissions of which only bare facts stay: 1\n")
    assert jobs_app.bytes_with(EMAIL) == []
    assert ask("erase", EMAIL)[1].startswith("There is nothing under this address.")
    assert ask("erase", EMAIL, "--yes")[:2] == (
        0,
        "There is nothing under this address. Nothing was erased.\n",
    )


@pytest.mark.parametrize(
    "typed", ["anna@żółty-firma.pl", "ANNA@ŻÓŁTY-FIRMA.PL", "anna@xn--ty-firma-u3a40fjt.pl"]
)
def test_the_same_person_as_at_the_desk(jobs_app: JobsApp, typed: str) -> None:
    """However the domain is written."""
    jobs_app.deal("DEAL-3333-3333", partner_email="anna@xn--ty-firma-u3a40fjt.pl")
    jobs_app.store.close()
    try:
        assert json.loads(command(jobs_app, "export", typed)[1])["sent"][0]["id"] == "DEAL-3333-3333"
        code, out, _ = command(jobs_app, "erase", typed, "--yes")
        assert (code, out.splitlines()[0]) == (0, "Submissions of which only bare facts stay: 1")
    finally:
        jobs_app.open()
    assert jobs_app.record("DEAL-3333-3333")["said"] == {}


@pytest.mark.parametrize("action", ["export", "erase"])
def test_a_slip_is_no_answer(ask, action: str) -> None:
    """That there is nothing about them would be believed."""
    code, out, err = ask(action, "nobody")
    assert (code, out) == (2, "")
    assert err == "'nobody' is no e-mail address; write it like name@company.com\n"


def test_somebody_of_the_desk(ask) -> None:
    code, _, err = ask("erase", ADMIN, "--yes")
    assert code == 2
    assert "remove its access first" in err


def test_retention_and_the_clock(ask, jobs_app: JobsApp) -> None:
    code, out, _ = ask("retention")
    assert (code, out) == (0, "To be deleted on 2026-11-24: 0\n")
    assert "is believed" in ask("clock")[1]
    jobs_app.clock.now = jobs_app.clock.now.replace(year=2027)
    out = ask("retention")[1].splitlines()
    assert out[:3] == ["To be deleted on 2027-11-24: 1", "  applications: 1", "  APP-2222-2222"]
    assert "Until that is confirmed, nothing is deleted." in out[-1]
    assert ask("clock")[1].splitlines()[-1] == "If the clock is right, confirm it with --yes."
    assert "is believed from now on" in ask("clock", "--yes")[1]
    assert "is believed." in ask("clock")[1]


def test_what_was_done_is_on_the_list_of_deeds(jobs_app: JobsApp) -> None:
    """By the command, without whose data it was."""
    privacy = Privacy(jobs_app.store, jobs_app.data, lambda: jobs_app.program, lambda: jobs_app.clock.now)
    privacy.carry_out({"action": "export", "address": EMAIL})
    privacy.carry_out({"action": "erase", "address": EMAIL, "yes": True, "everything": False})
    deeds = jobs_app.store.all("audit_events")
    assert [(deed["who"], deed["what"]) for deed in deeds[-2:]] == [
        ("command line", "handed_out"),
        ("command line", "erased"),
    ]
    assert EMAIL not in str(deeds)


def test_what_cannot_be_remembered_is_not_erased(jobs_app: JobsApp) -> None:
    """L10: and the line says so."""
    privacy = Privacy(jobs_app.store, jobs_app.data, lambda: jobs_app.program, lambda: jobs_app.clock.now)
    with no_room():
        answer = privacy.carry_out({"action": "erase", "address": EMAIL, "yes": True, "everything": False})
    assert not answer["ok"]
    assert "Nothing was erased: make room, then erase again" in answer["lines"][0]
    assert jobs_app.record("DEAL-2222-2222")["said"]["partner_email"] == EMAIL


def test_an_order_it_does_not_know(jobs_app: JobsApp) -> None:
    privacy = Privacy(jobs_app.store, jobs_app.data, lambda: jobs_app.program, lambda: jobs_app.clock.now)
    answer = privacy.carry_out({"action": "forget"})
    assert answer == {"ok": False, "lines": ["this service does not know `privacy forget`"]}
