"""TinyDB is what the running service stores in: its own interface and the pages show the same documents."""

import threading
from typing import Any

import pytest
from tinydb import TinyDB, where
from tinydb.operations import delete

from forms_service.services.tables import TABLES
from forms_service.store.errors import DuplicateKey, IncompleteDocument
from forms_service.store.store import Store
from tests.factories.desk import DeskApp


@pytest.fixture
def db(desk_app: DeskApp) -> TinyDB:
    store = desk_app.app.extensions["store"]
    assert isinstance(store, Store)
    assert isinstance(store.db, TinyDB)
    assert store is desk_app.service.store, "there is one"
    return store.db


def record(db: TinyDB, reference: str) -> dict[str, Any]:
    """The one with this reference, as TinyDB finds it."""
    (found,) = db.table("records").search(where("id") == reference)
    return dict(found)


def test_what_a_form_stored_is_found_by_tinydb(desk_app: DeskApp, db: TinyDB) -> None:
    """With the mails that it brought about."""
    reference = desk_app.deal()
    found = record(db, reference)
    assert db.table("records").get(where("id") == reference) == found
    assert found == desk_app.service.store.get("records", reference)
    assert found["said"]["customer_name"] == "Example Customer"
    assert len(db.table("mails").search(where("record") == reference)) == 2


def test_what_tinydb_inserted_stands_in_the_desks_list(desk_app: DeskApp, db: TinyDB) -> None:
    """And has a page, on which it can be worked on; so does what TinyDB changed."""
    whole = record(db, desk_app.deal())
    said = whole["said"] | {"customer_name": "Inserted Customer"}
    db.table("records").insert(whole | {"id": "DEAL-7K3M-2P9Q", "token_hashes": [], "said": said})
    browser = desk_app.browser()
    assert "Inserted Customer" in browser.get("/desk/").text
    assert "Inserted Customer" in browser.get("/desk/submissions/DEAL-7K3M-2P9Q").text
    db.table("records").update({"said": said | {"customer_name": "Renamed"}}, where("id") == "DEAL-7K3M-2P9Q")
    assert "Renamed" in browser.get("/desk/").text


@pytest.mark.parametrize("table", TABLES)
def test_a_document_that_is_not_whole_is_refused_by_name(db: TinyDB, table: str) -> None:
    """The table and the field; nothing is stored, nor is the rest of what was inserted with it."""
    kinds = {"id": str, "version": int, **TABLES[table].required}
    whole = {name: None if kind is object else kind() for name, kind in kinds.items()} | {"id": "a"}
    before = db.table(table).all()
    for name, kind in kinds.items():
        lacking = {key: value for key, value in whole.items() if key != name}
        for wrong in [lacking] if kind is object else [lacking, whole | {name: 1.5}]:
            with pytest.raises(IncompleteDocument, match=rf"^{table}: the field '{name}' "):
                db.table(table).insert_multiple([whole | {"id": "b"}, wrong])
    assert db.table(table).all() == before


def test_a_change_that_leaves_a_document_not_whole_is_refused(desk_app: DeskApp, db: TinyDB) -> None:
    reference = desk_app.deal()
    with pytest.raises(IncompleteDocument, match=r"^records: the field 'said' "):
        db.table("records").update(delete("said"), where("id") == reference)
    with pytest.raises(DuplicateKey):
        db.table("records").insert(record(db, reference))
    assert "Example Customer" in desk_app.browser().get("/desk/").text


def test_both_interfaces_share_a_transaction(desk_app: DeskApp, db: TinyDB) -> None:
    """What TinyDB does in the block of a batch is part of it: seen there at once, elsewhere afterwards."""
    store, reference = desk_app.service.store, desk_app.deal()
    seen: list[object] = []
    look = threading.Thread(target=lambda: seen.append(db.table("records").get(where("id") == reference)))
    with pytest.raises(ZeroDivisionError), store.batch() as batch:
        batch.remove("records", reference)
        assert db.table("records").get(where("id") == reference) is None
        db.table("mails").truncate()
        assert batch.find("mails", "record", reference) == []
        look.start()
        look.join()
        raise ZeroDivisionError
    assert seen == [store.get("records", reference)]
    assert len(db.table("mails").search(where("record") == reference)) == 2
