"""Documents as JSON bytes: what is stored reads back equal or is refused; no value changes silently."""

import json
from collections.abc import Mapping
from typing import Any, cast

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
