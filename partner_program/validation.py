"""Whether the parts of a program fit together: ids, tiers, measures, words.

Works on content as it was read, also where parts of it are malformed (the model says so itself), so that a
person who edits the program learns every mistake at once.
"""

import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass

from partner_program.model import LANGUAGES, Fact, Language, Measure, ValueKind
from partner_program.plain_words import markup_in, other_time
from partner_program.spelling import instead_of, nearest
from partner_program.yaml_reader import Content, Path

COUNTED = frozenset({ValueKind.AT_LEAST, ValueKind.PER_YEAR})
"""Kinds that carry a number; the others carry none."""


@dataclass(frozen=True)
class _Wording:
    example: str
    pattern: str

    def fits(self, label: str) -> bool:
        return re.search(self.pattern, label, re.IGNORECASE) is not None


_WORDINGS: dict[ValueKind, dict[Language, _Wording]] = {
    ValueKind.REQUIRED: {
        "pl": _Wording("✓", r"✓|\bwymagan|\bobowiązkow|\btak\b"),
        "en": _Wording("✓", r"✓|(?<!not )\brequired|\bmandatory|\byes\b"),
    },
    ValueKind.RECOMMENDED: {
        "pl": _Wording("zalecane", r"✓|\bzaleca|\bpolecan"),
        "en": _Wording("recommended", r"✓|\brecommend"),
    },
    ValueKind.OPTIONAL: {
        "pl": _Wording("nieobowiązkowe", r"\bnieobowiązkow|\bopcjonaln|\bdobrowoln|\bniewymagan"),
        "en": _Wording("optional", r"\boptional|\bvoluntary|\bnot required"),
    },
    ValueKind.EVERY_YEAR: {
        "pl": _Wording("Rocznie", r"\broczn|\bcorocz|\bco rok|\bkażdego roku|\braz w roku|\braz na rok"),
        "en": _Wording("Yearly", r"\byearly|\bannual|\bevery year|\bonce a year|\beach year"),
    },
    ValueKind.EVERY_QUARTER: {
        "pl": _Wording("Kwartalnie", r"kwarta"),
        "en": _Wording("Quarterly", r"quarter"),
    },
    ValueKind.NO_THRESHOLD: {
        "pl": _Wording("Bez ograniczeń", r"\bbez (ogranicze|prog|limit|minimum)|\bbrak (prog|ogranicze)"),
        "en": _Wording("No threshold", r"\bno (threshold|limit|minimum|restriction)|\bunlimited|\bwithout "),
    },
    ValueKind.AGREED_INDIVIDUALLY: {
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
    frozenset({ValueKind.EVERY_YEAR, ValueKind.EVERY_QUARTER}),
    frozenset({ValueKind.NO_THRESHOLD, ValueKind.AGREED_INDIVIDUALLY}),
)
"""Kinds of which a tier has one: a text that speaks of another one contradicts it."""


def rival_words(kind: ValueKind, text: str, language: Language) -> str | None:
    """What a text about a tier says in the place of this kind, as words; None where it does not."""
    for rivals in _RIVALS:
        if kind not in rivals or _WORDINGS[kind][language].fits(text):
            continue
        for other in rivals - {kind}:
            if found := re.search(_WORDINGS[other][language].pattern, text, re.IGNORECASE):
                return found[0].strip()
    return None


def number_problem(kind: ValueKind, number: int | None) -> str | None:
    """What is wrong with the number of a value of this kind, if anything."""
    if kind in COUNTED and number is None:
        return f"`{kind}` needs a number: add `number: …`"
    if kind not in COUNTED and number is not None:
        return f"`{kind}` takes no number: delete it, or change `kind` to `at_least` or `per_year`"
    return None


def label_problem(kind: ValueKind, number: int | None, label: str, language: Language) -> str | None:
    """In what these words and the value disagree, if in anything."""
    if kind in COUNTED:
        return _counted_problem(kind, number, label, language) if number is not None else None
    wording = _WORDINGS[kind][language]
    if wording.fits(label):
        return None
    fitting = [f"`{other}`" for other, wordings in _WORDINGS.items() if wordings[language].fits(label)]
    change = f", or change `kind` to {' or '.join(fitting)}" if fitting else ""
    return f"`{label}` does not say `{kind}`: write for example `{wording.example}`{change}"


def _counted_problem(kind: ValueKind, number: int, label: str, language: Language) -> str | None:
    found = _NUMBER.search(label)
    if found is None:
        return f"`{label}` names no number: begin it with {number}"
    if _whole(found[0]) != number:
        return f"`{label}` says {found[0]}, `number` says {number}: make them the same"
    if other := re.search(_NOT_AT_LEAST[language], label, re.IGNORECASE):
        return f"`{label}` says `{other[0]}`, and {number} or more is asked: write for example `{number}`"
    if kind is ValueKind.PER_YEAR and (other := re.search(_NOT_A_YEAR[language], label, re.IGNORECASE)):
        return f"`{label}` says `{other[0]}`, and `per_year` counts in a year: make them the same"
    return None


def _whole(written: str) -> int | None:
    """The number as it is meant; None where it is no whole one."""
    parts = re.split(r"[ \u00a0\u202f.,]", written)
    if len(parts) > 1 and any(len(part) != 3 for part in parts[1:]):
        return None
    return int("".join(parts))


Finding = tuple[Path, str]
Group = dict[str, Content]

PROMISE = "deal-registration"
"""The requirement whose text names the time for a decision."""
_CHOICES: tuple[Path, ...] = (
    ("tiers",),
    ("models",),
    ("deal_registration", "products"),
    ("deal_registration", "reject_reasons"),
)
"""Lists whose ids are unique among themselves; sections, requirements and parts share theirs."""
_LISTS: tuple[Path, ...] = (("languages",), ("coming_due", "warn_days_before"))
"""Lists that name nothing twice."""
_COUNTS_PEOPLE = (Measure.SALES_PEOPLE, Measure.TECHNICAL_PEOPLE, Fact.CONTACT)
"""What `at_least` can be decided by."""
_COUNTS_IN_A_YEAR = (Measure.LEAD_ACTIVITIES, Fact.DEALS, None)
"""What `per_year` can be decided by; None: people confirm by hand that it is all there."""
_DECIDES = (None, *Measure, *Fact)
_ASKED_BY_THE_APPLICATION = (Measure.SPONSOR, Fact.CONTACT, Fact.PRE_ACCEPTANCE)


def findings(program: Group) -> Iterator[Finding]:
    """Each place where two parts of the program contradict each other, and what to do about it."""
    items = list(_items(program))
    yield from _repetitions(program, items)
    yield from _tier_findings(program, items)
    yield from _measure_findings(program, items)
    yield from _fact_findings(items)
    yield from _number_findings(items)
    yield from _application_findings(items)
    yield from _summary_findings(program, items)
    yield from _markup_findings(program)
    yield from _promise_findings(program, items)
    yield from _protection_findings(program)


def _items(program: Group) -> Iterator[tuple[Path, Group]]:
    for section_path, section in _groups(program, ("sections",)):
        for path, requirement in _groups(section, ("requirements",), section_path):
            yield path, requirement
            yield from _groups(requirement, ("parts",), path)


def _groups(content: Content, keys: Path, around: Path = ()) -> Iterator[tuple[Path, Group]]:
    """The entries of the list under these keys that are groups of keys."""
    found = _at(content, keys)
    for position, entry in enumerate(found if isinstance(found, list) else []):
        if isinstance(entry, dict):
            yield (*around, *keys, position), entry


def _at(content: Content, keys: Path) -> Content:
    for key in keys:
        content = content.get(str(key)) if isinstance(content, dict) else None
    return content


def _repetitions(program: Group, items: list[tuple[Path, Group]]) -> Iterator[Finding]:
    taken = "the id `{}` is taken already: choose another one"
    yield from _repeated(_each([*_groups(program, ("sections",)), *items], "id"), taken)
    for keys in _CHOICES:
        yield from _repeated(_each(_groups(program, keys), "id"), taken)
    twice = "`{}` stands here twice: delete one"
    for keys in _LISTS:
        yield from _repeated(_entries(program, keys), twice)
    yield from _repeated(_each(_groups(program, ("deal_registration", "extra_days_off")), "date"), twice)


def _each(groups: Iterable[tuple[Path, Group]], key: str) -> Iterator[tuple[Path, Content]]:
    return (((*path, key), group.get(key)) for path, group in groups)


def _entries(program: Group, keys: Path) -> Iterator[tuple[Path, Content]]:
    found = _at(program, keys)
    for position, entry in enumerate(found if isinstance(found, list) else ()):
        yield (*keys, position), entry


def _repeated(places: Iterable[tuple[Path, Content]], message: str) -> Iterator[Finding]:
    """Each place whose text or number stood in an earlier one."""
    seen: set[str | int] = set()
    for path, text in places:
        if isinstance(text, str) or type(text) is int:
            if text in seen:
                yield path, message.format(text)
            seen.add(text)


def _tier_findings(program: Group, items: list[tuple[Path, Group]]) -> Iterator[Finding]:
    tiers = [name for _, tier in _groups(program, ("tiers",)) if isinstance(name := tier.get("id"), str)]
    for path, item in items:
        values = item.get("tiers")
        if not isinstance(values, dict):
            continue
        misspelt = {nearest(name, tiers) for name in values if name not in tiers}
        for name, value in values.items():
            here = (*path, "tiers", name)
            if name not in tiers:
                yield here, f"there is no tier `{name}`: {instead_of(name, tiers)}"
            elif isinstance(value, dict):
                yield from _value_findings(here, value)
        for name in dict.fromkeys(tiers):
            if name not in values and name not in misspelt:
                message = (
                    f"the tier `{name}` is missing in `{item.get('id')}`: add `{name}: {{kind: …, label: …}}`"
                )
                yield (*path, "tiers", name), message


def _value_findings(path: Path, value: Group) -> Iterator[Finding]:
    kind = None
    with suppress(ValueError):
        kind = ValueKind(str(value.get("kind")))
    number = value.get("number")
    if kind is None or not (number is None or type(number) is int):
        return
    if message := number_problem(kind, number):
        yield (*path, "number"), message
        return
    for language in LANGUAGES:
        words = _at(value, ("label", language))
        if isinstance(words, str) and words and (message := label_problem(kind, number, words, language)):
            yield (*path, "label", language), message


def _measure_findings(program: Group, items: list[tuple[Path, Group]]) -> Iterator[Finding]:
    asked = program.get("measures")
    if not isinstance(asked, dict):
        return
    known, reported = set(Measure), set[str]()
    for path, item in items:
        measure = item.get("measure")
        if isinstance(measure, str) and measure in known and measure not in asked and measure not in reported:
            reported.add(measure)
            message = f"`measures` has no question for `{measure}`: {instead_of(measure, asked)}"
            yield (*path, "measure"), message
    used = {str(item["measure"]) for _, item in items if item.get("measure") is not None}
    for measure in asked:
        if measure in known and used <= asked.keys() and measure not in used:
            message = f"no requirement is measured by `{measure}`, and the tier finder asks for it: delete it"
            yield ("measures", measure), message


def _fact_findings(items: list[tuple[Path, Group]]) -> Iterator[Finding]:
    for path, item in items:
        if item.get("measure") is not None and item.get("fact") is not None:
            message = (
                f"`{item.get('id')}` has a `measure` and a `fact`: one of them decides it, delete the other"
            )
            yield (*path, "fact"), message


def _decided_by(item: Group) -> Content:
    return item.get("measure") or item.get("fact")


def _number_findings(items: list[tuple[Path, Group]]) -> Iterator[Finding]:
    """Each number that no rule would read, or would read as something else."""
    for path, item in items:
        decided_by = _decided_by(item)
        values = item.get("tiers")
        for tier, value in values.items() if isinstance(values, dict) else ():
            kind = value.get("kind") if isinstance(value, dict) else None
            here = (*path, "tiers", tier, "kind")
            if not isinstance(kind, str) or kind not in COUNTED or decided_by not in _DECIDES:
                continue
            if decided_by == Fact.REVENUE:
                yield (
                    here,
                    f"no rule reads `{kind}` of revenue: write `agreed_individually`, without a number",
                )
            elif kind == ValueKind.AT_LEAST and decided_by not in _COUNTS_PEOPLE:
                yield here, f"`at_least` counts people, {_not_people(decided_by)}: write `required`"
            elif kind == ValueKind.PER_YEAR and decided_by not in _COUNTS_IN_A_YEAR:
                yield here, f"`{decided_by}` is not counted in a year: write `required` or `at_least`"


def _not_people(decided_by: Content) -> str:
    if decided_by is None:
        return "and without a `measure` nothing is counted here"
    return f"and `{decided_by}` are none"


def _application_findings(items: list[tuple[Path, Group]]) -> Iterator[Finding]:
    """What the application would have to ask for, and does not; and what it asks for nothing."""
    if items and all(item.get("measure") != Measure.SPONSOR for _, item in items):
        message = "no requirement has `measure: sponsor`, and the application asks for an executive sponsor"
        yield ("sections",), f"{message}: keep the requirement until the question is taken out"
    for path, item in items:
        if item.get("when") == "at_application" and _decided_by(item) not in _ASKED_BY_THE_APPLICATION:
            message = "the application has no question for this: write `before_active`, or have one added"
            yield (*path, "when"), message


def _summary_findings(program: Group, items: list[tuple[Path, Group]]) -> Iterator[Finding]:
    """Each summary of a tier that says something else than the tier's values."""
    for path, tier in _groups(program, ("tiers",)):
        for _, item in items:
            kind = _at(item, ("tiers", str(tier.get("id")), "kind"))
            if not isinstance(kind, str) or kind not in set(ValueKind):
                continue
            for language in LANGUAGES:
                words = _at(tier, ("summary", language))
                if isinstance(words, str) and (said := rival_words(ValueKind(kind), words, language)):
                    message = (
                        f"`{said}` contradicts `{item.get('id')}`, which says `{kind}`: change one of them"
                    )
                    yield (*path, "summary", language), message


def _markup_findings(content: Content, path: Path = ()) -> Iterator[Finding]:
    """Each text with Markdown or HTML in it."""
    if isinstance(content, str):
        if found := markup_in(content):
            yield path, f"`{found}` would be shown as it is: no Markdown and no HTML here, write plain text"
    elif isinstance(content, dict):
        for key, value in content.items():
            yield from _markup_findings(value, (*path, key))
    elif isinstance(content, list):
        for position, value in enumerate(content):
            yield from _markup_findings(value, (*path, position))


def _promise_findings(program: Group, items: list[tuple[Path, Group]]) -> Iterator[Finding]:
    days = _at(program, ("deal_registration", "decide_within_business_days"))
    for path, item in items:
        if item.get("id") == PROMISE:
            yield from _other_days(path, item, days)


def _other_days(path: Path, item: Group, days: Content) -> Iterator[Finding]:
    for place in ((key, language) for key in ("text", "note") for language in LANGUAGES):
        words = _at(item, place)
        if not isinstance(words, str) or type(days) is not int:
            continue
        if said := other_time(words, days, place[1]):
            message = f"this text says {said}, `decide_within_business_days` says {days}"
            yield (*path, *place), f"{message}: make them the same"


def _protection_findings(program: Group) -> Iterator[Finding]:
    here: Path = ("deal_registration", "protection")
    days, before = _at(program, (*here, "days")), _at(program, (*here, "reminder_days_before"))
    if type(days) is int and type(before) is int and before >= days:
        message = f"the reminder would come before the approval: write fewer days than the {days} of `days`"
        yield (*here, "reminder_days_before"), message
