"""Jinja environments: the templates of this package, speaking one language."""

from collections.abc import Callable
from functools import partial
from typing import Any

from jinja2 import Environment, FunctionLoader, StrictUndefined, select_autoescape

from forms_service.i18n.translations import PACKAGE, current
from partner_program.model import Language
from partner_program.typography import bind

Context = dict[str, Any]
"""Template context: what a template says, by name."""


def environment(
    language: Language,
    folder: str = "templates",
    *,
    typography: bool = True,
    finalize: Callable[[object], str] | None = None,
) -> Environment:
    """Templates from `folder` of this package, with `_()` and `{% trans %}` in `language`.

    Values are escaped in `.html` templates. A name that was not passed is an error, never an empty text.
    Sentences come with the language's typography (no-break spaces); switch it off for plain-text mail.
    Templates can read `language`; the filter `bound` gives any text that typography. They are those of the
    texts in use, and are read from disk with them only. `finalize` turns each value into text.
    """
    made, key = current().environments, (language, folder, typography, finalize)
    if key not in made:
        made[key] = _environment(*key)
    return made[key]


def _environment(
    language: Language, folder: str, typography: bool, finalize: Callable[[object], str] | None
) -> Environment:
    texts = current()

    def load(name: str) -> tuple[str, str, None] | None:
        source = texts.templates.get(f"{folder}/{name}")
        return None if source is None else (source, f"{PACKAGE.name}/{folder}/{name}", None)

    templates = Environment(
        loader=FunctionLoader(load),
        autoescape=select_autoescape(("html",)),
        undefined=StrictUndefined,
        finalize=finalize,
        extensions=["jinja2.ext.i18n"],
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    templates.policies["ext.i18n.trimmed"] = True
    words = texts.bound[language] if typography else texts.catalogs[language]
    # The extension adds this method to the environment.
    templates.install_gettext_callables(  # type: ignore[attr-defined]
        words.gettext, words.ngettext, newstyle=True, pgettext=words.pgettext, npgettext=words.npgettext
    )
    templates.globals["language"] = language
    templates.filters["bound"] = partial(bind, language=language)
    return templates
