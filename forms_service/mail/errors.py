"""Why a mail did not go. Each leaf tells the outbox to do something else."""


class MailError(Exception):
    """A mail was not delivered.

    The message is for the desk and may quote the other server, which likes to quote addresses;
    `code` alone is fit for a log.
    """

    def __init__(self, message: str, code: int | None = None) -> None:
        super().__init__(message)
        self.code = code
        """The server's answer, if one came."""


class UnsafeMail(MailError):
    """The mail would not be what it claims to be: a header or an address that may not be sent. Never sent."""


class Refused(MailError):
    """The server will not take this mail, now or later (5xx)."""


class Deferred(MailError):
    """The server may take this mail later (4xx), or the line broke while it was handed over."""


class Unreachable(MailError):
    """No mail can be handed over at the moment; nothing was learned about this one."""
