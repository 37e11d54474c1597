"""What mails to somebody who asks for access say: nothing that anybody typed, nothing about any company."""

from collections.abc import Callable, Mapping
from typing import Any

from forms_service.mail.spoken import date_and_time
from forms_service.partners.access_requests import ANSWERED_WITHIN
from partner_program.model import Language, Program

Facts = Mapping[str, Any]

CONFIRM, NOT_GIVEN = "access-confirm", "access-not-given"
TO_ASKERS = (CONFIRM, NOT_GIVEN)


class AskerLetters:
    """Says what the template of such a mail may use."""

    def __init__(
        self,
        confirm_link: Callable[[Facts], str | None] = lambda mail: None,
        asking_page: str = "",
    ) -> None:
        """`confirm_link` is the whole address with the button, or None where it would not work any more."""
        self._confirm_link = confirm_link
        self._asking_page = asking_page

    def told(self, mail: Facts, program: Program) -> dict[str, Any] | None:
        """The values for the template of this mail; None where there is nothing left to write about."""
        if mail["template"] == NOT_GIVEN:
            return {"asking_page": self._asking_page, "days": ANSWERED_WITHIN.days}
        link = self._confirm_link(mail)
        if link is None:
            return None
        language: Language = mail["lang"]
        return {"link": link, "until": date_and_time(mail["expires_at"], program, language)}
