"""What was done from the command line stands in the history that staff read, beside a service or without."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from forms_service.cli import control_socket
from forms_service.domain.auth.roles import UserKind
from forms_service.services import audit_log
from forms_service.services.audit_log import COMMAND_LINE, AuditEvent
from forms_service.services.database import open_folder
from tests.cli.running import command
from tests.conftest import Service
from tests.factories.desk import ADMIN, REVIEWER_2, ROLES, WATCHER, DeskApp, words

SENDER = "contact@partner.example"
ACCOUNTS = "name;tax id;domain\nOwn Customer;;own.example\n"


@pytest.fixture
def customers(tmp_path: Path) -> Path:
    file = tmp_path / "customers.csv"
    file.write_text(ACCOUNTS, encoding="utf-8")
    return file


def commands(customers: Path) -> list[tuple[str, ...]]:
    return [
        ("data", "export"),
        ("privacy", "export", SENDER),
        ("privacy", "erase", SENDER, "--yes"),
        ("privacy", "erase", SENDER),  # only a look
        ("accounts", "import", str(customers), "--yes"),
        ("staff", "add", "new@example.com", "--role", "reader"),
        ("staff", "remove", "new@example.com"),
    ]


NOTED = [
    ("exported", ""),
    ("handed_out", ""),
    ("erased", ""),
    ("accounts_imported", ""),
    ("let_in", "new@example.com"),
    ("shut_out", "new@example.com"),
]


def carry_out(data: Path, site: Path, customers: Path) -> None:
    for each in commands(customers):
        subprocess.run(
            [str(Path(sys.executable).with_name("forms-service")), *each],
            env={"DATA_DIR": str(data), "SITE_DIR": str(site), "PATH": "/usr/bin:/bin"},
            capture_output=True,
            check=True,
        )


def noted(data: Path) -> list[tuple[str, str]]:
    store = open_folder(data)
    found = [each for each in store.all("audit_events") if each["who"] == COMMAND_LINE]
    store.close()
    assert SENDER not in str(found)
    return [(each["what"], each.get("about", "")) for each in found]


@pytest.mark.parametrize("beside", [True, False], ids=["beside", "alone"])
def test_each_command_is_noted_once(
    beside: bool, start_service: Callable[..., Service], site: Path, tmp_path: Path, customers: Path
) -> None:
    """And a look is no deed; whose data it was is not kept."""
    data = tmp_path / "data"
    running = start_service(DATA_DIR=str(data)) if beside else None
    if not running:
        open_folder(data).close()
    carry_out(data, site, customers)
    if running:
        running.stop()
    assert noted(data) == NOTED


def test_the_history_of_the_command_line(desk_app: DeskApp) -> None:
    """Said in words, and asked for like that of a person: of everybody who is or was staff."""
    audit_log.record_event(
        desk_app.service.store, COMMAND_LINE, AuditEvent.EXPORTED, desk_app.clock(), list="data export"
    )
    desk_app.service.auth.users.remove(UserKind.STAFF, REVIEWER_2, by="command")
    browser = desk_app.browser(ADMIN)
    html = browser.get("/desk/history").text
    for who in (ADMIN, WATCHER, REVIEWER_2, COMMAND_LINE):
        assert f'<option value="{who}"' in html
    said = words(browser.get("/desk/history", query_string={"owner": COMMAND_LINE}))
    assert f"{len(ROLES) + 2} entries" in said, "the people of the desk were let in by a command"
    assert f" {REVIEWER_2} 23 Nov, 10:00 the command line list downloaded data export" in said
    assert "the command line list downloaded data export" in said


def test_what_a_deed_is_about_is_one_press_away(desk_app: DeskApp) -> None:
    """Submissions and partners have a page; addresses of people have none."""
    note = desk_app.service.audit_log.record
    note(ADMIN, AuditEvent.EXTENDED, about="DEAL-2222-2222")
    note(ADMIN, AuditEvent.SENT_AGAIN, about="PAR-2222-2222")
    note(ADMIN, AuditEvent.LET_IN, about="new@example.com")
    html = desk_app.browser(ADMIN).get("/desk/history").text
    assert 'href="/desk/submissions/DEAL-2222-2222"' in html
    assert 'href="/desk/partners/PAR-2222-2222"' in html
    assert "new@example.com</a>" not in html


def test_an_export_that_cannot_be_noted_says_so(tmp_path: Path) -> None:
    """Not on the stream with the data: a service that gives no answer does not spoil an export."""
    open_folder(tmp_path).close()
    deaf = control_socket.Control(tmp_path, {})
    deaf.start()
    code, out, err = command(tmp_path, "data", "export")
    deaf.stop()
    assert code == 0
    assert out.startswith("{")
    assert "It could not be noted for the desk" in err
