"""Spreadsheets: any list as CSV of any length, or XLSX up to 10,000 rows. No cell is a formula.

A text is never a formula: whatever a spreadsheet would compute is marked as text. Numbers, dates and times
are typed as such and left alone. Times are Warsaw's.
"""

import csv
import io
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from itertools import chain, islice
from typing import IO, Any, Generic, TypeVar

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from forms_service.domain.clock import ZONE
from partner_program.model import Language

Cell = str | int | Decimal | date | datetime | None
"""What stands in a cell. A datetime has a time zone; None is an empty cell."""

Row = TypeVar("Row")


@dataclass(frozen=True)
class Column(Generic[Row]):
    """A column."""

    heading: str
    value: Callable[[Row], Cell]
    width: int = 18
    """In characters, where the format knows widths."""


class TooManyRows(ValueError):
    """The list is too long for this format. Offer CSV."""


XLSX_ROWS = 10_000
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV_TYPE = "text/csv; charset=utf-8"

_CHUNK_CHARACTERS = 64 * 1024
_CELL_CHARACTERS = 32_767
_FORMULA_SIGNS = frozenset("=+-@＝＋－＠﹢﹣﹫−")
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def csv_chunks(columns: Sequence[Column[Row]], rows: Iterable[Row], language: Language) -> Iterator[bytes]:
    """CSV in pieces, in constant memory: UTF-8 with a byte order mark, every cell quoted.

    Polish: `;` between cells and a decimal comma, as spreadsheets here expect; otherwise `,` and a point.
    A text that a spreadsheet would compute gets a `'` in front.
    """
    buffer = io.StringIO("\ufeff")
    buffer.seek(0, io.SEEK_END)
    writer = csv.writer(buffer, delimiter=";" if language == "pl" else ",", quoting=csv.QUOTE_ALL)
    comma = "," if language == "pl" else "."
    headings = [_without_formula(column.heading) for column in columns]
    cells = ([_as_text(column.value(row), comma) for column in columns] for row in rows)
    for line in chain([headings], cells):
        writer.writerow(line)
        if buffer.tell() >= _CHUNK_CHARACTERS:
            yield _taken(buffer)
    yield _taken(buffer)


def write_xlsx(
    file: IO[bytes],
    title: str,
    columns: Sequence[Column[Row]],
    rows: Iterable[Row],
    *,
    limit: int = XLSX_ROWS,
) -> None:
    """Workbook of one sheet, its first row fixed and filterable.

    Every text is a text, also one that begins with `=`; characters that the format cannot hold become `�`,
    and a text longer than its 32,767 characters ends in `…`.

    Raises:
        TooManyRows: there are more than `limit`; nothing was written anywhere.
    """
    # All cells first: a row that cannot be read leaves no half-written workbook among the temporary files.
    cells = [[column.value(row) for column in columns] for row in islice(rows, limit + 1)]
    if len(cells) > limit:
        raise TooManyRows(f"a workbook is made of at most {limit} rows")
    book = Workbook(write_only=True)
    sheet = book.create_sheet(_sheet_name(title))
    sheet.freeze_panes = "A2"
    for number, column in enumerate(columns, 1):
        sheet.column_dimensions[get_column_letter(number)].width = column.width
    headings = [_typed(sheet, column.heading) for column in columns]
    for heading in headings:
        heading.font = Font(bold=True)
    sheet.append(headings)
    for line in cells:
        sheet.append([_typed(sheet, cell) for cell in line])
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(columns))}{len(cells) + 1}"
    book.save(file)


def is_formula(text: str) -> bool:
    """Whether a spreadsheet may compute this text instead of showing it.

    Signs count in every width, and behind spaces and characters that nobody sees; so does a control character
    at the start, behind which some spreadsheets look again.
    """
    if text[:1].isalnum():  # most are; the rest is looked at letter by letter
        return False
    for character in text:
        if character in _FORMULA_SIGNS:
            return True
        category = unicodedata.category(character)
        if category == "Cc":
            return True
        if category not in ("Zs", "Zl", "Zp", "Cf"):
            return False
    return False


def _taken(buffer: io.StringIO) -> bytes:
    """What the buffer holds, which is empty afterwards."""
    text = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return text.encode("utf-8", "replace")


def _without_formula(text: str) -> str:
    return f"'{text}" if is_formula(text) else text


def _as_text(cell: Cell, comma: str) -> str:
    match cell:
        case None:
            return ""
        case str():
            return _without_formula(cell)
        case datetime():
            return cell.astimezone(ZONE).strftime("%Y-%m-%d %H:%M")
        case date():
            return cell.isoformat()
        case Decimal():
            return f"{cell:f}".replace(".", comma)
    return str(cell)


def _typed(sheet: Any, cell: Cell) -> Any:
    """A cell of a write-only sheet, its type decided by us and not by what it looks like."""
    if isinstance(cell, str):
        text = _NOT_IN_XML.sub("\ufffd", cell)
        if len(text) > _CELL_CHARACTERS:
            text = text[: _CELL_CHARACTERS - 1] + "…"
        typed = WriteOnlyCell(sheet, value=text)
        typed.data_type = "s"
        typed.quotePrefix = is_formula(text)
        return typed
    if isinstance(cell, datetime):
        return _formatted(
            sheet, cell.astimezone(ZONE).replace(tzinfo=None, microsecond=0), "yyyy-mm-dd hh:mm"
        )
    if isinstance(cell, date):
        return _formatted(sheet, cell, "yyyy-mm-dd")
    if isinstance(cell, Decimal):
        return _formatted(sheet, cell, "#,##0.00")
    return WriteOnlyCell(sheet, value=cell)


def _formatted(sheet: Any, value: Any, number_format: str) -> Any:
    typed = WriteOnlyCell(sheet, value=value)
    typed.number_format = number_format
    return typed


def _sheet_name(title: str) -> str:
    """What a sheet may be called."""
    return re.sub(r"[\\/*?:\[\]']", " ", title).strip()[:31] or "1"
