"""Application form: a company applies to become a partner."""

from wtforms.validators import ValidationError

from forms_service.forms import choices
from forms_service.forms.base import FieldGroup, SentForm
from forms_service.forms.business_fields import Email, TaxIdField, WebsiteField
from forms_service.forms.fields import CheckboxField, Count, InputField, LineField, LongText, NameField, Phone
from forms_service.forms.rows import PersonFields, PersonRow, PersonRows
from forms_service.i18n.translations import N_


class ContactFields(PersonRow):
    """Fields of a contact. The first one needs an address."""

    name = NameField(
        N_("Full name"), missing=N_("Enter the full name of the contact person"), autocomplete="name"
    )
    email = Email(
        N_("Email"),
        missing=N_("Enter the contact person's email address"),
        autocomplete="email",
        hint=N_("We will send the confirmation and the link to your application there."),
    )
    phone = Phone(N_("Phone"), autocomplete="tel")
    role = LineField(N_("Role in the company"), autocomplete="organization-title")

    def asks(self, field: InputField) -> bool:
        return super().asks(field) or (self.first and field.short_name == "email")

    def marks_optional(self, field: InputField, number: int) -> bool:
        return super().marks_optional(field, number) or (number > 0 and field.short_name == "email")


class SponsorFields(FieldGroup):
    """Fields of the executive sponsor, who may be the contact."""

    name = NameField(N_("Full name"), missing=N_("Enter the full name of the executive sponsor"))
    email = Email(N_("Email"), missing=N_("Enter the executive sponsor's email address"))
    role = LineField(N_("Role in the company"))

    def asks(self, field: InputField) -> bool:
        return super().asks(field) and not self._parent_form.sponsor_is_contact.ticked


class QualifiedFields(PersonRow):
    """Fields of a qualified person."""

    name = NameField(N_("Full name"), missing=N_("Enter the full name, or leave the whole row empty"))
    email = Email(N_("Email"))


class ApplicationForm(SentForm):
    """Application form: required is what the program requires at application."""

    name = "application"
    title = N_("Apply to the Partner Channel")

    company_name = NameField(
        N_("Company name"), missing=N_("Enter your company name"), autocomplete="organization"
    )
    country = choices.country(
        N_("Country"), missing=N_("Choose the country of your company"), autocomplete="country"
    )
    tax_id = TaxIdField(
        N_("Tax number"),
        country="country",
        missing=N_("Enter your company's tax number"),
        hint=N_("Polish NIP or EU VAT number with its country code. Spaces and dashes are fine."),
    )
    website = WebsiteField(N_("Website"), autocomplete="url", hint=N_("For example www.company.com"))
    tier = choices.OneOf(
        N_("Tier you apply for"),
        choices=choices.tiers,
        hints=choices.tier_summaries,
        missing=N_("Choose the tier you apply for"),
    )
    models = choices.SomeOf(
        N_("How you want to sell with us"),
        choices=choices.models,
        missing=N_("Choose one or both ways of selling"),
        hint=N_("Choose one or both."),
    )
    contacts = PersonRows(
        ContactFields,
        N_("Contact persons"),
        legend=N_("Contact person %(number)d"),
        add=N_("Add a contact person"),
        remove=N_("Remove contact person %(number)d"),
        needed=True,
        hint=N_("The person in your company responsible for contact and cooperation with Future Processing."),
    )
    sponsor_is_contact = CheckboxField(N_("The executive sponsor is the contact person"))
    sponsor = PersonFields(
        SponsorFields,
        N_("Executive sponsor"),
        hint=N_("The person with whom Future Processing will discuss the joint business plan."),
    )
    sales_people = PersonRows(
        QualifiedFields,
        N_("People with sales qualifications"),
        legend=N_("Person with sales qualifications %(number)d"),
        add=N_("Add a person with sales qualifications"),
        remove=N_("Remove person with sales qualifications %(number)d"),
    )
    technical_people = PersonRows(
        QualifiedFields,
        N_("People with technical qualifications"),
        legend=N_("Person with technical qualifications %(number)d"),
        add=N_("Add a person with technical qualifications"),
        remove=N_("Remove person with technical qualifications %(number)d"),
    )
    lead_activities = Count(
        N_("Lead-generation activities you plan in a year"),
        largest=99,
        hint=N_("A number, for example 2. You agree the details with us in the joint business plan."),
    )
    promote_website = CheckboxField(
        N_("We will recommend Future Processing in our digital marketing channels")
    )
    message = LongText(
        N_("Anything else you want to tell us"), spellcheck=True, hint=N_("At most 5,000 characters.")
    )
    accept_requirements = CheckboxField(
        N_("Our company knows the requirements of the Partner Channel and accepts them"),
        missing=N_("Tick that your company knows the requirements and accepts them"),
    )

    def validate_sponsor_is_contact(self, field: CheckboxField) -> None:
        """Refuse a sponsor who is the contact person and somebody else, too (WTForms inline validator)."""
        if field.ticked and not self.sponsor.is_blank():
            raise ValidationError(field.gettext(N_("Choose one: tick this, or say below who it is")))
