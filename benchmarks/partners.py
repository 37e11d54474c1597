"""Every page of the partner area and of partners at the desk: few and many partners, one year and ten.

One partner goes the real way through the service, then through its years by the same rules that its pages
use. Copies of its record, with names and references of their own, fill the store. Pages are asked for in the
service's own process, so the times are those of the work, not of a network.
"""

import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, cast

from flask.testing import FlaskClient

from benchmarks.deals import deal
from benchmarks.people import application
from forms_service.app import RunningService, create_app, service_of
from forms_service.domain.auth.roles import ADMINISTRATOR, Principal, UserKind
from forms_service.domain.clock import moment, stamp
from forms_service.domain.partners import (
    activities,
    agreement,
    attestation,
    company_profile,
    joint_plan,
    onboarding_checklist,
    renewal,
    revenue,
)
from forms_service.domain.partners.partner import GoalKind, Partner, RenewalDecision
from forms_service.domain.partners.partner_permissions import PartnerActing, PartnerActor, Side
from forms_service.domain.partners.partner_years import day_of, later, year
from forms_service.domain.partners.refusals import PartnerActionRefused
from forms_service.domain.partners.revenue import RevenueEntry
from forms_service.domain.submissions.action_results import Done
from forms_service.domain.submissions.workflow import Action
from forms_service.settings import Settings
from publishing.build import TRIAL, build

CASES = ((10, 1), (10, 10), (1_000, 1), (1_000, 10))
"""How many partners, and how many years each."""
TIMES = 9
"""The fastest of so many counts: a machine has other work, too."""
OWN = {"Sec-Fetch-Site": "same-origin"}
ADMIN, CONTACT = "administrator@example.com", "contact0@example.com"
NOTES = "What was agreed at the meeting, in a few sentences. " * 8
A_YEAR = {"activities": 8, "meetings": 4, "goals": 5, "amounts": 250, "deals": 40}
"""What the partner that is measured does in a year."""
OF_OTHERS = {"amounts": 12, "deals": 3}

PARTNER_PAGES = {
    "overview": "",
    "people": "/people",
    "activities": "/activities",
    "planning": "/planning",
    "revenue": "/revenue",
    "revenue of year 1": "/revenue?year=1",
    "deals": "/deals",
    "deals, last page": "/deals?page=99999",
    "one deal": "/deals/{deal}",
    "register a deal": "/register-deal",
    "attestation": "/attestation",
    "year and renewal": "/renewal",
    "what comes due": "/due",
    "profile": "/profile",
    "history": "/past",
}
DESK_PAGES = {
    "list of partners": "/desk/partners",
    "- its last page": "/desk/partners?page=99999",
    "- what is missing": "/desk/partners?lacking=y",
    "- next renewal first": "/desk/partners?order=renewing",
    "- of one tier, by a day": "/desk/partners?tier=silver&renews_by=2099-01-01",
    "- search": "/desk/partners?search=company",
    **{
        f"desk: {name}": f"/desk/partners/{{partner}}{end}"
        for name, end in PARTNER_PAGES.items()
        if name not in ("one deal", "register a deal")
    },
}


def main() -> None:
    """Print a row for each page, a column for each case, and the slowest against the fastest."""
    cases = CASES[:2] if "--small" in sys.argv else CASES
    site, _ = build(site=TRIAL)
    columns = [_measured(site, partners, years) for partners, years in cases]
    headings = [f"{partners:,} x {years} y" for partners, years in cases]
    print(f"{'milliseconds':40}" + "".join(f"{each:>14}" for each in headings) + "   last / first")
    for name in columns[0]:
        row = [column[name] for column in columns]
        print(f"{name:40}" + "".join(f"{ms:14,.1f}" for ms in row) + f"{row[-1] / row[0]:12.1f}x")


def _measured(site: Path, partners: int, years: int) -> dict[str, float]:
    with tempfile.TemporaryDirectory() as folder:
        known = {"SITE_DIR": str(site), "DATA_DIR": folder, "RATE_LIMIT": "off", "STAFF": ADMIN}
        app = create_app(Settings.from_environment(known))
        parts = service_of(app)
        filling = Filling(parts, app.test_client(), partners, years)
        filling.fill()
        facts = {"partner": filling.reference, "deal": filling.deal}
        staff, partner = app.test_client(), app.test_client()
        link = parts.auth.staff_admin.first_administrator_link() or ""
        staff.post(link.removeprefix(parts.settings.base_url), headers=OWN)
        _sign_in(parts, partner)
        base = f"/partner/{filling.reference}"
        first_ms, round_ms = (_took(parts.partners.remind) / partners for _ in range(2))
        found = {
            **{name: _page(partner, base + end.format(**facts)) for name, end in PARTNER_PAGES.items()},
            **{name: _page(staff, path.format(**facts)) for name, path in DESK_PAGES.items()},
            "CSV of all, each partner": _exported(staff) / partners,
            "an activity is stored": _change(partner, f"{base}/activities", filling),
            "an amount is stored": _amount(staff, filling),
            "a morning with reminders, each partner": first_ms,
            "a morning without, each partner": round_ms,
        }
        parts.store.close()
    return found


def _took(work: Any) -> float:
    started = time.perf_counter()
    work()
    return (time.perf_counter() - started) * 1000


def _page(client: FlaskClient, path: str) -> float:
    taken = []
    for _ in range(TIMES):
        started = time.perf_counter()
        answer = client.get(path)
        answer.get_data()
        taken.append((time.perf_counter() - started) * 1000)
        assert answer.status_code == 200, (path, answer.status_code, answer.location)
    return min(taken)


def _exported(client: FlaskClient) -> float:
    started = time.perf_counter()
    answer = client.post("/desk/partners/export?state=all", data={"format": "csv"}, headers=OWN)
    answer.get_data()
    assert answer.status_code == 200, answer.status_code
    return (time.perf_counter() - started) * 1000


def _change(client: FlaskClient, address: str, filling: "Filling") -> float:
    def send() -> None:
        data = {"action": "plan_activity", "title": "One more"}
        assert client.post(address, data=data, headers=OWN).status_code == 303

    return min(_took(send) for _ in range(TIMES))


def _amount(client: FlaskClient, filling: "Filling") -> float:
    day = day_of(datetime.now(UTC)).isoformat()
    typed = {"date": day, "amount": "100", "currency": "PLN", "model": "resell", "invoiced_to": "partner"}

    def send() -> None:
        address = f"/desk/partners/{filling.reference}/amounts"
        assert client.post(address, data=typed, headers=OWN).status_code == 303

    return min(_took(send) for _ in range(TIMES))


def _sign_in(parts: RunningService, client: FlaskClient) -> None:
    client.post("/partner/sign-in", data={"email": CONTACT, "lang": "en"}, headers=OWN)
    queued = parts.store.find("mails", "state", "queued")
    mail = next(each for each in reversed(queued) if each["template"] == "sign-in")
    link = parts.auth.sign_in.link_for(mail) or ""
    assert client.post(link.removeprefix(parts.settings.base_url), headers=OWN).status_code == 303


@dataclass
class Filling:
    """Fills an empty store."""

    parts: RunningService
    client: FlaskClient
    partners: int
    years: int
    reference: str = ""
    """Of the partner that is measured."""
    deal: str = ""
    now: datetime = field(default_factory=lambda: datetime.now(UTC))

    def fill(self) -> None:
        """Everything."""
        begun = self._pre_accepted()
        self.reference = begun["id"]
        grown = self._grown(begun)
        model = self._approved_deal(grown)
        with self.parts.store.batch() as batch:
            batch.add("programs", {"id": self._program.hash, "program": self._program.model_dump_json()})
        self._put(grown, model, A_YEAR, is_new=False)
        for number in range(1, self.partners):
            self._put(_copy(grown, number), model, OF_OTHERS, is_new=True)

    @property
    def _program(self) -> Any:
        return self.parts.site.current().program

    def _pre_accepted(self) -> Partner:
        form = {**application(0), "contacts-0-email": CONTACT, "tax_id": "1234563218", "country": "PL"}
        assert self.client.post("/apply/", data=form, headers=OWN).status_code == 303
        (record,) = self.parts.store.find("records", "state", "received")
        admin = Principal("benchmark", ADMIN, UserKind.STAFF, ADMINISTRATOR, "en")
        done = self.parts.decisions.act(record["id"], Action.PRE_ACCEPT, admin, seen=1)
        assert isinstance(done, Done), done
        return cast(Partner, self.parts.store.find("partners", "application", record["id"])[0])

    def _approved_deal(self, partner: Partner) -> dict[str, Any]:
        form = {**deal(0), "partner_email": CONTACT, "partner_tax_id": partner["company"]["tax_id"]}
        assert self.client.post("/register-deal/", data=form, headers=OWN).status_code == 303
        (record,) = self.parts.store.find("records", "state", "received")
        admin = Principal("benchmark", ADMIN, UserKind.STAFF, ADMINISTRATOR, "en")
        terms = {"benefit": "discount", "percent": "10", "product": "Cloud migration"}
        done = self.parts.decisions.act(record["id"], Action.APPROVE, admin, seen=1, details=terms)
        assert isinstance(done, Done), done
        self.deal = record["id"]
        return done.record

    @property
    def since(self) -> date:
        """The first day of the partnership: its last year is nearly over."""
        return later(day_of(self.now), -12 * self.years) + timedelta(days=20)

    def _grown(self, partner: Partner) -> Partner:
        """The partner after all of its years."""
        staff, people = PartnerActor(Side.STAFF, ADMIN), PartnerActor(Side.PARTNER, CONTACT)
        first = PartnerActing(staff, _noon(self.since))
        company = {**partner["company"], "address": "Street 1", "areas": ["Cloud"]}
        partner = _done(company_profile.change_company(partner, first, company))  # type: ignore[arg-type]
        begins = {"concluded_on": self.since, "for_partner": "Owner", "for_vendor": "Board"}
        partner = _done(agreement.record_agreement(partner, first, **begins))  # type: ignore[arg-type]
        for step in onboarding_checklist.checklist(partner, self._program, self.since):
            if step.can_be_confirmed:
                partner = _done(onboarding_checklist.confirm(partner, first, self._program, step.item.id))
        partner = _done(onboarding_checklist.activate(partner, first, self._program, tier="silver"))
        for number in range(1, self.years + 1):
            partner = self._year(partner, number, staff, people)
        return partner

    def _year(self, partner: Partner, number: int, staff: PartnerActor, people: PartnerActor) -> Partner:
        period = year(self.since, number)
        for n in range(A_YEAR["activities"]):
            day = period.first_day + timedelta(days=30 * n + 5)
            more = {"title": f"A webinar, number {n}", "done_on": day, "evidence": "https://example.com/w"}
            partner = _done(activities.do(partner, PartnerActing(people, _noon(day)), **more))  # type: ignore[arg-type]
        for n in range(A_YEAR["meetings"]):
            day = period.first_day + timedelta(days=80 * n + 9)
            partner = _done(
                joint_plan.hold_meeting(partner, PartnerActing(staff, _noon(day)), held_on=day, notes=NOTES)
            )
        for n in range(A_YEAR["goals"]):
            act = PartnerActing(people, _noon(period.first_day + timedelta(days=n)))
            kind = list(GoalKind)[n % 3]
            partner = _done(joint_plan.set_goal(partner, act, kind=kind, text="A goal of it", year=number))
        last = period.last_day - timedelta(days=25)
        partner = _done(
            attestation.attest(partner, PartnerActing(people, _noon(last)), self._program, language="en")
        )
        if number < self.years:
            partner = _done(
                renewal.decide(
                    partner, PartnerActing(staff, _noon(last)), self._program, RenewalDecision.RENEW
                )
            )
        return partner

    def _put(self, partner: Partner, model: dict[str, Any], a_year: dict[str, int], *, is_new: bool) -> None:
        store = self.parts.store
        amounts = [*self._amounts(partner["id"], a_year["amounts"])]
        with store.batch() as batch:
            if is_new:
                batch.add("partners", dict(partner))
            else:
                kept = batch.get("partners", partner["id"])
                assert kept is not None
                batch.replace("partners", dict(partner), kept["version"])
            for entry in amounts:
                batch.add("revenue", dict(entry))
            for number in range(1, self.years + 1):
                period = year(self.since, number)
                own = [entry for entry in amounts if date.fromisoformat(entry["date"]) in period]
                batch.add("revenue_years", dict(revenue.totals(partner["id"], number, own)))
            for record in self._deals(partner, model, a_year["deals"]):
                batch.add("records", record)

    def _amounts(self, partner: str, a_year: int) -> Iterator[RevenueEntry]:
        for number in range(1, self.years + 1):
            first = year(self.since, number).first_day
            for n in range(a_year):
                yield {
                    "id": f"{partner} {number} {n}",
                    "partner": partner,
                    "date": (first + timedelta(days=300 * n // a_year)).isoformat(),
                    "amount": str(Decimal("1000.50") + n),
                    "currency": ("PLN", "EUR")[n % 2],
                    "model": ("resell", "sell-with")[n % 2],
                    "invoiced_to": "partner",
                    "area": ("Cloud", "")[n % 2],
                    "document": f"FV/{number}/{n}",
                    "added_at": stamp(self.now),
                    "added_by": ADMIN,
                    "voided": None,
                }

    def _deals(self, partner: Partner, model: dict[str, Any], a_year: int) -> Iterator[dict[str, Any]]:
        for number in range(1, self.years + 1):
            first = _noon(year(self.since, number).first_day)
            for n in range(a_year):
                received = first + timedelta(days=300 * n // a_year, seconds=n)
                said = model["said"] | {"customer_name": f"Customer {n} of year {number}"}
                yield model | {
                    "id": f"DEAL-{partner['id'][4:]}-{number}-{n}",
                    "partner": partner["id"],
                    "said": said,
                    "keys": [f"name:{partner['id']} {number} {n}"],
                    "received_at": stamp(received),
                    "fingerprint": f"{partner['id']} {number} {n}",
                    "token_hashes": [f"{partner['id']} {number} {n}"],
                }


def _copy(partner: Partner, number: int) -> Partner:
    """The same partner under another name."""
    people = [
        {**each, "email": f"{number}.{each['email']}" if each["email"] else ""} for each in partner["people"]
    ]
    company = {**partner["company"], "name": f"Company {number} of the benchmark", "tax_id": f"US{number:08}"}
    other = {**partner, "id": f"PAR-{number:08}", "application": f"APP-{number:08}", "company": company}
    return cast(Partner, {**other, "people": people, "keys": [f"tax:{number}"]})


def _noon(day: date) -> datetime:
    return moment(f"{day.isoformat()}T11:00:00.000000Z")


def _done(found: Partner | PartnerActionRefused) -> Partner:
    assert not isinstance(found, PartnerActionRefused), found
    return found


if __name__ == "__main__":
    main()
