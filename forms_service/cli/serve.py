"""`forms-service serve`, `demo` and `check`: run the service as a process; check a start."""

import errno
import gc
import logging
import os
import signal
import sys
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from socket import socket
from tempfile import TemporaryDirectory
from time import monotonic

import click

from forms_service.app import (
    SPARE_THREADS,
    RunningService,
    create_app,
    prepare_partner_list,
    service_of,
    worker_of,
)
from forms_service.cli import accounts, audit, staff, status_links
from forms_service.cli import privacy as privacy_command
from forms_service.cli.control_socket import Control, Handler
from forms_service.cli.demo import command as demo_command
from forms_service.cli.oneline import in_one_line
from forms_service.cli.privacy import Privacy
from forms_service.domain.auth.sign_in_urls import insecure
from forms_service.server import logs
from forms_service.server.channel import Limits
from forms_service.server.waitress_server import Server, allow_open_files, listen, run_on_one_processor
from forms_service.services import secret_key
from forms_service.settings import CannotStart, Settings
from forms_service.store.errors import StoreError
from forms_service.web import site_lock, warmup
from forms_service.web.middleware import Middleware
from forms_service.web.security import client_of
from forms_service.web.site import Release, Site, content_security_policy
from forms_service.web.uploads import BODY_LIMIT_BYTES

SAFE_MAIL_PYTHON = (3, 11, 15)
"""From here on Python itself refuses header injection through encoded words (CVE-2026-1299)."""

OUTBOX_SECONDS = 1.5
"""What a mail that is on its way may take at the end, after the last request was answered."""


ROUNDS_SECONDS = 0.5
"""What the rounds may take at the end; what they leave undone is done by the next start."""

LAST_SECONDS = 1.0
"""What all that may take together beyond DRAIN_SECONDS."""
LEAST_SECONDS = 0.1
"""What each part has in any case."""

GARBAGE = (50_000, 20, 10)
"""How many objects are made between two looks for garbage. By Python's own 700 the forms of 32 people at
once are looked through again and again, a tenth of all work under load."""


@click.command("serve")
def _serve() -> int:
    """Start the service; SIGTERM or Ctrl-C ends it."""
    return serve()


def serve() -> int:
    """Serve until SIGTERM or Ctrl-C. Returns 0 when everything that was begun was finished, else 1."""
    os.umask(0o077)
    logs.configure()
    settings = Settings.from_environment(os.environ)
    listening = _listening(settings)
    if settings.port == 0:
        settings = Settings.from_environment(os.environ | {"PORT": str(listening.getsockname()[1])})
    connections = allow_open_files(settings.connections)
    if connections < settings.connections:
        sys.stdout.write(
            f"CONNECTIONS={settings.connections}, but this process may not open so many files (ulimit -n): "
            f"{connections} connections at the same time.\n"
        )
    run_on_one_processor()
    with site_lock.hold(settings.site_dir):
        return _run(replace(settings, connections=connections), listening)


@click.command("demo", short_help="start the service full of example companies; nothing of it is kept")
def _demo() -> int:
    """Start the service on a fresh folder full of example companies, which is removed at the end."""
    os.umask(0o077)
    with TemporaryDirectory(prefix="partner-channel-demo-") as folder:
        with in_one_line():
            demo_command.prepare(Path(folder))
        return serve()


@click.command("check", short_help="say what a start would find; changes nothing")
def _check() -> int:
    """Say what a start would find. Changes nothing; works beside a running service.

    The exit code is 1 where the pages name another address than the service is told.
    """
    settings = Settings.from_environment(os.environ)
    with in_one_line():
        release = Site(settings.site_dir).current()
        if not settings.secret_key:
            secret_key.check(settings.data_dir)
    data = settings.data_dir if settings.data_dir.exists() else settings.data_dir.absolute().parent
    if not os.access(data, os.W_OK | os.X_OK):
        raise CannotStart(f"DATA_DIR={str(settings.data_dir)!r}: cannot be written by this user")
    lines = [
        f"Settings: fine; links begin with {settings.base_url}",
        f"Site: {settings.site_dir}, {len(release.pages)} pages that the service fills, "
        f"program {release.program.hash[:12]}",
        f"Data: {settings.data_dir} can be written; `forms-service data verify` reads all of it",
        f"Mail: {_where_mail_goes(settings)}",
        f"Desk: {insecure(settings.base_url) or f'open at {settings.base_url}/desk/'}",
        *_for_another_host(settings, release),
        *(f"Warning: {warning}" for warning in (*_warnings(settings), *_python_warnings())),
    ]
    if misplaced := release.misplaced(settings.site_url):
        lines.append(f"Mistake: {misplaced}")
    sys.stdout.write("".join(f"{line}\n" for line in lines))
    return 1 if misplaced else 0


COMMANDS = {"serve": _serve, "check": _check, "demo": _demo}


def _run(settings: Settings, listening: socket) -> int:
    if settings.staff and (problem := insecure(settings.base_url)):
        raise CannotStart(f"{problem}; without STAFF the service starts with its desk closed")
    with in_one_line():
        app = create_app(settings)
    parts, watch = service_of(app), worker_of(app)
    assert isinstance(app.wsgi_app, Middleware)  # noqa: S101 - create_app made it
    server = Server(
        app,
        app.wsgi_app.refusal,
        listening,
        _limits(settings),
        body_limit=service_of(app).body_limits,
        owner_of=service_of(app).body_limits.owner,
        client_of=client_of,
    )
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: server.stop())
    with in_one_line():
        control = Control(settings.data_dir, _orders(parts))
    control.start()
    parts.outbox.start()
    watch.start()
    warmup.begin(parts.site.current().program, lambda: _prepare(parts))
    # What was read at the start stays: looking through it for garbage, again and again, would stop everybody.
    gc.collect()
    gc.freeze()
    gc.set_threshold(*GARBAGE)
    _greet(settings, listening, _first_link(parts), parts.site.current().misplaced(settings.site_url))
    finished = server.run()
    ends_at = server.ends_at + LAST_SECONDS
    control.stop(_what_is_left(ends_at))
    # The order matters: requests and rounds owe mails, mails are marked as sent in the store.
    finished = watch.stop(min(ROUNDS_SECONDS, _what_is_left(ends_at))) and finished
    finished = parts.outbox.stop(min(OUTBOX_SECONDS, _what_is_left(ends_at))) and finished
    if finished:
        parts.store.close()
        return 0
    # A thread still runs and may hold the store; what was acknowledged is on disk, and nothing else counts.
    logging.shutdown()
    sys.stdout.flush()
    os._exit(1)


def _what_is_left(ends_at: float) -> float:
    return max(LEAST_SECONDS, ends_at - monotonic())


def _prepare(parts: RunningService) -> None:
    """Sum figures and count the list of partners: whoever asks first would wait for it."""
    parts.figures.prepare(parts.traffic.give_way)
    prepare_partner_list(parts)


def _orders(parts: RunningService) -> Mapping[str, Handler]:
    """What commands beside the service may ask it to do."""
    privacy = Privacy(parts.store, parts.settings.data_dir, lambda: parts.site.current().program, parts.clock)
    return {
        "staff": staff.handler(parts.auth.staff_admin),
        accounts.COMMAND: accounts.handler(parts.store, parts.clock),
        audit.COMMAND: audit.handler(parts.store, parts.clock),
        privacy_command.COMMAND: privacy.carry_out,
        status_links.COMMAND: status_links.handler(parts.status_links),
    }


def _listening(settings: Settings) -> socket:
    try:
        return listen(settings.host, settings.port)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            other = settings.port + 1 if settings.port < 65535 else 8000
            taken = f"Port {settings.port} is taken. Stop what listens there, or: PORT={other} make run"
            raise CannotStart(taken) from error
        where = f"HOST={settings.host!r}, PORT={settings.port}"
        raise CannotStart(f"{where}: cannot listen there: {error.strerror or error}") from error


def _limits(settings: Settings) -> Limits:
    return Limits(
        body_bytes=BODY_LIMIT_BYTES,
        threads=settings.threads + SPARE_THREADS,
        connections=settings.connections,
        connections_per_address=0 if settings.trusted_proxies else settings.connections_per_address,
        request_seconds=settings.request_seconds,
        answer_seconds=settings.answer_seconds,
        idle_seconds=settings.idle_seconds,
        drain_seconds=settings.drain_seconds,
    )


def _greet(settings: Settings, listening: socket, first_link: str | None, misplaced: str) -> None:
    host, port = listening.getsockname()[:2]
    here = f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
    lines = [
        f"The partner channel is open: {settings.base_url}/ (in English: {settings.base_url}/en/)",
        *([] if here == settings.base_url else [f"Listening on {here}"]),
        _where_mail_goes(settings),
        *_how_to_sign_in(settings, first_link),
        *_warnings(settings),
        *([f"Warning: {misplaced}"] if misplaced else []),
        "Ctrl-C ends it.",
    ]
    sys.stdout.write("".join(f"{line}\n" for line in lines))
    sys.stdout.flush()


def _first_link(parts: RunningService) -> str | None:
    """The first administrator's link, where it works; a full disk is no reason not to start."""
    if insecure(parts.settings.base_url):
        return None
    try:
        return parts.auth.staff_admin.first_administrator_link()
    except StoreError:
        return None


def _how_to_sign_in(settings: Settings, first_link: str | None) -> Iterator[str]:
    if problem := insecure(settings.base_url):
        yield f"The desk is closed. {problem}."
    elif first_link:
        yield f"The first administrator signs in here (works once, for 10 minutes): {first_link}"


def _where_mail_goes(settings: Settings) -> str:
    if settings.mail_url:
        return "Mails are sent through the server in MAIL_URL."
    return f"Without MAIL_URL mails are not sent, but written as .eml files into {settings.data_dir}/mail/."


def _for_another_host(settings: Settings, release: Release) -> Iterator[str]:
    """What a host of the pages has to send where it is not this service; it changes with each build."""
    if settings.site_url != settings.base_url:
        policy = content_security_policy(release.scripts, settings.base_url)
        yield f"Pages: {settings.site_url} has to send, with this build, Content-Security-Policy: {policy}"


def _warnings(settings: Settings) -> Iterator[str]:
    yield from settings.warnings()
    data = settings.data_dir
    if data.exists() and data.stat().st_mode & 0o077:
        yield f"Others on this machine can open {data}, which holds personal data: chmod 700 {data}"


def _python_warnings() -> Iterator[str]:
    if sys.version_info < SAFE_MAIL_PYTHON:
        wanted = ".".join(str(part) for part in SAFE_MAIL_PYTHON)
        yield f"Python {sys.version.split()[0]} has a known hole in its mail code: better {wanted} or newer."
