"""Where somebody may be sent on to, and where signing in may happen."""

import pytest

from forms_service.domain.auth.sign_in_urls import insecure, local_path


@pytest.mark.parametrize(
    "path",
    ["/desk", "/desk/", "/desk/deals/DEAL-7K3M-2P9Q", "/desk/?state=open&page=2", "/desk/a%20b?q=ko%C5%82o"],
)
def test_an_address_of_the_area_is_itself(path):
    assert local_path(path, "/desk") == path


@pytest.mark.parametrize(
    "path",
    [
        None,
        "",
        "/",
        "//evil",
        "\t//evil",
        "///evil.example",
        "/\\evil",
        "/desk\\@evil",
        "javascript:alert(1)",
        "https:evil",
        "https://evil.example/desk/",
        "http:///desk/",
        "/desk/\r\nSet-Cookie: a=b",
        "/desk/\n",
        "/desk/ ",
        "/desk/\x00",
        "/desk/ą",
        "/desk/\ud800",
        "/deskevil",
        "/desk.evil.example/",
        "/desk/../partner/",
        "/desk/%2e%2e/partner/",
        "/desk/.%2E",
        "/desk#//evil",
        "/partner/",
        "/desk/" + "a" * 3000,
    ],
)
def test_anything_else_is_nothing(path):
    """A9: no other host, no header, no script, no other area."""
    assert local_path(path, "/desk") is None


@pytest.mark.parametrize(
    "base_url",
    [
        "https://partners.example.com",
        "http://127.0.0.1:8000",
        "http://127.8.9.1",
        "http://localhost:1",
        "http://[::1]:80",
    ],
)
def test_https_or_the_machine_itself_is_safe(base_url):
    assert insecure(base_url) is None


@pytest.mark.parametrize(
    "base_url", ["http://partners.example.com", "http://192.168.1.5:8000", "http://localhost.example.com"]
)
def test_plain_http_elsewhere_is_not(base_url):
    problem = insecure(base_url)
    assert problem is not None
    assert "https" in problem
    assert "\n" not in problem
