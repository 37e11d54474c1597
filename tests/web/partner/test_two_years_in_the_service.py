"""One company through two partner years, by the pages and mails of the whole service.

`tests/domain/partners/test_two_years.py` shows what the rules say. Here it is shown that people meet it:
each order in `two_years_in_the_service.yml` is a form on a page, at each step both sides read the same,
and every mail is known and leads somewhere.
"""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.factories.html import ParsedPage
from tests.factories.scenario import PEOPLE, VENDOR, Scenario

FACTS = yaml.safe_load(Path(__file__).with_name("two_years_in_the_service.yml").read_text(encoding="utf-8"))
CHECKLIST = "Co jest potrzebne, zanim partnerstwo się zacznie"
SUMS = "Zafakturowane w latach partnerskich, w każdej walucie osobno"
TIERS = ("Silver Partner", "Gold Partner")
_FAR = r"( (za \d+ dni|dziś))?( Otwiera się .*)?( Przejdź)?$"
TABLES = ("checklist", *TIERS)
"""Of these a step names what has changed since the step before; all else in them is as it was."""
FACTS_OF_A_STEP = ("head", "next", "due", "deals", "revenue")


class Years:
    """The steps of the file, taken one after the other."""

    def __init__(self, folder: Path) -> None:
        self.walk = Scenario(folder, date.fromisoformat(FACTS["steps"][0]["day"]))
        self.walk.vendor.command("record", today=self.walk.today)
        self.before: dict[str, Any] = {table: {} for table in TABLES}
        self.followed: set[tuple[str, str]] = set()

    def take(self, step: dict[str, Any]) -> None:
        self.walk.come_to(date.fromisoformat(step["day"]), watched(step))
        for order in step.get("do", ()):
            ((name, said),) = order.items()
            who, what, *action = name.split()
            match what:
                case "publishes":
                    self.publish(said)
                case "records":
                    self.record(who, said)
                case _:
                    self.do(who, what, action[0] if action else "", said)
        self.walk.post()
        self.follow_links()

    def do(self, who: str, what: str, action: str, said: dict[str, Any]) -> None:
        """A form, as it stands on its page."""
        address = self.page(who, what, said.pop("of", ""))
        answer = self.walk.fill(who, address, said | ({"action": action} if action else {}))
        assert answer.status_code == 303, f"{address} {action}: {ParsedPage.of(answer.text).main.text()}"

    def page(self, who: str, what: str, of: str = "") -> str:
        """A public page, a submission at the desk, a section of the partner's pages, a deal's result."""
        if what.startswith("/"):
            return what
        if what == "submission":
            return f"/desk/submissions/{self.submission(of)}"
        (partner,) = self.walk.service.store.all("partners")
        base = f"{'/desk/partners' if who in VENDOR else '/partner'}/{partner['id']}"
        if of:
            return f"{base}/{what}/{self.submission(of)}/result"
        return base if what == "overview" else f"{base}/{what}"

    def submission(self, name: str) -> str:
        """By the company that applied, or the customer of a deal."""
        for record in self.walk.service.store.all("records"):
            if name in (record["said"].get("company_name"), record["said"].get("customer_name")):
                return str(record["id"])
        raise AssertionError(name)

    def publish(self, change: dict[str, Any]) -> None:
        """The program is edited; the vendor sees what it means for whom, records it, and publishes it."""
        vendor, day = self.walk.vendor, self.walk.today
        vendor.edit(change["edits"])
        told = vendor.command("impact", today=day)
        assert [re.sub("PAR-\\w{4}-\\w{4}", "PAR", line) for line in told] == change["impact"]
        recorded = vendor.command("record", today=day)
        assert recorded[1:] == [line for line in told if line.startswith("- ")]
        vendor.publish()

    def record(self, who: str, said: dict[str, Any]) -> None:
        """Amounts as CSV: looked at first, then recorded; bad lines stay on the page, in their field."""
        address = self.page(who, "revenue")
        preview = ParsedPage.of(self.walk.fill(who, address, {"csv": said["csv"]}).text)
        for sentence in said["preview"]:
            assert sentence in preview.main.text()
        (button,) = (each for each in preview.main.all("button") if each.attributes.get("name") == "digest")
        digest = {"digest": button.attributes["value"]}
        recorded, lines = re.findall(r"\d+", button.text())
        assert self.walk.send(who, preview, digest, address).status_code == (
            303 if recorded == lines else 200
        )

    def follow_links(self) -> None:
        """Whoever gets a mail can go where it leads."""
        people = {address: who for who, address in PEOPLE.items()}
        for to, link in sorted(self.walk.links - self.followed):
            self.walk.open(people[to], link)
        self.followed = set(self.walk.links)

    def shown(self, who: str) -> dict[str, Any]:
        """What the pages of the partner say to this reader."""
        overview, deals, revenue = (self.read(who, name) for name in ("overview", "deals", "revenue"))
        lines = [p.text("quiet") for p in overview.main.all("p")]
        sums = revenue.table(SUMS).items()
        return {
            "head": next(line for line in lines if " · " in line),
            "checklist": overview.table(CHECKLIST),
            **{tier: card(overview, tier) for tier in TIERS},
            "next": next(
                (line for line in lines if re.match(r"Do Gold|Spełnione.* poziomu Gold", line)), None
            ),
            "due": [re.sub(_FAR, "", each) for each in overview.points("due-heading")][:5],
            "deals": deals.table() if captions(deals)[:1] != [SUMS] else {},
            "revenue": {int(number): total for number, total in sums},
        }

    def read(self, who: str, section: str) -> ParsedPage:
        return ParsedPage.of(self.walk.open(who, self.page(who, section)).text)

    def check(self, step: dict[str, Any]) -> None:
        """Both sides read what the step says, and what it does not name is as it was; the mails are these."""
        name = step["name"]
        expected = self.before | {fact: step[fact] for fact in FACTS_OF_A_STEP if fact in step}
        for table in TABLES:
            changed = step.get(table, {})
            expected[table] = {} if changed is None else self.before[table] | changed
        for who in ("contact", "advisor"):
            for fact, said in self.shown(who).items():
                if who == "advisor":
                    said = as_the_partner_reads(said)
                assert said == expected[fact], f"{name}: {fact}, read by the {who}"
            for section, sentences in step.get("reads", {}).items():
                text = self.read(who, section).main.text()
                for sentence in sentences:
                    assert sentence in text, f"{name}: {section}, read by the {who}"
        self.before = expected
        mails, self.walk.mails = sorted(self.walk.mails), []
        assert mails == step.get("mails", []), name


def captions(page: ParsedPage) -> list[str]:
    return [caption.text() for caption in page.root.all("caption")]


def card(overview: ParsedPage, tier: str) -> dict[str, str]:
    """The requirements of a tier: those with something to do, and the others."""
    return {
        name: state
        for caption in captions(overview)
        if caption.startswith(f"{tier}, ")
        for name, state in overview.table(caption).items()
    }


def watched(step: dict[str, Any]) -> set[date]:
    """The days on which a mail is expected, and the days before them, so that none comes early."""
    days = {date.fromisoformat(mail.split()[0]) for mail in step.get("mails", ())}
    return days | {day - timedelta(days=1) for day in days}


@pytest.fixture
def years(tmp_path: Path) -> Iterator[Years]:
    years = Years(tmp_path)
    yield years
    years.walk.close()


def test_two_partner_years_by_forms_pages_and_mails(years: Years) -> None:
    for step in FACTS["steps"]:
        years.take(step)
        years.check(step)


def as_the_partner_reads(said: Any) -> Any:
    """What is on our side for the vendor's people is on the side of the vendor for the partner's."""
    if isinstance(said, dict):
        return {name: as_the_partner_reads(each) for name, each in said.items()}
    if isinstance(said, list | tuple):
        return type(said)(as_the_partner_reads(each) for each in said)
    return (
        said.replace("po stronie Future Processing", "po stronie Future Processing")
        if isinstance(said, str)
        else said
    )
