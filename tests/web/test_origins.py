"""C1-C7: which unsafe requests come from a page of ours."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from forms_service.app import service_of
from tests.factories.storage import bytes_on_disk
from tests.web.conftest import records

OWN = "https://forms.example.org"
SITE = "https://www.example.org"
PLACES = {"BASE_URL": OWN, "SITE_URL": SITE, "ALLOWED_HOSTS": "forms.example.org,intern.example.org"}


@pytest.fixture
def app(make_app: Callable[..., Flask]) -> Flask:
    return make_app(**PLACES)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    app.test_client_class = _AtItsAddress
    return app.test_client()


class _AtItsAddress(FlaskClient):
    def open(self, *arguments: Any, **named: Any) -> TestResponse:
        """Ask under the service's own name, unless a test names another."""
        return super().open(*arguments, **{"base_url": OWN} | named)


ACCEPTED = {
    "C1 same-origin": {"Sec-Fetch-Site": "same-origin"},
    "C1 same-origin decides before Origin": {"Sec-Fetch-Site": "same-origin", "Origin": "null"},
    "C1 none": {"Sec-Fetch-Site": "none"},
    "C2 from the site's origin": {"Sec-Fetch-Site": "same-site", "Origin": SITE},
    "C2 from the site's origin on another domain": {"Sec-Fetch-Site": "cross-site", "Origin": SITE},
    "C3 own origin": {"Origin": OWN},
    "C3 own origin, whatever host a proxy asks for": {"Origin": OWN, "Host": "intern.example.org"},
    "C3 the site's origin": {"Origin": SITE},
    "C3 another allowed host, as it was asked": {
        "Origin": "https://intern.example.org:8443",
        "Host": "intern.example.org:8443",
    },
    "C5 neither": {},
}

REFUSED = {
    "C2 same-site": {"Sec-Fetch-Site": "same-site"},
    "C2 cross-site": {"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"},
    "C2 junk": {"Sec-Fetch-Site": "junk"},
    "C2 empty": {"Sec-Fetch-Site": ""},
    "C2 decides before Origin": {"Sec-Fetch-Site": "cross-site", "Origin": OWN},
    "C2 beside the site, by scheme": {
        "Sec-Fetch-Site": "cross-site",
        "Origin": SITE.replace("https", "http"),
    },
    "C2 beside the site, by name": {"Sec-Fetch-Site": "cross-site", "Origin": f"{SITE}.evil"},
    "C2 no origin at all": {"Sec-Fetch-Site": "cross-site", "Origin": "null"},
    "C4 null": {"Origin": "null"},
    "C4 evil": {"Origin": "https://evil.example"},
    "C4 looks alike": {"Origin": "https://forms.example.org.evil"},
    "C4 wrong scheme": {"Origin": "http://forms.example.org"},
    "C4 wrong port": {"Origin": "https://forms.example.org:8443"},
    "C4 a host of ours that was not asked": {"Origin": "https://intern.example.org"},
    "C4 the site on another port": {"Origin": "https://www.example.org:8443"},
}


@pytest.mark.parametrize("headers", ACCEPTED.values(), ids=ACCEPTED)
def test_accepted(client: FlaskClient, app: Flask, deal: dict[str, str], headers: dict[str, str]) -> None:
    """Stored, and on to the status page."""
    assert client.post("/register-deal/", data=deal, headers=headers).status_code == 303
    assert len(records(service_of(app))) == 1


@pytest.mark.parametrize("headers", REFUSED.values(), ids=REFUSED)
def test_refused(client: FlaskClient, app: Flask, deal: dict[str, str], headers: dict[str, str]) -> None:
    """C7: 403, nothing stored, what was sent is not shown to whoever made it be sent, and how to go on."""
    answer = client.post("/register-deal/", data=deal, headers=headers)
    assert answer.status_code == 403
    assert "Example Customer" not in answer.text
    assert 'href="/register-deal/"' in answer.text
    assert "Wstecz" in answer.text
    assert records(service_of(app)) == []


def test_a_status_page_names_no_origin(client: FlaskClient, app: Flask, deal: dict[str, str]) -> None:
    """C4: its page is `no-referrer`, so browsers that send no Sec-Fetch-Site send `Origin: null`."""
    link = client.post("/register-deal/", data=deal).location
    asked = client.post(link, data={"action": "withdraw"}, headers={"Origin": "null"})
    assert asked.status_code == 303
    assert client.post(asked.location, headers={"Origin": "null"}).status_code == 303
    cross = {"Origin": "null", "Sec-Fetch-Site": "cross-site"}
    assert client.post(link, data={"action": "withdraw"}, headers=cross).status_code == 403
    evil = {"Origin": "https://evil.example"}
    assert client.post(link, data={"action": "withdraw"}, headers=evil).status_code == 403
    site = {"Sec-Fetch-Site": "same-site", "Origin": SITE}
    assert client.post(link, data={"action": "withdraw"}, headers=site).status_code == 403


@pytest.mark.parametrize("address", ["/desk/sign-in", "/partner/sign-in", "/partner/ask"])
def test_the_site_elsewhere_sends_public_forms_alone(client: FlaskClient, app: Flask, address: str) -> None:
    """C2, C5: where people sign in, only pages of the service itself count."""
    data_dir = service_of(app).settings.data_dir
    before = bytes_on_disk(data_dir)
    data = {"email": "partner@example.com", "name": "Somebody", "lang": "en"}
    for headers in ({"Sec-Fetch-Site": "same-site", "Origin": SITE}, {"Origin": SITE}, {}):
        assert client.post(address, data=data, headers=headers).status_code == 403
    assert bytes_on_disk(data_dir) == before


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
def test_every_unsafe_method_is_checked(client: FlaskClient, method: str) -> None:
    """Also those that nothing answers."""
    evil = {"Origin": "https://evil.example"}
    assert client.open("/register-deal/", method=method, headers=evil).status_code == 403
    assert client.open("/register-deal/", method=method).status_code == 405


def test_get_changes_nothing(client: FlaskClient, app: Flask, deal: dict[str, str]) -> None:
    """C6: every address, with whatever query, leaves the journal as it is."""
    link = client.post("/register-deal/", data=deal).location
    data_dir = service_of(app).settings.data_dir
    before = bytes_on_disk(data_dir)
    known = [rule.rule.replace("<token>", link.rpartition("/")[2]) for rule in app.url_map.iter_rules()]
    for rule in known:
        address = rule.replace("<prefix>", "en").replace("<path:address>", "register-deal/")
        for query in ("", "?action=withdraw&confirmed=y", "?customer_name=x&partner_email=a%40example.com"):
            for method in ("GET", "HEAD", "OPTIONS"):
                assert client.open(address + query, method=method).status_code < 500
    assert bytes_on_disk(data_dir) == before
