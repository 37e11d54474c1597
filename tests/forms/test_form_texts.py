"""Words of both languages: message ids in English, a complete catalog of others, other words over both."""

import shutil
from pathlib import Path

import pytest

from forms_service.i18n.catalogs import TRANSLATED, as_text, said_in_sources, untranslated, updated
from forms_service.i18n.translations import (
    N_,
    PACKAGE,
    TEMPLATES,
    bound_texts,
    catalog_path,
    overrides_path,
    read,
    texts,
)
from partner_program.model import Language


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_sentence_is_translated(language: Language) -> None:
    """None missing, none left over, none fuzzy: else `python -m forms_service.i18n.catalogs`."""
    catalog = updated(language)
    assert [message.id for message in untranslated(catalog)] == []
    assert as_text(catalog) == catalog_path(language).read_bytes()


@pytest.mark.parametrize("language", TRANSLATED)
def test_translations_keep_their_values(language: Language) -> None:
    """Every `%(name)s` of a sentence is in its translation and no other."""
    catalog = updated(language)
    for message in catalog:
        assert not list(message.check(catalog)), message.id


def test_sentences_come_from_every_kind_of_file() -> None:
    """Code, pages and mails."""
    places = {place.rsplit(".", 1)[-1] for message in said_in_sources() for place, _ in message.locations}
    assert {"py", "html"} <= places


def test_no_sentence_holds_markup() -> None:
    """Typography works on sentences, and would take a tag for a one-letter word."""
    for message in said_in_sources():
        for text in message.id if isinstance(message.id, tuple) else (message.id,):
            assert "<" not in text


def test_english_is_the_message_id() -> None:
    """Also where it depends on a number; no catalog repeats it."""
    english = texts("en")
    assert not catalog_path("en").exists()
    assert english.gettext("Contact person %(number)d") == "Contact person %(number)d"
    assert [english.ngettext("%(days)d day", "%(days)d days", number) for number in (0, 1, 2)] == [
        "%(days)d days",
        "%(days)d day",
        "%(days)d days",
    ]


@pytest.mark.parametrize(
    ("language", "forms", "said"),
    [
        ("en", ("%(days)d day left", "%(days)d days left"), ("%(days)d day left", "%(days)d days left")),
        ("pl", ("jutro", "%(days)d dni", "już %(days)d dni"), ("jutro", "już %(days)d dni")),
    ],
)
def test_other_words_go_before_those_of_code_and_catalog(
    tmp_path: Path, language: Language, forms: tuple[str, ...], said: tuple[str, str]
) -> None:
    """Marketing changes a sentence without touching code; all others stay."""
    for folder in ("locale", *TEMPLATES):
        shutil.copytree(PACKAGE / folder, tmp_path / folder)
    plurals = "".join(f'msgstr[{number}] "{form}"\n' for number, form in enumerate(forms))
    overrides_path(language, tmp_path).write_text(
        f'msgid "Yes"\nmsgstr "Sure"\n\nmsgid "in %(days)d day"\nmsgid_plural "in %(days)d days"\n{plurals}',
        encoding="utf-8",
    )
    words, before = read(tmp_path).catalogs[language], texts(language)
    assert words.gettext("Yes") == "Sure"
    assert tuple(words.ngettext("in %(days)d day", "in %(days)d days", days) for days in (1, 5)) == said
    assert words.gettext("No") == before.gettext("No")


def test_words_of_wtforms_are_there_where_ours_are_not() -> None:
    """A sentence of ours wins."""
    assert texts("pl").gettext("Not a valid choice.") == "Nieprawidłowy wybór"
    assert texts("pl").gettext(N_("Yes")) == "Tak"
    assert (
        bound_texts("pl").gettext("The customer knows that you register this deal")
        == "Klient wie o\u00a0tej rejestracji"
    )
