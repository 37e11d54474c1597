"""Program diff: differences between two programs, in words. Pure.

Every difference in content has a sentence; what is only written differently in the file has none.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from babel.dates import format_date

from partner_program.change_texts import FIELDS, became, both, described, renamed, said, same, sentence_case
from partner_program.labels import LABELS
from partner_program.model import (
    Benefit,
    BenefitGroup,
    BenefitValue,
    Choice,
    DayOff,
    Item,
    Language,
    Program,
    Requirement,
    Section,
    SellingModel,
    Text,
    Value,
)
from partner_program.phrases import value_text

Names = Mapping[str, Text]


@dataclass(frozen=True)
class Change:
    """A difference."""

    text: Text
    """A sentence without a full stop: `Gold, Kwalifikacje techniczne: 2 osoby (było: 1 osoba)`."""
    item: str | None = None
    """The id of the requirement it is about, if it is about one."""
    tier: str | None = None
    """The id of the tier it is about, if it is about one only."""
    duty: bool = False
    """Whether it changes what partners get or have to do, or how that is counted."""


def differences(old: Program, new: Program) -> tuple[Change, ...]:
    """What changes for people when `new` takes the place of `old`; nothing where they are the same."""
    rules = old.deal_registration, new.deal_registration
    found = (
        *_tiers(old, new),
        *_listed("model", *(_titles(each.models) for each in (old, new))),
        *_listed("benefit_group", *(_titles(each.benefits) for each in (old, new))),
        *_benefits(old, new),
        *_listed("section", *(_titles(each.sections) for each in (old, new))),
        *_requirements(old, new),
        *_listed("product", *(_choices(rule.products) for rule in rules)),
        *_listed("reason", *(_choices(rule.reject_reasons) for rule in rules)),
        *_listed("day_off", *({off.date: _dated(off) for off in rule.extra_days_off} for rule in rules)),
        *(Change(text, duty=field.duty) for field in FIELDS if (text := field.change(old, new))),
    )
    if not found and old.hash != new.hash:
        return (Change(said(lambda words: words.editorial)),)
    return found


def _listed(kind: str, old: Names, new: Names, *, duty: bool = False) -> Iterator[Change]:
    """What is new, gone, renamed or in another order among things with ids."""
    for key in [key for key in new if key not in old]:
        yield Change(said(lambda words: words.new[kind], name=sentence_case(new[key])), duty=duty)
    for key in [key for key in old if key not in new]:
        yield Change(_gone(kind, old[key]), duty=duty)
    for key in [key for key in new if key in old and old[key] != new[key]]:
        yield Change(renamed(old[key], new[key]))
    yield from _order(kind, old, new)


def _gone(kind: str, name: Text) -> Text:
    return said(lambda words: words.gone[kind], name=sentence_case(name))


def _order(kind: str, old: Names, new: Names) -> Iterator[Change]:
    """That what stands in both stands in another order."""
    kept = [key for key in new if key in old]
    if kept != [key for key in old if key in new]:
        what = said(lambda words: words.lists[kind])
        after = both(lambda language: ", ".join(sentence_case(new[key])[language] for key in kept))
        yield Change(said(lambda words: words.order, what=what, after=after))


def _titles(things: Iterable[SellingModel | BenefitGroup | Section]) -> Names:
    return {thing.id: thing.title for thing in things}


def _choices(choices: Iterable[Choice]) -> Names:
    return {choice.id: choice.text for choice in choices}


def _dated(off: DayOff) -> Text:
    return both(lambda language: f"{format_date(off.day, 'long', locale=language)} ({off.name[language]})")


def _tiers(old: Program, new: Program) -> Iterator[Change]:
    before, after = ({tier.id: tier for tier in program.tiers} for program in (old, new))
    names = ({key: same(tier.name) for key, tier in tiers.items()} for tiers in (before, after))
    yield from _listed("tier", *names, duty=True)
    for key in [key for key in after if key in before]:
        was, now = before[key], after[key]
        if was.title != now.title and was.name == now.name:
            yield Change(renamed(same(was.title), same(now.title)), tier=key)
        if was.summary != now.summary:
            yield Change(described(same(now.name)), tier=key)


def _benefits(old: Program, new: Program) -> Iterator[Change]:
    before, after = ({one.id: one for one in program.all_benefits()} for program in (old, new))
    for key in [key for key in after if key not in before]:
        yield Change(_new("benefit", after[key], new), duty=True)
    for key in [key for key in before if key not in after]:
        yield Change(_gone("benefit", before[key].title), duty=True)
    titles = ({key: one.title for key, one in benefits.items()} for benefits in (before, after))
    yield from _order("benefit", *titles)
    for key in [key for key in after if key in before]:
        was, now = before[key], after[key]
        if was.title != now.title:
            yield Change(renamed(was.title, now.title))
        if (was.text, was.source) != (now.text, now.source):
            yield Change(described(now.title))
        yield from _tier_values(was, now, new)


@dataclass(frozen=True)
class _Place:
    """A requirement or part, and the section or requirement it stands in."""

    item: Item
    around: Section | Requirement

    @property
    def explanation(self) -> tuple[Text | None, ...]:
        note = self.item.note if isinstance(self.item, Requirement) else None
        return self.item.text, self.item.evidence, note


def _requirements(old: Program, new: Program) -> Iterator[Change]:
    before, after = _places(old), _places(new)
    for key in [key for key in after if key not in before]:
        yield Change(_new("requirement", after[key].item, new), item=key, duty=True)
    for key in [key for key in before if key not in after]:
        yield Change(_gone("requirement", before[key].item.title), item=key, duty=True)
    titles = ({key: place.item.title for key, place in places.items()} for places in (before, after))
    yield from _order("requirement", *titles)
    for key in [key for key in after if key in before]:
        yield from _words_of(before[key], after[key])
        yield from _duties_of(before[key].item, after[key].item, old, new)


def _places(program: Program) -> dict[str, _Place]:
    """Every requirement and part by its id, in the order of the program."""
    found = {}
    for section in program.sections:
        for requirement in section.requirements:
            found[requirement.id] = _Place(requirement, section)
            found |= {part.id: _Place(part, requirement) for part in requirement.parts}
    return found


def _new(kind: str, item: Item | Benefit, program: Program) -> Text:
    values = both(
        lambda language: "; ".join(
            f"{tier.name}: {value_text(item.tiers[tier.id], language)}" for tier in program.tiers
        )
    )
    return said(lambda words: words.new[kind], name=item.title, values=values)


def _words_of(old: _Place, new: _Place) -> Iterator[Change]:
    key, title = new.item.id, new.item.title
    if old.around.id != new.around.id:
        place = sentence_case(new.around.title)
        yield Change(said(lambda words: words.moved, name=title, place=place), item=key)
    if old.item.title != title:
        yield Change(renamed(old.item.title, title), item=key)
    if old.explanation != new.explanation:
        yield Change(described(title), item=key)


def _duties_of(was: Item, now: Item, old: Program, new: Program) -> Iterator[Change]:
    if was.carried_by != now.carried_by:
        what = said(lambda words: words.who, name=now.title)
        yield Change(became(what, _who(was, old), _who(now, new)), item=now.id, duty=True)
    if was.when != now.when:
        what = said(lambda words: words.when, name=now.title)
        yield Change(became(what, _when(was), _when(now)), item=now.id, duty=True)
    if (was.measure, was.fact) != (now.measure, now.fact):
        what = said(lambda words: words.decided_by, name=now.title)
        yield Change(became(what, _decided_by(was), _decided_by(now)), item=now.id, duty=True)
    yield from _tier_values(was, now, new)


def _tier_values(was: Item | Benefit, now: Item | Benefit, new: Program) -> Iterator[Change]:
    for tier in new.tiers:
        before, after = was.tiers.get(tier.id), now.tiers[tier.id]
        if before is not None and before != after:
            what = said(lambda _: "{tier}, {name}", tier=same(tier.name), name=now.title)
            item = now.id if isinstance(now, Item) else None
            yield Change(became(what, *_values(before, after)), item=item, tier=tier.id, duty=True)


def _who(item: Item, program: Program) -> Text:
    return both(lambda language: LABELS[language].carried_by[item.carried_by].format(vendor=program.vendor))


def _when(item: Item) -> Text:
    return both(lambda language: LABELS[language].when[item.when])


def _decided_by(item: Item) -> Text:
    if item.fact is not None:
        fact = item.fact
        return said(lambda words: words.facts[fact])
    if item.measure is not None:
        measure = item.measure
        return said(lambda words: words.measures[measure])
    return said(lambda words: words.by_hand)


def _values(before: Value | BenefitValue, after: Value | BenefitValue) -> tuple[Text, Text]:
    """Both in words that differ, also where the same label stands for another kind."""
    said_before, said_after = _value(before), _value(after)
    if said_before != said_after:
        return said_before, said_after
    return _kind(before), _kind(after)


def _value(value: Value | BenefitValue) -> Text:
    return both(lambda language: value_text(value, language))


def _kind(value: Value | BenefitValue) -> Text:
    return both(lambda language: " ".join([value.kind.means[language], *_figures(value, language)]))


def _figures(value: Value | BenefitValue, language: Language) -> Iterator[str]:
    """What is typed besides the kind."""
    if value.number is not None:
        yield str(value.number)
    if isinstance(value, BenefitValue):
        yield from (str(each) for each in (value.to, value.currency) if each is not None)
        if value.unit is not None:
            yield value.unit[language]
