"""References and status tokens: the public number of a record, and the secret in its status link."""

import hashlib
import hmac
import secrets
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from itsdangerous import Signer
from itsdangerous.encoding import base64_encode

ALPHABET = "23456789CDFHJKMNPQRTVWX"
"""No vowels, so no words; none of 0 O, 1 I L, 5 S, 8 B and 2 Z stands beside its twin."""

PREFIXES = {"application": "APP", "deal": "DEAL", "partner": "PAR"}


class References:
    """Generator of references: `APP-7K3M-2P9Q`. Random; whoever stores one checks that it is new."""

    def __init__(self, draw: Callable[[int], int] = lambda below: secrets.randbits(64) % below) -> None:
        """`draw` gives a number below another, each as likely as the others."""
        self._draw = draw

    def new(self, kind: str) -> str:
        """New reference for a submission of this kind."""
        # One number for all letters: each draw asks the system, and lets other threads go first.
        rest, letters = self._draw(len(ALPHABET) ** 8), ""
        for _ in range(8):
            rest, letter = divmod(rest, len(ALPHABET))
            letters += ALPHABET[letter]
        return f"{PREFIXES[kind]}-{letters[:4]}-{letters[4:]}"


class StatusTokens:
    """Status tokens: an HMAC of the reference, stored as hashes only.

    After a change of the key, links that are out stay good: they are looked up by their hash. A renewed link
    is made with a nonce of its record, too (`link_nonce`): whoever has the key alone cannot make it.
    """

    def __init__(self, secret_key: str, fallbacks: Iterable[str] = ()) -> None:
        keys = (secret_key, *fallbacks)
        signers = [Signer(key, salt="status", digest_method=hashlib.sha256) for key in keys]
        # What `get_signature` does, with the derived key kept.
        self._keys = [signer.derive_key() for signer in signers]

    def new(self, reference: str, nonce: str = "") -> str:
        """Token of a new submission, or with a nonce of a renewed link."""
        return _signature(self._keys[0], _signed(reference, nonce))

    def of(self, record: Mapping[str, Any]) -> str:
        """Token of a stored record, made with the key it was made with.

        Raises:
            KeyError: with none of the known keys; its link cannot be told again.
        """
        token = self._find(record)
        if token is None:
            raise KeyError(record["id"])
        return token

    def knows(self, record: Mapping[str, Any]) -> bool:
        """Whether the token can be computed again."""
        return self._find(record) is not None

    def _find(self, record: Mapping[str, Any]) -> str | None:
        signed = _signed(record["id"], record.get("link_nonce", ""))
        tokens = (_signature(key, signed) for key in self._keys)
        return next((token for token in tokens if token_hash(token) in record["token_hashes"]), None)


def _signed(reference: str, nonce: str) -> str:
    return f"{reference}/{nonce}" if nonce else reference


def _signature(key: bytes, reference: str) -> str:
    return base64_encode(hmac.digest(key, reference.encode(), "sha256")).decode("ascii")


def token_hash(token: str) -> str:
    """Hash of a token: stored, and its index key."""
    return hashlib.sha256(token.encode()).hexdigest()
