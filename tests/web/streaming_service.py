"""A process with the real server and an answer of 40 MB in pieces: `streaming_service.py ANSWER_SECONDS`.

It takes large bodies, too; whoever has the same cookies is one person.
"""

import os
import signal
import sys
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from forms_service.server.channel import Limits
from forms_service.server.waitress_server import Server, listen

PIECE = b"x" * 64 * 1024
PIECES = 640


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """A long answer at `/long`, which says when its iterator is closed, and a short one elsewhere."""
    start_response("200 OK", [("Content-Type", "text/plain")])
    return long() if environ["PATH_INFO"] == "/long" else [b"short"]


def long() -> Iterator[bytes]:
    """What a download of many records is made of."""
    for _ in range(PIECES):
        yield PIECE


listening = listen("127.0.0.1", 0)
limits = Limits(body_bytes=1000, threads=8, answer_seconds=float(sys.argv[1]), drain_seconds=1)
server = Server(
    application,
    lambda code, path: (str(code), [], b""),
    listening,
    limits,
    body_limit=lambda method, path, cookies: 100_000,
)
signal.signal(signal.SIGTERM, lambda *_: server.stop())
sys.stdout.write(f"http://127.0.0.1:{listening.getsockname()[1]}\n")
sys.stdout.flush()
finished = server.run()
os._exit(0 if finished else 1)
