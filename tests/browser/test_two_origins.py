"""The pages on one host, the service on another: what the guide says about it is what browsers accept."""

import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import PHONE, Visitor
from tests.browser.steps import POLISH, deal, fill, sees_errors, send
from tests.conftest import ROOT, Service, free_port

PYTHON = Path(sys.executable)


class Pages(SimpleHTTPRequestHandler):
    """A host of files that sends what the service asks it to send."""

    def __init__(self, *arguments: object, policy: str, **named: object) -> None:
        self.policy = policy
        super().__init__(*arguments, **named)  # type: ignore[arg-type]

    def end_headers(self) -> None:
        self.send_header("Content-Security-Policy", self.policy)
        self.send_header("X-Content-Type-Options", "nosniff")
        self.send_header("Referrer-Policy", "strict-origin-when-cross-origin")
        super().end_headers()

    def log_message(self, *_: object) -> None:
        """Nothing."""


@pytest.fixture(scope="module")
def addresses() -> dict[str, str]:
    """Two hosts that share nothing, not even the site."""
    return {
        "SITE_URL": f"http://127.0.0.1:{free_port()}",
        "FORMS_URL": f"http://localhost:{free_port()}",
    }


@pytest.fixture(scope="module")
def site(addresses: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built as the guide says."""
    folder = tmp_path_factory.mktemp("built") / "site"
    command = [PYTHON, "-m", "publishing.build", "--site", folder]
    subprocess.run(command, cwd=ROOT, env=os.environ | addresses, check=True, capture_output=True)
    return folder


@pytest.fixture(scope="module")
def forms(
    addresses: dict[str, str], site: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Service]:
    """The service, at the address where the forms are sent."""
    base = addresses["FORMS_URL"]
    settings = {"PORT": base.rpartition(":")[2], "BASE_URL": base, "SITE_URL": addresses["SITE_URL"]}
    running = Service.start(site, tmp_path_factory.mktemp("service"), **settings)
    yield running
    running.end()


@pytest.fixture(scope="module")
def policy(addresses: dict[str, str], site: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    """What `forms-service check` says the host of the pages has to send."""
    settings = {
        "BASE_URL": addresses["FORMS_URL"],
        "SITE_URL": addresses["SITE_URL"],
        "SITE_DIR": str(site),
        "DATA_DIR": str(tmp_path_factory.mktemp("data")),
    }
    command = [PYTHON.with_name("forms-service"), "check"]
    done = subprocess.run(
        command, cwd=ROOT, env=os.environ | settings, check=True, capture_output=True, text=True
    )
    (line,) = [line for line in done.stdout.splitlines() if line.startswith("Pages: ")]
    return line.partition("Content-Security-Policy: ")[2]


@pytest.fixture(scope="module")
def pages(addresses: dict[str, str], site: Path, policy: str) -> Iterator[str]:
    """The host of the pages; its address."""
    port = int(addresses["SITE_URL"].rpartition(":")[2])
    handler = partial(Pages, directory=str(site), policy=policy)
    server = ThreadingHTTPServer(("127.0.0.1", port), handler)
    running = threading.Thread(target=server.serve_forever)
    running.start()
    yield addresses["SITE_URL"]
    server.shutdown()
    running.join()
    server.server_close()


@pytest.mark.parametrize("scripts", [True, False])
def test_a_deal_goes_to_the_other_host(
    scripts: bool,
    visit: Callable[..., Visitor],
    pages: str,
    forms: Service,
    addresses: dict[str, str],
) -> None:
    """With errors, then without, to its status page; from there another one, and a withdrawal."""
    base = addresses["FORMS_URL"]
    visitor = visit(pages, scripts=scripts, also=(base.removeprefix("http://"),))
    page = visitor.goes_to("/register-deal/")
    for name in ("Strefa partnera", "Zaloguj się do strefy partnera"):
        for link in page.get_by_role("link", name=name, exact=True).all():
            address = link.get_attribute("href") or ""
            assert address.startswith(f"{base}/partner/sign-in?lang=pl")
    send(page)
    sees_errors(page, POLISH, POLISH.deal, focused=scripts)
    assert page.url == f"{base}/register-deal/"
    said = deal(customer_name=f"Customer of two hosts, scripts: {scripts}")
    fill(page, said)
    send(page)
    expect(page.locator("main")).to_contain_text(POLISH.received)
    assert page.url.startswith(f"{base}/status/")
    status = page.url
    page.get_by_role("button", name="Zarejestruj kolejną szansę").click()
    expect(page.locator("[name=partner_email]")).to_have_value(said["partner_email"])
    fill(page, said | {"customer_name": f"Another of two hosts, scripts: {scripts}"})
    send(page)
    expect(page.locator("main")).to_contain_text(POLISH.received)
    assert page.url != status
    page.get_by_role("link", name="Wycofaj").click()
    page.get_by_role("button", name="Wycofuję").click()
    expect(page.locator("main")).to_contain_text(POLISH.withdrawn)


@pytest.mark.parametrize("scripts", [True, False])
def test_an_application_and_the_finder_go_there_too(
    scripts: bool,
    visit: Callable[..., Visitor],
    pages: str,
    forms: Service,
    addresses: dict[str, str],
) -> None:
    """The finder answers in the service's own page; adding a person works there as anywhere."""
    base = addresses["FORMS_URL"]
    visitor = visit(pages, viewport=PHONE, scripts=scripts, also=(base.removeprefix("http://"),))
    page = visitor.goes_to("/en/tiers/")
    fill(page, {"sales_people": "2", "sponsor": True})
    send(page)
    expect(page.locator("#tier-finder-answer")).to_contain_text("agreed individually")
    assert page.url.startswith(f"{base}/en/tiers/?sales_people=2")
    page = visitor.goes_to("/en/apply/")
    fill(page, {})
    page.locator("[name=add-contacts]").click()
    expect(page.locator("[name=contacts-1-name]")).to_be_visible()
    assert page.url == f"{base}/en/apply/"
    visitor.finds_no_barrier()
