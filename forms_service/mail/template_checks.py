"""Checks of mail templates: each mistake with its file and line.

A template is checked as it is written, so that a sentence in a branch that no example takes is checked, too,
and then rendered once with example data.
"""

import re
import traceback
from collections.abc import Callable, Iterator, Mapping
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
from forms_service.mail.composer import TEMPLATES
from forms_service.mail.template import FOLDER, render
from partner_program.errors import Problem
from partner_program.model import Language, Program
from partner_program.nearest_name import instead_of

_BUTTON = re.compile(r"\[.+\]\(\{\{ [\w.]+ \}\}\)")
_TAG = re.compile(r"(?i)<(?:[a-z/!]|\{\{)")
_LINK = re.compile(r"<\{\{ [\w.]+ \}\}>")


ContextOf = Callable[[str, Language, Program], Mapping[str, Any]]
"""All that a template may use in a language, with example data."""


def problems(program: Program, context_of: ContextOf) -> Iterator[Problem]:
    """Every mistake in the mails of the texts in use, rendered with these example data."""
    # What is shared, such as the frame of all HTML, is told once.
    yield from dict.fromkeys(each for template in TEMPLATES for each in _of(template, program, context_of))


def _of(template: str, program: Program, context_of: ContextOf) -> Iterator[Problem]:
    trees: dict[str, nodes.Template] = {}
    for language in program.languages:
        name = f"{template}.{language}.txt"
        source = current().templates.get(f"{FOLDER}/{name}")
        if source is None:
            yield Problem(_file(name), 0, "there is no such file, and each language needs one")
            continue
        try:
            trees[name] = environment(language, FOLDER, typography=False).parse(source, name)
        except TemplateSyntaxError as error:
            yield Problem(_file(name), error.lineno, message_of(error))
            continue
        context = context_of(template, language, program)
        found = [*_markup(name, source), *_unknown(name, trees[name], context)]
        yield from found or _as_rendered(template, language, context, name)
    yield from _other_values(trees)


def _markup(name: str, source: str) -> Iterator[Problem]:
    """Markup that would be shown as it stands."""
    for number, line in enumerate(source.split("\n"), 1):
        if line.count("**") % 2:
            yield Problem(_file(name), number, "`**` begins bold words, and a second one ends them")
        if "](" in line and not _BUTTON.fullmatch(line):
            yield Problem(_file(name), number, "a button is alone on its line: [Words]({{ link }})")
        if _TAG.search(line) and not _LINK.fullmatch(line):
            yield Problem(_file(name), number, "no HTML here; a link is alone on its line: <{{ link }}>")


def _as_rendered(
    template: str, language: Language, context: Mapping[str, Any], name: str
) -> Iterator[Problem]:
    """What goes wrong with example data."""
    try:
        render(template, language, context)
    except (TemplateError, ValueError, TypeError, LookupError, ArithmeticError, AttributeError) as error:
        file, line = place_of(error) or (_file(name), 1)
        yield Problem(file, line, message_of(error))


def _unknown(name: str, tree: nodes.Template, context: Mapping[str, Any]) -> Iterator[Problem]:
    missing = meta.find_undeclared_variables(tree) - {*context, "language"}
    for used in tree.find_all(nodes.Name):
        if used.name in missing:
            missing.discard(used.name)
            message = f"there is no `{used.name}` here: {instead_of(used.name, sorted(context))}"
            yield Problem(_file(name), used.lineno, message)


def _other_values(trees: Mapping[str, nodes.Template]) -> Iterator[Problem]:
    """What a mail is filled with in one language and not in another."""
    filled = {name: dict(_values(tree)) for name, tree in trees.items()}
    for name, values in filled.items():
        for other in filled:
            for value, line in values.items():
                if value not in filled[other]:
                    yield Problem(_file(name), line, f"`{value}` is not in {other}: the two say the same")


def _values(tree: nodes.Template) -> Iterator[tuple[str, int]]:
    """Names and parts of values that a template uses, each with its line."""
    for name in tree.find_all(nodes.Name):
        yield name.name, name.lineno
    for part in tree.find_all(nodes.Getattr):
        yield f".{part.attr}", part.lineno


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
