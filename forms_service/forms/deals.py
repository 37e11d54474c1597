"""Deal forms: registration in public, by a partner, by staff; and the result of a deal."""

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from werkzeug.datastructures import MultiDict
from wtforms import ValidationError

from forms_service.domain.submissions.workflow import ResultOutcome, State
from forms_service.forms import choices
from forms_service.forms.base import PartnerForm, SentForm
from forms_service.forms.business_fields import AmountField, Email, TaxIdField, WebsiteField
from forms_service.forms.context import Edition
from forms_service.forms.fields import (
    CheckboxField,
    Day,
    FieldContext,
    InputField,
    LineField,
    LongText,
    NameField,
    PastDay,
)
from forms_service.i18n.translations import N_
from partner_program.model import LANGUAGES

_PRODUCT = N_("Product or service")
_PRODUCT_MISSING = N_("Enter the product or service")


class DealForm(SentForm):
    """Deal form with a free-text product."""

    name = "deal-registration"
    title = N_("Register a deal")

    partner_tax_id = TaxIdField(
        N_("Your company's tax number"),
        missing=N_("Enter your company's tax number"),
        hint=N_("The number you applied with: NIP, or EU VAT number with its country code."),
    )
    partner_email = Email(
        N_("Your email"),
        missing=N_("Enter your email address"),
        autocomplete="email",
        hint=N_("We will send the confirmation and the decision here."),
    )
    # Chrome ignores `off`, and fills what it takes for one address together; a section of its own is not.
    customer_name = NameField(
        N_("Customer's name"),
        missing=N_("Enter the customer's name"),
        autocomplete="section-customer organization",
    )
    customer_country = choices.country(
        N_("Customer's country"),
        missing=N_("Choose the customer's country"),
        autocomplete="section-customer country",
    )
    customer_tax_id = TaxIdField(
        N_("Customer's tax number"),
        country="customer_country",
        hint=N_("NIP or EU VAT number. It helps us to recognise the customer."),
    )
    customer_website = WebsiteField(
        N_("Customer's website"),
        autocomplete="section-customer url",
        hint=N_("For example www.company.com. It helps us to recognise the customer."),
    )
    model = choices.OneOf(N_("How you sell"), choices=choices.models, missing=N_("Choose how you sell"))
    product = LineField(_PRODUCT, missing=_PRODUCT_MISSING)
    value_amount = AmountField(
        N_("Value"),
        currency="value_currency",
        missing=N_("Enter the estimated net value"),
        hint=N_("Estimated net value, for example 25 000 or 25 000.50."),
    )
    value_currency = choices.Currency(
        N_("Currency"),
        choices=choices.currencies,
        prompt=N_("Choose a currency"),
        first={"pl": "PLN"},
        missing=N_("Choose the currency"),
    )
    expected_close = Day(
        N_("Expected close"),
        missing=N_("Enter the day on which you expect to close the deal"),
        past=N_("The expected close cannot be before today, %(today)s"),
        hint=N_("The day on which you expect the customer's decision."),
    )
    description = LongText(
        N_("What the customer needs"), spellcheck=True, hint=N_("At most 5,000 characters.")
    )
    customer_aware = CheckboxField(
        N_("The customer knows that you register this deal"),
        hint=N_(
            "If you tick this, we may mention you when we talk to the customer. "
            "If not, we ask you before we contact the customer."
        ),
    )

    def recognise(self, country_of: Callable[[str], str | None]) -> bool:
        """Accept the partner's number without its checksum, if an application used it.

        `country_of` says from where they are, None where nobody has the number. Asked of a form that is whole
        but for this number: whoever tries numbers out has to register a deal, of which the partner is told.
        """
        field = self.partner_tax_id
        if field is None or [place for place, _ in self.mistakes()] != [field.id]:
            return False
        country = country_of(field.typed)
        return country is not None and bool(field.retry(country))


class DealWithListedProduct(DealForm):
    """Deal form with a product of the program's list."""

    product = choices.FromList(
        _PRODUCT,
        choices=choices.products,
        prompt=N_("Choose a product or service"),
        missing=N_("Choose the product or service"),
    )
    # WTForms orders fields by this counter; the field stands where the one it replaces stood.
    product.creation_counter = DealForm.product.creation_counter


def deal_registration(
    edition: Edition, formdata: MultiDict[str, str] | None, said: Mapping[str, Any] | None
) -> DealForm:
    """Deal form class for this program."""
    listed = edition.program.deal_registration.products
    return (DealWithListedProduct if listed else DealForm)(edition, formdata, said)


class PartnerDeal(DealForm):
    """Partner's deal form with a free-text product."""

    name = "partner-deal"
    partner_tax_id = None  # type: ignore[assignment] # so WTForms leaves a field out


class PartnerDealWithListedProduct(DealWithListedProduct):
    """Partner's deal form with a product of the program's list."""

    name = "partner-deal"
    partner_tax_id = None  # type: ignore[assignment] # so WTForms leaves a field out


def partner_deal(
    edition: Edition, formdata: MultiDict[str, str] | None, said: Mapping[str, Any] | None
) -> DealForm:
    """Partner's deal form class for this program."""
    listed = edition.program.deal_registration.products
    return (PartnerDealWithListedProduct if listed else PartnerDeal)(edition, formdata, said)


WAYS = {"phone": N_("by phone"), "mail": N_("by email"), "meeting": N_("at a meeting")}
"""How a deal comes in without the form; the message ids of the words for it."""


class _Way(choices.OneOf):
    """How it came; not a part of what was said."""

    kept = False


class _ReceivedDay(PastDay):
    """A day up to today; not a part of what was said."""

    kept = False


class _TimeOfDay(LineField):
    """`HH:MM`."""

    kept = False
    input_type = "time"

    def clean(self, text: str, form: FieldContext) -> str:
        if not re.fullmatch("([01]?[0-9]|2[0-3]):[0-5][0-9]", text):
            raise ValidationError(self.gettext(N_("Enter the time as hours and minutes, for example 14:30")))
        return text.zfill(5)


class _Tongue(choices.FromList):
    """The language in which the partner is written to."""

    kept = False


def _languages(edition: Edition) -> dict[str, str]:
    names = {"pl": N_("Polish"), "en": N_("English")}
    return {language: edition.texts.gettext(names[language]) for language in LANGUAGES}


def _ways(edition: Edition) -> dict[str, str]:
    return {way: edition.texts.gettext(words) for way, words in WAYS.items()}


class _Entering:
    """What is asked besides or instead."""

    name = "entered-deal"
    title = N_("Enter a deal")

    how = _Way(N_("How it reached us"), choices=_ways, missing=N_("Choose how it reached us"))
    received_day = _ReceivedDay(
        N_("Day of registration"),
        missing=N_("Enter the day on which the partner registered it"),
        past=N_("The day of registration cannot be after today"),
        hint=N_("The time to decide is counted from it."),
    )
    received_time = _TimeOfDay(N_("Time"), missing=N_("Enter the time, for example 14:30"))
    partner_tax_id = TaxIdField(N_("Partner's tax number"), missing=N_("Enter the partner's tax number"))
    partner_email = Email(
        N_("Partner's email"),
        missing=N_("Enter the partner's email address"),
        hint=N_("We will send the confirmation and the decision there."),
    )
    language = _Tongue(
        N_("Language of the emails"),
        choices=_languages,
        prompt=N_("Choose a language"),
        missing=N_("Choose a language"),
        first={"pl": "pl", "en": "en"},
    )
    model = choices.OneOf(
        N_("How the partner sells"), choices=choices.models, missing=N_("Choose how the partner sells")
    )
    expected_close = Day(
        N_("Expected close"),
        missing=N_("Enter the day on which the partner expects to close the deal"),
        past=N_("The expected close cannot be before today, %(today)s"),
        hint=N_("The day on which the partner expects the customer's decision."),
    )
    customer_aware = CheckboxField(
        N_("The customer knows that the partner registers this deal"),
        hint=N_("If not, ask the partner before contacting the customer."),
    )

    for _number, _field in enumerate((how, received_day, received_time)):
        _field.creation_counter = _number - 3  # before all others, as on the page
    for _field, _place in (
        (partner_tax_id, DealForm.partner_tax_id),
        (partner_email, DealForm.partner_email),
        (model, DealForm.model),
        (expected_close, DealForm.expected_close),
        (customer_aware, DealForm.customer_aware),
    ):
        _field.creation_counter = _place.creation_counter


class EnteredDeal(_Entering, DealForm):
    """Staff's deal form with a free-text product."""


class EnteredDealWithListedProduct(_Entering, DealWithListedProduct):
    """Staff's deal form with a product of the program's list."""


def entered_deal(
    edition: Edition, formdata: MultiDict[str, str] | None, said: Mapping[str, Any] | None
) -> DealForm:
    """Staff's deal form class for this program."""
    listed = edition.program.deal_registration.products
    return (EnteredDealWithListedProduct if listed else EnteredDeal)(edition, formdata, said)


def registered_at(form: Any) -> datetime:
    """Registration time of a valid form, in the program's time zone."""
    zone = ZoneInfo(form.edition.program.deal_registration.time_zone)
    day = date.fromisoformat(form.received_day.data)
    return datetime.combine(day, time.fromisoformat(form.received_time.data), zone)


OUTCOMES: Mapping[ResultOutcome, str] = {
    State.WON: N_("Won: the customer signed"),
    State.LOST: N_("Lost: the customer did not buy"),
}
"""What can be reported; the message ids of the words for it."""


def _outcomes(edition: Edition) -> dict[str, str]:
    return {str(outcome): edition.texts.gettext(words) for outcome, words in OUTCOMES.items()}


class DealResult(PartnerForm):
    """Result form: won or lost, with details."""

    name = "deal-result"
    title = N_("Report the result")

    outcome = choices.OneOf(N_("Result"), choices=_outcomes, missing=N_("Choose whether it is won or lost"))
    on = PastDay(
        N_("Day of the customer's decision"),
        missing=N_("Enter the day on which the customer decided"),
        past=N_("The day of the decision cannot be after today"),
    )
    value_amount = AmountField(
        N_("Value, if won"),
        currency="value_currency",
        hint=N_("Net. Change it if the customer signed for a different amount."),
    )
    value_currency = choices.Currency(
        N_("Currency, if won"), choices=choices.currencies, prompt=N_("Choose a currency")
    )
    text = LongText(
        N_("Why it was lost"),
        missing=N_("Write in a few words why it was lost"),
        hint=N_("Needed only if it was lost."),
        spellcheck=True,
    )

    def asks(self, field: InputField) -> bool:
        return super().asks(field) and (field.short_name != "text" or self.outcome.typed == State.LOST)

    def refuse(self, field: str | None, sentence: str) -> bool:
        """Put what the use case says against a valid form beside its field; whether it has such a field."""
        if field not in self._fields:
            return False
        self[field].errors = [sentence]
        return True

    def details(self) -> dict[str, Any]:
        """The answers of a valid form that go with its outcome, as `actions.apply` takes them."""
        names = (
            ("on", "text")
            if self.outcome.data == State.LOST
            else ("on", "text", "value_amount", "value_currency")
        )
        return {name: self[name].said() for name in names}
