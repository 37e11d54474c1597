"""A real browser on the real service, and the eyes that watch every page it meets."""

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, sync_playwright

from tests.conftest import Service

QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)

PHONE = {"width": 320, "height": 640}
DESKTOP = {"width": 1280, "height": 800}

ONLY_BARRIERS = {"resultTypes": ["violations"]}
"""What axe is to tell. Gathering what is in order takes it as long again."""


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium: the system's, or the one Playwright installed."""
    executable = os.environ.get("CHROMIUM") or shutil.which("chromium")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=executable, args=list(QUIET))
        yield chromium
        chromium.close()


_OVERLAPS = """() => {
  const all = [...document.querySelectorAll("main :is(a, button, input, select, textarea, summary)")]
    .filter(each => each.checkVisibility() && !each.closest(".visually-hidden"))
    .flatMap(each => [...each.getClientRects()].map(box => ({each, box})))
  const common = (one, other, from, to) => Math.min(one[to], other[to]) - Math.max(one[from], other[from])
  const found = []
  for (const [number, {each: one, box}] of all.entries())
    for (const {each: other, box: theirs} of all.slice(number + 1))
      if (!one.contains(other) && !other.contains(one)
          && common(box, theirs, "left", "right") > 1 && common(box, theirs, "top", "bottom") > 1)
        found.push(`${one.textContent} and ${other.textContent}`)
  return found
}"""
"""Pairs of what can be pressed whose boxes have more in common than a line."""


@dataclass
class Visitor:
    """One person with one device. What the pages must never do is noted and asserted at the end."""

    page: Page
    url: str
    scripts: bool = True
    also: tuple[str, ...] = ()
    """Other hosts that the pages may be fetched from."""
    complaints: list[str] = field(default_factory=list)

    def goes_to(self, path: str) -> Page:
        """Open an address of the service."""
        self.page.goto(self.url + path)
        return self.page

    def finds_no_barrier(self, lang: str = "") -> None:
        """axe (itself a script) finds nothing, and the page needs no sideways scrolling.

        axe takes long: of pages that are looked at in each language (`lang`) on each screen, it looks at the
        Polish ones on a phone and at the English ones on a desk.
        """
        on_phone = self.page.evaluate("window.innerWidth") == PHONE["width"]
        if self.scripts and (not lang or on_phone == (lang == "pl")):
            results = Axe().run(self.page, options=ONLY_BARRIERS)
            assert results.violations_count == 0, results.generate_report()
        self.fits_the_screen()

    def unfolds(self, lang: str) -> None:
        """The page with everything open has no barrier."""
        self.page.evaluate("for (const each of document.querySelectorAll('details')) each.open = true")
        self.finds_no_barrier(lang)

    def fits_the_screen(self) -> None:
        """The page, with its style, needs no sideways scrolling."""
        self.page.wait_for_load_state()
        width = self.page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
        assert width[0] <= width[1], f"{self.page.url} is {width[0]} px wide on a {width[1]} px screen"

    def presses_what_is_meant(self) -> None:
        """Nothing that can be pressed reaches over something else that can be pressed."""
        self.page.wait_for_load_state()
        found = self.page.evaluate(_OVERLAPS)
        assert found == [], f"{self.page.url}: {found}"

    def watch(self) -> None:
        """Note console messages, script errors and requests to other hosts."""
        self.page.on("console", self._on_console)
        self.page.on("pageerror", lambda error: self.complaints.append(f"script error: {error}"))
        self.page.on("request", self._on_request)

    def _on_console(self, message: ConsoleMessage) -> None:
        own_status = "Failed to load resource" in message.text and message.location["url"] == self.page.url
        if not own_status:
            self.complaints.append(f"console on {self.page.url}: {message.text}")

    def _on_request(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme not in ("data", "blob") and parts.netloc not in (
            urlsplit(self.url).netloc,
            *self.also,
        ):
            self.complaints.append(f"request to another host: {request.url}")


@pytest.fixture
def visit(browser: Browser) -> Iterator[Callable[..., Visitor]]:
    """Send a visitor to a service: `visit(url, viewport=PHONE, scripts=False)`."""
    contexts: list[BrowserContext] = []
    visitors: list[Visitor] = []

    def send(
        url: str, viewport: dict[str, int] = DESKTOP, scripts: bool = True, also: tuple[str, ...] = ()
    ) -> Visitor:
        context = browser.new_context(viewport=viewport, java_script_enabled=scripts, locale="pl-PL")
        context.set_default_timeout(10_000)
        contexts.append(context)
        visitor = Visitor(context.new_page(), url, scripts, also)
        visitor.watch()
        visitors.append(visitor)
        return visitor

    yield send
    for visitor in visitors:
        state = visitor.page.context.storage_state()
        stored = [] if visitor.page.is_closed() else _stored(visitor.page)
        assert state["cookies"] == [], "a visitor got a cookie"
        assert stored == [], "something was stored on the visitor's device"
        assert visitor.complaints == []
    for context in contexts:
        context.close()


def _stored(page: Page) -> list[str]:
    found: list[str] = page.evaluate("[...Object.keys(localStorage), ...Object.keys(sessionStorage)]")
    return found


@pytest.fixture(scope="module")
def service(site_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """One service for the tests of a module: none of them needs to be alone."""
    running = Service.start(site_folder, tmp_path_factory.mktemp("service"))
    yield running
    running.end()
