"""Revenue import: preview of a CSV file: valid lines, and what is wrong with the others.

Made for what spreadsheets write here: `;`, `,` or a tab between cells, UTF-8 or the old Polish code page,
headings in either language, a decimal comma or point, days as 2026-11-24 or 24.11.2026. What could mean two
things is a mistake of its line, never a guess. Nothing is recorded here.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum
from hashlib import sha256

from forms_service.domain.partners.invoice_lines import (
    LONGEST_TEXT,
    InvoicedTo,
    InvoiceLine,
    LineFault,
    LineRefused,
    line,
)
from forms_service.domain.partners.revenue import NOTHING, key_of_line
from forms_service.domain.partners.revenue_columns import HEADINGS, NEEDED, SAYS_AMOUNT, SAYS_NET
from forms_service.domain.values.csv_table import CsvRow, CsvTable, as_csv, table
from forms_service.domain.values.days import read_day
from forms_service.domain.values.normalisation import folded
from forms_service.domain.values.text_encoding import decoded
from partner_program.model import LANGUAGES, Program

LARGEST_BYTES = 200_000
"""So that the whole form, with the file's text in it, is no larger than any other."""
MOST_LINES = 10_000

_RECIPIENTS = {
    InvoicedTo.PARTNER: ("partner", "partnerowi", "partnera"),
    InvoicedTo.END_CUSTOMER: (
        "end customer", "end user", "customer", "klient", "klient końcowy", "klient koncowy",
        "użytkownik końcowy", "uzytkownik koncowy",
    ),
}  # fmt: skip
_SHOWN = 60
"""How much of a bad value is shown."""


class FileFault(StrEnum):
    """Why a file is refused as a whole."""

    EMPTY = "empty"
    TOO_LARGE = "too_large"
    TOO_MANY_LINES = "too_many_lines"
    NO_TEXT = "no_text"
    """Neither UTF-8 nor the Polish code page, or not a text."""
    NO_HEADINGS = "no_headings"
    """No line near the top names the columns that are needed."""
    REPEATED = "repeated"
    """Two columns mean the same."""
    BROKEN = "broken"
    """A quotation mark is not closed, or something stands behind a closing one."""
    TWO_ENCODINGS = "two_encodings"
    """Windows-1250 and ISO-8859-2 both fit, and say different things."""


class RowFault(StrEnum):
    """Why a line is refused, besides its values."""

    RECORDED = "recorded"
    """The same amount of the same invoice is recorded already."""
    IN_FILE = "in_file"
    """The same amount of the same invoice stands in an earlier line."""
    TOO_MANY_CELLS = "too_many_cells"
    """More cells than headings: a separator stands inside a value that is not quoted."""
    SPLIT_AMOUNT = "split_amount"
    """The comma of an amount may have been taken for the end of the cell."""


@dataclass(frozen=True)
class BadCsvLine:
    """A refused line."""

    number: int
    """As a text editor counts, the headings being 1."""
    fault: LineFault | RowFault
    field: str | None = None
    value: str = ""
    """What stands there."""
    others: tuple["BadCsvLine", ...] = ()
    """What else is wrong with the line."""


@dataclass(frozen=True)
class GoodLine:
    """A valid line."""

    number: int
    line: InvoiceLine


@dataclass(frozen=True)
class CsvPreview:
    """Preview of an import. All or nothing of `good` is recorded, once confirmed."""

    digest: str
    """SHA-256 of the file, so that what is recorded is what was seen."""
    good: tuple[GoodLine, ...] = ()
    bad: tuple[BadCsvLine, ...] = ()
    fault: FileFault | None = None
    missing: tuple[str, ...] = ()
    """The needed columns that the headings do not name."""
    unused: tuple[str, ...] = field(default=())
    """Headings that say nothing to us; their columns are not read."""
    repeated: tuple[str, ...] = ()
    """Headings of columns that mean the same."""
    line: int = 0
    """Where a quotation mark is wrong."""
    rest: str = ""
    """The headings and the bad lines, to be put right and sent again; empty where all lines are good."""

    @property
    def totals(self) -> dict[str, Decimal]:
        """Sums that would be added, by currency."""
        totals: dict[str, Decimal] = {}
        for each in self.good:
            totals[each.line.currency] = totals.get(each.line.currency, NOTHING) + each.line.amount
        return dict(sorted(totals.items()))


def preview(
    data: bytes,
    program: Program,
    *,
    today: date,
    active_since: date,
    is_recorded: Callable[[InvoiceLine], bool] = lambda line: False,
) -> CsvPreview:
    """Parse a file for one partner whose first partner year began on `active_since`.

    `is_recorded` says of an amount of an invoice with a number whether it is there: none is recorded twice.
    """
    digest = sha256(data).hexdigest()
    if len(data) > LARGEST_BYTES:
        return CsvPreview(digest, fault=FileFault.TOO_LARGE)
    found = decoded(data)
    if found.text is None:
        return CsvPreview(digest, fault=FileFault.NO_TEXT)
    if not found.text.strip():
        return CsvPreview(digest, fault=FileFault.EMPTY)
    if found.other is not None:
        return CsvPreview(digest, fault=FileFault.TWO_ENCODINGS)
    rows = table(found.text, HEADINGS, MOST_LINES)
    if fault := _fault(rows):
        return CsvPreview(
            digest,
            fault=fault,
            missing=rows.missing(NEEDED),
            unused=rows.unused,
            repeated=rows.repeated or _competing(rows),
            line=rows.broken,
        )
    reading = _Reading(program, today, active_since, is_recorded)
    for row in rows.rows:
        reading.take(row, is_split=_is_split(row, rows))
    bad = {each.number for each in reading.bad}
    rest = [row.cells for row in rows.rows if row.number in bad]
    return CsvPreview(
        digest,
        tuple(reading.good),
        tuple(reading.bad),
        unused=rows.unused,
        rest=as_csv([rows.headings, *rest]) if rest else "",
    )


def _fault(rows: CsvTable) -> FileFault | None:
    """Why the whole table is not read."""
    if rows.has_too_many_rows:
        return FileFault.TOO_MANY_LINES
    if rows.broken:
        return FileFault.BROKEN
    if rows.repeated or _competing(rows):
        return FileFault.REPEATED
    return FileFault.NO_HEADINGS if rows.missing(NEEDED) else None


def _competing(rows: CsvTable) -> tuple[str, ...]:
    """The column of amounts and others that may be meant, unless it says that it is the net one."""
    used = [heading for heading, name in zip(rows.headings, rows.names, strict=True) if name == "amount"]
    others = tuple(heading for heading in rows.unused if _words(heading) & SAYS_AMOUNT)
    is_clear = not used or _words(used[0]) & SAYS_NET
    return () if is_clear or not others else (used[0].strip(), *others)


def _words(heading: str) -> frozenset[str]:
    return frozenset(re.findall(r"\w+", folded(heading[:LONGEST_TEXT])))


def _is_split(row: CsvRow, rows: CsvTable) -> bool:
    """Whether the decimals of an amount may stand in the next column: `1200,50` between commas."""
    at = rows.names.index("amount")
    amount, decimals = (*(cell.strip() for cell in row.cells[at : at + 2]), "", "")[:2]
    is_whole = re.fullmatch(r"-?[0-9][0-9 ]*", amount)
    return rows.separator == "," and bool(is_whole) and re.fullmatch("[0-9]{1,2}", decimals) is not None


@dataclass
class _Reading:
    """Lines on their way into good and bad ones."""

    program: Program
    today: date
    active_since: date
    is_recorded: Callable[[InvoiceLine], bool]
    seen: set[tuple[str, ...]] = field(default_factory=set)
    """Amounts of earlier lines."""
    good: list[GoodLine] = field(default_factory=list)
    bad: list[BadCsvLine] = field(default_factory=list)

    def take(self, row: CsvRow, *, is_split: bool) -> None:
        """One line."""
        number, given = row.number, row.values
        if given is not None and is_split:
            self.bad.append(BadCsvLine(number, RowFault.SPLIT_AMOUNT))
            return
        if given is None:
            self.bad.append(BadCsvLine(number, RowFault.TOO_MANY_CELLS))
            return
        model, invoiced_to = _model(given["model"], self.program), _to(given["invoiced_to"])
        values = {**given, "model": model, "invoiced_to": invoiced_to}
        try:
            read = line(
                values,
                self.program,
                today=self.today,
                active_since=self.active_since,
                read_date=read_day,
            )
        except LineRefused as refused:
            first, *others = (
                BadCsvLine(number, each.fault, each.field, given[each.field][:_SHOWN])
                for each in (refused, *refused.others)
            )
            self.bad.append(replace(first, others=tuple(others)))
            return
        key = key_of_line(read)
        if read.document and (key in self.seen or self.is_recorded(read)):
            fault = RowFault.IN_FILE if key in self.seen else RowFault.RECORDED
            self.bad.append(BadCsvLine(number, fault, "document", read.document))
            return
        self.seen.add(key)
        self.good.append(GoodLine(number, read))


def _model(text: str, program: Program) -> str:
    """The id of the model that is meant; the text itself where none is."""
    word = _letters(text[:LONGEST_TEXT])
    for model in program.models:
        titles = [model.title[language] for language in LANGUAGES]
        short = [title.partition("(")[0] for title in titles]
        if word and word in map(_letters, (model.id, *titles, *short)):
            return model.id
    return text.strip()


def _letters(text: str) -> str:
    """Without what divides words: `Sell with` and `sell-with` are one model."""
    return re.sub(r"\W", "", folded(text))


def _to(text: str) -> str:
    words = folded(text[:LONGEST_TEXT])
    return next((to.value for to, known in _RECIPIENTS.items() if words in known), text.strip())
