"""Deadlines are counted again when the days off change."""

from collections.abc import Callable

from forms_service.domain.submissions.submission_labels import local
from forms_service.domain.submissions.workflow import Action
from partner_program import Program
from partner_program.model import DayOff, Text
from tests.factories.jobs import ADVISOR, Office, with_rule

OpenOffice = Callable[..., Office]

DAY_OFF = DayOff(date="2026-11-24", name=Text(pl="Dzień wolny", en="A day off"))


def due(office: Office, reference: str = "DEAL-2222-2222") -> str:
    return local(office.record(reference)["decide_by"], office.program).date().isoformat()


def test_an_extra_day_off_moves_open_deadlines_with_an_entry(
    open_office: OpenOffice, program: Program
) -> None:
    """At the next look of the service, not the next morning; once."""
    office = open_office("2026-11-23 12:00")
    office.deal()
    office.run()
    assert due(office) == "2026-11-25"
    office.program = with_rule(program, extra_days_off=(DAY_OFF,))
    office.run("2026-11-23 12:05")
    office.run("2026-11-23 12:10")
    assert due(office) == "2026-11-26"
    moves = [entry for entry in office.record()["history"] if entry["what"] == Action.MOVE_DEADLINE]
    assert [(move["who"], move["from"][:10], move["to"][:10]) for move in moves] == [
        ("system", "2026-11-25", "2026-11-26")
    ]


def test_a_change_while_the_service_was_down_is_found_at_its_start(
    open_office: OpenOffice, program: Program
) -> None:
    """So is a new release of the days off that a package knows."""
    office = open_office("2026-11-23 12:00")
    office.deal()
    office.run()
    office.program = with_rule(program, extra_days_off=(DAY_OFF,))
    office.restart()
    office.run("2026-11-23 13:00")
    assert due(office) == "2026-11-26"
    office.program = program
    office.restart()
    office.run("2026-11-23 14:00")
    assert due(office) == "2026-11-25"


def test_what_is_decided_keeps_the_deadline_it_had(open_office: OpenOffice, program: Program) -> None:
    office = open_office("2026-11-23 12:00")
    office.deal()
    office.approve()
    before = office.record()
    office.program = with_rule(program, extra_days_off=(DAY_OFF,))
    office.run()
    assert office.record() == before


def test_one_that_cannot_be_counted_keeps_nobody_else(
    open_office: OpenOffice, program: Program, caplog
) -> None:
    office = open_office("2026-11-23 12:00")
    broken = office.deal("DEAL-2222-2222")
    office.deal("DEAL-3333-3333")
    office.run()
    with office.store.batch() as batch:
        batch.replace("records", {**broken, "deadline": {"nonsense": "advisor@partner.example"}}, 1)
    office.program = with_rule(program, extra_days_off=(DAY_OFF,))
    office.run()
    assert due(office, "DEAL-3333-3333") == "2026-11-26"
    assert "DEAL-2222-2222" in str([vars(each) for each in caplog.records])
    assert "advisor@partner.example" not in str([vars(each) for each in caplog.records])


def test_the_reminder_follows_the_new_deadline(open_office: OpenOffice, program: Program) -> None:
    office = open_office("2026-11-23 12:00")
    office.let_in(ADVISOR)
    office.deal()
    office.run()
    office.program = with_rule(program, extra_days_off=(DAY_OFF,))
    office.hours("2026-11-26 12:00")
    assert office.reminded() == ["2026-11-25 07:00", "2026-11-26 07:00"]
