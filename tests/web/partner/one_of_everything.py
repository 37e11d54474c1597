"""A service in which there is one of everything, so that every form of every page is offered to somebody."""

import json
from io import BytesIO
from pathlib import Path
from typing import Any

from partner_program import Program
from tests.domain.partners.test_agreement import pdf
from tests.factories.desk import ADMIN, OTHER_NIP, OWN, Office
from tests.factories.partner_records import CONTACT, Company, active, pre_accepted, signed_in
from tests.factories.site import make_site
from tests.web.partner.every_field import Explorer, NotingRequest

ELSEWHERE = "contact@other.example"


def opened(program: Program, folder: Path) -> Office:
    """With approvals that end, and attestations that come on paper as well."""
    content = program.model_dump(mode="json")
    content["deal_registration"]["protection"] = {"days": 90, "reminder_days_before": 14}
    content["attestation"]["form"] = "written"
    changed = Program.model_validate_json(json.dumps(content))
    office = Office(make_site(folder / "site", changed), folder / "data", changed)
    office.app.request_class = NotingRequest
    return office


def explorer(office: Office) -> tuple[Explorer, dict[str, list[str]]]:
    """Who looks around, and where each begins."""
    company = active(office)
    other = active(office, tax_id=OTHER_NIP, **{"contacts-0-email": ELSEWHERE, "sponsor-email": ELSEWHERE})
    beginner = pre_accepted(office, tax_id="PL5213017228", company_name="Beginner")
    office.clock.forward(days=350)
    staff = office.browser(ADMIN)
    _fill(office, staff, company)
    assert other.post(signed_in(office, ELSEWHERE), "attestation", "attest").status_code == 303
    _stop(staff, other)
    _prepare(staff, beginner)
    submissions = _submissions(office, staff)
    office.service.outbox.deliver_due()
    mails = office.service.store.find("mails", "state", "sent")
    staff.post(f"/desk/mails/{mails[-1]['id']}/came-back", headers=OWN)
    browsers = {"desk": staff, "partner": signed_in(office), "visitor": office.app.test_client()}
    keys = [f"/status/{office.service.submissions.token_of(office.record(each))}" for each in submissions]
    period = f"/desk/mails?since={office.clock().date()}&until={office.clock().date()}&everything=y"
    visitor = ["/", "/en/", "/apply/", "/register-deal/", "/tiers/", "/status/", "/healthz", "/readyz"]
    starts = {
        "desk": ["/desk/", *(f"/desk/submissions/{each}" for each in submissions), "/desk/enter", period],
        "partner": [f"/partner/{each.reference}" for each in (company, beginner)],
        "visitor": [*visitor, *keys, *(f"/en{key}" for key in keys), *_doors(office)],
    }
    starts["partner"] += [f"/partner/{company.reference}/deals/{each}" for each in submissions]
    starts["visitor"] += [f"{key}.ics" for key in starts["visitor"] if "/status/" in key]
    return Explorer(office.app, browsers), starts


def _fill(office: Office, staff: Any, company: Company) -> None:
    day = office.clock().date().isoformat()
    person = company.record["people"][0]["id"]
    for section, action, typed in (
        ("people", "add_person", {"name": "Member", "email": "member@partner.example", "access": "y"}),
        ("people", "add_person", {"name": "Nobody", "email": "nobody@partner.example"}),
        ("people", "add_qualification", {"person": person, "skill": "sales", "evidence": "A course"}),
        ("activities", "plan_activity", {"title": "A webinar", "planned_for": day}),
        ("planning", "plan_meeting", {"planned_for": "2027-12-15"}),
        ("planning", "hold_meeting", {"held_on": "2027-01-15"}),
        ("planning", "set_goal", {"kind": "marketing", "text": "Be seen"}),
        ("profile", "give_link", {"link": "https://partner.example/fp"}),
        ("revenue", "set_targets", {"amount": "1000", "currency": "PLN"}),
    ):
        answer = company.post(staff, section, action, desk=True, **typed)
        assert answer.status_code == 303, (action, answer.text)
    base = f"/desk/partners/{company.reference}"
    file = {"file": (BytesIO(pdf()), "a.pdf"), "form": "agreement-file"}
    assert staff.post(f"{base}/agreement-file", data=file, headers=OWN).status_code == 303
    amount = {"date": day, "amount": "10", "currency": "PLN", "model": office.program.models[0].id}
    amount |= {"invoiced_to": "partner", "document": "FV 1"}
    assert staff.post(f"{base}/amounts", data=amount, headers=OWN).status_code == 303


def _stop(staff: Any, other: Company) -> None:
    """Renewed, then suspended."""
    for section, action, typed in (
        ("renewal", "renew", {"decision": "renew", "reason": "x"}),
        ("overview", "suspend", {"reason": "x"}),
    ):
        answer = other.post(staff, section, action, desk=True, **typed)
        assert answer.status_code == 303, (action, answer.text)


def _prepare(staff: Any, beginner: Company) -> None:
    agreed = {"concluded_on": "2026-11-23", "for_vendor": "Board member", "for_partner": "Owner"}
    beginner.post(staff, "profile", "record_agreement", desk=True, **agreed)


def _submissions(office: Office, staff: Any) -> list[str]:
    """Open ones of both kinds, asked about, approved, rejected, pre-accepted."""
    approved, asked, rejected = office.deal(), office.deal(product="B"), office.deal(product="C")
    office.approve(staff, approved, despite_conflict="x")
    office.do(staff, asked, "ask", text="Which?")
    reason = office.program.deal_registration.reject_reasons[0].id
    office.do(staff, rejected, "reject", reason=reason, text="x")
    application = office.application(tax_id="PL7010416384", company_name="Applicant")
    taken = office.application(tax_id="PL9512120077", company_name="Second")
    office.do(staff, taken, "take")
    return [office.deal(product="D"), approved, asked, rejected, application, taken]


def _doors(office: Office) -> list[str]:
    """Addresses that mails lead to."""
    office.service.asking.ask(
        name="New", email="new@partner.example", tax_id="", client="192.0.2.1", lang="en"
    )
    mail = next(each for each in office.service.store.all("mails") if each["template"] == "access-confirm")
    visitor = office.app.test_client()
    visitor.post("/partner/sign-in", data={"email": CONTACT, "lang": "en"}, headers=OWN)
    mails = office.service.store.find("mails", "state", "queued")
    link = next(each for each in reversed(mails) if each["template"] == "sign-in" and each["to"] == CONTACT)
    addresses = (
        office.service.auth.staff_admin.link(ADMIN),
        office.service.auth.sign_in.link_for(link),
        office.service.asking.link_for(mail),
    )
    base = office.service.settings.base_url
    areas = [f"/{kind}{end}" for kind in ("desk", "partner") for end in ("", "/sign-in", "/sign-in/asked")]
    ask = ["/partner/ask", "/partner/ask/asked", "/partner/ask/passed-on"]
    return [str(each).removeprefix(base) for each in addresses] + areas + ask
