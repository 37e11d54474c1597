"""Files that are not as they were written: a torn end is set aside, anything else is refused untouched."""

import logging
import random
import re
from pathlib import Path

import pytest

from forms_service.services.tables import TABLES
from forms_service.store.errors import JournalDamaged, JournalTooNew
from forms_service.store.format import JournalLine, encode
from forms_service.store.store import Store


def add(store: Store, id: str, **more) -> None:
    with store.batch() as batch:
        batch.add("records", {"id": id, **more})


def ids(store: Store) -> list[str]:
    return [record["id"] for record in store.all("records")]


@pytest.fixture
def lines(path: Path) -> list[bytes]:
    """The lines of a journal with five changes, the first one opening it."""
    store = Store(path, tables=TABLES)
    for n in range(5):
        add(store, str(n), text="ą{}[]:,\n\r\u2028\u0085\0" * 2)
    store.close()
    found = path.read_bytes().split(b"\n")[:-1]
    assert len(found) == 6
    return [line + b"\n" for line in found]


@pytest.fixture
def starts(tmp_path: Path):
    """Starts a store on these bytes; gives what it holds, what it set aside, and the file afterwards."""
    count = 0

    def start(content: bytes) -> tuple[list[str], list[bytes], bytes]:
        nonlocal count
        count += 1
        folder = tmp_path / str(count)
        folder.mkdir()
        path = folder / "records.journal"
        path.write_bytes(content)
        try:
            store = Store(path, tables=TABLES)
        except (JournalDamaged, JournalTooNew):
            assert path.read_bytes() == content, "a refused file stays as it was found"
            assert {file.name for file in folder.iterdir()} <= {path.name, path.name + ".lock"}
            raise
        found = ids(store)
        aside = [file.read_bytes() for file in store.health().set_aside]
        after = path.read_bytes()
        add(store, "next")
        store.close()
        again = Store(path, tables=TABLES)
        assert ids(again) == [*found, "next"], "the next line starts on a line of its own"
        again.close()
        return found, aside, after

    return start


def test_cut_at_every_byte_of_the_last_three_lines(lines, starts):
    """S2, S5: whole lines are kept, the rest is set aside; a line without its newline is not whole."""
    whole = b"".join(lines)
    for kept in (3, 4, 5):
        start = len(b"".join(lines[:kept]))
        for cut in range(start, start + len(lines[kept])):
            found, aside, after = starts(whole[:cut])
            assert found == [str(n) for n in range(kept - 1)]
            assert aside == ([whole[start:cut]] if cut > start else [])
            assert after == whole[:start]


def test_every_bit_of_the_last_line_flipped(lines, starts):
    """Set aside, whatever its bytes: it may be what an interrupted write left."""
    start = len(b"".join(lines[:-1]))
    whole = b"".join(lines)
    for at in range(start, len(whole)):
        for bit in range(8) if at % 5 == 0 else (at % 8,):
            found, aside, _ = starts(flipped(whole, at, bit))
            assert found == ["0", "1", "2", "3"]
            assert aside == [flipped(whole, at, bit)[start:]]


@pytest.mark.parametrize("number", [0, 2, 4])
def test_every_bit_of_an_earlier_line_flipped(lines, starts, number):
    """S4: refused with file, line and offset; the newline that separates it from the last line included."""
    whole = b"".join(lines)
    start = len(b"".join(lines[:number]))
    for at in range(start, start + len(lines[number])):
        for bit in range(8):
            with pytest.raises(JournalDamaged) as caught:
                starts(flipped(whole, at, bit))
            assert (caught.value.line, caught.value.offset) == (number + 1, start)
    assert re.search(r"records\.journal: line \d, byte \d+: .+ data show.+ data salvage", str(caught.value))


def flipped(content: bytes, at: int, bit: int) -> bytes:
    return content[:at] + bytes([content[at] ^ 1 << bit]) + content[at + 1 :]


@pytest.mark.parametrize("at", [3, 60, -3])
def test_last_two_lines_damaged_are_not_taken_for_a_torn_end(lines, starts, at):
    """Only one line is ever unfinished; where a second one shows, the first had been acknowledged."""
    for byte in (b"\0", b"x", b"9"):
        damaged = [line[:at] + byte + line[at:][1:] for line in lines[-2:]]
        with pytest.raises(JournalDamaged):
            starts(b"".join(lines[:-2] + damaged))


def test_newline_that_came_into_the_last_line_is_damage_to_that_line(lines, starts):
    """Its start says how long it is, so it is one line still."""
    last = lines[-1]
    for at in range(len(last) // 2, len(last) - 1, 7):
        damaged = last[:at] + b"\n" + last[at + 1 :]
        assert starts(b"".join(lines[:-1]) + damaged)[:2] == (["0", "1", "2", "3"], [damaged])


@pytest.mark.parametrize("zeros", [1, 100, 512, 700])
def test_end_filled_with_zeros(lines, starts, zeros):
    """S3: a file system may keep the length of a write and lose its bytes; what is whole before stays."""
    whole = b"".join(lines)
    content = whole[:-zeros] + bytes(zeros)
    found, aside, _ = starts(content)
    ends = [len(b"".join(lines[:n])) for n in range(len(lines))]
    last = max(end for end in ends if end <= len(whole) - zeros)
    assert found == [str(n) for n in range(ends.index(last) - 1)]
    assert aside == [content[last:]]


@pytest.mark.parametrize("zeros", [512, 4096])
def test_end_filled_with_zeros_within_a_long_line(path, starts, zeros):
    """S3, in lines that are longer than what was lost."""
    store = Store(path, tables=TABLES)
    for n in range(3):
        add(store, str(n), text="x" * 9000)
    store.close()
    content = path.read_bytes()
    assert starts(content[:-zeros] + bytes(zeros))[0] == ["0", "1"]


def test_garbage_of_any_kind_behind_the_last_line(lines, starts):
    """Whatever its bytes, as long as no newline says that a line was finished."""
    choose = random.Random(5)
    for length in (1, 2, 80, 5000):
        garbage = bytes(choose.choice(range(11, 256)) for _ in range(length))
        found, aside, _ = starts(b"".join(lines) + garbage)
        assert (found, aside) == (["0", "1", "2", "3", "4"], [garbage])


def test_missing_line_is_damage(lines, starts):
    """Each line is whole, but somebody took one out."""
    with pytest.raises(JournalDamaged, match="changes 3 to 3 are missing"):
        starts(b"".join(lines[:3] + lines[4:]))


def test_line_that_is_there_twice_counts_once(lines, starts):
    """S6: lines are known by their number, so reading one again changes nothing."""
    found, aside, _ = starts(b"".join(lines + lines[2:4] + lines[5:]))
    assert (found, aside) == (["0", "1", "2", "3", "4"], [])


def test_line_of_a_newer_format_is_refused(lines, starts):
    """Also as the last line: it is whole, and throwing it away would lose data."""
    newer = encode(JournalLine(6, [])).replace(b'"version":1', b'"version":2')
    import zlib

    body = newer[newer.index(b'"body":') + 7 : -2]
    newer = b'{"crc32":"%08x","length":%d,"body":%s}\n' % (zlib.crc32(body), len(body), body)
    with pytest.raises(JournalTooNew, match="line 7 has format version 2, this software reads up to 1"):
        starts(b"".join(lines) + newer)
    with pytest.raises(JournalTooNew):
        starts(b"".join(lines[:3]) + newer + b"".join(lines[3:]))


@pytest.mark.parametrize(
    "content",
    [
        b'{"_default": {"1": {"a": 1}}}',
        b'{"_default": {}}\n',
        b"dear diary\n",
        b"dear diary",
        b"SQLite format 3\0",
    ],
)
def test_somebody_elses_file_is_refused(starts, content):
    """A wrong path must not cost anybody a file, not even by moving it aside."""
    with pytest.raises(JournalDamaged, match="not a journal"):
        starts(content)


def test_empty_or_hardly_begun_file_is_a_new_journal(lines, starts):
    assert starts(b"") == ([], [], lines[0])
    for cut in range(1, len(lines[0])):
        assert starts(lines[0][:cut]) == ([], [lines[0][:cut]], lines[0])


def test_torn_end_is_logged_once_and_shown_by_health(lines, path, caplog):
    """One warning with the place, no content."""
    path.write_bytes(b"".join(lines)[:-7])
    with caplog.at_level(logging.WARNING):
        store = Store(path, tables=TABLES)
    assert len(caplog.records) == 1
    message = caplog.records[0].getMessage()
    assert "line 6, byte" in message
    assert "records.journal.1.broken" in message
    assert "text" not in message
    health = store.health()
    assert health.ok
    assert [file.name for file in health.set_aside] == ["records.journal.1.broken"]
    store.close()


def test_each_torn_end_has_a_file_of_its_own(path):
    """Eleven crashes, eleven files, in their order."""
    for n in range(11):
        store = Store(path, tables=TABLES)
        add(store, str(n))
        store.close()
        with path.open("ab") as file:
            file.write(b"torn %d" % n)
    store = Store(path, tables=TABLES)
    assert [file.read_bytes() for file in store.health().set_aside] == [b"torn %d" % n for n in range(11)]
    assert ids(store) == [str(n) for n in range(11)]
    store.close()


def test_leftover_of_an_interrupted_compaction_is_removed(path, lines):
    temporary = path.with_name(path.name + ".tmp")
    temporary.write_bytes(b"half a snapshot")
    store = Store(path, tables=TABLES)
    assert not temporary.exists()
    assert ids(store) == ["0", "1", "2", "3", "4"]
    store.close()


def test_snapshot_with_a_line_missing_is_damage(path, starts):
    """Also where as many lines of changes follow."""
    store = Store(path, tables=TABLES)
    for id in "abcd":
        add(store, id, text="x" * 200_000)
    store.compact()
    for id in "efgh":
        add(store, id)
    store.close()
    lines = path.read_bytes().split(b"\n")
    assert starts(b"\n".join(lines))[0] == list("abcdefgh")
    for missing in (1, 2, 3):
        with pytest.raises(JournalDamaged, match="a line of the snapshot is missing before this one"):
            starts(b"\n".join(lines[:missing] + lines[missing + 1 :]))


def test_cut_snapshot_is_damage(path, starts):
    """A snapshot gets its name when it is whole; a part of it is never what a crash leaves."""
    store = Store(path, tables=TABLES)
    add(store, "a", text="x" * 200_000)
    add(store, "b")
    store.compact()
    store.close()
    content = path.read_bytes()
    for cut in (len(content) - 1, len(content) - 10, content.rindex(b'{"crc32"'), 80):
        with pytest.raises(JournalDamaged):
            starts(content[:cut])
    assert starts(content)[0] == ["a", "b"]
