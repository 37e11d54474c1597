"""Choice fields: one or some of a list that depends on program and language."""

from collections.abc import Callable, Iterator, Mapping
from functools import cache, cached_property
from typing import Any, NamedTuple

from babel.numbers import get_currency_name
from wtforms import ValidationError

from forms_service.domain.values import countries
from forms_service.domain.values.amounts import CURRENCIES
from forms_service.forms.context import Attributes, Edition
from forms_service.forms.fields import FieldContext, InputField
from forms_service.i18n.translations import N_
from partner_program.model import Language
from partner_program.typography import bind

Choices = Callable[[Edition], Mapping[str, str]]
"""What can be chosen: the value that is kept, and the words people read."""


def tiers(edition: Edition) -> Mapping[str, str]:
    """Tiers of the program."""
    return {tier.id: tier.name for tier in edition.program.tiers}


def tier_summaries(edition: Edition) -> Mapping[str, str]:
    """Purpose of each tier."""
    return {tier.id: tier.summary[edition.language] for tier in edition.program.tiers}


def models(edition: Edition) -> Mapping[str, str]:
    """Selling models."""
    return {model.id: model.title[edition.language] for model in edition.program.models}


def products(edition: Edition) -> Mapping[str, str]:
    """Products of the program; empty where it lists none."""
    return {choice.id: choice.text[edition.language] for choice in edition.program.deal_registration.products}


def country_names(edition: Edition) -> Mapping[str, str]:
    """Countries."""
    return countries.countries(edition.language)


def currencies(edition: Edition) -> Mapping[str, str]:
    """Currencies of a deal."""
    return _currencies(edition.language)


@cache
def _currencies(language: Language) -> Mapping[str, str]:
    return {code: f"{code} – {get_currency_name(code, locale=language)}" for code in CURRENCIES}


class Option(NamedTuple):
    """A rendered option."""

    id: str
    value: str
    text: str
    hint: str
    chosen: bool


class OneOf(InputField):
    """Radio buttons."""

    kind = "radios"

    def __init__(self, label: str, *, choices: Choices, hints: Choices | None = None, **options: Any) -> None:
        super().__init__(label, **options)
        self._choices = choices
        self._hints = hints

    @cached_property
    def choices(self) -> Mapping[str, str]:
        """Options to choose from."""
        return self._choices(self.group.edition)

    @property
    def hints(self) -> Mapping[str, str]:
        """Hints below options."""
        return self._hints(self.group.edition) if self._hints else {}

    def clean(self, text: str, form: FieldContext) -> str:
        if text not in self.choices:
            raise ValidationError(self.gettext(self.missing or N_("Choose from the list")))
        return text

    def display(self, value: Any, said: Mapping[str, Any]) -> str:
        return self.choices.get(value, str(value))

    def drawn(self) -> Iterator[Option]:
        """Rendered options; the first has the field's own id, so that a link to the field finds it."""
        language, chosen, hints = self.group.edition.language, self.chosen(), self.hints
        for number, (value, text) in enumerate(self.choices.items()):
            option_id = f"{self.id}-{number}" if number else self.id
            hint = bind(hints.get(value, ""), language)
            yield Option(option_id, value, bind(text, language), hint, value in chosen)

    def chosen(self) -> tuple[str, ...]:
        """What was chosen, or typed instead."""
        return (self.typed,)


class FromList(OneOf):
    """Select: one of a long list."""

    kind = "select"

    def __init__(
        self, label: str, *, prompt: str, first: Mapping[str, str] | None = None, **options: Any
    ) -> None:
        super().__init__(label, **options)
        self.prompt = self.gettext(prompt)
        self.first = (first or {}).get(self.group.edition.language, "")
        """What is chosen before anybody chooses, by language; the prompt where there is nothing."""

    def attributes(self) -> Attributes:
        return {**super().attributes(), "type": False, "spellcheck": False}

    def chosen(self) -> tuple[str, ...]:
        return (self.typed or ("" if self.raw else self.first),)


class SomeOf(OneOf):
    """Checkboxes: any of a list. The clean value has them in the list's order."""

    kind = "boxes"

    @property
    def blank(self) -> list[str]:
        return []

    def process_formdata(self, valuelist: list[str]) -> None:
        super().process_formdata([])
        self.several = valuelist

    def process_data(self, value: Any) -> None:
        super().process_data(value)
        self.several = list(self.data)

    def is_blank(self) -> bool:
        return not any(self.several)

    def pre_validate(self, form: FieldContext) -> None:
        self.data = self.blank
        if not self.is_blank():
            for value in self.several:
                self.clean(value, form)
            self.data = [value for value in self.choices if value in self.several]
        elif form.asks(self):
            raise ValidationError(self.gettext(self.missing))

    def display(self, value: Any, said: Mapping[str, Any]) -> str:
        return ", ".join(self.choices.get(each, str(each)) for each in value)

    def written(self, value: Any) -> str:
        return ""

    def as_typed(self) -> list[str]:
        return list(self.several)

    def chosen(self) -> tuple[str, ...]:
        return tuple(self.several)


class Currency(FromList):
    """Currency of an amount; shown with the amount."""

    def lines(self, value: Any, said: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
        return iter(())


def country(label: str, **options: Any) -> FromList:
    """Country select."""
    return FromList(label, choices=country_names, prompt=N_("Choose a country"), **options)
