"""FORMAT.md says all that a reader needs, and the example in it reads what the store writes."""

import json
import re
import subprocess
import sys
import zlib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import forms_service.store
from forms_service.services.tables import TABLES
from forms_service.store.format import (
    OPENING,
    BadJournalLine,
    Create,
    Drop,
    JournalLine,
    Put,
    Remove,
    announced_length,
    decode,
    encode,
    encode_document,
    starts_with_whole_line,
)
from forms_service.store.store import Store

FORMAT = (Path(forms_service.store.__file__).parent / "FORMAT.md").read_text()
EXAMPLE = re.search(r"```python\n(.+?)```", FORMAT, re.S)[1]


def read_as_documented(path: Path) -> dict:
    done = subprocess.run([sys.executable, "-c", EXAMPLE, path], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.fixture
def history(path) -> dict:
    """What a store holds after changes of every kind, two compactions and a torn end."""
    store = Store(path, tables=TABLES)
    for n in range(120):
        with store.batch() as batch:
            batch.add("records", {"id": str(n), "text": "\u2028\n\0ż" * n, "price": n / 7, "none": None})
            batch.add("mails", {"id": str(n)})
        if n % 4 == 3:
            with store.batch() as batch:
                record = batch.get("records", str(n))
                batch.replace("records", {**record, "state": "approved"}, 1)
                batch.remove("mails", str(n - 1))
        if n in (50, 100):
            store.compact()
    held = {table: {doc["id"]: doc for doc in store.all(table)} for table in ("records", "mails")}
    store.close()
    with path.open("ab") as file:
        file.write(b'{"crc32":"12')
    return held


def test_example_reads_what_the_store_holds(history, path):
    """Same documents, same order; written by us, read by twenty lines that know only the page."""
    read = read_as_documented(path)
    assert {table: {doc["id"]: doc for doc in found.values()} for table, found in read.items()} == history
    assert [list(found) for found in read.values()] == [sorted(found, key=int) for found in read.values()]


def test_example_is_short(history):
    """Twenty-odd lines is the promise."""
    assert len(EXAMPLE.splitlines()) <= 28


def test_example_finds_damage(history, path):
    content = path.read_bytes()
    path.write_bytes(content.replace(b"approved", b"rejected", 1))
    done = subprocess.run([sys.executable, "-c", EXAMPLE, path], capture_output=True, text=True, check=False)
    assert re.fullmatch(r"line \d+ is damaged\n", done.stderr)


def test_line_on_the_page_is_a_line():
    """The example of the page is what the store would write."""
    line = re.search(r'^\{"crc32".+$', FORMAT, re.M)[0].encode() + b"\n"
    assert decode(line) == JournalLine(7, [Put("records", "12", b'{"id":"DEAL-7K3M-2P9Q"}')])
    assert encode(decode(line)) == line


def test_opening_line_of_the_page_is_that_of_a_new_file():
    body = json.loads(re.search(r'`(\{"version":1,"seq":0.+?)`', FORMAT)[1])
    assert json.loads(OPENING)["body"] == body


@pytest.mark.parametrize(
    "line",
    [
        JournalLine(0, [], parts=0),
        JournalLine(12, [], parts=3),
        JournalLine(12, [Create("a"), Put("a", "1", b'{"x":"\\u0000\xc4\x85"}')], part=2),
        JournalLine(99, [Remove("a", "1"), Drop("a"), Drop('b"\n')]),
        JournalLine(1, []),
    ],
)
def test_encoded_line_decodes_to_the_same(line):
    assert decode(encode(line)) == line
    assert announced_length(encode(line)) == len(encode(line))
    assert starts_with_whole_line(encode(line)[:-1] + b"?")


names = st.text(st.characters(codec="utf-8"), max_size=3) | st.sampled_from(
    ["records", '["put","a","1",{}]', "ż"]
)
texts = names | st.sampled_from(['"],["put","records","9",{"x":1}]', "]}", "\u2028"])
values = st.recursive(
    st.integers(-9, 99) | texts | st.just(["put", "records", "9", {"x": 1}]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=8,
)
documents = st.dictionaries(texts, values, max_size=4).map(lambda document: encode_document(document)[0])
puts = st.tuples(names, names, documents).map(lambda put: Put(*put))
others = st.tuples(names, names).map(lambda names: Remove(*names)) | names.map(Create) | names.map(Drop)
changes = st.lists(puts, max_size=5) | st.lists(puts | others, max_size=5)
lines = st.tuples(st.integers(0, 999), changes, st.none(), st.none() | st.integers(1, 99)).map(
    lambda line: JournalLine(*line)
)


@given(lines)
@settings(deadline=None, derandomize=True)
def test_documents_cut_out_are_those_that_were_written(line):
    """Also where texts and lists within look like changes themselves."""
    assert decode(encode(line), cut=True) == decode(encode(line)) == line


@pytest.mark.parametrize(
    "lengths", [b"", b"99", b"18,23", b"22,19", b"23,17", b"23", b"23,18,1", b'"23"']
)  # fmt: skip
def test_line_whose_lengths_are_missing_or_wrong_is_read_all_the_same(lengths):
    """As those are that were written before there were lengths, or with another program."""
    mark = b'"lengths":[%s],' % lengths if lengths else b""
    body = b'{"version":1,"seq":1,%s"changes":[["put","a","1",{"x":1}],["put","a","2",{}]]}' % mark
    line = b'{"crc32":"%08x","length":%d,"body":%s}\n' % (zlib.crc32(body), len(body), body)
    assert decode(line, cut=True) == JournalLine(1, [Put("a", "1", b'{"x":1}'), Put("a", "2", b"{}")])


@pytest.mark.parametrize(
    "body",
    [b"[]", b"{}", b'{"version":1}', b'{"version":1,"seq":1,"changes":[["move","a","1"]]}', b"nonsense",
     b'{"version":1,"seq":1,"changes":[["put","a"]]}', b'{"version":"1","seq":1,"changes":[]}',
     b'{"version":1,"seq":1,"lengths":[20],"changes":[["put","a","1",{},5]]}',
     b'{"version":1,"seq":1,"lengths":[16,,16],"changes":[["put","a","1",{}],["put","a","2",{}]]}'],
)  # fmt: skip
def test_line_with_a_right_checksum_and_nonsense_in_it_is_bad(body):
    """Whoever repaired a file by hand gets an answer, not a traceback."""
    with pytest.raises(BadJournalLine):
        decode(b'{"crc32":"%08x","length":%d,"body":%s}\n' % (zlib.crc32(body), len(body), body), cut=True)
