"""Mail labels: subject matter and delivery state of a mail, in words. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from forms_service.i18n.translations import N_
from forms_service.services.mail_followup import CAME_BACK
from forms_service.web.desk.formatter import Formatter

Mail = Mapping[str, Any]

NAMES: Mapping[str, str] = {
    "application-received": N_("Confirmation of receipt"),
    "deal-received": N_("Confirmation of receipt"),
    "deal-copy": N_("Copy of the confirmation, to the partner's contact"),
    "question": N_("Question"),
    "approved": N_("Approval"),
    "pre-accepted": N_("Pre-acceptance"),
    "rejected": N_("Rejection"),
    "reopened": N_("Opened again"),
    "withdrawn": N_("Confirmation of the withdrawal"),
    "privacy-notice": N_("How personal data is used"),
    "protection-ends": N_("The approval ends soon"),
    "protection-ended": N_("The approval has ended"),
    "application-notice": N_("Notice to us"),
    "deal-notice": N_("Notice to us"),
    "withdrawn-notice": N_("Notice to us: withdrawn"),
    "answered-notice": N_("Notice to us: answered"),
    "message-notice": N_("Notice to us: message"),
    "corrected-notice": N_("Notice to us: corrected"),
    "result-notice": N_("Notice to us: won or lost"),
    "reminder": N_("Reminder to us"),
    "unreached": N_("To us: reach the sender by phone"),
    "summary": N_("Summary of the morning"),
    "retention": N_("What will be deleted"),
    "staff-access": N_("To us: access to the desk"),
    "clock": N_("The clock looks wrong"),
    "lost-link": N_("Lost links"),
    "link-renewed": N_("New link to the status page"),
    "sign-in": N_("Sign-in link"),
    "partner-news": N_("To a partner"),
    "partner-notice": N_("Notice to us: a partner"),
    "privacy-partner": N_("How personal data is used"),
    "digest": N_("Several emails in one"),
    "draft-link": N_("Form to finish later"),
    "access-confirm": N_("Access request: confirm the address"),
    "access-not-given": N_("Access request: no access"),
}
"""By template; one that is missing here is shown by its template's name."""

STATES: Mapping[str, str] = {
    "queued": N_("waiting to be sent"),
    "sent": N_("handed to the mail server on %(at)s"),
    "dead": N_("not delivered: %(problem)s"),
    "dropped": N_("not sent: no longer needed"),
    "replaced": N_("not delivered, sent again"),
    "settled": N_("not delivered; passed on another way (%(how)s) by %(by)s"),
}

WAYS = {
    "phone": N_("by phone"),
    "in_person": N_("in person"),
    "other_address": N_("by email to another address"),
    "other": N_("in another way"),
}
"""How a message was passed on."""

FILED = N_("written to a file on %(at)s: nobody gets it, no mail server is set")
"""Instead of `sent`, where there was no mail server."""

DEAD = "dead"


@dataclass(frozen=True)
class MailWords:
    """Labels of mails, for one reader."""

    fmt: Formatter

    def name(self, mail: Mail) -> str:
        """Name of the mail."""
        template = mail["template"]
        return self.fmt.text(NAMES[template]) if template in NAMES else template

    def state(self, mail: Mail) -> str:
        """Delivery state."""
        state = mail["state"]
        if state == "queued" and mail.get("problem"):
            return self.fmt.text(N_("delayed, we will try again: %(problem)s")) % {"problem": mail["problem"]}
        facts = {
            "problem": self.problem(mail),
            "at": self.fmt.at(mail["sent_at"]) if mail.get("sent_at") else "",
            "by": mail.get("settled_by") or "",
            "how": self.fmt.text(WAYS[mail.get("settled_how") or "other"]),
        }
        if self.is_filed(mail):
            return self.fmt.text(FILED) % facts
        return self.fmt.text(STATES[state]) % facts if state in STATES else state

    @property
    def ways(self) -> list[tuple[str, str]]:
        """Ways in which a message may have been passed on, to choose from."""
        return [(way, self.fmt.text(words)) for way, words in WAYS.items()]

    def is_filed(self, mail: Mail) -> bool:
        """Whether it was written to a file instead of being sent."""
        return bool(mail["state"] == "sent" and mail.get("file"))

    def problem(self, mail: Mail) -> str:
        """Why it was not delivered: in staff's words if given, else in the mail server's."""
        if mail.get("problem") == CAME_BACK:
            at = mail.get("bounced_at")
            return self.fmt.text(N_("returned to sender")) + (f" ({self.fmt.at(at)})" if at else "")
        return mail.get("problem") or ""
