"""One company is one partner: what is pointed out, and what a second pre-acceptance does."""

from typing import Any

import pytest

from forms_service.domain.partners.partner import PartnerState
from forms_service.domain.submissions.action_results import Done, Refusal, Refused
from forms_service.domain.submissions.workflow import Action
from forms_service.services import duplicate_lookup
from forms_service.services.partner_deals import PartnerDeals
from forms_service.services.submission_queue import QueueFilter, RowWarning
from forms_service.store.store import Document
from tests.factories.services import UseCases
from tests.services.test_two_reviewers import at_once

ACME = {"company_name": "Acme Sp. z o.o.", "tax_id": "PL5260250274", "website": "https://www.acme.example"}
OTHER = {"company_name": "Beta Works", "tax_id": "PL1234563218", "website": "https://beta.example"}


def people(domain: str) -> dict[str, Any]:
    contact = {"name": "New Contact", "email": f"new@{domain}", "phone": "", "role": ""}
    return {"contacts": [contact], "sponsor": {"name": "New", "email": f"boss@{domain}", "role": ""}}


def partners(use_cases: UseCases) -> list[Document]:
    return list(use_cases.store.all("partners"))


def pointed_out(use_cases: UseCases, record: Document) -> list[tuple[str, bool]]:
    found = use_cases.details.of(record["id"], use_cases.advisor).duplicates
    return [(each.duplicate.reference, each.duplicate.is_same) for each in found]


def warnings(use_cases: UseCases, record: Document) -> tuple[RowWarning, ...]:
    rows = use_cases.queue.page(QueueFilter()).rows
    return next(row.warnings for row in rows if row.record["id"] == record["id"])


@pytest.mark.parametrize(
    ("second", "is_same"),
    [
        ({"company_name": "Zeta", "website": "", "tax_id": "526-025-02-74"}, True),
        ({"company_name": "Zeta", "website": "", "tax_id": "pl 526 025 02 74"}, True),
        ({"website": "", "tax_id": "DE136695976", "country": "DE"}, False),
        ({"company_name": "ACME S.A.", "website": "", "tax_id": "PL7680002466"}, False),
        ({"company_name": "Zeta", "website": "http://acme.example/pl", "tax_id": "PL7680002466"}, False),
        ({"company_name": "Zeta", "website": "", "tax_id": "PL7680002466", **people("acme.example")}, False),
    ],
)
def test_a_second_application_is_pointed_out(
    use_cases: UseCases, second: dict[str, Any], is_same: bool
) -> None:
    """In the queue and on both pages: by tax number in any spelling, name, domain, address."""
    one = use_cases.application(**ACME, **people("first.example"))
    two = use_cases.application(**{**ACME, **people("second.example"), **second})
    use_cases.application(**OTHER, **people("beta.example"))
    assert pointed_out(use_cases, two) == [(one["id"], is_same)]
    assert pointed_out(use_cases, one) == [(two["id"], is_same)]
    assert RowWarning.COMPANY in warnings(use_cases, two)
    partner = use_cases.do(one, Action.PRE_ACCEPT)
    (of_one,) = use_cases.store.find("partners", "application", partner["id"])
    assert pointed_out(use_cases, two) == [(of_one["id"], is_same), (one["id"], is_same)]
    assert pointed_out(use_cases, one) == [(two["id"], is_same)], "its own partner is no other company"


def test_what_is_alike_by_chance_is_not_pointed_out(use_cases: UseCases) -> None:
    """The same digits of two countries, an address of a mail provider, what a machine filled in."""
    turkish = {"company_name": "Anadolu", "tax_id": "8790017566", "country": "TR", "website": ""}
    one = use_cases.application(**turkish, **people("gmail.com"))
    use_cases.application(trapped=True, **turkish)
    use_cases.application(**OTHER, **people("gmail.com"))
    assert pointed_out(use_cases, one) == []
    assert RowWarning.COMPANY not in warnings(use_cases, one)
    two = use_cases.application(**{**turkish, "company_name": "Zeta", "country": "MX"}, **people("z.example"))
    assert pointed_out(use_cases, two) == [(one["id"], False)]


def test_the_second_one_joins_the_partner(use_cases: UseCases) -> None:
    """One partner with both applications; nobody whom only the second names may sign in."""
    use_cases.do(use_cases.application(**ACME), Action.PRE_ACCEPT)
    second = use_cases.application(**{**ACME, "tax_id": "526-025-02-74"}, **people("acme.example"))
    before = partners(use_cases)[0]
    assert use_cases.details.of(second["id"], use_cases.advisor).joins == before
    done = use_cases.do(second, Action.PRE_ACCEPT)
    (partner,) = partners(use_cases)
    assert partner["joined"] == [second["id"]]
    assert done["decision"]["join"] == partner["id"]
    assert use_cases.store.find("partners", "application", second["id"]) == [partner]
    assert partner["people"] == before["people"]
    asked = [each["email"] for each in partner["access_requests"]]
    assert asked == ["new@acme.example", "boss@acme.example"]
    assert not use_cases.store.find("people", "address", "partner:new@acme.example")
    told = [mail["template"] for mail in use_cases.mails(second)]
    assert told.count("pre-accepted") == 1
    to_contact = [
        mail["to"] for mail in use_cases.mails(partner) if mail["facts"]["news"] == "partner-access-asked"
    ]
    assert to_contact == ["contact@partner.example"]
    assert [event["about"] for event in use_cases.store.all("audit_events")][-1] == second["id"]


def test_known_people_do_not_ask_again(use_cases: UseCases) -> None:
    """Whoever may sign in already is no stranger; the third application asks for nobody twice."""
    for _ in range(3):
        use_cases.do(use_cases.application(**ACME), Action.PRE_ACCEPT)
        use_cases.clock.forward(days=2)
    (partner,) = partners(use_cases)
    assert len(partner["joined"]) == 2
    assert partner["access_requests"] == []


def test_a_rejection_after_all_does_not_end_the_partner_it_joined(use_cases: UseCases) -> None:
    use_cases.do(use_cases.application(**ACME), Action.PRE_ACCEPT)
    second = use_cases.do(use_cases.application(**ACME, **people("acme.example")), Action.PRE_ACCEPT)
    use_cases.do(second, Action.REOPEN, reason="A second look")
    use_cases.do(second, Action.REJECT, reason="", text="No")
    assert [each["state"] for each in partners(use_cases)] == [PartnerState.ONBOARDING]
    use_cases.do(second, Action.REOPEN, reason="A third look")
    use_cases.do(second, Action.PRE_ACCEPT)
    assert [each["joined"] for each in partners(use_cases)] == [[second["id"]]]


def test_what_may_be_the_same_company_joins_only_if_somebody_says_so(use_cases: UseCases) -> None:
    use_cases.do(use_cases.application(**ACME), Action.PRE_ACCEPT)
    (first,) = partners(use_cases)
    use_cases.do(use_cases.application(**OTHER, **people("beta.example")), Action.PRE_ACCEPT)
    group = {**ACME, "tax_id": "DE136695976", "country": "DE"}
    second = use_cases.application(**group, **people("acme.example"))
    stranger = next(each for each in partners(use_cases) if each["id"] != first["id"])
    refused = use_cases.try_to(second, Action.PRE_ACCEPT, join=stranger["id"])
    assert refused == Refused(Refusal.NOT_A_CHOICE, "join")
    use_cases.do(second, Action.PRE_ACCEPT, join=first["id"])
    assert len(partners(use_cases)) == 2
    third = use_cases.application(**{**group, "tax_id": "DE811569869"}, **people("acme.example"))
    use_cases.do(third, Action.PRE_ACCEPT)
    assert len(partners(use_cases)) == 3


def ended(use_cases: UseCases, partner: Document) -> None:
    with use_cases.store.batch() as batch:
        stop = {"at": "2026-11-25T10:00:00.000000Z", "by": "boss", "reason": "Over", "before": "active"}
        over = {"state": "ended", "ended": stop, "ends_on": "2026-11-25"}
        batch.replace("partners", {**partner, **over}, partner["version"])


def test_after_an_end_a_new_partnership_begins(use_cases: UseCases) -> None:
    """The ended one stays as it is, and is named."""
    use_cases.do(use_cases.application(**ACME), Action.PRE_ACCEPT)
    ended(use_cases, partners(use_cases)[0])
    old = partners(use_cases)[0]
    again = use_cases.application(**ACME, **people("acme.example"))
    assert use_cases.details.of(again["id"], use_cases.advisor).joins is None
    assert pointed_out(use_cases, again)[0] == (old["id"], True)
    use_cases.do(again, Action.PRE_ACCEPT)
    assert use_cases.store.get("partners", old["id"]) == old
    assert len(partners(use_cases)) == 2


def test_two_pre_acceptances_at_once_make_one_partner(use_cases: UseCases) -> None:
    for n in range(10):
        company = {"company_name": f"Company {n} Zx", "tax_id": f"DE{n:09}", "country": "CH", "website": ""}
        one, two = (use_cases.application(**company, **people(f"{m}{n}.example")) for m in "ab")

        def accept(record: Document, by: Any) -> Any:
            return use_cases.decisions.act(record["id"], Action.PRE_ACCEPT, by, seen=1)

        outcomes = at_once(
            lambda one=one: accept(one, use_cases.advisor), lambda two=two: accept(two, use_cases.second)
        )
        assert all(isinstance(each, Done) for each in outcomes)
        assert len(partners(use_cases)) == n + 1
        made = [use_cases.store.find("partners", "application", each["id"]) for each in (one, two)]
        assert made[0] == made[1] != []


def test_no_deal_is_counted_twice(use_cases: UseCases) -> None:
    """Of a company that is a partner twice in older data: the one that began first has it until it ends."""
    use_cases.do(use_cases.application(**ACME), Action.PRE_ACCEPT)
    first = partners(use_cases)[0]
    second = {**first, "id": "PAR-2222-2222", "application": "APP-2222-2222"}
    second["history"] = [{**first["history"][0], "at": "2026-11-25T09:00:00.000000Z"}]
    with use_cases.store.batch() as batch:
        batch.add("partners", {name: value for name, value in second.items() if name != "version"})
    both = [use_cases.store.get("partners", each["id"]) for each in (first, second)]
    deals = PartnerDeals(use_cases.store)
    found = [duplicate_lookup.of_partner(use_cases.store, each)[0].duplicate for each in both]
    assert [each.reference for each in found] == [second["id"], first["id"]]
    old = use_cases.deal(partner_tax_id="526-025-02-74")
    assert [deals.page(each, 1).total for each in both] == [1, 0]
    ended(use_cases, both[0])
    use_cases.clock.forward(days=5)
    new = use_cases.deal(partner_tax_id="PL5260250274")
    both = [use_cases.store.get("partners", each["id"]) for each in both]
    shown = [[row["id"] for row in deals.page(each, 1).rows] for each in both]
    assert shown == [[old["id"]], [new["id"]]]
    assert deals.one(both[1], new["id"])["id"] == new["id"]
    with pytest.raises(LookupError):
        deals.one(both[0], new["id"])
