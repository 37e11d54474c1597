"""Whether a value's own words say what its kind and number say."""

import re
from dataclasses import dataclass

from partner_program.model import Kind, Language

COUNTED = frozenset({Kind.AT_LEAST, Kind.PER_YEAR})
"""Kinds that carry a number; the others carry none."""


@dataclass(frozen=True)
class _Wording:
    example: str
    pattern: str

    def fits(self, label: str) -> bool:
        return re.search(self.pattern, label, re.IGNORECASE) is not None


_WORDINGS: dict[Kind, dict[Language, _Wording]] = {
    Kind.REQUIRED: {
        "pl": _Wording("✓", r"✓|\bwymagan|\bobowiązkow|\btak\b"),
        "en": _Wording("✓", r"✓|(?<!not )\brequired|\bmandatory|\byes\b"),
    },
    Kind.RECOMMENDED: {
        "pl": _Wording("zalecane", r"✓|\bzaleca|\bpolecan"),
        "en": _Wording("recommended", r"✓|\brecommend"),
    },
    Kind.OPTIONAL: {
        "pl": _Wording("nieobowiązkowe", r"\bnieobowiązkow|\bopcjonaln|\bdobrowoln|\bniewymagan"),
        "en": _Wording("optional", r"\boptional|\bvoluntary|\bnot required"),
    },
    Kind.EVERY_YEAR: {
        "pl": _Wording("Rocznie", r"\broczn|\bcorocz|\bco rok|\bkażdego roku|\braz w roku|\braz na rok"),
        "en": _Wording("Yearly", r"\byearly|\bannual|\bevery year|\bonce a year|\beach year"),
    },
    Kind.EVERY_QUARTER: {
        "pl": _Wording("Kwartalnie", r"kwarta"),
        "en": _Wording("Quarterly", r"quarter"),
    },
    Kind.NO_THRESHOLD: {
        "pl": _Wording("Bez ograniczeń", r"\bbez (ogranicze|prog|limit|minimum)|\bbrak (prog|ogranicze)"),
        "en": _Wording("No threshold", r"\bno (threshold|limit|minimum|restriction)|\bunlimited|\bwithout "),
    },
    Kind.AGREED_INDIVIDUALLY: {
        "pl": _Wording("Ustalane indywidualnie", r"indywidualn"),
        "en": _Wording("Agreed individually", r"individual"),
    },
}


_NUMBER = re.compile(r"\d{1,3}(?:[ \u00a0\u202f.,]\d{3})+(?!\d)|\d+(?:[.,]\d+)?")
"""A number in words: 100 000, 100,000 and 100.000 are whole, 1,5 is not."""
_NOT_AT_LEAST: dict[Language, str] = {
    "pl": r"[<≤]|\b(?:co )?najwyżej\b|\bponiżej\b|\bmaks|\bdo \d|\b(?:mniej|więcej) niż\b|>(?!=)",
    "en": r"[<≤]|\bat most\b|\bbelow\b|\bmax|\bup to\b|\b(?:less|fewer|more) than\b|>(?!=)",
}
_NOT_A_YEAR: dict[Language, str] = {
    "pl": r"kwarta|miesi[ąę]|tygod|tydzień",
    "en": r"quarter|month|week",
}
_RIVALS = (
    frozenset({Kind.EVERY_YEAR, Kind.EVERY_QUARTER}),
    frozenset({Kind.NO_THRESHOLD, Kind.AGREED_INDIVIDUALLY}),
)
"""Kinds of which a tier has one: a text that speaks of another one contradicts it."""


def rival_words(kind: Kind, text: str, language: Language) -> str | None:
    """What a text about a tier says in the place of this kind, as words; None where it does not."""
    for rivals in _RIVALS:
        if kind not in rivals or _WORDINGS[kind][language].fits(text):
            continue
        for other in rivals - {kind}:
            if found := re.search(_WORDINGS[other][language].pattern, text, re.IGNORECASE):
                return found[0].strip()
    return None


def number_problem(kind: Kind, number: int | None) -> str | None:
    """What is wrong with the number of a value of this kind, if anything."""
    if kind in COUNTED and number is None:
        return f"`{kind}` needs a number: add `number: …`"
    if kind not in COUNTED and number is not None:
        return f"`{kind}` takes no number: delete it, or change `kind` to `at_least` or `per_year`"
    return None


def label_problem(kind: Kind, number: int | None, label: str, language: Language) -> str | None:
    """In what these words and the value disagree, if in anything."""
    if kind in COUNTED:
        return _counted_problem(kind, number, label, language) if number is not None else None
    wording = _WORDINGS[kind][language]
    if wording.fits(label):
        return None
    fitting = [f"`{other}`" for other, wordings in _WORDINGS.items() if wordings[language].fits(label)]
    change = f", or change `kind` to {' or '.join(fitting)}" if fitting else ""
    return f"`{label}` does not say `{kind}`: write for example `{wording.example}`{change}"


def _counted_problem(kind: Kind, number: int, label: str, language: Language) -> str | None:
    found = _NUMBER.search(label)
    if found is None:
        return f"`{label}` names no number: begin it with {number}"
    if _whole(found[0]) != number:
        return f"`{label}` says {found[0]}, `number` says {number}: make them the same"
    if other := re.search(_NOT_AT_LEAST[language], label, re.IGNORECASE):
        return f"`{label}` says `{other[0]}`, and {number} or more is asked: write for example `{number}`"
    if kind is Kind.PER_YEAR and (other := re.search(_NOT_A_YEAR[language], label, re.IGNORECASE)):
        return f"`{label}` says `{other[0]}`, and `per_year` counts in a year: make them the same"
    return None


def _whole(written: str) -> int | None:
    """The number as it is meant; None where it is no whole one."""
    parts = re.split(r"[ \u00a0\u202f.,]", written)
    if len(parts) > 1 and any(len(part) != 3 for part in parts[1:]):
        return None
    return int("".join(parts))
