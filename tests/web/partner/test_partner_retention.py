"""A partner whose partnership ended long ago goes with everything that was kept for it, and nothing else."""

from datetime import UTC, datetime
from io import BytesIO

from forms_service.jobs.retention import RetentionJob
from forms_service.services import clock_guard, data_files
from tests.domain.partners.test_agreement import pdf
from tests.factories.desk import OTHER_NIP, OWN, DeskApp
from tests.factories.partner_records import CONTACT, SPONSOR, Company, active, pre_accepted, signed_in
from tests.factories.storage import bytes_on_disk

KEPT_YEARS = 3


def clearing(desk_app: DeskApp) -> RetentionJob:
    return RetentionJob(desk_app.service.store, lambda: desk_app.program, desk_app.data, tidy=lambda: 0)


def ended(desk_app: DeskApp) -> Company:
    """A partner with a signed agreement and an invoiced amount, whose partnership ended today."""
    company, staff = active(desk_app), desk_app.browser()
    base = f"/desk/partners/{company.reference}"
    file = {"file": (BytesIO(pdf()), "a.pdf"), "form": "agreement-file"}
    assert staff.post(f"{base}/agreement-file", data=file, headers=OWN).status_code == 303
    amount = {"date": desk_app.clock().date().isoformat(), "amount": "1000", "currency": "PLN"}
    more = {"model": desk_app.program.models[0].id, "invoiced_to": "partner"}
    assert staff.post(f"{base}/amounts", data=amount | more, headers=OWN).status_code == 303
    assert company.post(staff, "overview", "end", desk=True, reason="Over").status_code == 303
    return company


def on(desk_app: DeskApp, year: int, month: int, day: int) -> None:
    desk_app.clock.now = datetime(year, month, day, 9, tzinfo=UTC)
    clock_guard.confirm(desk_app.service.store, desk_app.clock(), by="command")
    clearing(desk_app).run(desk_app.clock())


def test_it_is_announced_and_goes_with_all_that_was_kept_for_it(desk_app: DeskApp) -> None:
    """Record, people, amounts, agreement, mails and the application it began with; no byte stays."""
    company = ended(desk_app)
    application = company.record["application"]
    store = desk_app.service.store
    on(desk_app, 2026 + KEPT_YEARS, 12, 30)
    assert [mail for mail in store.all("mails") if mail["template"] == "retention"] == []
    on(desk_app, 2026 + KEPT_YEARS, 12, 31)
    assert store.get("partners", company.reference) is not None
    told = [mail for mail in store.all("mails") if mail["template"] == "retention"]
    assert [(mail["facts"]["partners"], mail["facts"]["references"]) for mail in told] == [
        (1, [company.reference])
    ]
    on(desk_app, 2026 + KEPT_YEARS + 1, 1, 1)
    assert store.get("partners", company.reference) is None
    assert store.get("records", application) is None
    assert store.get("agreements", company.reference) is None
    assert store.all("revenue") + store.all("revenue_years") == []
    assert data_files.compact_if_requested(store)
    for left in (CONTACT, SPONSOR, "Street 1", "Board member"):
        assert left.encode() not in bytes_on_disk(desk_app.data), left


def test_whoever_belongs_to_another_partner_still_gets_in(desk_app: DeskApp) -> None:
    """Only who could sign in for this one alone is forgotten."""
    company = ended(desk_app)
    people = {"sponsor_is_contact": "y", "sponsor-name": "", "sponsor-email": ""}
    other = pre_accepted(desk_app, tax_id=OTHER_NIP, company_name="Second Company", **people)
    on(desk_app, 2026 + KEPT_YEARS, 12, 31)
    on(desk_app, 2026 + KEPT_YEARS + 1, 1, 1)
    assert desk_app.service.store.get("partners", company.reference) is None
    assert signed_in(desk_app).get(f"/partner/{other.reference}").status_code == 200
    assert SPONSOR not in str(desk_app.service.store.all("people"))


def test_a_partnership_that_was_taken_up_again_stays(desk_app: DeskApp) -> None:
    """Also when its end was announced already; so does one that never ended."""
    company = ended(desk_app)
    running = pre_accepted(desk_app, tax_id=OTHER_NIP, company_name="Second Company")
    on(desk_app, 2026 + KEPT_YEARS, 12, 31)
    staff = desk_app.browser()
    assert company.post(staff, "overview", "resume", desk=True, reason="It goes on").status_code == 303
    on(desk_app, 2026 + KEPT_YEARS + 1, 1, 1)
    for each in (company, running):
        assert desk_app.service.store.get("partners", each.reference) is not None
