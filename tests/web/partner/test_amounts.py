"""Invoiced amounts at the desk and in the partner's area: sums that are always those of the amounts."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any, cast

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from forms_service.domain.partners import revenue
from forms_service.domain.partners.invoice_lines import InvoicedTo, InvoiceLine
from forms_service.domain.partners.partner import Partner
from forms_service.domain.partners.partner_permissions import PartnerActor, Side
from forms_service.domain.partners.partner_years import year
from forms_service.domain.partners.refusals import PartnerActionRefused, PartnerRefusal
from forms_service.domain.partners.revenue import RevenueEntry, sums, sums_by
from forms_service.services.partner_revenue import PAGE_ROWS, PartnerRevenue
from forms_service.services.partners import PartnerMissing, Partners
from forms_service.services.tables import TABLES
from forms_service.store.store import Store
from tests.factories import partners as firm
from tests.factories.desk import OWN, DeskApp, value_of, words
from tests.factories.partner_records import Company, active, signed_in
from tests.factories.program import published
from tests.factories.storage import file_of

STAFF = PartnerActor(Side.STAFF, firm.STAFF)
LATER = firm.START + timedelta(days=800)
"""In the third partner year."""

LINES = st.builds(
    InvoiceLine,
    date=st.dates(firm.START, LATER),
    amount=st.decimals(-(10**6), 10**6, places=2).filter(bool),
    currency=st.sampled_from(["PLN", "EUR"]),
    model=st.sampled_from(["resell", "sell-with"]),
    invoiced_to=st.sampled_from(InvoicedTo),
    area=st.sampled_from(["", "Polska", "polska"]),
)


class Books:
    """A partner's amounts in a store of its own, in its third year."""

    def __init__(self, path: Path) -> None:
        self.store = Store(path, tables=TABLES)
        with self.store.batch() as batch:
            batch.add("partners", dict(firm.active()))
        partners = Partners(self.store, lambda: firm.noon(LATER), published, wake_outbox=lambda: None)
        self.use = PartnerRevenue(self.store, partners)

    @property
    def partner(self) -> Partner:
        return cast(Partner, self.store.get("partners", "PAR-2222-2222"))

    @property
    def entries(self) -> list[RevenueEntry]:
        return cast(list[RevenueEntry], self.store.all("revenue"))

    def add(self, *lines: InvoiceLine) -> Partner | PartnerActionRefused:
        return self.use.add("PAR-2222-2222", STAFF, lines)


@pytest.fixture
def books(tmp_path: Path) -> Any:
    books = Books(file_of(tmp_path))
    yield books
    books.store.close()


def line(amount: str = "10.00", day: date = firm.START, **more: Any) -> InvoiceLine:
    kinds: dict[str, Any] = {"currency": "PLN", "model": "resell", "invoiced_to": InvoicedTo.PARTNER}
    return InvoiceLine(date=day, amount=Decimal(amount), **(kinds | more))


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rounds=st.lists(st.lists(LINES, min_size=1, max_size=6), max_size=4), data=st.data())
def test_the_sums_of_a_year_are_those_of_its_amounts(
    tmp_path_factory: pytest.TempPathFactory, rounds: list[list[InvoiceLine]], data: st.DataObject
) -> None:
    """Whatever is recorded and voided, in whatever order; also where nothing was kept of a year before."""
    books = Books(file_of(tmp_path_factory.mktemp("books")))
    for lines in rounds:
        firm.done(books.add(*lines))
        counting = [entry["id"] for entry in books.entries if entry["voided"] is None]
        if counting and data.draw(st.booleans()):
            firm.done(books.use.void("PAR-2222-2222", STAFF, data.draw(st.sampled_from(counting)), "Wrong"))
        if data.draw(st.booleans()):
            with books.store.batch() as batch:
                for kept in books.store.all("revenue_years"):
                    batch.remove("revenue_years", kept["id"])
    for number in (1, 2, 3):
        period = year(firm.START, number)
        summed, entries = books.use.summed(books.partner, period), books.entries
        assert sums(summed, period) == sums(entries, period)
        for part in ("model", "area", "invoiced_to"):
            assert sums_by(summed, period, part) == sums_by(entries, period, part)
    assert [period.number for period, _ in books.use.years(books.partner, LATER)] == [3, 2, 1]
    books.store.close()


@given(st.lists(LINES, max_size=8))
def test_what_is_added_and_taken_away_again_leaves_no_trace(lines: list[InvoiceLine]) -> None:
    """To the last cent, and without empty parts."""
    entries = [
        cast(
            RevenueEntry,
            {
                **each.__dict__,
                "amount": str(each.amount),
                "invoiced_to": str(each.invoiced_to),
                "voided": None,
            },
        )
        for each in lines
    ]
    nothing = revenue.totals("PAR-2222-2222", 1, ())
    assert revenue.without(revenue.added(nothing, entries), entries) == nothing


def test_an_amount_of_an_invoice_is_recorded_once(books: Books) -> None:
    """By hand, too; until it is voided. Without a number nobody can tell."""
    firm.done(books.add(line(document="FV/1")))
    assert books.add(line(document="fv/1")) == PartnerActionRefused(PartnerRefusal.ALREADY_THERE, "document")
    assert books.add(line("5.00", document="FV/1"), line("5.00")) and len(books.entries) == 3
    first = next(entry for entry in books.entries if entry["amount"] == "10.00")
    firm.done(books.use.void("PAR-2222-2222", STAFF, first["id"], "Wrong"))
    firm.done(books.add(line(document="FV/1")))
    firm.done(books.add(line()))
    firm.done(books.add(line()))
    assert len(books.entries) == 6


def test_all_of_a_file_is_recorded_or_nothing(books: Books) -> None:
    firm.done(books.add(line(document="FV/1")))
    before = books.partner
    assert books.add(line("7.00", document="FV/2"), line(document="FV/1")) == PartnerActionRefused(
        PartnerRefusal.ALREADY_THERE, "document"
    )
    assert (len(books.entries), books.partner) == (1, before)


def test_an_amount_of_somebody_else_is_not_there(books: Books) -> None:
    with books.store.batch() as batch:
        batch.add("revenue", {"id": "theirs", "partner": "PAR-3333-3333", "date": "2026-11-24"})
    with pytest.raises(PartnerMissing):
        books.use.void("PAR-2222-2222", STAFF, "theirs", "Wrong")


def test_pages_of_a_year_hold_its_amounts_the_newest_first(books: Books) -> None:
    period = year(firm.START, 1)
    days = [firm.START + timedelta(days=n) for n in range(PAGE_ROWS + 3)]
    firm.done(books.add(*(line(day=day) for day in days), line(day=period.last_day + timedelta(days=1))))
    first, last = (books.use.page("PAR-2222-2222", period, number) for number in (1, 99))
    shown = [entry["date"] for page in (first, last) for entry in page.rows]
    assert shown == [day.isoformat() for day in reversed(days)]
    assert (first.total, last.page, last.pages) == (PAGE_ROWS + 3, 2, 2)


# ---- At the desk ----


@pytest.fixture
def company(desk_app: DeskApp) -> Company:
    return active(desk_app)


def one(desk_app: DeskApp, **other: str) -> dict[str, str]:
    day, model = desk_app.clock().date().isoformat(), desk_app.program.models[0].id
    typed = {"date": day, "amount": "1 000,50", "currency": "PLN", "model": model, "invoiced_to": "partner"}
    return typed | {"form": "amount", "area": "", "document": ""} | other


@pytest.fixture
def record(desk_app: DeskApp, company: Company) -> Callable[..., Any]:
    staff = desk_app.browser()

    def send(**other: str) -> Any:
        address = f"/desk/partners/{company.reference}/amounts"
        return staff.post(address, data=one(desk_app, **other), headers=OWN)

    return send


def test_what_is_recorded_both_sides_read(
    desk_app: DeskApp, company: Company, record: Callable[..., Any]
) -> None:
    """By currency, never added together; by model, recipient and area; a credit note takes away."""
    assert record(area="Cloud").status_code == 303
    assert record(amount="-200,00").status_code == 303
    assert record(currency="EUR", invoiced_to="end_customer").status_code == 303
    pages = (
        signed_in(desk_app).get(f"/partner/{company.reference}/deals"),
        desk_app.browser().get(f"/desk/partners/{company.reference}/deals"),
    )
    for page in pages:
        said = words(page)
        assert "1,000.50 EUR · 800.50 PLN" in said
        assert "end customer: 1,000.50 EUR" in said
        assert "no area: 1,000.50 EUR · \N{MINUS SIGN}200.00 PLN ; Cloud: 1,000.50 PLN" in said


def test_a_mistake_is_said_beside_its_field_and_what_was_typed_is_kept(
    desk_app: DeskApp, record: Callable[..., Any]
) -> None:
    for wrong, field in (({"amount": "25.000"}, "amount"), ({"date": "2030-01-01"}, "date")):
        answer = record(**wrong)
        assert answer.status_code == 422
        assert value_of(answer, f"amount-{field}") == wrong[field]
        assert f'href="#amount-{field}"' in answer.text
    both = record(amount="", model="", area="Cloud")
    assert "There is a problem: 2 errors" in words(both)
    assert value_of(both, "amount-area") == "Cloud"
    assert record(document="FV 1").status_code == 303
    answer = record(document="fv 1")
    assert answer.status_code == 422 and "This is already on the list." in words(answer)
    assert desk_app.service.store.count("revenue") == 1


def test_an_amount_is_voided_with_a_reason(
    desk_app: DeskApp, company: Company, record: Callable[..., Any]
) -> None:
    record()
    (entry,) = desk_app.service.store.all("revenue")
    staff: FlaskClient = desk_app.browser()
    address = f"/desk/partners/{company.reference}/amounts/{entry['id']}"
    data = {"form": f"void-{entry['id'][:16]}", "reason": " "}
    answer = staff.post(address, data=data, headers=OWN)
    assert answer.status_code == 422 and "Fill this in" in words(answer)
    assert staff.post(address, data=data | {"reason": "Another partner's"}, headers=OWN).status_code == 303
    page = words(signed_in(desk_app).get(f"/partner/{company.reference}/deals"))
    assert "does not count Another partner's" in page
    assert "1,000.50 PLN ·" not in page


def test_a_file_of_a_spreadsheet_is_seen_first_and_recorded_then(desk_app: DeskApp, company: Company) -> None:
    """Its encoding and line ends do not matter; what is recorded is what was seen."""
    staff, day = desk_app.browser(), desk_app.clock().date().strftime("%d.%m.%Y")
    rows = [
        "Data;Kwota;Waluta;Model;Odbiorca;Obszar;Faktura;Uwagi",
        f"{day};1 200,50;PLN;resell;partnerowi;Śląsk;FV/1;ż",
        f"{day};25.000;PLN;resell;partnerowi;;FV/2;",
        f"{day};-200,00;EUR;resell;klient końcowy;;KOR/1;",
    ]
    file = BytesIO("\r\n".join(rows).encode("cp1250"))
    base = f"/desk/partners/{company.reference}/amounts/file"
    seen = staff.post(base, data={"form": "file", "csv": "", "file": (file, "a.csv")}, headers=OWN)
    said = words(seen)
    assert "Rows without errors: 2. Rows with errors, not recorded: 1." in said
    assert "Line 3: “25.000”: could be two amounts" in said
    assert "Columns we ignore: Uwagi" in said
    assert desk_app.service.store.count("revenue") == 0
    digest = seen.text.split('name="digest" value="')[1].split('"')[0]
    text = value_of(seen, "file-csv")
    assert "Śląsk" in text
    changed = staff.post(base, data={"csv": text + "\n", "digest": digest}, headers=OWN)
    assert changed.status_code == 200 and desk_app.service.store.count("revenue") == 0
    for understood in (
        "2 23 November 2026 1,200.50 PLN Resell",
        "partner Śląsk FV/1",
        "4 23 November 2026 \N{MINUS SIGN}200.00 EUR",
    ):
        assert understood in said, "every line as it was understood"
    assert "Record 2 of 3 lines" in said
    data = {
        "form": "file",
        "csv": text.replace("\n", "\r\n"),
        "digest": digest,
        "seen": str(company.record["version"]),
    }
    rest = staff.post(base, data=data, headers=OWN)
    assert "Recorded: 2 of 3 rows" in words(rest)
    assert "Line 2: “25.000”: could be two amounts" in words(rest)
    left = value_of(rest, "file-csv").split("\n")
    assert left[0].startswith("Data;Kwota") and [line.split(";")[1] for line in left[1:] if line] == [
        "25.000"
    ]
    assert desk_app.service.store.count("revenue") == 2
    again = words(staff.post(base, data=data, headers=OWN))
    assert again.count("this amount of this invoice is already recorded") == 2
    assert desk_app.service.store.count("revenue") == 2, "the page may be loaded again"


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        (b"", "The file is empty."),
        (b"\x00\x01", "This is not a CSV file."),
        (b"a;b\n1;2", "The first line has to name the columns."),
        (b"x" * 300_000, "The file is larger than 200 kB."),
    ],
)
def test_a_file_that_is_none_is_said_to_be_so(
    desk_app: DeskApp, company: Company, sent: bytes, sentence: str
) -> None:
    data = {"form": "file", "csv": "", "file": (BytesIO(sent), "a.csv")}
    answer = desk_app.browser().post(
        f"/desk/partners/{company.reference}/amounts/file", data=data, headers=OWN
    )
    assert answer.status_code == 422
    assert sentence in words(answer)


def test_loading_the_page_of_what_was_recorded_again_records_nothing(
    desk_app: DeskApp, company: Company
) -> None:
    """Not even amounts without an invoice number, which nobody could know to be the same."""
    staff, day = desk_app.browser(), desk_app.clock().date().isoformat()
    text = f"data;kwota;waluta;model;odbiorca\n{day};5;PLN;resell;partner\n{day};x;PLN;resell;partner\n"
    base = f"/desk/partners/{company.reference}/amounts/file"
    seen = staff.post(base, data={"form": "file", "csv": text}, headers=OWN)
    digest = seen.text.split('name="digest" value="')[1].split('"')[0]
    version = seen.text.split('name="seen" value="')[-1].split('"')[0]
    data = {"form": "file", "csv": text, "digest": digest, "seen": version}
    for _ in range(2):
        staff.post(base, data=data, headers=OWN)
        assert desk_app.service.store.count("revenue") == 1


def test_a_file_in_two_encodings_is_asked_about(desk_app: DeskApp, company: Company) -> None:
    """Both readings are shown; the chosen one is recorded. And there is a file to begin with."""
    staff, day = desk_app.browser(), desk_app.clock().date().isoformat()
    base = f"/desk/partners/{company.reference}/amounts/file"
    text = f"data;kwota;waluta;model;odbiorca;faktura\n{day};5;PLN;resell;partner;Ś 1\n"
    asked = staff.post(
        base, data={"form": "file", "file": (BytesIO(text.encode("iso8859_2")), "a.csv")}, headers=OWN
    )
    assert asked.status_code == 422
    assert "partner;Ś 1" in words(asked) and "partner;¦ 1" in words(asked)
    field = value_of(asked, "file-csv")
    for encoding, document in (("iso8859_2", "Ś 1"), ("cp1250", "¦ 1")):
        seen = staff.post(base, data={"form": "file", "csv": field, "encoding": encoding}, headers=OWN)
        assert f"partner {document}" in words(seen)
    assert 'download="amounts.csv"' in asked.text


def test_targets_are_the_partners_own_for_this_year_or_the_next(desk_app: DeskApp, company: Company) -> None:
    """Per area and model; both sides see how they stand."""
    staff, model = desk_app.browser(), desk_app.program.models[0].id
    target = {
        "form": "target",
        "plan": "1",
        "amount": "5 000",
        "currency": "PLN",
        "model": model,
        "area": "cloud",
    }
    assert company.post(staff, "revenue", "set_targets", desk=True, **target).status_code == 303
    assert (
        company.post(staff, "revenue", "set_targets", desk=True, **(target | {"plan": "2"})).status_code
        == 303
    )
    wrong = company.post(staff, "revenue", "set_targets", desk=True, **(target | {"plan": "3"}))
    assert wrong.status_code == 422
    odd = company.post(staff, "revenue", "set_targets", desk=True, **(target | {"amount": "25.000"}))
    assert odd.status_code == 422 and value_of(odd, "target-amount") == "25.000"
    address = f"/desk/partners/{company.reference}/amounts"
    staff.post(address, data=one(desk_app, area="Cloud"), headers=OWN)
    page = words(signed_in(desk_app).get(f"/partner/{company.reference}/deals"))
    assert "5,000.00 PLN, " in page
    assert "so far: 1,000.50 PLN still to come: 3,999.50 PLN" in page
    overview = words(signed_in(desk_app).get(f"/partner/{company.reference}"))
    assert "Target 5,000.00 PLN, so far 1,000.50 PLN" in overview
    assert "Fill in : Revenue requirements" not in overview and "Fill in : Yearly attestation" in overview
    assert [target["year"] for target in company.record["targets"]] == [1, 2]
    gone = {"plan": "1", "remove": "1"}
    assert company.post(staff, "revenue", "set_targets", desk=True, **gone).status_code == 303
    assert [target["year"] for target in company.record["targets"]] == [2]
