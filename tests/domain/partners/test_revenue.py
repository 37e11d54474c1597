"""Invoiced amounts: decimal, per partner year and currency, never added across currencies."""

from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms_service.domain.partners import revenue, targets
from forms_service.domain.partners.invoice_lines import (
    InvoicedTo,
    InvoiceLine,
    LineFault,
    LineRefused,
    line,
    parse_signed,
)
from forms_service.domain.partners.partner_years import year
from forms_service.domain.partners.refusals import PartnerActionRefused, PartnerRefusal
from forms_service.domain.partners.revenue import RevenueEntry, sums, sums_by
from forms_service.domain.values.amounts import AmountRefused
from tests.factories.partners import START, active, done, onboarded, staff
from tests.factories.program import published

FIRST = year(START, 1)


def invoice(amount: str, day: date = START, **more: str) -> RevenueEntry:
    """A recorded amount."""
    entry: RevenueEntry = {
        "id": "REV-1",
        "partner": "PAR-2222-2222",
        "date": day.isoformat(),
        "amount": amount,
        "currency": "PLN",
        "model": "resell",
        "invoiced_to": "partner",
        "area": "",
        "document": "",
        "added_at": "2026-11-24T11:00:00.000000Z",
        "added_by": "x",
        "voided": None,
    }
    return {**entry, **more}  # type: ignore[typeddict-item]


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("25 000,50", "25000.50"),
        ("-1 200,00", "-1200.00"),
        ("\N{MINUS SIGN}1200", "-1200.00"),
        ("- 1200", "-1200.00"),
        ("(1.200,50)", "-1200.50"),
        ("+15", "15.00"),
        ("0,01", "0.01"),
    ],
)
def test_amounts_as_people_write_them(text: str, amount: str):
    """A credit note has a minus sign, or stands in brackets as in accounts."""
    assert str(parse_signed(text)) == amount


@pytest.mark.parametrize(
    "text", ["0", "-0", "25.000", "-25.000", "1e5", "NaN", "--5", "(-5)", "", "-", "()", "5 PLN"]
)
def test_what_is_no_amount_or_could_be_two_is_refused(text: str):
    with pytest.raises(AmountRefused):
        parse_signed(text)


AMOUNTS = st.decimals(-10_000, 10_000, places=2).filter(bool)
ENTRIES = st.lists(
    st.builds(
        lambda amount, ahead, currency, model, area: invoice(
            f"{amount:f}", START + timedelta(days=ahead), currency=currency, model=model, area=area
        ),
        AMOUNTS,
        st.integers(-400, 800),
        st.sampled_from(["PLN", "EUR", "USD"]),
        st.sampled_from(["resell", "sell-with"]),
        st.sampled_from(["", "Polska", "Niemcy"]),
    ),
    max_size=12,
)


def total(entries: Iterable[RevenueEntry], currency: str) -> Decimal:
    return sum((Decimal(e["amount"]) for e in entries if e["currency"] == currency), Decimal("0.00"))


@given(entries=ENTRIES)
def test_every_amount_counts_once_in_its_year_and_currency(entries: list[RevenueEntry]):
    years = [year(START, number) for number in (1, 2, 3)]
    inside = [entry for entry in entries if entry["date"] >= START.isoformat()]
    for currency in ("PLN", "EUR", "USD"):
        by_year = [sums(entries, each).get(currency, Decimal("0.00")) for each in years]
        assert sum(by_year) == total(inside, currency)


@given(entries=ENTRIES, part=st.sampled_from(["model", "area", "invoiced_to"]))
def test_the_parts_add_up_to_the_whole(entries: list[RevenueEntry], part: str):
    whole, parts = sums(entries, FIRST), sums_by(entries, FIRST, part)
    for currency, amount in whole.items():
        assert sum(each.get(currency, Decimal(0)) for each in parts.values()) == amount


@given(entries=ENTRIES, credit=AMOUNTS)
def test_a_credit_note_takes_back_what_was_invoiced(entries: list[RevenueEntry], credit: Decimal):
    both = [invoice(f"{credit:f}", currency="PLN"), invoice(f"{-credit:f}", currency="PLN")]
    before = sums(entries, FIRST).get("PLN", Decimal("0.00"))
    assert sums([*entries, *both], FIRST)["PLN"] == before


def test_the_first_and_the_last_day_belong_to_the_year():
    days = [
        FIRST.first_day - timedelta(days=1),
        FIRST.first_day,
        FIRST.last_day,
        FIRST.last_day + timedelta(days=1),
    ]
    entries = [invoice(f"{number}.00", day) for number, day in enumerate(days, 1)]
    assert sums(entries, FIRST) == {"PLN": Decimal("5.00")}


def test_cents_are_never_lost():
    assert sums([invoice("0.10")] * 3, FIRST) == {"PLN": Decimal("0.30")}


VALUES = {
    "date": "2026-11-24",
    "amount": "10",
    "currency": "pln",
    "model": "resell",
    "invoiced_to": "partner",
}


def read(**values: str) -> InvoiceLine:
    return line({**VALUES, **values}, published(), today=START, active_since=START)


def test_a_line_from_its_texts():
    assert read(area=" Polska  południowa ", document="FV/1") == InvoiceLine(
        START, Decimal("10.00"), "PLN", "resell", InvoicedTo.PARTNER, "Polska południowa", "FV/1"
    )


@pytest.mark.parametrize(
    ("values", "fault"),
    [
        ({"date": ""}, LineFault.MISSING),
        ({"date": "24.11.2026"}, LineFault.NO_DATE),
        ({"date": "2026-11-25"}, LineFault.IN_THE_FUTURE),
        ({"date": "2026-11-23"}, LineFault.BEFORE_PARTNERSHIP),
        ({"amount": "x"}, LineFault.NO_AMOUNT),
        ({"amount": "25.000"}, LineFault.AMBIGUOUS_AMOUNT),
        ({"amount": "0"}, LineFault.ZERO),
        ({"amount": "1,001,50"}, LineFault.NO_AMOUNT),
        ({"amount": "1,0015"}, LineFault.TOO_PRECISE),
        ({"amount": "9" * 13}, LineFault.TOO_LARGE),
        ({"currency": "BTC"}, LineFault.UNKNOWN_CURRENCY),
        ({"model": "lease"}, LineFault.UNKNOWN_MODEL),
        ({"invoiced_to": "me"}, LineFault.UNKNOWN_RECIPIENT),
        ({"area": "x" * 201}, LineFault.TOO_LONG),
        ({"document": "FV\x071"}, LineFault.CONTROL_CHARACTER),
    ],
)
def test_a_value_that_cannot_be_recorded_says_why(values: dict[str, str], fault: LineFault):
    with pytest.raises(LineRefused) as refused:
        read(**values)
    assert (refused.value.fault, refused.value.field) == (fault, next(iter(values)))


def test_amounts_are_recorded_with_their_partner_in_one_step():
    partner, entries = done(revenue.add(active(), staff(), [read(), read(amount="-5")], ["REV-1", "REV-2"]))
    assert [(entry["id"], entry["amount"], entry["partner"]) for entry in entries] == [
        ("REV-1", "10.00", "PAR-2222-2222"),
        ("REV-2", "-5.00", "PAR-2222-2222"),
    ]
    assert partner["history"][-1]["lines"] == 2
    assert revenue.add(onboarded(), staff(), [read()], ["REV-1"]) == PartnerActionRefused(
        PartnerRefusal.NOT_NOW
    )
    assert revenue.add(active(), staff(), [], []) == PartnerActionRefused(PartnerRefusal.MISSING, "lines")


def test_an_amount_recorded_by_mistake_stays_and_does_not_count():
    _, (entry,) = done(revenue.add(active(), staff(), [read()], ["REV-1"]))
    _, voided = done(revenue.void(active(), staff(), entry, reason="Nie ta firma"))
    assert sums([entry], FIRST) == {"PLN": Decimal("10.00")}
    assert sums([voided], FIRST) == {}
    assert revenue.void(active(), staff(), voided, reason="x") == PartnerActionRefused(
        PartnerRefusal.NOTHING_CHANGES
    )
    assert revenue.void(active(), staff(), entry, reason=" ") == PartnerActionRefused(
        PartnerRefusal.MISSING, "reason"
    )
    strange = {**entry, "partner": "PAR-3333-3333"}
    assert revenue.void(active(), staff(), strange, reason="x") == PartnerActionRefused(
        PartnerRefusal.NOT_THERE, "entry"
    )


def target(**more):
    return {"year": 1, "area": "", "model": "", "amount": "100.00", "currency": "PLN", **more}


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"year": 2}, "year"),
        ({"model": "lease"}, "model"),
        ({"currency": "BTC"}, "currency"),
        ({"amount": "0"}, "amount"),
    ],
)
def test_a_target_that_makes_no_sense_is_refused(wrong, field: str):
    refused = targets.set_targets(active(), staff(), 1, [target(**wrong)], published())
    assert isinstance(refused, PartnerActionRefused) and refused.field == field


def test_targets_count_their_own_area_model_and_currency():
    partner = done(
        targets.set_targets(
            active(), staff(), 1, [target(), target(area="polska"), target(model="sell-with")], published()
        )
    )
    entries = [
        invoice("60.00", area="Polska"),
        invoice("30.00", model="sell-with"),
        invoice("500.00", currency="EUR"),
    ]
    found = targets.target_standings(partner, entries, FIRST)
    assert [(str(each.reached), str(each.missing)) for each in found] == [
        ("90.00", "10.00"),
        ("60.00", "40.00"),
        ("30.00", "70.00"),
    ]
    assert targets.target_standings(partner, entries, year(START, 2)) == ()
    assert done(targets.set_targets(partner, staff(), 1, [], published()))["targets"] == []
