"""One company through two partner years, held against the facts in `two_years.yml`, step by step."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import yaml

from forms_service.domain.partners import (
    activities,
    agreement,
    attestation,
    company_profile,
    joint_plan,
    onboarding_checklist,
    people_actions,
    qualifications,
    renewal,
    revenue,
    targets,
)
from forms_service.domain.partners.invoice_lines import line
from forms_service.domain.partners.notifications import for_change, remind
from forms_service.domain.partners.onboarding_checklist import new_partner
from forms_service.domain.partners.partner import Partner, RenewalDecision, Skill
from forms_service.domain.partners.partner_labels import standing, to_next_tier
from forms_service.domain.partners.partner_permissions import PartnerActing, Side
from forms_service.domain.partners.partner_reminders import reminded, reminders
from forms_service.domain.partners.partner_years import active_since, partner_year, terms_on
from forms_service.domain.partners.program_impact import impact
from forms_service.domain.partners.refusals import PartnerActionRefused
from forms_service.domain.partners.revenue import RevenueEntry
from forms_service.domain.partners.scorecard import next_tier, scorecard
from forms_service.i18n.translations import texts
from partner_program import Program
from partner_program.changes import differences
from partner_program.loader import read
from tests import ROOT
from tests.factories.partners import CONTACT, SPONSOR, STAFF, by, done, noon, staff, system

FACTS = yaml.safe_load(Path(__file__).with_name("two_years.yml").read_text(encoding="utf-8"))
POLISH = texts("pl")


def day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


@dataclass
class Walk:
    """The company, the vendor's programs and the mails, as they are on a day."""

    partner: Partner
    today: date
    programs: list[tuple[date, Program]]
    deals: list[dict[str, Any]] = field(default_factory=list)
    revenue: list[RevenueEntry] = field(default_factory=list)
    mails: list[str] = field(default_factory=list)

    @property
    def published(self) -> Program:
        """The program that the site shows today."""
        return [program for since, program in self.programs if since <= self.today][-1]

    @property
    def own(self) -> Program:
        """The version that the partner's year follows."""
        terms = terms_on(self.partner, self.today)
        versions = {program.hash: program for _, program in self.programs}
        return self.published if terms is None else versions[terms["program"]]

    def come_to(self, on: date) -> None:
        """Day by day, with the reminders of each day."""
        while self.today < on:
            self.today += timedelta(days=1)
            self.remind()

    def remind(self) -> None:
        owed = reminders(self.partner, self.own, self.today)
        for one in owed:
            about = ", ".join(dict.fromkeys(due.kind.value for due in one.dues))
            for letter in remind(self.partner, one, self.own):
                self.mails.append(f"{self._mail(letter.template, letter.to)}: {about}")
        if owed:
            self.partner = done(reminded(self.partner, system(self.today), owed))

    def do(self, order: dict[str, Any]) -> PartnerActionRefused | None:
        """One action, `who what: details`; None where it was done."""
        ((name, details),) = order.items()
        if name == "deal":
            self.deals.append(details)
            return None
        who, what = name.split()
        act = staff(self.today) if who == "staff" else by(f"{who}@partner.example", self.today)
        result = ACTIONS[what](self, act, details)
        if isinstance(result, PartnerActionRefused):
            return result
        for letter in for_change(self.partner, result, self.published):
            self.mails.append(self._mail(letter.template, letter.to))
        self.partner = result
        return None

    def _mail(self, template: str, to: str) -> str:
        return f"{self.today} {template} {'vendor' if to == self.published.contact.email else to}"


Result = Partner | PartnerActionRefused


def change_company(walk: Walk, act: PartnerActing, new: dict[str, Any]) -> Result:
    return company_profile.change_company(walk.partner, act, {**walk.partner["company"], **new})  # type: ignore[typeddict-item]


def add_revenue(walk: Walk, act: PartnerActing, lines: list[dict[str, str]]) -> Result:
    since = active_since(walk.partner)
    assert since is not None
    good = [line(each, walk.own, today=walk.today, active_since=since) for each in lines]
    ids = [f"REV-{len(walk.revenue) + number}" for number in range(len(good))]
    partner, entries = done(revenue.add(walk.partner, act, good, ids))
    walk.revenue += entries
    return partner


def with_days(details: dict[str, Any]) -> dict[str, Any]:
    """The details with days for texts that are some."""
    names = {"concluded_on", "done_on", "held_on", "valid_until", "since", "on"}
    found = {name: day(value) if name in names else value for name, value in details.items()}
    return found | ({"skill": Skill(found["skill"])} if "skill" in found else {})


def simple(function: Callable[..., Result]) -> Callable[[Walk, PartnerActing, dict[str, Any]], Result]:
    return lambda walk, act, details: function(walk.partner, act, **with_days(details))


def named(
    function: Callable[..., Result], name: str
) -> Callable[[Walk, PartnerActing, dict[str, Any]], Result]:
    """An action on the thing whose id stands in this detail."""

    def do(walk: Walk, act: PartnerActing, details: dict[str, Any]) -> Result:
        found = with_days(details)
        return function(walk.partner, act, found.pop(name), **found)

    return do


ACTIONS: dict[str, Callable[[Walk, PartnerActing, Any], Result]] = {
    "change_company": change_company,
    "record_agreement": simple(agreement.record_agreement),
    "confirm": lambda walk, act, new: onboarding_checklist.confirm(walk.partner, act, walk.published, **new),
    "activate": lambda walk, act, new: onboarding_checklist.activate(
        walk.partner, act, walk.published, **new
    ),
    "do_activity": simple(activities.do),
    "extend_qualification": named(qualifications.extend, "qualification"),
    "add_qualification": simple(qualifications.add),
    "add_person": simple(people_actions.add),
    "person_left": named(people_actions.left, "person"),
    "give_link": named(company_profile.give_link, "link"),
    "confirm_link": simple(company_profile.confirm_link),
    "hold_meeting": simple(joint_plan.hold_meeting),
    "add_revenue": add_revenue,
    "set_targets": lambda walk, act, new: targets.set_targets(walk.partner, act, **new, program=walk.own),
    "attest": lambda walk, act, _: attestation.attest(walk.partner, act, walk.own, language="pl"),
    "decide_renewal": lambda walk, act, new: renewal.decide(
        walk.partner, act, walk.published, **{**new, "decision": RenewalDecision(new["decision"])}
    ),
}


def programs() -> Iterator[tuple[date, Program]]:
    """The program as it is, and as each edit leaves it."""
    text = (ROOT / "docs" / "program.yml").read_text(encoding="utf-8")
    yield date.min, read(text.encode(), "program.yml")
    for change in FACTS["programs"]:
        for before, after in change["edits"]:
            assert text.count(before) == 1, before
            text = text.replace(before, after)
        yield date.fromisoformat(change["day"]), read(text.encode(), "program.yml")


def beginning() -> Walk:
    """The company on the day of its pre-acceptance."""
    first = date.fromisoformat(FACTS["steps"][0]["day"])
    application = {"id": "APP-2222-2222", "lang": "pl", "said": FACTS["application"]}
    partner = new_partner(application, "PAR-2222-2222", at=noon(first), by=STAFF)
    return Walk(partner, first, list(programs()))


def checklist(walk: Walk) -> dict[str, str]:
    steps = onboarding_checklist.checklist(walk.partner, walk.published, walk.today)
    return {
        step.item.id: "ready" if step.ready else "to confirm" if step.there else "missing" for step in steps
    }


def in_review(walk: Walk) -> dict[str, Any]:
    year = partner_year(walk.partner, walk.today)
    page = renewal.review(walk.partner, walk.own, year, walk.today, revenue=walk.revenue, deals=walk.deals)
    return {
        "tier": page.tier,
        "activities": len(page.activities),
        "meetings": len(page.meetings),
        "attested": page.attestation_given,
        "deals": len(page.deals),
    }


def found(walk: Walk, expected: dict[str, Any]) -> dict[str, Any]:
    """What the record says of everything that is expected."""
    card = scorecard(walk.partner, walk.own, walk.today, revenue=walk.revenue, deals=walk.deals)
    year = partner_year(walk.partner, walk.today)
    last = walk.partner["attestations"][-1:]
    above = next_tier(walk.partner, walk.own, walk.today)
    say: dict[str, Callable[[], Any]] = {
        "state": lambda: walk.partner["state"],
        "checklist": lambda: checklist(walk),
        "card": lambda: {item: standing(card.row(item), POLISH, "pl") for item in expected["card"]},
        "counts": lambda: {item: card.row(item).count for item in expected["counts"]},
        "missing": lambda: [row.item.id for row in card.missing],
        "overdue": lambda: [row.item.id for row in card.rows if row.overdue],
        "next": lambda: above and to_next_tier(
            scorecard(walk.partner, walk.own, walk.today, tier=above.id, revenue=walk.revenue), POLISH, "pl"
        ),
        "revenue": lambda: {
            currency: str(amount) for currency, amount in revenue.sums(walk.revenue, year).items()
        },
        "review": lambda: in_review(walk),
        "attested": lambda: {
            "year": last[0]["year"], "by": last[0]["declared_by"]["email"], "tier": last[0]["tier"]
        },
        "mails": lambda: walk.mails,
    }  # fmt: skip
    return {name: say[name]() for name in expected}


NOT_FACTS = {"name", "day", "do", "refused"}


def taken(walk: Walk, step: dict[str, Any]) -> None:
    """Take one step of the file."""
    walk.mails = []
    walk.come_to(date.fromisoformat(step["day"]))
    for order in step.get("do", ()):
        assert walk.do(order) is None, f"{step['name']}: {order}"
    if "refused" in step:
        order = dict(step["refused"])
        because = order.pop("because")
        refused = walk.do(order)
        assert refused is not None and refused.reason == because, step["name"]


def test_two_partner_years_step_by_step() -> None:
    """At each step scorecard, dates and mails are what the file says; then the history names everybody."""
    walk = beginning()
    for step in FACTS["steps"]:
        taken(walk, step)
        facts = {name: value for name, value in step.items() if name not in NOT_FACTS}
        assert found(walk, facts) == facts, step["name"]
    assert {entry["side"] for entry in walk.partner["history"]} == {Side.PARTNER, Side.STAFF, Side.SYSTEM}
    assert {entry["who"] for entry in walk.partner["history"]} == {CONTACT, SPONSOR, STAFF, "system"}


def test_the_change_of_the_program_in_words_and_whom_it_concerns() -> None:
    """As staff see it before it is published: the partner is concerned from the renewal on."""
    walk = beginning()
    for step in FACTS["steps"]:
        if step["day"] < FACTS["programs"][0]["day"]:
            taken(walk, step)
    (_, old), (_, new) = walk.programs
    expected = FACTS["programs"][0]
    assert [change.text.pl for change in differences(old, new)] == expected["changes"]
    (affected,) = impact(old, new, [walk.partner], walk.today).affected
    assert affected.reached_on == day(expected["concerned"]["reached_on"])
    assert [row.item.id for row in affected.newly_missing] == expected["concerned"]["newly_missing"]
