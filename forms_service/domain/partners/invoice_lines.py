"""Invoice line: one amount to be recorded, parsed from texts."""

import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

from forms_service.domain.values.amounts import (
    CURRENCIES,
    SIGNS,
    AmountProblem,
    AmountRefused,
    parse_amount,
    without_sign,
)
from forms_service.domain.values.free_text import may_fit
from forms_service.domain.values.normalisation import folded
from partner_program.model import Program

LONGEST_TEXT = 200

_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
"""Categories of characters that no invoice has: controls, invisible marks, halves of characters."""


class InvoicedTo(StrEnum):
    """Recipient of the invoice."""

    PARTNER = "partner"
    END_CUSTOMER = "end_customer"


class LineFault(StrEnum):
    """Why an amount is refused."""

    MISSING = "missing"
    NO_DATE = "no_date"
    IN_THE_FUTURE = "in_the_future"
    BEFORE_PARTNERSHIP = "before_partnership"
    """The invoice is older than the first partner year."""
    NO_AMOUNT = "no_amount"
    AMBIGUOUS_AMOUNT = "ambiguous_amount"
    IN_WORDS = "in_words"
    OTHER_CURRENCY = "other_currency"
    """The sign beside the amount is not that of the line's currency."""
    TOO_PRECISE = "too_precise"
    ZERO = "zero"
    TOO_LARGE = "too_large"
    UNKNOWN_CURRENCY = "unknown_currency"
    UNKNOWN_MODEL = "unknown_model"
    UNKNOWN_RECIPIENT = "unknown_recipient"
    TOO_LONG = "too_long"
    CONTROL_CHARACTER = "control_character"


class LineRefused(ValueError):
    """One value is refused."""

    def __init__(self, fault: LineFault, field: str) -> None:
        super().__init__(f"{field}: {fault}")
        self.fault = fault
        self.field = field
        self.others: tuple[LineRefused, ...] = ()


@dataclass(frozen=True)
class InvoiceLine:
    """A valid amount."""

    date: date
    amount: Decimal
    currency: str
    model: str
    invoiced_to: InvoicedTo
    area: str = ""
    document: str = ""


def parse_signed(text: str, currency: str = "") -> Decimal:
    """Parse money with its sign: a credit note has a minus or brackets; never 0.

    Raises AmountRefused.
    """
    text = without_sign(text, currency)
    if text.startswith("(") and text.endswith(")"):
        return -parse_amount(text[1:-1], currency)
    if text.startswith("-"):
        return -parse_amount(text[1:], currency)
    return parse_amount(text.removeprefix("+"), currency)


_FAULTS = {
    AmountProblem.NOT_A_NUMBER: LineFault.NO_AMOUNT,
    AmountProblem.AMBIGUOUS: LineFault.AMBIGUOUS_AMOUNT,
    AmountProblem.IN_WORDS: LineFault.IN_WORDS,
    AmountProblem.TOO_PRECISE: LineFault.TOO_PRECISE,
    AmountProblem.NOT_POSITIVE: LineFault.ZERO,
    AmountProblem.TOO_LARGE: LineFault.TOO_LARGE,
    AmountProblem.OTHER_CURRENCY: LineFault.OTHER_CURRENCY,
}


def line(
    values: Mapping[str, str],
    program: Program,
    *,
    today: date,
    active_since: date,
    read_date: Callable[[str], date] = date.fromisoformat,
) -> InvoiceLine:
    """Parse a line from its values as texts, by field name.

    `read_date` raises ValueError for a text that is no day.

    Raises:
        LineRefused: the first value that cannot be recorded; its `others` are the rest of them.
    """
    readers: dict[str, Callable[[str], object]] = {
        "date": lambda text: _date(text, read_date, today, active_since),
        "amount": lambda text: _amount(text, _currency(values.get("currency", ""))),
        "currency": lambda text: _one_of(_currency(text), CURRENCIES, LineFault.UNKNOWN_CURRENCY, "currency"),
        "model": lambda text: _one_of(text, _ids(program), LineFault.UNKNOWN_MODEL, "model"),
        "invoiced_to": _recipient,
    }
    read: dict[str, Any] = {}
    refused: list[LineRefused] = []
    for name in InvoiceLine.__dataclass_fields__:
        try:
            text = _text(values.get(name, ""), name)
            if name in readers and not text:
                raise LineRefused(LineFault.MISSING, name)
            read[name] = readers[name](text) if name in readers else text
        except LineRefused as error:
            refused.append(error)
    if refused:
        refused[0].others = tuple(refused[1:])
        raise refused[0]
    return InvoiceLine(**read)


def _recipient(text: str) -> InvoicedTo:
    return InvoicedTo(_one_of(text, list(InvoicedTo), LineFault.UNKNOWN_RECIPIENT, "invoiced_to"))


def _text(value: str, name: str) -> str:
    if not may_fit(value, LONGEST_TEXT):
        raise LineRefused(LineFault.TOO_LONG, name)
    value = value.strip()
    if any(unicodedata.category(character) in _UNSEEN for character in value):
        raise LineRefused(LineFault.CONTROL_CHARACTER, name)
    value = " ".join(value.split())
    if len(value) > LONGEST_TEXT:
        raise LineRefused(LineFault.TOO_LONG, name)
    return value


def _date(text: str, read: Callable[[str], date], today: date, active_since: date) -> date:
    try:
        day = read(text)
    except ValueError as error:
        raise LineRefused(LineFault.NO_DATE, "date") from error
    if day > today:
        raise LineRefused(LineFault.IN_THE_FUTURE, "date")
    if day < active_since:
        raise LineRefused(LineFault.BEFORE_PARTNERSHIP, "date")
    return day


def _currency(text: str) -> str:
    """The code of a currency that is written as a code or as its sign."""
    word = folded(text[:LONGEST_TEXT])
    return next((code for code, signs in SIGNS.items() if word in signs), word.upper())


def _amount(text: str, currency: str) -> Decimal:
    try:
        return parse_signed(text, currency)
    except AmountRefused as error:
        raise LineRefused(_FAULTS[error.fault], "amount") from error


def _one_of(value: str, known: Sequence[str], fault: LineFault, name: str) -> str:
    if value not in known:
        raise LineRefused(fault, name)
    return value


def _ids(program: Program) -> list[str]:
    return [model.id for model in program.models]
