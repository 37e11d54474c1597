"""What people outside know a submission by: a reference to quote, and the token in its status link."""

import hashlib
import secrets
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from itsdangerous import Signer

ALPHABET = "23456789CDFHJKMNPQRTVWX"
"""No vowels, so no words; none of 0 O, 1 I L, 5 S, 8 B and 2 Z stands beside its twin."""

PREFIXES = {"application": "APP", "deal": "DEAL"}


class References:
    """New references: `APP-7K3M-2P9Q`. Drawn, not counted; whoever stores one checks that it is new."""

    def __init__(self, draw: Callable[[str], str] = secrets.choice) -> None:
        self._draw = draw

    def new(self, kind: str) -> str:
        """A reference for a submission of this kind."""
        groups = ("".join(self._draw(ALPHABET) for _ in range(4)) for _ in range(2))
        return "-".join((PREFIXES[kind], *groups))


class StatusTokens:
    """The tokens of status links: computed from the reference and the secret key, kept as hashes only.

    After a change of the key, links that are out stay good: they are looked up by their hash.
    """

    def __init__(self, secret_key: str, fallbacks: Iterable[str] = ()) -> None:
        keys = (secret_key, *fallbacks)
        self._signers = [Signer(key, salt="status", digest_method=hashlib.sha256) for key in keys]

    def new(self, reference: str) -> str:
        """The token of a new submission."""
        return self._signers[0].get_signature(reference).decode("ascii")

    def of(self, record: Mapping[str, Any]) -> str:
        """The token of a stored record, made with the key it was made with.

        Raises:
            KeyError: with none of the known keys; its link cannot be told again.
        """
        token = self._find(record)
        if token is None:
            raise KeyError(record["id"])
        return token

    def knows(self, record: Mapping[str, Any]) -> bool:
        """Whether its link can be told again."""
        return self._find(record) is not None

    def _find(self, record: Mapping[str, Any]) -> str | None:
        tokens = (signer.get_signature(record["id"]).decode("ascii") for signer in self._signers)
        return next((token for token in tokens if token_hash(token) in record["token_hashes"]), None)


def token_hash(token: str) -> str:
    """What is stored of a token, and what it is found by."""
    return hashlib.sha256(token.encode()).hexdigest()
