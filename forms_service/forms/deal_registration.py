"""The registration of a deal by a partner. Ten answers are needed: who asks for more gets fewer."""

from collections.abc import Callable
from typing import Any

from werkzeug.datastructures import MultiDict

from forms_service.forms import choices
from forms_service.forms.base import SentForm
from forms_service.forms.business_fields import Amount, Email, TaxId, Website
from forms_service.forms.edition import Edition
from forms_service.forms.fields import Day, Line, LongText, Name, Tick
from forms_service.texts import N_

_PRODUCT = N_("Product or service")
_PRODUCT_MISSING = N_("Enter the product or service")


class DealRegistration(SentForm):
    """A deal whose product is a text in the partner's own words."""

    name = "deal-registration"
    title = N_("Register a deal")

    partner_tax_id = TaxId(
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
    customer_name = Name(N_("Customer's name"), missing=N_("Enter the customer's name"))
    customer_country = choices.country(N_("Customer's country"), missing=N_("Choose the customer's country"))
    customer_tax_id = TaxId(
        N_("Customer's tax number"),
        country="customer_country",
        hint=N_("NIP or EU VAT number. It helps us to recognise the customer."),
    )
    customer_website = Website(
        N_("Customer's website"),
        hint=N_("For example www.company.com. It helps us to recognise the customer."),
    )
    model = choices.OneOf(N_("How you sell"), choices=choices.models, missing=N_("Choose how you sell"))
    product = Line(_PRODUCT, missing=_PRODUCT_MISSING)
    value_amount = Amount(
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
    customer_aware = Tick(
        N_("The customer knows that you register this deal"),
        hint=N_(
            "If you tick this, we may mention you when we talk to the customer. "
            "If not, we ask you before we contact the customer."
        ),
    )
    accept_privacy = Tick(
        N_("I have read how personal data is used"),
        missing=N_("Tick that you have read how personal data is used"),
    )

    def recognise(self, country_of: Callable[[str], str | None]) -> bool:
        """Take the partner's own number, if nothing else is wrong and somebody applied with it.

        `country_of` says from where they are, None where nobody has the number. Asked of a form that is whole
        but for this number: whoever tries numbers out has to register a deal, of which the partner is told.
        """
        field = self.partner_tax_id
        if field is None or [place for place, _ in self.mistakes()] != [field.id]:
            return False
        country = country_of(field.typed)
        return country is not None and bool(field.retry(country))


class DealWithListedProduct(DealRegistration):
    """A deal whose product is one of those that the program lists."""

    product = choices.FromList(
        _PRODUCT,
        choices=choices.products,
        prompt=N_("Choose a product or service"),
        missing=N_("Choose the product or service"),
    )
    # WTForms orders fields by this counter; the field stands where the one it replaces stood.
    product.creation_counter = DealRegistration.product.creation_counter


def deal_registration(
    edition: Edition, formdata: MultiDict[str, str] | None, said: dict[str, Any] | None
) -> DealRegistration:
    """The form that fits the program."""
    listed = edition.program.deal_registration.products
    return (DealWithListedProduct if listed else DealRegistration)(edition, formdata, said)
