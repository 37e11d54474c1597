"""The answer of a sender to a question of the vendor."""

from forms_service.forms.base import PartnerForm
from forms_service.forms.fields import LongText
from forms_service.texts import N_


class Reply(PartnerForm):
    """One text."""

    name = "reply"
    title = N_("Answer")

    text = LongText(N_("Your answer"), missing=N_("Write the answer"), spellcheck=True)
