"""MkDocs mistakes: turn MkDocs' output into file, line and how to mend it.

MkDocs names a page by its path in one language's folder and gives no line. What is not recognised here is
passed on as it was printed.
"""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from partner_program.model import Language

CONFIGURATIONS: dict[Language, str] = {"pl": "mkdocs.yml", "en": "mkdocs.en.yml"}

_LEVEL = re.compile(r"^(?:ERROR|WARNING|CRITICAL)\s+-\s+")
_NOISE = re.compile(
    r"INFO\s|DEBUG\s|Aborted with|\S* ?Error reading page '.*':$|.*Error building page '.*':$"
)
_LINK = re.compile(r"Doc file '(?P<page>[^']+)' contains an? .*?link '(?P<link>[^']*)'(?P<why>.*)")
_NO_ANCHOR = re.compile(r"does not contain an anchor '(?P<anchor>[^']+)'|there is no such anchor")
_SETTING = re.compile(r"Config value:? '(?P<key>[^']+)'[:.] ?(?P<why>.*)")
_PAGE = re.compile(r"Error (?:reading|building) page '(?P<page>[^']+)'")
_YAML_PLACE = re.compile(r'in "(?P<file>[^"]+)", line (?P<line>\d+)')
_CODE_PLACE = re.compile(r'File "(?P<file>[^"]+)", line (?P<line>\d+)')
_PICTURES = (".png", ".jpg", ".jpeg", ".gif", ".webp", ".avif", ".svg")
_TRACEBACK = "Traceback (most recent call last):"


def mistakes(outputs: Iterable[tuple[Language, str]], root: Path) -> list[str]:
    """The lines that say what is wrong, each once: both languages meet the same program."""
    told = [line for language, output in outputs for line in _of(language, output, root)]
    return list(dict.fromkeys(told)) or ["MkDocs failed and said nothing"]


def _of(language: Language, output: str, root: Path) -> Iterator[str]:
    lines = [line.rstrip() for line in output.splitlines() if line.strip()]
    page = ""
    while lines:
        line = lines.pop(0).strip()
        if found := _PAGE.search(line):
            page = f"docs/{language}/{found['page']}: "
        if line == _TRACEBACK:
            end = _end_of(lines, root)
            yield end if end.startswith("theme/") else f"{page}{end}"
        elif "error parsing the configuration file" in line:
            yield _configuration(line, lines, root) or line
        elif not _NOISE.match(_LEVEL.sub("", line)):
            yield _report(language, _LEVEL.sub("", line), root)


def _report(language: Language, line: str, root: Path) -> str:
    """One line in words that name the place, if its kind is known."""
    if found := _LINK.search(line):
        page, link = Path("docs", language, found["page"]), found["link"]
        return f"{page}{_line_with(root / page, link)}: the link {link} {_why(found['why'], link)}"
    if found := _SETTING.search(line):
        menu, key = CONFIGURATIONS[language], found["key"]
        return f"{menu}{_line_with(root / menu, f'{key}:')}: `{key}`: {found['why']}"
    return line


def _why(why: str, link: str) -> str:
    if found := _NO_ANCHOR.search(why):
        anchor = (found["anchor"] or link).lstrip("#")
        return f"leads to no place on its page: nothing there has the id {anchor}"
    if link.startswith("/"):
        return "begins with /: write the file's name, such as tiers.md, and it is checked"
    if link.lower().endswith(_PICTURES):
        return "is no picture that is there: put the file beside the page and write its name"
    return "leads nowhere: write the file's name, such as tiers.md"


def _line_with(file: Path, words: str) -> str:
    """`:12`, or nothing where the words are not found."""
    try:
        lines = file.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeError):
        return ""
    return next((f":{number}" for number, line in enumerate(lines, 1) if words in line), "")


def _configuration(first: str, lines: list[str], root: Path) -> str:
    """`mkdocs.yml:20: cannot be read: …` from this line and those that follow; they are taken away."""
    said = first.rpartition("configuration file:")[2].strip()
    while lines:
        line = lines.pop(0).strip()
        if place := _YAML_PLACE.search(line):
            if said:
                file = place["file"].replace(f"{root}/", "")
                return f"{file}:{place['line']}: cannot be read: {said}"
        else:
            said = line
    return said


def _end_of(lines: list[str], root: Path) -> str:
    """What a traceback ends with, and where in a file of ours; its lines are taken away."""
    place = ""
    while lines:
        line = lines.pop(0)
        found = _CODE_PLACE.search(line)
        if found and (root / found["file"]).is_relative_to(root / "theme"):
            place = f"{(root / found['file']).relative_to(root)}:{found['line']}: "
        if not line.startswith((" ", "\t")) and line.strip("^~ "):
            return f"{place}{line.strip()}"
    return f"{place}MkDocs broke off"
