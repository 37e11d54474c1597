"""A partner whose partnership ended long ago goes with everything that was kept for it, and nothing else."""

from datetime import UTC, datetime
from io import BytesIO

from forms_service.jobs.retention import Clearing
from forms_service.services import clock_guard, data_files
from tests.domain.partners.test_agreement import pdf
from tests.factories.desk import OTHER_NIP, OWN, Office
from tests.factories.partner_records import CONTACT, SPONSOR, Company, active, pre_accepted, signed_in

KEPT_YEARS = 3


def clearing(office: Office) -> Clearing:
    return Clearing(office.service.store, lambda: office.program, office.journal.parent, tidy=lambda: 0)


def ended(office: Office) -> Company:
    """A partner with a signed agreement and an invoiced amount, whose partnership ended today."""
    company, staff = active(office), office.browser()
    base = f"/desk/partners/{company.reference}"
    file = {"file": (BytesIO(pdf()), "a.pdf"), "form": "agreement-file"}
    assert staff.post(f"{base}/agreement-file", data=file, headers=OWN).status_code == 303
    amount = {"date": office.clock().date().isoformat(), "amount": "1000", "currency": "PLN"}
    more = {"model": office.program.models[0].id, "invoiced_to": "partner"}
    assert staff.post(f"{base}/amounts", data=amount | more, headers=OWN).status_code == 303
    assert company.post(staff, "overview", "end", desk=True, reason="Over").status_code == 303
    return company


def on(office: Office, year: int, month: int, day: int) -> None:
    office.clock.now = datetime(year, month, day, 9, tzinfo=UTC)
    clock_guard.confirm(office.service.store, office.clock(), by="command")
    clearing(office).run(office.clock())


def test_it_is_announced_and_goes_with_all_that_was_kept_for_it(office: Office) -> None:
    """Record, people, amounts, agreement, mails and the application it began with; no byte stays."""
    company = ended(office)
    application = company.record["application"]
    store = office.service.store
    on(office, 2026 + KEPT_YEARS, 12, 30)
    assert [mail for mail in store.all("mails") if mail["template"] == "retention"] == []
    on(office, 2026 + KEPT_YEARS, 12, 31)
    assert store.get("partners", company.reference) is not None
    told = [mail for mail in store.all("mails") if mail["template"] == "retention"]
    assert [(mail["facts"]["partners"], mail["facts"]["references"]) for mail in told] == [
        (1, [company.reference])
    ]
    on(office, 2026 + KEPT_YEARS + 1, 1, 1)
    assert store.get("partners", company.reference) is None
    assert store.get("records", application) is None
    assert store.get("agreements", company.reference) is None
    assert store.all("revenue") + store.all("revenue_years") == []
    assert data_files.settle(store)
    for left in (CONTACT, SPONSOR, "Street 1", "Board member"):
        assert left.encode() not in office.journal.read_bytes(), left


def test_whoever_belongs_to_another_partner_still_gets_in(office: Office) -> None:
    """Only who could sign in for this one alone is forgotten."""
    company = ended(office)
    people = {"sponsor_is_contact": "y", "sponsor-name": "", "sponsor-email": ""}
    other = pre_accepted(office, tax_id=OTHER_NIP, company_name="Second Company", **people)
    on(office, 2026 + KEPT_YEARS, 12, 31)
    on(office, 2026 + KEPT_YEARS + 1, 1, 1)
    assert office.service.store.get("partners", company.reference) is None
    assert signed_in(office).get(f"/partner/{other.reference}").status_code == 200
    assert SPONSOR not in str(office.service.store.all("people"))


def test_a_partnership_that_was_taken_up_again_stays(office: Office) -> None:
    """Also when its end was announced already; so does one that never ended."""
    company = ended(office)
    running = pre_accepted(office, tax_id=OTHER_NIP, company_name="Second Company")
    on(office, 2026 + KEPT_YEARS, 12, 31)
    staff = office.browser()
    assert company.post(staff, "overview", "resume", desk=True, reason="It goes on").status_code == 303
    on(office, 2026 + KEPT_YEARS + 1, 1, 1)
    for each in (company, running):
        assert office.service.store.get("partners", each.reference) is not None
