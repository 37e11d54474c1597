"""What is offered with one press, and what is not: what people read on the button is what happens."""

import re
from html import unescape

import pytest
from werkzeug.test import TestResponse

from tests.factories.desk import NIP, OTHER_NIP, DeskApp, value_of, words

EARLY, LATE = "early@partner.example", "late@other.example"


def deal(desk_app: DeskApp, sender: str, **other: str) -> str:
    numbers = {EARLY: NIP, LATE: OTHER_NIP}
    reference = desk_app.deal(partner_email=sender, partner_tax_id=numbers.get(sender, NIP), **other)
    desk_app.clock.forward(minutes=1)
    return reference


def offered(desk_app: DeskApp, reference: str) -> tuple[str, dict[str, str]] | None:
    """The words of the button, and what it sends."""
    html = desk_app.browser().get(f"/desk/submissions/{reference}").text
    deciding = html[html.index("case__deciding") :]
    form = re.search(r"<form.*?</form>", deciding, re.S)
    assert form is not None
    fields = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form[0]))
    button = re.search(r"<button[^>]*>([^<]*)</button>", form[0])
    if button is None or ":" not in button[1]:
        return None
    return unescape(button[1]).replace("\xa0", " "), {name: unescape(text) for name, text in fields.items()}


def press(desk_app: DeskApp, reference: str) -> TestResponse:
    suggestion = offered(desk_app, reference)
    assert suggestion is not None
    return desk_app.do(desk_app.browser(), reference, **suggestion[1])


@pytest.fixture
def known(desk_app: DeskApp) -> DeskApp:
    """The early partner has had an approval before."""
    desk_app.approve(desk_app.browser(), deal(desk_app, EARLY, customer_name="Known"), percent="12.5")
    return desk_app


def test_nothing_is_offered_to_a_partner_without_an_approval(desk_app: DeskApp) -> None:
    assert offered(desk_app, deal(desk_app, EARLY)) is None


def test_the_terms_of_last_time(known: DeskApp) -> None:
    reference = deal(known, EARLY, value_amount="25000")
    assert offered(known, reference) is not None
    assert press(known, reference).status_code == 303
    decision = known.record(reference)["decision"]
    assert (decision["benefit"], decision["percent"]) == ("commission", "12.5")


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"product": "Another product"}, "This product was not approved for this sender before."),
        ({"value_amount": "25000.01"}, "The value is higher than of any deal approved"),
        ({"value_amount": "999999999999.99"}, "The value is higher than of any deal approved"),
        ({"value_amount": "100", "value_currency": "EUR"}, "The value is higher than of any deal approved"),
    ],
)
def test_what_was_never_approved_like_this_is_not_approved_with_one_press(
    known: DeskApp, said: dict[str, str], sentence: str
) -> None:
    """Another product, more money, another currency: the form says why, and proposes no terms."""
    reference = deal(known, EARLY, **said)
    assert offered(known, reference) is None
    page = known.browser().get(f"/desk/submissions/{reference}")
    assert sentence in words(page)
    assert value_of(page, "approve-percent") == ""


def test_whoever_was_first_is_approved_with_that_as_the_reason(known: DeskApp) -> None:
    first = deal(known, EARLY, customer_name="Wanted")
    deal(known, LATE, customer_name="Wanted")
    suggestion = offered(known, first)
    assert suggestion is not None
    assert suggestion[0] == "Approve: commission 12.5%"
    assert press(known, first).status_code == 303
    assert known.record(first)["decision"]["despite_conflict"] == "It was registered first."


def test_whoever_was_not_is_rejected_as_last_time(known: DeskApp) -> None:
    """There has to have been a last time; after it the sender reads the reason, and nothing of others."""
    deal(known, EARLY, customer_name="Wanted")
    second = deal(known, LATE, customer_name="Wanted")
    assert offered(known, second) is None
    known.do(known.browser(), second, "reject", reason="cannot-register")
    third = deal(known, LATE, customer_name="Wanted", product="Another")
    suggestion = offered(known, third)
    assert suggestion is not None
    assert suggestion[0] == "Reject: we cannot register this deal"
    assert press(known, third).status_code == 303
    assert known.record(third)["decision"]["reason"] == "cannot-register"


def test_what_was_chosen_without_a_conflict_says_nothing_about_one(known: DeskApp) -> None:
    known.do(known.browser(), deal(known, LATE, customer_name="Alone"), "reject", reason="outside-offer")
    deal(known, EARLY, customer_name="Wanted")
    assert offered(known, deal(known, LATE, customer_name="Wanted")) is None


def test_a_name_that_is_only_near_rejects_nobody(known: DeskApp) -> None:
    deal(known, EARLY, customer_name="Wanted")
    known.do(known.browser(), deal(known, LATE, customer_name="Wanted"), "reject", reason="cannot-register")
    deal(known, EARLY, customer_name="Zgrabka Polska")
    near = deal(known, LATE, customer_name="Zgrabka Polsk")
    assert "Conflict." in words(known.browser().get(f"/desk/submissions/{near}"))
    assert offered(known, near) is None


def test_where_the_later_one_is_approved_already_nobody_is_first(known: DeskApp) -> None:
    """It came first, and somebody else has the approval: that is for people."""
    first = deal(known, EARLY, customer_name="Wanted", product="Other")
    late = deal(known, LATE, customer_name="Wanted")
    known.approve(known.browser(), late, despite_conflict="Measured")
    assert offered(known, first) is None


def test_a_decided_one_offers_nothing(known: DeskApp) -> None:
    reference = deal(known, EARLY, customer_name="Done")
    press(known, reference)
    assert offered(known, reference) is None
