"""Audit events: no act is stored without its event, no event without its act."""

import ast
from collections.abc import Callable

import pytest

from forms_service.domain.auth.roles import REVIEWER, UserKind
from forms_service.domain.auth.users import principal_of
from forms_service.domain.table_names import ACCOUNTS, AUDIT_EVENTS, JOB_STATE, MAILS, PEOPLE
from forms_service.mail.composer import SENT_AGAIN
from forms_service.services import accounts
from tests import ROOT
from tests.factories.desk import ADMIN, REVIEWER_1, WATCHER, DeskApp
from tests.factories.storage import bytes_on_disk, last_change

NEW = "new@example.com"


def _users(desk_app: DeskApp) -> None:
    users = desk_app.service.auth.users
    users.add(UserKind.STAFF, NEW, REVIEWER, by=ADMIN)
    users.change_role(UserKind.STAFF, WATCHER, REVIEWER, by=ADMIN)
    users.remove(UserKind.STAFF, NEW, by=ADMIN)


def _staff_command(desk_app: DeskApp) -> None:
    for action in ("add", "remove"):
        done, lines = desk_app.service.auth.staff_admin.carry_out({"action": action, "address": NEW})
        assert done, lines


def _mails(desk_app: DeskApp) -> None:
    """One sent mail comes back and is settled, another one comes back and is sent again."""
    service = desk_app.service
    people = service.auth.users.listed(UserKind.STAFF)
    by = next(principal_of(each) for each in people if each["email"] == REVIEWER_1)
    for _ in range(2):
        desk_app.deal(customer_name=f"Customer {_}")
    service.outbox.deliver_due()
    mails = [each for each in service.store.find(MAILS, "state", "sent") if each["template"] in SENT_AGAIN]
    for mail in mails[:2]:
        assert service.mail_followup.came_back(mail["id"], by)
    assert service.mail_followup.settle(mails[0]["id"], "other", by)
    assert service.mail_followup.resend([mails[1]["id"]], by)


def _clock(desk_app: DeskApp) -> None:
    desk_app.service.privacy.confirm_clock(by=ADMIN)


def _accounts(desk_app: DeskApp) -> None:
    account = {"id": "account-1", "name": "Own", "tax_id": "", "domain": "", "keys": []}
    accounts.take(desk_app.service.store, [account], replace=True, at=desk_app.clock.now)


@pytest.mark.parametrize(
    ("act", "table", "events"),
    [
        (_users, PEOPLE, ["let_in", "role_changed", "shut_out"]),
        (_staff_command, PEOPLE, ["let_in", "shut_out"]),
        (_mails, MAILS, ["came_back", "came_back", "settled", "sent_again"]),
        (_clock, JOB_STATE, ["believed_clock"]),
        (_accounts, ACCOUNTS, ["accounts_imported"]),
    ],
    ids=["users", "staff-command", "mails", "clock", "accounts"],
)
def test_an_act_and_its_event_are_one_transaction(
    act: Callable[[DeskApp], None], table: str, events: list[str], desk_app: DeskApp
) -> None:
    """One write to the disk holds both, so that none can be there without the other."""
    before = bytes_on_disk(desk_app.data)
    act(desk_app)
    audited = [change for change in last_change(desk_app.data, before) if AUDIT_EVENTS.encode() in change]
    assert [next(each for each in events if f'"{each}"'.encode() in change) for change in audited] == events
    assert all(f'"{table}"'.encode() in change for change in audited)


def test_only_what_changes_nothing_is_recorded_by_itself() -> None:
    """An event in a transaction of its own tells of an export or a backup, or of many transactions."""
    alone = {
        (path.relative_to(ROOT / "forms_service").as_posix(), function.name)
        for path in (ROOT / "forms_service").rglob("*.py")
        for function in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(function, ast.FunctionDef)
        for call in ast.walk(function)
        if isinstance(call, ast.Call)
        and ast.unparse(call.func).endswith(("audit_log.record", "record_event"))
    }
    assert alone == {
        ("cli/audit.py", "handler"),
        ("cli/audit.py", "handle"),
        ("services/audit_log.py", "record"),
        ("services/privacy.py", "erase"),
        ("services/privacy.py", "exported"),
        ("web/desk/export_views.py", "download"),
    }
