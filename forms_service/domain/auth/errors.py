"""What can be wrong with a change of who may come in. The text says it to the person who asked for it."""


class AccessError(Exception):
    """The change was not made."""


class NotAnAddress(AccessError):
    """The text is no e-mail address that mail can be sent to."""

    def __init__(self, text: str) -> None:
        super().__init__(f"{text!r} is no e-mail address; write it like name@company.com")


class UnknownRole(AccessError):
    """There is no such role among this kind of people."""

    def __init__(self, role: str, known: tuple[str, ...]) -> None:
        super().__init__(f"there is no role {role!r}; the roles are {', '.join(known)}")


class NobodyThere(AccessError):
    """Nobody with this address may come in."""

    def __init__(self, address: str) -> None:
        super().__init__(f"{address} is not on the list")


class UserExists(AccessError):
    """Somebody with this address may come in already."""

    def __init__(self, address: str, role: str) -> None:
        super().__init__(f"{address} is on the list already, as {role}")


class LastAdministrator(AccessError):
    """Without this person nobody could change who may come in."""

    def __init__(self, address: str) -> None:
        super().__init__(f"{address} is the last administrator; make somebody else administrator first")
