"""What the service writes about itself: one JSON object a line, and nothing about people.

Kept out by rule: addresses of clients, anything typed, tokens, query strings, user agents, and the texts
of exceptions (they quote what was typed). An exception is told by its type and the lines it went through.
"""

import json
import logging
import re
import sys
import traceback
from contextvars import ContextVar
from datetime import UTC, datetime
from types import TracebackType
from typing import TextIO

request_id: ContextVar[str] = ContextVar("request_id", default="")
"""The request being worked on in this thread; it stands in every line logged meanwhile."""

_KNOWN = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}

_FRAMES = 12
_TOO_MUCH = re.compile(" serving |, closing channel ")

_as_json = json.JSONEncoder(default=lambda value: type(value).__name__).encode


class OneLine(logging.Formatter):
    """A record as one line of JSON. All but ASCII is escaped: no byte of it can end or colour a line."""

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


def configure(stream: TextIO | None = None, level: int = logging.INFO) -> None:
    """Send everything that is logged, by us and by the libraries, to `stream` (standard error) as JSON."""
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(OneLine())
    logging.basicConfig(level=level, handlers=[handler], force=True)
    logging.captureWarnings(True)
    # The limiter names the client's address at INFO; the queue's depth is told for every request.
    logging.getLogger("flask-limiter").setLevel(logging.WARNING)
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
