"""Sentences of a difference, in both languages at once."""

from collections.abc import Callable

from partner_program.change_words import CHANGE_WORDS, ChangeWords
from partner_program.model import LANGUAGES, Language, Text


def both(say: Callable[[Language], str]) -> Text:
    """What this says in each language."""
    return Text(**{language: say(language) for language in LANGUAGES})


def same(text: str) -> Text:
    """A name that is the same in every language."""
    return Text(pl=text, en=text)


def said(form: Callable[[ChangeWords], str], **names: Text | None) -> Text:
    """A sentence of `change_words` with these names in its places."""

    def say(language: Language) -> str:
        places = {name: text and text[language] for name, text in names.items()}
        return form(CHANGE_WORDS[language]).format(**places)

    return both(say)


def became(what: Text, before: Text | None, after: Text | None) -> Text:
    """`Gold, Certyfikacja: wymagane (było: zalecane)`."""
    if before is None:
        return said(lambda words: words.is_now, what=what, after=after)
    if after is None:
        return said(lambda words: words.no_longer, what=what, before=before)
    return said(lambda words: words.became, what=what, before=before, after=after)


def renamed(before: Text, after: Text) -> Text:
    """`„Certyfikacja” nazywa się teraz „Kwalifikacje”`."""
    return said(lambda words: words.renamed, before=before, after=after)


def reworded(what: Text) -> Text:
    """That this text is another one, without quoting either."""
    return said(lambda words: words.reworded, what=what)


def described(name: Text) -> Text:
    """That the explanation of the thing with this name is another one."""
    return reworded(said(lambda words: words.description_of, name=name))


def sentence_case(title: Text) -> Text:
    """A heading that the program sets in capitals, as it reads inside a sentence."""
    return both(
        lambda language: title[language].capitalize() if title[language].isupper() else title[language]
    )
