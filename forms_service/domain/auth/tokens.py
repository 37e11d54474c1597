"""Tokens: random, derived, hashed and signed secrets of sign-in. Pure but for randomness.

A link's token follows from the link's id and the secret key. So the store needs only its hash, and the
mail that carries it can be composed minutes later without anybody having kept it.
"""

import hmac
import secrets
from base64 import urlsafe_b64encode
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from hashlib import sha256

from itsdangerous import BadSignature, Signer


def random_token() -> str:
    """Random token of 256 bits, URL-safe."""
    return secrets.token_urlsafe(32)


def hashed(token: str) -> str:
    """Hash of a token, as stored. Takes any text that a browser may send."""
    return sha256(token.encode("utf-8", "replace")).hexdigest()


def browser_code(browser: str) -> str:
    """Six-digit code that the requesting browser shows to its user."""
    digest = hmac.digest(browser.encode("utf-8", "replace"), b"sign-in code", "sha256")
    return f"{int.from_bytes(digest[:8], 'big') % 1_000_000:06}"


def code_hash(token: str, code: str) -> str:
    """Hash of a code, as stored; salted with the link's token, because six digits are soon tried."""
    return hashed(f"{token}:{code}")


class Keys:
    """Secret keys: the current one, and earlier ones that still verify."""

    def __init__(self, current: str, earlier: Sequence[str] = ()) -> None:
        self._newest_first = (current, *earlier)
        # itsdangerous signs with the last of its keys and believes all of them.
        self._cookies = Signer(
            [*reversed(self._newest_first)], salt="session", key_derivation="hmac", digest_method=sha256
        )

    def link_tokens(self, link_id: str) -> Iterator[str]:
        """The token of a link under each key, the current one first."""
        for key in self._newest_first:
            digest = hmac.digest(key.encode(), b"sign-in link " + link_id.encode(), "sha256")
            yield urlsafe_b64encode(digest).rstrip(b"=").decode("ascii")

    def link_token(self, link_id: str) -> str:
        """The token of a link made now."""
        return next(self.link_tokens(link_id))

    def device_cookie(self, account: str) -> str:
        """Device cookie (OWASP): proves an earlier sign-in to this account in this browser.

        It opens nothing: whoever holds one is told apart from strangers by the rate limiter.
        """
        return next(self._device_cookies(account))

    def knows_device(self, cookie: str | None, account: str) -> bool:
        """Verify a device cookie for this account, under any valid key."""
        value = (cookie or "").encode("utf-8", "replace")
        return any(hmac.compare_digest(value, made.encode()) for made in self._device_cookies(account))

    def _device_cookies(self, account: str) -> Iterator[str]:
        for key in self._newest_first:
            digest = hmac.digest(key.encode(), b"device " + account.encode("utf-8", "replace"), "sha256")
            yield urlsafe_b64encode(digest).rstrip(b"=").decode("ascii")

    def cookie(self, session: str, seen_at: datetime) -> str:
        """The value of the cookie that carries a session's secret and when it was last used."""
        return self._cookies.sign(f"{session}.{int(seen_at.timestamp())}").decode("ascii")

    def read_cookie(self, value: str) -> tuple[str, datetime] | None:
        """What `cookie` put in; None for anything that it did not write."""
        try:
            session, _, seen = self._cookies.unsign(value.encode("utf-8", "replace")).decode().partition(".")
        except BadSignature:
            return None
        return session, datetime.fromtimestamp(int(seen), UTC)
