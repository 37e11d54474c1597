"""The real service in the very process of the test, so that its clock can be set."""

import threading
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from playwright.sync_api import Page, expect

from forms_service.app import create_app, service_of
from forms_service.domain.auth.errors import UserExists
from forms_service.domain.auth.roles import REVIEWER as MAY_DECIDE
from forms_service.domain.auth.roles import UserKind
from forms_service.server.channel import Limits
from forms_service.server.waitress_server import Server, listen
from forms_service.settings import Settings
from forms_service.web.uploads import BODY_LIMIT_BYTES
from tests.browser.desk_steps import REVIEWER
from tests.factories.clock import FakeClock

WARSAW = ZoneInfo("Europe/Warsaw")


class Place:
    """The real service in this very process, so that its clock can be set."""

    def __init__(self, site_folder: Path, data: Path) -> None:
        self.clock = FakeClock(datetime(2026, 1, 1, tzinfo=UTC))
        listening = listen("127.0.0.1", 0)
        port = str(listening.getsockname()[1])
        known = {"SITE_DIR": str(site_folder), "DATA_DIR": str(data), "RATE_LIMIT": "off", "PORT": port}
        self.app = create_app(Settings.from_environment(known), clock=self.clock)
        self.url = f"http://127.0.0.1:{port}"
        with suppress(UserExists):
            service_of(self.app).auth.users.add(UserKind.STAFF, REVIEWER, MAY_DECIDE, by="command")
        limits = Limits(body_bytes=BODY_LIMIT_BYTES, threads=4)
        self._server = Server(self.app, lambda status, path: (str(status), [], b""), listening, limits)
        self._thread = threading.Thread(target=self._server.run, daemon=True)
        self._thread.start()

    def signs_in(self, page: Page) -> None:
        """Anew: sessions do not last from one year to the next."""
        page.goto(service_of(self.app).auth.staff_admin.link(REVIEWER))
        page.locator("main form button").click()
        expect(page).to_have_url(f"{self.url}/desk/")

    def close(self) -> None:
        self._server.stop()
        self._thread.join(20)
        self._server.trigger.close()
        service_of(self.app).store.close()
