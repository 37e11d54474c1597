"""Who else has this customer: found by keys, explained, never more than there is."""

import time
from datetime import timedelta
from typing import Any

import pytest

from forms_service.domain.submissions import approval, conflicts
from forms_service.domain.submissions.action_results import Refusal, Refused
from forms_service.domain.submissions.conflicts import Conflict, DoubtKind, ReasonKind, find
from tests.factories.submissions import REGISTERED, application, deal, in_state

LATER = REGISTERED + timedelta(hours=3)
NIP, OTHER_NIP = "PL5260250995", "PL5252248481"


def ours(**said: Any) -> dict[str, Any]:
    """The registration that is looked at."""
    return deal("DEAL-AAAA-AAAA", LATER, **said)


def theirs(**said: Any) -> dict[str, Any]:
    """Another partner's, registered before."""
    other = {
        "partner_tax_id": OTHER_NIP,
        "partner_email": "peer@other.example",
        "product": "Coś innego",
        **said,
    }
    return deal("DEAL-BBBB-BBBB", REGISTERED, **other)


def only(record: dict[str, Any], other: dict[str, Any]) -> Conflict:
    """The one conflict there is; a key leads to it, or nobody would find it."""
    assert conflicts.search_keys(record["said"]) & conflicts.index_keys(other["said"])
    (conflict,) = find(record, [other])
    return conflict


def kinds(conflict: Conflict) -> list[ReasonKind]:
    return [reason.kind for reason in conflict.reasons]


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (
            {"customer_name": "Żuraw", "customer_tax_id": NIP},
            {"customer_name": "Mewa", "customer_tax_id": "526-025-09-95"},
            [ReasonKind.TAX_ID],
        ),
        (
            {"customer_name": "Żuraw", "customer_website": "https://sklep.ptaki.com.pl"},
            {"customer_name": "Mewa", "customer_website": "www.ptaki.com.pl/o-nas"},
            [ReasonKind.DOMAIN],
        ),
        ({"customer_name": "Żuraw sp. z o.o."}, {"customer_name": "ZURAW"}, [ReasonKind.NAME]),
        ({"customer_name": "Żurawina"}, {"customer_name": "Zurawinna S.A."}, [ReasonKind.NEAR_NAME]),
        (
            {"product": "Audyt Chmury"},
            {"product": " audyt  chmury"},
            [ReasonKind.NAME, ReasonKind.PRODUCT],
        ),
        (
            {"customer_tax_id": NIP, "customer_website": "zgrabka.pl"},
            {"customer_tax_id": NIP, "customer_website": "zgrabka.pl", "customer_name": "Zgrabka Polska"},
            [ReasonKind.TAX_ID, ReasonKind.DOMAIN, ReasonKind.NEAR_NAME],
        ),
    ],
)
def test_the_same_customer(one: dict[str, str], other: dict[str, str], expected: list[ReasonKind]) -> None:
    """By tax number, domain, name or a name that is near; the product counts beside one of them."""
    assert kinds(only(ours(**one), theirs(**other))) == expected


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"customer_name": "Żuraw"}, {"customer_name": "Mewa", "product": "Audyt chmury"}),
        ({"customer_name": "Żuraw", "customer_website": "gmail.com"}, {"customer_website": "gmail.com"}),
        ({"customer_name": "PZU"}, {"customer_name": "PZL"}),
        (
            {"customer_name": "Żurawina", "customer_tax_id": NIP},
            {"customer_name": "Zurawinna", "customer_tax_id": OTHER_NIP},
        ),
    ],
)
def test_another_customer(one: dict[str, str], other: dict[str, str]) -> None:
    """The same product alone, free mail, short names, near names with different tax numbers: no conflict."""
    assert find(ours(**one), [theirs(**other)]) == ()


def test_the_same_name_with_another_number_is_shown_with_the_doubt() -> None:
    """People decide whether it is a group or a namesake."""
    conflict = only(ours(customer_tax_id=NIP), theirs(customer_tax_id=OTHER_NIP, customer_country="DE"))
    assert [doubt.kind for doubt in conflict.doubts] == [DoubtKind.TAX_ID, DoubtKind.COUNTRY]


@pytest.mark.parametrize("state", ["rejected", "withdrawn"])
def test_what_is_over_is_no_conflict(state: str) -> None:
    """Only open and approved registrations count."""
    assert find(ours(), [in_state(theirs(), state)]) == ()


def test_what_cannot_be_a_conflict_is_none() -> None:
    """Applications and what the honeypot caught."""
    assert find(ours(), [{**theirs(), "trapped": True}, application(company_name="Zgrabka S.A.")]) == ()


def test_a_registration_is_no_conflict_with_itself() -> None:
    """Nor does a candidate that is given twice make two."""
    assert find(ours(), [ours(), theirs(), theirs()]) == find(ours(), [theirs()])


def test_first_come_is_pointed_out() -> None:
    """Both sides see the same order."""
    assert only(ours(), theirs()).other_is_first is True
    assert only(theirs(), ours()).other_is_first is False


def test_of_the_same_minute_the_one_that_was_entered_first_is_first() -> None:
    """What staff enter counts from a minute that two calls may share; a reference is drawn by lot."""
    mine, other = ours(), theirs()
    other["received_at"] = mine["received_at"]
    for earlier, later in ((mine, other), (other, mine)):
        for record, minute in ((earlier, 30), (later, 31)):
            record["history"] = [
                {**record["history"][0], "at": (LATER + timedelta(minutes=minute)).isoformat()}
            ]
        assert only(earlier, later).other_is_first is False
        assert only(later, earlier).other_is_first is True


def test_a_correction_does_not_jump_the_queue() -> None:
    """Who names a customer in a correction has named it since then, not since the registration."""
    other = theirs()
    until = (LATER + timedelta(hours=1)).isoformat()
    other["versions"] = [{"until": until, "said": {**other["said"], "customer_name": "Mewa"}}]
    assert only(ours(), other).other_is_first is False
    other["versions"][0]["said"]["customer_name"] = "Zgrabka sp. z o.o."  # the same customer all the time
    assert only(ours(), other).other_is_first is True


def test_only_the_very_same_sender_is_the_same_sender() -> None:
    """Tax number and address, since what is said of a duplicate names the other registration."""
    mine = theirs(partner_tax_id="123-456-32-18", partner_email="Advisor@Partner.example")
    assert only(ours(), mine).same_sender is True
    for different in ({"partner_email": "peer@partner.example"}, {"partner_tax_id": OTHER_NIP}):
        assert only(ours(), theirs(**{**mine["said"], **different})).same_sender is False


def test_the_vendor_s_own_customers() -> None:
    """Accounts are found by the same three things and are always first."""
    accounts = [
        {"id": "1", "name": "ZGRABKA SA", "tax_id": "", "domain": ""},
        {"id": "2", "name": "Inna", "tax_id": "526 025 09 95", "domain": ""},
        {"id": "3", "name": "Trzecia", "tax_id": "", "domain": "zgrabka.pl"},
        {"id": "4", "name": "Nie ta", "tax_id": "", "domain": "inna.pl"},
    ]
    record = ours(customer_tax_id=NIP, customer_website="zgrabka.pl")
    assert all(conflicts.account_keys(each) & conflicts.search_keys(record["said"]) for each in accounts[:3])
    found = find(record, [], accounts)
    assert [(each.other, kinds(each)) for each in found] == [
        ("2", [ReasonKind.TAX_ID]),
        ("3", [ReasonKind.DOMAIN]),
        ("1", [ReasonKind.NAME]),
    ]
    assert all(each.is_account and each.other_is_first for each in found)


def test_the_strongest_conflict_comes_first_then_the_earliest() -> None:
    """Whoever reads one line reads the right one."""
    early = theirs()
    strong = {**theirs(customer_tax_id=NIP), "id": "DEAL-CCCC-CCCC"}
    late = {**deal("DEAL-DDDD-DDDD", LATER), "id": "DEAL-DDDD-DDDD"}
    found = find(ours(customer_tax_id=NIP), [late, early, strong])
    assert [each.other for each in found] == ["DEAL-CCCC-CCCC", "DEAL-BBBB-BBBB", "DEAL-DDDD-DDDD"]


def test_an_approval_against_a_conflict_asks_for_a_reason() -> None:
    """Any other sender's registration, an account, or an approval for the same product."""
    wanted = Refused(Refusal.REASON_FOR_CONFLICT, "despite_conflict")
    found = find(ours(), [theirs()])
    assert approval.objection(found, (), None) == approval.objection(found, (), "  ") == wanted
    assert approval.objection(found, (), "They agreed") is None
    assert approval.objection((), (), None) is None


def test_one_approval_per_customer_and_product() -> None:
    """Also the sender's own; another product of the same sender needs no reason."""
    record = ours()
    mine = {**theirs(**{**record["said"], "product": "Migracja"}), "state": "approved"}
    mine["decision"] = {"product": "audyt CHMURY"}
    found = find(record, [mine])
    approved = approval.already_approved("Audyt chmury", found, {mine["id"]: mine})
    assert approved == (mine["id"],)
    assert approval.objection(found, approved, None) is not None
    other = approval.already_approved("Migracja", found, {mine["id"]: mine})
    assert other == () and approval.objection(found, other, None) is None


def test_a_near_name_is_no_second_approval() -> None:
    """It may be another company; that it is near asks for a reason anyway."""
    near = {**theirs(customer_name="Zgrabka Polska"), "state": "approved", "decision": {"product": "Audyt"}}
    found = find(ours(), [near])
    assert found and approval.already_approved("Audyt", found, {near["id"]: near}) == ()


def test_a_crowd_of_candidates_is_looked_through_quickly() -> None:
    """A common syllable may bring a thousand; a page has 50 ms for everything (here: ten times that)."""
    crowd = [
        {**theirs(customer_name=f"Zgrabienie {number} {number * 7919 % 9973}"), "id": f"DEAL-{number}"}
        for number in range(1000)
    ]
    begun = time.perf_counter()
    assert find(ours(customer_tax_id=NIP), crowd) == ()
    assert time.perf_counter() - begun < 0.5
