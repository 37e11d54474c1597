"""Amounts: parse money as people type it. An ambiguous amount is refused, not guessed."""

import re
from decimal import Decimal
from enum import StrEnum

from forms_service.domain.values.normalisation import plain

LARGEST = Decimal("999999999999.99")

_NO_CENTS = re.compile(r"(?:[0-9]+|[0-9]{1,3}(?P<sign>[ .,'])[0-9]{3}(?:(?P=sign)[0-9]{3})*)[.,]-{1,2}")
"""`25 000,-`, `25.000.-` as Polish, German and Swiss price lists write it."""
_IN_WORDS = re.compile(
    r"[0-9][0-9 .,']{0,20}(?:tys|tysiąc|tysięcy|tysiące|k|t|m|mio|mln|milion|milionów|miliony|mld|thousand"
    r"|million|bn|billion)\b.*",
    re.IGNORECASE,
)
_CURRENCY = re.compile(
    r"(?P<front>[^\W\d_]+[.€$£]?|[€$£])? ?(?P<number>[-(+]?[0-9].*?) ?(?P<behind>[^\W\d_]+[.€$£]?|[€$£])?"
)
SIGNS = {
    "PLN": ("pln", "zł", "zl", "złotych", "złote", "zlotych"),
    "EUR": ("eur", "€", "euro", "euros"),
    "USD": ("usd", "$", "us$"),
    "GBP": ("gbp", "£"),
    "CHF": ("chf", "fr", "sfr"),
}
"""What stands beside an amount of a currency, in lower case."""
_PLAIN = re.compile(r"[0-9]+(?:[.,][0-9]+)?")
_GROUPED_BY_SPACE = re.compile(r"[0-9]{1,3}(?: [0-9]{3})+(?:[.,][0-9]+)?")
_GROUPED_BY_APOSTROPHE = re.compile(r"[0-9]{1,3}(?:'[0-9]{3})+(?:[.,][0-9]+)?")
_GROUPED_BY_SIGN = re.compile(r"[0-9]{1,3}(?:([.,])[0-9]{3})(?:\1[0-9]{3})*(?:(?!\1)[.,][0-9]+)?")
_WRITTEN = (_PLAIN, _GROUPED_BY_SPACE, _GROUPED_BY_APOSTROPHE, _GROUPED_BY_SIGN)
_ONE_SIGN_THREE_DIGITS = re.compile(r"(?!0+[.,]00)[0-9]{1,3}[.,][0-9]{3}")
"""Where either reading is an amount: `0,005` is less than any coin."""
_NEGATIVE = re.compile("[-\N{MINUS SIGN}\N{EN DASH}]")


class AmountProblem(StrEnum):
    """Why an amount is refused."""

    NOT_A_NUMBER = "not a number"
    AMBIGUOUS = "ambiguous"
    """One separator with exactly three digits after it: thousands or a fraction?"""
    TOO_PRECISE = "too precise"
    """More than two decimals."""
    NOT_POSITIVE = "not positive"
    TOO_LARGE = "too large"
    IN_WORDS = "in words"
    """`25 tys.`, `25k`, `1.2 mln`: a number of thousands or millions."""
    OTHER_CURRENCY = "other currency"
    """The sign beside it is that of another currency."""


class AmountRefused(ValueError):
    """Not a valid or unambiguous amount."""

    def __init__(self, fault: AmountProblem) -> None:
        super().__init__(fault.value)
        self.fault = fault


def parse_amount(text: str, currency: str = "") -> Decimal:
    """The amount with two decimals, greater than 0 and at most LARGEST.

    Thousands may be grouped by any kind of space, by dots, commas or apostrophes; decimals follow a dot or a
    comma. The sign of this very currency may stand beside it; without one, no sign may.

    Raises AmountRefused.
    """
    text = without_sign(text, currency)
    if _NO_CENTS.fullmatch(text):
        text = re.sub("[^0-9]", "", text)
    if _IN_WORDS.fullmatch(text):
        raise AmountRefused(AmountProblem.IN_WORDS)
    if _ONE_SIGN_THREE_DIGITS.fullmatch(text):
        raise AmountRefused(AmountProblem.AMBIGUOUS)
    if not any(
        form.fullmatch(text) for form in (_PLAIN, _GROUPED_BY_SPACE, _GROUPED_BY_APOSTROPHE, _GROUPED_BY_SIGN)
    ):
        negative = _NEGATIVE.match(text) and text[1:].strip()[:1].isdecimal()
        raise AmountRefused(AmountProblem.NOT_POSITIVE if negative else AmountProblem.NOT_A_NUMBER)
    whole, decimals = _parts(text)
    if len(decimals) > 2:
        raise AmountRefused(AmountProblem.TOO_PRECISE)
    if len(whole.lstrip("0")) > len("999999999999"):
        raise AmountRefused(AmountProblem.TOO_LARGE)
    amount = Decimal(f"{whole}.{decimals:0<2}")
    if amount == 0:
        raise AmountRefused(AmountProblem.NOT_POSITIVE)
    return amount


def _parts(text: str) -> tuple[str, str]:
    """Digits before and after the decimal separator, grouping taken out."""
    signs = re.findall("[.,]", text)
    has_decimals = bool(signs) and signs.count(signs[-1]) == 1
    whole, _, decimals = text.rpartition(signs[-1]) if has_decimals else (text, "", "")
    return re.sub("[ .,']", "", whole), decimals


def without_sign(text: str, currency: str) -> str:
    """The text with plain signs and without the sign of this currency in front or behind.

    Raises AmountRefused.
    """
    text = plain(text)
    found = _CURRENCY.fullmatch(text) if currency else None
    if found is None:
        return text
    if _IN_WORDS.fullmatch(text[found.start("number") :]):
        raise AmountRefused(AmountProblem.IN_WORDS)
    sides = [side.casefold().removesuffix(".") for side in (found["front"], found["behind"]) if side]
    if not all(side in SIGNS.get(currency, ()) for side in sides):
        others = [side for signs in SIGNS.values() for side in signs]
        is_known = all(side in others for side in sides)
        raise AmountRefused(AmountProblem.OTHER_CURRENCY if is_known else AmountProblem.NOT_A_NUMBER)
    return found["number"]


CURRENCIES = ("PLN", "EUR", "USD", "GBP", "CHF")
