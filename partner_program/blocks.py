"""Blocks and phrases: `{{ name argument … }}` in a page, replaced by a function's result.

A block stands alone on its line and becomes HTML; a phrase stands inside a text and becomes text. Several
Markdown extensions share one set of names on a Markdown instance, so that a page can use all of them and a
misspelt name is answered with all that exist. Code (fenced, indented, inline) is never touched, and
`\\{{ name }}` stays as it is written. What a name means is the business of whoever registers it.

An extension uses it like this::

    def extendMarkdown(self, md: Markdown) -> None:
        register(md, self.getConfig("lang"), blocks={"form": form})

    def form(call: Call) -> str:
        return render_form(call.one_of(FORMS), call.language)
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from html import unescape
from pathlib import Path
from xml.etree.ElementTree import Element, SubElement

from markdown import Markdown
from markdown.blockprocessors import BlockProcessor
from markdown.inlinepatterns import InlineProcessor
from markdown.preprocessors import Preprocessor
from markdown.treeprocessors import Treeprocessor
from markdown.util import AtomicString

from partner_program.errors import Problem, ProgramError
from partner_program.markdown_pages import RenderedPage, being_rendered, lines_with
from partner_program.model import Language

_NAME = "partner-blocks"
_BLOCK = re.compile(r"^ {0,3}(\{\{[ \t]*([^{}\n]*?)[ \t]*\}\})[ \t]*$", re.MULTILINE)
_PHRASE = r"(?<!\\)(\{\{[ \t]*([^{}\n]*?)[ \t]*\}\})"
_HEADING = re.compile(r'<h([2-6]) id="([^"]+)">([^<]*)</h\1>')


class WrongWordsError(ValueError):
    """Invalid arguments of a block. The message says which ones it takes."""


@dataclass(frozen=True)
class Call:
    """A call of a block in a page."""

    name: str
    words: tuple[str, ...]
    """What stands after the name."""
    language: Language
    """The language of the page."""
    page: RenderedPage

    def no_words(self) -> None:
        """Raises WrongWordsError if anything stands after the name."""
        if self.words:
            raise WrongWordsError(f'nothing follows "{self.name}"')

    def one_of(self, choices: Iterable[str], default: str | None = None) -> str:
        """The one word after the name, which must be one of `choices`; `default` where there is none.

        Raises:
            WrongWordsError: another word, several words, or none and no default.
        """
        known = tuple(choices)
        if not self.words and default is not None:
            return default
        if len(self.words) == 1 and self.words[0] in known:
            return self.words[0]
        given = f'not "{" ".join(self.words)}"' if self.words else "none is given"
        raise WrongWordsError(f'one word follows "{self.name}", {given}. {_choices(self.words, known)}')


Expand = Callable[[Call], str]
"""A block answers with HTML of its own making, values escaped; a phrase with plain text."""


def register(
    md: Markdown,
    language: Language,
    *,
    blocks: Mapping[str, Expand] | None = None,
    phrases: Mapping[str, Expand] | None = None,
) -> None:
    """Let pages rendered by `md` use these names, in `language`.

    A heading `<hN id="…">text</hN>` in a block's HTML becomes a heading of the page: it stands in the table
    of contents and can be linked to from other pages.
    """
    _Names.of(md).add(language, blocks or {}, phrases or {})


def build_error(error: ProgramError) -> Exception:
    """The same mistake as the builder at hand shows it: its message alone, without a traceback."""
    try:
        from mkdocs.exceptions import BuildError
    except ImportError:
        from click import ClickException

        return ClickException(str(error))
    return BuildError(str(error))


@dataclass
class _Names:
    """The names a Markdown instance knows, and what was wrong with their use on the page at hand."""

    blocks: dict[str, tuple[Expand, Language]] = field(default_factory=dict)
    phrases: dict[str, tuple[Expand, Language]] = field(default_factory=dict)
    page: RenderedPage = field(default_factory=RenderedPage)
    lines: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    @classmethod
    def of(cls, md: Markdown) -> "_Names":
        if _NAME in md.preprocessors:
            start = md.preprocessors[_NAME]
            assert isinstance(start, _Start)  # noqa: S101 - registered below, under a name of our own
            return start.names
        names = cls()
        # Before the text is touched; after code is set aside and before paragraphs; after `code` and before
        # \escapes, so that a name is met as it was written; after all of them.
        md.preprocessors.register(_Start(md, names), _NAME, 100)
        md.parser.blockprocessors.register(_Blocks(md, names), _NAME, 75)
        md.inlinePatterns.register(_Phrases(md, names), _NAME, 185)
        md.treeprocessors.register(_End(md, names), _NAME, 19)
        return names

    def add(self, language: Language, blocks: Mapping[str, Expand], phrases: Mapping[str, Expand]) -> None:
        self.blocks.update({name: (expand, language) for name, expand in blocks.items()})
        self.phrases.update({name: (expand, language) for name, expand in phrases.items()})

    def expand(self, known: Mapping[str, tuple[Expand, Language]], source: str, inner: str) -> str:
        """What `source` stands for; empty, and noted as a problem, where it stands for nothing."""
        name, *words = inner.split() or [""]
        try:
            if not name:
                raise WrongWordsError("a name is missing between the braces")
            if name not in known:
                raise WrongWordsError(self._unknown(name))
            function, language = known[name]
            return function(Call(name, tuple(words), language, self.page))
        except WrongWordsError as wrong:
            self.problems.append(self._problem(source, str(wrong)))
        except ProgramError as error:
            raise build_error(error) from error
        return ""

    def _unknown(self, name: str) -> str:
        if name in self.blocks:
            return f'the block "{name}" stands alone on its line, not inside a text'
        if "\\" in name:
            return f"write the name without the backslash: {name.replace(chr(92), '')}"
        near = get_close_matches(name, [*self.blocks, *self.phrases], n=1)
        guess = f' (did you mean "{near[0]}"?)' if near else ""
        return (
            f'there is no block or phrase "{name}"{guess}; '
            f"blocks: {', '.join(sorted(self.blocks)) or 'none'}; "
            f"phrases: {', '.join(sorted(self.phrases)) or 'none'}"
        )

    def _problem(self, source: str, message: str) -> Problem:
        """The mistake at the first place of `source` in the text that no earlier mistake stands for."""
        file, words = self.page.file or Path("page"), f"{source}: {message}"
        for number in lines_with(source, self.lines):
            problem = Problem(file, number + self.page.lines_before, words)
            if problem not in self.problems:
                return problem
        return Problem(file, 0, words)


class _Start(Preprocessor):
    """Look at the page before anything is changed in it."""

    def __init__(self, md: Markdown, names: _Names) -> None:
        super().__init__(md)
        self.names = names

    def run(self, lines: list[str]) -> list[str]:
        self.names.page = being_rendered(self.md, "\n".join(lines))
        self.names.lines = list(lines)
        self.names.problems = []
        return lines


class _Blocks(BlockProcessor):
    """Put the HTML of a block in the place of its line."""

    def __init__(self, md: Markdown, names: _Names) -> None:
        super().__init__(md.parser)
        self.md = md
        self.names = names

    def test(self, parent: Element, block: str) -> bool:
        return self._find(block) is not None

    def run(self, parent: Element, blocks: list[str]) -> None:
        block = blocks.pop(0)
        match = self._find(block)
        assert match is not None  # noqa: S101 - `test` said so
        before, after = block[: match.start()].rstrip("\n"), block[match.end() :].lstrip("\n")
        if before:
            self.parser.parseBlocks(parent, [before])
        self._place(parent, self.names.expand(self.names.blocks, match[1], match[2]))
        if after:
            blocks.insert(0, after)

    def _find(self, block: str) -> re.Match[str] | None:
        """The first line of its own that is no phrase: a phrase alone on a line is a paragraph."""
        for match in _BLOCK.finditer(block):
            if (match[2].split() or [""])[0] not in self.names.phrases:
                return match
        return None

    def _place(self, parent: Element, html: str) -> None:
        """Headings go into the tree, where the table of contents finds them; the rest is kept as it is."""
        position = 0
        for heading in _HEADING.finditer(html):
            self._keep(parent, html[position : heading.start()])
            element = SubElement(parent, f"h{heading[1]}", {"id": heading[2]})
            element.text = AtomicString(unescape(heading[3]))
            position = heading.end()
        self._keep(parent, html[position:])

    def _keep(self, parent: Element, html: str) -> None:
        if html.strip():
            SubElement(parent, "p").text = AtomicString(self.md.htmlStash.store(html.strip()))


class _Phrases(InlineProcessor):
    """Put the words of a phrase in its place, as text."""

    def __init__(self, md: Markdown, names: _Names) -> None:
        super().__init__(_PHRASE, md)
        self.names = names

    # The base class is annotated more narrowly than Markdown itself works.
    def handleMatch(self, m: re.Match[str], data: str) -> tuple[str, int, int]:  # type: ignore[override] # noqa: N802
        text = self.names.expand(self.names.phrases, m[1], m[2])
        return AtomicString(text), m.start(), m.end()


class _End(Treeprocessor):
    """All mistakes of a page at once."""

    def __init__(self, md: Markdown, names: _Names) -> None:
        super().__init__(md)
        self.names = names

    def run(self, root: Element) -> None:
        if self.names.problems:
            raise build_error(ProgramError(*sorted(self.names.problems)))


def _choices(words: tuple[str, ...], known: tuple[str, ...]) -> str:
    near = get_close_matches(" ".join(words), known, n=1)
    guess = f'did you mean "{near[0]}"? ' if near else ""
    return f"{guess}It is one of: {', '.join(known)}"
