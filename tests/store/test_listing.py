"""Several stretches of a sorted index read as one list: as if all was sorted, wherever one looks."""

from hypothesis import given
from hypothesis import strategies as st

from forms_service.store.indexes import SortedIndex
from forms_service.store.sorted_lists import behind, merged
from forms_service.store.store import Store
from forms_service.store.table_schema import Table

FACETS = "abc"
KEYS = st.lists(st.tuples(st.sampled_from(FACETS), st.integers(0, 300)), max_size=1500)


def index_of(keys: list[tuple[str, int]]) -> tuple[SortedIndex, list[tuple[int, int, str]]]:
    """An index of documents with these keys, and what is in it, by hand."""
    index, entries = SortedIndex(), []
    for number, key in enumerate(keys, 1):
        index.add([key[0]], (key[1], len(str(number)), str(number)))
        entries.append((key[0], (key[1], len(str(number)), str(number))))
    return index, entries


@given(KEYS, st.sets(st.sampled_from(FACETS)), st.integers(0, 1600), st.booleans(), st.integers(0, 300))
def test_any_page_is_the_one_that_sorting_everything_gives(keys, facets, skip, backwards, low):
    index, entries = index_of(keys)
    stretches = [index.between(facet, (low,), behind(250)) for facet in sorted(facets)]
    wanted = sorted(
        (order for facet, order in entries if facet in facets and low <= order[0] <= 250), reverse=backwards
    )
    assert list(merged(stretches, skip=skip, backwards=backwards)) == wanted[skip:]
    assert sum(each.size for each in stretches) == len(wanted)


def test_a_far_page_looks_at_few_entries():
    """Two long stretches, the page in their middle: what lies before it is not walked through."""
    index, _ = index_of([(facet, n) for n in range(20_000) for facet in "ab"])
    looks = 0

    class Counting(int):
        def __lt__(self, other: object) -> bool:
            nonlocal looks
            looks += 1
            return int.__lt__(self, other)  # type: ignore[operator]

    for facet in FACETS[:2]:
        index._lists[facet] = [(Counting(n), *rest) for n, *rest in index._lists[facet]]
    page = merged([index.between(facet, (), None) for facet in "ab"], skip=20_000)
    assert next(page)[0] == 10_000
    assert looks < 1000


def test_store_lists_and_counts_and_streams_what_is_committed_and_pending(tmp_path):
    """A batch sees its own changes in the list; what is streamed is what was there when it was asked for."""
    tables = {"records": Table(sorted={"by": lambda document: ((document["kind"],), document["n"])})}
    store = Store(tmp_path / "journal", tables=tables)
    everything = [(("x", 0), ("x", 99)), (("y", 0), ("y", 99))]
    with store.batch() as batch:
        for n, kind in enumerate("xyxyx"):
            batch.add("records", {"id": f"{n}", "kind": kind, "n": n})
    with store.batch() as batch:
        batch.remove("records", "2")
        batch.replace("records", {"id": "0", "kind": "x", "n": 50}, 1)
        assert [found["id"] for found in batch.listed("records", "by", everything)] == ["1", "3", "4", "0"]
        assert batch.counted("records", "by", everything) == 4
    page = store.listed("records", "by", everything, skip=1, limit=2, backwards=True)
    assert [found["id"] for found in page] == ["4", "3"]
    stream = store.streamed("records", "by", everything)
    with store.batch() as batch:
        batch.remove("records", "3")
        batch.add("records", {"id": "new", "kind": "x", "n": 1})
    assert [found["id"] for found in stream] == ["1", "4", "0"]
    store.close()
