"""Benefit kinds: what a tier can give in a benefit, one class each. Pure.

The machinery is that of the requirements' kinds: a typed value and its words are checked to agree. A new
kind is one class here.
"""

import re
from collections.abc import Mapping
from typing import ClassVar

from partner_program.requirement_kinds import (
    NUMBER,
    AgreedIndividually,
    Demand,
    EveryQuarter,
    EveryYear,
    ValueKind,
    Wording,
    whole,
)

BENEFIT_KINDS: dict[str, ValueKind] = {}
"""Every kind of benefit by the name it has in `program.yml`."""
WHOLE = 100
_SIGNS: Mapping[str, str] = {
    "PLN": r"\bPLN\b|\bzł",
    "EUR": r"\bEUR\b|€|\beuro\b",
    "USD": r"\bUSD\b|\$",
    "GBP": r"\bGBP\b|£",
    "CHF": r"\bCHF\b",
}
_PERCENT: Wording = Wording(r"%|\bproc|\bprocent", r"%|\bper ?cent")
_BOUNDS: Wording = Wording(
    r"[<>≤≥]|\b(?:co )?najwyżej\b|\bco najmniej\b|\bp(?:oniżej|owyżej|onad)\b|\bokoło\b|\bmaks|\bmin\b"
    r"|\b(?:od|do) \d",
    r"[<>≤≥]|\bat (?:most|least)\b|\b(?:below|above|over|about)\b|\bmax|\bmin\b|\bup to\b|\bfrom\b"
    r"|\b(?:less|more) than\b",
)


class BenefitKind(ValueKind):
    """What a tier gives in a benefit."""

    registry: ClassVar[dict[str, ValueKind]] = BENEFIT_KINDS
    demand: ClassVar[Demand] = Demand.NOTHING


class Included(BenefitKind, name="included"):
    """It is given."""

    means = Wording("tak", "yes")
    examples = Wording("✓", "✓")
    patterns = Wording(r"✓|^tak\b|^w cenie\b", r"✓|^yes\b|^included\b")
    goes_without_saying = True


class NotIncluded(BenefitKind, name="not_included"):
    """It is not given."""

    means = Wording("nie", "no")
    examples = Wording("–", "–")
    patterns = Wording(r"^[–—-]$|^nie\b|^brak\b", r"^[–—-]$|^no\b|^none\b|^not included\b")


class Described(BenefitKind, name="text"):
    """Words that nothing is computed from; they name no figure."""

    means = Wording("opis", "in words")
    examples = Wording("Według umowy", "As the agreement says")
    patterns = Wording(r"^[^\d%✓]*[^\W\d][^\d%✓]*$", r"^[^\d%✓]*[^\W\d][^\d%✓]*$")

    def label_problem(self, number: int | None, label: str, language: str) -> str | None:
        if self.fits(label, language):
            return None
        figures = ", ".join(f"`{kind}`" for kind in self.registry.values() if kind.is_counted)
        return f"`{label}` is more than words: type it, as {figures} or `included`"


class YearlyBenefit(BenefitKind, EveryYear, name="every_year"):
    """Once in each partner year."""


class QuarterlyBenefit(BenefitKind, EveryQuarter, name="every_quarter"):
    """Once in each quarter of a partner year."""


class AgreedBenefit(BenefitKind, AgreedIndividually, name="agreed_individually"):
    """What is agreed with each partner."""


class _Figure(BenefitKind):
    """Gives a number that the label names, and no other."""

    patterns = Wording(r"(?!)", r"(?!)")
    is_counted = True

    def number_problem(self, number: int | None) -> str | None:
        return f"`{self}` needs a number: add `number: …`" if number is None else None

    def label_problem(self, number: int | None, label: str, language: str) -> str | None:
        return None

    def extras_problem(self, given: Mapping[str, object], label: str, language: str) -> str | None:
        said = [whole(found) for found in NUMBER.findall(label)]
        if said != self._numbers(given):
            told = " to ".join(str(number) for number in self._numbers(given))
            return f"`{label}` does not say {told}, and nothing else: make them the same"
        if other := self._bound(label, language):
            return f"`{label}` says `{other}`, and the value is exact: make them the same"
        if not re.search(self._measured_in(given, language), label, re.IGNORECASE):
            return f"`{label}` does not name its {self._lacks(given, language)}: add it"
        return None

    def _numbers(self, given: Mapping[str, object]) -> list[object]:
        return [given.get("number")]

    def _bound(self, label: str, language: str) -> str | None:
        found = re.search(_BOUNDS[language], label, re.IGNORECASE)
        return found[0] if found else None

    def _measured_in(self, given: Mapping[str, object], language: str) -> str:
        return _PERCENT[language]

    def _lacks(self, given: Mapping[str, object], language: str) -> str:
        return "`%`"


class Percent(_Figure, name="percent"):
    """A share in whole per cent."""

    means = Wording("procent", "per cent")
    examples = Wording("10%", "10%")

    def number_problem(self, number: int | None) -> str | None:
        if number is not None and number > WHOLE:
            return f"{number} is more than the whole: write {WHOLE} or less"
        return super().number_problem(number)


class PercentRange(_Figure, name="percent_range"):
    """From so many per cent to so many."""

    means = Wording("przedział procentowy", "range of per cent")
    examples = Wording("5–15%", "5–15%")
    extras = ("to",)

    def extras_problem(self, given: Mapping[str, object], label: str, language: str) -> str | None:
        number, to = self._numbers(given)
        if isinstance(number, int) and isinstance(to, int) and to <= number:
            return f"the range ends at {to}, and it begins at {number}: write a larger `to`"
        return super().extras_problem(given, label, language)

    def _numbers(self, given: Mapping[str, object]) -> list[object]:
        return [given.get("number"), given.get("to")]

    def _bound(self, label: str, language: str) -> str | None:
        return None


class Amount(_Figure, name="amount"):
    """An amount of money, whole."""

    means = Wording("kwota", "amount")
    examples = Wording("5000 PLN", "PLN 5,000")
    extras = ("currency",)

    def _measured_in(self, given: Mapping[str, object], language: str) -> str:
        return _SIGNS.get(str(given.get("currency")), "")

    def _lacks(self, given: Mapping[str, object], language: str) -> str:
        return f"currency, {given.get('currency')}"


class Quantity(_Figure, name="quantity"):
    """A number with a unit."""

    means = Wording("liczba", "number")
    examples = Wording("2 szkolenia", "2 courses")
    extras = ("unit",)

    def _measured_in(self, given: Mapping[str, object], language: str) -> str:
        return re.escape(_unit(given, language))

    def _lacks(self, given: Mapping[str, object], language: str) -> str:
        return f"unit, `{_unit(given, language)}`"


def _unit(given: Mapping[str, object], language: str) -> str:
    unit = given.get("unit")
    return str(unit.get(language, "")) if isinstance(unit, dict) else ""
