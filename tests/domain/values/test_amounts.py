"""Money as people write it."""

from decimal import Decimal

import pytest
from babel.numbers import format_decimal
from hypothesis import given
from hypothesis import strategies as st

from forms_service.domain.values.amounts import LARGEST, AmountProblem, AmountRefused, parse_amount

PASSES = {
    "25000": "25000.00",
    "25000.50": "25000.50",
    "25000,5": "25000.50",
    "25 000,50": "25000.50",
    "25'000": "25000.00",
    "25’000.50": "25000.50",
    "1'234'567,89": "1234567.89",
    "25 000,-": "25000.00",
    "25.000,-": "25000.00",
    "25.000.-": "25000.00",
    "25'000.-": "25000.00",
    "25,000.-": "25000.00",
    "1.234.567,--": "1234567.00",
    "500.-": "500.00",
    "25000,--": "25000.00",
    "25\u2007000,50": "25000.50",
    "１２ ０００": "12000.00",
    "1.000.000,50": "1000000.50",
    "25\u00a0000,50": "25000.50",
    "25\u202f000,50": "25000.50",
    "25\u2009000": "25000.00",
    " 25 000 ": "25000.00",
    "1 234 567,89": "1234567.89",
    "1.234.567,89": "1234567.89",
    "1.234.567": "1234567.00",
    "1,234,567": "1234567.00",
    "25,000.50": "25000.50",
    "0.5": "0.50",
    "0,01": "0.01",
    "007": "7.00",
    "999999999999.99": "999999999999.99",
    "999 999 999 999,99": "999999999999.99",
}

REFUSED = {
    AmountProblem.AMBIGUOUS: ["25.000", "25,000", "1.234", "0,500"],
    AmountProblem.TOO_PRECISE: ["25000.500", "25 000,123", "1.234,567", "1,234,567.891", "1.2345", "0,005"],
    AmountProblem.NOT_POSITIVE: ["0", "0,00", "0 000", "-5", "−5", "- 25 000"],
    AmountProblem.TOO_LARGE: ["1000000000000", "1 000 000 000 000,00", "9" * 200],
    AmountProblem.NOT_A_NUMBER: [
        "NaN", "Infinity", "1e5", "1E9999", "1_000", "0x10", "١٢٣", "²", "½", "25 000 zł", "PLN 5",
        "5,", ".5",
        "25 00", "2 5000", "1.234 567", "1 234.567,8", "1,2,3", "1.23.456", "1.234.567.89",
        "25'00", "2'5000", "1'234 567",
        "+5", "5-", "500-", "500,00-", "1.234'567.89", "25.00.-", "2.5000,-", "25 000 szt",
    ],
    AmountProblem.IN_WORDS: [
        "25 tys.", "25tys", "25 tys. zł", "25k", "25 K", "1,2 mln", "1.2M", "3 mld zł", "25 thousand",
        "2 miliony",
        "25 tysięcy złotych",
    ],
    AmountProblem.NOT_A_NUMBER: [
        "1,234.567,8", "five", ".", ",", "-", "--5", "1..2",
    ],
}  # fmt: skip


@pytest.mark.parametrize(("typed", "amount"), PASSES.items())
def test_what_can_mean_one_amount_only_is_taken(typed: str, amount: str) -> None:
    """Any space, dot or comma may group thousands; a dot or comma begins the decimals."""
    assert str(parse_amount(typed)) == amount


@pytest.mark.parametrize(
    ("fault", "typed"), [(fault, each) for fault, all_ in REFUSED.items() for each in all_]
)
def test_what_is_no_amount_or_could_be_two_is_refused(fault: AmountProblem, typed: str) -> None:
    """Each with the reason that the person is told."""
    with pytest.raises(AmountRefused) as refused:
        parse_amount(typed)
    assert refused.value.fault is fault


@pytest.mark.parametrize(
    ("typed", "currency", "amount"),
    [
        ("25 000 zł", "PLN", "25000.00"),
        ("25 000,50zł", "PLN", "25000.50"),
        ("PLN 25 000", "PLN", "25000.00"),
        ("25 000 PLN", "PLN", "25000.00"),
        ("€25,000.50", "EUR", "25000.50"),
        ("CHF 25’000.-", "CHF", "25000.00"),
        ("25 000 €", "PLN", AmountProblem.OTHER_CURRENCY),
        ("USD 25 000", "EUR", AmountProblem.OTHER_CURRENCY),
        ("25 tys", "PLN", AmountProblem.IN_WORDS),
        ("PLN 25k", "PLN", AmountProblem.IN_WORDS),
        ("US$ 25,000.00", "USD", "25000.00"),
        ("US$ 25,000", "USD", AmountProblem.AMBIGUOUS),
        ("US$ 25 000", "EUR", AmountProblem.OTHER_CURRENCY),
        ("25 000 PLN.", "PLN", "25000.00"),
        ("25 000 złotych", "PLN", "25000.00"),
        ("25.000.- zł", "PLN", "25000.00"),
        ("zł", "PLN", AmountProblem.NOT_A_NUMBER),
        ("25 000 zł", "", AmountProblem.NOT_A_NUMBER),
        ("PLN 25.000", "PLN", AmountProblem.AMBIGUOUS),
    ],
)
def test_the_sign_of_its_own_currency_may_stand_beside_it(typed: str, currency: str, amount: str) -> None:
    """Another one is told."""
    try:
        found = str(parse_amount(typed, currency))
    except AmountRefused as refused:
        found = refused.fault
    assert found == amount


@given(
    st.decimals(min_value=Decimal("0.01"), max_value=LARGEST, places=2),
    st.sampled_from(["pl", "en", "de", "fr", "da", "de_CH"]),
)
def test_an_amount_written_by_any_language_is_read_back(amount: Decimal, language: str) -> None:
    """Grouped as Polish, English, German, French and Danish do it, always with two decimals."""
    assert parse_amount(format_decimal(amount, "#,##0.00", locale=language)) == amount


@given(st.text(max_size=30))
def test_no_text_is_anything_but_an_amount_or_a_reason(typed: str) -> None:
    """Nothing else is raised, and every amount is within its limits."""
    try:
        amount = parse_amount(typed)
    except AmountRefused:
        return
    assert 0 < amount <= LARGEST
    assert amount == round(amount, 2)
