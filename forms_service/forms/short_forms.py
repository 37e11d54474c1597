"""Short forms: tier finder (sent by GET, so that an answer can be shared), lost links, reply."""

from collections.abc import Mapping
from typing import Any

from werkzeug.datastructures import MultiDict

from forms_service.forms.base import PartnerForm
from forms_service.forms.business_fields import Email
from forms_service.forms.context import Edition
from forms_service.forms.fields import TEXT_LIMIT, CheckboxField, Count, LongText
from forms_service.i18n.translations import N_
from partner_program.model import Measure
from partner_program.typography import bind


class TierFinder(PartnerForm):
    """Tier finder: a question for each fact that the program measures. A blank counts as none."""

    name = "tier-finder"
    method = "get"
    title = N_("Find your tier")

    sales_people = Count(N_("People with sales qualifications"), largest=999)
    technical_people = Count(N_("People with technical qualifications"), largest=999)
    lead_activities = Count(N_("Lead-generation activities in a year"), largest=99)
    sponsor = CheckboxField(N_("Executive sponsor"))

    def __init__(
        self, edition: Edition, formdata: MultiDict[str, str] | None, said: Mapping[str, Any] | None
    ) -> None:
        super().__init__(edition, formdata, said)
        for measure in Measure:
            words = edition.program.measures.get(measure)
            if words is None:
                del self[measure.value]
            else:
                self[measure.value].label.text = bind(words.question[edition.language], edition.language)


class LostLink(PartnerForm):
    """Form for lost status links: an address."""

    name = "lost-link"
    title = N_("Lost the link?")

    email = Email(
        N_("Your email"),
        missing=N_("Enter your email address"),
        autocomplete="email",
        hint=N_("The address that you gave in the form."),
    )


class FinishLater(PartnerForm):
    """Address to which the link of a draft is mailed. Stands in the draft's own form."""

    name = "finish-later"
    title = N_("Finish later")

    later_email = Email(N_("Email"), missing=N_("Enter your email address"), autocomplete="email")


class Reply(PartnerForm):
    """Answer to a question of staff."""

    name = "reply"
    title = N_("Answer")

    text = LongText(N_("Your answer"), missing=N_("Write the answer"), spellcheck=True)


class MessageText(LongText):
    """Message: may hold what was typed into every field of another form."""

    limit = 4 * TEXT_LIMIT


class Message(PartnerForm):
    """Message to whoever reviews a submission: what was typed into a form that came too late."""

    name = "message"
    title = N_("Message")

    message = MessageText(
        N_("Your message"),
        missing=N_("Write the message"),
        hint=N_("What you typed. Change it as you like: it goes to whoever reviews it."),
        spellcheck=True,
    )
