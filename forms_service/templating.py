"""Jinja environments: the templates of this package, speaking one language."""

from functools import cache, partial
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from forms_service.texts import bound_texts, texts
from partner_program.model import Language
from partner_program.typography import bind

_PACKAGE = Path(__file__).parent


@cache
def environment(language: Language, folder: str = "templates", *, typography: bool = True) -> Environment:
    """Templates from `folder` of this package, with `_()` and `{% trans %}` in `language`.

    Values are escaped in `.html` templates. A name that was not passed is an error, never an empty text.
    Sentences come with the language's typography (no-break spaces); switch it off for plain-text mail.
    Templates can read `language`; the filter `bound` gives any text that typography.
    """
    templates = Environment(
        loader=FileSystemLoader(_PACKAGE / folder),
        autoescape=select_autoescape(("html",)),
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n"],
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    templates.policies["ext.i18n.trimmed"] = True
    words = bound_texts(language) if typography else texts(language)
    # The extension adds this method to the environment.
    templates.install_gettext_callables(  # type: ignore[attr-defined]
        words.gettext, words.ngettext, newstyle=True, pgettext=words.pgettext, npgettext=words.npgettext
    )
    templates.globals["language"] = language
    templates.filters["bound"] = partial(bind, language=language)
    return templates
