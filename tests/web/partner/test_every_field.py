"""H1b: whatever stands in whatever field costs at most ten times as much as so many plain letters, and stays
nowhere. The fields are those that the pages and the views of the application have, see `every_field`."""

import gc
import re
import resource
import time
import urllib.parse
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from urllib.parse import urlencode

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from forms_service.server.waitress_server import HEAD_LIMIT_BYTES
from partner_program import Program
from tests.cached import long_cached_texts
from tests.factories.desk import OWN, DeskApp
from tests.factories.storage import break_storage
from tests.web.partner import one_of_everything
from tests.web.partner.every_field import Asked, Explorer

SIZE = 250_000
"""Bytes of a field: what a form may hold, but for its other fields."""
QUERY_SIZE = HEAD_LIMIT_BYTES - 4096
TIMES, MOST_SECONDS = 10, 2.5
MOST_HEAD_SECONDS = 0.25
"""For a head full of it. Reading letters there takes next to nothing, so there is nothing to compare with."""
MOST_GROWTH_KB = 64 * 1024
"""Beyond what one request needs: K2 kept a megabyte of each of four hundred."""
MOST_CACHED = HEAD_LIMIT_BYTES
"""Characters: the address of a request may be so long, no field may."""

PIECES = {
    "marks in mixed order": "\u0301\u0316",
    "marks behind letters": "a\u0345\u0301\u0316\u0327",
    "half-width marks": "\uff9e\u0f73\u0316",
    "addresses": "@xxxx",
    "dots": "a.",
    "full-width digits": "\uff11",
    "spaces": " ",
    "emoji": "\U0001f468\u200d",
    "ligatures that expand": "\ufdfa",
    "letters that grow when they are folded": "\u0390\u1e9e",
    "from right to left": "\u202e\u05d0",
    "NUL": "\0a",
    "markup": "<&\"'",
    "newlines": "\n",
    "ends of lines": "\r\n",
    "per cent": "%",
}
COMPARED = ("marks in mixed order", "emoji")
"""Of what nobody types, and views only compare: choices, hidden fields, queries."""
NOT_LOOKED_AT = {
    ("GET", "/partner/<reference>/attestation/<int:number>"),
    ("GET", "/partner/calendar/<token>.ics"),
    ("GET", "/partner/register-deal"),
    ("POST", "/"),
    ("POST", "/apply/check"),
    ("POST", "/<string(length=2):lang>/apply/check"),
    ("POST", "/desk/mails/<id>/came-back"),
    ("POST", "/desk/privacy/clock"),
    ("POST", "/desk/language"),
    ("POST", "/desk/sign-out"),
    ("POST", "/partner/language"),
    ("POST", "/partner/sign-out"),
}
"""Without a field of their own: a form of nothing but a button, and addresses that read nothing. What a
script asks about a tax number is refused unread from 4 KiB on (`tests/web/test_checks.py`)."""
HEADERS = (
    "HTTP_ACCEPT",
    "HTTP_ACCEPT_ENCODING",
    "HTTP_ACCEPT_LANGUAGE",
    "HTTP_AUTHORIZATION",
    "HTTP_CACHE_CONTROL",
    "HTTP_COOKIE",
    "HTTP_HOST",
    "HTTP_IF_MODIFIED_SINCE",
    "HTTP_IF_NONE_MATCH",
    "HTTP_ORIGIN",
    "HTTP_RANGE",
    "HTTP_REFERER",
    "HTTP_SEC_FETCH_SITE",
    "HTTP_USER_AGENT",
    "HTTP_X_FORWARDED_FOR",
    "CONTENT_TYPE",
    "QUERY_STRING",
)
BOUNDARY = "x7MA4YWxkTrZu0gW"


@pytest.fixture(scope="module")
def desk_app(program: Program, tmp_path_factory: pytest.TempPathFactory) -> Iterator[DeskApp]:
    """Nothing that these tests send is stored."""
    opened = one_of_everything.opened(program, tmp_path_factory.mktemp("every-field"))
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def explored(desk_app: DeskApp) -> Iterator[Explorer]:
    explorer, starts = one_of_everything.explorer(desk_app)
    with break_storage(desk_app.data):
        for who, addresses in starts.items():
            explorer.explore(who, *addresses)
        yield explorer


def test_every_address_is_looked_at(desk_app: DeskApp, explored: Explorer) -> None:
    """A new one to which no page leads, or that the world of this test does not have, fails here."""
    there = {
        (method, rule.rule)
        for rule in desk_app.app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    assert there - explored.rules == NOT_LOOKED_AT
    assert len(explored.found) > 300


@pytest.mark.parametrize("kind", PIECES)
def test_no_text_costs_much_more_than_letters(explored: Explorer, kind: str) -> None:
    """K1, M6: each field by itself; another one like it where it seems to cost more, for caches know it."""
    costly = []
    for asked in explored.found.values():
        if asked.name in asked.texts or kind in COMPARED:
            size = SIZE if asked.method == "POST" else QUERY_SIZE
            most = min(TIMES * _letters(explored, asked, size), MOST_SECONDS)
            text = payload(PIECES[kind], size, is_query=asked.method == "GET")
            if all(seconds(explored, asked, f"{each}{text[1:]}") > most for each in "xyz"):
                costly.append(str(asked))
    assert costly == []


@pytest.mark.parametrize("kind", COMPARED)
def test_no_header_costs_much(explored: Explorer, kind: str) -> None:
    """Cookies too."""
    text = _as_latin_1(kind)
    browser = explored.app.test_client()
    costly = [name for name in HEADERS if _is_costly(partial(_with_header, browser, name), text)]
    assert costly == []


@pytest.mark.parametrize("kind", COMPARED)
def test_no_part_of_an_address_costs_much(explored: Explorer, kind: str) -> None:
    """Each part of each address that is not fixed, the others being as short as can be."""
    browser, text = explored.browsers["desk"], _as_latin_1(kind)
    costly = [
        (method, rule, part)
        for method, rule in sorted(explored.rules)
        for part in re.findall("<[^>]+>", rule)
        if _is_costly(partial(_at_address, browser, method, rule, part), text)
    ]
    assert costly == []
    assert browser.get("/desk/").status_code == 200, "signed out on the way"


def test_no_field_costs_more_for_being_sent_often(explored: Explorer) -> None:
    """As often as fits, and as many rows as fit: ten times what so many fields cost that nobody asks for."""
    costly = []
    for asked in explored.found.values():
        if asked.method == "POST" and asked.name in asked.typed:
            most = min(TIMES * _many_seconds(explored, asked, "nobody-asks-{}"), MOST_SECONDS)
            for name in {asked.name, asked.name.replace("-0", "-{}", 1)}:
                if all(_many_seconds(explored, asked, name) > most for _ in range(3)):
                    costly.append((name, str(asked)))
    assert costly == []


@pytest.mark.parametrize("text", ["z" * SIZE, "z" + "\u0301\u0316" * 20 + "z" * 100])
def test_what_is_refused_stands_in_its_field_again(explored: Explorer, text: str) -> None:
    """Nothing typed is lost: it is there whole, with what to do. At the door all answers are alike."""
    lost = []
    for asked in explored.found.values():
        at_the_door = asked.rule.endswith(("/sign-in", "/link/<token>"))
        if asked.method == "POST" and asked.name in asked.texts and not at_the_door:
            answer = _answer(explored, asked, text)
            is_told = answer.status_code in (409, 413, 422, 503) and text in answer.text
            if not is_told and answer.status_code != 303:
                lost.append((answer.status_code, str(asked)))
    assert lost == []


def test_nothing_of_it_stays_in_memory(explored: Explorer) -> None:
    """K2: no cache holds a long text, and what the process needs is what it needed before."""
    found = explored.found.values()
    fields = [asked for asked in found if asked.method == "POST" and asked.name in asked.typed]
    text = payload("\U0001f600", SIZE, is_query=False)
    _send(explored, fields[:20], text)
    urllib.parse.clear_cache()  # the test client's own, of addresses that other tests asked for
    before = _resident_kb()
    _send(explored, fields, text)
    assert long_cached_texts(MOST_CACHED) == set()
    assert _resident_kb() - before < MOST_GROWTH_KB


def _send(explored: Explorer, fields: list[Asked], text: str) -> None:
    for number, asked in enumerate(fields):
        seconds(explored, asked, f"{number}{text[len(str(number)) :]}")


def payload(piece: str, size: int, *, is_query: bool) -> str:
    """So many bytes of it, as they are sent."""
    written = urlencode({"": piece})[1:] if is_query else piece.encode()
    return piece * (size // len(written))


_known: dict[tuple[Asked, int], float] = {}


def _letters(explored: Explorer, asked: Asked, size: int) -> float:
    """What so many plain letters cost there."""
    if (asked, size) not in _known:
        _known[asked, size] = min(seconds(explored, asked, "a" * size) for _ in range(2))
    return _known[asked, size]


def seconds(explored: Explorer, asked: Asked, text: str) -> float:
    """Processor time of this thread for an answer with this text in the field."""
    return _timed(partial(_answer, explored, asked), text)


def _answer(explored: Explorer, asked: Asked, text: str) -> TestResponse:
    fields = {**dict(asked.fields), asked.name: text}
    browser = explored.browsers[asked.who]
    if asked.method == "GET":
        return browser.get(asked.address, query_string=urlencode(fields), headers=OWN)
    parts = (
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in fields.items()
    )
    body = f"{''.join(parts)}--{BOUNDARY}--\r\n".encode()
    kind = f"multipart/form-data; boundary={BOUNDARY}"
    return browser.post(asked.address, data=body, content_type=kind, headers=OWN)


def _as_latin_1(kind: str) -> str:
    """As many bytes as a head may hold, as WSGI has them."""
    return payload(PIECES[kind], QUERY_SIZE, is_query=False).encode().decode("latin-1")


def _is_costly(send: Callable[[str], object], text: str) -> bool:
    return all(_timed(send, f"{each}{text[1:]}") > MOST_HEAD_SECONDS for each in "xyz")


def _timed(send: Callable[[str], object], text: str) -> float:
    began = time.thread_time()
    send(text)
    return time.thread_time() - began


def _with_header(browser: FlaskClient, name: str, text: str) -> None:
    for method, address in (("GET", "/en/apply/"), ("GET", "/desk/sign-in"), ("POST", "/register-deal/")):
        browser.open(address, method=method, environ_overrides={name: text})


def _at_address(browser: FlaskClient, method: str, rule: str, part: str, text: str) -> None:
    """As the server hands it on, decoded: for that alone the test's browser takes longer than the answer."""
    path = re.sub("<[^>]+>", "1", rule.replace(part, "\n")).replace("\n", text)
    browser.open("/", method=method, headers=OWN, environ_overrides={"PATH_INFO": path})


def _many_seconds(explored: Explorer, asked: Asked, name: str) -> float:
    """Processor time for as many fields of this name, which may hold a number, as fit."""
    count = SIZE // len(f"{name}12345=a&")
    others = urlencode([each for each in asked.fields if each[0] != asked.name])
    body = "&".join([others, *(f"{name.format(number)}=a" for number in range(count))])
    kind = "application/x-www-form-urlencoded"
    browser = explored.browsers[asked.who]
    return _timed(lambda _: browser.post(asked.address, data=body, content_type=kind, headers=OWN), "")


def _resident_kb() -> int:
    gc.collect()
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() // 1024
