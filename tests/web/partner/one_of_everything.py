"""A service in which there is one of everything, so that every form of every page is offered to somebody."""

import json
from io import BytesIO
from pathlib import Path
from typing import Any

from partner_program import Program
from tests.domain.partners.test_agreement import pdf
from tests.factories.desk import ADMIN, NIP, OTHER_NIP, OWN, DeskApp
from tests.factories.partner_records import CONTACT, MEETING, Company, active, pre_accepted, signed_in
from tests.factories.site import make_site
from tests.web.partner.every_field import Explorer, NotingRequest

ELSEWHERE = "contact@other.example"


def opened(program: Program, folder: Path) -> DeskApp:
    """With approvals that end, and attestations that come on paper as well."""
    content = program.model_dump(mode="json")
    content["deal_registration"]["protection"] = {"days": 90, "reminder_days_before": 14}
    content["attestation"]["form"] = "written"
    changed = Program.model_validate_json(json.dumps(content))
    desk_app = DeskApp(make_site(folder / "site", changed), folder / "data", changed)
    desk_app.app.request_class = NotingRequest
    return desk_app


def explorer(desk_app: DeskApp) -> tuple[Explorer, dict[str, list[str]]]:
    """Who looks around, and where each begins."""
    company = active(desk_app)
    other = active(desk_app, tax_id=OTHER_NIP, **{"contacts-0-email": ELSEWHERE, "sponsor-email": ELSEWHERE})
    beginner = pre_accepted(desk_app, tax_id="PL5213017228", company_name="Beginner")
    desk_app.clock.forward(days=350)
    staff = desk_app.browser(ADMIN)
    _fill(desk_app, staff, company)
    assert other.post(signed_in(desk_app, ELSEWHERE), "attestation", "attest").status_code == 303
    _stop(staff, other)
    _prepare(staff, beginner)
    submissions = _submissions(desk_app, staff)
    desk_app.service.outbox.deliver_due()
    mails = desk_app.service.store.find("mails", "state", "sent")
    staff.post(f"/desk/mails/{mails[-1]['id']}/came-back", headers=OWN)
    browsers = {"desk": staff, "partner": signed_in(desk_app), "visitor": desk_app.app.test_client()}
    keys = [f"/status/{desk_app.service.submissions.token_of(desk_app.record(each))}" for each in submissions]
    period = f"/desk/mails?since={desk_app.clock().date()}&until={desk_app.clock().date()}&everything=y"
    visitor = ["/", "/en/", "/apply/", "/register-deal/", "/tiers/", "/status/", "/healthz", "/readyz"]
    starts = {
        "desk": ["/desk/", *(f"/desk/submissions/{each}" for each in submissions), "/desk/enter", period],
        "partner": [f"/partner/{each.reference}" for each in (company, beginner)],
        "visitor": [*visitor, *keys, *(f"/en{key}" for key in keys), *_doors(desk_app), *_draft(desk_app)],
    }
    starts["partner"] += [f"/partner/{company.reference}/deals/{each}" for each in submissions]
    starts["visitor"] += [f"{key}.ics" for key in starts["visitor"] if "/status/" in key]
    return Explorer(desk_app.app, browsers), starts


def _fill(desk_app: DeskApp, staff: Any, company: Company) -> None:
    day = desk_app.clock().date().isoformat()
    person = company.record["people"][0]["id"]
    for section, action, typed in (
        ("people", "add_person", {"name": "Member", "email": "member@partner.example", "access": "y"}),
        ("people", "add_person", {"name": "Nobody", "email": "nobody@partner.example"}),
        ("people", "add_qualification", {"person": person, "skill": "sales", "evidence": "A course"}),
        ("activities", "plan_activity", {"title": "A webinar", "planned_for": day}),
        ("planning", "plan_meeting", MEETING),
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
    amount = {"date": day, "amount": "10", "currency": "PLN", "model": desk_app.program.models[0].id}
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


def _submissions(desk_app: DeskApp, staff: Any) -> list[str]:
    """Open ones of both kinds, asked about, approved, rejected, pre-accepted."""
    approved, asked, rejected = desk_app.deal(), desk_app.deal(product="B"), desk_app.deal(product="C")
    desk_app.approve(staff, approved, despite_conflict="x")
    desk_app.do(staff, asked, "ask", text="Which?")
    reason = desk_app.program.deal_registration.reject_reasons[0].id
    desk_app.do(staff, rejected, "reject", reason=reason, text="x")
    application = desk_app.application(tax_id="PL7010416384", company_name="Applicant")
    taken = desk_app.application(tax_id="PL9512120077", company_name="Second")
    desk_app.do(staff, taken, "take")
    return [desk_app.deal(product="D"), approved, asked, rejected, application, taken]


def _draft(desk_app: DeskApp) -> list[str]:
    """A form that was begun, and its check page."""
    begun = {"company_name": "Begun", "country": "PL", "tax_id": NIP, "continue": "company"}
    answer = desk_app.app.test_client().post("/en/apply/", data=begun)
    address = answer.location.partition("#")[0]
    return [address, f"{address}/check"]


def _doors(desk_app: DeskApp) -> list[str]:
    """Addresses that mails lead to."""
    desk_app.service.access_requests.ask(
        name="New", email="new@partner.example", tax_id="", client="192.0.2.1", lang="en"
    )
    mail = next(each for each in desk_app.service.store.all("mails") if each["template"] == "access-confirm")
    visitor = desk_app.app.test_client()
    visitor.post("/partner/sign-in", data={"email": CONTACT, "lang": "en"}, headers=OWN)
    mails = desk_app.service.store.find("mails", "state", "queued")
    link = next(each for each in reversed(mails) if each["template"] == "sign-in" and each["to"] == CONTACT)
    addresses = (
        desk_app.service.auth.staff_admin.link(ADMIN),
        desk_app.service.auth.sign_in.link_for(link),
        desk_app.service.access_requests.link_for(mail),
    )
    base = desk_app.service.settings.base_url
    areas = [f"/{kind}{end}" for kind in ("desk", "partner") for end in ("", "/sign-in", "/sign-in/asked")]
    ask = ["/partner/ask", "/partner/ask/asked", "/partner/ask/passed-on"]
    return [str(each).removeprefix(base) for each in addresses] + areas + ask
