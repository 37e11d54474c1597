"""Files of the site: in a coding that the client takes, in part where it asks for a part."""

import gzip
from collections.abc import Callable
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from partner_program import Program
from tests.factories.site import make_site

TEXT = b"0123456789" * 1000
OTHER_CODING = b"what would be Brotli"
LARGE = b"0123456789" * 200_000


@pytest.fixture
def client(make_app: Callable[..., object], program: Program, tmp_path: Path) -> FlaskClient:
    folder = make_site(tmp_path / "built", program)
    (folder / "text.js").write_bytes(TEXT)
    (folder / "text.js.gz").write_bytes(gzip.compress(TEXT))
    (folder / "text.js.br").write_bytes(OTHER_CODING)
    (folder / "large.txt").write_bytes(LARGE)
    (folder / "changes").mkdir()
    (folder / "changes" / "feed.xml").write_text("<feed/>")
    return make_app(SITE_DIR=str(folder)).test_client()  # type: ignore[attr-defined, no-any-return]


CODINGS = {
    "": None,
    "br": "br",
    "gzip, deflate, br": "br",
    "gzip": "gzip",
    "GZIP": "gzip",
    "br;q=0": None,
    "br;q=0, gzip": "gzip",
    "br; q=0.0, gzip;q=0.5": "gzip",
    "gzip;q=0, br;q=0": None,
    "brotli, xbr": None,
    "*": None,
    "identity": None,
    "deflate;q=1": None,
}


@pytest.mark.parametrize(("accepted", "coding"), CODINGS.items(), ids=CODINGS)
def test_a_coding_that_the_client_takes(client: FlaskClient, accepted: str, coding: str | None) -> None:
    """A quality of 0 is a refusal (RFC 9110, 12.5.3); caches learn what the answer depends on."""
    answer = client.get("/text.js", headers={"Accept-Encoding": accepted})
    assert answer.headers.get("Content-Encoding") == coding
    assert answer.headers["Vary"] == "Accept-Encoding"
    data = gzip.decompress(answer.data) if coding == "gzip" else answer.data
    assert data == (OTHER_CODING if coding == "br" else TEXT)


RANGES = {
    "bytes=0-0": b"0",
    "bytes=-1": b"9",
    "bytes=3-5": b"345",
    "bytes=0-": None,
    "bytes=-5": b"56789",
    "bytes=0-1,4-5": None,
    "lines=0-1": None,
    "bytes=x": None,
    "bytes=5-3": None,
}


@pytest.mark.parametrize("name", ["text.js", "large.txt"])
@pytest.mark.parametrize(("asked", "part"), RANGES.items(), ids=RANGES)
def test_a_part_of_a_file(client: FlaskClient, name: str, asked: str, part: bytes | None) -> None:
    """One byte is a part, too; what is not understood is answered with the whole."""
    whole = client.get(f"/{name}").data
    answer = client.get(f"/{name}", headers={"Range": asked})
    assert answer.data == (whole if part is None else part)
    assert answer.headers["Content-Length"] == str(len(answer.data))
    assert answer.status_code == (206 if part or asked == "bytes=0-" else 200)
    refused = client.get(f"/{name}", headers={"Range": f"bytes={len(whole)}-"})
    assert (refused.status_code, refused.data) == (416, b"")
    assert refused.headers["Content-Range"] == f"bytes */{len(whole)}"


@pytest.mark.parametrize(
    ("path", "location"),
    [
        ("/en/index.html", "/en/"),
        ("/en/apply", "/en/apply/"),
        ("/en/apply/index.html?a=b", "/en/apply/?a=b"),
    ],
)
def test_a_redirect_names_the_whole_path(client: FlaskClient, path: str, location: str) -> None:
    """So that every client, and every proxy that rewrites addresses, reads the same."""
    assert client.get(path).headers["Location"] == location


def test_the_feed_has_its_own_type(client: FlaskClient) -> None:
    """RFC 4287, 7: readers and browsers take it for a feed."""
    assert client.get("/changes/feed.xml").headers["Content-Type"] == "application/atom+xml"
