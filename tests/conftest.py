"""What tests of several rooms share: the built site and the real service as a process."""

import logging
import os
import re
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from hypothesis import settings

from forms_service.server.logs import OneLine
from forms_service.services import database
from partner_program import Program
from publishing.build import TRIAL, build
from tests import ROOT
from tests.factories.program import published
from tests.factories.races import LosingStore
from tests.factories.site import make_site

# How long an example takes says something about the machine, not about the promise.
settings.register_profile("any machine", deadline=None)
settings.load_profile("any machine")


PRIVATE = re.compile(
    r"[\w.+-]+@[\w-]+\.\w+"  # an address
    r"|\+48[ \d]{9}"  # a telephone number
    r"|/(?:status|link|ask|calendar)/[\w-]{16}"  # a link with its token
    r"|[\w-]{43}\.\d{10}\b"  # a session's cookie
    r"|Example Customer|Example Partner|Contact [Pp]erson"
    r"|Osoba Kontaktowa|Sponsor Wykonawczy|Zgrabka"
)
"""What tests type and are given, and no line of the log may hold (P1)."""


class _Reader(logging.Handler):
    """Reads the lines that the service would log."""

    def __init__(self) -> None:
        super().__init__()
        self.setFormatter(OneLine())
        self.private: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        line = self.format(record)
        if PRIVATE.search(line):
            self.private.append(line)


@pytest.fixture(autouse=True)
def nobody_is_named_in_the_log() -> Iterator[None]:
    """P1, for every test there is: whatever it does, no line of the service's log tells of a person."""
    ours, reader = logging.getLogger("forms_service"), _Reader()
    before = ours.level
    ours.addHandler(reader)
    ours.setLevel(logging.INFO)
    yield
    ours.removeHandler(reader)
    ours.setLevel(before)
    assert reader.private == []


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--lose-races", action="store_true", help="run every transaction twice")


@pytest.fixture(autouse=True)
def every_race_is_lost(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """With --lose-races: each transaction of the tested service meets a conflict once and runs again."""
    if request.config.getoption("--lose-races") and not request.node.get_closest_marker("counts_work"):
        monkeypatch.setattr(database, "Store", LosingStore)


def private_lines(output: list[str]) -> list[str]:
    """Of what a service process has written, the lines of its log that tell of a person."""
    return [line for line in output if line.startswith("{") and PRIVATE.search(line)]


@pytest.fixture(scope="session")
def program() -> Program:
    """Program builders: the published program, and changed copies of it."""
    return published()


@pytest.fixture(scope="session")
def site(program: Program, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small built site."""
    return make_site(tmp_path_factory.mktemp("site") / "built", program)


@pytest.fixture(scope="session")
def site_folder() -> Path:
    """The site as `make site` builds it; built once, however many processes run tests."""
    folder, _ = build(ROOT, TRIAL)
    return folder


@dataclass
class Service:
    """The service as its users run it: a process with settings, a data folder and an address."""

    process: "subprocess.Popen[str]"
    url: str
    data: Path
    output: list[str] = field(default_factory=list)

    @classmethod
    def start(
        cls, site_folder: Path, data: Path, *, python: Path = Path(sys.executable), **settings: str
    ) -> "Service":
        """Start it in an environment with settings as keywords and wait until it listens."""
        port = settings.get("PORT") or str(free_port())
        known = {"PORT": port, "DATA_DIR": str(data), "SITE_DIR": str(site_folder), "RATE_LIMIT": "off"}
        inherited = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        process = subprocess.Popen(
            [str(python.with_name("forms-service")), "serve"],
            cwd=ROOT,
            env=inherited | known | settings,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        service = cls(process, f"http://127.0.0.1:{port}", data)
        service._wait_until_it_listens()
        return service

    def stop(self) -> int:
        """Ask it to end, as Ctrl-C does; return its exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=20)

    def end(self) -> None:
        """End it at once, whatever it does; it may have ended."""
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        assert self.process.stdout is not None
        self._reading.join()
        self.process.stdout.close()
        assert private_lines(self.output) == []

    def _wait_until_it_listens(self) -> None:
        """Read its output until it names its address; go on reading, or it would block on a full pipe."""
        stream = self.process.stdout
        assert stream is not None
        self._reading = threading.Thread(target=lambda: self.output.extend(stream), daemon=True)
        for line in stream:
            self.output.append(line)
            if self.url in line:
                self._reading.start()
                return
        pytest.fail("the service did not start:\n" + "".join(self.output))


@pytest.fixture
def start_service(site_folder: Path, tmp_path: Path) -> Iterator[Callable[..., Service]]:
    """Start services with settings as keywords; all are ended after the test."""
    started: list[Service] = []

    def start(**settings: str) -> Service:
        data = Path(settings.pop("DATA_DIR", str(tmp_path / "data")))
        started.append(Service.start(site_folder, data, **settings))
        return started[-1]

    yield start
    for service in started:
        service.end()


def free_port() -> int:
    """A port nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Names of tests never depend on the order of a set, or processes that share them would disagree."""
    return argname if isinstance(val, (dict, set, frozenset)) else None
