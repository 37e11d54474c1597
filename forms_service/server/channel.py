"""Channel: one connection and the task that answers its request, on waitress.

A client that takes no byte for too long is cut, also while it is served; one request is read ahead.
"""

import fcntl
import logging
import socket
import struct
import termios
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from copy import copy
from dataclasses import dataclass
from itertools import chain
from time import monotonic
from typing import Any

from waitress.buffers import ReadOnlyFileBasedBuffer
from waitress.channel import ClientDisconnected, HTTPChannel
from waitress.task import ErrorTask, WSGITask
from waitress.utilities import Error

from forms_service.server.request_parser import StrictParser

PAUSE_BYTES = 512 * 1024
"""So much of a streamed answer may wait for its client; more is made when that has left."""


UNCONFIRMED = 504
"""What `Refuse` is asked for where a request was not answered in time."""


LINGER_SECONDS = 2.0
"""After a refusal, what the client still sends is thrown away for this long, so that it reads the answer."""


AT_ONCE = struct.pack("ii", 1, 0)


TASK = "forms_service.server.task"
"""Where a request's environment names the task that answers it."""


log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Limits:
    """Limits of size and time for a client."""

    body_bytes: int
    large_bodies: int = 4
    """Requests of one person at the same time whose body may be larger than that."""
    large_bodies_in_all: int = 16
    """Those of everybody."""
    large_body_times: float = 6.0
    """So many times as long as any other such a request may take to arrive."""
    threads: int = 32
    connections: int = 1000
    connections_per_address: int = 0
    """Of one client; 0 for as many as there are."""
    request_seconds: float = 10.0
    answer_seconds: float = 120.0
    idle_seconds: float = 75.0
    drain_seconds: float = 8.0


class _Paused(BaseException):
    """A streamed answer goes on when its client has taken what there is."""


class AnswerTask(WSGITask):  # type: ignore[misc] # waitress has no types
    """One answer. A streamed one gives its thread back while it waits for its client.

    waitress would let the thread wait: as many stalled downloads as threads, and nobody is served.
    """

    _stream: Iterator[bytes] | None = None
    _close: Callable[[], object] | None = None

    def get_environment(self) -> dict[str, Any]:
        environ: dict[str, Any] = super().get_environment()
        environ[TASK] = self
        return environ

    def streaming(self, body: Iterable[bytes]) -> Iterable[bytes]:
        """What to iterate over in place of the application's answer; a file or a list is no stream."""
        if isinstance(body, list | ReadOnlyFileBasedBuffer):
            return body
        # A chain has no `close`, by which waitress would end the answer with each pause.
        self._stream, self._close = chain(body), getattr(body, "close", None)
        return self._stream

    def execute(self) -> None:
        """Answer, or go on with it. Raises _Paused."""
        if self._stream is None:
            super().execute()
            return
        for piece in self._stream:
            self.write(piece)
        if self.content_length not in (None, self.content_bytes_written):
            self.set_close_on_finish()

    def write(self, data: bytes) -> None:
        with self.channel.outbuf_lock:
            if self.request.was_given_up:
                raise ClientDisconnected
            super().write(data)
        if self._stream is not None and self.channel.total_outbufs_len > PAUSE_BYTES:
            raise _Paused

    def close(self) -> None:
        """Let go of the application's answer, finished or not. Raises nothing."""
        close, self._close = self._close, None
        if close is not None:
            try:
                close()
            except Exception:
                log.exception("an answer could not be closed")

    def build_response_header(self) -> bytes:
        if self.channel.server.is_draining:
            self.set_close_on_finish()
        head: bytes = super().build_response_header()
        return head


class _Refusal(ErrorTask):  # type: ignore[misc] # waitress has no types
    def execute(self) -> None:
        self.status, headers, body = self.channel.server.refuse(self.request.error.code, self.request.path)
        self.response_headers.extend(headers)
        self.set_close_on_finish()
        self.content_length = len(body)
        self.channel.lingers = True
        self.write(body)


class _Unconfirmed(Error):  # type: ignore[misc] # waitress has no types
    """Nobody knows yet whether what was asked for was done."""

    code = UNCONFIRMED


class Channel(HTTPChannel):  # type: ignore[misc] # waitress has no types
    """One connection, and since when it has been in the state it is in."""

    parser_class = StrictParser
    error_task_class = _Refusal
    request: StrictParser | None
    requests: list[StrictParser]
    close_when_flushed: bool = False
    sent_continue: bool

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.since = monotonic()
        self.asked_at = self.moved_at = self.since
        """When its request was whole, and when something last came or was taken."""
        self.stalled_since: float | None = None
        """When it was first seen that bytes wait for the client; None since it took one."""
        self._was_left = 0
        self._is_paused = False
        """Whether a streamed answer waits for the client to take what there is."""
        self._unread = b""
        """What came behind the request that is being answered: it is read once the answer has left."""
        self.lingering_since: float | None = None
        self.lingers = False
        self.served = False
        self.server.make_room(self)

    def is_overdue(self, now: float, limits: Limits) -> bool:
        """Whether the client has used up its time. While its request is worked on, it owes nothing but to
        take what is there of the answer."""
        if self.lingering_since is not None:
            return now - self.lingering_since > LINGER_SECONDS
        # What was read ahead waits for an answer to leave that may all be in the kernel's hands.
        if self.total_outbufs_len or self._is_paused or (self._unread and not self.requests):
            left = self._left_in_kernel()
            if self.stalled_since is None or left < self._was_left:
                self.stalled_since = self.moved_at = now
            self._was_left = left
            return now - self.stalled_since > limits.answer_seconds
        self.stalled_since = None
        if self.requests:
            return False
        if self.is_waiting:
            return now - self.since > limits.idle_seconds
        is_large = self.request is not None and self.request.is_large
        return now - self.since > limits.request_seconds * (limits.large_body_times if is_large else 1)

    def is_unanswered(self, now: float, limits: Limits) -> bool:
        """Whether nothing has come of its request for as long as a client waits."""
        return bool(self.requests) and now - self.asked_at > limits.answer_seconds

    def give_up(self) -> None:
        """Tell the client that it is not known what became of its request, unless an answer has begun.

        Whatever works on it goes on, and finds nobody to tell.
        """
        with self.requests_lock:
            request = self.requests[0] if self.requests else None
        if request is None or request.was_given_up:
            return
        with self.outbuf_lock:
            if request.answer is not None and request.answer.wrote_header:
                return
            request.was_given_up = True
            told = copy(request)
            told.error = _Unconfirmed("")
            _Refusal(self, told).service()
            self.close_when_flushed = True
        log.error("a request was not answered in time")

    def _left_in_kernel(self) -> int:
        """How many bytes of what the kernel took over the client has not."""
        try:
            (left,) = struct.unpack("i", fcntl.ioctl(self.socket, termios.TIOCOUTQ, bytes(4)))
        except OSError:
            return 0
        return int(left)

    @property
    def large_body(self) -> StrictParser | None:
        """The request whose large body is arriving, or being worked on."""
        both = (self.request, *self.requests)
        return next((each for each in both if each is not None and each.is_large), None)

    @property
    def is_waiting(self) -> bool:
        """Between two requests; a connection that never sent one is not."""
        idle = self.request is None and not self.requests and not self._unread and not self.total_outbufs_len
        return self.served and idle

    def received(self, data: bytes) -> bool:
        """Take what has arrived, up to the end of one request; the rest waits until that is answered.

        waitress takes all requests that were pipelined and queues their answers, however many that are.
        """
        self.moved_at = monotonic()
        if self.is_waiting:
            self.since = self.moved_at
        with self.requests_lock:
            if self.will_close or self.close_when_flushed:
                return False
            while data and not self.requests:
                data = data[self._read(data) :]
            self._unread += data
        return True

    def _read(self, data: bytes) -> int:
        """How many bytes belong to the request that is arriving; once it is whole, a thread gets it."""
        if self.request is None:
            self.request = self.parser_class(self.adj)
        request = self.request
        consumed: int = request.received(data)
        if request.expect_continue and request.headers_finished and not self.sent_continue:
            self.send_continue()
        if request.completed:
            self.request, self.sent_continue = None, False
            if not request.empty:
                self.asked_at = monotonic()
                self.requests.append(request)
                self.server.add_task(self)
        return consumed

    @property
    def _may_go_on(self) -> bool:
        """Whether there is more to answer, and what was answered before it has left."""
        is_ending = self.will_close or self.close_when_flushed or not self.connected
        has_more = self._is_paused or (bool(self._unread) and not self.requests)
        return has_more and not (is_ending or self.total_outbufs_len)

    def _go_on(self) -> None:
        if self._is_paused:
            self._is_paused = False
            self.server.add_task(self)
        else:
            unread, self._unread = self._unread, b""
            self.received(unread)

    def task_class(self, _: "Channel", request: StrictParser) -> AnswerTask:
        """The answer to a request: waitress asks for it each time a thread is there for the channel."""
        request.answer = request.answer or AnswerTask(self, request)
        answer: AnswerTask = request.answer
        return answer

    def service(self) -> None:
        request = self.requests[0]
        if request.was_given_up:  # while it waited for a thread
            with self.requests_lock:
                self.requests = []
            return
        try:
            super().service()
        except _Paused:
            # What comes next goes into another buffer, so that this one is let go once it is sent.
            self.current_outbuf_count = self.adj.outbuf_high_watermark
            self._is_paused = True
            self.server.pull_trigger()
            return
        if request.answer is not None:
            request.answer.close()
            request.answer = None
        self.since, self.served = monotonic(), True

    def del_channel(self, map: Any = None) -> None:
        super().del_channel(map)
        self.server.forget(self)

    def cut(self) -> None:
        """Close; what the client did not take is not kept for it by the kernel either."""
        if self.stalled_since is not None:
            with suppress(OSError):
                self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, AT_ONCE)
        self.handle_close()

    def handle_close(self) -> None:
        super().handle_close()
        if self._is_paused:
            self._go_on()  # to its end: nobody is connected any more

    def readable(self) -> bool:
        return self.lingering_since is not None or bool(super().readable() and not self._unread)

    def writable(self) -> bool:
        return bool(super().writable()) or self._may_go_on

    def _flush_some(self, do_close: bool = True) -> bool:
        took_some: bool = super()._flush_some(do_close)
        if took_some:
            self.stalled_since, self.moved_at = None, monotonic()
        return took_some

    def handle_read(self) -> None:
        if self.lingering_since is None:
            super().handle_read()
        else:
            with suppress(OSError):
                self.recv(65536)

    def handle_write(self) -> None:
        """Send; after a refusal, close our half only: closing the whole would cancel what was sent."""
        if not (self.lingers and self.close_when_flushed):
            super().handle_write()
            if self._may_go_on:
                self._go_on()
            return
        self._flush_exception(self._flush_some)
        if self.will_close:
            self.handle_close()
        elif not self.total_outbufs_len:
            self.lingers = self.close_when_flushed = False
            try:
                self.socket.shutdown(socket.SHUT_WR)
                self.lingering_since = monotonic()
            except OSError:
                self.handle_close()
