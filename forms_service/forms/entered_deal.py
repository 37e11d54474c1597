"""A deal that a partner registered by phone or mail, typed in by the vendor's people.

The same questions in their words, and when and how it came. What it says is what the partner's form says.
"""

import re
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from werkzeug.datastructures import MultiDict
from wtforms import ValidationError

from forms_service.forms import choices
from forms_service.forms.business_fields import Email, TaxId
from forms_service.forms.deal_registration import DealRegistration, DealWithListedProduct
from forms_service.forms.edition import Edition
from forms_service.forms.fields import Asking, Day, Line, PastDay, Tick
from forms_service.texts import N_
from partner_program.model import LANGUAGES

WAYS = {"phone": N_("by phone"), "mail": N_("by mail"), "meeting": N_("at a meeting")}
"""How a deal comes in without the form; the message ids of the words for it."""


class _Way(choices.OneOf):
    """How it came; not a part of what was said."""

    kept = False


class _ReceivedDay(PastDay):
    """A day up to today; not a part of what was said."""

    kept = False


class _TimeOfDay(Line):
    """`HH:MM`."""

    kept = False
    input_type = "time"

    def clean(self, text: str, form: Asking) -> str:
        if not re.fullmatch("([01]?[0-9]|2[0-3]):[0-5][0-9]", text):
            raise ValidationError(self.gettext(N_("Enter the time as hours and minutes, for example 14:30")))
        return text.zfill(5)


class _Told(Tick):
    """Something that the person who types has done."""

    kept = False


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

    how = _Way(N_("How it came"), choices=_ways, missing=N_("Choose how it came"))
    received_day = _ReceivedDay(
        N_("Day of registration"),
        missing=N_("Enter the day on which the partner registered it"),
        past=N_("The day of registration cannot be after today"),
        hint=N_("The time to decide is counted from it."),
    )
    received_time = _TimeOfDay(N_("Time"), missing=N_("Enter the time, for example 14:30"))
    partner_tax_id = TaxId(N_("Partner's tax number"), missing=N_("Enter the partner's tax number"))
    partner_email = Email(
        N_("Partner's email"),
        missing=N_("Enter the partner's email address"),
        hint=N_("The confirmation and the decision go there."),
    )
    language = _Tongue(
        N_("Language of the mails"),
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
    customer_aware = Tick(
        N_("The customer knows that the partner registers this deal"),
        hint=N_("If not, the partner is asked before anybody here contacts the customer."),
    )
    accept_privacy = _Told(
        N_("The partner has been told how personal data is used"),
        missing=N_("Tell the partner how personal data is used, then tick this"),
    )

    for _number, _field in enumerate((how, received_day, received_time)):
        _field.creation_counter = _number - 3  # before all others, as on the page
    for _field, _place in (
        (partner_tax_id, DealRegistration.partner_tax_id),
        (partner_email, DealRegistration.partner_email),
        (model, DealRegistration.model),
        (expected_close, DealRegistration.expected_close),
        (customer_aware, DealRegistration.customer_aware),
        (accept_privacy, DealRegistration.accept_privacy),
    ):
        _field.creation_counter = _place.creation_counter


class EnteredDeal(_Entering, DealRegistration):
    """With a product in the partner's own words."""


class EnteredDealWithListedProduct(_Entering, DealWithListedProduct):
    """With a product that the program lists."""


def entered_deal(
    edition: Edition, formdata: MultiDict[str, str] | None, said: dict[str, Any] | None
) -> DealRegistration:
    """The form that fits the program."""
    listed = edition.program.deal_registration.products
    return (EnteredDealWithListedProduct if listed else EnteredDeal)(edition, formdata, said)


def registered_at(form: Any) -> datetime:
    """The moment that a valid form names, in the program's time zone."""
    zone = ZoneInfo(form.edition.program.deal_registration.time_zone)
    day = date.fromisoformat(form.received_day.data)
    return datetime.combine(day, time.fromisoformat(form.received_time.data), zone)
