"""Find what is wrong with pages, before and after they are built. Each mistake is a line; all come at once.

Before: every page stands in every language and says in its front matter what it is about. After: no block was
left as it was written, the slots that the service fills are there, links lead somewhere, and nothing breaks
the security policy or comes from another host.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

import yaml

from partner_program.errors import Problem, ProgramError
from partner_program.model import LANGUAGES, Language
from publishing.built_pages import BuiltPage, read

FORMS = ("application", "deal-registration", "tier-finder", "status")
"""Slots that some page has to have, in each language."""

SENT_FORMS = ("application", "deal-registration")
"""Slots whose form is sent to its own page: a page takes one of them."""

_FRONT_MATTER = re.compile(r"\A---[ \t]*\n(.*?\n)---[ \t]*(?:\n|\Z)", re.DOTALL)
_BRACES = re.compile(r"\{\{.*?(?:\}\}|$)|\}\}")
_FOREIGN = re.compile(r"(?:url\(|@import)\s*[\"']?((?:https?:)?//[^\s\"')]+)")
_SPOKEN = {"pl": "Polish", "en": "English"}


def check_sources(root: Path) -> None:
    """Raises ProgramError with every mistake in the Markdown files of `root`."""
    _raise([*page_pairs(root), *encodings(root), *descriptions(root)])


def check_output(root: Path, built: Path) -> None:
    """Raises ProgramError with every mistake in the pages built from `root`; English lies in `built/en`."""
    pages = {path.relative_to(built).as_posix(): read(path) for path in sorted(built.rglob("*.html"))}
    problems: list[Problem] = []
    for name, page in pages.items():
        found = [*_unexpanded(page), *_head(name, page), *_policy(page), *_slot_order(page)]
        found += _broken_links(name, page, pages, built)
        problems += (_at(root, name, words, message) for words, message in found)
    _raise([*problems, *missing_slots(pages), *foreign_styles(built)])


def page_pairs(root: Path) -> Iterator[Problem]:
    """A mistake for each page that one language has and another has not."""
    names = {language: _pages(root, language) for language in LANGUAGES}
    for name in sorted(set().union(*names.values())):
        there = [language for language in LANGUAGES if name in names[language]]
        for language in LANGUAGES:
            if language not in there:
                message = f"there is no {_SPOKEN[language]} page beside it: add docs/{language}/{name}"
                yield Problem(Path("docs", there[0], name), 0, message)


def encodings(root: Path) -> Iterator[Problem]:
    """A mistake for each page that an editor saved in an encoding of its own."""
    for file in _files(root):
        content = (root / file).read_bytes()
        try:
            content.decode("utf-8")
        except UnicodeDecodeError as error:
            line = content.count(b"\n", 0, error.start) + 1
            yield Problem(file, line, "not UTF-8: save the file with the encoding UTF-8")


def descriptions(root: Path) -> Iterator[Problem]:
    """A mistake for each page whose front matter does not say what it is about."""
    for file in _files(root):
        # What is no UTF-8 is told by `encodings`.
        text = (root / file).read_text(encoding="utf-8-sig", errors="replace")
        if problem := _description(file, text):
            yield problem


def missing_slots(pages: dict[str, BuiltPage]) -> Iterator[Problem]:
    """A mistake for each slot that a language has on no page, and for a 404 page without its own."""
    for language in LANGUAGES:
        mine = {name: page for name, page in pages.items() if _language_of(name) == language}
        for form in FORMS:
            if not any(form in page.slots for page in mine.values()):
                message = (
                    f"no {_SPOKEN[language]} page has this form: add the block {{{{ form {form} }}}} to one"
                )
                yield Problem(Path("docs", language), 0, message)
        not_found = next((page for name, page in mine.items() if name.endswith("404.html")), None)
        if not_found is None or "message" not in not_found.slots:
            yield Problem(
                Path("theme", "404.html"), 0, f"the {_SPOKEN[language]} 404 page has no slot: message"
            )


def foreign_styles(built: Path) -> Iterator[Problem]:
    """A mistake for each address of another host in a style sheet."""
    # Each language has its copy of one file.
    for path in sorted((built / "assets").rglob("*.css")):
        for address in _FOREIGN.findall(path.read_text(encoding="utf-8")):
            file = Path("theme", path.relative_to(built))
            yield Problem(file, 0, f"{address} is on another host: put the file into theme/assets")


def _description(file: Path, text: str) -> Problem | None:
    hint = 'write "description: …" between two lines of --- at the top, one sentence for search engines'
    front = _FRONT_MATTER.match(text)
    if front is None:
        return Problem(file, 1, f"the page says nothing about itself: {hint}")
    try:
        meta = yaml.safe_load(front[1])
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 2 if error.problem_mark else 1
        return Problem(
            file, line, f"the lines between --- cannot be read ({error.problem}): put texts in quotes"
        )
    told = meta.get("description") if isinstance(meta, dict) else None
    if not isinstance(told, str) or not told.strip():
        return Problem(file, 1, f"the page has no description: {hint}")
    return None


Found = Iterator[tuple[str, str]]
"""Mistakes on one page: words to find the line by, and what is wrong."""


def _unexpanded(page: BuiltPage) -> Found:
    for text in page.texts:
        for braces in _BRACES.findall(text):
            yield (
                braces,
                f"{braces} was left as it is: a block stands alone on its line, with {{{{ and }}}} around it",
            )


def _head(name: str, page: BuiltPage) -> Found:
    if not page.title.strip():
        yield "", "the page has no title: begin it with a heading, # …"
    if page.headings != 1:
        yield "# ", f"the page has {page.headings} first-level headings: it needs one, # …, and ## … below it"
    if not page.description and not name.endswith("404.html"):
        yield "", "the page has no description"


def _policy(page: BuiltPage) -> Found:
    for style in page.styles:
        yield (
            style,
            f'the style "{style}" is blocked by the security policy: use a class, defined in theme/assets',
        )
    for code in page.handlers:
        yield code, f"{code} is blocked by the security policy: leave it out"
    for address in page.loads:
        if urlsplit(address).netloc:
            yield address, f"{address} is loaded from another host: put the file into theme/assets"


def _slot_order(page: BuiltPage) -> Found:
    opened = [name for name in page.slots if not name.startswith("/")]
    if page.slots != [slot for name in opened for slot in (name, f"/{name}")]:
        yield "slot:", f"slots must be closed in turn: {', '.join(page.slots)}"
    sent = sorted({name for name in opened if name in SENT_FORMS})
    if len(sent) > 1:
        words = f"form {sent[1]}"
        yield words, f"two forms stand on the page, {' and '.join(sent)}: give each a page of its own"
    for name in sorted({name for name in opened if opened.count(name) > 1}):
        yield f"form {name}", f"the form {name} stands on the page twice: once is enough"


def _broken_links(name: str, page: BuiltPage, pages: dict[str, BuiltPage], built: Path) -> Found:
    here = f"/{name.removesuffix('index.html')}"
    for link in dict.fromkeys(page.links):
        target = urlsplit(urljoin(here, link))
        if target.scheme or target.netloc:
            continue
        path = unquote(target.path).lstrip("/")
        file = f"{path}index.html" if not path or path.endswith("/") else path
        if file in pages:
            if target.fragment and unquote(target.fragment) not in pages[file].ids:
                yield link, f"the link {link} leads to no place on its page"
        elif not (built / file).is_file():
            yield link, f"the link {link} leads nowhere"


def _at(root: Path, name: str, words: str, message: str) -> Problem:
    """The mistake where people can mend it: in the Markdown file, on its line, where both can be found."""
    language = _language_of(name)
    inside = name.removeprefix(f"{language}/").removesuffix("index.html").strip("/")
    for candidate in (f"{inside}.md", f"{inside}/index.md".lstrip("/")):
        file = Path("docs", language, candidate)
        if (root / file).is_file():
            lines = (root / file).read_text(encoding="utf-8-sig").splitlines()
            line = next((number for number, text in enumerate(lines, 1) if words and words in text), 0)
            return Problem(file, line, message)
    return Problem(Path("site", name), 0, message)


def _language_of(name: str) -> Language:
    """A built page's language: the first one lives at the root."""
    return next((language for language in LANGUAGES[1:] if name.startswith(f"{language}/")), LANGUAGES[0])


def _pages(root: Path, language: Language) -> set[str]:
    folder = root / "docs" / language
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*.md")}


def _files(root: Path) -> Iterator[Path]:
    """All pages, seen from `root`."""
    for language in LANGUAGES:
        for name in sorted(_pages(root, language)):
            yield Path("docs", language, name)


def _raise(problems: list[Problem]) -> None:
    if problems:
        raise ProgramError(
            *sorted(problems, key=lambda problem: (str(problem.file), problem.line, problem.message))
        )
