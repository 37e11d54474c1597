"""Whatever is done to a store, in whatever order, it reads like a dict that the same was done to."""

import random
from contextlib import suppress
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from forms_service.store.errors import StoreUnavailable
from forms_service.store.store import Batch, Store
from forms_service.store.table_schema import NOWHERE, ONE_LIST, Table
from tests.store.crash_lab import PATH
from tests.store.simulated import SimulatedDisk

TABLES = {
    "a": Table(
        indexes={"tags": lambda document: document.get("tags", ())},
        sorted={"size": lambda document: (ONE_LIST, document["size"]) if "size" in document else NOWHERE},
    ),
    "b": Table(),
}

Model = dict[tuple[str, str], dict[str, Any]]

keys = st.tuples(st.sampled_from(["a", "b"]), st.sampled_from(["x", "y", "z", "w"]))
numbers = st.integers(-(2**63), 2**64 - 1) | st.floats(allow_nan=False, allow_infinity=False)
values = st.recursive(
    st.none() | st.booleans() | numbers,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=5,
)
documents = st.fixed_dictionaries(
    {"tags": st.lists(st.sampled_from("pqr"), max_size=4)},
    optional={"size": st.integers(-3, 3), "text": st.text(max_size=600), "value": values},
)
changes = st.lists(st.tuples(keys, st.none() | documents), min_size=1, max_size=4)


class Killed(BaseException):
    """The process ends here."""


class StoreModel(RuleBasedStateMachine):
    """A store on a simulated disk beside a dict."""

    @initialize()
    def start(self) -> None:
        self.disk = SimulatedDisk()
        self.model: Model = {}
        self.reopen()

    @rule(changes=changes)
    def change(self, changes) -> None:
        """One batch; a document that is there is replaced, `None` removes."""
        with self.store.batch() as batch:
            wanted = self.apply(batch, changes)
        self.model = wanted

    @rule(changes=changes)
    def give_up(self, changes) -> None:
        """An exception at the end of the block."""
        with suppress(ZeroDivisionError), self.store.batch() as batch:
            self.apply(batch, changes)
            raise ZeroDivisionError

    @rule(changes=changes, failing=st.integers(1, 6), how_often=st.integers(1, 4))
    def change_on_a_failing_disk(self, changes, failing, how_often) -> None:
        """Either it is stored, or the store says that it is not."""
        self.disk.before_change = fails(OSError(5, "the disk failed"), failing, how_often)
        try:
            with self.store.batch() as batch:
                wanted = self.apply(batch, changes)
            self.model = wanted
        except StoreUnavailable:
            pass
        self.disk.before_change = lambda step: None
        while not self.store.health().ok:
            pass

    @rule(failing=st.integers(1, 12))
    def compact_on_a_failing_disk(self, failing) -> None:
        self.disk.before_change = fails(OSError(28, "full"), failing)
        with suppress(StoreUnavailable):
            self.store.compact()
        self.disk.before_change = lambda step: None
        while not self.store.health().ok:
            pass

    @rule()
    def compact(self) -> None:
        self.store.compact()

    @rule()
    def reopen(self) -> None:
        if hasattr(self, "store"):
            self.store.close()
        self.store = Store(PATH, tables=TABLES, disk=self.disk)

    @rule(seed=st.integers(0, 99))
    def cut_the_power(self, seed) -> None:
        self.disk = SimulatedDisk(self.disk.after_power_cut(random.Random(seed)))
        del self.store
        self.reopen()

    @rule(changes=changes, moment=st.integers(1, 3), seed=st.integers(0, 99))
    def cut_the_power_during_a_change(self, changes, moment, seed) -> None:
        """It is there as a whole or not at all."""
        self.disk.before_change = fails(Killed(), moment)
        wanted = self.model
        with suppress(Killed), self.store.batch() as batch:
            wanted = self.apply(batch, changes)
        self.disk.before_change = lambda step: None
        self.cut_the_power(seed)
        if self.content() == wanted:
            self.model = wanted

    @rule(moment=st.integers(1, 12), seed=st.integers(0, 99))
    def cut_the_power_during_compaction(self, moment, seed) -> None:
        self.disk.before_change = fails(Killed(), moment)
        with suppress(Killed):
            self.store.compact()
        self.disk.before_change = lambda step: None
        self.cut_the_power(seed)

    def apply(self, batch: Batch, changes) -> Model:
        """Make the changes in the batch; returns what then should be there."""
        wanted = dict(self.model)
        for (table, id), document in changes:
            current = batch.get(table, id)
            assert current == wanted.get((table, id))
            if document is not None and current is not None:
                wanted[table, id] = batch.replace(table, {**document, "id": id}, current["version"])
            elif document is not None:
                wanted[table, id] = batch.add(table, {**document, "id": id})
            elif current is not None:
                batch.remove(table, id)
                del wanted[table, id]
        for table in TABLES:
            self.compare(batch, table, wanted)
        return wanted

    def compare(self, view: Store | Batch, table: str, model: Model) -> None:
        expected = [document for (of, _), document in model.items() if of == table]
        assert sorted(view.all(table), key=by_id) == sorted(expected, key=by_id)
        assert view.count(table) == len(expected)
        if table == "a":
            for tag in "pqr":
                found = [document["id"] for document in view.find("a", "tags", tag)]
                assert sorted(found) == sorted(doc["id"] for doc in expected if tag in doc["tags"])
            found = [document["size"] for document in view.range("a", "size", -2, 2)]
            assert found == sorted(doc["size"] for doc in expected if -2 <= doc.get("size", 9) <= 2)

    def content(self) -> Model:
        return {(table, document["id"]): document for table in TABLES for document in self.store.all(table)}

    @invariant()
    def same_as_the_model(self) -> None:
        if hasattr(self, "store"):
            for table in TABLES:
                self.compare(self.store, table, self.model)
            for table, id in self.model:
                assert self.store.get(table, id) == self.model[table, id]

    def teardown(self) -> None:
        if hasattr(self, "store"):
            self.store.close()


def by_id(document) -> str:
    return document["id"]


def fails(error: BaseException, at: int, how_often: int = 1):
    """A hook that raises at that step of the disk, and at so many in all."""
    steps = 0

    def hook(step: str) -> None:
        nonlocal steps
        steps += 1
        if at <= steps < at + how_often:
            raise error

    return hook


TestStoreModel = StoreModel.TestCase
TestStoreModel.settings = settings(
    max_examples=60, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
)
