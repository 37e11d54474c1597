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
    """What is wrong with the name, the logo; or why a file cannot be read."""
    if program is not None and program.languages != LANGUAGES:
        yield from _other_languages(root)
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
        file = _File(root, Path(name), language, found, found.content)
        yield from file.mistakes(program)


def _other_languages(root: Path) -> Iterator[Problem]:
    """What the program file says of languages, where the two configurations say something else."""
    file = Path("docs", "program.yml")
    line = yaml_reader.read((root / file).read_bytes()).line(("languages",))
    told = f"the site is built in these languages, in this order: write languages: [{', '.join(LANGUAGES)}]"
    yield Problem(file, line, told)


class _File:
    """The settings of one language."""

    def __init__(
        self,
        root: Path,
        name: Path,
        language: Language,
        found: Source,
        content: dict[str, Content],
    ) -> None:
        self.root, self.name, self.language = root, name, language
        self.found, self.content = found, content

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
        told = "the menu stands in the pages: `menu`, `menu_order` and `place` at their top; delete this"
        extra = self.content.get("extra")
        if "nav" in self.content:
            yield self._problem(told, "nav")
        for name in ("header_pages", "footer_pages"):
            if isinstance(extra, dict) and name in extra:
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
