"""Site checks: mistakes in sources and in built pages, all at once, a line each.

Before: every page stands in every language and says in its front matter what it is about. After: no block was
left as it was written, the slots that the service fills are there, links lead somewhere, and nothing breaks
the security policy or comes from another host.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

from partner_program import load
from partner_program.errors import Problem, ProgramError
from partner_program.model import LANGUAGES, Language, Program
from publishing import page_menu, raw_markdown, site_settings, source_files
from publishing.built_pages import BuiltPage, read

FORMS = ("application", "deal-registration", "tier-finder", "status")
"""Slots that some page has to have, in each language."""

SENT_FORMS = ("application", "deal-registration")
"""Slots whose form is sent to its own page: a page takes one of them."""

SERVICE = ("/desk/", "/partner/")
"""What links may lead to although no page is built there: the service answers."""

_BRACES = re.compile(r"\{\{.*?(?:\}\}|$)|\}\}")
_FOREIGN = re.compile(r"(?:url\(|@import)\s*[\"']?((?:https?:)?//[^\s\"')]+)")
_OWN = re.compile(r"url\(\s*[\"']?((?!(?:https?:)?//|data:|#|/)[^\s\"')]+)")
_TO_ASSETS = "put the file into theme/assets"
_SPOKEN = {"pl": "Polish", "en": "English"}


def check_all_sources(root: Path) -> Program:
    """The program, if nothing that a site is built from is wrong; else ProgramError with every mistake."""
    problems, program = [*_source_mistakes(root)], None
    try:
        program = load(root / "docs" / "program.yml")
    except ProgramError as error:
        problems += error.problems
    _raise([*problems, *site_settings.mistakes(root, program)])
    assert program is not None  # noqa: S101 - else there was a problem
    return program


def check_sources(root: Path) -> None:
    """Raises ProgramError with every mistake in the pages and pictures of `root`."""
    _raise([*_source_mistakes(root)])


def _source_mistakes(root: Path) -> Iterator[Problem]:
    yield from page_menu.read_menus(root)[1]
    yield from source_files.mistakes(root)
    for file in _files(root):
        # What is no UTF-8 is told by `source_files`.
        text = (root / file).read_text(encoding="utf-8-sig", errors="replace")
        yield from (Problem(file, line, told) for line, told in raw_markdown.lost_in_source(text))


def check_output(root: Path, built: Path) -> None:
    """Raises ProgramError with every mistake in the pages built from `root`; English lies in `built/en`."""
    pages = {path.relative_to(built).as_posix(): read(path) for path in sorted(built.rglob("*.html"))}
    problems: list[Problem] = []
    for name, page in pages.items():
        found = [*_unexpanded(page), *_head(name, page), *_policy(page), *_slot_order(page)]
        found += [*raw_markdown.left_in_text(page.texts), *_pictures(page)]
        found += [*_broken_links(name, page, pages, built), *_missing_files(name, page, built)]
        if markdown := _markdown_of(root, name):
            found += raw_markdown.turned_into_code(page.code, _text_of(root / markdown))
        problems += (_at(root, name, words, message) for words, message in found)
    _raise([*problems, *missing_slots(pages), *foreign_styles(built), *unused_files(root, built, pages)])


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
    """A mistake for each address in a style sheet that is on another host, or leads nowhere."""
    # Each language has its copy of one file.
    for path in sorted((built / "assets").rglob("*.css")):
        file, text = Path("theme", path.relative_to(built)), path.read_text(encoding="utf-8")
        for address in _FOREIGN.findall(text):
            yield Problem(file, _line_of(text, address), f"{address} is on another host: {_TO_ASSETS}")
        for address in _OWN.findall(text):
            if not (path.parent / unquote(urlsplit(address).path)).is_file():
                yield Problem(file, _line_of(text, address), f"{address} is not there: {_TO_ASSETS}")


def unused_files(root: Path, built: Path, pages: dict[str, BuiltPage]) -> Iterator[Problem]:
    """A mistake for each file beside the pages that would be published and that no page leads to."""
    targets = (
        urlsplit(urljoin(f"/{name.removesuffix('index.html')}", address))
        for name, page in pages.items()
        for address in (*page.links, *page.loads)
    )
    used = {unquote(target.path).lstrip("/") for target in targets if not target.netloc}
    published: dict[Path, list[str]] = {}
    for language in LANGUAGES:
        home = Path() if language == LANGUAGES[0] else Path(language)
        for folder, inside in ((language, home), (source_files.SHARED, home / source_files.SHARED)):
            for path in source_files.files(root / "docs" / folder):
                address = inside / path.relative_to(root / "docs" / folder)
                if path.suffix != ".md" and (built / address).is_file():
                    published.setdefault(path.relative_to(root), []).append(address.as_posix())
    told = "the file would be published and no page uses it: link to it from a page, or take it out"
    for file, addresses in published.items():
        if used.isdisjoint(addresses):
            yield Problem(file, 0, told)


def _text_of(path: Path) -> str:
    return path.read_text(encoding="utf-8-sig")


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
            yield address, f"{address} is loaded from another host: {_TO_ASSETS}"
    for address in page.frames:
        yield (
            address,
            f"{address or 'this'} cannot be shown inside the page (security policy): link to it instead",
        )


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


def _pictures(page: BuiltPage) -> Found:
    for address in page.unnamed_pictures:
        words = (
            'the picture has no words for who cannot see it: add alt="…", or alt="" where it only decorates'
        )
        yield address, f"{address}: {words}"


def _missing_files(name: str, page: BuiltPage, built: Path) -> Found:
    here = f"/{name.removesuffix('index.html')}"
    for address in dict.fromkeys(page.loads):
        target = urlsplit(urljoin(here, address))
        if target.scheme or target.netloc or (built / unquote(target.path).lstrip("/")).is_file():
            continue
        yield address, f"{address} is not there: {_beside(address)}"


def _beside(address: str) -> str:
    if Path(urlsplit(address).path).suffix.lower() in source_files.PICTURES:
        return "put the picture beside the page and write ![what it shows](file.png)"
    return _TO_ASSETS


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
        elif not (built / file).is_file() and not f"/{path}".startswith(SERVICE):
            yield link, f"the link {link} leads nowhere"


def _at(root: Path, name: str, words: str, message: str) -> Problem:
    """The mistake where people can mend it: in the Markdown file, on its line, where both can be found."""
    if file := _markdown_of(root, name):
        return Problem(file, _line_of(_text_of(root / file), words), message)
    return Problem(Path("site", name), 0, message)


def _markdown_of(root: Path, name: str) -> Path | None:
    """The Markdown file that a built page was made from, seen from `root`; None where there is none."""
    language = _language_of(name)
    inside = name.removeprefix(f"{language}/").removesuffix("index.html").strip("/")
    candidates = (f"{inside}.md", f"{inside}/index.md".lstrip("/"))
    files = (Path("docs", language, candidate) for candidate in candidates)
    return next((file for file in files if (root / file).is_file()), None)


def _line_of(text: str, words: str) -> int:
    """The line, counted from 1, with these words, or with what they begin with; 0 where there is none."""
    lines = [" ".join(line.split()) for line in text.splitlines()]
    words = " ".join(words.split())
    for length in (len(words), 24, 12):
        for number, line in enumerate(lines, start=1):
            if words and words[:length] in line:
                return number
    return 0


def _language_of(name: str) -> Language:
    """A built page's language: the first one lives at the root."""
    return next((language for language in LANGUAGES[1:] if name.startswith(f"{language}/")), LANGUAGES[0])


def _pages(root: Path, language: Language) -> set[str]:
    folder = root / "docs" / language
    return {path.relative_to(folder).as_posix() for path in source_files.pages(folder)}


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
