"""A mail server that does as it is told, a clock that is told, and a store on disk."""

import asyncio
import shutil
import ssl
import subprocess
import threading
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from forms_service.services.database import open_folder
from forms_service.store.store import Store
from partner_program import Program
from tests.factories.clock import FakeClock
from tests.factories.program import with_contact

Answer = str | Callable[[Envelope], str]


@dataclass
class Post:
    """What the server took: envelope and bytes."""

    sender: str
    recipients: list[str]
    data: bytes


@dataclass
class Handler:
    """Answers each stage with what the test put into `answers`; takes everything by default."""

    posts: list[Post] = field(default_factory=list)
    answers: dict[str, Answer] = field(default_factory=dict)
    arrived: threading.Event = field(default_factory=threading.Event)
    """Set at the beginning of each DATA."""
    taken: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))
    """Released for each letter taken."""
    conversations: int = 0

    def _answer(self, stage: str, envelope: Envelope) -> str:
        answer = self.answers.get(stage, "250 OK")
        return answer if isinstance(answer, str) else answer(envelope)

    async def handle_MAIL(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        self.conversations += 1
        envelope.mail_from = address
        return self._answer("MAIL", envelope)

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        envelope.rcpt_tos.append(address)
        return self._answer("RCPT", envelope)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        self.arrived.set()
        answer = self._answer("DATA", envelope)
        if answer == "die":
            assert server.transport is not None
            server.transport.abort()
            return "451 never read"
        if answer == "hang":
            await asyncio.sleep(3600)
        if answer.startswith("2"):
            assert envelope.mail_from is not None
            assert isinstance(envelope.content, bytes)
            self.posts.append(Post(envelope.mail_from, [*envelope.rcpt_tos], envelope.content))
            self.taken.release()
        return answer


class MailServer:
    """A real SMTP server on a port of its own, in a thread of its own."""

    def __init__(
        self,
        *,
        tls: ssl.SSLContext | None = None,
        implicit: bool = False,
        login: tuple[str, str] | None = None,
    ) -> None:
        self.handler = Handler()
        self._conversations: list[SMTP] = []
        self._tls, self._implicit, self._login = tls, implicit, login
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._server = self._run(self._listen())
        self.port: int = self._server.sockets[0].getsockname()[1]

    @property
    def posts(self) -> list[Post]:
        return self.handler.posts

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    @property
    def connections(self) -> int:
        """How many were made so far."""
        return len(self._conversations)

    def hang_up(self) -> None:
        """End all connections without a word."""

        async def abort() -> None:
            for conversation in self._conversations:
                if conversation.transport is not None:
                    conversation.transport.abort()

        self._run(abort())

    def close(self) -> None:
        self._run(self._shut())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def _run(self, work: Awaitable[Any]) -> Any:
        async def wait() -> Any:
            return await work

        return asyncio.run_coroutine_threadsafe(wait(), self._loop).result(timeout=10)

    async def _listen(self) -> asyncio.Server:
        return await self._loop.create_server(
            self._conversation, "127.0.0.1", 0, ssl=self._tls if self._implicit else None
        )

    def _conversation(self) -> SMTP:
        conversation = SMTP(
            self.handler,
            hostname="mail.example.com",
            loop=self._loop,
            tls_context=None if self._implicit else self._tls,
            # aiosmtpd does not know that it is spoken to over TLS when it did not start that itself.
            auth_required=self._login is not None and not self._implicit,
            auth_require_tls=not self._implicit,
            authenticator=self._authenticate,
        )
        self._conversations.append(conversation)
        return conversation

    def _authenticate(
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any
    ) -> AuthResult:
        assert isinstance(data, LoginPassword)
        given = data.login.decode(), data.password.decode()
        return AuthResult(success=given == self._login, handled=False)

    async def _shut(self) -> None:
        self._server.close()
        mine = asyncio.current_task()
        left = [task for task in asyncio.all_tasks() if task is not mine]
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)


@pytest.fixture
def start_mail_server() -> Iterator[Callable[..., MailServer]]:
    started: list[MailServer] = []

    def start(**options: Any) -> MailServer:
        started.append(MailServer(**options))
        return started[-1]

    yield start
    for server in started:
        server.close()


@pytest.fixture
def mail_server(start_mail_server: Callable[..., MailServer]) -> MailServer:
    return start_mail_server()


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Certificate and key of 127.0.0.1, signed by nobody."""
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not installed")
    file = tmp_path_factory.mktemp("tls") / "server.pem"
    made = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 36500"
    name = "-subj /CN=127.0.0.1 -addext subjectAltName=IP:127.0.0.1"
    command = [*made.split(), *name.split(), "-keyout", file, "-out", file.with_suffix(".crt")]
    subprocess.run(command, check=True, capture_output=True)
    with file.open("a") as both:
        both.write(file.with_suffix(".crt").read_text())
    return file


@pytest.fixture(scope="session")
def program() -> Program:
    """The program as it is published, except that its mail goes to nobody."""
    return with_contact("vendor@example.com", "www.example.com")


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock(datetime(2026, 12, 23, 9, 30, tzinfo=UTC))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_folder(tmp_path / "data")
    yield opened
    opened.close()
