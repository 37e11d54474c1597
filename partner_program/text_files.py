"""Text files: decode a hand-edited file: UTF-8, no byte order mark, no merge markers."""

import re

NOT_UTF_8 = "not UTF-8: save the file with the encoding UTF-8"
MERGE_CONFLICT = "a merge conflict was left here: keep one of the two versions, delete the lines of signs"

_CONFLICT = re.compile(r"(?:<{7}|>{7}|\|{7})(?: |$)")


def decoded(data: bytes) -> tuple[str, list[tuple[int, str]]]:
    """The text, empty where it is none, and each mistake: line, counted from 1, and message."""
    try:
        text = data.decode("utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        return "", [(data.count(b"\n", 0, error.start) + 1, NOT_UTF_8)]
    return text, [(number, MERGE_CONFLICT) for number in conflicts(text)]


def conflicts(text: str) -> list[int]:
    """Lines, counted from 1, that only a merge tool writes."""
    lines = re.split(r"\r\n|\r|\n", text)
    return [number for number, line in enumerate(lines, start=1) if _CONFLICT.match(line)]
