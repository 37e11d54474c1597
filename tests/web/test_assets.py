"""The service's own style sheets: its pages look the same whatever site is published beside them."""

import gzip
import re

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from forms_service.web import assets

GZIP = {"Accept-Encoding": "gzip"}
LINKED = re.compile(r'<link rel="stylesheet" href="([^"]+)"')


def styles(client: FlaskClient) -> list[str]:
    found = LINKED.findall(client.get("/desk/sign-in").text)
    assert len(found) > 1
    return [str(each) for each in found]


def content(answer: TestResponse) -> str:
    return gzip.decompress(answer.data).decode()


def test_a_page_brings_its_own_style(client: FlaskClient) -> None:
    """By the hash of its content, kept for ever, compressed; and with the letters it names."""
    for address in styles(client):
        answer = client.get(address, headers=GZIP)
        assert answer.status_code == 200
        assert answer.content_type == "text/css; charset=utf-8"
        assert answer.headers["Content-Encoding"] == "gzip"
        assert "immutable" in answer.headers["Cache-Control"]
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
        assert content(answer) == client.get(address).text
        for font in re.findall(r'url\("([^"]+)"\)', client.get(address).text):
            found = client.get(f"{address.rsplit('/', 1)[0]}/{font}")
            assert found.status_code == 200
            assert found.content_type == "font/woff2"


def test_a_style_that_is_known_is_not_sent_again(client: FlaskClient) -> None:
    address = styles(client)[0]
    known = client.get(address, headers=GZIP).headers["ETag"]
    again = client.get(address, headers=GZIP | {"If-None-Match": known})
    assert (again.status_code, again.data) == (304, b"")
    assert client.head(address).data == b""


def test_a_page_of_an_older_version_gets_the_style_as_it_is(client: FlaskClient) -> None:
    """And asks again the next time."""
    address = assets.url("app.css")
    older = client.get(f"{assets.PREFIX}0123456789abcdef/app.css")
    assert older.text == client.get(address).text
    assert "immutable" not in older.headers["Cache-Control"]
    assert "max-age=0" in older.headers["Cache-Control"]


@pytest.mark.parametrize("name", ["", "x", "x/none.css", "x/../assets.py", "x/%2e%2e/settings.py"])
def test_nothing_else_lies_there(client: FlaskClient, name: str) -> None:
    assert client.get(f"{assets.PREFIX}{name}").status_code == 404
