"""The narrow interface: documents by id and key, changed in batches, each document with its version."""

import re
from pathlib import Path

import pytest

import forms_service
from forms_service.services.tables import TABLES
from forms_service.store.errors import DuplicateKey, RecordMissing, StaleVersion, StoreUnavailable
from forms_service.store.state import _KEPT_IN_MIND


def deal(n: int, **more) -> dict:
    return {"id": f"DEAL-{n}", "kind": "deal", "state": "received", "received_at": f"2026-11-25T0{n}", **more}


def test_added_document_is_found_by_id_and_by_every_key(store):
    """It carries version 1, and a key may be one of several."""
    with store.batch() as batch:
        added = batch.add(
            "records",
            deal(1, token_hashes=["t1", "t2"], said={"partner_email": "Sales@Example.com"}),
        )
    assert added["version"] == 1
    for index, key in [
        ("id", "DEAL-1"),
        ("token", "t2"),
        ("email", "sales@example.com"),
        ("state", "received"),
    ]:
        assert store.find("records", index, key) == [added]
    assert store.get("records", "DEAL-1") == added


def test_what_is_read_belongs_to_the_reader(store):
    """Changing it changes nothing for others."""
    with store.batch() as batch:
        batch.add("records", deal(1, said={"rows": [1]}))
    store.get("records", "DEAL-1")["said"]["rows"].append(2)
    assert store.get("records", "DEAL-1")["said"]["rows"] == [1]


def test_replaced_document_has_a_new_version_and_new_keys(store):
    with store.batch() as batch:
        added = batch.add("records", deal(1))
    with store.batch() as batch:
        replaced = batch.replace("records", {**added, "state": "approved"}, expected_version=1)
    assert replaced["version"] == 2
    assert store.find("records", "state", "received") == []
    assert store.find("records", "state", "approved") == [replaced]


def test_stale_version_is_refused_with_how_it_stands(store):
    """Two people opened the same record; the second learns what the first did."""
    with store.batch() as batch:
        batch.replace("records", batch.add("records", deal(1)), 1)
    with pytest.raises(StaleVersion) as caught, store.batch() as batch:
        batch.replace("records", deal(1, state="rejected"), expected_version=1)
    assert caught.value.current["version"] == 2


def test_missing_document_cannot_be_replaced_or_removed(store):
    with pytest.raises(RecordMissing), store.batch() as batch:
        batch.replace("records", deal(1), 1)
    with pytest.raises(RecordMissing), store.batch() as batch:
        batch.remove("records", "DEAL-1")


def test_taken_keys_are_refused(store):
    """The id always is unique, other indexes where the table says so; others may repeat."""
    with store.batch() as batch:
        batch.add("records", deal(1, token_hashes=["t"], fingerprint="f"))
        batch.add("records", deal(2, fingerprint="f"))
    with pytest.raises(DuplicateKey), store.batch() as batch:
        batch.add("records", deal(1))
    with pytest.raises(DuplicateKey), store.batch() as batch:
        batch.add("records", deal(3, token_hashes=["t"]))
    assert store.count("records") == 2


def test_batch_over_tables_is_all_or_nothing(store, opened):
    """An exception in the block leaves every table as it was, in memory and on disk."""
    with store.batch() as batch:
        batch.add("records", deal(1))
        batch.add("mails", {"id": "m1", "record": "DEAL-1"})
    with pytest.raises(ZeroDivisionError), store.batch() as batch:
        batch.remove("records", "DEAL-1")
        batch.add("mails", {"id": "m2", "record": "DEAL-1"})
        raise ZeroDivisionError
    for same in (lambda: store, opened):
        current = same()
        assert current.get("records", "DEAL-1") is not None
        assert [mail["id"] for mail in current.find("mails", "record", "DEAL-1")] == ["m1"]


def test_inner_batch_that_fails_leaves_the_outer_one(store):
    """A use case inside another one is a part of its change."""
    with store.batch() as outer:
        outer.add("records", deal(1))
        with pytest.raises(ZeroDivisionError), store.batch() as inner:
            inner.add("records", deal(2))
            raise ZeroDivisionError
        with store.batch() as inner:
            inner.add("records", deal(3))
        assert store.get("records", "DEAL-3") is None, "nobody sees it before it is durable"
    assert [record["id"] for record in store.all("records")] == ["DEAL-1", "DEAL-3"]


def test_batch_sees_its_own_changes(store):
    with store.batch() as batch:
        batch.add("records", deal(1))
        batch.add("records", deal(2))
        batch.remove("records", "DEAL-1")
        assert batch.find("records", "state", "received") == [batch.get("records", "DEAL-2")]
        assert batch.count("records") == 1
        assert [record["id"] for record in batch.all("records")] == ["DEAL-2"]


def test_range_is_in_order_and_includes_both_bounds(store):
    """As the outbox asks: queued mails that are due."""
    with store.batch() as batch:
        for n, due in enumerate(["2026-03", "2026-01", "2026-02", "2026-09"]):
            batch.add("mails", {"id": f"m{n}", "state": "queued", "next_attempt_at": due})
        batch.add("mails", {"id": "sent", "state": "sent", "next_attempt_at": "2026-01"})
        pending = batch.range("mails", "due", ("queued",), ("queued", "2026-03"))
    found = store.range("mails", "due", ("queued",), ("queued", "2026-03"))
    assert [mail["id"] for mail in found] == ["m1", "m2", "m0"]
    assert found == pending
    assert store.range("mails", "due", ("queued",), ("queued", "2026-03"), limit=1) == found[:1]


def test_undeclared_table_or_index_is_a_mistake_in_the_program(store):
    for table, index in [("record", "id"), ("records", "tokens")]:
        with pytest.raises(KeyError):
            store.find(table, index, "x")


def test_document_without_an_id_is_refused(store):
    for document in [{}, {"id": ""}, {"id": 7}]:
        with pytest.raises(ValueError, match="needs an id"), store.batch() as batch:
            batch.add("records", document)


def test_closed_store_says_so(store):
    store.close()
    store.close()
    with pytest.raises(StoreUnavailable, match="closed"):
        store.get("records", "DEAL-1")
    with pytest.raises(StoreUnavailable, match="closed"), store.batch():
        pass
    assert not store.health().ok


JUNK = [
    {},
    {"said": None},
    {"said": {"contacts": [1, None, {"email": 3}], "partner_email": ["a"], "customer_name": {}}},
    {"token_hashes": "x", "token_hash": None},
    {"id": 1, "kind": 1, "state": [], "token_hashes": [None, ""], "received_at": None, "decide_by": 5},
    {"address": {}, "person": 0, "created_at": 0, "record": True},
]


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("junk", JUNK)
def test_index_functions_take_any_document(table, junk):
    """A document that somebody wrote by other means must not keep the store from opening."""
    for keys_of in TABLES[table].all_indexes().values():
        assert not list(keys_of(junk))
    for places_of in TABLES[table].sorted.values():
        assert not list(places_of(junk)[0])


def test_pages_look_up_and_do_not_look_through():
    """Through whole tables go a person's data and the comparison of lists of customers; nothing else."""
    package = Path(forms_service.__file__).parent
    found = {
        str(file.relative_to(package))
        for file in package.rglob("*.py")
        if file.parent.name != "store" and re.search(r"\b_?(?:store|batch)\.all\(", file.read_text())
    }
    assert found == {"services/accounts.py", "services/erasure.py", "services/data_export.py"}


def test_changes_since_a_cursor(store):
    """Each once, whatever was done to it; what failed is not told, nor what was there when it was opened."""
    cursor, changed = store.changes_since("records", 0)
    assert changed == set()
    with store.batch() as batch:
        batch.add("records", {"id": "a"})
        batch.add("records", {"id": "b"})
        batch.add("mails", {"id": "c"})
    with pytest.raises(ZeroDivisionError), store.batch() as batch:
        batch.add("records", {"id": "failed"})
        raise ZeroDivisionError
    with store.batch() as batch:
        batch.remove("records", "a")
    later, changed = store.changes_since("records", cursor)
    assert changed == {"a", "b"}
    with store.batch() as batch:
        batch.replace("records", {"id": "b", "n": 1}, 1)
    assert store.changes_since("records", later)[1] == {"b"}
    assert store.changes_since("mails", later)[1] == set()


def test_more_changes_than_are_kept_in_mind(store):
    """Whoever looked last before them has to look at everything; whoever looked since does not."""
    with store.batch() as batch:
        batch.add("records", {"id": "first"})
    cursor, _ = store.changes_since("records", 0)
    with store.batch() as batch:
        for n in range(_KEPT_IN_MIND):
            batch.add("records", {"id": f"{n}"})
    assert store.changes_since("records", 0)[1] is None
    assert len(store.changes_since("records", cursor)[1]) == _KEPT_IN_MIND
    with store.batch() as batch:
        batch.add("records", {"id": "last"})
    assert store.changes_since("records", cursor)[1] is None
