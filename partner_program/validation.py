"""Program validation: whether its parts fit together: ids, tiers, measures, words.

Works on content as it was read, also where parts of it are malformed (the model says so itself), so that a
person who edits the program learns every mistake at once.
"""

from collections.abc import Iterable, Iterator, Mapping

from partner_program.benefit_kinds import BENEFIT_KINDS
from partner_program.model import LANGUAGES, Fact, Measure
from partner_program.nearest_name import instead_of, nearest
from partner_program.plain_words import markup_in, other_time
from partner_program.requirement_kinds import KINDS, ValueKind
from partner_program.yaml_reader import Content, Path

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
_DECIDES = (None, *Measure, *Fact)
_ASKED_BY_THE_APPLICATION = (Measure.SPONSOR, Fact.CONTACT, Fact.PRE_ACCEPTANCE)


def findings(program: Group) -> Iterator[Finding]:
    """Each place where two parts of the program contradict each other, and what to do about it."""
    items, benefits = list(_items(program)), list(_benefits(program))
    yield from _repetitions(program, [*items, *benefits])
    yield from _tier_findings(program, items, KINDS)
    yield from _tier_findings(program, benefits, BENEFIT_KINDS)
    yield from _source_findings(program, items, benefits)
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


def _benefits(program: Group) -> Iterator[tuple[Path, Group]]:
    for path, group in _groups(program, ("benefits",)):
        yield from _groups(group, ("benefits",), path)


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
    yield from _repeated(
        _each([*_groups(program, ("benefits",)), *_groups(program, ("sections",)), *items], "id"), taken
    )
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


def _tier_findings(
    program: Group, items: list[tuple[Path, Group]], kinds: Mapping[str, ValueKind]
) -> Iterator[Finding]:
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
                yield from _value_findings(here, value, kinds)
        for name in dict.fromkeys(tiers):
            if name not in values and name not in misspelt:
                message = (
                    f"the tier `{name}` is missing in `{item.get('id')}`: add `{name}: {{kind: …, label: …}}`"
                )
                yield (*path, "tiers", name), message


def _value_findings(path: Path, value: Group, kinds: Mapping[str, ValueKind]) -> Iterator[Finding]:
    kind = kinds.get(str(value.get("kind")))
    number = value.get("number")
    if kind is None or not (number is None or type(number) is int):
        return
    if message := kind.number_problem(number):
        yield (*path, "number"), message
        return
    if misplaced := [*kind.misplaced_extras(value)] if kind.registry is BENEFIT_KINDS else []:
        yield from (((*path, key), message) for key, message in misplaced)
        return
    for language in LANGUAGES:
        words = _at(value, ("label", language))
        if not isinstance(words, str) or not words:
            continue
        message = kind.label_problem(number, words, language) or kind.extras_problem(value, words, language)
        if message:
            yield (*path, "label", language), message


def _source_findings(
    program: Group, items: list[tuple[Path, Group]], benefits: list[tuple[Path, Group]]
) -> Iterator[Finding]:
    """Each benefit that no row grants, or that says something else than its row."""
    rows = {str(item.get("id")): item for _, item in items}
    days = _at(program, ("deal_registration", "decide_within_business_days"))
    for path, benefit in benefits:
        source = benefit.get("source")
        if not isinstance(source, str):
            continue
        if source not in rows:
            yield (*path, "source"), f"there is no requirement `{source}`: {instead_of(source, rows)}"
            continue
        if source == PROMISE:
            yield from _other_days(path, benefit, days)
        yield from _contradictions(path, benefit, rows[source], source)


def _contradictions(path: Path, benefit: Group, row: Group, source: str) -> Iterator[Finding]:
    """Each tier for which the benefit is of another kind than its row, where kinds exclude each other."""
    values = benefit.get("tiers")
    for tier in values if isinstance(values, dict) else ():
        given, asked = _at(benefit, ("tiers", tier, "kind")), _at(row, ("tiers", tier, "kind"))
        kinds = BENEFIT_KINDS.get(str(given)), KINDS.get(str(asked))
        families = [kind.family for kind in kinds if kind is not None]
        if given != asked and len(families) == len(kinds) and families[0] and families[0] == families[1]:
            yield (
                (*path, "tiers", tier, "kind"),
                f"`{given}` contradicts `{source}`, which says `{asked}`: make them the same",
            )


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
            if not isinstance(kind, str) or kind not in KINDS or decided_by not in _DECIDES:
                continue
            if message := KINDS[kind].decided_by_problem(None if decided_by is None else str(decided_by)):
                yield (*path, "tiers", tier, "kind"), message


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
            if not isinstance(kind, str) or kind not in KINDS:
                continue
            for language in LANGUAGES:
                words = _at(tier, ("summary", language))
                if isinstance(words, str) and (said := KINDS[kind].competing_words(words, language)):
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
    values = item.get("tiers")
    labels = [("tiers", tier, "label") for tier in values] if isinstance(values, dict) else []
    keys: list[tuple[str, ...]] = [("title",), ("text",), ("note",), *labels]
    for place, language in (((*key, each), each) for key in keys for each in LANGUAGES):
        words = _at(item, place)
        if not isinstance(words, str) or type(days) is not int:
            continue
        if said := other_time(words, days, language):
            message = f"this text says {said}, `decide_within_business_days` says {days}"
            yield (*path, *place), f"{message}: make them the same"


def _protection_findings(program: Group) -> Iterator[Finding]:
    here: Path = ("deal_registration", "protection")
    days, before = _at(program, (*here, "days")), _at(program, (*here, "reminder_days_before"))
    if type(days) is int and type(before) is int and before >= days:
        message = f"the reminder would come before the approval: write fewer days than the {days} of `days`"
        yield (*here, "reminder_days_before"), message
