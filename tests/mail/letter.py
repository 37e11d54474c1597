"""A letter for tests of transports."""

from datetime import UTC, datetime
from email.message import EmailMessage

from forms_service.mail.message import WIRE, Message, mailbox, seal


def a_letter(id: str = "0123456789abcdef0123456789abcdef", text: str = "Zażółć\n.\nkoniec\n") -> Message:
    """From partners@example.com to person@example.com, made a little before three in the morning."""
    body = EmailMessage(policy=WIRE)
    body.set_content(text, cte="quoted-printable")
    headers = {
        "From": mailbox("partners@example.com"),
        "To": mailbox("person@example.com"),
        "Subject": "Hello",
        "Message-ID": f"<{id}@example.com>",
    }
    return seal(headers, body, id=id, made_at=datetime(2026, 11, 25, 2, 58, 39, tzinfo=UTC))
