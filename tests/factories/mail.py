"""A message for tests of transports."""

from datetime import UTC, datetime

from forms_service.mail.message import Message, mailbox, seal


def a_letter(id: str = "0123456789abcdef0123456789abcdef", text: str = "Zażółć\n.\nkoniec\n") -> Message:
    """From partners@example.com to person@example.com, made a little before three in the morning."""
    headers = {
        "From": mailbox("partners@example.com"),
        "To": mailbox("person@example.com"),
        "Subject": "Hello",
        "Message-ID": f"<{id}@example.com>",
    }
    return seal(headers, text, "<p>Text</p>\n", id=id, made_at=datetime(2026, 11, 25, 2, 58, 39, tzinfo=UTC))
