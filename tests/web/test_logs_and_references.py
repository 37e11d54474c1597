"""What is written about a request, and what a submission is called."""

import json
import logging
import os
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from io import StringIO

import pytest
from flask import Flask

from forms_service.app import service_of
from forms_service.domain.auth.tokens import Keys, random_token
from forms_service.domain.references import ALPHABET, References, StatusTokens, token_hash
from forms_service.server import logs
from tests.conftest import private_lines


@pytest.fixture
def written() -> Iterator[StringIO]:
    """Everything that is logged, as the service logs it."""
    root, before = logging.getLogger(), logging.getLogger().handlers[:]
    stream = StringIO()
    logs.configure(stream)
    yield stream
    root.handlers = before


def lines(written: StringIO) -> list[dict[str, object]]:
    return [json.loads(line) for line in written.getvalue().split("\n")[:-1]]


def test_lines_that_nobody_reads_are_dropped_and_counted() -> None:
    """The rest is written in its order once somebody reads; nobody waits meanwhile."""
    reading, writing = os.pipe()
    handler = logs.QueueHandler(writing)
    handler.setFormatter(logs.OneLine())
    logged = 2 * logs.QUEUED_LINES + 5_000
    try:
        for number in range(logged):
            handler.handle(logging.makeLogRecord({"msg": "a line", "number": number}))
        seen, dropped = list[int](), 0
        with open(reading, closefd=False) as lines:
            while len(seen) + dropped < logged:
                line = json.loads(lines.readline())
                dropped += line.get("count", 0)
                seen += [line["number"]] if "number" in line else []
        assert seen == sorted(seen)
        assert dropped >= 1000
        assert seen[:100] == list(range(100))
    finally:
        os.close(writing)
        os.close(reading)


def test_a_request_is_one_line_without_people(
    make_app: Callable[..., Flask], written: StringIO, deal: dict[str, str], application: dict[str, str]
) -> None:
    """P1: no address of anybody, nothing typed, no token, no query; route, status, time and id instead."""
    client = make_app().test_client()
    client.environ_base["REMOTE_ADDR"] = "192.0.2.77"
    headers = {"User-Agent": "SecretAgent/1.0", "Referer": "http://localhost/?q=Example"}
    link = client.post("/register-deal/", data=deal, headers=headers).location
    client.get(link, headers=headers)
    client.get(f"{link}.ics", headers=headers)
    client.post(link, data={"action": "withdraw", "confirmed": "y"}, headers=headers)
    client.post("/apply/", data=application | {"tax_id": "no-number"}, headers=headers)
    client.get("/tiers/?sales_people=77", headers=headers)
    client.get("/mailto:somebody@example.com", headers=headers)
    client.get("/en/tiers/", headers=headers)
    text = written.getvalue()
    for secret in (
        "192.0.2.77",
        "SecretAgent",
        "example.com",
        "Example",
        link.split("/")[-1],
        "=77",
        "no-number",
    ):
        assert secret not in text
    assert [(line["method"], line["route"], line["status"]) for line in lines(written)] == [
        ("POST", "/register-deal/", 303),
        ("GET", "/status/<token>", 200),
        ("GET", "/status/<token>.ics", 200),
        ("POST", "/status/<token>", 303),
        ("POST", "/apply/", 422),
        ("GET", "/tiers/", 200),
        ("GET", "-", 404),
        ("GET", "/en/tiers/", 200),
    ]
    assert len({line["request"] for line in lines(written)}) == 8


def test_what_every_page_brings_along_is_not_logged_unless_it_fails(
    make_app: Callable[..., Flask], written: StringIO
) -> None:
    """A page is a line, not six: style, letters and pictures would drown it."""
    app = make_app()
    client = app.test_client()
    (style, *_) = (path for path in assets_of(app) if path.endswith(".css"))
    assert client.get(style).status_code == 200
    assert client.get("/assets/none.css").status_code == 404
    assert client.post(style).status_code == 405
    assert [(line["method"], line["status"]) for line in lines(written)] == [("GET", 404), ("POST", 405)]


def assets_of(app: Flask) -> list[str]:
    """Addresses of the files in the build that the service answers from."""
    folder = service_of(app).site.current().folder
    return [f"/{path.relative_to(folder)}" for path in (folder / "assets").rglob("*") if path.is_file()]


def test_nothing_can_begin_a_line(written: StringIO) -> None:
    """I4: line ends, escapes and separators of any kind stay inside one JSON line."""
    hostile = "\n2026-01-01 INFO admin ok\r\x1b[31m\u2028\u0085\x00é"
    logging.getLogger("anything").warning("said %s", hostile, extra={"more": hostile})
    assert written.getvalue().count("\n") == 1
    assert written.getvalue().isascii()
    (line,) = lines(written)
    assert line["event"] == f"said {hostile}"
    assert line["more"] == hostile


def test_whatever_a_request_says_it_is_one_line(
    make_app: Callable[..., Flask], written: StringIO, deal: dict[str, str]
) -> None:
    """I4: in its headers, its method, its path, its query and its fields."""
    client, hostile = make_app().test_client(), "\n2026-01-01 INFO admin ok\r\x1b[31m\x85\x00"
    headers = {f"HTTP_{name}": hostile for name in ("USER_AGENT", "REFERER", "X_REQUEST_ID", "ORIGIN")}
    fields = dict.fromkeys(deal, f"{hostile}\u2028") | {"program": deal["program"]}
    client.post("/register-deal/", data=deal, environ_overrides=headers | {"HTTP_ORIGIN": "null"})
    client.post("/register-deal/", data=fields, environ_overrides={"HTTP_USER_AGENT": hostile})
    client.get("/status/x", environ_overrides={"PATH_INFO": f"/status/{hostile}", "QUERY_STRING": hostile})
    client.get("/nowhere", environ_overrides={"PATH_INFO": f"/{hostile}", **headers})
    client.open("/", environ_overrides={"REQUEST_METHOD": f"GET{hostile}"})
    text = written.getvalue()
    assert [line["status"] for line in lines(written)] == [403, 422, 404, 404, 405]
    assert text.isascii() and text.count("\n") == 5
    assert "\x1b" not in text and "\r" not in text
    assert text.count("INFO admin") <= 1, "the first signs of the method are told, and nothing else"


def test_an_exception_is_told_without_its_words(written: StringIO) -> None:
    """They quote what was typed; type and place are enough to find it."""
    try:
        try:
            raise ValueError("advisor@example.com")
        except ValueError as error:
            raise RuntimeError("Advisor") from error
    except RuntimeError:
        logging.getLogger("anything").exception("failed")
    (line,) = lines(written)
    assert line["error"] == ["builtins.RuntimeError", "builtins.ValueError"]
    assert "test_an_exception_is_told_without_its_words" in str(line["trace"])
    assert "advisor" not in written.getvalue().lower()


def test_the_server_names_no_path_and_no_client(written: StringIO) -> None:
    """waitress would; a path can hold a token, and what it stumbles over anything."""
    logging.getLogger("waitress").info("Client disconnected while serving /status/token")
    logging.getLogger("waitress.queue").warning("Task queue depth is 1")
    stumbled = "uncaptured python exception, closing channel <_Channel connected 192.0.2.1:4711> (typed)"
    logging.getLogger("waitress").error(stumbled)
    logging.getLogger("waitress").warning("%d thread(s) still running", 3)
    events = [line["event"] for line in lines(written)]
    assert events == ["Client disconnected while", "uncaptured python exception", "3 thread(s) still running"]


def test_references_can_be_read_aloud() -> None:
    """No vowels, so no words, no letter that looks like another, and not a counter."""
    references = [References().new("deal") for _ in range(500)]
    assert len(set(references)) == 500
    assert all(reference.startswith("DEAL-") for reference in references)
    assert References(lambda below: 0).new("application") == "APP-2222-2222"
    assert not set(ALPHABET) & set("AEIOUYLSZBG01")
    assert len(Counter("".join(reference[5:] for reference in references))) == len(ALPHABET) + 1


def test_a_token_outlives_a_change_of_the_key() -> None:
    """Links that are out stay good, and go out again in later mails while the old key is known."""
    old = StatusTokens("old")
    token = old.new("DEAL-2222-3333")
    record = {"id": "DEAL-2222-3333", "token_hashes": [token_hash(token)]}
    assert StatusTokens("new", ["older", "old"]).of(record) == token
    with pytest.raises(KeyError):
        StatusTokens("new").of(record)
    assert StatusTokens("new", ["old"]).new("DEAL-2222-3333") != token


@pytest.mark.parametrize(
    "private",
    [
        "somebody@partner.example",
        "+48 22 123 45 67",
        f"/en/status/{StatusTokens('key').new('DEAL-2222-3333')}",
        f"/desk/link/{next(Keys('key').link_tokens('id'))}",
        Keys("key").cookie(random_token(), datetime(2026, 11, 25, tzinfo=UTC)),
        "Example Customer",
    ],
    ids=["email", "phone", "status link", "sign-in link", "cookie", "name"],  # two of them are never the same
)
def test_what_no_line_of_the_log_may_hold_is_found(written: StringIO, private: str) -> None:
    """P1: so that the reader of every test's log finds it, wherever it stands."""
    logging.getLogger("anything").warning("request", extra={"route": f"said {private}, and more"})
    assert private_lines(written.getvalue().splitlines())
    assert not private_lines(['{"route": "/status/<token>", "event": "request"}\n', f"open: {private}\n"])
