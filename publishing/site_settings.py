"""Site settings check: mistakes in mkdocs.yml and mkdocs.en.yml."""

from collections.abc import Iterator
from pathlib import Path

from partner_program import yaml_reader
from partner_program.errors import Problem
from partner_program.model import LANGUAGES, Language, Program
from partner_program.yaml_reader import Content, Source
from publishing.mkdocs_mistakes import CONFIGURATIONS

_PICTURES = ("logo", "favicon")


def mistakes(root: Path, program: Program | None) -> Iterator[Problem]:
    """What is wrong with the menus, the name, the logo; or why a file cannot be read."""
    common: dict[str, Content] = {}
    for language, name in CONFIGURATIONS.items():
        try:
            found = yaml_reader.read((root / name).read_bytes(), lenient=True)
        except OSError as error:
            yield Problem(Path(name), 0, f"cannot be read: {error.strerror}")
            continue
        for line, told in sorted(dict.fromkeys(found.problems)):
            yield Problem(Path(name), line, told)
        if not found.whole:
            continue
        if not isinstance(found.content, dict):
            yield Problem(Path(name), 1, "the file has no settings: take the last version that worked")
            continue
        if language == LANGUAGES[0]:
            common = found.content
        file = _File(root, Path(name), language, found, found.content, common)
        yield from file.mistakes(program)


class _File:
    """The settings of one language; those of the first one hold where it says nothing."""

    def __init__(
        self,
        root: Path,
        name: Path,
        language: Language,
        found: Source,
        content: dict[str, Content],
        common: dict[str, Content],
    ) -> None:
        self.root, self.name, self.language = root, name, language
        self.found, self.content, self.common = found, content, common

    def mistakes(self, program: Program | None) -> Iterator[Problem]:
        """All of them."""
        if program is not None:
            yield from self._name(program)
        yield from self._inherit()
        yield from self._menu()
        yield from self._theme()

    def _problem(self, told: str, *path: str | int) -> Problem:
        return Problem(self.name, self.found.line(path), told)

    def _name(self, program: Program) -> Iterator[Problem]:
        said, name = self.content.get("site_name"), program.name[self.language]
        if said != name:
            told = (
                f"`site_name` says “{said}”, the program's name is “{name}”: write it as in docs/program.yml"
            )
            yield self._problem(told, "site_name")

    def _inherit(self) -> Iterator[Problem]:
        parent = self.content.get("INHERIT")
        if parent is not None and not (self.root / str(parent)).is_file():
            yield self._problem(f"there is no file {parent}: write INHERIT: mkdocs.yml", "INHERIT")

    def _menu(self) -> Iterator[Problem]:
        menu = self.content.get("nav")
        if not isinstance(menu, list) or not menu:
            yield self._problem(
                "the menu is missing: write `nav:` and below it `- Name: page.md` for each page", "nav"
            )
            return
        pages: list[str] = []
        for position, entry in enumerate(menu):
            page = next(iter(entry.values())) if isinstance(entry, dict) and len(entry) == 1 else entry
            if isinstance(page, list):
                told = (
                    "a second level of the menu stands nowhere on the site: list its pages beside the others"
                )
                yield self._problem(told, "nav", position)
            elif not isinstance(page, str):
                yield self._problem("no page of the menu: write `- Name: page.md`", "nav", position)
            elif page in pages:
                yield self._problem(f"{page} stands in the menu twice: delete one", "nav", position)
            else:
                pages.append(page)
                if position == 0 and page != "index.md":
                    yield self._problem(
                        "the first page of the menu is where the logo leads: index.md", "nav", 0
                    )
        yield from self._header_and_footer(pages)

    def _header_and_footer(self, pages: list[str]) -> Iterator[Problem]:
        if not self.common:
            return  # that file cannot be read, and says so
        extra = self.common.get("extra")
        for place in ("header", "footer"):
            name = f"{place}_pages"
            listed = extra.get(name) if isinstance(extra, dict) else None
            if not isinstance(listed, list):
                told = f"the {place} has no pages: write under `extra` {name}: [tiers.md, faq.md]"
                yield self._problem(told, "extra", name)
                continue
            for page in listed:
                if page not in pages:
                    told = f"{page} is to stand in the {place} (`{name}`), and this menu has no such page"
                    yield self._problem(told, "extra", name)

    def _theme(self) -> Iterator[Problem]:
        theme = self.content.get("theme")
        if not isinstance(theme, dict):
            return
        if "language" in theme and theme["language"] != self.language:
            yield self._problem(
                f"the pages of this file are in `{self.language}`: write it here", "theme", "language"
            )
        for picture in _PICTURES:
            place = theme.get(picture)
            if place is not None and not self._is_there(str(place)):
                name = Path(str(place)).name
                told = f"{place} is not there: put the picture into theme/assets and write assets/{name}"
                yield self._problem(told, "theme", picture)

    def _is_there(self, place: str) -> bool:
        folders = (self.root / "theme", self.root / "docs" / self.language)
        return any((folder / place).is_file() for folder in folders)
