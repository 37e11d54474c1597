"""H6 and H7: a request cannot choose what the service calls itself, nor who it comes from."""

from collections.abc import Callable
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from flask import Flask

from forms_service.app import service_of
from forms_service.web.security import client_of, host_is_allowed, trust_proxies

BASE = "https://partners.example.com"


@pytest.mark.parametrize(
    "host", ["evil.example", "a/b", "", "localhost, localhost", "localhost:0", "x@localhost"]
)
@pytest.mark.parametrize("path", ["/", "/assets/nothing.css", "/status/x", "/program.json", "/nowhere"])
def test_an_unknown_host_is_refused_everywhere(make_app: Callable[..., Flask], host: str, path: str) -> None:
    """400 and our page, for built files as well."""
    client = make_app().test_client()
    answer = client.get(path, headers={"Host": host})
    assert answer.status_code == 400
    assert "Content-Security-Policy" in answer.headers


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_probes_answer_under_any_host(make_app: Callable[..., Flask], path: str) -> None:
    """A balancer asks by address."""
    answer = make_app().test_client().get(path, headers={"Host": "10.0.0.7:8000"})
    assert answer.status_code == 200
    assert answer.json is not None


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:9000", "127.0.0.1:1", "[::1]", "[::1]:8000"])
def test_loopback_is_served_without_a_base_url(make_app: Callable[..., Flask], host: str) -> None:
    """At any port: behind a forwarded one, too."""
    assert make_app().test_client().get("/", headers={"Host": host}).status_code == 200


def test_with_a_base_url_only_its_host_is_served(make_app: Callable[..., Flask]) -> None:
    """Loopback was a convenience."""
    client = make_app(BASE_URL=BASE).test_client()
    assert client.get("/", headers={"Host": "partners.example.com"}).status_code == 200
    assert client.get("/", headers={"Host": "localhost"}).status_code == 400


@pytest.mark.parametrize(
    ("host", "allowed"),
    [("a.example", True), ("a.example:8000", True), ("a.example:", False), ("a.example:99999", False),
     ("a.example.", False), ("xa.example", False), ("a.example:80:80", False), ("[::1", False),
     ("a.example:" + "1" * 5000, False), ("a.example:٣", False)],
)  # fmt: skip
def test_what_a_host_header_may_be(host: str, allowed: bool) -> None:
    """The name exactly, and a port that is one."""
    assert host_is_allowed(host, ("a.example",)) is allowed


def test_links_are_built_from_settings_alone(make_app: Callable[..., Flask], deal: dict[str, str]) -> None:
    """H6: whatever Host, port or forwarded header came, pages and mails say the configured address."""
    app = make_app(BASE_URL=BASE, ALLOWED_HOSTS="partners.example.com,other.example.com")
    client = app.test_client()
    lies = {"Host": "other.example.com:1234", "X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "http"}
    sent = client.post("/register-deal/", data=deal, headers=lies)
    page = client.get(sent.location, headers=lies)
    outbox = service_of(app).outbox
    outbox.deliver_due()
    letters = [_letter(path) for path in (service_of(app).settings.data_dir / "mail").glob("*.eml")]
    assert len(letters) == 2
    assert any(f"{BASE}{sent.location}" in letter for letter in letters)
    for text in (sent.location, page.text, *letters):
        assert "other.example.com" not in text
        assert "evil.example" not in text


def _letter(path: Path) -> str:
    read = message_from_bytes(path.read_bytes(), policy=policy.default)
    return "\n".join(part.get_content() for part in read.walk() if not part.is_multipart())


SPOOFED = {
    "X-Forwarded-For": "9.9.9.9",
    "X_Forwarded_For": "9.9.9.9",
    "X-Forwarded-Proto": "https",
    "X-Forwarded-Host": "evil.example",
    "Forwarded": "for=9.9.9.9;host=evil.example;proto=https",
}


def test_without_a_proxy_no_forwarded_header_is_believed(make_app: Callable[..., Flask]) -> None:
    """H7: the limit counts the connection's address, whatever the headers claim."""
    client = make_app(RATE_LIMIT="2 per minute").test_client()
    answers = [
        client.post("/register-deal/", headers=SPOOFED | {"X-Forwarded-For": f"9.9.9.{n}"}).status_code
        for n in range(3)
    ]
    assert answers == [422, 422, 429]


@pytest.mark.parametrize(
    ("hops", "forwarded", "counted_apart"),
    [
        ("1", "{n}.1.1.1", True),
        ("1", "{n}.1.1.1, 7.7.7.7", False),
        ("2", "{n}.1.1.1, 7.7.7.7", True),
        ("2", "{n}.1.1.1", False),
        ("1", "[2001:db8:{n}::1]:4711", True),
        ("1", "{n}.1.1.1:4711", True),
        ("1", "unknown{n}", False),
    ],
)
def test_behind_proxies_exactly_so_many_hops_are_believed(
    make_app: Callable[..., Flask], hops: str, forwarded: str, counted_apart: bool
) -> None:
    """The entry that the farthest trusted proxy wrote; what a client put before it is not looked at."""
    client = make_app(RATE_LIMIT="1 per minute", TRUSTED_PROXIES=hops).test_client()
    answers = [
        client.post("/register-deal/", headers={"X-Forwarded-For": forwarded.format(n=n)}).status_code
        for n in (1, 2)
    ]
    assert answers == [422, 422 if counted_apart else 429]


@pytest.mark.parametrize(
    ("hops", "scheme", "host"),
    [(0, "http", "here"), (1, "https", "near"), (2, "http", "far"), (3, "http", "here")],
)
def test_what_is_believed_of_two_proxies(hops: int, scheme: str, host: str) -> None:
    """H7: client, scheme and host of exactly so many hops; the headers are gone afterwards."""
    environ = {
        "REMOTE_ADDR": "192.0.2.1",
        "wsgi.url_scheme": "http",
        "HTTP_HOST": "here",
        "HTTP_X_FORWARDED_FOR": "evil, 192.0.2.3, 192.0.2.2",
        "HTTP_X_FORWARDED_PROTO": "http, https",
        "HTTP_X_FORWARDED_HOST": "far, near",
        "HTTP_FORWARDED": "host=evil.example",
    }
    trust_proxies(environ, hops)
    client = {0: "192.0.2.1", 1: "192.0.2.2", 2: "192.0.2.3", 3: "192.0.2.1"}[hops]
    assert environ == {"REMOTE_ADDR": client, "wsgi.url_scheme": scheme, "HTTP_HOST": host}


@pytest.mark.parametrize(
    ("name", "sent", "believed"),
    [
        ("FOR", '"evil, 192.0.2.3', "192.0.2.3"),
        ("FOR", "evil\\, 192.0.2.3", "192.0.2.3"),
        ("FOR", "192.0.2.3, unknown", "192.0.2.1"),
        ("FOR", "192.0.2.3:80:80", "192.0.2.1"),
        ("PROTO", "javascript", "http"),
        ("PROTO", '"http, https', "https"),
        ("HOST", '"evil.example, near', "near"),
    ],
)
def test_what_a_client_writes_hides_no_entry_of_a_proxy(name: str, sent: str, believed: str) -> None:
    """H7: an opening quote swallows nothing of what is appended; what is no address or scheme is dropped."""
    environ = {"REMOTE_ADDR": "192.0.2.1", "wsgi.url_scheme": "http", "HTTP_HOST": "here"}
    environ[f"HTTP_X_FORWARDED_{name}"] = sent
    trust_proxies(environ, 1)
    taken = {"FOR": "REMOTE_ADDR", "PROTO": "wsgi.url_scheme", "HOST": "HTTP_HOST"}[name]
    assert environ[taken] == believed


def test_a_trusted_proxy_may_name_the_host(make_app: Callable[..., Flask]) -> None:
    """And it is checked like any other."""
    client = make_app(BASE_URL=BASE, TRUSTED_PROXIES="1").test_client()
    for said, status in (("partners.example.com", 200), ("evil.example", 400)):
        headers = {"Host": "10.0.0.7", "X-Forwarded-Host": said}
        assert client.get("/", headers=headers).status_code == status


@pytest.mark.parametrize(
    ("address", "client"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::", "2001:db8:1:2::/64"),
        ("2001:db8:1:3::1", "2001:db8:1:3::/64"),
        ("nonsense", "None"),
    ],
)
def test_whom_a_limit_counts(address: str, client: str) -> None:
    """One IPv4 address; one /64 of IPv6, since a household has all of it."""
    assert client_of(address) == client


def test_a_household_is_one_client(make_app: Callable[..., Flask]) -> None:
    """H10: all addresses of one /64 share a limit; the next one has its own."""
    client = make_app(RATE_LIMIT="2 per minute").test_client()
    addresses = ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", "2001:db8:1:2::3", "2001:db8:1:3::1")
    answers = [
        client.post("/register-deal/", environ_base={"REMOTE_ADDR": address}).status_code
        for address in addresses
    ]
    assert answers == [422, 422, 429, 422]


@pytest.mark.parametrize(("network", "allowed"), [("2001:db8:1:{n:x}::1", 8), ("2001:db8:1:{n:x}00::1", 32)])
def test_a_providers_customer_is_counted_wider(
    make_app: Callable[..., Flask], network: str, allowed: int
) -> None:
    """L1: all /64 of a /56 share four times the limit, of a /48 sixteen times; the next /48 has its own."""
    client = make_app(RATE_LIMIT="2 per minute; 100 per hour").test_client()

    def send(address: str) -> int:
        return client.post("/register-deal/", environ_base={"REMOTE_ADDR": address}).status_code

    answers = [send(network.format(n=n)) for n in range(40)]
    assert answers == [422] * allowed + [429] * (40 - allowed)
    assert send("2001:db8:2::1") == 422
    assert (
        client.post("/register-deal/", environ_base={"REMOTE_ADDR": network.format(n=0)})
        .headers["Retry-After"]
        .isdigit()
    )


def test_a_client_that_is_refused_uses_up_nothing_of_its_network(make_app: Callable[..., Flask]) -> None:
    """L1: one /64 that goes on and on keeps no neighbour out."""
    client = make_app(RATE_LIMIT="2 per minute").test_client()
    answers = [
        client.post("/register-deal/", environ_base={"REMOTE_ADDR": f"2001:db8:1:{n}::1"}).status_code
        for n in (1,) * 40 + (2,)
    ]
    assert (answers[:3], answers[-2:]) == ([422, 422, 429], [429, 422])
