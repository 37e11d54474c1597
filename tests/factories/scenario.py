"""One company and the vendor's people at the whole service, day by day: forms, mails, a clock that is set.

Nothing is reached but by what a browser can reach: a form is filled in on its own page, a session begins with
a link out of a mail. Mails are what the outbox wrote into files.
"""

import os
import re
from collections.abc import Collection, Mapping
from datetime import UTC, date, datetime, time, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from zoneinfo import ZoneInfo

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from forms_service.app import create_app, service_of, worker_of
from forms_service.settings import Settings
from partner_program import load
from tests import ROOT
from tests.cli.running import command
from tests.factories.clock import FakeClock
from tests.factories.desk import OWN
from tests.factories.html import ParsedPage
from tests.factories.site import make_site

WARSAW = ZoneInfo("Europe/Warsaw")
MORNING, LATER = time(8), time(10)
"""When the jobs run, and when people act."""
PEOPLE = {
    "contact": "contact@partner.example",
    "sponsor": "sponsor@partner.example",
    "technical": "technical@partner.example",
    "advisor": "contact@vendor.example",
    "administrator": "administrator@vendor.example",
}
VENDOR = ("advisor", "administrator")
SIGN_IN = "sign-in"
_DUE = r"^.+: \d+ \w+ 20\d\d \(.+\)$"
"""A line of a reminder."""


class Publisher:
    """The program as a file that somebody edits, and the site that is built from it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.data, self.site = folder / "data", folder / "site"
        self.program = folder / "docs" / "program.yml"
        self.program.parent.mkdir()
        text = (ROOT / "docs" / "program.yml").read_text("utf-8")
        self.program.write_text(
            re.sub(r"(?m)^( *email: ).*@.*$", rf"\g<1>{PEOPLE['advisor']}", text), "utf-8"
        )
        self._builds = 0
        self.publish()

    def edit(self, edits: list[list[str]]) -> None:
        text = self.program.read_text("utf-8")
        for before, after in edits:
            assert text.count(before) == 1, before
            text = text.replace(before, after)
        self.program.write_text(text, "utf-8")

    def publish(self) -> None:
        """Build beside the served site and swap it in whole."""
        self._builds += 1
        built = make_site(self.folder / f"build-{self._builds}", load(self.program), mark=str(self._builds))
        (built / "privacy").mkdir()
        (built / "privacy" / "index.html").write_text("<!doctype html><title>Dane osobowe</title>", "utf-8")
        link = self.folder / "next"
        link.symlink_to(built)
        os.replace(link, self.site)  # noqa: PTH105

    def command(self, *arguments: str, today: date) -> list[str]:
        """What `forms-service program` says, in Polish."""
        asked = ("program", *arguments, "--program", self.program, "--lang", "pl")
        noon = datetime.combine(today, time(12), UTC)
        code, out, err = command(self.data, *asked, clock=lambda: noon, SITE_DIR=str(self.site))
        assert code == 0, err
        return out.replace("\xa0", " ").splitlines()


class Scenario:
    """Scenario on a fake clock, day by day."""

    def __init__(self, folder: Path, first: date) -> None:
        self.vendor = Publisher(folder)
        self.clock = FakeClock()
        self._set(first, MORNING)
        staff = ", ".join((PEOPLE["administrator"], PEOPLE["advisor"]))
        settings = {"SITE_DIR": str(self.vendor.site), "DATA_DIR": str(self.vendor.data), "STAFF": staff}
        self.app = create_app(Settings.from_environment({"RATE_LIMIT": "off", **settings}), clock=self.clock)
        self.service = service_of(self.app)
        self.browsers: dict[str, FlaskClient] = {}
        self.mails: list[str] = []
        """Since they were read last: day, template, to whom, subject."""
        self.links: set[tuple[str, str]] = set()
        """Where mails lead, with who got them."""
        self._files: set[str] = set()

    def close(self) -> None:
        self.service.store.close()

    @property
    def today(self) -> date:
        return self.clock().astimezone(WARSAW).date()

    def come_to(self, day: date, watched: Collection[date] = ()) -> None:
        """Days with their mornings, on which the jobs run: each of those that are watched, and
        at least every sixth, as the service doubts a clock that is a week ahead."""
        while self.today < day:
            nearest = min((each for each in (*watched, day) if each > self.today), default=day)
            self._set(min(nearest, self.today + timedelta(days=6)), MORNING)
            worker_of(self.app)._round()
            self.post()
        self._set(day, LATER)

    def _set(self, day: date, at: time) -> None:
        self.clock.now = datetime.combine(day, at, WARSAW)

    def post(self) -> list[EmailMessage]:
        """Deliver the queued mails; returns what arrived."""
        self.service.outbox.deliver_due()
        folder = self.vendor.data / "mail"
        new = sorted({path.name for path in folder.glob("*.eml")} - self._files)
        self._files.update(new)
        arrived = []
        for name in new:
            letter = message_from_bytes((folder / name).read_bytes(), policy=policy.default)
            arrived.append(letter)
            self._note(name, letter)
        return arrived

    def _note(self, name: str, letter: EmailMessage) -> None:
        mail = self.service.store.get("mails", name.rpartition("-")[2].removesuffix(".eml"))
        assert mail is not None
        template = mail.get("facts", {}).get("news", mail["template"])
        if template == SIGN_IN:
            return
        text = _text(letter)
        about = re.findall(_DUE, text, re.M) if "partner-reminder" in template else []
        said = " | ".join([str(letter["Subject"]), *about])
        said = re.sub(r"\b(APP|DEAL|PAR)-\w{4}-\w{4}\b", r"\1", said)
        self.mails.append(f"{self.today} {template} {letter['To']}: {said}")
        self.links |= {(str(letter["To"]), link) for link in _links(text, self.service.settings.base_url)}

    def open(self, who: str, address: str) -> TestResponse:
        """A page, signed in by a link out of a mail where there is no session."""
        browser = self.browsers.setdefault(who, self.app.test_client())
        answer = browser.get(address)
        if answer.status_code == 303 and "/sign-in" in answer.location:
            self._sign_in(who)
            answer = browser.get(address)
        if answer.status_code == 301:
            return self.open(who, str(answer.location))
        assert answer.status_code == 200, f"{who} {address}: {answer.status_code}"
        return answer

    def _sign_in(self, who: str) -> None:
        self.post()
        page = "/desk/sign-in" if who in VENDOR else "/partner/sign-in"
        assert self.fill(who, f"{page}?lang=pl", {"email": PEOPLE[who]}).status_code == 303
        (letter,) = self.post()
        assert letter["To"] == PEOPLE[who]
        (address,) = _links(_text(letter), self.service.settings.base_url)
        assert self.fill(who, address, {}).status_code == 303

    def fill(self, who: str, address: str, said: Mapping[str, object]) -> TestResponse:
        """Fill in the form of a page that has a place for all that is said, and send it."""
        return self.send(who, ParsedPage.of(self.open(who, address).text), said, address)

    def send(self, who: str, seen: ParsedPage, said: Mapping[str, object], address: str) -> TestResponse:
        """Send a form of a page that is open."""
        form = seen.form(said)
        return self.browsers[who].post(
            form.address or address, data=form.filled(said), content_type=form.encoding, headers=OWN
        )


def _text(letter: EmailMessage) -> str:
    body = letter.get_body(("plain",))
    assert body is not None
    return str(body.get_content()).replace("\xa0", " ").replace("\r\n", "\n")


def _links(text: str, base: str) -> list[str]:
    """The addresses of this service that a mail names, without its own beginning."""
    return re.findall(rf"{re.escape(base)}(/\S+)", text)
