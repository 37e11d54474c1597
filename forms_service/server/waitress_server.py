"""Waitress server: waitress with deadlines, graceful shutdown, strict parsing, own error pages.

A whole request is buffered before a thread is taken, so a slow client costs a connection and nothing
else; here a connection that takes too long is closed. Every wait is measured on the monotonic clock.
Knows nothing of forms, pages or Flask: the application is one callable, refusals are another.
"""

import errno
import os
import resource
import socket
import sys
from collections.abc import Callable, Iterable
from dataclasses import replace
from time import monotonic
from typing import TYPE_CHECKING, Any

from waitress import wasyncore
from waitress.adjustments import Adjustments
from waitress.server import TcpWSGIServer

from forms_service.server.channel import TASK, AnswerTask, Channel, Limits, log

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
NO_MORE_FILES = frozenset({errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM})
"""What `accept` says where this process, or the machine, can open no more."""
ACCEPT_PAUSE_SECONDS = 1.0
"""New connections wait so long then: asked at once again, the answer would be the same."""
QUIET_SECONDS = 60.0
"""After so long without such a pause, the next one is worth a line in the log again."""
GRACE_SECONDS = 1.0
"""At the end of the service, a fresh connection has this long to send something."""
CROWDED = 0.9
"""From this share of all connections on, idle ones are closed at once, and others have less time."""
CROWDED_SHARE = 0.25
"""What is left then of the time for a request, and for taking an answer."""


class Server(TcpWSGIServer):  # type: ignore[misc] # waitress has no types
    """Serves one application on one listening socket until `stop`."""

    channel_class = Channel

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
        self._connections_of: dict[str, set[Channel]] = {}
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
            task: AnswerTask = environ[TASK]
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

    def make_room(self, fresh: Channel) -> None:
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

    def forget(self, gone: Channel) -> None:
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

    def _is_leftover(self, channel: Channel, now: float) -> bool:
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
