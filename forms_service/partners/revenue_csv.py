"""Amounts from a CSV file: what would be recorded, and what is wrong with each line that would not.

Made for what spreadsheets write here: `;`, `,` or a tab between cells, UTF-8 or the old Polish code page,
headings in either language, a decimal comma or point, days as 2026-11-24 or 24.11.2026. What could mean two
things is a mistake of its line, never a guess. Nothing is recorded here.
"""

import csv
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum
from hashlib import sha256

from forms_service.partners.revenue import NOTHING, key_of_line
from forms_service.partners.revenue_lines import InvoicedTo, Line, LineFault, LineRefused, line
from forms_service.partners.revenue_table import Rows, decoded
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
_DOTTED = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})", re.ASCII)
_DASHED = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_SHOWN = 60
"""How much of a bad value is shown."""


class FileFault(StrEnum):
    """Why a file is not read at all."""

    EMPTY = "empty"
    TOO_LARGE = "too_large"
    TOO_MANY_LINES = "too_many_lines"
    NO_TEXT = "no_text"
    """Neither UTF-8 nor the Polish code page, or not a text."""
    NO_HEADINGS = "no_headings"
    """The first line does not name the columns that are needed."""


class RowFault(StrEnum):
    """Why a line is not recorded whatever its values are."""

    RECORDED = "recorded"
    """The same amount of the same invoice is recorded already."""
    IN_FILE = "in_file"
    """The same amount of the same invoice stands in an earlier line."""
    TOO_MANY_CELLS = "too_many_cells"
    """More cells than headings: a separator stands inside a value that is not quoted."""


@dataclass(frozen=True)
class BadLine:
    """A line that would not be recorded."""

    number: int
    """As a text editor counts, the headings being 1."""
    fault: LineFault | RowFault
    field: str | None = None
    value: str = ""
    """What stands there."""
    others: tuple["BadLine", ...] = ()
    """What else is wrong with the line."""


@dataclass(frozen=True)
class GoodLine:
    """A line that would be recorded."""

    number: int
    line: Line


@dataclass(frozen=True)
class Preview:
    """What a file holds. All or nothing of `good` is recorded, when people have seen this."""

    digest: str
    """SHA-256 of the file, so that what is recorded is what was seen."""
    good: tuple[GoodLine, ...] = ()
    bad: tuple[BadLine, ...] = ()
    fault: FileFault | None = None
    missing: tuple[str, ...] = ()
    """The needed columns that the headings do not name."""
    unused: tuple[str, ...] = field(default=())
    """Headings that say nothing to us; their columns are not read."""

    @property
    def totals(self) -> dict[str, Decimal]:
        """What would be added, for each currency."""
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
    is_recorded: Callable[[Line], bool] = lambda line: False,
) -> Preview:
    """Read a file for one partner whose first partner year began on `active_since`.

    `is_recorded` says of an amount of an invoice with a number whether it is there: none is recorded twice.
    """
    digest = sha256(data).hexdigest()
    if len(data) > LARGEST_BYTES:
        return Preview(digest, fault=FileFault.TOO_LARGE)
    text = decoded(data)
    if text is None:
        return Preview(digest, fault=FileFault.NO_TEXT)
    if not text.strip():
        return Preview(digest, fault=FileFault.EMPTY)
    rows = Rows(text)
    if rows.missing:
        return Preview(digest, fault=FileFault.NO_HEADINGS, missing=rows.missing, unused=rows.unused)
    reading = _Reading(program, today, active_since, is_recorded)
    try:
        for number, row in rows:
            if len(reading.good) + len(reading.bad) == MOST_LINES:
                return Preview(digest, fault=FileFault.TOO_MANY_LINES)
            reading.take(number, row)
    except csv.Error:
        return Preview(digest, fault=FileFault.NO_TEXT)
    return Preview(digest, tuple(reading.good), tuple(reading.bad), unused=rows.unused)


@dataclass
class _Reading:
    """Lines on their way into good and bad ones."""

    program: Program
    today: date
    active_since: date
    is_recorded: Callable[[Line], bool]
    seen: set[tuple[str, ...]] = field(default_factory=set)
    """Amounts of earlier lines."""
    good: list[GoodLine] = field(default_factory=list)
    bad: list[BadLine] = field(default_factory=list)

    def take(self, number: int, row: Mapping[str, str] | None) -> None:
        """One line: its values, or None where there are more cells than headings."""
        if row is None:
            self.bad.append(BadLine(number, RowFault.TOO_MANY_CELLS))
            return
        values = {**row, "model": _model(row["model"], self.program), "invoiced_to": _to(row["invoiced_to"])}
        try:
            read = line(
                values,
                self.program,
                today=self.today,
                active_since=self.active_since,
                read_date=read_date,
            )
        except LineRefused as refused:
            first, *others = (
                BadLine(number, each.fault, each.field, row[each.field][:_SHOWN])
                for each in (refused, *refused.others)
            )
            self.bad.append(replace(first, others=tuple(others)))
            return
        key = key_of_line(read)
        if read.document and (key in self.seen or self.is_recorded(read)):
            fault = RowFault.IN_FILE if key in self.seen else RowFault.RECORDED
            self.bad.append(BadLine(number, fault, "document", read.document))
            return
        self.seen.add(key)
        self.good.append(GoodLine(number, read))


def read_date(text: str) -> date:
    """A day as spreadsheets write it here. Raises ValueError, also for `11/12/2026`: which is the month?"""
    if dotted := _DOTTED.fullmatch(text):
        day, month, year = map(int, dotted.groups())
        return date(year, month, day)
    if not _DASHED.fullmatch(text):
        raise ValueError(text)
    return date.fromisoformat(text)


def _model(text: str, program: Program) -> str:
    """The id of the model that is meant; the text itself where none is."""
    folded = text.strip().casefold()
    for model in program.models:
        titles = [model.title[language].casefold() for language in LANGUAGES]
        if folded in (model.id, *titles, *(title.partition("(")[0].strip() for title in titles)):
            return model.id
    return text.strip()


def _to(text: str) -> str:
    folded = " ".join(text.replace("_", " ").split()).casefold()
    return next((to.value for to, words in _RECIPIENTS.items() if folded in words), text.strip())
