"""A process with the real server and an application that waits to be let go: `waiting_service.py FIFO`."""

import os
import signal
import sys
from collections.abc import Callable, Iterable
from typing import Any

from forms_service.server.channel import Limits
from forms_service.server.waitress_server import Server, listen


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Say that it runs, wait for one byte from the FIFO, answer."""
    sys.stdout.write("running\n")
    sys.stdout.flush()
    os.read(gate, 1)
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [b"done"]


gate = os.open(sys.argv[1], os.O_RDWR)
listening = listen("127.0.0.1", 0)
limits = Limits(body_bytes=1000, threads=8, drain_seconds=float(sys.argv[2]))
server = Server(application, lambda code, path: (str(code), [], b""), listening, limits)
for number in (signal.SIGTERM, signal.SIGINT):
    signal.signal(number, lambda *_: server.stop())
sys.stdout.write(f"http://127.0.0.1:{listening.getsockname()[1]}\n")
sys.stdout.flush()
finished = server.run()
sys.stdout.flush()
os._exit(0 if finished else 1)
