"""Page menu: the pages of each language in the order of their front matter, checked against each other."""

import datetime
from collections import defaultdict
from collections.abc import Iterator, Mapping, Set
from itertools import chain
from pathlib import Path

from partner_program.errors import Problem
from partner_program.model import LANGUAGES, Language
from publishing import front_matter, source_files
from publishing.front_matter import SHARED_KEYS, FrontMatter

HOME = "index.md"
_SPOKEN = {"pl": "Polish", "en": "English"}

Menu = Mapping[str, FrontMatter]
"""Pages of one language by their path below its folder, in the order of the menu."""


def read_menus(root: Path) -> tuple[dict[Language, Menu], list[Problem]]:
    """The pages of each language, and every mistake in what they say of themselves."""
    menus: dict[Language, Menu] = {}
    problems: list[Problem] = []
    for language in LANGUAGES:
        folder = Path("docs", language)
        pages: dict[str, FrontMatter] = {}
        for path in source_files.pages(root / folder):
            name = path.relative_to(root / folder).as_posix()
            # What is no UTF-8 is told by `source_files`.
            text = path.read_text(encoding="utf-8-sig", errors="replace")
            pages[name], found = front_matter.read(folder / name, text)
            problems += found
        menus[language] = dict(sorted(pages.items(), key=lambda page: (page[1].menu_order or 0, page[0])))
    wrong = {problem.file for problem in problems}
    contradictions = _contradictions(menus, wrong)
    return menus, [*problems, *_page_pairs(menus), *contradictions, *_places(menus), *_renamed(menus)]


def published(menu: Menu, today: datetime.date) -> dict[str, FrontMatter]:
    """The pages of a menu that visitors of this day see."""
    return {name: page for name, page in menu.items() if page.is_published(today)}


def _page_pairs(menus: Mapping[Language, Menu]) -> Iterator[Problem]:
    """A mistake for each page that one language has and another has not."""
    for name in sorted(set().union(*menus.values())):
        there = [language for language in LANGUAGES if name in menus[language]]
        for language in LANGUAGES:
            if language not in there:
                message = f"there is no {_SPOKEN[language]} page beside it: add docs/{language}/{name}"
                yield Problem(menus[there[0]][name].file, 0, message)


def _contradictions(menus: Mapping[Language, Menu], wrong: Set[object]) -> Iterator[Problem]:
    """A mistake for each thing that a page says otherwise than in the first language.

    What a page with a `wrong` line says is not known.
    """
    first = menus[LANGUAGES[0]]
    for name, page in chain.from_iterable(menus[language].items() for language in LANGUAGES[1:]):
        other = first.get(name)
        if other is None or not wrong.isdisjoint((page.file, other.file)):
            continue
        for key in SHARED_KEYS:
            if getattr(page, key) != getattr(other, key):
                here = page if key in page.lines else other
                told = f"`{key}` is not the same in {other.file} and {page.file}: make it so"
                yield Problem(here.file, here.line(key), told)


def _places(menus: Mapping[Language, Menu]) -> Iterator[Problem]:
    """A mistake for each place in the menu that two pages have, and for a first page that is not home."""
    for menu in menus.values():
        taken: dict[int, list[FrontMatter]] = defaultdict(list)
        for page in menu.values():
            if page.menu_order is not None:
                taken[page.menu_order].append(page)
        for order, (first, *others) in taken.items():
            free = next(number for number in range(order + 1, order + len(taken) + 2) if number not in taken)
            for page in others:
                told = f"`menu_order: {order}` is that of {first.file.name}, too: write for example {free}"
                yield Problem(page.file, page.line("menu_order"), told)
        home = menu.get(HOME)
        if home is None or home.menu_order is None:
            continue
        if not home.is_published(datetime.date.min):
            key = "draft" if home.draft else "publish_on"
            yield Problem(home.file, home.line(key), "the first page of a site is always published")
        if earlier := [n for n in taken if n < home.menu_order]:
            told = f"the first page of the menu is where the logo leads: write less than {min(earlier)} here"
            yield Problem(home.file, home.line("menu_order"), told)


def _renamed(menus: Mapping[Language, Menu]) -> Iterator[Problem]:
    """A mistake for each old name that is still a page, or that two pages claim."""
    for menu in menus.values():
        claimed: dict[str, FrontMatter] = {}
        for page in menu.values():
            for name in page.renamed_from:
                line = page.line("renamed_from")
                if name in menu:
                    yield Problem(page.file, line, f"{name} is still there: delete it, or this line")
                elif name in claimed:
                    told = f"{name} leads to {claimed[name].file.name} already: delete one of the two"
                    yield Problem(page.file, line, told)
                claimed.setdefault(name, page)
