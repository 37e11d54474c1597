"""The account of drill and soak finds each way in which a promise can be broken."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from benchmarks.deals import deal
from benchmarks.ledger import Account, Ledger
from forms_service.app import service_of
from forms_service.store.store import Store

NAMES = [deal(n)["customer_name"] for n in range(3)]

Break = Callable[[Store, list[dict[str, Any]]], None]


@pytest.fixture
def account(make_app: Callable[..., Flask], tmp_path: Path) -> Callable[[Break], Account]:
    """Three deals that were acknowledged, the last one withdrawn; then the account, once broken."""

    def of(break_it: Break) -> Account:
        app, ledger = make_app(), Ledger()
        client, store = app.test_client(), service_of(app).store
        for n in range(3):
            ledger.note_sent(NAMES[n], deal(n))
            link = client.post("/register-deal/", data=deal(n)).location
            ledger.note_acknowledged(NAMES[n], link)
        client.post(link, data={"action": "withdraw", "confirmed": "y"})
        ledger.withdrawn.add(NAMES[2])
        break_it(store, store.all("records"))
        store.close()
        return ledger.account(tmp_path / "data")

    return of


def change(store: Store, record: dict[str, Any], **other: Any) -> None:
    with store.batch() as batch:
        batch.replace("records", record | other, record["version"])


def remove(store: Store, table: str, id: str) -> None:
    with store.batch() as batch:
        batch.remove(table, id)


def twice(store: Store, records: list[dict[str, Any]]) -> None:
    again = records[0] | {"id": "DEAL-2222-2222", "token_hashes": ["another"]}
    with store.batch() as batch:
        batch.add("records", again)


def test_when_all_is_well(account: Callable[[Break], Account]) -> None:
    found = account(lambda store, records: None)
    assert found.is_clean
    assert (found.sent, found.acknowledged, found.found) == (3, 3, 3)


BROKEN: dict[str, tuple[Break, str]] = {
    "lost": (lambda store, records: remove(store, "records", records[0]["id"]), "lost"),
    "another text": (
        lambda store, records: change(store, records[0], said=records[0]["said"] | {"product": "x"}),
        "half",
    ),
    "no history": (lambda store, records: change(store, records[0], history=[]), "half"),
    "a mail less": (lambda store, records: remove(store, "mails", store.all("mails")[0]["id"]), "half"),
    "twice": (twice, "twice"),
    "open again": (lambda store, records: change(store, records[2], state="received"), "not_withdrawn"),
    "withdrawn by nobody": (
        lambda store, records: change(store, records[1], state="withdrawn"),
        "withdrawn_unasked",
    ),
}


@pytest.mark.parametrize(("break_it", "told_as"), BROKEN.values(), ids=BROKEN)
def test_a_broken_promise_is_told(account: Callable[[Break], Account], break_it: Break, told_as: str) -> None:
    found = account(break_it)
    assert not found.is_clean
    assert getattr(found, told_as)
