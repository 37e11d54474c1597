"""Translations: gettext catalogs and templates, loaded once and swapped as a whole.

Message ids are English sentences, so English has no catalog. One file a language, `overrides.po`, goes before
it: for whoever changes words without code. A `.po` file is compiled in memory, so nobody has to remember a
step between editing it and seeing it. `catalogs.py` keeps them complete. Publishing packs catalogs and
templates beside each build of the site; a running service takes them together with it.
"""

import base64
import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cache, lru_cache
from gettext import GNUTranslations
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import wtforms.i18n
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from partner_program.model import LANGUAGES, Language
from partner_program.typography import bind

if TYPE_CHECKING:
    from jinja2 import Environment

PACKAGE = Path(__file__).resolve().parents[1]
SOURCE_LANGUAGE: Language = "en"
"""The language of message ids."""
PUBLISHED = ("mail/templates", "templates/forms")
"""Templates whose words are published with the site; those of other pages belong to the code."""
TEMPLATES = ("mail/templates", "templates")
ENDING = ".texts"
"""A packed file lies beside its build, under the name of the build and this."""


class BrokenTexts(Exception):
    """The packed texts cannot be used; the text is one line."""


class BoundTexts:
    """The same words for a screen: no line ends with a one-letter word."""

    def __init__(self, words: GNUTranslations, language: Language) -> None:
        def bound(find: Callable[..., str]) -> Callable[..., str]:
            return lambda *arguments: bind(find(*arguments), language)

        # Remembered: one form asks for some sixty labels and hints, the same for everybody.
        self.gettext = lru_cache(maxsize=4096)(bound(words.gettext))
        self.ngettext = bound(words.ngettext)
        self.pgettext = bound(words.pgettext)
        self.npgettext = bound(words.npgettext)


@dataclass(frozen=True, eq=False)
class TextBundle:
    """Catalogs and templates of one version. Immutable."""

    catalogs: Mapping[Language, GNUTranslations]
    templates: Mapping[str, str]
    """Source by name, as seen from this package: `mail/templates/sign-in.pl.txt`."""
    digest: str = ""
    """Of the packed file they come from."""
    environments: "dict[object, Environment]" = field(default_factory=dict)
    """Jinja environments over these templates, made when they are first asked for."""
    bound: Mapping[Language, BoundTexts] = field(init=False)

    def __post_init__(self) -> None:
        bound = {language: BoundTexts(words, language) for language, words in self.catalogs.items()}
        object.__setattr__(self, "bound", bound)


_served: TextBundle | None = None
_tried: ContextVar[TextBundle | None] = ContextVar("tried", default=None)


def current() -> TextBundle:
    """The texts in use: those published last, else those of the package as they were first read."""
    return _tried.get() or _served or packaged()


def serve(bundle: TextBundle | None) -> None:
    """Use these texts from now on, in the whole process; None: those of the package."""
    global _served
    _served = bundle


@contextmanager
def trying(bundle: TextBundle) -> Iterator[None]:
    """Context manager: use these texts in this thread only."""
    before = _tried.set(bundle)
    try:
        yield
    finally:
        _tried.reset(before)


@cache
def packaged() -> TextBundle:
    """The texts beside the code, as they were when this process first asked for them."""
    return replace(read(PACKAGE), templates=own_templates())


def read(package: Path) -> TextBundle:
    """The texts of a copy of this package. Raises OSError, ValueError where a file cannot be read."""
    catalogs = {language: _translations(_compiled(package, language), language) for language in LANGUAGES}
    return TextBundle(catalogs, _templates(package, TEMPLATES))


@cache
def own_templates() -> Mapping[str, str]:
    """The templates beside the code, as they were when this process first asked for them."""
    return _templates(PACKAGE, TEMPLATES)


def catalog_path(language: Language, package: Path = PACKAGE) -> Path:
    """The translations of one language; message ids need none."""
    return package / "locale" / language / "LC_MESSAGES" / "messages.po"


def overrides_path(language: Language, package: Path = PACKAGE) -> Path:
    """Override file of a language: wording changed without code."""
    return package / "locale" / language / "overrides.po"


def catalog_files(language: Language, package: Path = PACKAGE) -> list[Path]:
    """The files with the words of one language: what an earlier one says, a later one does not change."""
    translated = [] if language == SOURCE_LANGUAGE else [catalog_path(language, package)]
    return [path for path in (overrides_path(language, package),) if path.exists()] + translated


def texts(language: Language) -> GNUTranslations:
    """The words of one language, exactly as its files have them.

    A sentence that is in none of ours is looked for in WTForms' own translations; where they do not have it
    either, it is its message id, singular or plural as English has it (a test keeps ours complete).
    """
    return current().catalogs[language]


def bound_texts(language: Language) -> BoundTexts:
    """The words of one language with its typography, for HTML."""
    return current().bound[language]


def pack(package: Path, program: str) -> bytes:
    """The texts of a copy of this package as one file, marked with the code and program they go with."""
    packed = {
        "code": code_mark(package),
        "program": program,
        "catalogs": {
            language: base64.b64encode(_compiled(package, language)).decode() for language in LANGUAGES
        },
        "templates": _templates(package, PUBLISHED),
    }
    return json.dumps(packed, ensure_ascii=False).encode()


def unpack(packed: bytes, before: TextBundle | None = None) -> TextBundle | None:
    """The texts of a packed file over those of the package; None where they belong to other code.

    Those `before` are given back where nothing changed: their templates need not be compiled again.

    Raises:
        BrokenTexts: it is no such file.
    """
    try:
        content = json.loads(packed)
        if content["code"] != own_mark():
            return None
        digest = hashlib.sha256(packed).hexdigest()
        if before and before.digest == digest:
            return before
        catalogs = {
            language: _translations(base64.b64decode(content["catalogs"][language]), language)
            for language in LANGUAGES
        }
        return TextBundle(catalogs, {**own_templates(), **content["templates"]}, digest)
    except (ValueError, KeyError, TypeError, OSError) as error:
        raise BrokenTexts(f"the published texts cannot be read ({type(error).__name__})") from error


def code_mark(package: Path) -> str:
    """A hash over the code of the service and of the program: templates name what code passes to them."""
    digest = hashlib.sha256()
    for root in (package, package.parent / "partner_program"):
        for path in sorted(root.rglob("*.py")):
            digest.update(f"{path.relative_to(package.parent)}\0".encode() + path.read_bytes() + b"\0")
    return digest.hexdigest()


@cache
def own_mark() -> str:
    """The mark of the code that this process runs."""
    return code_mark(PACKAGE)


def _compiled(package: Path, language: Language) -> bytes:
    # Babel's default of the time is now: no two alike.
    catalog = Catalog(locale=language, creation_date=datetime(2026, 1, 1, tzinfo=UTC))
    for path in catalog_files(language, package):
        for message in read_po(BytesIO(path.read_bytes()), locale=language):
            if message.id:
                catalog[message.id] = message
    compiled = BytesIO()
    write_mo(compiled, catalog)
    return compiled.getvalue()


def _translations(compiled: bytes, language: Language) -> GNUTranslations:
    translations = GNUTranslations(BytesIO(compiled))
    translations.add_fallback(wtforms.i18n.get_builtin_gnu_translations([language]))
    return translations


def _templates(package: Path, folders: Iterable[str]) -> dict[str, str]:
    files = template_files(package, folders)
    return {path.relative_to(package).as_posix(): path.read_text("utf-8") for path in files}


def template_files(package: Path, folders: Iterable[str]) -> Iterator[Path]:
    """The templates in these folders of a copy of this package; what editors leave behind is none."""
    for folder in folders:
        for path in sorted((package / folder).rglob("*")):
            if path.suffix in (".html", ".txt") and not path.name.startswith("."):
                yield path


def N_(message: str) -> str:  # noqa: N802 - the name that gettext's tools look for
    """Mark a message for extraction where its language is not known yet."""
    return message


class Words(Protocol):
    """Interface of translations: `texts(language)` or `bound_texts(language)`."""

    def gettext(self, message: str, /) -> str:
        """The sentence in the reader's language."""

    def ngettext(self, one: str, more: str, number: int, /) -> str:
        """The sentence for this number."""
