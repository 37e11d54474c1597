"""Logs: one JSON object a line, without personal data.

Kept out by rule: addresses of clients, anything typed, tokens, query strings, user agents, and the texts
of exceptions (they quote what was typed). An exception is told by its type and the lines it went through.
"""

import json
import logging
import os
import re
import sys
import threading
import time
import traceback
from contextlib import suppress
from contextvars import ContextVar
from datetime import UTC, datetime
from io import FileIO
from queue import Empty, SimpleQueue
from types import TracebackType
from typing import TextIO

request_id: ContextVar[str] = ContextVar("request_id", default="")
"""The request being worked on in this thread; it stands in every line logged meanwhile."""

_KNOWN = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}

_FRAMES = 12
_TOO_MUCH = re.compile(" serving |, closing channel ")

QUEUED_LINES = 10_000
"""So many lines wait for a reader that does not read; what comes then is dropped, and counted."""
_BATCH_SECONDS = 0.02
"""Lines are written together: one write for each would take the processor from the next request."""
_FLUSH_SECONDS = 0.5
"""At the end, what waits has this long to be read."""

_as_json = json.JSONEncoder(default=lambda value: type(value).__name__).encode


class OneLine(logging.Formatter):
    """Log formatter: one line of ASCII JSON, so that nothing can forge a line or colour a terminal."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": record.getMessage(),
        }
        if request := request_id.get():
            line["request"] = request
        line |= {name: value for name, value in vars(record).items() if name not in _KNOWN}
        if record.exc_info and record.exc_info[1] is not None:
            line |= _what_went_wrong(record.exc_info[1])
        return _as_json(line)


class _Pathless(logging.Filter):
    """waitress names the path it was serving, which can hold a token, and where it stumbles over a request,
    the client's address and what could not be read."""

    def filter(self, record: logging.LogRecord) -> bool:
        said, *rest = _TOO_MUCH.split(str(record.msg), maxsplit=1)
        counts_only = not rest and isinstance(record.args, tuple) and all(type(n) is int for n in record.args)
        record.msg, record.args = said, record.args if counts_only else ()
        return True


class QueueHandler(logging.Handler):
    """Log handler with a bounded queue: no request waits for a slow reader of the log.

    Lines that find the queue full are dropped; how many they were is a line of its own as soon as one can be
    written. The thread that writes is started by the first line, in whatever process that is.
    """

    def __init__(self, descriptor: int) -> None:
        super().__init__()
        self._file = FileIO(descriptor, "w", closefd=False)
        self._queue: SimpleQueue[str | threading.Event] = SimpleQueue()
        self._dropped = 0
        self._process: int | None = None

    def emit(self, record: logging.LogRecord) -> None:
        try:
            self._put(self.format(record))
        except Exception:
            self.handleError(record)

    def flush(self) -> None:
        """Wait until all is written, at most half a second."""
        written = threading.Event()
        if self._process == os.getpid():
            self._queue.put(written)
            written.wait(_FLUSH_SECONDS)

    def _put(self, line: str) -> None:
        if self._process != os.getpid():
            self._process, self._queue = os.getpid(), SimpleQueue()
            threading.Thread(target=self._write_on, name="log", daemon=True).start()
        if self._queue.qsize() < QUEUED_LINES:
            self._queue.put(line)
        else:
            self._dropped += 1

    def _write_on(self) -> None:
        while True:
            waiting = [self._queue.get()]
            if isinstance(waiting[0], str):
                time.sleep(_BATCH_SECONDS)
            try:
                while len(waiting) < QUEUED_LINES:
                    waiting.append(self._queue.get_nowait())
            except Empty:
                pass
            self._write([line for line in waiting if isinstance(line, str)])
            for each in waiting:
                if isinstance(each, threading.Event):
                    each.set()

    def _write(self, lines: list[str]) -> None:
        if dropped := self._dropped:
            self._dropped -= dropped
            about = {"name": __name__, "levelname": "WARNING", "msg": "log lines dropped", "count": dropped}
            lines.append(self.format(logging.makeLogRecord(about)))
        data = "".join(f"{line}\n" for line in lines).encode()
        with suppress(OSError):  # whoever read the log is gone
            while data:
                taken = self._file.write(data)
                if taken is None:  # whoever shares the pipe made it one that does not block
                    time.sleep(_BATCH_SECONDS)
                data = data[taken or 0 :]


def configure(stream: TextIO | None = None, level: int = logging.INFO) -> None:
    """Send all that is logged, by us and by libraries, as JSON to standard error, or at once to `stream`."""
    handler = QueueHandler(sys.stderr.fileno()) if stream is None else logging.StreamHandler(stream)
    handler.setFormatter(OneLine())
    logging.basicConfig(level=level, handlers=[handler], force=True)
    logging.captureWarnings(True)
    # The queue's depth is told for every request.
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    waitress = logging.getLogger("waitress")
    waitress.filters = [_Pathless()]
    sys.excepthook = _unhandled


def _unhandled(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        return
    logging.getLogger(__name__).critical("unhandled exception", exc_info=(kind, error, trace))


def _what_went_wrong(error: BaseException) -> dict[str, object]:
    """The types of an exception and its causes, and where the first of them came from."""
    chain = [error]
    while (cause := chain[-1].__cause__ or chain[-1].__context__) is not None and cause not in chain:
        chain.append(cause)
    frames = traceback.extract_tb(chain[0].__traceback__)[-_FRAMES:]
    return {
        "error": [f"{type(each).__module__}.{type(each).__qualname__}" for each in chain],
        "trace": [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames],
    }
