"""Indexes answer as sorting and filtering everything would, at a cost that does not grow."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forms_service.store.indexes import HashIndex, SortedIndex
from forms_service.store.lines import Put, Remove
from forms_service.store.tables import Table

entries = st.tuples(st.integers(0, 5), st.integers(1, 12).map(str))
steps = st.lists(st.tuples(st.booleans(), entries), max_size=60)


@pytest.mark.parametrize("index", [HashIndex, SortedIndex])
@given(steps=steps, filled=st.lists(entries, max_size=10, unique=True))
@settings(deadline=None, derandomize=True)
def test_index_finds_what_was_added_and_not_discarded(index, steps, filled):
    """Oldest first, each once, however often it was added; discarding what is not there does nothing."""
    found, model = index(), set(filled)
    found.fill(filled)
    for is_added, entry in steps:
        (found.add if is_added else found.discard)(*entry)
        (model.add if is_added else model.discard)(entry)
    for key in range(6):
        assert found.find(key) == [str(id) for id in sorted(int(id) for of, id in model if of == key)]


def test_sorted_index_of_many_entries_is_in_order():
    """Across its blocks, which split and vanish."""
    choose = random.Random(2)
    index, model = SortedIndex(), set()
    for _ in range(20_000):
        entry = (choose.randrange(500), str(choose.randrange(9000)))
        if choose.random() < 0.7 or not model:
            index.add(*entry)
            model.add(entry)
        else:
            gone = choose.choice((entry, next(iter(model))))
            index.discard(*gone)
            model.discard(gone)
    for low, high in [(-1, 501), (100, 100), (250, 300), (7, 6), (499, 900)]:
        found = [(key, id) for key, _, id in index.range(low, high)]
        expected = sorted((key, int(id)) for key, id in model if low <= key <= high)
        assert found == [(key, str(id)) for key, id in expected]
    for entry in sorted(model):
        index.discard(*entry)
    assert list(index.range(-1, 501)) == []


def test_table_declares_what_is_unique():
    table = Table(indexes={"token": lambda document: ()}, unique=frozenset({"token"}))
    assert table.all_unique() == {"id", "token"}


def test_lines_compare_by_what_they_change():
    """The keys of a document travel with it in memory, and are no part of the file."""
    assert Put("a", "1", b"{}") != Put("a", "2", b"{}")
    assert Put("a", "1", b"{}") != Remove("a", "1")
