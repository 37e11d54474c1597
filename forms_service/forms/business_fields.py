"""Business fields: money, tax numbers, e-mail and web addresses. They word the errors.

What is right and what is wrong is decided by the functions they call.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from babel.numbers import format_currency, format_decimal
from wtforms import ValidationError

from forms_service.domain.values import addresses, amounts, countries, free_text, tax_ids
from forms_service.domain.values.normalisation import plain
from forms_service.forms.fields import FieldContext, LineField
from forms_service.i18n.translations import N_


class Email(LineField):
    """One e-mail address."""

    input_type = "email"

    def __init__(self, label: str, **options: Any) -> None:
        super().__init__(label, inputmode="email", **options)

    def clean(self, text: str, form: FieldContext) -> str:
        try:
            return addresses.clean_email(text)
        except addresses.AddressRefused as error:
            raise ValidationError(self.gettext("Enter an email address like name@company.com")) from error


class WebsiteField(LineField):
    """A web address, with or without its scheme."""

    def __init__(self, label: str, **options: Any) -> None:
        super().__init__(label, inputmode="url", **options)

    def clean(self, text: str, form: FieldContext) -> str:
        try:
            return addresses.clean_website(text)
        except addresses.AddressRefused as error:
            raise ValidationError(self.gettext("Enter a web address like www.company.com")) from error


class AmountField(LineField):
    """Money, as people write it here: `25 000,50` or `25000.50`. Kept as a decimal number in a string."""

    def __init__(self, label: str, *, currency: str, **options: Any) -> None:
        super().__init__(label, inputmode="decimal", **options)
        self.currency = currency
        """Name of the field that holds its currency."""

    def clean(self, text: str, form: FieldContext) -> str:
        try:
            return str(amounts.parse_amount(text, form[self.currency].typed.strip()))
        except amounts.AmountRefused as refused:
            raise ValidationError(self._sentence(refused.fault, plain(text))) from refused

    def written(self, value: Any) -> str:
        if not value:
            return ""
        return format_decimal(Decimal(value), "0.00", locale=self.group.edition.language)

    def display(self, value: Any, said: Mapping[str, Any]) -> str:
        if not value:
            return ""
        language, currency = self.group.edition.language, said.get(self.currency) or ""
        return format_currency(Decimal(value), currency, "#,##0.00 ¤¤", locale=language).strip()

    def _sentence(self, fault: amounts.AmountProblem, text: str) -> str:
        if fault is amounts.AmountProblem.AMBIGUOUS:
            return self._ambiguous(text)
        largest = format_decimal(amounts.LARGEST, locale=self.group.edition.language)
        sentences = {
            amounts.AmountProblem.NOT_A_NUMBER: N_(
                "Enter the amount in digits, for example 25 000 or 25 000.50"
            ),
            amounts.AmountProblem.IN_WORDS: N_(
                "Write the whole amount in digits, for example 25 000 for 25 thousand"
            ),
            amounts.AmountProblem.TOO_PRECISE: N_("Enter at most two digits after the decimal separator"),
            amounts.AmountProblem.NOT_POSITIVE: N_("Enter an amount greater than zero"),
            amounts.AmountProblem.TOO_LARGE: N_("Enter an amount up to %(largest)s"),
            amounts.AmountProblem.OTHER_CURRENCY: N_(
                "The amount is in a different currency from the one you chose. Correct one of them"
            ),
        }
        return str(self.gettext(sentences[fault])) % {"largest": largest}

    def _ambiguous(self, text: str) -> str:
        whole, fraction = text[:-4], text[-3:]
        facts = {
            "typed": text,
            "whole": whole,
            "thousands": f"{int(whole + fraction)}",
            "decimals": format_decimal(
                Decimal(f"{whole}.{fraction[:2]}"), "0.00", locale=self.group.edition.language
            ),
        }
        if fraction == "000":
            sentence = self.gettext(
                'We cannot tell whether "%(typed)s" is %(whole)s or %(whole)s thousand. '
                "Enter %(thousands)s or %(decimals)s"
            )
        else:
            sentence = self.gettext(
                'We cannot tell whether the sign in "%(typed)s" separates thousands or decimals. '
                "Enter %(thousands)s or %(decimals)s"
            )
        return str(sentence) % facts


class TaxIdField(LineField):
    """A tax number. `country` names the field with the country whose rules it follows, if there is one."""

    def __init__(self, label: str, *, country: str = "", **options: Any) -> None:
        super().__init__(label, **options)
        self.country = country

    def clean(self, text: str, form: FieldContext) -> str:
        country = form[self.country].readable.strip() if self.country else ""
        try:
            return tax_ids.clean_tax_id(text, country)
        except tax_ids.TaxIdRefused as refused:
            raise ValidationError(self._sentence(refused)) from refused

    def retry(self, country: str) -> bool:
        """Take what was refused by the rules of another country. Whether it is taken now."""
        try:
            self.data = tax_ids.clean_tax_id(self.tidy(self.typed), country)
        except (tax_ids.TaxIdRefused, free_text.TextRefused):
            return False
        self.errors = []
        return True

    def _sentence(self, refused: tax_ids.TaxIdRefused) -> str:
        sentences = {
            tax_ids.TaxIdProblem.NIP: N_(
                "This NIP is wrong: its check digit does not match. Look for a typing mistake"
            ),
            tax_ids.TaxIdProblem.NIP_ALONE: N_("Enter the 10 digits of the NIP and nothing else"),
            tax_ids.TaxIdProblem.NIP_LENGTH: N_("A NIP has 10 digits, this has %(digits)d"),
            tax_ids.TaxIdProblem.VAT: N_(
                "Check the VAT number: it does not fit the country it is from (%(country)s)"
            ),
            tax_ids.TaxIdProblem.OTHER_COUNTRY: N_(
                "Check the number or the country: this is a number from another country (%(country)s)"
            ),
            tax_ids.TaxIdProblem.SHAPE: N_(
                "Enter the tax number with 3 to 30 letters, digits, dashes, dots or slashes"
            ),
            tax_ids.TaxIdProblem.SHORTENED: tax_ids.SHORTENED,
        }
        names = countries.countries(self.group.edition.language)
        return str(self.gettext(sentences[refused.fault])) % {
            "country": names.get(refused.country, ""),
            "digits": refused.digits,
        }
