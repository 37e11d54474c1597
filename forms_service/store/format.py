"""Journal format: encode and decode the lines of a journal. No I/O. FORMAT.md is its specification."""

import json
import re
import zlib
from collections.abc import Mapping
from typing import Any, NamedTuple, cast

import orjson

# These would be written as text and come back as something else.
_STRICT = orjson.OPT_PASSTHROUGH_DATETIME | orjson.OPT_PASSTHROUGH_DATACLASS | orjson.OPT_PASSTHROUGH_SUBCLASS


def encode_document(document: Mapping[str, Any]) -> tuple[bytes, dict[str, Any]]:
    """The document's bytes, and the document as it will be read from them, a copy.

    As in TinyDB's JSON, tuples become lists and keys become text.

    Raises:
        TypeError: a value has no place in JSON, or is an integer of more than 64 bits or text that is
            not valid Unicode.
        ValueError: a number is not finite.
    """
    raw, read, _ = encode_and_return(document)
    return raw, read


def encode_and_return(document: Mapping[str, Any]) -> tuple[bytes, dict[str, Any], dict[str, Any]]:
    """As `encode_document`; and the document once more, which is the one given where that reads the same."""
    plain = document if type(document) is dict else dict(document)
    try:
        raw = to_bytes(plain, _STRICT)
        read = orjson.loads(raw)
    except TypeError:
        read = None
    if read != plain:
        # Rare: sort out with the standard library what is allowed to change and what is not.
        plain = json.loads(json.dumps(plain, allow_nan=False))
        raw = to_bytes(plain)
        read = orjson.loads(raw)
    return raw, cast(dict[str, Any], read), plain


def to_bytes(value: Any, option: int = 0) -> bytes:
    """The value as JSON, in no more memory than it takes: what `orjson` returns keeps its whole buffer."""
    return bytes(memoryview(orjson.dumps(value, option=option)))


def decode_document(raw: bytes) -> dict[str, Any]:
    """A copy of the document, the caller's own."""
    return cast(dict[str, Any], orjson.loads(raw))


FORMAT_VERSION = 1

_START = re.compile(rb'\{"crc32":"([0-9a-f]{8})","length":([1-9][0-9]{0,17}),"body":')
_END = b"}\n"
_HEAD = re.compile(
    rb'\{"version":%d,"seq":([0-9]{1,18}),(?:"part":([0-9]{1,18}),)?' % FORMAT_VERSION
    + rb'"lengths":\[([0-9]{1,18}(?:,[0-9]{1,18})*)\],"changes":(?=\[)'
)
_PUT = re.compile(rb'[\[,]\["put","([ !#-\[\]-~]*)","([ !#-\[\]-~]*)",(?=\{)')
_LATER_START = re.compile(rb'\n\{"crc32":"[0-9a-f]{8}","length":')


class BadJournalLine(Exception):
    """Not a valid line (checksum, syntax); the message says why."""


class NewerLine(Exception):
    """A whole line of a newer format; `version` is its version."""

    def __init__(self, version: object) -> None:
        super().__init__(f"format version {version}")
        self.version = version


class Put(NamedTuple):
    """Change: the document has this content; a new one comes last in its table."""

    table: str
    id: str
    raw: bytes
    """The document as JSON, as `orjson` writes it."""
    document: Mapping[str, Any] | None = None
    """What `raw` says, where that is at hand; nobody changes it."""

    def read(self) -> Mapping[str, Any]:
        """The document, to look at."""
        return decode_document(self.raw) if self.document is None else self.document


class Remove(NamedTuple):
    """Change: remove a document."""

    table: str
    id: str


class Create(NamedTuple):
    """Change: create a table."""

    table: str


class Drop(NamedTuple):
    """Change: drop a table with all its documents."""

    table: str


Change = Put | Remove | Create | Drop


class JournalLine(NamedTuple):
    """A decoded line."""

    seq: int
    """The number of the change; in the opening line and the parts of a snapshot, of the last one within."""
    changes: list[Change]
    parts: int | None = None
    """Only in the opening line: how many lines of snapshot follow."""
    part: int | None = None
    """Only in a snapshot's line: which of them it is, from 1."""


def encode(line: JournalLine) -> bytes:
    """Encode a line, newline included."""
    changes = [_encode_change(change) for change in line.changes]
    marks = b""
    if line.parts is not None:
        marks = b'"parts":%d,' % line.parts
    elif line.part is not None:
        marks = b'"part":%d,' % line.part
    if changes:
        marks += b'"lengths":[%s],' % ",".join([str(len(change)) for change in changes]).encode()
    head = b'{"version":%d,"seq":%d,%s"changes":[' % (FORMAT_VERSION, line.seq, marks)
    body = b"".join((head, b",".join(changes), b"]}"))
    return b"".join((b'{"crc32":"%08x","length":%d,"body":' % (zlib.crc32(body), len(body)), body, _END))


def _encode_change(change: Change) -> bytes:
    match change:
        case Put(table, id, raw, _):
            return b"".join((b'["put",', orjson.dumps(table), b",", orjson.dumps(id), b",", raw, b"]"))
        case Remove(table, id):
            return b'["remove",%s,%s]' % (orjson.dumps(table), orjson.dumps(id))
        case Create(table):
            return b'["create",%s]' % orjson.dumps(table)
        case Drop(table):
            return b'["drop",%s]' % orjson.dumps(table)


def decode(data: bytes, *, cut: bool = False) -> JournalLine:
    """Decode a line, newline included.

    With `cut`, documents are cut out where the line says that they are, and not looked into: the checksum
    tells that they are as they were written. That is much quicker.

    Raises:
        BadLine: it is not whole, or its checksum does not match.
        NewerLine: it is whole, and of a format this software does not know.
    """
    start, end = _checked(data)
    if data[end:] != _END:
        raise BadJournalLine("the line does not end where it says")
    line = _cut(data, start, end) if cut else None
    return line or _parse(memoryview(data)[start:end])


def _parse(body: memoryview) -> JournalLine:
    try:
        said = orjson.loads(body)
        if said["version"] > FORMAT_VERSION:
            raise NewerLine(said["version"])
        changes = [_decode_change(*change) for change in said["changes"]]
        return JournalLine(said["seq"], changes, said.get("parts"), said.get("part"))
    except (ValueError, KeyError, TypeError) as error:
        raise BadJournalLine("the checksum matches, but this is not a line of this format") from error


def _cut(data: bytes, start: int, end: int) -> JournalLine | None:
    """What a line says that only sets documents; None if it does more, or is not laid out as we write it."""
    head = _HEAD.match(data, start, end)
    if head is None:
        return None
    changes: list[Change] = []
    at = head.end()
    for length in head[3].split(b","):
        put = _PUT.match(data, at, end)
        at += 1 + int(length)
        if put is None or data[at - 2 : at] != b"}]":
            return None
        changes.append(Put(put[1].decode(), put[2].decode(), data[put.end() : at - 1]))
    if data[at:end] != b"]}":
        return None
    return JournalLine(int(head[1]), changes, part=int(head[2]) if head[2] else None)


def _decode_change(kind: str, table: str, id: str | None = None, document: Any = None) -> Change:
    if kind == "put" and id is not None:
        return Put(table, id, to_bytes(document))
    if kind == "remove" and id is not None:
        return Remove(table, id)
    if kind == "create":
        return Create(table)
    if kind == "drop":
        return Drop(table)
    raise ValueError(kind)


def starts_with_whole_line(data: bytes) -> bool:
    """Whether `data` starts with a line that is whole, whatever stands where its newline should be."""
    try:
        _, end = _checked(data)
    except BadJournalLine:
        return False
    return data.startswith(_END[:-1], end)


def announced_length(data: bytes) -> int | None:
    """How long the line that starts here says it is, newline included; None if it does not say."""
    start = _START.match(data)
    return start and start.end() + int(start[2]) + len(_END)


def find_start(data: bytes, offset: int = 0) -> int:
    """Offset of the next thing behind a newline that looks like the start of a line, or -1."""
    found = _LATER_START.search(data, offset)
    return found.start() + 1 if found else -1


def _checked(data: bytes) -> tuple[int, int]:
    """Where the body starts and ends that a line's start announces, its checksum found right."""
    start = _START.match(data)
    if start is None:
        raise BadJournalLine("this is not the start of a line")
    end = start.end() + int(start[2])
    if end > len(data) or b"%08x" % zlib.crc32(memoryview(data)[start.end() : end]) != start[1]:
        raise BadJournalLine("the checksum does not match")
    return start.end(), end


OPENING = encode(JournalLine(0, [], parts=0))
"""The first line of a new journal."""
