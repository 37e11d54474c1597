"""Request parser: strict HTTP/1.1 parsing against request smuggling.

waitress already refuses most of what request smuggling is made of. Refused here as well: a length beside
a transfer coding, any transfer coding (a body must say its length first), folded headers, control
characters, a lone CR or LF anywhere in the head, a target or a version we do not speak, and an absolute
target that names another host than the Host header.
"""

import re
from copy import copy
from typing import Any

from waitress.parser import HTTPRequestParser, ParsingError
from waitress.utilities import BadRequest, RequestEntityTooLarge, RequestHeaderFieldsTooLarge

SWALLOWED_BYTES = 16 * 1024 * 1024
"""A body over the limit is read to its end and thrown away up to this size, so that the answer arrives."""

HEADER_LINES = 100
"""So many lines a head may have; browsers and proxies send some 30."""

# Looked for from the last byte before the new ones, so that a CR LF cut in two by the network is one.
_FORBIDDEN = re.compile(rb"(?<!\r)\n|\r(?=[^\n])|[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


class LengthRequired(BadRequest):  # type: ignore[misc] # waitress has no types
    """411: a body without Content-Length."""

    code = 411
    reason = "Length Required"


class Crowded(RequestEntityTooLarge):  # type: ignore[misc] # waitress has no types
    """503: too many large bodies are being received."""

    code = 503
    reason = "Service Unavailable"


class StrictParser(HTTPRequestParser):  # type: ignore[misc] # waitress has no types
    """Parser of one request. `error` is set on one that is answered by a refusal."""

    command = path = ""
    headers_finished: bool = False
    expect_continue: bool = False
    adj: Any
    answer: Any = None
    """What answers it, once a thread is there for it."""
    was_given_up = False
    """Whether its client was told that no answer came in time."""
    is_large: bool = False
    """Whether more may come than a form holds."""
    _is_crowded = False
    _judged = False
    _has_too_many_lines = False
    _to_swallow = 0

    def received(self, data: bytes) -> int:
        """Consume bytes; returns how many belonged to this request."""
        if self._to_swallow:
            taken = min(self._to_swallow, len(data))
            self._to_swallow -= taken
            self.completed = not self._to_swallow
            return taken
        if not self.headers_finished and self._has_forbidden_bytes(data):
            self.error, self.completed, self.headers_finished = BadRequest(""), True, True
            return len(data)
        consumed: int = super().received(data)
        if self.headers_finished and not self._judged:
            self._judged = True
            self._judge_body()
        return consumed

    def parse_header(self, header_plus: bytes) -> None:
        """Parse the head. Raises ParsingError."""
        if b"\r\n " in header_plus or b"\r\n\t" in header_plus:
            raise ParsingError("folded header")
        request_line = header_plus.partition(b"\r\n")[0]
        if request_line != request_line.strip() or b"#" in request_line:
            raise ParsingError("white space around the request line, or a fragment")
        head = header_plus.lower()
        has_coding, has_length = (
            b"\r\n" + name in head for name in (b"transfer-encoding:", b"content-length:")
        )
        try:
            super().parse_header(header_plus)
        except ValueError as error:  # of a number with thousands of digits
            raise ParsingError("length") from error
        if has_coding and (has_length or not self.chunked):
            raise ParsingError("a transfer coding beside a length, or an empty one")
        if self.version not in ("1.0", "1.1") or not self.path.startswith("/"):
            raise ParsingError("version or target")
        if self.proxy_netloc and self.proxy_netloc.lower() != self.headers.get("HOST", "").lower():
            raise ParsingError("target and Host name different hosts")
        if self.path.startswith("//"):
            raise ParsingError("a target with two slashes: a proxy may have taken it for another")
        self._has_too_many_lines = header_plus.count(b"\r\n") > HEADER_LINES
        self._raise_limit()

    def _raise_limit(self) -> None:
        """Where a large body may come, and does, the limit of this one request is another."""
        limit_of = getattr(self.adj, "body_limit", None)
        if limit_of is None or self.chunked or self.content_length < self.adj.max_request_body_size:
            return
        limit = limit_of(self.command, self.path, self.headers.get("COOKIE", ""))
        self._is_crowded = limit is None
        if limit is not None and limit >= self.adj.max_request_body_size:
            self.adj = copy(self.adj)
            self.adj.max_request_body_size = limit + 1
            self.is_large = True

    def _has_forbidden_bytes(self, data: bytes) -> bool:
        known = self.header_plus[-3:]
        fresh = known + data
        end = fresh.find(b"\r\n\r\n")
        head = fresh if end < 0 else fresh[: end + 4]
        if (self.header_plus + data).lstrip(b"\r\n")[:1] in (b" ", b"\t"):
            return True
        return _FORBIDDEN.search(head, max(0, len(known) - 1)) is not None

    def _judge_body(self) -> None:
        """Refuse what must not be read; where the client is sending anyway, let it finish first."""
        if self.error is None and self._has_too_many_lines:
            self.error, self.completed = RequestHeaderFieldsTooLarge(""), True
        if self.error is None and self.chunked:
            self.error, self.completed = LengthRequired(""), True
        if self._is_crowded and isinstance(self.error, RequestEntityTooLarge):
            self.error = Crowded("")
        if self.error is None:
            return
        is_coming = isinstance(self.error, RequestEntityTooLarge) and not self.expect_continue
        if is_coming and self.content_length <= SWALLOWED_BYTES:
            self._to_swallow, self.completed = self.content_length, False
        # A client that asked first gets its answer instead of a "continue".
        self.expect_continue = False
