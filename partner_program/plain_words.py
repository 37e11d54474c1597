"""Plain text checks: no markup in texts, and no other time than the program's values. Pure."""

import re

from partner_program.model import Language

_NUMERALS: dict[Language, tuple[str, ...]] = {
    "pl": (
        r"jeden|jednego|jednym",
        r"dwa|dwóch|dwoma",
        r"trzy|trzech",
        r"cztery|czterech",
        r"pięć|pięciu",
        r"sześć|sześciu",
        r"siedem|siedmiu",
        r"osiem|ośmiu",
        r"dziewięć|dziewięciu",
        r"dziesięć|dziesięciu",
    ),
    "en": ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"),
}
_DAYS: dict[Language, str] = {
    "pl": r"\b(\w+)\s+(?:dni|dzień|dnia|dniach)\s+robocz",
    "en": r"\b(\w+)\s+(?:business|working)[\s-]+days?\b",
}
_OTHER_TIMES: dict[Language, str] = {
    "pl": r"\b\w+\s+(?:godzin\w*|tygodni\w*|tydzień|miesi\w+|(?:dni|dzień|dnia|dniach)(?!\s+robocz))\b",
    "en": r"\b\w+[\s-]+(?:hours?|weeks?|months?|(?:calendar[\s-]+)?days?)\b",
}
_MARKUP = re.compile(
    r"\*\*|(?<![\w*])\*\w[^*]*\*(?!\w)|(?<!\w)_\w[^_]*_(?!\w)|`|\]\(|\{\{|</?[a-zA-Z][^<>]*>|&(?:\w+|#\d+);"
)


def markup_in(text: str) -> str | None:
    """Markdown or HTML in a text that is shown as it is written; None where there is none."""
    found = _MARKUP.search(text)
    return found[0] if found else None


def other_time(text: str, days: int, language: Language) -> str | None:
    """The words that give another time than so many business days; None where none do."""
    for found in re.finditer(_DAYS[language], text, re.IGNORECASE):
        said = _number(found[1], language)
        if said is not None and said != days:
            return f"{said} business days"
    for found in re.finditer(_OTHER_TIMES[language], text, re.IGNORECASE):
        if _number(re.split(r"[\s-]", found[0])[0], language) is not None:
            return " ".join(found[0].split())
    return None


def _number(word: str, language: Language) -> int | None:
    """What a word counts; None where it is no number."""
    if word.isdecimal():
        return int(word)
    for number, words in enumerate(_NUMERALS[language], start=1):
        if re.fullmatch(words, word, re.IGNORECASE):
            return number
    return None
