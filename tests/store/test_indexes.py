"""Indexes answer as looking through everything would, after whatever changes."""

import gc
import random
import threading
from collections.abc import Callable, Iterable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forms_service.store.errors import DuplicateKey
from forms_service.store.format import Put, Remove, encode_document
from forms_service.store.index_builder import Schema
from forms_service.store.indexes import HashIndex, SortedIndex
from forms_service.store.sorted_lists import behind
from forms_service.store.state import StoreState
from forms_service.store.store import Store
from forms_service.store.table_schema import NOWHERE, Table

SAME_HASH = (0, 2**61 - 1)
"""Two different keys that Python hashes to the same number, as two texts may once in a great while."""

entries = st.tuples(st.sampled_from([*SAME_HASH, 1, "x", "y"]), st.integers(1, 12).map(str))
steps = st.lists(st.tuples(st.booleans(), entries), max_size=60)


def in_order(ids: Iterable[str]) -> list[str]:
    return sorted(ids, key=int)


@given(steps=steps, gathered=st.lists(entries, max_size=10))
@settings(deadline=None, derandomize=True)
def test_hash_index_finds_what_was_added_and_not_discarded(steps, gathered):
    """Oldest first, each once, however often it was added; discarding what is not there does nothing."""
    index, model = HashIndex(), set(gathered)
    for id in in_order({id for _, id in gathered}):
        index.gather([(id, id)], lambda id: [key for key, of in gathered if of == id])
    for is_added, (key, id) in steps:
        (index.add if is_added else index.discard)(key, id)
        (model.add if is_added else model.discard)((key, id))
    for key in (*SAME_HASH, 1, "x", "y", "nobody's"):
        expected = in_order(id for of, id in model if of == key)
        assert index.find(key) == expected
        assert index.find(key, 2) == expected[:2]
        assert index.count(key) == len(expected)


@pytest.mark.parametrize("keys", [500, 9000])
def test_hash_index_of_many(keys):
    """Some keys have thousands of documents, most have one."""
    choose = random.Random(keys)
    index: HashIndex = HashIndex()
    model: dict[str, set[str]] = {f"{n}": {f"{n}"} for n in range(0, keys, 2)}
    index.gather(((id, id) for id in model), lambda id: [id])
    for _ in range(30_000):
        key, id = f"{int(choose.expovariate(0.001)) % keys}", str(choose.randrange(9000))
        if choose.random() < 0.8:
            index.add(key, id)
            model.setdefault(key, set()).add(id)
        else:
            index.discard(key, id)
            model.get(key, set()).discard(id)
    assert all(index.find(key) == in_order(model.get(key, ())) for key in map(str, range(keys)))


def test_sorted_index_of_many():
    """Lists that grow long and vanish."""
    choose = random.Random(2)
    index, model = SortedIndex(), set()
    for _ in range(20_000):
        place, id, name = choose.randrange(500), str(choose.randrange(9000)), choose.choice("abbbbbbbc")
        if choose.random() < 0.7 or not model:
            index.add([name], (place, len(id), id))
            model.add((name, (place, len(id), id)))
        else:
            name, entry = choose.choice(((name, (place, len(id), id)), next(iter(model))))
            index.discard([name], entry)
            model.discard((name, entry))
    for low, high in [(-1, 501), (100, 100), (250, 300), (7, 6), (499, 900)]:
        found = list(index.between("b", (low,), behind(high)).read())
        assert found == sorted(entry for name, entry in model if name == "b" and low <= entry[0] <= high)
    assert index.names("a", "b") == ["a", "b"]
    for name, entry in sorted(model):
        index.discard([name], entry)
    assert index.names("", "~") == []
    assert not index.between("b", (), None).size


TAGS = "abcdefgh"
TABLE = Table(
    indexes={"tags": lambda document: document["tags"]},
    sorted={
        "size": lambda document: (document["tags"], document["size"]),
        "odd": lambda document: (("odd",), -document["size"]) if document["size"] % 2 else NOWHERE,
    },
)


class Followed:
    """A table of a state beside a dict, changed at random and asked now and then."""

    def __init__(self, seed: int) -> None:
        self.choose = random.Random(seed)
        self.state = StoreState(Schema({"a": TABLE}))
        self.state.make_indexes()
        self.documents: dict[str, dict] = {}

    def change(self) -> None:
        id = str(self.choose.randrange(1, 20_000))
        if id in self.documents and self.choose.random() < 0.3:
            del self.documents[id]
            self.state.apply([Remove("a", id)])
            return
        tags = self.choose.choices(TAGS, k=self.choose.randrange(4))
        document = self.documents[id] = {"id": id, "tags": tags, "size": self.choose.randrange(100)}
        raw, read = encode_document(document)
        self.state.apply([Put("a", id, raw, self.choose.choice((read, None)))])

    def ask(self, index: str) -> None:
        """One question that a look through everything answers too."""
        tag, low = self.choose.choice(TAGS), self.choose.randrange(100)
        with_tag = {id: found["size"] for id, found in self.documents.items() if tag in found["tags"]}
        if index == "tags":
            assert self.state.find("a", "tags", tag) == in_order(with_tag)
            assert self.state.how_many("a", "tags", tag) == len(with_tag)
        elif index == "size":
            expected = sorted((size, int(id)) for id, size in with_tag.items() if size >= low)
            found = [(place, int(id)) for place, _, id in self.between("size", tag, (low,))]
            assert found == expected
        else:
            odd = [(-found["size"], int(id)) for id, found in self.documents.items() if found["size"] % 2]
            assert [(place, int(id)) for place, _, id in self.between("odd", "odd", ())] == sorted(odd)

    def between(self, index: str, name: str, low: tuple) -> list:
        return list(self.state.between("a", index, name, low, None).read())


@pytest.mark.parametrize("seed", range(6))
def test_indexes_answer_as_a_look_through_everything(seed):
    """Asked all the time, seldom, and after many changes."""
    followed = Followed(seed)
    for changes in (3, 40, 3000, 1, 250, 30_000, 2, 300, 1, 1, 9000):
        for _ in range(changes):
            followed.change()
        for index in followed.choose.sample(["tags", "size", "odd"], followed.choose.randrange(1, 4)):
            followed.ask(index)
    for index in ("tags", "size", "odd"):
        followed.ask(index)


def test_keys_with_the_same_hash_are_told_apart(tmp_path):
    """By whoever finds; and the key of one does not keep the other from being unique."""
    one, other = SAME_HASH
    table = Table(indexes={"n": lambda document: [document["n"]]}, unique=frozenset({"n"}))
    store = Store(tmp_path / "journal", tables={"a": table})
    for n in (one, other):
        with store.batch() as batch:
            batch.add("a", {"id": f"{n}", "n": n})
            assert [found["n"] for found in batch.find("a", "n", n)] == [n]
    assert [found["n"] for found in store.find("a", "n", other, limit=1)] == [other]
    with pytest.raises(DuplicateKey), store.batch() as batch:
        batch.add("a", {"id": "third", "n": other})
    store.close()


def test_what_a_batch_returns_may_be_changed_at_once(tmp_path):
    """It is the caller's own, also while the store has yet to look at what was stored."""
    table = Table(indexes={"tags": lambda document: document["said"]["tags"]})
    store = Store(tmp_path / "journal", tables={"a": table})
    for tags in (["x"], ("x",), ["x"]):
        with store.batch() as batch:
            added = batch.add("a", {"id": f"{batch.count('a')}", "said": {"tags": tags}})
            added["said"]["tags"] = ["y"]
            added["version"] = 7
        assert {found["version"] for found in store.find("a", "tags", "x")} == {1}
    assert len(store.find("a", "tags", "x")) == 3
    assert store.find("a", "tags", "y") == []
    store.close()


def test_unique_keys_are_refused_from_the_first_change_on(tmp_path):
    """Of a store that was just opened."""
    table = Table(indexes={"token": lambda document: [document["token"]]}, unique=frozenset({"token"}))
    store = Store(tmp_path / "journal", tables={"a": table})
    with store.batch() as batch:
        batch.add("a", {"id": "1", "token": "t"})
    for second in ({"id": "1", "token": "other"}, {"id": "2", "token": "t"}):
        store.close()
        store = Store(tmp_path / "journal", tables={"a": table})
        with pytest.raises(DuplicateKey), store.batch() as batch:
            batch.add("a", second)
    store.close()


def test_many_may_ask_and_change_at_once(tmp_path):
    """Nobody gets a wrong answer meanwhile, and garbage is looked for after opening."""
    store = filled(tmp_path, 3000)
    wrong: list[str] = []

    def ask(seed: int) -> None:
        choose = random.Random(seed)
        for n in range(60):
            tag = choose.choice(TAGS)
            if any(tag not in found["tags"] for found in store.find("a", "tags", tag, limit=5)):
                wrong.append(tag)
            with store.batch() as batch:
                batch.add("a", {"id": f"{seed}-{n}", "tags": [tag, f"{seed}"], "size": n})
            if [found["size"] for found in store.range("a", "size", (f"{seed}",), (f"{seed}", n))] != [
                *range(n + 1)
            ]:
                wrong.append(f"{seed}, {n}")

    together([lambda seed=seed: ask(seed) for seed in range(8)])
    assert wrong == []
    assert gc.isenabled()
    everything = store.all("a")
    for tag in TAGS:
        assert store.find("a", "tags", tag) == [found for found in everything if tag in found["tags"]]
    store.close()


def filled(tmp_path, documents: int) -> Store:
    """A store that was just opened."""
    store = Store(tmp_path / "journal", tables={"a": TABLE})
    with store.batch() as batch:
        for n in range(documents):
            batch.add("a", {"id": f"{n}", "tags": [TAGS[n % 8], TAGS[n % 3]], "size": n % 100})
    store.close()
    return Store(tmp_path / "journal", tables={"a": TABLE})


def together(jobs: list[Callable[[], None]]) -> None:
    threads = [threading.Thread(target=job) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_table_declares_what_is_unique():
    table = Table(indexes={"token": lambda document: ()}, unique=frozenset({"token"}))
    assert table.all_unique() == {"id", "token"}
