"""FORMAT.md says all that a reader needs, and the example in it reads what the store writes."""

import json
import re
import subprocess
import sys
import zlib
from pathlib import Path

import pytest

import forms_service.store
from forms_service.store.lines import (
    OPENING,
    BadLine,
    Create,
    Drop,
    Line,
    Put,
    Remove,
    announced_length,
    decode,
    encode,
    starts_with_whole_line,
)
from forms_service.store.records import Store

FORMAT = (Path(forms_service.store.__file__).parent / "FORMAT.md").read_text()
EXAMPLE = re.search(r"```python\n(.+?)```", FORMAT, re.S)[1]


def read_as_documented(path: Path) -> dict:
    done = subprocess.run([sys.executable, "-c", EXAMPLE, path], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.fixture
def history(path) -> dict:
    """What a store holds after changes of every kind, two compactions and a torn end."""
    store = Store(path)
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
    assert decode(line) == Line(7, [Put("records", "12", b'{"id":"DEAL-7K3M-2P9Q"}')])
    assert encode(decode(line)) == line


def test_opening_line_of_the_page_is_that_of_a_new_file():
    body = json.loads(re.search(r'`(\{"version":1,"seq":0.+?)`', FORMAT)[1])
    assert json.loads(OPENING)["body"] == body


@pytest.mark.parametrize(
    "line",
    [
        Line(0, [], parts=0),
        Line(12, [], parts=3),
        Line(12, [Create("a"), Put("a", "1", b'{"x":"\\u0000\xc4\x85"}')], part=2),
        Line(99, [Remove("a", "1"), Drop("a"), Drop('b"\n')]),
        Line(1, []),
    ],
)
def test_encoded_line_decodes_to_the_same(line):
    assert decode(encode(line)) == line
    assert announced_length(encode(line)) == len(encode(line))
    assert starts_with_whole_line(encode(line)[:-1] + b"?")


@pytest.mark.parametrize(
    "body",
    [b"[]", b"{}", b'{"version":1}', b'{"version":1,"seq":1,"changes":[["move","a","1"]]}', b"nonsense",
     b'{"version":1,"seq":1,"changes":[["put","a"]]}', b'{"version":"1","seq":1,"changes":[]}'],
)  # fmt: skip
def test_line_with_a_right_checksum_and_nonsense_in_it_is_bad(body):
    """Whoever repaired a file by hand gets an answer, not a traceback."""
    with pytest.raises(BadLine):
        decode(b'{"crc32":"%08x","length":%d,"body":%s}\n' % (zlib.crc32(body), len(body), body))
