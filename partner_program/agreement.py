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
        return _counted_problem(number, label) if number is not None else None
    wording = _WORDINGS[kind][language]
    if wording.fits(label):
        return None
    fitting = [f"`{other}`" for other, wordings in _WORDINGS.items() if wordings[language].fits(label)]
    change = f", or change `kind` to {' or '.join(fitting)}" if fitting else ""
    return f"`{label}` does not say `{kind}`: write for example `{wording.example}`{change}"


def _counted_problem(number: int, label: str) -> str | None:
    found = re.search(r"\d+", label)
    if found is None:
        return f"`{label}` names no number: begin it with {number}"
    if int(found[0]) != number:
        return f"`{label}` says {found[0]}, `number` says {number}: make them the same"
    return None
