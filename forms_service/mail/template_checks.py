"""Find what is wrong with the templates of mails. Each mistake has its file and line.

Each mail is read as it is written, so that a sentence in a branch that no example takes is checked, too, and
then written once with example data.
"""

import re
import traceback
from collections.abc import Callable, Iterator, Mapping
from difflib import SequenceMatcher
from html import unescape
from typing import Any

from jinja2 import (
    TemplateError,
    TemplateNotFound,
    TemplateSyntaxError,
    UndefinedError,
    meta,
    nodes,
)

from forms_service.i18n.jinja import environment
from forms_service.i18n.translations import PACKAGE, current
from forms_service.mail.composer import TEMPLATES, written
from partner_program.errors import Problem
from partner_program.model import Language, Program
from partner_program.spelling import instead_of

FOLDER = "mail/templates"

_BREAKS = re.compile(r"(?i)</?(?:p|br|li|ol|ul|hr|tr|td)\b[^>]*>")
_TAG = re.compile(r"<[^>]*>")
_ENTITY = re.compile(r"&#?\w+;")
_MARKER = re.compile(r"(?m)^[ \t]*(?:\d+\.|-|\*) ")
_ADDRESS = re.compile(r"https?://\S+")
_SIGNATURE = "\n--\n"

Words = list[tuple[str, int]]
"""Words with the line each stands on."""


FactsOf = Callable[[str, Language, Program], Mapping[str, Any]]
"""All that a template may use in a language, with example data."""


def problems(program: Program, facts_of: FactsOf) -> Iterator[Problem]:
    """Every mistake in the mails of the texts in use, written with these example data."""
    mails = ((template, language) for template in TEMPLATES for language in program.languages)
    # What is shared, such as the frame of all HTML, is told once.
    yield from dict.fromkeys(problem for mail in mails for problem in _of(*mail, program, facts_of))


def _of(template: str, language: Language, program: Program, facts_of: FactsOf) -> Iterator[Problem]:
    names = [f"{template}.{language}.{kind}" for kind in ("txt", "html")]
    templates = environment(language, FOLDER, typography=False)
    trees: dict[str, nodes.Template] = {}
    for name in names:
        source = current().templates.get(f"{FOLDER}/{name}")
        if source is None:
            yield Problem(_file(name), 0, "there is no such file, and a mail needs both: .txt and .html")
            continue
        try:
            trees[name] = templates.parse(source, name)
        except TemplateSyntaxError as error:
            yield Problem(_file(name), error.lineno, message_of(error))
    if len(trees) < len(names):
        return
    told = facts_of(template, language, program)
    brought = {*templates.globals, "subject"}
    unknown = [each for name, tree in trees.items() for each in _unknown(name, tree, told, brought)]
    yield from unknown
    text, html = (_said(trees[name], is_html=name.endswith("html")) for name in names)
    differences = list(_difference(names, text, html)) or list(_other_values(trees, names))
    yield from differences if not unknown else ()
    if not unknown:
        yield from _as_written(template, language, told, names, seen=bool(differences))


def _as_written(
    template: str, language: Language, told: Mapping[str, Any], names: list[str], *, seen: bool
) -> Iterator[Problem]:
    """What goes wrong with example data."""
    try:
        _, text, html = written(template, language, told)
    except (TemplateError, ValueError, TypeError, LookupError, ArithmeticError, AttributeError) as error:
        file, line = place_of(error) or (_file(names[0]), 1)
        yield Problem(file, line, message_of(error))
        return
    if not seen:
        yield from _difference(names, _plain(text), _plain(html, is_html=True))


def _unknown(
    name: str, tree: nodes.Template, told: Mapping[str, Any], brought: set[str]
) -> Iterator[Problem]:
    missing = meta.find_undeclared_variables(tree) - {*told} - brought - _imported(tree)
    for used in tree.find_all(nodes.Name):
        if used.name in missing:
            missing.discard(used.name)
            message = f"there is no `{used.name}` here: {instead_of(used.name, sorted(told))}"
            yield Problem(_file(name), used.lineno, message)


def _difference(names: list[str], text: Words, html: Words) -> Iterator[Problem]:
    """The first place where the two files of a mail say something else."""
    ours, theirs = [word for word, _ in text], [word for word, _ in html]
    if ours == theirs:
        return
    changes = SequenceMatcher(None, ours, theirs, autojunk=False).get_opcodes()
    _, first, last, start, end = next(change for change in changes if change[0] != "equal")
    line = text[min(first, len(text) - 1)][1] if text else 1
    other = html[min(start, len(html) - 1)][1] if html else 1
    here, there = (_shortened(words) for words in (ours[first:last], theirs[start:end]))
    message = f"{here} here, {there} in {names[1]}:{other}: the two say the same"
    yield Problem(_file(names[0]), line, message)


def _other_values(trees: Mapping[str, nodes.Template], names: list[str]) -> Iterator[Problem]:
    """What one file of a mail is filled with and the other is not, but for the text's subject and end."""
    source = current().templates[f"{FOLDER}/{names[0]}"]
    body = range(2, source.count("\n", 0, _end(source)) + 2)
    filled = {name: dict(_values(trees[name])) for name in names}
    filled[names[0]] = {value: line for value, line in _values(trees[names[0]]) if line in body}
    for name, other in (names, names[::-1]):
        for value, line in filled[name].items():
            if value not in filled[other]:
                yield Problem(_file(name), line, f"`{value}` is not in {other}: the two say the same")


def _values(tree: nodes.Template) -> Iterator[tuple[str, int]]:
    """Names and parts of values that a template uses, each with its line."""
    own = {*_imported(tree), "loop"}
    for name in tree.find_all(nodes.Name):
        if name.name not in own:
            yield name.name, name.lineno
    for part in tree.find_all(nodes.Getattr):
        if _root(part).name not in own:
            yield f".{part.attr}", part.lineno


def _root(node: nodes.Node) -> nodes.Name:
    """The name at the beginning of `a.b.c`; one that means nothing where there is none."""
    while isinstance(node, nodes.Getattr):
        node = node.node
    return node if isinstance(node, nodes.Name) else nodes.Name("", "load")


def _imported(tree: nodes.Template) -> set[str]:
    statements = tree.find_all(nodes.FromImport)
    return {each if isinstance(each, str) else each[1] for one in statements for each in one.names}


def _said(tree: nodes.Template, *, is_html: bool) -> Words:
    """The words that a template says by itself, in their order; what is filled in is left out."""
    pieces: list[tuple[str, int]] = []

    def visit(node: nodes.Node) -> None:
        if isinstance(node, nodes.FromImport | nodes.Extends | nodes.Import | nodes.Include | nodes.Compare):
            return
        if isinstance(node, nodes.TemplateData):
            pieces.append((node.data, node.lineno))
        elif isinstance(node, nodes.Const) and isinstance(node.value, str):
            pieces.append((f" {node.value} ", node.lineno))
        elif isinstance(node, nodes.Name):
            pieces.append(("\0", node.lineno))
        else:
            for child in node.iter_child_nodes():
                visit(child)

    visit(tree)
    return _with_lines(pieces, is_html=is_html)


def _with_lines(pieces: list[tuple[str, int]], *, is_html: bool) -> Words:
    """The words of what a file says, without subject, signature and tags."""
    whole = "".join(piece for piece, _ in pieces)
    starts = []
    at = 0
    for piece, line in pieces:
        starts.append((at, line))
        at += len(piece)
    begin, end = (0, len(whole)) if is_html else (whole.find("\n") + 1, _end(whole))
    blank = _blanked(whole, is_html=is_html)
    words: Words = []
    for found in re.finditer(r"\w+", blank):
        if begin <= found.start() < end:
            place, line = max(start for start in starts if start[0] <= found.start())
            words.append((found[0], line + whole.count("\n", place, found.start())))
    return words


def _plain(text: str, *, is_html: bool = False) -> Words:
    """The words of a finished mail, without addresses of links and without signature."""
    if is_html:
        text = text[text.index("<body") :] if "<body" in text else text
        text = text.rpartition("<hr>")[0] or text
    else:
        text = text[: _end(text)]
    text = unescape(_blanked(text, is_html=is_html))
    return [(word, 1) for word in re.findall(r"\w+", _ADDRESS.sub(" ", text))]


def _blanked(text: str, *, is_html: bool) -> str:
    """The text with spaces where tags or the numbers of a list stand, as long as it was."""
    if not is_html:
        return _MARKER.sub(lambda found: " " * len(found[0]), text)
    text = _BREAKS.sub(lambda found: "\n" * len(found[0]), text)
    text = _ENTITY.sub(lambda found: unescape(found[0]).ljust(len(found[0])), text)
    return _TAG.sub(lambda found: " " * len(found[0]), text)


def _end(text: str) -> int:
    place = text.rfind(_SIGNATURE)
    return place if place >= 0 else len(text)


def _file(name: str) -> str:
    return f"{PACKAGE.name}/{FOLDER}/{name}"


def place_of(error: Exception) -> tuple[str, int] | None:
    """The file and line of a template that an error comes from, the innermost."""
    if isinstance(error, TemplateSyntaxError):
        return str(error.filename or _file(error.name or "")), error.lineno
    frames = traceback.extract_tb(error.__traceback__)
    inside = [frame for frame in frames if frame.filename.startswith(f"{PACKAGE.name}/")]
    return (inside[-1].filename, inside[-1].lineno or 0) if inside else None


def message_of(error: Exception) -> str:
    match error:
        case TemplateNotFound():
            return f"there is no template {error.name}"
        case TemplateSyntaxError():
            return f"{error.message}: braces and words of a template stay as they are"
        case UndefinedError():
            return f"{error.message}: only what the mail is given can stand in braces"
        case KeyError():
            return f"nothing is called {error.args[0]!r} here"
    return " ".join(str(error).split()) or type(error).__name__


def _shortened(words: list[str]) -> str:
    said = " ".join(words)
    return f'"{said if len(said) <= 60 else f"{said[:57]}…"}"' if said else "nothing"
