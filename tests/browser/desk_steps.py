"""What staff do at the desk, in a real browser: sign in, look, press."""

import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import DESKTOP, Visitor
from tests.conftest import Service

ADMIN, REVIEWER, SECOND, READER = (
    "administrator@example.com",
    "reviewer@example.com",
    "second.reviewer@example.com",
    "reader@example.com",
)
MODERN_PHONE = {"width": 390, "height": 760}
"""What is left of a phone's screen in a browser."""

Sign = Callable[..., Visitor]


def command(service: Service, *arguments: str) -> str:
    """What a command says beside the running service."""
    done = subprocess.run(
        [str(Path(sys.executable).with_name("forms-service")), *arguments],
        env={"DATA_DIR": str(service.data), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.strip()


def sign_in(page: Page, service: Service, email: str, lang: str) -> None:
    """By a link, in this language."""
    link = command(service, "staff", "link", email)
    page.goto(link)
    page.locator("main form button").click()
    expect(page).to_have_url(f"{service.url}/desk/")
    switch = page.locator(f'button[name="lang"][value="{lang}"]')
    if switch.count():
        if not switch.is_visible():
            page.locator(".top__open").click()
        switch.click()
    expect(page.locator("html")).to_have_attribute("lang", lang)


@contextmanager
def staff(browser: Browser, service: Service) -> Iterator[Sign]:
    """Sign people in; at the end nothing must have complained."""
    contexts, visitors = [], []

    def sign(
        email: str = REVIEWER, *, lang: str = "pl", viewport: dict[str, int] = DESKTOP, scripts: bool = True
    ) -> Visitor:
        context = browser.new_context(viewport=viewport, locale="pl-PL", java_script_enabled=scripts)
        context.set_default_timeout(10_000)
        contexts.append(context)
        visitor = Visitor(context.new_page(), service.url, scripts)
        visitor.watch()
        visitors.append(visitor)
        sign_in(visitor.page, service, email, lang)
        return visitor

    try:
        yield sign
        assert [each.complaints for each in visitors if each.complaints] == []
    finally:
        for context in contexts:
            context.close()


def until(found: Callable[[], str], seconds: float = 10) -> str:
    """What is found, as soon as it is there: what another process does, it does in its own time."""
    end, pause = time.monotonic() + seconds, threading.Event()
    while not (answer := found()):
        assert time.monotonic() < end, "it did not happen"
        pause.wait(0.05)
    return answer
