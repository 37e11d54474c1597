"""What became of an approved deal: the same questions for all who report it."""

from typing import Any

from forms_service.forms import choices
from forms_service.forms.base import PartnerForm
from forms_service.forms.business_fields import Amount
from forms_service.forms.edition import Edition
from forms_service.forms.fields import LongText, PastDay, Typed
from forms_service.texts import N_

OUTCOMES = {"won": N_("Won: the customer signed"), "lost": N_("Lost: it came to nothing")}
"""What can be reported; the message ids of the words for it."""


def _outcomes(edition: Edition) -> dict[str, str]:
    return {outcome: edition.texts.gettext(words) for outcome, words in OUTCOMES.items()}


class DealResult(PartnerForm):
    """Won or lost, and what goes with it."""

    name = "deal-result"
    title = N_("Report won or lost")

    outcome = choices.OneOf(
        N_("What became of it"), choices=_outcomes, missing=N_("Choose whether it is won or lost")
    )
    on = PastDay(
        N_("Day on which it was decided"),
        missing=N_("Enter the day on which the customer decided"),
        past=N_("The day of the decision cannot be after today"),
    )
    value_amount = Amount(
        N_("Value, if won"),
        currency="value_currency",
        hint=N_("Net. Change it if the customer signed for another one than was registered."),
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

    def asks(self, field: Typed) -> bool:
        return super().asks(field) and (field.short_name != "text" or self.outcome.typed == "lost")

    def refuse(self, field: str | None, sentence: str) -> bool:
        """Put what the use case says against a valid form beside its field; whether it has such a field."""
        if field not in self._fields:
            return False
        self[field].errors = [sentence]
        return True

    def details(self) -> dict[str, Any]:
        """The answers of a valid form that go with its outcome, as `decisions.changes.apply` takes them."""
        names = (
            ("on", "text")
            if self.outcome.data == "lost"
            else ("on", "text", "value_amount", "value_currency")
        )
        return {name: self[name].said() for name in names}
