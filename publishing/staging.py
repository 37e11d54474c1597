"""Staging: the sources of one day as a site builder reads them: published pages, shared files, menus.

A builder knows neither drafts nor days nor a menu in the pages' front matter, and each language has a
folder of its own. So a copy is made in which only what is to be seen lies, with a configuration for each
language that holds the menu. MkDocs, ProperDocs and Zensical all build that copy.
"""

import argparse
import datetime
import json
import re
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

from partner_program import load, versions
from partner_program.business_days import TIME_ZONE
from partner_program.changes_feed import FEED
from partner_program.model import LANGUAGES, Language
from publishing import page_menu, source_files
from publishing.front_matter import PLACES
from publishing.leftovers import is_leftover
from publishing.page_menu import Menu
from publishing.source_files import SHARED
from publishing.unlinking import unlinked as unlinked_text

ROOT = Path(__file__).resolve().parent.parent

CONFIGURATIONS: dict[Language, str] = {"pl": "build.pl.yml", "en": "build.en.yml"}
"""The generated configurations, beside those they inherit."""

_MARK = {"pl": "szkic", "en": "draft"}
_INHERITED: dict[Language, str] = {"pl": "mkdocs.yml", "en": "mkdocs.en.yml"}
_TO_SHARED = re.compile(rf"(\]\(<?|^\[[^\]]+\]:\s*<?)((?:\.\./)*)\.\./{SHARED}/", re.MULTILINE)


_CHANGES = re.compile(r"^\{\{ *what-changed *\}\}", re.MULTILINE)


@dataclass(frozen=True)
class UnlinkedText:
    """A link to a page that is not published yet: its words stand without it."""

    file: Path
    line: int
    page: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: the link to {self.page} is left out until that page is published"


@dataclass(frozen=True)
class Staged:
    """What is to be known of staged sources."""

    unlinked: tuple[UnlinkedText, ...]
    """The links that were left out, because their page is not published yet."""
    changes_pages: Mapping[Language, str]
    """The address of the page on which the versions of the program stand, where there is one."""


def today() -> datetime.date:
    """The day by which pages are published, in Warsaw."""
    return datetime.datetime.now(ZoneInfo(TIME_ZONE)).date()


def stage(root: Path, to: Path, day: datetime.date, *, with_unpublished: bool = False) -> Staged:
    """Copy the sources of `root`, which have no mistakes, as they are on this day.

    A preview is made `with_unpublished` pages: they stand in the menu and are marked.
    """
    menus, _ = page_menu.read_menus(root)
    shown: dict[Language, Menu] = {
        language: menu if with_unpublished else page_menu.published(menu, day)
        for language, menu in menus.items()
    }
    shutil.copytree(root / "theme", to / "theme", ignore=lambda _, names: set(filter(is_leftover, names)))
    shutil.copytree(root / "docs", to / "docs", ignore=lambda _, names: _left_out(names))
    unlinked: list[UnlinkedText] = []
    changes_pages: dict[Language, str] = {}
    ask = load(root / "docs" / "program.yml").contact.email
    has_versions = any((root / "docs" / versions.FOLDER).glob("*.json"))
    for language, menu in menus.items():
        shutil.copy(root / _INHERITED[language], to)
        texts = {name: (root / page.file).read_text("utf-8-sig") for name, page in menu.items()}
        unlinked += _copy_pages(to, shown[language], texts, set(menu) - set(shown[language]))
        _copy_files(root, to, language, shown[language], texts)
        if with_changes := [name for name in shown[language] if _CHANGES.search(texts[name])]:
            changes_pages[language] = address(with_changes[0], language)
        content = _configuration(language, shown, day, has_feed=has_versions and language in changes_pages)
        content["extra"]["ask"] = ask
        # JSON is YAML, and needs no care for quotes.
        (to / CONFIGURATIONS[language]).write_text(json.dumps(content, ensure_ascii=False, indent=1), "utf-8")
    return Staged(tuple(unlinked), changes_pages)


def waiting(root: Path, day: datetime.date) -> list[str]:
    """Pages that are not published on this day because they name a later one."""
    menus, _ = page_menu.read_menus(root)
    return [
        str(page.file)
        for menu in menus.values()
        for page in menu.values()
        if not page.draft and not page.is_published(day)
    ]


def redirects(root: Path, day: datetime.date) -> dict[str, str]:
    """Where each old address of a renamed page leads, `/old-name/` to `/new-name/`."""
    menus, _ = page_menu.read_menus(root)
    return {
        address(old, language): address(name, language)
        for language, menu in menus.items()
        for name, page in page_menu.published(menu, day).items()
        for old in page.renamed_from
    }


def address(name: str, language: Language) -> str:
    """The address of a page's file: `news/plan.md` is `/en/news/plan/`."""
    home = "/" if language == LANGUAGES[0] else f"/{language}/"
    return f"{home}{_url(name)}"


def _url(name: str) -> str:
    path = PurePosixPath(name).with_suffix("")
    inside = path.parent if path.name == "index" else path
    return "" if inside == PurePosixPath() else f"{quote(str(inside))}/"


def _left_out(names: list[str]) -> set[str]:
    return {name for name in names if name.endswith(".md") or is_leftover(name)} | (
        {SHARED} & set(names) if "program.yml" in names else set()
    )


def _copy_pages(
    to: Path, shown: Menu, texts: Mapping[str, str], hidden_pages: set[str]
) -> list[UnlinkedText]:
    """Write the pages that are shown; names each link that was left out."""
    unlinked: list[UnlinkedText] = []
    for name, page in shown.items():
        text, left_out = unlinked_text(texts[name], name, hidden_pages)
        unlinked += (UnlinkedText(page.file, line, target) for line, target in left_out)
        (to / page.file).parent.mkdir(parents=True, exist_ok=True)
        (to / page.file).write_text(_TO_SHARED.sub(rf"\1\2{SHARED}/", text), "utf-8")
    return unlinked


def _copy_files(root: Path, to: Path, language: Language, shown: Menu, texts: Mapping[str, str]) -> None:
    """Pictures and documents, those of this language and those of all, but what only hidden pages use."""
    folder = root / "docs" / language
    own = [(path, path.relative_to(folder)) for path in source_files.files(folder) if path.suffix != ".md"]
    common = root / "docs" / SHARED
    shared = [(path, Path(SHARED, path.relative_to(common))) for path in source_files.files(common)]
    hidden_texts = [text for name, text in texts.items() if name not in shown]
    for path, inside in (*own, *shared):
        target = to / "docs" / language / inside
        if _only_in(path.name, hidden_texts, [texts[name] for name in shown]):
            target.unlink(missing_ok=True)
        elif not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, target)


def _only_in(file: str, hidden_texts: list[str], shown: list[str]) -> bool:
    """Whether this file belongs to pages that are not published yet, and to no other."""
    names = {file, quote(file)}

    def uses(text: str) -> bool:
        return any(name in text for name in names)

    return any(map(uses, hidden_texts)) and not any(map(uses, shown))


def _configuration(
    language: Language, shown: Mapping[Language, Menu], day: datetime.date, *, has_feed: bool
) -> dict[str, Any]:
    """What the generated file of one language says beside the one it inherits."""
    unpublished = {name: page for name, page in shown[language].items() if not page.is_published(day)}
    titles = {
        name: f"{page.menu} ({_MARK[language]})" if name in unpublished else page.menu
        for name, page in shown[language].items()
    }
    return {
        "INHERIT": _INHERITED[language],
        "nav": [{title: name} for name, title in titles.items()],
        "extra": {
            **{
                f"{place}_pages": [
                    _url(name).strip("/") for name, page in shown[language].items() if page.place == place
                ]
                for place in PLACES
            },
            "menus": {
                each: [
                    {"title": page.menu, "url": _url(name)}
                    for name, page in shown[each].items()
                    if page.place == "header"
                ]
                for each in LANGUAGES
            },
            "feed": FEED if has_feed else "",
            "unpublished": {
                name: page.publish_on.isoformat() if page.publish_on and not page.draft else ""
                for name, page in unpublished.items()
            },
        },
    }


def main() -> None:
    """Write the sources of today for another site builder, and say where."""
    from publishing import checks

    parser = argparse.ArgumentParser(prog="python -m publishing.staging", description=__doc__)
    parser.add_argument("--to", type=Path, default=ROOT / ".cache" / "sources", help="the folder to write")
    folder: Path = parser.parse_args().to
    checks.check_all_sources(ROOT)
    shutil.rmtree(folder, ignore_errors=True)
    stage(ROOT, folder, today())
    print(*(folder / name for name in CONFIGURATIONS.values()), sep="\n")


if __name__ == "__main__":
    main()
