"""Waitress server: waitress with deadlines, graceful shutdown, strict parsing, own error pages.

A whole request is buffered before a thread is taken, so a slow client costs a connection and nothing
else; here a connection that takes too long is closed. Every wait is measured on the monotonic clock.
Knows nothing of forms, pages or Flask: the application is one callable, refusals are another.
"""

import errno
import fcntl
import logging
import os
import resource
import socket
import struct
import sys
import termios
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from copy import copy
from dataclasses import dataclass, replace
from itertools import chain
from time import monotonic
from typing import TYPE_CHECKING, Any

from waitress import wasyncore
from waitress.adjustments import Adjustments
from waitress.buffers import ReadOnlyFileBasedBuffer
from waitress.channel import ClientDisconnected, HTTPChannel
from waitress.server import TcpWSGIServer
from waitress.task import ErrorTask, WSGITask
from waitress.utilities import Error

from forms_service.server.request_parser import StrictParser

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

Refuse = Callable[[int, str], tuple[str, list[tuple[str, str]], bytes]]
"""From a status code and a path to status line, headers and body: for requests the application never sees."""

BodyLimit = Callable[[str, str, str], int]
"""From method, path and cookies of a request to how many bytes its body may have."""

HEAD_LIMIT_BYTES = 32 * 1024
BACKLOG = 1024
OTHER_FILES = 256
"""What may be open besides connections: pages that are sent, the journal, what it is compacted into."""
PAUSE_BYTES = 512 * 1024
"""So much of a streamed answer may wait for its client; more is made when that has left."""
UNCONFIRMED = 504
"""What `Refuse` is asked for where a request was not answered in time."""
NO_MORE_FILES = frozenset({errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM})
"""What `accept` says where this process, or the machine, can open no more."""
ACCEPT_PAUSE_SECONDS = 1.0
"""New connections wait so long then: asked at once again, the answer would be the same."""
QUIET_SECONDS = 60.0
"""After so long without such a pause, the next one is worth a line in the log again."""
LINGER_SECONDS = 2.0
"""After a refusal, what the client still sends is thrown away for this long, so that it reads the answer."""
GRACE_SECONDS = 1.0
"""At the end of the service, a fresh connection has this long to send something."""
CROWDED = 0.9
"""From this share of all connections on, idle ones are closed at once, and others have less time."""
CROWDED_SHARE = 0.25
"""What is left then of the time for a request, and for taking an answer."""

_AT_ONCE = struct.pack("ii", 1, 0)
_TASK = "forms_service.server.task"
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


class _Answer(WSGITask):  # type: ignore[misc] # waitress has no types
    """One answer. A streamed one gives its thread back while it waits for its client.

    waitress would let the thread wait: as many stalled downloads as threads, and nobody is served.
    """

    _stream: Iterator[bytes] | None = None
    _close: Callable[[], object] | None = None

    def get_environment(self) -> dict[str, Any]:
        environ: dict[str, Any] = super().get_environment()
        environ[_TASK] = self
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


class _Channel(HTTPChannel):  # type: ignore[misc] # waitress has no types
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

    def task_class(self, _: "_Channel", request: StrictParser) -> _Answer:
        """The answer to a request: waitress asks for it each time a thread is there for the channel."""
        request.answer = request.answer or _Answer(self, request)
        answer: _Answer = request.answer
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
                self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _AT_ONCE)
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


class Server(TcpWSGIServer):  # type: ignore[misc] # waitress has no types
    """Serves one application on one listening socket until `stop`."""

    channel_class = _Channel

    def __init__(
        self,
        application: "WSGIApplication",
        refuse: Refuse,
        listening: socket.socket,
        limits: Limits,
        *,
        body_limit: BodyLimit | None = None,
        owner_of: Callable[[str], str] = str,
        client_of: Callable[[str], str] = str,
    ) -> None:
        """`body_limit` says of a request with a body over the limit whether more may come than that;
        `owner_of` of its cookies, whose it is; `client_of` of an address, which client it is."""
        self.refuse = refuse
        self.limits = limits
        self._limit_of_bodies = body_limit
        self._owner_of = owner_of
        self._client_of = client_of
        self._connections_of: dict[str, set[_Channel]] = {}
        self._next_sweep = 0.0
        self._accepts_from = float("-inf")
        self._sweep_seconds = min(0.25, limits.request_seconds / 10, limits.drain_seconds / 10)
        self._stop_asked_at: float | None = None
        self._draining_since: float | None = None
        self._forced = False
        adjustments = Adjustments(
            sockets=[listening],
            ident="",
            threads=limits.threads,
            connection_limit=limits.connections,
            max_request_header_size=HEAD_LIMIT_BYTES,
            max_request_body_size=limits.body_bytes + 1,
            inbuf_overflow=limits.body_bytes + 1,
            clear_untrusted_proxy_headers=False,
            backlog=BACKLOG,
        )
        adjustments.body_limit = self._body_limit
        place = (listening.family, listening.type, listening.proto, listening.getsockname())

        def answered(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
            task: _Answer = environ[_TASK]
            return task.streaming(application(environ, start_response))

        super().__init__(answered, _sock=listening, adj=adjustments, sockinfo=place, bind_socket=False)

    def _body_limit(self, method: str, path: str, cookies: str) -> int | None:
        """Asked once the head has arrived. None while so many large bodies are on their way that no more may
        come now."""
        if self._limit_of_bodies is None:
            return self.limits.body_bytes
        limit = self._limit_of_bodies(method, path, cookies)
        if limit <= self.limits.body_bytes:
            return limit
        held = [channel.large_body for channel in list(self.active_channels.values())]
        owners = [self._owner_of(each.headers.get("COOKIE", "")) for each in held if each is not None]
        full = len(owners) >= self.limits.large_bodies_in_all
        return None if full or owners.count(self._owner_of(cookies)) >= self.limits.large_bodies else limit

    @property
    def is_draining(self) -> bool:
        """Whether shutdown has begun: every response now closes its connection."""
        return self._draining_since is not None

    @property
    def ends_at(self) -> float:
        """When, on the monotonic clock, what was begun has had its time, once `stop` was called."""
        return (self._stop_asked_at or monotonic()) + self.limits.drain_seconds

    def stop(self) -> None:
        """Graceful shutdown: finish running requests. A second call a second later stops at once.

        Safe to call from a signal handler. A second call within the second counts as the first: make
        passes a signal on that the terminal has delivered already.
        """
        now = monotonic()
        if self._stop_asked_at is None:
            self._stop_asked_at = now
        elif now - self._stop_asked_at >= 1:
            self._forced = True
        self.pull_trigger()

    def run(self) -> bool:
        """Serve until `stop`. Returns whether every running request was answered."""
        while not self._forced:
            wasyncore.loop(timeout=self._sweep_seconds, use_poll=True, map=self._map, count=1)
            now = monotonic()
            if self._stop_asked_at is not None and not self.is_draining:
                self._begin_to_drain(now)
            if now >= self._next_sweep:
                self._next_sweep = now + self._sweep_seconds
                self._sweep(now)
            if self.is_draining and not self.active_channels:
                self.task_dispatcher.shutdown(timeout=1)
                return not self.task_dispatcher.threads
        log.warning("ended before everything was answered", extra={"connections": len(self.active_channels)})
        return False

    def readable(self) -> bool:
        return monotonic() >= self._accepts_from and bool(super().readable())

    def accept(self) -> tuple[socket.socket, Any] | None:
        """The next connection, if there is one. Where no file can be opened for it, nobody is asked for a
        while: it waits in the kernel's queue until others have ended."""
        try:
            accepted: tuple[socket.socket, Any] | None = super().accept()
        except OSError as error:
            if error.errno not in NO_MORE_FILES:
                raise
            now = monotonic()
            if now - self._accepts_from > QUIET_SECONDS:
                log.error("no more files can be opened, new connections wait", extra={"errno": error.errno})
            self._accepts_from = now + ACCEPT_PAUSE_SECONDS
            return None
        return accepted

    def make_room(self, fresh: _Channel) -> None:
        """Count a new connection. Of a client that has as many as it may, the one on which nothing has moved
        for longest is closed; one whose request is being worked on comes last."""
        most = self.limits.connections_per_address
        if not most:
            return
        client = self._client_of(fresh.addr[0])
        others = self._connections_of.get(client, set())
        if len(others) >= most:
            min(others, key=lambda each: (bool(each.requests), each.moved_at)).cut()
        self._connections_of.setdefault(client, set()).add(fresh)

    def forget(self, gone: _Channel) -> None:
        """A connection was closed."""
        client = self._client_of(gone.addr[0]) if self.limits.connections_per_address else ""
        if client in self._connections_of:
            self._connections_of[client].discard(gone)
            if not self._connections_of[client]:
                del self._connections_of[client]

    def maintenance(self, now: float) -> None:
        """Nothing: `_sweep` does it, and asks no wall clock."""

    def _sweep(self, now: float) -> None:
        limits = self._limits_now()
        for channel in list(self.active_channels.values()):
            if channel.is_overdue(now, limits) or self._is_leftover(channel, now):
                channel.cut()
            elif channel.is_unanswered(now, self.limits):
                channel.give_up()
        if self._draining_since is not None and now - self._draining_since > self.limits.drain_seconds:
            self._forced = True

    def _limits_now(self) -> Limits:
        """A crowd, and the end of the service, leave no time for connections that are kept just in case."""
        crowded = len(self.active_channels) >= CROWDED * self.limits.connections
        if crowded:
            return replace(
                self.limits,
                idle_seconds=0.0,
                request_seconds=self.limits.request_seconds * CROWDED_SHARE,
                answer_seconds=self.limits.answer_seconds * CROWDED_SHARE,
            )
        return replace(self.limits, idle_seconds=0.0) if self.is_draining else self.limits

    def _is_leftover(self, channel: _Channel, now: float) -> bool:
        """Whether the end of the service need not wait for this connection: nothing has arrived on it."""
        silent = not (channel.served or channel.requests or channel.request or channel.total_outbufs_len)
        return silent and self._draining_since is not None and now - self._draining_since > GRACE_SECONDS

    def _begin_to_drain(self, now: float) -> None:
        """Take in whoever the kernel has already let in, then refuse new connections."""
        known = -1
        while len(self.active_channels) > known:
            known = len(self.active_channels)
            self.handle_accept()
        wasyncore.dispatcher.close(self)
        self._draining_since = now
        log.info("stopping", extra={"connections": len(self.active_channels)})


def listen(host: str, port: int) -> socket.socket:
    """A socket that listens on the first address of `host`. Raises OSError: taken, not ours, unknown."""
    family, _, _, _, address = socket.getaddrinfo(
        host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
    )[0]
    return socket.create_server(address[:2], family=family, backlog=BACKLOG)


def allow_open_files(connections: int) -> int:
    """Raise the limit of open files (RLIMIT_NOFILE) to what so many connections need, if allowed.

    Returns how many connections fit: with one more, the site's own files could not be opened.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = connections + OTHER_FILES
    if soft == resource.RLIM_INFINITY or soft >= wanted:
        return connections
    allowed = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    resource.setrlimit(resource.RLIMIT_NOFILE, (allowed, hard))
    return connections if allowed == wanted else allowed - min(OTHER_FILES, allowed // 2)


def run_on_one_processor() -> None:
    """Pin the process to one processor: Python runs one thread at a time anyway.

    With several, each thread that returns from the kernel takes the interpreter lock to another processor:
    under load that doubles the work for a request. Other processes are free to move away from ours.
    """
    has_one_lock: Callable[[], bool] = getattr(sys, "_is_gil_enabled", lambda: True)
    if has_one_lock() and hasattr(os, "sched_setaffinity"):
        allowed = sorted(os.sched_getaffinity(0))
        os.sched_setaffinity(0, {allowed[os.getpid() % len(allowed)]})
