"""A small application with sign-in pages, access control and a view for each role, on a store of its own."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from html import unescape
from pathlib import Path
from typing import Any

from flask import Flask, request
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from forms_service.domain.auth.roles import UserKind
from forms_service.i18n.translations import N_
from forms_service.services.auth import Auth, make_auth
from forms_service.services.database import open_folder
from forms_service.settings import Settings
from forms_service.web.auth.layout import page
from forms_service.web.auth.permissions import NavigationEntry, current, requires
from forms_service.web.auth.setup import install_auth
from tests.factories.clock import FakeClock

OWN = {"Sec-Fetch-Site": "same-origin"}
START = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)

ADVISOR = "advisor@example.com"
PEER = "peer@example.com"
NAVIGATION = {
    UserKind.STAFF: (
        NavigationEntry("/desk/", N_("Desk"), "reader"),
        NavigationEntry("/desk/admin", "Admin", "administrator"),
    )
}


@dataclass
class AuthApp:
    """The application, its parts, and what a test does with them."""

    data: Path
    clock: FakeClock = field(default_factory=lambda: FakeClock(START))
    environment: Mapping[str, str] = field(default_factory=dict)
    key: str = "a-key-for-tests-" * 3

    def __post_init__(self) -> None:
        self.settings = Settings.from_environment(self.environment)
        self.store = open_folder(self.data)
        self.woken = 0
        self.auth: Auth = make_auth(
            self.settings,
            self.key,
            self.store,
            self.clock,
            wake_outbox=self._wake,
            lang="pl",
        )
        self.app = self._application()

    def _wake(self) -> None:
        self.woken += 1

    def _application(self) -> Flask:
        app = Flask("tests", static_folder=None)

        @app.get("/")
        def home() -> str:
            return "home"

        @app.get("/desk/")
        @requires("reader")
        def desk() -> Any:
            person = current()
            assert person is not None
            return f"{person.email} {person.role}"

        @app.post("/desk/decide")
        @requires("reviewer")
        def decide() -> str:
            return f"decided {request.form.get('what', '')}"

        @app.get("/desk/admin")
        @requires("administrator")
        def admin() -> Any:
            return page("auth/ended.html", sign_in="/desk/sign-in")

        @app.get("/desk/unmarked")
        def unmarked() -> str:
            return "nobody may see this"

        @app.get("/partner/")
        @requires("person", UserKind.PARTNER)
        def partner() -> str:
            return "partner"

        install_auth(
            app,
            self.auth,
            self.settings,
            vendor=lambda: "Future Processing",
            navigation=NAVIGATION,
            kinds=(UserKind.STAFF, UserKind.PARTNER),
        )
        return app

    def reopened(self, **changed: Any) -> "AuthApp":
        """The same data after a restart, with some things changed."""
        self.store.close()
        kept: dict[str, Any] = {"clock": self.clock, "environment": self.environment, "key": self.key}
        return AuthApp(self.data, **(kept | changed))

    def browser(self) -> FlaskClient:
        """A browser that has never been here."""
        return self.app.test_client()

    def mails(self) -> list[dict[str, Any]]:
        """Queued sign-in mails, oldest first."""
        return self.store.find("mails", "state", "queued")

    def link(self) -> str:
        """The path of the link in the newest mail."""
        url = self.auth.sign_in.link_for(self.mails()[-1])
        assert url is not None
        assert url.startswith(self.settings.base_url)
        return url.removeprefix(self.settings.base_url)

    def signed_in(self, address: str = ADVISOR, area: str = "/desk") -> FlaskClient:
        """A browser in which this person, who must be on the list, has signed in."""
        browser = self.browser()
        ask(browser, address, area=area)
        answer = browser.post(self.link(), headers=OWN)
        assert answer.status_code == 303, answer.text
        return browser


def ask(browser: FlaskClient, address: str, area: str = "/desk", **fields: str) -> TestResponse:
    """Ask for a link."""
    return browser.post(f"{area}/sign-in", data={"email": address} | fields, headers=OWN)


def words(answer: TestResponse) -> str:
    """What a page says, without its markup."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.text)).replace("\xa0", " ").split())
