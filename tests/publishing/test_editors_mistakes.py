"""What editors do to pages, menus, pictures and the program: each mistake is told with its file and line.

A row is a file, what is done to it, and where and how that is told. Nothing ends as a traceback, and nothing
that was silently lost before is published.
"""

import re
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from partner_program import ProgramError
from publishing import build, checks
from tests import ROOT
from tests.publishing.conftest import NEEDED, copied, edit

FAQ, ENGLISH = "docs/pl/faq.md", "docs/en/faq.md"
HOME = "docs/pl/index.md"
PROGRAM = "docs/program.yml"
MENU, ENGLISH_MENU = "mkdocs.yml", "mkdocs.en.yml"
CSS = "theme/assets/site.css"
LAST = "{{ contact-card }}"
PNG = b"\x89PNG\r\n\x1a\n"

FIRST = 9
"""The line of what is added to a page of its own."""

LINKS = (
    "address with a space",
    "missing picture",
    "missing file of a link",
    "missing page",
    "missing anchor",
    "missing anchor here",
    "address that begins with a slash",
)
"""What the site builder sees."""
LOST = (
    "merge conflict",
    "merge conflict of three",
    "comment that is not closed",
    "div that is not closed",
    "div closed twice",
    "picture without words",
    "picture with a space for words",
)
"""What is seen in the Markdown alone."""
BLOCKS = (
    "escaped phrase",
    "escaped block",
    "misspelt phrase",
    "block inside a text",
    "unknown words of a block",
    "block without a name",
)
BESIDE = (
    "Word file",
    "text file",
    "YAML file",
    "spreadsheet",
    "picture nobody shows",
    "shared picture nobody shows",
    "document nobody links",
    "picture without alt in HTML",
    "style that asks for a missing picture",
)
"""What is seen in the built site."""
BUILT = (
    *BESIDE,
    "unknown setting",
    "wrong kind of setting",
    "unknown extension",
    "unknown theme",
    "template that does not end",
    "template with an unknown name",
)
"""Rows that need a build."""

Do = Callable[[Path], None]


@dataclass
class Row:
    """One mistake."""

    name: str
    do: Do
    told: tuple[str, ...]
    """What each line of the answer begins with and holds: `file:line` and words, parted by ` … `."""


def ending(text: str, file: str = FAQ) -> Do:
    """This text behind the last line of a page."""

    def do(root: Path) -> None:
        page = root / file
        page.write_text(page.read_text(encoding="utf-8") + f"\n{text}\n", encoding="utf-8")

    return do


def changed(file: str, before: str, after: str) -> Do:
    return lambda root: edit(root / file, before, after)


def written(file: str, content: str | bytes) -> Do:
    def do(root: Path) -> None:
        path = root / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)

    return do


def saved_as(file: str, encoding: str) -> Do:
    """Saved in another encoding, by an old editor."""
    return lambda root: (root / file).write_bytes(
        (root / file).read_text(encoding="utf-8").encode(encoding, "replace")
    )


def all_of(*steps: Do) -> Do:
    def do(root: Path) -> None:
        for step in steps:
            step(root)

    return do


def linked(file: str, to: str = "nowhere") -> Do:
    return lambda root: (root / file).symlink_to(to)


END = len((ROOT / FAQ).read_text(encoding="utf-8").splitlines()) + 2
"""The first line of what `ending` adds."""

RAW = {
    "heading in a div": ("<div>\n## Nowe\n</div>", 1, "a heading was not made"),
    "heading of level 3 in a div": ("<div>\n### Nowe\n</div>", 1, "a heading was not made"),
    "bold in a div": ("<div>\nTo **ważne**.\n</div>", 1, "emphasis was not made"),
    "italics in a div": ("<div>\nTo *ważne* słowo.\n</div>", 1, "emphasis was not made"),
    "list in a div": ("<div>\n- raz\n- dwa\n</div>", 1, "a list was not made"),
    "link in a div": ("<div>\n[Poziomy](tiers.md)\n</div>", 1, "a link was not made"),
    "list without an empty line": ("Mamy:\n- raz\n- dwa", 1, "a list was not made"),
    "list with stars without an empty line": ("Mamy:\n* raz\n* dwa", 1, "a list was not made"),
    "numbered list without an empty line": ("Mamy:\n1. raz\n2. dwa", 1, "a list was not made"),
    "table without its line": ("| a | b |\n| 1 | 2 |", 0, "a table was not made"),
    "table without bars at its sides": ("a | b\n1 | 2", 0, "a table was not made"),
    "space in a link": ("Zobacz [poziomy] (tiers.md).", 0, "a link was not made"),
    "link not closed": ("Zobacz [poziomy](tiers.md", 0, "a link was not made"),
    "link the wrong way round": ("Zobacz (poziomy)[tiers.md].", 0, "a link was not made"),
    "address with a space": ("Zobacz [plan](plan 1.pdf).", 0, "leads nowhere"),
    "reference": ("Zobacz [poziomy][tiers].", 0, "a reference was not made"),
    "footnote": ("Tak.[^1]", 0, "a reference was not made"),
    "bold that is not closed": ("To jest **ważne.", 0, "emphasis was not made"),
    "bold with spaces": ("To jest ** ważne **.", 0, "emphasis was not made"),
    "struck out": ("To jest ~~stare~~.", 0, "emphasis was not made"),
    "task": ("- [ ] zrobić", 0, "there are no boxes to tick"),
    "code that is not closed": ("```\nkod", 0, "a code block was not closed"),
    "box of another kind": (":::\nuwaga", 0, "a box was not made"),
    "one brace": ("{ revenue }", 0, "a block has two braces"),
    "one brace in a text": ("Decyzja { decision-time } tak.", 0, "a block has two braces"),
    "class with a space before it": ("[Poziomy](tiers.md) { .button }", 0, "a block has two braces"),
    "one brace closed": ("{{ revenue }", 0, "was left as it is"),
    "escaped phrase": ("Decyzja {{ decision\\-time within }}.", 0, "write the name without the backslash"),
    "escaped block": ("{{ contact\\-card }}", 0, "write the name without the backslash"),
    "misspelt phrase": ("Decyzja {{ decision-tme }}.", 0, 'did you mean "decision-time"'),
    "block inside a text": ("Oto {{ comparison }} tak.", 0, "stands alone on its line"),
    "unknown words of a block": ("{{ section nope }}", 0, "It is one of: scope"),
    "block without a name": ("{{ }}", 0, "a name is missing"),
    "block pushed in": ("Oto:\n\n    {{ comparison }}", 2, "is shown as code"),
    "text pushed in": ("Oto:\n\n    zwykły tekst", 2, "is shown as code"),
    "text pushed in by a tab": ("Oto:\n\n\tzwykły tekst", 2, "is shown as code"),
    "merge conflict": ("<<<<<<< HEAD\nA\n=======\nB\n>>>>>>> x", 0, "a merge conflict was left here"),
    "merge conflict of three": ("||||||| base\nA", 0, "a merge conflict was left here"),
    "comment that is not closed": ("<!-- uwaga\n\nDalej.", 0, "the comment opened here is never closed"),
    "div that is not closed": ('<div class="next" markdown>\n\nDalej.', 0, "<div> is never closed"),
    "div closed twice": ("<div markdown>\n\nDalej.\n\n</div>\n\n</div>", 6, "</div> closes nothing"),
    "missing picture": ("![Wykres](wykres.png)", 0, "the link wykres.png is no picture that is there"),
    "missing picture in HTML": ('<img src="wykres.png" alt="Wykres">', 0, "wykres.png is not there"),
    "missing video": ('<video src="film.mp4"></video>', 0, "film.mp4 is not there"),
    "missing source": ('<video><source src="film.webm"></video>', 0, "film.webm is not there"),
    "missing picture of a size": ('<img alt="" srcset="a.png 1x, b.png 2x">', 0, "a.png is not there"),
    "missing file of a link in HTML": ('<a href="../plan.pdf">plan</a>', 0, "leads nowhere"),
    "missing file of a link": ("[plan](plan.pdf)", 0, "leads nowhere"),
    "picture without words": ("![](wykres.png)", 0, "the picture has no words"),
    "picture with a space for words": ("![ ](wykres.png)", 0, "the picture has no words"),
    "video of another site": (
        '<iframe src="https://www.youtube.com/embed/x"></iframe>',
        0,
        "cannot be shown inside the page (security policy): link to it instead",
    ),
    "document in a frame": ('<object data="plan.pdf"></object>', 0, "link to it instead"),
    "remote picture": ("![Logo](https://example.com/x.png)", 0, "is loaded from another host"),
    "style": ('<p style="color: red">x</p>', 0, "is blocked by the security policy"),
    "handler": ('<p onclick="x()">x</p>', 0, "is blocked by the security policy"),
    "second first-level heading": ("# Jeszcze raz", -2, "2 first-level headings"),
    "missing page": ("[x](nope.md)", 0, "leads nowhere"),
    "missing anchor": ("[x](requirements.md#nope)", 0, "leads to no place on its page"),
    "missing anchor here": ("[x](#nope)", 0, "leads to no place on its page"),
    "address that begins with a slash": ("[x](/tiers/)", 0, "begins with /"),
}

FRONT = {
    "block in a description": ("Decyzja {{ decision-time within }}.", "is not filled in up here"),
    "brace in a description": ("Decyzja {{ decision-time.", "is not filled in up here"),
    "comment in a description": ("Dla firm #1, które", "everything from # on is a comment"),
    "colon in a description": ("Uwaga: ważne", "a colon too many"),
    "quote in a description": ('"Uwaga', "the quotation mark opened here is not closed"),
    "bold first in a description": ("**Uwaga** tak", "an unquoted text cannot begin with `*`"),
    "percent first in a description": ("% zniżki", "an unquoted text cannot begin with `%`"),
    "no description": ("", "the page has no description"),
    "description that is a number": ("7", "the page has no description"),
    "description that is a yes": ("true", "the page has no description"),
    "description that is a list": ("[a, b]", "the page has no description"),
}

NEWS = "---\ndescription: O niczym.\nmenu: Nowe\nmenu_order: 25\n---\n\n# Nowe\n"
IN_MENU = "menu: Nowe\nmenu_order: 25\n"
BOTH = all_of(written("docs/pl/new.md", NEWS), written("docs/en/new.md", NEWS))

OTHERS = (
    Row(
        "draft in one language",
        changed(FAQ, "---\n", "---\ndraft: true\n"),
        (f"{FAQ}:2 … `draft` is not the same in {FAQ} and {ENGLISH}",),
    ),
    Row("hidden", changed(FAQ, "---\n", "---\nhidden: true\n"), (f"{FAQ}:2 … `hidden` does nothing here",)),
    Row(
        "misspelt description",
        changed(FAQ, "description:", "descripton:"),
        (f"{FAQ}:1 … the page has no description", f"{FAQ}:2 … did you mean `description`"),
    ),
    Row("front matter not closed", changed(FAQ, "\n---\n", "\n"), (f"{FAQ}:1 … says nothing about itself",)),
    Row("tab in front matter", changed(FAQ, "hide: ", "hide:\t"), (f"{FAQ}:6 … here stands a tab",)),
    Row(
        "no-break space in front matter",
        changed(FAQ, "hide: ", "hide:\u00a0"),
        (f"{FAQ}:6 … a no-break space stands here",),
    ),
    Row(
        "no space after the colon in front matter",
        changed(FAQ, "hide: ", "hide:"),
        (f"{FAQ}:6 … a space is missing after the colon",),
    ),
    Row("page in Windows-1250", saved_as(FAQ, "cp1250"), (f"{FAQ}:2 … not UTF-8",)),
    Row("page in UTF-16", saved_as(FAQ, "utf-16"), (f"{FAQ}:1 … not UTF-8",)),
    Row("program in another encoding", saved_as(PROGRAM, "iso-8859-2"), (f"{PROGRAM}: … not UTF-8",)),
    Row("menu in Windows-1250", saved_as(MENU, "cp1250"), (f"{MENU}:3 … not UTF-8",)),
    Row("menu in UTF-16", saved_as(ENGLISH_MENU, "utf-16"), (f"{ENGLISH_MENU}:1 … not UTF-8",)),
    Row(
        "style in Windows-1250",
        written("theme/assets/x.css", "/* ł */".encode("cp1250")),
        ("theme/assets/x.css:1 … not UTF-8",),
    ),
    Row(
        "page in one language",
        written("docs/pl/new.md", NEWS),
        ("docs/pl/new.md … there is no English page",),
    ),
    Row(
        "page in no menu",
        all_of(BOTH, *(changed(f"docs/{each}/new.md", IN_MENU, "") for each in ("pl", "en"))),
        ("docs/en/new.md:1 … stands in no menu", "docs/pl/new.md:1 … stands in no menu"),
    ),
    Row(
        "page without a name in the menu",
        changed(FAQ, "menu: Pytania\n", ""),
        (f"{FAQ}:1 … no name in the menu",),
    ),
    Row(
        "name in the menu that is a number", changed(FAQ, "menu: Pytania", "menu: 7"), (f"{FAQ}:3 … no name",)
    ),
    Row(
        "page without a place in the menu",
        changed(FAQ, "menu_order: 60\n", ""),
        (f"{FAQ}:3 … no place in the menu",),
    ),
    Row("place in words", changed(FAQ, "_order: 60", "_order: last"), (f"{FAQ}:4 … is a number",)),
    Row(
        "place of another page",
        all_of(*(changed(page, "_order: 60", "_order: 20") for page in (FAQ, ENGLISH))),
        ("docs/pl/tiers.md:4 … that of faq.md", "docs/en/tiers.md:4 … for example 21"),
    ),
    Row(
        "another place in each language",
        changed(ENGLISH, "_order: 60", "_order: 65"),
        (f"{ENGLISH}:4 … `menu_order` is not the same in {FAQ} and {ENGLISH}",),
    ),
    Row(
        "before the home page",
        all_of(*(changed(page, "_order: 60", "_order: 5") for page in (FAQ, ENGLISH))),
        ("docs/pl/index.md:4 … where the logo leads", "docs/en/index.md:4 … write less than 5"),
    ),
    Row(
        "in the header of one language",
        changed(FAQ, "place: header\n", ""),
        (f"{ENGLISH}:5 … `place` is not the same",),
    ),
    Row("place nobody knows", changed(FAQ, "place: header", "place: top"), (f"{FAQ}:5 … `place: header`",)),
    Row(
        "home page as a draft",
        all_of(*(changed(f"docs/{each}/index.md", "menu:", "draft: true\nmenu:") for each in ("pl", "en"))),
        ("docs/pl/index.md:3 … always published", "docs/en/index.md:3 … always published"),
    ),
    Row("day in words", changed(FAQ, "hide:", "publish_on: wtorek\nhide:"), (f"{FAQ}:6 … 2027-01-15",)),
    Row(
        "day that is none", changed(FAQ, "hide:", "publish_on: 2027-02-30\nhide:"), (f"{FAQ}:6 … 2027-01-15",)
    ),
    Row(
        "another day in each language",
        all_of(
            changed(FAQ, "hide:", "publish_on: 2027-01-15\nhide:"),
            changed(ENGLISH, "hide:", "publish_on: 2027-01-16\nhide:"),
        ),
        (f"{ENGLISH}:6 … `publish_on` is not the same",),
    ),
    Row(
        "renamed from a page that is there",
        all_of(*(changed(page, "hide:", "renamed_from: tiers.md\nhide:") for page in (FAQ, ENGLISH))),
        (f"{FAQ}:6 … tiers.md is still there", f"{ENGLISH}:6 … tiers.md is still there"),
    ),
    Row(
        "renamed from an address",
        all_of(*(changed(page, "hide:", "renamed_from: /old/\nhide:") for page in (FAQ, ENGLISH))),
        (f"{FAQ}:6 … /old/ was no page", f"{ENGLISH}:6 … /old/ was no page"),
    ),
    Row(
        "renamed from one page twice",
        all_of(
            *(
                changed(f"docs/{each}/{page}.md", "menu:", "renamed_from: old.md\nmenu:")
                for each in ("pl", "en")
                for page in ("faq", "tiers")
            )
        ),
        ("docs/pl/faq.md:3 … leads to tiers.md already", "docs/en/faq.md:3 … leads to tiers.md already"),
    ),
    Row(
        "menu where it stood before",
        changed(MENU, "\ntheme:", "\nnav:\n  - Start: index.md\ntheme:"),
        (f"{MENU}: … the menu stands in the pages",),
    ),
    Row(
        "header where it stood before",
        changed(MENU, "\nextra:", "\nextra:\n  header_pages: [faq.md]"),
        (f"{MENU}: … the menu stands in the pages",),
    ),
    Row(
        "page in the wrong folder",
        written("docs/new.md", NEWS),
        ("docs/new.md … nothing is published from here",),
    ),
    Row(
        "language nobody speaks here", written("docs/de/index.md", NEWS), ("docs/de … nothing is published",)
    ),
    Row(
        "notes beside the program",
        written("docs/notes.yml", "a: b"),
        ("docs/notes.yml … nothing is published",),
    ),
    Row("Word file", written("docs/pl/new.docx", b"PK"), ("docs/pl/new.docx … no page uses it",)),
    Row("text file", written("docs/en/new.txt", "x"), ("docs/en/new.txt … no page uses it",)),
    Row("YAML file", written("docs/pl/notes.yml", "a: b"), ("docs/pl/notes.yml … no page uses it",)),
    Row(
        "spreadsheet", written("docs/pl/plan/plan.xlsx", b"PK"), ("docs/pl/plan/plan.xlsx … no page uses it",)
    ),
    Row(
        "shared picture nobody shows",
        written("docs/files/z.png", PNG),
        ("docs/files/z.png … no page uses it",),
    ),
    Row(
        "shared picture of 5 MB",
        written("docs/files/x.png", bytes(5_300_000)),
        ("docs/files/x.png … 5,300 kB",),
    ),
    Row("picture nobody shows", written("docs/pl/x.png", PNG), ("docs/pl/x.png … no page uses it",)),
    Row("document nobody links", written("docs/pl/x.pdf", b"%PDF-1.7"), ("docs/pl/x.pdf … no page uses it",)),
    Row(
        "picture of 5 MB",
        all_of(written("docs/pl/x.png", PNG + bytes(5_300_000)), ending("![Wykres](x.png)")),
        ("docs/pl/x.png … the picture has 5,300 kB: make it smaller, 500 kB at most",),
    ),
    Row(
        "large picture in the theme",
        written("theme/assets/x.jpg", bytes(600_000)),
        ("theme/assets/x.jpg … the picture has 600 kB",),
    ),
    Row(
        "picture without alt in HTML",
        all_of(written("docs/pl/y.png", PNG), ending('<img src="../y.png">')),
        (f"{FAQ}:{END} … the picture has no words",),
    ),
    Row(
        "link to a file that is gone", linked("docs/pl/photo.png"), ("docs/pl/photo.png … leads to nothing",)
    ),
    Row("page that is a link to nothing", linked("docs/pl/new.md"), ("docs/pl/new.md … leads to nothing",)),
    Row(
        "style that asks for a missing picture",
        changed(CSS, "\n", "\np{background:url(no.png)}\n"),
        (f"{CSS}:2 … no.png is not there",),
    ),
    Row(
        "merge conflict in a style", changed(CSS, "\n", "\n<<<<<<< HEAD\n"), (f"{CSS}:2 … a merge conflict",)
    ),
    Row(
        "merge conflict in a template",
        changed("theme/main.html", "\n", "\n>>>>>>> x\n"),
        ("theme/main.html:2 … a merge conflict",),
    ),
    Row(
        "merge conflict in the program",
        changed(PROGRAM, "\nvendor", "\n<<<<<<< HEAD\nvendor"),
        (f"{PROGRAM}: … a merge conflict",),
    ),
    Row(
        "merge conflict in the menu",
        changed(MENU, "\ntheme:", "\n<<<<<<< HEAD\ntheme:"),
        (f"{MENU}: … a merge conflict",),
    ),
    Row(
        "comment in the program",
        changed(PROGRAM, "vendor: Future", "vendor: Future #1"),
        (f"{PROGRAM}: … everything from # on",),
    ),
    Row(
        "bold first in the program",
        changed(PROGRAM, "vendor: Future", "vendor: **Future**"),
        (f"{PROGRAM}: … cannot begin with `*`",),
    ),
    Row(
        "HTML in the program",
        changed(PROGRAM, "vendor: Future", "vendor: <b>Future</b>"),
        (f"{PROGRAM}: … no Markdown and no HTML",),
    ),
    Row(
        "languages turned round",
        changed(PROGRAM, "languages: [pl, en]", "languages: [en, pl]"),
        (f"{PROGRAM}:27 … write languages: [pl, en]",),
    ),
    Row(
        "one language",
        changed(PROGRAM, "languages: [pl, en]", "languages: [pl]"),
        (f"{PROGRAM}:27 … write languages: [pl, en]",),
    ),
    Row("program gone", lambda root: (root / PROGRAM).unlink(), (f"{PROGRAM} … cannot be read",)),
    Row("menu gone", lambda root: (root / ENGLISH_MENU).unlink(), (f"{ENGLISH_MENU} … cannot be read",)),
    Row("menu empty", written(MENU, ""), (f"{MENU}:1 … has no settings",)),
    Row(
        "colon in the menu",
        changed(FAQ, "menu: Pytania", "menu: Pytania: i odpowiedzi"),
        (f"{FAQ}:3 … a colon too many",),
    ),
    Row("quote in the menu", changed(FAQ, "menu: Pytania", 'menu: "Pytania'), (f"{FAQ}:3 … quotation mark",)),
    Row("bracket in the settings", changed(MENU, "plugins:", "plugins: ["), (f"{MENU}: … bracket",)),
    Row("tab in the settings", changed(MENU, "  toc", "\ttoc"), (f"{MENU}: … here stands a tab",)),
    Row(
        "no-break space in the settings",
        changed(MENU, "  toc", "\u00a0 toc"),
        (f"{MENU}: … no-break space",),
    ),
    Row(
        "no space in the settings",
        changed(MENU, "theme:", "docs:x\ntheme:"),
        (f"{MENU}: … a space is missing",),
    ),
    Row(
        "key twice in the settings",
        changed(MENU, "theme:", "site_dir: x\ntheme:"),
        (f"{MENU}: … `site_dir` stands here twice",),
    ),
    Row(
        "logo gone",
        changed(MENU, "logo: assets/logo.svg", "logo: assets/logo.png"),
        (f"{MENU}:14 … assets/logo.png is not there",),
    ),
    Row(
        "favicon gone",
        changed(MENU, "favicon: assets/favicon.svg", "favicon: x.ico"),
        (f"{MENU}:15 … x.ico is not there",),
    ),
    Row(
        "another name",
        changed(MENU, "site_name: Kanał Partnerski", "site_name: Program Partnerski"),
        (f"{MENU}:3 … the program's name is “Kanał Partnerski Future Processing”",),
    ),
    Row(
        "another name in the program",
        changed(PROGRAM, "en: Future Processing Partner Channel", "en: Partner Channel"),
        (f"{ENGLISH_MENU}:4 … the program's name is “Partner Channel”",),
    ),
    Row(
        "another language",
        changed(ENGLISH_MENU, "language: en", "language: de"),
        (f"{ENGLISH_MENU}: … the pages of this file are in `en`",),
    ),
    Row(
        "inherits nothing",
        changed(ENGLISH_MENU, "INHERIT: mkdocs.yml", "INHERIT: mkdocs.yaml"),
        (f"{ENGLISH_MENU}:2 … there is no file mkdocs.yaml",),
    ),
    Row("unknown setting", changed(MENU, "\nplugins:", "\nfoo: bar\nplugins:"), (f"{MENU}:21 … foo",)),
    Row(
        "wrong kind of setting",
        changed(MENU, "docs_dir: docs/pl", "docs_dir: docs/plx"),
        (f"{MENU}:5 … docs_dir",),
    ),
    Row("unknown extension", changed(MENU, "  toc: {}", "  tocc: {}"), (f"{MENU}: … markdown_extensions",)),
    Row("unknown theme", changed(MENU, "name: material", "name: materia"), (f"{MENU}: … theme",)),
    Row(
        "template that does not end",
        ending("{% if %}", "theme/main.html"),
        ("theme/main.html: … TemplateSyntaxError",),
    ),
    Row(
        "template with an unknown name",
        changed("theme/partials/footer.html", "nav.items", "navy.items"),
        ("theme/partials/footer.html: … navy",),
    ),
)


def _described(text: str) -> Do:
    def do(root: Path) -> None:
        page = root / FAQ
        kept = page.read_text(encoding="utf-8")
        told = re.sub(r"description: .*", lambda _: f"description: {text}", kept, count=1)
        page.write_text(told, encoding="utf-8")

    return do


def source_rows() -> Iterator[Row]:
    """What is seen before a page is built."""
    for name in LOST:
        text, below, told = RAW[name]
        yield Row(name, ending(text), (f"{FAQ}:{END + below} … {told}",))
    for name, (text, told) in FRONT.items():
        line = 1 if "no description" in told else 2
        yield Row(name, _described(text), (f"{FAQ}:{line} … {told}",))
    yield from (row for row in OTHERS if row.name not in BUILT)


ROWS = {row.name: row for row in OTHERS} | {row.name: row for row in source_rows()}


def answer(root: Path) -> list[str]:
    """The lines of a build that fails; none where it succeeds."""
    try:
        build.build(root, compressed=False)
    except build.BuildFailed as error:
        return str(error).splitlines()
    return []


def is_told(row: Row, lines: list[str]) -> None:
    """Each place and its words stand in one of the lines, and none is a traceback."""
    assert not [line for line in lines if "Traceback" in line or "INFO" in line]
    for expected in row.told:
        place, words = expected.split(" … ")
        assert [line for line in lines if line.startswith(place) and words in line], "\n".join(lines)


@pytest.mark.parametrize("name", [row.name for row in source_rows()])
def test_a_mistake_is_told_before_anything_is_built(name: str, project: Path) -> None:
    """File and line, what is wrong, what to do; and about no other file."""
    row = ROWS[name]
    row.do(project)
    with pytest.raises(ProgramError) as caught:
        checks.check_all_sources(project)
    lines = str(caught.value).replace(f"{project}/", "").splitlines()
    is_told(row, lines)
    files = {re.split(r"[: ]", expected)[0] for expected in row.told}
    assert {line.split(":")[0] for line in lines} == files, "\n".join(lines)


@pytest.fixture(scope="module")
def told_of_links(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """What a build says of pages with one mistake each, where the site builder sees it."""
    return answer(_pages_with(LINKS, tmp_path_factory.mktemp("links") / "project"))


@pytest.fixture(scope="module")
def told_of_pages(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """What it says of pages with one mistake each that the built page shows, and of files beside them."""
    project = _pages_with(
        [name for name in RAW if name not in (*LINKS, *LOST, *BLOCKS)],
        tmp_path_factory.mktemp("p") / "project",
    )
    for row in OTHERS:
        if row.name in BESIDE:
            row.do(project)
    return answer(project)


def _pages_with(names: Iterable[str], project: Path) -> Path:
    """A page for each of these texts, in both languages."""
    copied(NEEDED, project)
    for number, name in enumerate(names, start=100):
        page, news = f"new-{list(RAW).index(name)}.md", NEWS.replace("25", str(number))
        written(f"docs/pl/{page}", f"{news}\n{RAW[name][0]}\n")(project)
        written(f"docs/en/{page}", news)(project)
    return project


def _row_of(name: str) -> Row:
    _, below, told = RAW[name]
    return Row(name, ending(""), (f"docs/pl/new-{list(RAW).index(name)}.md:{FIRST + below} … {told}",))


@pytest.mark.parametrize("name", [name for name in RAW if name not in (*LOST, *BLOCKS)])
def test_what_became_no_html_is_told(name: str, told_of_links: list[str], told_of_pages: list[str]) -> None:
    """With the line that was written, not with what became of it."""
    is_told(_row_of(name), told_of_links if name in LINKS else told_of_pages)


@pytest.mark.parametrize("name", [row.name for row in OTHERS if row.name in BESIDE])
def test_what_would_be_published_by_mistake_is_told(name: str, told_of_pages: list[str]) -> None:
    """A file beside the pages that no page leads to, a picture that nobody is told about."""
    is_told(ROWS[name], told_of_pages)


def test_no_right_page_is_blamed(told_of_pages: list[str]) -> None:
    """All that is said of pages is said of those with a mistake."""
    pages = {line.split(":")[0] for line in told_of_pages if re.match(r"docs/\w+/[\w-]+\.md", line)}
    assert pages - {FAQ} == {
        _row_of(name).told[0].split(":")[0] for name in RAW if name not in (*LINKS, *LOST, *BLOCKS)
    }


def test_each_wrong_block_of_a_page_is_told_at_once(project: Path) -> None:
    ending("\n\n".join(RAW[name][0] for name in BLOCKS))(project)
    lines = answer(project)
    for position, name in enumerate(BLOCKS):
        is_told(Row(name, ending(""), (f"{FAQ}:{END + 2 * position} … {RAW[name][2]}",)), lines)
    assert len(lines) == len(BLOCKS)


@pytest.mark.parametrize("name", [name for name in BUILT if name not in BESIDE])
def test_a_setting_that_the_builder_refuses_is_told_in_a_line(name: str, project: Path) -> None:
    ROWS[name].do(project)
    is_told(ROWS[name], answer(project))


LEFT_BEHIND = (
    "lock of Emacs",
    "lock of Emacs in the theme",
    "lock of Emacs beside the program",
    "copy of Emacs",
    "unsaved in Emacs",
    "copy of vim",
    "second copy of vim",
    "lock of Word",
    "folder of a Mac",
    "thumbnails",
    "folder of Windows",
    "left by a merge",
)
FINE = {
    "lock of Emacs": linked("docs/pl/.#faq.md", "editor@machine.1234:1"),
    "lock of Emacs in the theme": linked("theme/assets/.#site.css", "editor@machine.1234:1"),
    "lock of Emacs beside the program": linked("docs/.#program.yml", "editor@machine.1234:1"),
    "copy of Emacs": written("docs/pl/faq.md~", "<<<<<<< HEAD"),
    "unsaved in Emacs": written("docs/pl/#faq.md#", b"\xff"),
    "copy of vim": written("docs/en/.faq.md.swp", b"b0VIM\xff"),
    "second copy of vim": written("docs/en/faq.md.swo", b"b0VIM\xff"),
    "lock of Word": written("docs/pl/~$new.docx", b"\x07"),
    "folder of a Mac": written("docs/pl/.DS_Store", b"\x00"),
    "thumbnails": written("docs/pl/Thumbs.db", b"\x00"),
    "folder of Windows": written("docs/desktop.ini", "x"),
    "left by a merge": written("docs/pl/faq.md.orig", "x"),
    "byte order mark in a page": saved_as(FAQ, "utf-8-sig"),
    "byte order mark in the program": saved_as(PROGRAM, "utf-8-sig"),
    "byte order mark in the menu": saved_as(MENU, "utf-8-sig"),
    "line ends of Windows": changed(FAQ, "\n\n", "\r\n\r\n"),
    "emoji and curly quotes": ending("„Tak” 🎉"),
    "picture": all_of(written("docs/pl/x.png", PNG), ending("![Wykres](x.png)")),
    "picture that only decorates": all_of(
        written("docs/pl/x.png", PNG), ending('<img src="../x.png" alt="">')
    ),
    "video": all_of(written("docs/pl/x.mp4", b"x"), ending('<video src="../x.mp4" controls></video>')),
    "document": all_of(written("docs/pl/x.pdf", b"%PDF-1.7"), ending("[Plan](x.pdf)")),
    "Word file that a page links": all_of(written("docs/pl/x.docx", b"PK"), ending("[Plan](x.docx)")),
    "code": ending("```\n{{ comparison }} { x } **\n- a\n```\n\nZnak `{ x }` i `**`."),
    "block in a list": ending("- Oto:\n\n    {{ contact-card }}"),
    "list in a div of Markdown": ending("<div markdown>\n\n- raz\n- dwa\n\n</div>"),
    "dash in a text": ending("Sprzedaż\n– tak, i 2 * 3 * 4 oraz [nawias] i (nawias)."),
    "table": ending("| a | b |\n|---|---|\n| 1 | 2 |"),
    "new page": BOTH,
    "picture of both languages": all_of(
        written("docs/files/y.png", PNG),
        ending("![Wykres](../files/y.png)"),
        ending("![A](../files/y.png)", ENGLISH),
    ),
    "document of one page": all_of(
        written("docs/files/a/p.pdf", b"%PDF-1.7"), ending("[P](../files/a/p.pdf)")
    ),
}


def test_what_is_no_mistake_is_built(project: Path) -> None:
    """And what editors leave behind is neither read nor published."""
    before = build.build_id(project, {})
    for name, do in FINE.items():
        do(project)
        assert name not in LEFT_BEHIND or build.build_id(project, {}) == before, name
    assert answer(project) == []
    published = {path.name for path in (project / "site/").rglob("*")}
    assert not [one for one in published if re.search(r"~|#|\.sw|\.orig|DS_Store|Thumbs|desktop\.ini", one)]
    assert "x.docx" in published


def test_a_new_page_pushes_none_out_of_the_header(project: Path) -> None:
    """The header holds the pages that are named for it, whatever stands in the menu before them."""
    FINE["new page"](project)
    assert answer(project) == []
    html = (project / "site/index.html").read_text(encoding="utf-8")
    header = html.split('class="site-nav"')[1].split("</nav>")[0]
    assert re.findall(r">([^<]+)</a>", header) == [
        "Poziomy",
        "Wymagania",
        "Zgłoś firmę",
        "Zarejestruj szansę",
        "Pytania",
    ]
    assert ">Nowe</a>" in html.split('class="site-menu"')[1].split("</details>")[0]


def test_mistakes_of_every_kind_at_once(project: Path) -> None:
    """Program, pages, menu and pictures: nobody mends one to learn of the next."""
    for name in (
        "comment in the program",
        "merge conflict",
        "header where it stood before",
        "hidden",
        "notes beside the program",
    ):
        ROWS[name].do(project)
    told = answer(project)
    assert {line.split(":")[0] for line in told} == {FAQ, PROGRAM, MENU, "docs/notes.yml"}


def test_the_command_never_ends_with_a_traceback(workshop: Path) -> None:
    """An editor's lock beside a page is nothing to the command."""
    FINE["lock of Emacs"](workshop)
    command = [sys.executable, "-m", "publishing.build"]
    done = subprocess.run(command, cwd=workshop, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
