"""What every answer carries, and what goes wrong as pages of the site."""

import base64
import hashlib
import re
from collections.abc import Callable
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any
from wsgiref.util import setup_testing_defaults

import pytest
from flask import Flask, abort
from flask.testing import FlaskClient

import forms_service
from forms_service.app import service_of
from forms_service.server import logs
from forms_service.web.uploads import BODY_LIMIT_BYTES
from tests.factories.site import INLINE_SCRIPT
from tests.factories.storage import TORN, set_aside, tear_last_write
from tests.web.conftest import records

ADDRESSES = [
    ("GET", "/", 200),
    ("HEAD", "/", 200),
    ("GET", "/tiers", 302),
    ("GET", "/program.json", 200),
    ("GET", "/tiers/?sales_people=1", 200),
    ("GET", "/nowhere/", 404),
    ("GET", "/%00", 404),
    ("GET", "/..%2f..%2fetc/passwd", 404),
    ("GET", "/status/wrong", 404),
    ("POST", "/register-deal/", 422),
    ("POST", "/", 405),
    ("PUT", "/register-deal/", 405),
    ("OPTIONS", "/register-deal/", 405),
    ("TRACE", "/", 405),
    ("BREW", "/", 405),
    ("GET", "/healthz", 200),
    ("POST", "/healthz", 404),
]


@pytest.mark.parametrize(("method", "path", "status"), ADDRESSES)
def test_every_answer_has_the_same_headers(client: FlaskClient, method: str, path: str, status: int) -> None:
    """I3, H11: files, forms, errors and probes alike; no address and no method makes a 500."""
    answer = client.open(path, method=method)
    assert answer.status_code == status
    policy = answer.headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    for part in ("default-src 'none'", "base-uri 'none'", "frame-ancestors 'none'", "form-action 'self'"):
        assert part in policy
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] in ("no-store", "max-age=0, public")
    assert "Referrer-Policy" in answer.headers
    assert "Permissions-Policy" in answer.headers
    assert len(answer.headers["X-Request-ID"]) == 16
    assert "Server" not in answer.headers
    assert "Set-Cookie" not in answer.headers
    assert "Strict-Transport-Security" not in answer.headers


def test_the_policy_allows_the_scripts_that_were_built(client: FlaskClient) -> None:
    """By the hash of each; a block of data needs none."""
    digest = base64.b64encode(hashlib.sha256(INLINE_SCRIPT.encode()).digest()).decode()
    policy = client.get("/").headers["Content-Security-Policy"]
    assert f"script-src 'self' 'sha256-{digest}';" in policy


def test_over_https_browsers_are_told_to_stay_there(make_app: Callable[..., Flask]) -> None:
    """HSTS, once BASE_URL says https."""
    client = make_app(BASE_URL="https://localhost").test_client()
    for path in ("/", "/nowhere", "/healthz"):
        assert client.get(path).headers["Strict-Transport-Security"] == "max-age=31536000"


def test_pages_are_asked_for_again_and_hashed_assets_never(client: FlaskClient, site: Path) -> None:
    """A new build shows at once; what is named by its content is kept for ever."""
    page = client.get("/")
    assert page.headers["Cache-Control"] == "max-age=0, public"
    assert client.get("/", headers={"If-None-Match": page.headers["ETag"]}).status_code == 304
    (asset,) = (site / "assets").iterdir()
    assert "immutable" in client.get(f"/assets/{asset.name}").headers["Cache-Control"]


def test_a_missing_page_is_the_sites_own(client: FlaskClient) -> None:
    """As it was built, in the language of the address."""
    assert "Nie ma takiej strony" in client.get("/nowhere").text
    english = client.get("/en/nowhere")
    assert english.status_code == 404
    assert '<html lang="en">' in english.text
    assert "built missing page" in english.text


def test_an_unexpected_error_shows_an_id_only(make_app: Callable[..., Flask], deal: dict[str, str]) -> None:
    """P6: nothing of the error, nothing of what was typed; the log has the id, the type and the lines."""
    app = make_app()

    @app.before_request
    def stumble() -> None:
        raise KeyError("secret of somebody@example.com")

    written = StringIO()
    logs.configure(written)
    answer = app.test_client().post("/en/register-deal/", data=deal)
    assert answer.status_code == 500
    assert answer.headers["X-Request-ID"] in answer.text
    assert "Something went wrong on our side" in answer.text
    for secret in ("KeyError", "somebody@example.com", "Traceback", "partner@example.com"):
        assert secret not in answer.text
    assert answer.headers["X-Request-ID"] in written.getvalue()
    assert "builtins.KeyError" in written.getvalue()
    assert "stumble" in written.getvalue()
    assert "@example.com" not in written.getvalue()


@pytest.mark.parametrize("status", [400, 403, 405, 413, 429, 500, 503])
def test_every_error_is_a_page_in_the_language_of_its_address(
    make_app: Callable[..., Flask], status: int
) -> None:
    """Filled into the built 404 page; its title is its heading; I3: the policy is that of every page."""
    app = make_app()
    app.before_request(lambda: abort(status))
    for address, language in (("/nowhere", "pl"), ("/en/nowhere", "en")):
        answer = app.test_client().get(address)
        assert answer.status_code == status
        assert f'<html lang="{language}">' in answer.text
        assert "built missing page" not in answer.text
        heading = answer.text.rpartition("<h1>")[2].partition("</h1>")[0].strip()
        assert f"<title>{heading}</title>" in answer.text
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["Content-Security-Policy"] == service_of(app).site.current().policy


def posted(app: Flask, body: bytes, **environ: str) -> tuple[str, bytes]:
    """Post to the application as another server would, which may say anything about the body."""
    said: list[str] = []
    request: dict[str, Any] = {
        "REQUEST_METHOD": "POST", "PATH_INFO": "/register-deal/", "HTTP_HOST": "localhost",
        "CONTENT_TYPE": "application/x-www-form-urlencoded", "wsgi.input": BytesIO(body),
        "CONTENT_LENGTH": str(len(body)),
    } | environ  # fmt: skip
    setup_testing_defaults(request)
    answer = app(request, lambda status, headers, exc_info=None: said.append(status))  # type: ignore[arg-type,return-value]
    return said[0], b"".join(answer)


@pytest.mark.parametrize(
    ("length", "environ", "status"),
    [
        (BODY_LIMIT_BYTES, {}, "422"),
        (BODY_LIMIT_BYTES + 1, {}, "413"),
        (14, {"CONTENT_LENGTH": "40"}, "400"),
        (14, {"CONTENT_LENGTH": "-1"}, "400"),
        (14, {"CONTENT_LENGTH": "+14"}, "400"),
        (14, {"CONTENT_LENGTH": "0x0e"}, "400"),
        (14, {"CONTENT_LENGTH": "9" * 5000}, "413"),
        (14, {"CONTENT_LENGTH": "", "HTTP_TRANSFER_ENCODING": "chunked"}, "411"),
        (14, {"HTTP_TRANSFER_ENCODING": "chunked"}, "411"),
    ],
)
def test_a_body_is_taken_whole_or_not_at_all(
    app: Flask, length: int, environ: dict[str, str], status: str
) -> None:
    """H2, H3, H4: whatever server stands in front."""
    body = b"customer_name=" + b"x" * (length - 14)
    said, page = posted(app, body, **environ)
    assert said.startswith(status)
    assert b"<h1>" in page
    assert records(service_of(app)) == []


@pytest.mark.parametrize(("fields", "status"), [(1000, "422"), (1001, "413"), (5000, "413")])
def test_a_thousand_fields_are_enough(app: Flask, fields: int, status: str) -> None:
    """H4: Flask's own limit does not count what is urlencoded."""
    said, _ = posted(app, b"&".join(b"f%d=1" % n for n in range(fields)))
    assert said.startswith(status)


def test_a_thousand_parts_are_enough(client: FlaskClient) -> None:
    """H4, for multipart."""
    fields = {f"f{n}": "1" for n in range(1001)}
    answer = client.post("/register-deal/", data=fields, content_type="multipart/form-data")
    assert answer.status_code == 413


def test_too_many_forms_keep_what_was_typed(
    make_app: Callable[..., Flask], deal: dict[str, str], application: dict[str, str]
) -> None:
    """H10: one count for all forms of a client; Retry-After; nothing stored; GET is never counted."""
    app = make_app(RATE_LIMIT="2 per hour")
    client = app.test_client()
    for _ in range(5):
        assert client.get("/tiers/?sales_people=1").status_code == 200
    assert client.post("/register-deal/", data=deal).status_code == 303
    assert client.post("/apply/", data=application).status_code == 303
    answer = client.post("/register-deal/", data=deal | {"product": "A third one"})
    assert answer.status_code == 429
    assert 3500 < int(answer.headers["Retry-After"]) <= 3600
    assert "<title>Błąd: " in answer.text
    assert "za 60 minut" in answer.text.replace("\u00a0", " ")
    assert 'value="A third one"' in answer.text
    assert len(records(service_of(app))) == 1
    other = client.post("/register-deal/", data=deal, environ_base={"REMOTE_ADDR": "192.0.2.7"})
    assert other.status_code == 303


def test_nothing_is_timed_by_the_wall_clock() -> None:
    """T4: limits, deadlines and waits count monotonic seconds."""
    package = Path(forms_service.__file__).parent
    wall_clock = re.compile(r"\btime\.time\b|from time import .*\btime\b")
    found = {
        str(file.relative_to(package))
        for file in package.rglob("*.py")
        if wall_clock.search(file.read_text())
    }
    assert not found


def test_ready_says_what_needs_attention(client: FlaskClient) -> None:
    """Whether a form would be stored, and the state of mail and site; nothing about people."""
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json == {
        "ready": True,
        "store": {"problem": None, "torn_lines_set_aside": []},
        "mail": {"problem": None},
        "site": {"problem": None},
    }


def test_ready_names_what_a_crash_left_behind(make_app: Callable[..., Flask], tmp_path: Path) -> None:
    """S2: a torn last line is set aside when the service starts; for people to see, and no trouble."""
    service_of(make_app()).store.close()
    tear_last_write(tmp_path / "data")
    answer = make_app().test_client().get("/readyz")
    assert answer.status_code == 200
    assert answer.json is not None
    torn = set_aside(tmp_path / "data")
    assert answer.json["store"]["torn_lines_set_aside"] == [torn.name]
    assert torn.read_bytes() == TORN
