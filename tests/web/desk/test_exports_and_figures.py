"""A view as a file and as figures: exactly its submissions."""

import csv
import io
import re
from pathlib import Path

import pytest
from openpyxl import load_workbook
from werkzeug.test import TestResponse

import forms_service
from forms_service.domain.auth.roles import READER, UserKind
from forms_service.services.audit_log import AuditEvent
from tests.factories.desk import ADMIN, OTHER_NIP, OWN, REVIEWER_1, ROLES, WATCHER, DeskApp, words


def download(desk_app: DeskApp, query: str = "", kind: str = "csv", lang: str = "en") -> TestResponse:
    browser = desk_app.browser(WATCHER, lang)
    return browser.post(f"/desk/export{query}", data={"format": kind}, headers=OWN)


def rows(answer: TestResponse, delimiter: str = ",") -> list[dict[str, str]]:
    text = answer.data.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter))


def test_csv_holds_exactly_the_rows_of_the_view(desk_app: DeskApp) -> None:
    deal, application = desk_app.deal(value_amount="25 000,50"), desk_app.application()
    desk_app.approve(desk_app.browser(), deal)
    answer = download(desk_app, "?state=approved&kind=deal")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="submissions-2026-11-23.csv"'
    assert answer.data.startswith(b"\xef\xbb\xbf")
    (row,) = rows(answer)
    assert (row["Reference"], row["Value"], row["State"]) == (deal, "25000.50", "Approved")
    assert [row["Reference"] for row in rows(download(desk_app))] == [application]
    assert {row["Reference"] for row in rows(download(desk_app, "?state=all"))} == {deal, application}


def test_the_company_of_a_deal_is_the_known_partner(desk_app: DeskApp) -> None:
    """As the list on the screen says it; of a stranger nothing is known."""
    desk_app.partner()
    known, stranger = desk_app.deal(), desk_app.deal(partner_tax_id=OTHER_NIP, product="Other")
    companies = {row["Reference"]: row["Company"] for row in rows(download(desk_app, "?kind=deal"))}
    assert companies == {known: "Example Partner", stranger: ""}
    applied = rows(download(desk_app, "?kind=application&state=all"))
    assert [row["Company"] for row in applied] == ["Example Partner"]


def test_csv_in_polish_is_as_spreadsheets_here_expect(desk_app: DeskApp) -> None:
    desk_app.deal(value_amount="25 000,50")
    (row,) = rows(download(desk_app, lang="pl"), ";")
    assert row["Wartość"] == "25000,50"


def test_xlsx_holds_the_same(desk_app: DeskApp) -> None:
    desk_app.deal(customer_name="=HYPERLINK(1)")
    answer = download(desk_app, kind="xlsx")
    sheet = load_workbook(io.BytesIO(answer.data)).active
    assert sheet is not None
    cells = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert len(cells) == 2
    assert "=HYPERLINK(1)" in cells[1]
    assert all(cell.data_type != "f" for cell in sheet[2])


def test_a_formula_is_a_text(desk_app: DeskApp) -> None:
    """I1, through the whole desk."""
    desk_app.deal(customer_name="=1+1", product="@SUM(A1)")
    (row,) = rows(download(desk_app))
    assert (row["Customer"], row["Product or service"]) == ("'=1+1", "'@SUM(A1)")


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_no_column_of_any_list_computes(desk_app: DeskApp, kind: str) -> None:
    """I1: whatever stands in a record and whoever wrote it: every list that can be taken, every column."""
    reference = desk_app.application(company_name="=1+1")
    desk_app.do(desk_app.browser(ADMIN), reference, "pre_accept")
    company, deal = desk_app.record(reference), desk_app.record(desk_app.deal())
    decided = {"at": deal["received_at"], "by": "=1+1", "outcome": "approved", "benefit": "=1+1"}
    with desk_app.service.store.batch() as batch:
        for record in (company, deal):
            said = {name: "=1+1" for name, value in record["said"].items() if isinstance(value, str)}
            said |= {"value_amount": "", "expected_close": ""}
            written = dict.fromkeys(("reason", "text", "words", "product"), "=1+1")
            more = {"owner": "=1+1", "decision": decided | written, "result": {"text": "=1+1"}}
            batch.replace("records", {**record, **more, "said": record["said"] | said}, record["version"])
    mail = desk_app.service.store.find("mails", "state", "queued")[0]
    with desk_app.service.store.batch() as batch:
        batch.replace("mails", {**mail, "state": "dead", "problem": "=1+1"}, mail["version"])
    desk_app.service.auth.users.add(UserKind.STAFF, "new@example.com", READER, by="=1+1")
    desk_app.service.audit_log.record(
        "=1+1@example.com", AuditEvent.EXPORTED, about="=1+1", list="=1+1", format="=1+1"
    )
    browser = desk_app.browser(ADMIN, "en")
    lists = {rule.rule for rule in desk_app.app.url_map.iter_rules() if rule.rule.endswith("/export")}
    assert lists == {f"/desk/{each}export" for each in ("", "history/", "partners/", "mails/", "people/")}
    for address in (f"{each}?state=all" for each in lists):
        answer = browser.post(address, data={"format": kind}, headers=OWN)
        assert answer.status_code == 200
        if kind == "csv":
            assert b"\"'=1+1" in answer.data
            cells = [cell for row in rows(answer) for cell in row.values()]
            assert not [cell for cell in cells if cell.startswith(("=", "+", "@"))]
        else:
            sheet = load_workbook(io.BytesIO(answer.data)).active
            assert sheet is not None
            texts = [cell for row in sheet.iter_rows() for cell in row if str(cell.value).startswith("=")]
            assert texts
            assert {(cell.data_type, bool(cell.quotePrefix)) for cell in texts} == {("s", True)}


def test_whatever_hands_out_a_list_does_it_in_the_one_way(desk_app: DeskApp) -> None:
    """I1: lists are written by `spreadsheets`, where no text computes; nothing else makes CSV or XLSX."""
    package = Path(forms_service.__file__).parent
    makers = re.compile(r"csv\.(?:writer|DictWriter)|openpyxl|Workbook\(|text/csv;")
    found = {
        str(file.relative_to(package)) for file in package.rglob("*.py") if makers.search(file.read_text())
    }
    assert found == {"domain/reports/spreadsheets.py"}


def test_who_took_a_copy_is_noted(desk_app: DeskApp) -> None:
    """With what was asked for, but not with what was searched for: that may be a person's name."""
    desk_app.deal()
    download(desk_app, "?kind=deal&search=somebody%40example.com")
    said = words(desk_app.browser(ADMIN).get("/desk/history"))
    assert f"{WATCHER} list downloaded Submissions: Deal registration, “…” · CSV" in said
    assert "somebody" not in said
    assert "somebody" not in str(desk_app.service.store.all("audit_events"))


def test_what_was_downloaded_is_told_in_the_readers_words(desk_app: DeskApp) -> None:
    """Every list with everything that narrows it, on the screen and in the file."""
    browser = desk_app.browser(ADMIN, "en")
    for address in (
        f"/desk/export?state=all&owner={REVIEWER_1}&since=2026-11-01&overdue=y",
        "/desk/partners/export?state=suspended&lacking=y&renews_by=2027-01-01",
        f"/desk/history/export?owner={REVIEWER_1}",
    ):
        assert browser.post(address, data={"format": "csv"}, headers=OWN).status_code == 200
    for lang, told in {
        "en": [
            f"Submissions: state: all, {REVIEWER_1}, from 1 Nov, after the deadline · CSV",
            "Partners: Suspended, only where something is missing, renewal by 1 Jan 2027 · CSV",
            f"History: {REVIEWER_1} · CSV",
        ],
        "pl": [
            f"Zgłoszenia: stan: wszystkie, {REVIEWER_1}, od 1 lis, po terminie · CSV",
            "Partnerzy: Zawieszony, tylko gdy czegoś brakuje, odnowienie do 1 sty 2027 · CSV",
            f"Historia: {REVIEWER_1} · CSV",
        ],
    }.items():
        browser = desk_app.browser(ADMIN, lang)
        said = words(browser.get("/desk/history"))
        assert [each for each in told if each not in said] == []
        file = browser.post("/desk/history/export", data={"format": "csv"}, headers=OWN)
        kept = file.data.decode().replace("\xa0", " ")
        assert [each for each in told if each not in kept] == []


@pytest.mark.parametrize("data", [{}, {"format": "pdf"}])
def test_there_is_no_other_format(desk_app: DeskApp, data: dict[str, str]) -> None:
    assert desk_app.browser().post("/desk/export", data=data, headers=OWN).status_code == 400


def test_a_workbook_is_not_made_of_too_many(desk_app: DeskApp) -> None:
    """The limit is the exports'; a list of 10,001 says what to do instead."""
    said = desk_app.record(desk_app.deal())["said"]
    store = desk_app.service.store
    record = store.all("records")[0]
    with store.batch() as batch:
        for number in range(10_000):
            other = {
                **record,
                "id": f"DEAL-X{number}",
                "token_hashes": [],
                "terms": [],
                "keys": [],
                "said": said,
            }
            batch.add("records", other)
    assert "Download as XLSX" not in words(desk_app.browser().get("/desk/"))
    answer = download(desk_app, kind="xlsx")
    assert answer.status_code == 422
    assert "at most 10000 rows" in words(answer)
    assert len(rows(download(desk_app))) == 10_001


def test_figures_follow_the_filters(desk_app: DeskApp) -> None:
    browser = desk_app.browser()
    approved, rejected = desk_app.deal(product="A"), desk_app.deal(product="B")
    desk_app.approve(browser, approved)
    desk_app.do(browser, rejected, "reject", reason="outside-offer")
    desk_app.deal(product="C", value_amount="1000", value_currency="EUR")
    desk_app.application()
    said = words(browser.get("/desk/figures"))
    assert "Value of open deals EUR 1,000.00" in said
    assert "2 decisions, and the reasons of rejections." in said
    assert "November 2026 100% (2/2)" in said
    narrowed = words(browser.get("/desk/figures?kind=application"))
    assert "Value of open deals –" in narrowed
    assert "1 open submissions by age" in narrowed


def test_figures_begin_a_year_ago_unless_they_are_asked_for_all_time(desk_app: DeskApp) -> None:
    desk_app.deal()
    desk_app.clock.forward(days=400)
    browser = desk_app.browser()
    page = browser.get("/desk/figures")
    assert "from 28 Dec 2026" in words(page)
    assert "Value of open deals –" in words(page)
    everything = browser.get("/desk/figures?since=")
    assert "Value of open deals PLN 25,000.00" in words(everything)


def test_every_picture_has_a_table_beside_it(desk_app: DeskApp) -> None:
    browser = desk_app.browser()
    desk_app.approve(browser, desk_app.deal())
    desk_app.deal(product="Other")
    html = browser.get("/desk/figures").text
    assert html.count("<svg") == html.count('class="figure-table"') == 3
    assert "style=" not in html


def test_undelivered_mail_and_staff_are_files_too(desk_app: DeskApp) -> None:
    """All that stands on the page: whom to call, and who may come in."""
    reference = desk_app.deal()
    (mail, _) = desk_app.service.store.find("mails", "record", reference)
    with desk_app.service.store.batch() as batch:
        batch.replace("mails", {**mail, "state": "dead", "problem": "550 no"}, mail["version"])
    browser = desk_app.browser(ADMIN)
    for page in ("mails", "people"):
        assert f'action="/desk/{page}/export"' in browser.get(f"/desk/{page}").text
    (row,) = rows(browser.post("/desk/mails/export", data={"format": "csv"}, headers=OWN))
    assert (row["To"], row["About"], row["Why not"]) == (mail["to"], reference, "550 no")
    people = rows(browser.post("/desk/people/export", data={"format": "csv"}, headers=OWN))
    assert {row["Address"] for row in people} == {*ROLES}
    assert {row["Address"]: row["Last sign-in"] for row in people}[ADMIN] == "2026-11-23 10:00"
    told = words(browser.get("/desk/history"))
    assert "list downloaded People · CSV" in told and "list downloaded Not delivered · CSV" in told


def test_the_list_of_deeds_is_a_file_for_administrators(desk_app: DeskApp) -> None:
    desk_app.do(desk_app.browser(), desk_app.deal(), "take")
    refused = desk_app.browser(REVIEWER_1).post("/desk/history/export", data={"format": "csv"}, headers=OWN)
    assert refused.status_code == 404
    answer = desk_app.browser(ADMIN).post("/desk/history/export", data={"format": "csv"}, headers=OWN)
    told = [(row["Who"], row["What"], row["About"]) for row in rows(answer)]
    assert (REVIEWER_1, "signed in", "Desk") in told and (ADMIN, "signed in", "Desk") in told
    assert ("somebody", "refused: not their role", "Desk · number: 1") in told
    assert [who for who, what, _ in told if what == "taken for review"] == [REVIEWER_1]
