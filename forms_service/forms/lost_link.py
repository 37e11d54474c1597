"""What somebody who has lost a status link is asked: the address they sent their form from."""

from forms_service.forms.base import PartnerForm
from forms_service.forms.business_fields import Email
from forms_service.texts import N_


class LostLink(PartnerForm):
    """One address. Whether anything was sent from it, no answer tells."""

    name = "lost-link"
    title = N_("Lost the link?")

    email = Email(
        N_("Your email"),
        missing=N_("Enter your email address"),
        autocomplete="email",
        hint=N_("The address that you gave in the form."),
    )
