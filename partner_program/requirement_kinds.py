"""Requirement kinds: what a tier can ask in a requirement, one class each. Pure.

A class says how the kind is worded, which label and number agree with it, what can decide it, and what counts
towards it. A new kind is one class here: the checks of `program.yml`, its schema, pages, `program.json`, the
tier finder and the scorecard follow.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, ClassVar

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

MONTHS_A_YEAR = 12
EXTRAS = ("to", "currency", "unit")
"""Keys of a value, besides `number`, that only some kinds take."""


@dataclass(frozen=True)
class Wording:
    """Words, or a regular expression for them, in each language."""

    pl: str
    en: str

    def __getitem__(self, language: str) -> str:
        return self.pl if language == "pl" else self.en


class Demand(StrEnum):
    """What it means for a partner that something is not there."""

    ASKED = "asked"
    """It is missing, or due."""
    RECOMMENDED = "recommended"
    """Nothing; where it is there, it is met."""
    AGREED = "agreed"
    """What was agreed with this partner decides."""
    NOTHING = "nothing"
    """Nothing, whether it is there or not."""


@dataclass(frozen=True)
class Quota:
    """What counts towards a requirement: how much, within which time, and whether its absence counts."""

    demand: Demand
    number: int
    """How many have to be there; 0 where none has."""
    months: int | None
    """In each period of so many months, counted from the first partner year on; None: at once, and always."""


KINDS: dict[str, "ValueKind"] = {}
"""Every kind of requirement by the name it has in `program.yml`."""


class ValueKind(str):
    """What a tier asks in a requirement."""

    registry: ClassVar[dict[str, "ValueKind"]] = KINDS
    """The kinds that are possible in its place, by name."""
    extras: ClassVar[tuple[str, ...]] = ()
    """Keys it needs besides `number`; any other is refused."""
    means: ClassVar[Wording]
    """What it asks, in words: where the label is a sign, for a screen reader and in sentences."""
    examples: ClassVar[Wording]
    """A label that says it."""
    patterns: ClassVar[Wording]
    """What labels that say it contain, as regular expressions."""
    demand: ClassVar[Demand] = Demand.ASKED
    months: ClassVar[int | None] = None
    """The period in which it has to be there each time; None: at once, and always."""
    is_counted: ClassVar[bool] = False
    """Whether it carries a number."""
    family: ClassVar[str | None] = None
    """Kinds of one family contradict each other: a tier has one of them."""
    unit: ClassVar[Wording | None] = None
    """What a bare number in the label counts, said beside the requirement."""
    is_spelled_out: ClassVar[bool] = False
    """Whether everybody sees in words what a ✓ means here, not only who hears the page."""
    goes_without_saying: ClassVar[bool] = False
    """Whether a small screen may leave out what is asked."""

    def __init_subclass__(cls, name: str = "") -> None:
        if name:
            cls.registry[name] = cls(name)

    def misplaced_extras(self, given: Mapping[str, object]) -> Iterator[tuple[str, str]]:
        """Each key besides `number` that is missing or out of place, and what to do about it."""
        for key in EXTRAS:
            if key in self.extras and given.get(key) is None:
                yield key, f"`{self}` needs `{key}`: add `{key}: …`"
            elif key not in self.extras and given.get(key) is not None:
                yield key, f"`{self}` takes no `{key}`: delete it"

    def quota(self, number: int | None) -> Quota:
        """What counts towards a value of this kind with this number."""
        return Quota(self.demand, (number or 1) if self.demand is Demand.ASKED else 0, self.months)

    def fits(self, label: str, language: str) -> bool:
        """Whether a label says this kind."""
        return self._said_in(label, language) is not None

    def competing_words(self, text: str, language: str) -> str | None:
        """What a text about a tier says in the place of this kind, as words; None where it does not."""
        if self.family is None or self.fits(text, language):
            return None
        rivals = (kind for kind in self.registry.values() if kind.family == self.family and kind != self)
        return next((found for kind in rivals if (found := kind._said_in(text, language))), None)

    def number_problem(self, number: int | None) -> str | None:
        """What is wrong with the number of a value of this kind, if anything."""
        if number is None:
            return None
        counted = " or ".join(f"`{kind}`" for kind in self.registry.values() if kind.is_counted)
        return f"`{self}` takes no number: delete it, or change `kind` to {counted}"

    def label_problem(self, number: int | None, label: str, language: str) -> str | None:
        """In what these words and the value disagree, if in anything."""
        if self.fits(label, language):
            return None
        fitting = [f"`{kind}`" for kind in self.registry.values() if kind.fits(label, language)]
        change = f", or change `kind` to {' or '.join(fitting)}" if fitting else ""
        return f"`{label}` does not say `{self}`: write for example `{self.examples[language]}`{change}"

    def extras_problem(self, given: Mapping[str, object], label: str, language: str) -> str | None:
        """In what these words and the keys besides `number` disagree, if in anything."""
        return None

    def decided_by_problem(self, decided_by: str | None) -> str | None:
        """Why no rule would read this kind of a measure or fact; None: people confirm it by hand."""
        return None

    def _said_in(self, text: str, language: str) -> str | None:
        found = re.search(self.patterns[language], text, re.IGNORECASE)
        return found[0].strip() if found else None

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(cls._named, ref=cls.__name__)

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> Any:
        return {"description": cls.__doc__, "enum": [*cls.registry], "type": "string"}

    @classmethod
    def _named(cls, name: object) -> "ValueKind":
        if isinstance(name, str) and name in cls.registry:
            return cls.registry[name]
        raise PydanticCustomError("enum", "no such kind")


class Required(ValueKind, name="required"):
    """It has to be there."""

    means = Wording("wymagane", "required")
    examples = Wording("✓", "✓")
    patterns = Wording(r"✓|\bwymagan|\bobowiązkow|\btak\b", r"✓|(?<!not )\brequired|\bmandatory|\byes\b")
    goes_without_saying = True


class Optional(ValueKind, name="optional"):
    """It may be there."""

    means = Wording("nieobowiązkowe", "optional")
    examples = means
    patterns = Wording(
        r"\bnieobowiązkow|\bopcjonaln|\bdobrowoln|\bniewymagan", r"\boptional|\bvoluntary|\bnot required"
    )
    demand = Demand.NOTHING


class Recommended(ValueKind, name="recommended"):
    """It had better be there; nothing is missing without it."""

    means = Wording("zalecane", "recommended")
    examples = means
    patterns = Wording(r"✓|\bzaleca|\bpolecan", r"✓|\brecommend")
    demand = Demand.RECOMMENDED
    is_spelled_out = True


class _Counted(ValueKind):
    """Asks for a number that the label names, too."""

    patterns = Wording(r"(?!)", r"(?!)")
    is_counted = True

    def number_problem(self, number: int | None) -> str | None:
        return f"`{self}` needs a number: add `number: …`" if number is None else None

    def label_problem(self, number: int | None, label: str, language: str) -> str | None:
        if number is None:
            return None
        found = NUMBER.search(label)
        if found is None:
            return f"`{label}` names no number: begin it with {number}"
        if whole(found[0]) != number:
            return f"`{label}` says {found[0]}, `number` says {number}: make them the same"
        if other := re.search(_NOT_AT_LEAST[language], label, re.IGNORECASE):
            return f"`{label}` says `{other[0]}`, and {number} or more is asked: write for example `{number}`"
        return None

    def decided_by_problem(self, decided_by: str | None) -> str | None:
        if decided_by != "revenue":
            return None
        return f"no rule reads `{self}` of revenue: write `agreed_individually`, without a number"


class AtLeast(_Counted, name="at_least"):
    """So many people or more."""

    means = Wording("wymagane minimum", "required minimum")

    def decided_by_problem(self, decided_by: str | None) -> str | None:
        if problem := super().decided_by_problem(decided_by):
            return problem
        if decided_by in ("sales_people", "technical_people", "contact"):
            return None
        none = f"`{decided_by}` are none" if decided_by else "without a `measure` nothing is counted here"
        return f"`{self}` counts people, and {none}: write `required`"


class PerYear(_Counted, name="per_year"):
    """So many or more in each partner year."""

    means = Wording("wymagane w roku", "required a year")
    unit = Wording("minimum w roku", "minimum a year")
    months = MONTHS_A_YEAR

    def label_problem(self, number: int | None, label: str, language: str) -> str | None:
        if problem := super().label_problem(number, label, language):
            return problem
        if other := re.search(_NOT_A_YEAR[language], label, re.IGNORECASE):
            return f"`{label}` says `{other[0]}`, and `{self}` counts in a year: make them the same"
        return None

    def decided_by_problem(self, decided_by: str | None) -> str | None:
        if problem := super().decided_by_problem(decided_by):
            return problem
        if decided_by in ("lead_activities", "deals", None):
            return None
        return f"`{decided_by}` is not counted in a year: write `required` or `at_least`"


class EveryYear(ValueKind, name="every_year"):
    """Once in each partner year."""

    means = Wording("raz w roku", "every year")
    examples = Wording("Rocznie", "Yearly")
    patterns = Wording(
        r"\broczn|\bcorocz|\bco rok|\bkażdego roku|\braz w roku|\braz na rok",
        r"\byearly|\bannual|\bevery year|\bonce a year|\beach year",
    )
    months = MONTHS_A_YEAR
    family = "cadence"


class EveryQuarter(ValueKind, name="every_quarter"):
    """Once in each quarter of a partner year."""

    means = Wording("co kwartał", "every quarter")
    examples = Wording("Kwartalnie", "Quarterly")
    patterns = Wording(r"kwarta", r"quarter")
    months = 3
    family = "cadence"


class NoThreshold(ValueKind, name="no_threshold"):
    """Applies, but nothing is asked."""

    means = Wording("bez progu", "no threshold")
    examples = Wording("Bez ograniczeń", "No threshold")
    patterns = Wording(
        r"\bbez (ogranicze|prog|limit|minimum)|\bbrak (prog|ogranicze)",
        r"\bno (threshold|limit|minimum|restriction)|\bunlimited|\bwithout ",
    )
    demand = Demand.NOTHING
    family = "threshold"


class AgreedIndividually(ValueKind, name="agreed_individually"):
    """What is agreed with each partner."""

    means = Wording("ustalane indywidualnie", "agreed individually")
    examples = Wording("Ustalane indywidualnie", "Agreed individually")
    patterns = Wording(r"indywidualn", r"individual")
    demand = Demand.AGREED
    family = "threshold"


NUMBER = re.compile(r"\d{1,3}(?:[ \u00a0\u202f.,]\d{3})+(?!\d)|\d+(?:[.,]\d+)?")
"""A number in words: 100 000, 100,000 and 100.000 are whole, 1,5 is not."""
_NOT_AT_LEAST: Wording = Wording(
    r"[<≤]|\b(?:co )?najwyżej\b|\bponiżej\b|\bmaks|\bdo \d|\b(?:mniej|więcej) niż\b|>(?!=)",
    r"[<≤]|\bat most\b|\bbelow\b|\bmax|\bup to\b|\b(?:less|fewer|more) than\b|>(?!=)",
)
_NOT_A_YEAR: Wording = Wording(r"kwarta|miesi[ąę]|tygod|tydzień", r"quarter|month|week")


def whole(written: str) -> int | None:
    """The number as it is meant; None where it is no whole one."""
    parts = re.split(r"[ \u00a0\u202f.,]", written)
    if len(parts) > 1 and any(len(part) != 3 for part in parts[1:]):
        return None
    return int("".join(parts))
