"""Every transaction can run again from its beginning, as it must where machines share one database."""

import ast
import json
import re
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from forms_service.app import worker_of
from forms_service.domain.auth.roles import REVIEWER, Principal, UserKind
from forms_service.domain.auth.sign_in_links import LinkState
from forms_service.domain.auth.users import principal_of
from forms_service.mail.for_senders import CONFIRM
from forms_service.services import accounts, database
from forms_service.services.sign_in import Visit
from forms_service.store.store import Store
from partner_program import Program
from tests import ROOT
from tests.factories.desk import ADMIN, REVIEWER_1, WATCHER, DeskApp
from tests.factories.races import LosingStore
from tests.web.partner import one_of_everything

_RANDOM = re.compile(r"\b[0-9a-f]{24,64}\b|\b(?:DEAL|APP|PAR)-\w{4}-\w{4}\b|[\w-]{43}")


def blocks() -> dict[str, ast.FunctionDef]:
    """The functions of the service that open a batch, by file and name."""
    found = {}
    for path in sorted((ROOT / "forms_service").rglob("*.py")):
        name = path.relative_to(ROOT / "forms_service").as_posix()
        tree = ast.parse(path.read_text("utf-8"))
        for function in ast.walk(tree):
            if isinstance(function, ast.FunctionDef) and _batches(function) and not name.startswith("store/"):
                found[f"{name}::{function.name}"] = function
    return found


def _batches(function: ast.FunctionDef) -> int:
    opened = [item for each in ast.walk(function) if isinstance(each, ast.With) for item in each.items]
    return sum(ast.unparse(item.context_expr).endswith("store.batch()") for item in opened)


@pytest.mark.parametrize("name", list(blocks()))
def test_a_function_with_a_transaction_can_run_again(name: str) -> None:
    """It says so, and holds no second transaction, which a conflict would repeat when the first is stored."""
    function = blocks()[name]
    assert [ast.unparse(each) for each in function.decorator_list] == ["transactional"]
    assert _batches(function) == 1


def contents(store: Store) -> list[str]:
    """Every document, without what is random in it: ids, references, tokens."""
    return sorted(
        _RANDOM.sub("#", f"{table} {json.dumps(document, sort_keys=True)}")
        for table in store.db.tables()
        for document in store.all(table)
    )


def everything(program: Program, folder: Path) -> tuple[LosingStore | Store, list[str]]:
    """One of everything at the whole service, then what jobs, commands, senders and erasures do."""
    desk_app = one_of_everything.opened(program, folder)
    one_of_everything.explorer(desk_app)
    store = desk_app.service.store
    _signing_in(desk_app)
    _mails(desk_app)
    _submissions(desk_app)
    _days(desk_app)
    found = contents(store)
    desk_app.service.privacy.erase("contact@partner.example", by=ADMIN, everything=True)
    _years_later(desk_app)
    found += contents(store)
    desk_app.close()
    return store, found


def _signing_in(desk_app: DeskApp) -> None:
    auth = desk_app.service.auth
    users, sign_in = auth.users, auth.sign_in
    browser, _ = desk_app.browser(), desk_app.browser()
    (person,) = (each for each in users.listed(UserKind.STAFF) if each["email"] == REVIEWER_1)
    assert sign_in.end_others(_visit(browser, desk_app)) >= 1
    sign_in.leave(_visit(browser, desk_app).session)
    sign_in.redeem(UserKind.STAFF, "no link of ours")
    users.read_summary_only(person["id"], True)
    users.change_role(UserKind.STAFF, WATCHER, REVIEWER, by="command")
    users.remove(UserKind.STAFF, WATCHER, by="command")
    auth.staff_admin.seed(["new@example.com"])
    auth.staff_admin.first_administrator_link()
    asking = desk_app.service.access_requests
    for _ in range(2):
        asking.ask(name="New", email="new@partner.example", tax_id="", client="c", lang="pl")
    links = desk_app.service.store.find("mails", "state", "queued")
    link = asking.link_for(next(each for each in links if each["template"] == CONFIRM))
    assert link is not None
    assert asking.confirm(link.rpartition("/")[2]) is LinkState.GOOD


def _visit(browser: FlaskClient, desk_app: DeskApp) -> Visit:
    cookies = [each.value for each in browser._cookies.values()]
    visits = [desk_app.service.auth.sign_in.visit(each) for each in cookies]
    return next(visit for visit in visits if visit)


def _mails(desk_app: DeskApp) -> None:
    """Two of decisions that came back: one is sent again, one is settled by telephone, one is left."""
    service, by = desk_app.service, _principal(desk_app)
    for _ in range(3):
        desk_app.approve(
            desk_app.browser(), desk_app.deal(customer_name=f"Customer {_} zx", despite_conflict="x")
        )
    service.outbox.deliver_due()
    sent = service.store.find("mails", "state", "sent")
    again, settled, left = [each["id"] for each in sent if each["template"] == "approved"][-3:]
    for mail in (again, settled, left):
        assert service.mail_followup.came_back(mail, by)
    assert service.mail_followup.resend([again], by)
    assert service.mail_followup.settle(settled, "other", by)


def _principal(desk_app: DeskApp, email: str = REVIEWER_1) -> Principal:
    people = desk_app.service.auth.users.listed(UserKind.STAFF)
    return next(principal_of(each) for each in people if each["email"] == email)


def _submissions(desk_app: DeskApp) -> None:
    service, program = desk_app.service, desk_app.program
    deal = desk_app.deal(customer_name="Withdrawn zx")
    service.status_links.renew([deal])
    service.lost_links.ask("contact@partner.example", "pl")
    service.submissions.withdraw(deal, program=program)
    desk_app.deal(customer_name="Waiting zx")
    approved = desk_app.deal(customer_name="Approved zx")
    desk_app.approve(desk_app.browser(), approved)
    version = desk_app.record(approved)["version"]
    until = desk_app.clock().date() + timedelta(days=100)
    assert service.decisions.extend(approved, until, _principal(desk_app), seen=version)
    drafts, typed = service.drafts, {"company_name": "Begun"}
    tokens = [
        drafts.begin("application", typed, section="company", language="pl")
        for _ in ("sent", "deleted", "kept")
    ]
    for token in tokens:
        draft = drafts.save(token, typed, section="people", language="pl", seen=1, page="one")
        assert draft
        drafts.mail_link(draft, "later@partner.example", "pl")
    drafts.delete(tokens[1])
    account = {"id": "account-1", "name": "Own", "tax_id": "", "domain": "", "keys": []}
    accounts.take(service.store, [account], replace=True, at=desk_app.clock.now)


def _days(desk_app: DeskApp) -> None:
    """The mornings of four months."""
    for _ in range(18):
        desk_app.clock.forward(days=7)
        worker_of(desk_app.app)._round()


def _years_later(desk_app: DeskApp) -> None:
    """The clock is doubted, then confirmed; what is kept no longer is announced and goes a day later."""
    desk_app.clock.forward(days=365 * 12)
    worker_of(desk_app.app)._round()
    desk_app.service.privacy.confirm_clock(by=ADMIN)
    for _ in range(3):
        desk_app.clock.forward(days=1)
        worker_of(desk_app.app)._round()


DEMO = "cli/demo/"
"""Fills a store of its own, once, with nobody beside it."""


def test_what_is_stored_does_not_depend_on_how_often_it_ran(
    program: Program, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All use cases, each transaction of which is lost once, leave what they leave when none is."""
    _, expected = everything(program, tmp_path / "once")
    monkeypatch.setattr(database, "Store", LosingStore)
    store, found = everything(program, tmp_path / "twice")
    assert isinstance(store, LosingStore)
    assert found == expected
    assert [each for each in blocks() if each not in store.lost and not each.startswith(DEMO)] == []


def test_a_limit_counts_what_ran_twice_once(
    site: Path, tmp_path: Path, program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As many mails go out as the limits allow, though each was composed twice."""
    monkeypatch.setattr(database, "Store", LosingStore)
    desk_app = DeskApp(site, tmp_path / "data", program, RATE_LIMIT="30 per minute")
    service = desk_app.service
    for number in range(5):
        desk_app.deal(customer_name=f"Customer {number} zx")
        service.auth.sign_in.ask(
            UserKind.STAFF, REVIEWER_1, client="c", browser=f"browser {number}", lang="en", next=None
        )
    for _ in range(3):
        service.lost_links.ask("contact@partner.example", "en")
        service.access_requests.ask(name="New", email="new@partner.example", tax_id="", client="c", lang="pl")
    mails = Counter(mail["template"] for mail in service.store.find("mails", "state", "queued"))
    desk_app.close()
    assert mails == {"deal-received": 5, "deal-notice": 5, "sign-in": 5, "lost-link": 3, CONFIRM: 3}
