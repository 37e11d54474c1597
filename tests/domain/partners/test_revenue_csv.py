"""Amounts from a file: what would be recorded, and what is wrong with each line that would not."""

import csv
import io
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms_service.domain.partners import revenue
from forms_service.domain.partners.invoice_lines import InvoiceLine, LineFault
from forms_service.domain.partners.partner_labels import bad_line, file_fault
from forms_service.domain.partners.revenue import key_of, key_of_line
from forms_service.domain.partners.revenue_csv import CsvPreview, FileFault, RowFault, preview
from forms_service.domain.values.days import read_day
from forms_service.i18n.translations import texts
from partner_program.model import LANGUAGES
from tests.factories.partners import START, active, done, staff
from tests.factories.program import published

TODAY = date(2027, 6, 1)
HEADINGS = "Data faktury;Kwota netto;Waluta;Model sprzedaży;Odbiorca;Obszar;Numer faktury"
GOOD = "24.11.2026;1 200,50;PLN;Resell (związany z kanałem);partnerowi;Polska;FV/1"


def read(*lines: str, headings: str = HEADINGS, encoding: str = "utf-8", recorded=()) -> CsvPreview:
    data = "\r\n".join((headings, *lines)).encode(encoding)
    known = {key_of(entry) for entry in recorded if entry["voided"] is None}

    def is_recorded(line: InvoiceLine) -> bool:
        return key_of_line(line) in known

    return preview(data, published(), today=TODAY, active_since=START, is_recorded=is_recorded)


def test_a_polish_spreadsheet():
    found = read(GOOD, "2027-01-15;-200,00;eur;sell-with;klient końcowy;;FK/1")
    assert (found.fault, found.bad, found.unused) == (None, (), ())
    first, second = (good.line for good in found.good)
    assert (first.date, first.amount, first.model, first.invoiced_to) == (
        date(2026, 11, 24),
        Decimal("1200.50"),
        "resell",
        "partner",
    )
    assert (second.amount, second.currency, second.invoiced_to) == (Decimal("-200.00"), "EUR", "end_customer")
    assert found.totals == {"EUR": Decimal("-200.00"), "PLN": Decimal("1200.50")}


@pytest.mark.parametrize(
    ("headings", "line"),
    [
        (
            "date,amount,currency,model,invoiced_to,area,document",
            "2026-11-24,1200.50,PLN,resell,partner,Polska,FV/1",
        ),
        (
            "Invoice date\tNet amount\tCurrency\tSelling model\tInvoiced to\tArea\tInvoice number",
            '24.11.2026\t"1,200.50"\tPLN\tResell\tPartner\tPolska\tFV/1',
        ),
        (
            "kwota;data;waluta;model;odbiorca;obszar;faktura;uwagi",
            "1.200,50;2026-11-24;PLN;resell;Partner;Polska;FV/1;pilne",
        ),
        ("sep=;\r\n" + HEADINGS, GOOD),
    ],
    ids=["english", "tabs", "other order, one column more", "told separator"],
)
def test_columns_are_found_by_their_headings(headings: str, line: str):
    assert [good.line for good in read(line, headings=headings).good] == [
        good.line for good in read(GOOD).good
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1250"])
def test_both_encodings_of_spreadsheets_here_are_read(encoding: str):
    found = read("2027-01-15;5;PLN;resell;użytkownik końcowy;Śląsk;", encoding=encoding)
    assert [good.line.area for good in found.good] == ["Śląsk"]


FAULTY = [
    ("31.02.2027;5;PLN;resell;partner;;", LineFault.NO_DATE, "date", "31.02.2027"),
    ("11/12/2026;5;PLN;resell;partner;;", LineFault.NO_DATE, "date", "11/12/2026"),
    ("2027-06-02;5;PLN;resell;partner;;", LineFault.IN_THE_FUTURE, "date", "2027-06-02"),
    ("2026-11-23;5;PLN;resell;partner;;", LineFault.BEFORE_PARTNERSHIP, "date", "2026-11-23"),
    ("2027-01-15;25.000;PLN;resell;partner;;", LineFault.AMBIGUOUS_AMOUNT, "amount", "25.000"),
    ("2027-01-15;5 zł;EUR;resell;partner;;", LineFault.OTHER_CURRENCY, "amount", "5 zł"),
    ("2027-01-15;25 tys.;PLN;resell;partner;;", LineFault.IN_WORDS, "amount", "25 tys."),
    ("2027-01-15;5 szt;PLN;resell;partner;;", LineFault.NO_AMOUNT, "amount", "5 szt"),
    ("2027-01-15;;PLN;resell;partner;;", LineFault.MISSING, "amount", ""),
    ("2027-01-15;5;złoty;resell;partner;;", LineFault.UNKNOWN_CURRENCY, "currency", "złoty"),
    ("2027-01-15;5;PLN;leasing;partner;;", LineFault.UNKNOWN_MODEL, "model", "leasing"),
    ("2027-01-15;5;PLN;resell;bank;;", LineFault.UNKNOWN_RECIPIENT, "invoiced_to", "bank"),
    ("2027-01-15", LineFault.MISSING, "amount", ""),
    ("2027-01-15;5;PLN;resell;partner;;FV/2;x", RowFault.TOO_MANY_CELLS, None, ""),
]


@pytest.mark.parametrize(("line", "fault", "field", "value"), FAULTY, ids=[f[1] + f[0][:12] for f in FAULTY])
def test_a_bad_line_says_where_what_and_why_and_the_others_are_read(line: str, fault, field, value):
    found = read(GOOD, "", line, "2027-01-16;5;PLN;resell;partner;;FV/9")
    (bad,) = found.bad
    assert (bad.number, bad.fault, bad.field, bad.value) == (4, fault, field, value)
    assert [good.number for good in found.good] == [2, 5]
    for language in LANGUAGES:
        said = bad_line(bad, texts(language))
        assert "4" in said and value in said and "%" not in said


@pytest.mark.parametrize("end", ["", ",", ",,", ", "])
def test_the_decimals_of_a_comma_between_cells_are_not_dropped(end: str):
    """The line is refused, whether or not the headings end with a separator."""
    headings = "date,currency,model,invoiced to,invoice number,amount" + end
    line = "24.11.2026,PLN,resell,partner,FV/1,"
    found = read(line + "1200,50", line + '"1200,50"' + end, headings=headings)
    assert [(bad.number, bad.fault) for bad in found.bad] == [(2, RowFault.TOO_MANY_CELLS)]
    assert [good.line.amount for good in found.good] == [Decimal("1200.50")]


@pytest.mark.parametrize("cells", ["1200,50", "-1200,50", "1 200,5", "1200,50,"])
@pytest.mark.parametrize("next_column", ["invoice number", "area", "notes"])
def test_decimals_do_not_go_into_the_next_column(cells: str, next_column: str):
    """Where it has a name and nothing else stands behind it."""
    headings = f"date,currency,model,invoiced to,amount,{next_column}"
    found = read(f"24.11.2026,PLN,resell,partner,{cells}", headings=headings)
    assert [(bad.fault, bad.number) for bad in found.bad] == [(RowFault.SPLIT_AMOUNT, 2)]
    for written in ("1200.00,50", '"1200,50",7', "1200,FV 50", "1200,"):
        assert len(read(f"24.11.2026,PLN,resell,partner,{written}", headings=headings).good) == 1
    assert (
        len(
            read(
                f"24.11.2026;PLN;resell;partner;{cells.partition(',')[0]};50",
                headings=headings.replace(",", ";"),
            ).good
        )
        == 1
    )


@pytest.mark.parametrize(
    ("amount", "other"),
    [
        ("wartość", "wartość netto"),
        ("wartość", "Wartość brutto"),
        ("Kwota", "netto PLN"),
        ("amount", "Gross amount"),
        ("value", "Total (incl. VAT)"),
    ],
)
def test_two_columns_that_may_both_be_the_amount_are_named(amount: str, other: str):
    """Neither is chosen, in whatever order they stand."""
    for first, second in ((amount, other), (other, amount)):
        found = read(
            "2027-01-15;123;100;PLN;resell;partner", headings=f"data;{first};{second};waluta;model;odbiorca"
        )
        assert (found.fault, found.good) == (FileFault.REPEATED, ())
        assert sorted(found.repeated) == sorted((amount, other))


@pytest.mark.parametrize("other", ["Kwota brutto", "Kwota VAT", "VAT", "Razem"])
def test_the_net_amount_is_the_one_that_says_so(other: str):
    found = read(
        "2027-01-15;123;100;PLN;resell;partner", headings=f"data;{other};Kwota netto;waluta;model;odbiorca"
    )
    assert [str(each.line.amount) for each in found.good] == ["100.00"]
    assert found.unused == (other,)


@pytest.mark.parametrize(
    "model", ["sell-with", "Sell with", "sellwith", "SELL_WITH", "sell‑with", " Sell  With ", "Sell-with"]
)
def test_a_model_however_it_is_spelled(model: str):
    (good,) = read(f"2027-01-15;5;PLN;{model};partner;;").good
    assert good.line.model == "sell-with"


def test_an_invoice_number_however_it_is_spaced():
    found = read(
        *(f"2027-01-15;5;PLN;resell;partner;;{number}" for number in ("FV/1", "FV / 1", "fv /1", "FV/ 11"))
    )
    assert [(bad.number, bad.fault) for bad in found.bad] == [(3, RowFault.IN_FILE), (4, RowFault.IN_FILE)]


def test_all_that_is_wrong_with_a_line_is_told_with_it():
    """In one sentence, and the line counts once."""
    (bad,) = read("31.02.2027;abc;XYZ;resell;;;").bad
    said = bad_line(bad, texts("en"))
    assert said.startswith("Line 2: “31.02.2027”: ") and said.count("Line") == 1
    assert "; “abc”: " in said and "; “XYZ”: " in said and said.count("; ") == 3
    assert bad_line(bad, texts("pl")).startswith("Wiersz 2: „31.02.2027”: ")


def test_a_line_that_goes_over_several_is_counted_as_an_editor_counts():
    found = read('2027-01-15;5;PLN;resell;partner;"Po\nlska";', "x;5;PLN;resell;partner;;")
    assert [bad.number for bad in found.bad] == [2, 4]


def test_an_amount_of_an_invoice_is_recorded_once():
    """The same invoice may have several amounts; without a number nothing is known to be the same."""
    _, entries = done(revenue.add(active(), staff(TODAY), [g.line for g in read(GOOD).good], ["REV-1"]))
    other = GOOD.replace("1 200,50", "100")
    found = read(GOOD, other, other, recorded=entries)
    assert [(bad.number, bad.fault) for bad in found.bad] == [(2, RowFault.RECORDED), (4, RowFault.IN_FILE)]
    _, voided = done(revenue.void(active(), staff(TODAY), entries[0], reason="Pomyłka"))
    assert len(read(GOOD, recorded=[voided]).good) == 1
    nameless = GOOD.removesuffix("FV/1")
    assert len(read(nameless, nameless).good) == 2


@pytest.mark.parametrize(
    ("data", "fault"),
    [
        (b"", FileFault.EMPTY),
        (b" \r\n", FileFault.EMPTY),
        (b"\x00\x01", FileFault.NO_TEXT),
        (b"PK\x03\x04\x00", FileFault.NO_TEXT),
        (b"a;b\n1;2", FileFault.NO_HEADINGS),
        (b"x" * (4 * 1024 * 1024 + 1), FileFault.TOO_LARGE),
        (b"date;amount;currency;model;invoiced to\n" + b"x;;;;\n" * 10_001, FileFault.TOO_MANY_LINES),
    ],
    ids=["empty", "blank", "binary", "workbook", "other headings", "large", "long"],
)
def test_a_file_that_is_not_read_says_why(data: bytes, fault: FileFault):
    found = preview(data, published(), today=TODAY, active_since=START)
    assert (found.fault, found.good, found.bad) == (fault, (), ())
    for language in LANGUAGES:
        assert file_fault(fault, found.missing, texts(language)).endswith(".")


def test_missing_columns_are_named():
    found = read(headings="Data;Kwota;Opis")
    assert (found.missing, found.unused) == (("currency", "model", "invoiced_to"), ("Opis",))
    assert file_fault(FileFault.NO_HEADINGS, found.missing, texts("pl")) == (
        "Pierwszy wiersz musi nazywać kolumny. Brakuje: waluta, model sprzedaży, odbiorca faktury."
    )


def test_what_is_recorded_is_what_was_seen():
    """The same bytes have the same digest; any other byte has another one."""
    assert read(GOOD).digest == read(GOOD).digest != read(GOOD + " ").digest


@given(
    rows=st.lists(
        st.tuples(st.dates(START, TODAY), st.decimals(-99_999, 99_999, places=2).filter(bool), st.booleans()),
        max_size=8,
    ),
    separator=st.sampled_from([";", ",", "\t"]),
)
def test_whatever_a_spreadsheet_writes_comes_back_to_the_cent(rows, separator: str):
    text = io.StringIO()
    writer = csv.writer(text, delimiter=separator)
    writer.writerow(HEADINGS.split(";"))
    for day, amount, dotted in rows:
        shown = day.strftime("%d.%m.%Y") if dotted else day.isoformat()
        writer.writerow([shown, f"{amount:f}".replace(".", ","), "PLN", "resell", "partner", "", ""])
    found = preview(text.getvalue().encode(), published(), today=TODAY, active_since=START)
    assert found.bad == ()
    assert [(good.line.date, good.line.amount) for good in found.good] == [row[:2] for row in rows]


@given(data=st.binary(max_size=200))
def test_no_file_makes_it_stumble(data: bytes):
    preview(HEADINGS.encode() + b"\n" + data, published(), today=TODAY, active_since=START)
    preview(data, published(), today=TODAY, active_since=START)


@pytest.mark.parametrize(
    "text", ["2027-1-15", "15-01-2027", "15.01.27", "20270115", "2027-W03-5", "\u0662\u0660.01.2027"]
)
def test_other_ways_to_write_a_day_are_refused(text: str):
    with pytest.raises(ValueError):
        read_day(text)
