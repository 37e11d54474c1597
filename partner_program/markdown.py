"""Markdown extension: gives pages the program's blocks and phrases.

Configured as `partner_program.markdown: {lang: pl}`. A thin adapter: `blocks` finds them in a text,
`block_html` and `wording` say what they are.
"""

from collections.abc import Callable, Sequence
from functools import lru_cache, partial
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element

from babel.lists import format_list
from markdown import Markdown
from markdown.extensions import Extension
from markdown.postprocessors import Postprocessor
from markdown.treeprocessors import Treeprocessor

from partner_program import block_html, versions
from partner_program.blocks import Call, Expand, WrongWordsError, register
from partner_program.loader import load
from partner_program.model import Language, Program
from partner_program.phrases import Case, business_days, decision_time
from partner_program.typography import bind, bind_after

_QUESTIONS = "<!-- the questions of this page -->"
_UNTOUCHED = frozenset({"code", "pre", "kbd", "samp", "script", "style", "textarea"})


class ProgramExtension(Extension):
    """Blocks, phrases and typography for pages in one language."""

    def __init__(self, **options: Any) -> None:
        self.config = {
            "lang": ["pl", "Language of the pages: pl or en"],
            "program": ["docs/program.yml", "The program file, seen from where the build is started"],
        }
        super().__init__(**options)

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802 - the name Markdown calls
        language: Language = self.getConfig("lang")
        file = Path(self.getConfig("program"))
        # The file is read when a page first asks for it, so that a mistake in it is a mistake of a build,
        # shown as such, and not one of the configuration.
        blocks = _bound(_BLOCKS, file) | {"what-changed": partial(_what_changed, file)}
        register(md, language, blocks=blocks, phrases=_bound(_PHRASES, file))
        md.treeprocessors.register(_Typography(md, language), "partner-typography", 18)
        # After Markdown has put the HTML of blocks back (30): the headings of the page are known then.
        md.postprocessors.register(_Questions(md, file, language), "partner-questions", 25)


class _Typography(Treeprocessor):
    """Bind one-letter words in all text of a page but code."""

    def __init__(self, md: Markdown, language: Language) -> None:
        super().__init__(md)
        self.language = language

    def run(self, root: Element) -> None:
        for element in root:
            if element.tag not in _UNTOUCHED:
                element.text = element.text and bind(element.text, self.language)
                self.run(element)
            if element.tail:
                before = "" if element.tag in _UNTOUCHED else "".join(element.itertext())
                element.tail = bind_after(before, element.tail, self.language)


class _Questions(Postprocessor):
    """Put the list of a page's questions where its block stands."""

    def __init__(self, md: Markdown, file: Path, language: Language) -> None:
        super().__init__(md)
        self.file, self.language = file, language

    def run(self, text: str) -> str:
        if _QUESTIONS not in text:
            return text
        headings = getattr(self.md, "toc_tokens", [])
        return text.replace(_QUESTIONS, block_html.questions(program_at(self.file), self.language, headings))


Say = Callable[[Program, Call], str]

_BLOCKS: dict[str, Say] = {}
_PHRASES: dict[str, Say] = {}


def _bound(names: dict[str, Say], file: Path) -> dict[str, Expand]:
    """The same functions, with the program of this file."""

    def bound(say: Say) -> Expand:
        return lambda call: say(program_at(file), call)

    return {name: bound(say) for name, say in names.items()}


def program_at(file: Path) -> Program:
    """The program, read again only when its file has changed."""
    stat = file.stat() if file.exists() else None
    return _read(file.absolute(), stat and (stat.st_mtime_ns, stat.st_size))


@lru_cache(maxsize=4)
def _read(file: Path, version: object) -> Program:
    return load(file)


def _no_words(render: Callable[[Program, Language], str]) -> Say:
    def say(program: Program, call: Call) -> str:
        call.no_words()
        return render(program, call.language)

    return say


def _requirements(program: Program, call: Call) -> str:
    if not call.words:
        return block_html.requirements(program, call.language)
    return block_html.tier_requirements(program, call.one_of(_ids(program.tiers)), call.language)


def _section(program: Program, call: Call) -> str:
    return block_html.section(program, call.one_of(_ids(program.sections)), call.language)


def _what_changed(file: Path, call: Call) -> str:
    call.no_words()
    recorded = versions.read(file.with_name(versions.FOLDER))
    return block_html.what_changed(program_at(file), recorded, call.language)


def _ids(parts: Sequence[Any]) -> list[str]:
    return [part.id for part in parts]


_BLOCKS |= {
    "comparison": _no_words(block_html.comparison),
    "section": _section,
    "requirements": _requirements,
    "benefits": _no_words(block_html.benefits),
    "tiers": _no_words(block_html.tiers),
    "questions": _no_words(lambda program, language: _QUESTIONS),
    "decision-table": _no_words(block_html.decision_table),
    "revenue": _no_words(block_html.revenue),
    "retention": _no_words(block_html.retention),
    "controller": _no_words(block_html.controller),
    "recipients": _no_words(block_html.recipients),
    "contact-card": _no_words(block_html.contact),
}


def _decision_time(program: Program, call: Call) -> str:
    return decision_time(program, Case(call.one_of(Case, Case.WITHIN)), call.language)


def _application_time(program: Program, call: Call) -> str:
    days = program.applications.decide_within_business_days
    if days is None:
        raise WrongWordsError(
            "the program names no time for applications: write `applications: decide_within_business_days` "
            f'into program.yml, or take "{call.name}" out'
        )
    return business_days(days, Case(call.one_of(Case, Case.WITHIN)), call.language)


def _tier_names(program: Program, language: Language) -> str:
    return format_list([tier.name for tier in program.tiers], locale=language)


_PHRASES |= {
    "decision-time": _decision_time,
    "application-time": _application_time,
    "tier-names": _no_words(_tier_names),
    "program": _no_words(lambda program, language: program.name[language]),
    "vendor": _no_words(lambda program, language: program.vendor),
    "contact": _no_words(lambda program, language: program.contact.name),
    "contact-email": _no_words(lambda program, language: program.contact.email),
    "contact-website": _no_words(lambda program, language: program.contact.website),
}


def makeExtension(**options: Any) -> ProgramExtension:  # noqa: N802 - the name Markdown looks for
    """What Markdown calls to load `partner_program.markdown`."""
    return ProgramExtension(**options)
