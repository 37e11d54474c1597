"""The cells of a file of amounts: which encoding, which separator, which column is which. Judges no value."""

import csv
import io
import re
from collections.abc import Iterator, Mapping
from typing import Any

HEADINGS: Mapping[str, tuple[str, ...]] = {
    "date": ("date", "invoice date", "data", "data faktury", "data wystawienia"),
    "amount": ("amount", "net amount", "net", "value", "kwota", "kwota netto", "netto", "wartość", "wartosc"),
    "currency": ("currency", "waluta"),
    "model": ("model", "selling model", "model sprzedaży", "model sprzedazy"),
    "invoiced_to": ("invoiced to", "recipient", "odbiorca", "odbiorca faktury", "faktura dla"),
    "area": ("area", "obszar"),
    "document": (
        "document",
        "invoice",
        "invoice number",
        "dokument",
        "faktura",
        "numer faktury",
        "nr faktury",
    ),
}
"""What a column may be called."""
NEEDED = ("date", "amount", "currency", "model", "invoiced_to")

_SEPARATOR_LINE = re.compile(r'"?sep=(.)"?\s*', re.IGNORECASE)
_SEPARATORS = (";", "\t", ",")


class Rows:
    """The lines below the headings, each with where it begins and its cells by the names of `HEADINGS`."""

    def __init__(self, text: str) -> None:
        first, _, rest = text.partition("\n")
        told = _SEPARATOR_LINE.fullmatch(first.strip())
        self._before = 1 if told else 0
        body = rest if told else text
        separators = (told[1],) if told else _SEPARATORS
        self._reader, headings = max(
            (_opened(body, separator) for separator in separators),
            key=lambda opened: sum(heading is not None for heading in map(_named, opened[1])),
        )
        self._names = [_named(heading) for heading in headings]
        self.missing = tuple(name for name in NEEDED if name not in self._names)
        self.unused = tuple(
            heading.strip()
            for heading, name in zip(headings, self._names, strict=True)
            if name is None and heading.strip()
        )

    def __iter__(self) -> Iterator[tuple[int, dict[str, str] | None]]:
        number = self._reader.line_num
        for cells in self._reader:
            start, number = number + 1 + self._before, self._reader.line_num
            if not any(cell.strip() for cell in cells):
                continue
            if any(cell.strip() for cell in cells[len(self._names) :]):
                yield start, None
                continue
            found = dict.fromkeys(HEADINGS, "")
            for name, cell in zip(self._names, cells, strict=False):
                if name is not None:
                    found[name] = cell
            yield start, found


def _opened(body: str, separator: str) -> tuple[Any, list[str]]:
    reader = csv.reader(io.StringIO(body, newline=""), delimiter=separator)
    try:
        return reader, next(reader, [])
    except csv.Error:
        return reader, []


def _named(heading: str) -> str | None:
    """Which column this heading means; the first one of a name counts."""
    folded = " ".join(heading.replace("_", " ").split()).casefold()
    return next((name for name, headings in HEADINGS.items() if folded in headings), None)


def decoded(data: bytes) -> str | None:
    """The text of a file: UTF-8, or else the old Polish code page; None for what is no text."""
    if b"\0" in data:
        return None
    for encoding in ("utf-8-sig", "cp1250"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None
