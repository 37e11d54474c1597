"""One reader of CSV: both imports take the same files, and ask where a file could mean two things."""

import unicodedata
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms_service.domain.partners.revenue_csv import FileFault, preview
from forms_service.domain.values.csv_table import CsvTable, as_csv, table
from forms_service.domain.values.text_encoding import ISO, NAMES, WINDOWS, decoded
from forms_service.services import accounts
from tests.domain.partners.test_revenue_csv import TODAY
from tests.factories.partners import START
from tests.factories.program import published

AMOUNTS = (
    ("Data", "Wartość", "Waluta", "Model", "Odbiorca", "Obszar", "Faktura"),
    ("2027-01-15", "1 200,50", "PLN", "Resell (związany z kanałem)", "klient końcowy", "Śląsk", "Śląsk 1"),
    ("15.01.2027", "5", "PLN", "resell", "partner", "Łódź", "Ł/2"),
)
ACCOUNTS = (
    ("Nazwa", "NIP", "Strona WWW"),
    ("Śląskie Młyny", "768-000-24-66", "mlyny.example"),
    ("Źródło", "", ""),
)

Written = Callable[[tuple[tuple[str, ...], ...]], bytes]


def written(
    separator: str = ";",
    end: str = "\r\n",
    encoding: str = "utf-8",
    before: str = "",
    changed: Callable[[str], str] = lambda text: text,
) -> Written:
    """A file as some program writes it."""

    def write(rows: tuple[tuple[str, ...], ...]) -> bytes:
        cells = [[f'"{cell}"' if separator in cell else cell for cell in row] for row in rows]
        text = before + end.join(separator.join(row) for row in cells)
        return changed(text).encode(encoding)

    return write


MANNERS: dict[str, Written] = {
    "semicolons": written(),
    "commas": written(","),
    "tabs": written("\t"),
    "told separator": written(before="sep=;\r\n"),
    "told other separator": written("|", before="sep=|\r\n"),
    "old Mac": written(end="\r"),
    "Unix": written(end="\n"),
    "with a mark": written(encoding="utf-8-sig"),
    "Unicode text of Excel": written("\t", encoding="utf-16"),
    "UTF-16 without a mark": written(encoding="utf-16-le"),
    "UTF-16, big-endian": written(encoding="utf-16-be"),
    "Windows": written(encoding=WINDOWS),
    "ISO": written(encoding=ISO),
    "combining marks": written(changed=lambda text: unicodedata.normalize("NFD", text)),
    "a title": written(before="Zestawienie za styczeń\r\n\r\n"),
    "a title in cells": written(before="Zestawienie;;;\r\n;;;\r\n"),
    "empty lines": written(before="\r\n\r\n"),
    "told separator below empty lines": written(before="\r\nsep=;\r\n"),
    "trailing columns": written(changed=lambda text: text.replace("\r\n", ";;\r\n")),
    "quoted headings": written(
        changed=lambda text: text.replace("Nazwa", '"Nazwa"').replace("Data", '"Data:"')
    ),
}


def amounts(data: bytes) -> list[tuple[object, ...]]:
    found = preview(data, published(), today=TODAY, active_since=START)
    assert (found.fault, found.bad) == (None, ())
    return [(each.line.date, each.line.amount, each.line.model, each.line.document) for each in found.good]


def companies(data: bytes) -> list[tuple[str, str, str]]:
    found = accounts.read(data)
    assert found.mistakes == ()
    return [(each["name"], each["tax_id"], each["domain"]) for each in found.accounts]


@pytest.mark.parametrize("manner", MANNERS)
def test_both_imports_take_what_programs_write(manner: str) -> None:
    """The same lines, whatever the file looks like."""
    write = MANNERS[manner]
    assert amounts(write(AMOUNTS)) == amounts(written()(AMOUNTS))
    assert companies(write(ACCOUNTS)) == companies(written()(ACCOUNTS))
    assert companies(write(ACCOUNTS))[0] == ("Śląskie Młyny", "PL7680002466", "mlyny.example")


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("name,tax id,\nA,1,", {"name": "A", "tax_id": "1", "domain": ""}),
        ("name,tax id,,\nA,1, ,", {"name": "A", "tax_id": "1", "domain": ""}),
        ("name,,tax id\nA,note,1", {"name": "A", "tax_id": "1", "domain": ""}),
        ("name,tax id,notes\nA,1,note", {"name": "A", "tax_id": "1", "domain": ""}),
        ("name,tax id\nA,1,50", None),
        ("name,tax id,\nA,1,50", None),
        ("name,tax id, ,\nA,1,,50", None),
        ("name,,tax id,\nA,note,1,50", None),
    ],
)
def test_nothing_may_stand_beyond_the_last_named_column(text: str, values: dict[str, str] | None) -> None:
    """A separator at the end of the headings names none."""
    (row,) = table(text, accounts.HEADINGS, 100).rows
    assert row.values == values


@pytest.mark.parametrize("separator", ["\u00a0", "\u202f", "  "])
def test_the_words_of_our_own_page_are_taken(separator: str) -> None:
    """A selling model copied from there has no-break spaces."""
    rows = (AMOUNTS[0], tuple(cell.replace("z kanałem", f"z{separator}kanałem") for cell in AMOUNTS[1]))
    assert amounts(written()(rows)) == amounts(written()(AMOUNTS))[:1]


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("Śląsk 1", ISO),
        ("Śląsk 1", WINDOWS),
        ("mąka i żyto", WINDOWS),
        ("woźny", ISO),
        ("ściana", ISO),
        ("Źródło Ąbc", ISO),
    ],
)
def test_two_code_pages_are_told_apart(text: str, encoding: str) -> None:
    """By what reads as a word."""
    found = decoded(text.encode(encoding))
    assert (found.text, found.other) == (text, None)


@pytest.mark.parametrize(
    ("text", "encoding"),
    [("źródło", ISO), ("Aleš", ISO), ("mąka", WINDOWS), ("Ś 1", ISO)],
)
def test_where_both_fit_both_are_shown(text: str, encoding: str) -> None:
    """Neither is taken without asking, by either import."""
    found = decoded(text.encode(encoding))
    assert text in (found.text, found.other)
    assert found.samples == (found.text, found.other)
    heading = "Data;Kwota;Waluta;Model;Odbiorca;Faktura\n2027-01-15;5;PLN;resell;partner;"
    seen = preview((heading + text).encode(encoding), published(), today=TODAY, active_since=START)
    assert (seen.fault, seen.good) == (FileFault.TWO_ENCODINGS, ())
    data = f"name\n{text}".encode(encoding)
    (mistake,) = accounts.read(data).mistakes
    assert all(sample in str(mistake) for sample in ("--encoding cp1250", "--encoding iso8859_2", text))
    assert [each["name"] for each in accounts.read(data, encoding).accounts] == [text]


POLISH = ("Żółw i Synowie", "Śląskie Młyny", "Źródło", "Łódzka Spółka", "Gdańsk", "Kraków – „Pod Lwem”")
FOREIGN = ("Compañía Española SA", "Crème brûlée SARL", "Bjørn A/S", "Señor Peña", "Ørsted", "Gonçalves São")
CYRILLIC = ("ООО Ромашка", "Газпром", "Москва")


@pytest.mark.parametrize("names", [POLISH, FOREIGN, CYRILLIC, *((each,) for each in POLISH + FOREIGN)])
@pytest.mark.parametrize("encoding", NAMES)
def test_no_code_page_gives_other_letters(names: tuple[str, ...], encoding: str) -> None:
    """They are the right ones, or asked about, or the file is refused."""
    text = "\n".join(("name", *names))
    data = text.encode(encoding, "replace")
    found = decoded(data)
    assert found.other is not None or found.text in (None, data.decode(encoding))
    assert decoded(data, encoding).text == data.decode(encoding)


@pytest.mark.parametrize(
    ("names", "encoding"),
    [(POLISH[:4], "cp852"), (POLISH, "mac_latin2"), (POLISH, "cp1250"), (CYRILLIC, "cp1251")],
)
def test_a_code_page_is_known_by_its_words(names: tuple[str, ...], encoding: str) -> None:
    """And whoever imports sees some of them."""
    data = "\n".join(("name", *names)).encode(encoding)
    assert decoded(data).text == "\n".join(("name", *names))
    assert accounts.read(data).encoding.startswith(f"{NAMES[encoding]}: ")


@pytest.mark.parametrize("end", [b"\x1a", b"\r\n\x1a", b"\x1a\x1a\r\n"])
def test_the_end_of_a_dos_file_is_no_line(end: bytes) -> None:
    assert companies(b"name\nFirma" + end) == [("Firma", "", "")]


def test_two_columns_of_one_meaning_are_named() -> None:
    """Neither is chosen."""
    data = "data;Netto;Wartość;waluta;model;odbiorca\n2027-01-15;100,00;123,00;PLN;resell;partner".encode()
    found = preview(data, published(), today=TODAY, active_since=START)
    assert (found.fault, found.repeated, found.good) == (FileFault.REPEATED, ("Netto", "Wartość"), ())
    (mistake,) = accounts.read(b"Firma;Klient;NIP\na;b;\n").mistakes
    assert "Firma, Klient" in str(mistake)


def test_a_quotation_mark_that_is_not_closed_swallows_nothing() -> None:
    """The rest of the file is not taken for one value."""
    data = (
        as_csv([AMOUNTS[0]]) + '2027-01-15;5;PLN;resell;partner;"open;\n2027-01-15;6;PLN;resell;partner;;\n'
    )
    found = preview(data.encode(), published(), today=TODAY, active_since=START)
    assert (found.fault, found.line) == (FileFault.BROKEN, 2)


@pytest.mark.parametrize("line", ["\n", "\r\n", "\r", "x\n"])
def test_a_text_of_too_many_lines_is_not_read(line: str) -> None:
    """H1b: not even lines that hold nothing."""
    assert table("name\n" + line * 201, accounts.HEADINGS, 100) == CsvTable(has_too_many_rows=True)
    at_most = table("name\n" + "x\n" * 101, accounts.HEADINGS, 100)
    assert (len(at_most.rows), at_most.has_too_many_rows) == (100, True)


CELLS = st.text(st.characters(blacklist_categories=("Cs", "Cc")), max_size=20).map(
    lambda text: unicodedata.normalize("NFC", text)
)


@given(
    rows=st.lists(st.tuples(CELLS, CELLS).filter(lambda row: any(each.strip() for each in row)), max_size=5)
)
def test_what_is_written_is_read_back(rows: list[tuple[str, str]]) -> None:
    """Whatever stands in the cells."""
    text = as_csv([("name", "tax id"), *rows])
    found = table(decoded(text.encode()).text or "", accounts.HEADINGS, 100)
    assert [tuple(row.cells) for row in found.rows] == rows


@given(st.binary(max_size=300))
def test_no_file_stumbles(data: bytes) -> None:
    """Nothing is raised, by either import."""
    accounts.read(data)
    preview(data, published(), today=TODAY, active_since=START)
