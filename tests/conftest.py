"""What tests of several rooms share: the built site and the real service as a process."""

import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from publishing.build import build

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def site_folder() -> Path:
    """The site as `make site` builds it; built once, however many processes run tests."""
    folder, _ = build(ROOT)
    return folder


@dataclass
class Service:
    """A running service and what it was started with."""

    process: "subprocess.Popen[str]"
    url: str
    data: Path
    output: list[str] = field(default_factory=list)

    def stop(self) -> int:
        """Ask it to end, as Ctrl-C does; return its exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=20)


def free_port() -> int:
    """A port nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


@pytest.fixture
def start_service(site_folder: Path, tmp_path: Path) -> Iterator[Callable[..., Service]]:
    """Start the service as its users do, with settings as keywords; all are ended after the test."""
    started: list[Service] = []

    def start(**settings: str) -> Service:
        port = free_port()
        data = Path(settings.pop("DATA_DIR", str(tmp_path / "data")))
        known = {"SITE_DIR": str(site_folder), "RATE_LIMIT": "off"}
        inherited = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        process = subprocess.Popen(
            [str(Path(sys.executable).with_name("forms-service")), "serve"],
            cwd=ROOT,
            env=inherited | {"PORT": str(port), "DATA_DIR": str(data)} | known | settings,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        service = Service(process, f"http://127.0.0.1:{port}", data)
        started.append(service)
        _wait_until_it_listens(service)
        return service

    yield start
    for service in started:
        if service.process.poll() is None:
            service.process.kill()
        service.process.wait()


def _wait_until_it_listens(service: Service) -> None:
    """Read its output until it names its address; go on reading, so that it never blocks on a full pipe."""
    stream = service.process.stdout
    assert stream is not None
    for line in stream:
        service.output.append(line)
        if service.url in line:
            threading.Thread(target=lambda: service.output.extend(stream), daemon=True).start()
            return
    pytest.fail("the service did not start:\n" + "".join(service.output))
