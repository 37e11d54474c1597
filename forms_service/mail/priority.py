"""Priority: class of a mail in the queue, so that a sign-in link does not wait behind a flood of others.

Pure. A mail is of the class that its template belongs to; `Priority` lists the classes, the first one first.
"""

from collections.abc import Mapping
from enum import IntEnum


class Priority(IntEnum):
    """Class of mail in the queue: all that is due of one goes before the first of the next."""

    ACCESS = 0
    """Somebody sits there and waits for it: links to sign in, to confirm an address, to what was sent."""
    DECISION = 1
    """Questions and decisions, to whoever they concern."""
    CONFIRMATION = 2
    """What somebody did has arrived."""
    NOTICE = 3
    """Something happened, or will; somebody else may want to know."""
    SUMMARY = 4
    """Many things in one mail."""


_TEMPLATES = {
    Priority.ACCESS: ("sign-in", "access-confirm", "lost-link", "draft-link"),
    Priority.DECISION: (
        *("question", "approved", "pre-accepted", "rejected", "reopened", "link-renewed"),
        *(
            "answered-notice",
            "message-notice",
            "access-not-given",
            "partner-news",
            "unreached",
            "staff-access",
        ),
    ),
    Priority.CONFIRMATION: ("application-received", "deal-received", "withdrawn"),
    Priority.NOTICE: (
        *("application-notice", "deal-notice", "withdrawn-notice", "corrected-notice", "result-notice"),
        *("deal-copy", "privacy-notice", "privacy-partner", "partner-notice"),
        *("reminder", "protection-ends", "protection-ended"),
    ),
    Priority.SUMMARY: ("summary", "retention", "clock", "digest"),
}
BY_TEMPLATE: Mapping[str, Priority] = {
    template: priority for priority, templates in _TEMPLATES.items() for template in templates
}
"""Every template that a mail can have."""
