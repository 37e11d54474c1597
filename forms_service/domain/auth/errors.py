"""Errors of a change to the user list; the text tells the user what is wrong."""


class AccessError(Exception):
    """The change was not made."""


class NotAnAddress(AccessError):
    """Not an e-mail address that mail can be sent to."""

    def __init__(self, text: str) -> None:
        super().__init__(f"{text!r} is no e-mail address; write it like name@company.com")


class UnknownRole(AccessError):
    """Users of this kind have no such role."""

    def __init__(self, role: str, known: tuple[str, ...]) -> None:
        super().__init__(f"there is no role {role!r}; the roles are {', '.join(known)}")


class NobodyThere(AccessError):
    """No active user has this address."""

    def __init__(self, address: str) -> None:
        super().__init__(f"{address} is not on the list")


class UserExists(AccessError):
    """An active user has this address already."""

    def __init__(self, address: str, role: str) -> None:
        super().__init__(f"{address} is on the list already, as {role}")


class LastAdministrator(AccessError):
    """The last administrator cannot be removed or demoted."""

    def __init__(self, address: str) -> None:
        super().__init__(f"{address} is the last administrator; make somebody else administrator first")
