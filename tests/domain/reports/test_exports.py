"""Exported lists: what went in comes out, nothing is computed, and length costs no memory."""

import csv
import io
import tracemalloc
from collections.abc import Iterable
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import chain
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from forms_service.domain.reports import spreadsheets
from forms_service.domain.reports.spreadsheets import Cell, Column, TooManyRows, csv_chunks, write_xlsx
from partner_program.model import LANGUAGES, Language

HOSTILE = [
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    "\x00=1",
    "＝1+1",
    "＋1",
    "－1",
    "＠SUM(A1)",
    "−1",
    " =1+1",
    "\u00a0=1",
    "\u200b=1",
    "\ufeff=1",
    "\u2028=1",
    '=HYPERLINK("https://evil.example","x")',
    "=cmd|'/c calc'!A0",
    "+48 22 000 00 00",
    "\tabc",
]
HARMLESS = [
    "",
    "Zgrabka S.A.",
    "a=b",
    "1-2",
    "advisor@example.com",
    "'=1",
    '"quoted"; and, more',
    "one\nline\r\nand more",
    "C;=1+1",
    "<script>alert(1)</script>",
    "{{7*7}}",
    "żółć \U0001f600 \u2028",
    "0044123",
]


def columns(count: int) -> list[Column[list[Cell]]]:
    """Columns that show the cells of a row as they are."""
    return [Column(f"Column {number}", lambda row, number=number: row[number]) for number in range(count)]


def as_csv(rows: Iterable[list[Any]], language: Language = "pl", count: int = 1) -> str:
    return b"".join(csv_chunks(columns(count), rows, language)).decode()


def read_again(text: str, language: Language = "pl") -> list[list[str]]:
    """As Python's own csv reads it, without the heading."""
    assert text.startswith("\ufeff")
    delimiter = ";" if language == "pl" else ","
    return list(csv.reader(io.StringIO(text[1:], newline=""), delimiter=delimiter, strict=True))[1:]


@pytest.mark.parametrize("text", HOSTILE)
def test_a_text_that_would_be_computed_is_marked(text: str) -> None:
    """Prefixed and quoted; read again it is what it was, but for the prefix."""
    written = as_csv([[text]])
    assert read_again(written) == [["'" + text]]
    assert written.split("\r\n", 1)[1].startswith("\"'")


@pytest.mark.parametrize("text", HARMLESS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_any_other_text_comes_out_as_it_went_in(text: str, language: Language) -> None:
    """Whatever it holds: quotes, separators, lines."""
    assert read_again(as_csv([[text, text]], language, 2), language) == [[text, text]]


texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
looks_hostile = st.tuples(
    st.sampled_from(["", " ", "\t", "\r", "\x00", "\u3000"]), st.sampled_from("=+-@＝'a"), texts
)


@given(st.lists(st.lists(texts | looks_hostile.map("".join), min_size=3, max_size=3), max_size=5))
def test_a_round_trip_is_the_input_minus_the_prefix(rows: list[list[str]]) -> None:
    """For any texts: at most one sign is added, only where something might be computed, and never twice."""
    for language in LANGUAGES:
        read = read_again(as_csv(rows, language, 3), language)
        assert len(read) == len(rows)
        for cell, original in zip(chain(*read), chain(*rows), strict=True):
            assert cell in (original, "'" + original)
            assert cell.lstrip(" \u3000")[:1] not in set("=+-@＝\t\r\x00") - {""}


@pytest.mark.parametrize(
    ("cell", "polish", "english"),
    [
        (Decimal("25000.50"), "25000,50", "25000.50"),
        (Decimal("-1.5"), "-1,5", "-1.5"),
        (Decimal("1E+3"), "1000", "1000"),
        (-7, "-7", "-7"),
        (None, "", ""),
        (date(2026, 11, 25), "2026-11-25", "2026-11-25"),
        (datetime(2026, 7, 1, 22, 30, tzinfo=UTC), "2026-07-02 00:30", "2026-07-02 00:30"),
        (datetime(2026, 3, 29, 1, tzinfo=UTC), "2026-03-29 03:00", "2026-03-29 03:00"),
        (datetime(2028, 2, 28, 23, 30, tzinfo=UTC), "2028-02-29 00:30", "2028-02-29 00:30"),
        (datetime(2026, 12, 31, 23, tzinfo=UTC), "2027-01-01 00:00", "2027-01-01 00:00"),
    ],
)
def test_numbers_and_dates_are_left_alone(cell: Cell, polish: str, english: str) -> None:
    """A number typed as one gets no prefix; Polish has a decimal comma; times are Warsaw's."""
    assert read_again(as_csv([[cell]])) == [[polish]]
    assert read_again(as_csv([[cell]], "en"), "en") == [[english]]


def test_a_heading_is_no_formula_either() -> None:
    """Headings may come from the program."""
    written = b"".join(csv_chunks([Column[int]("=1", lambda row: row)], [], "pl")).decode()
    assert written == '\ufeff"\'=1"\r\n'


def test_a_hundred_thousand_rows_take_the_memory_of_one_chunk() -> None:
    """Written while it is read: the largest moment does not grow with the list."""
    row: list[Cell] = ["DEAL-7K3M-2P9Q", "Zgrabka S.A. " * 3, Decimal("25000.50")]
    tracemalloc.start()
    try:
        written = sum(map(len, csv_chunks(columns(3), (row for _ in range(100_000)), "pl")))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert written > 5_000_000
    assert peak < 1_000_000


def workbook(rows: Iterable[list[Any]], count: int = 1, title: str = "List") -> Any:
    file = io.BytesIO()
    write_xlsx(file, title, columns(count), rows)
    return load_workbook(file).active


@pytest.mark.parametrize("text", [text for text in HOSTILE + HARMLESS if text and "\x00" not in text])
def test_a_text_in_a_workbook_is_a_text(text: str) -> None:
    """Never a formula, also not after somebody edits the cell; nothing is put in front of it."""
    cell = workbook([[text]])["A2"]
    assert cell.data_type == "s"
    assert cell.value.replace("\r\n", "\n") == text.replace("\r\n", "\n").replace("\r", "\n")
    assert bool(cell.quotePrefix) is spreadsheets.is_formula(text)


def test_what_a_workbook_cannot_hold_is_shown_as_such() -> None:
    """Control characters and half a pair would make a file that does not open."""
    sheet = workbook([["a\x00b\x1b\ufffe\ud800c"], ["x" * 40_000]])
    assert sheet["A2"].value == "a\ufffdb\ufffd\ufffd\ufffdc"
    assert sheet["A3"].value == "x" * 32_766 + "…"


def test_numbers_and_dates_in_a_workbook_can_be_computed_with() -> None:
    """Typed, in Warsaw's time, with formats that people read."""
    at = datetime(2026, 7, 1, 22, 30, 5, 123456, tzinfo=UTC)
    sheet = workbook([[Decimal("-25000.50"), 7, date(2026, 11, 25), at, None]], 5)
    amount, number, day, moment, empty = sheet[2]
    assert (amount.value, amount.number_format) == (-25000.5, "#,##0.00")
    assert number.value == 7 and empty.value is None
    assert day.value == datetime(2026, 11, 25) and day.number_format == "yyyy-mm-dd"  # noqa: DTZ001
    assert moment.value == datetime(2026, 7, 2, 0, 30, 5)  # noqa: DTZ001


def test_a_workbook_reads_like_a_list() -> None:
    """Headings bold and fixed, a filter over everything, a name that the format allows."""
    sheet = workbook([["a", "b"], ["c", "d"]], 2, "Deals: [open]/all of them, longer than allowed")
    assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("A2", "A1:B3")
    assert sheet["A1"].font.bold and sheet.title == "Deals   open  all of them, long"


def test_a_list_too_long_for_a_workbook_is_refused() -> None:
    """Before anything is written; exactly the limit is fine."""
    file = io.BytesIO()
    with pytest.raises(TooManyRows):
        write_xlsx(file, "List", columns(1), ([number] for number in range(21)), limit=20)
    assert file.getvalue() == b""
    write_xlsx(file, "List", columns(1), ([number] for number in range(20)), limit=20)
    assert load_workbook(file).active.max_row == 21
