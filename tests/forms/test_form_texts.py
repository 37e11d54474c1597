"""The catalogs say everything that code and templates say, in both languages."""

import pytest

from forms_service.i18n.catalogs import as_text, said_in_sources, untranslated, updated
from forms_service.i18n.translations import N_, bound_texts, catalog_path, texts
from partner_program.model import LANGUAGES, Language


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_is_translated(language: Language) -> None:
    """None missing, none left over, none fuzzy: else `python -m forms_service.i18n.catalogs`."""
    catalog = updated(language)
    assert [message.id for message in untranslated(catalog)] == []
    assert as_text(catalog) == catalog_path(language).read_bytes()


@pytest.mark.parametrize("language", LANGUAGES)
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


def test_words_of_wtforms_are_there_where_ours_are_not() -> None:
    """A sentence of ours wins."""
    assert texts("pl").gettext("Not a valid choice.") == "Nieprawidłowy wybór"
    assert texts("pl").gettext(N_("Yes")) == "Tak"
    assert (
        bound_texts("pl").gettext("The customer knows that you register this deal")
        == "Klient wie o\u00a0tej rejestracji"
    )
