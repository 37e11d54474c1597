"""CSV reader: the cells of a spreadsheet's file by the names of its columns. Judges no value. Pure.

One set of manners for every import: `;`, `,` or a tab (or what `sep=` says) between cells, any end of line,
in the encodings of `text_encoding`, a title or empty lines above the headings, headings in NFC.
"""

import csv
import io
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from forms_service.domain.values.normalisation import folded

Headings = Mapping[str, tuple[str, ...]]
"""What a column may be called, folded, by its name."""
_HEADINGS_WITHIN = 20
"""In so many lines from the top the headings are looked for."""
_LONGEST_NORMALISED = 400
_SEPARATORS = (";", "\t", ",")
_SEPARATOR_LINE = re.compile(r'\s*"?sep=(.)"?[;,\t]*\s*(?:\r\n|\r|\n|\Z)', re.IGNORECASE)


class CsvRow(NamedTuple):
    """A row below the headings."""

    number: int
    """Where it begins, as a text editor counts."""
    values: dict[str, str] | None
    """Its cells by the names of the columns; None where something stands beyond the last heading."""
    cells: list[str]
    """As they came."""


@dataclass
class CsvTable:
    """A parsed table."""

    headings: list[str] = field(default_factory=list)
    """As they are written; empty where none were found."""
    names: list[str | None] = field(default_factory=list)
    """What each of them means."""
    rows: list[CsvRow] = field(default_factory=list)
    separator: str = ""
    """What stands between cells."""
    broken: int = 0
    """The line that the CSV parser could not read; 0 where it read all."""
    why: str = ""
    """What the parser says of it."""
    has_too_many_rows: bool = False

    @property
    def unused(self) -> tuple[str, ...]:
        """Headings that mean nothing here; their columns are not read."""
        pairs = zip(self.headings, self.names, strict=True)
        return tuple(heading.strip() for heading, name in pairs if name is None and heading.strip())

    @property
    def repeated(self) -> tuple[str, ...]:
        """Headings of columns that mean the same, together."""
        return tuple(
            heading.strip()
            for heading, name in zip(self.headings, self.names, strict=True)
            if name is not None and self.names.count(name) > 1
        )

    def missing(self, needed: Sequence[str]) -> tuple[str, ...]:
        """Those of the columns that no heading names."""
        return tuple(name for name in needed if name not in self.names)


def table(text: str, headings: Headings, most_rows: int) -> CsvTable:
    """The table in a text: its first `most_rows` rows, and whether there are more.

    A text of more than twice as many lines is not read at all, empty lines or not.
    """
    if _line_ends(text) > 2 * most_rows:
        return CsvTable(has_too_many_rows=True)
    told = _SEPARATOR_LINE.match(text)
    skipped = len(re.findall(r"\r\n|\r|\n", told[0])) if told else 0
    body = text[told.end() :] if told else text
    separators = (told[1],) if told else _SEPARATORS
    openings = [_opening(body, separator, headings) for separator in separators]
    found = max(range(len(openings)), key=lambda place: openings[place][0])
    return _read(body, separators[found], openings[found][1], headings, skipped, most_rows)


def _line_ends(text: str) -> int:
    return text.count("\n") + text.count("\r") - text.count("\r\n")


def _opening(body: str, separator: str, headings: Headings) -> tuple[int, int]:
    """How many headings the best of the first lines names, and which line that is."""
    best = (0, 0)
    lines = _lines(body, separator)
    for number in range(_HEADINGS_WITHIN):
        try:
            cells = next(lines, None)
        except csv.Error:
            break
        if cells is None:
            break
        known = sum(_named(cell, headings) is not None for cell in cells)
        best = max(best, (known, -number))
    return best[0], -best[1]


def _lines(body: str, separator: str) -> Any:
    return csv.reader(io.StringIO(body, newline=""), delimiter=separator, strict=True)


def _read(
    body: str, separator: str, heading_row: int, headings: Headings, skipped: int, most_rows: int
) -> CsvTable:
    found, lines = CsvTable(separator=separator), _lines(body, separator)
    named: list[str | None] = []
    for number, (line, cells) in enumerate(_numbered(lines, found, skipped)):
        if number == heading_row:
            found.headings = [_normalised(cell) for cell in cells]
            found.names = [_named(cell, headings) for cell in cells]
            named = found.names[: _width(cells)]
        elif number > heading_row and any(cell.strip() for cell in cells):
            if len(found.rows) == most_rows:
                found.has_too_many_rows = True
                break
            found.rows.append(CsvRow(line, _values(cells, named, headings), cells))
    return found


def _numbered(lines: Any, found: CsvTable, skipped: int) -> Iterator[tuple[int, list[str]]]:
    while True:
        line = lines.line_num + 1 + skipped
        try:
            cells = next(lines, None)
        except csv.Error as error:
            found.broken, found.why = line, str(error)
            return
        if cells is None:
            return
        yield line, cells


def _width(cells: list[str]) -> int:
    """Up to the last heading that is not empty: a line of headings may end with separators."""
    return max((place for place, heading in enumerate(cells, 1) if heading.strip()), default=0)


def _values(cells: list[str], names: list[str | None], headings: Headings) -> dict[str, str] | None:
    if any(cell.strip() for cell in cells[len(names) :]):
        return None
    values = dict.fromkeys(headings, "")
    for name, cell in zip(names, cells, strict=False):
        if name is not None:
            values[name] = _normalised(cell)
    return values


def _named(heading: str, headings: Headings) -> str | None:
    """Which column this heading means."""
    words = folded(_normalised(heading)).strip(" :*\"'")
    return next((name for name, known in headings.items() if words in known), None)


def _normalised(cell: str) -> str:
    """In NFC, as Macs do not write it; not what is too long for any value."""
    return unicodedata.normalize("NFC", cell) if len(cell) <= _LONGEST_NORMALISED else cell


def as_csv(rows: Sequence[Sequence[str]]) -> str:
    """Rows as a text that `table` reads back."""
    return "".join(";".join(map(_quoted, row)) + "\n" for row in rows)


def _quoted(cell: str) -> str:
    """A cell that holds a separator, a quotation mark or the end of a line, in quotation marks."""
    doubled = cell.replace('"', '""')
    return f'"{doubled}"' if re.search(r'[;,\t"\r\n]', cell) else cell
