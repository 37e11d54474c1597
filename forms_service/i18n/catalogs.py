"""Catalogs: extract messages into the gettext catalogs (`make texts`).

Takes every sentence from the Python files and templates of this package into `locale/*/…/messages.po`, drops
what nothing says any more, and names what still has to be translated. English needs none: the message ids are
English. What stands in an `overrides.po` and is said no more is named, too.
"""

import sys
from collections.abc import Iterator
from functools import cache
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from forms_service.i18n.catalog_checks import Key, unknown
from forms_service.i18n.translations import SOURCE_LANGUAGE, catalog_path, overrides_path
from partner_program.model import LANGUAGES, Language

TRANSLATED: tuple[Language, ...] = tuple(each for each in LANGUAGES if each != SOURCE_LANGUAGE)
"""Languages with a catalog."""
_PACKAGE = Path(__file__).parents[1]
_SOURCES = [
    ("**.py", "python"),
    ("**/templates/**.html", "jinja2"),
    ("**/templates/**.txt", "jinja2"),
]
_OPTIONS = {
    pattern: {"silent": "false", "trimmed": "true"} for pattern, method in _SOURCES if method == "jinja2"
}


def said_in_sources() -> Catalog:
    """Messages in code and templates, with their file."""
    catalog = Catalog(charset="utf-8", fuzzy=False)
    found = extract_from_dir(_PACKAGE, _SOURCES, _OPTIONS, comment_tags=("Translators:",))
    for file, line, message, comments, context in found:
        place = (f"{_PACKAGE.name}/{Path(file).as_posix()}", line)
        catalog.add(message, "", [place], auto_comments=comments, context=context)
    return catalog


@cache
def known() -> dict[Key, str]:
    """The plural of every sentence by its context and id, as this process first found them; empty: none."""
    found = {}
    for message in said_in_sources():
        one, more = message.id if isinstance(message.id, tuple | list) else (message.id, "")
        found[message.context or "", one] = more
    return found


def read_catalog(language: Language) -> Catalog:
    """Catalog of a language on disk; an empty one where there is none."""
    path = catalog_path(language)
    return read_po(BytesIO(path.read_bytes() if path.exists() else b""), locale=language)


def updated(language: Language) -> Catalog:
    """Catalog of a language with exactly the messages of the sources."""
    catalog = read_catalog(language)
    catalog.update(said_in_sources(), no_fuzzy_matching=True)
    catalog.obsolete.clear()
    return catalog


def untranslated(catalog: Catalog) -> Iterator[Message]:
    """Messages without translation, with missing plurals, or fuzzy."""
    for message in catalog:
        if not message.id:
            continue
        texts = message.string if isinstance(message.string, tuple | list) else (message.string,)
        if message.fuzzy or not all(texts) or (message.pluralizable and len(texts) != catalog.num_plurals):
            yield message


def as_text(catalog: Catalog) -> bytes:
    """The catalog as it is kept: by file, without line numbers, so that moving code moves nothing here."""
    header = (
        'msgid ""\nmsgstr ""\n'
        f'"Language: {catalog.locale}\\n"\n'
        f'"Plural-Forms: {catalog.plural_forms}\\n"\n'
        '"Content-Type: text/plain; charset=utf-8\\n"\n'
        '"Content-Transfer-Encoding: 8bit\\n"\n\n'
    )
    messages = BytesIO()
    write_po(messages, catalog, width=110, sort_by_file=True, include_lineno=False, omit_header=True)
    return header.encode() + messages.getvalue()


def main() -> int:
    """Update the catalogs and list what is missing. Exit code 1 if something is."""
    missing = 0
    for language in TRANSLATED:
        catalog, path = updated(language), catalog_path(language)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(as_text(catalog))
        for message in untranslated(catalog):
            missing += 1
            sys.stdout.write(f"{path.relative_to(_PACKAGE.parent)}: translate {message.id!r}\n")
    overrides = [path for language in LANGUAGES if (path := overrides_path(language)).exists()]
    for problem in unknown(overrides, _PACKAGE.parent, known()):
        missing += 1
        sys.stdout.write(f"{problem}\n")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
