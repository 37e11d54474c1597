"""Whether the parts of a program fit together: ids, tiers, measures, words.

Works on content as it was read, also where parts of it are malformed (the model says so itself), so that a
person who edits the program learns every mistake at once.
"""

import re
from collections.abc import Iterable, Iterator
from contextlib import suppress

from partner_program.agreement import label_problem, number_problem
from partner_program.model import LANGUAGES, Kind, Measure
from partner_program.source import Content, Path
from partner_program.suggesting import instead_of, nearest

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
_BUSINESS_DAYS = {
    "pl": r"(\d+)\s+(?:dni|dzień|dnia)\s+robocz",
    "en": r"(\d+)\s+business\s+day",
}


def findings(program: Group) -> Iterator[Finding]:
    """Each place where two parts of the program contradict each other, and what to do about it."""
    items = list(_items(program))
    yield from _repetitions(program, items)
    yield from _tier_findings(program, items)
    yield from _measure_findings(program, items)
    yield from _fact_findings(items)
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
        kind = Kind(str(value.get("kind")))
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


def _fact_findings(items: list[tuple[Path, Group]]) -> Iterator[Finding]:
    for path, item in items:
        if item.get("measure") is not None and item.get("fact") is not None:
            message = (
                f"`{item.get('id')}` has a `measure` and a `fact`: one of them decides it, delete the other"
            )
            yield (*path, "fact"), message


def _promise_findings(program: Group, items: list[tuple[Path, Group]]) -> Iterator[Finding]:
    days = _at(program, ("deal_registration", "decide_within_business_days"))
    for path, item in items:
        if item.get("id") == PROMISE:
            yield from _other_days(path, item, days)


def _other_days(path: Path, item: Group, days: Content) -> Iterator[Finding]:
    for language, pattern in _BUSINESS_DAYS.items():
        words = _at(item, ("text", language))
        for said in re.findall(pattern, words) if isinstance(words, str) else ():
            if type(days) is int and int(said) != days:
                message = f"this text says {said} business days, `decide_within_business_days` says {days}"
                yield (*path, "text", language), f"{message}: make them the same"


def _protection_findings(program: Group) -> Iterator[Finding]:
    here: Path = ("deal_registration", "protection")
    days, before = _at(program, (*here, "days")), _at(program, (*here, "reminder_days_before"))
    if type(days) is int and type(before) is int and before >= days:
        message = f"the reminder would come before the approval: write fewer days than the {days} of `days`"
        yield (*here, "reminder_days_before"), message
