"""The list: most urgent first, narrowed, searched, shared; and what the service needs, above it."""

import re
from collections.abc import Callable

import pytest

from forms_service.domain.auth.roles import UserKind
from forms_service.services import backups
from forms_service.services.user_repository import deactivated
from forms_service.web.desk import alerts
from tests.factories.desk import ADMIN, OTHER_NIP, OWN, REVIEWER_1, REVIEWER_2, WATCHER, DeskApp, words
from tests.factories.storage import file_of


def order(html: str) -> list[str]:
    """References in the order of the rows."""
    return re.findall(r'queue__what"><a href="/desk/submissions/([A-Z0-9-]+)"', html)


def test_the_most_urgent_comes_first_in_words(desk_app: DeskApp) -> None:
    application = desk_app.application()
    first = desk_app.deal()
    desk_app.clock.forward(days=1)
    second = desk_app.deal(customer_name="Second", customer_country="DE", product="Other")
    desk_app.clock.forward(days=2)
    answer = desk_app.browser().get("/desk/")
    assert order(answer.text) == [first, second, application]
    said = words(answer)
    assert "3 submissions, most urgent first" in said
    assert "1 business day overdue Wed 25 Nov Example Customer" in said
    assert "due today Thu 26 Nov Second" in said
    assert "waiting for 3 business days Example Partner" in said
    assert "po terminie od 1 dnia roboczego" in words(desk_app.browser(lang="pl").get("/desk/"))


def test_a_row_says_what_stands_out(desk_app: DeskApp) -> None:
    desk_app.partner()
    desk_app.deal(customer_tax_id=OTHER_NIP)
    reference = desk_app.deal(
        partner_email="somebody@elsewhere.example", customer_tax_id=OTHER_NIP, product="B"
    )
    desk_app.do(desk_app.browser(), reference, "take")
    said = words(desk_app.browser().get(f"/desk/?owner={REVIEWER_1}"))
    assert f"Under review {REVIEWER_1} conflict check the sender" in said


def test_each_filter_narrows_and_can_be_taken_away(desk_app: DeskApp) -> None:
    deal, application = desk_app.deal(), desk_app.application()
    browser = desk_app.browser()
    desk_app.do(browser, application, "take")
    shown = {
        "?kind=deal": [deal],
        "?kind=application": [application],
        "?state=under_review": [application],
        "?state=closed": [],
        f"?owner={REVIEWER_1}": [application],
        "?owner=-": [deal],
        f"?tier={desk_app.program.tiers[-1].id}": [application],
        f"?tier={desk_app.program.tiers[0].id}": [],
        "?since=2026-11-23": [deal, application],
        "?until=2026-11-22": [],
        "?overdue=y": [],
        "?trapped=y": [],
        "?search=customer+example": [deal],
        "?search=contact%40partner.example": [deal, application],
        "?search=123-456-32-18&kind=deal": [deal],
        "?sort=newest": [deal, application],
    }
    for query, references in shown.items():
        answer = browser.get(f"/desk/{query}")
        assert sorted(order(answer.text)) == sorted(references), query
        if "sort" not in query:
            assert 'class="chip"' in answer.text, query
    chips = re.findall(r'class="chip" href="([^"]+)"', browser.get("/desk/?kind=deal&owner=-").text)
    assert chips == ["/desk/?owner=-", "/desk/?kind=deal"]


def test_a_search_tells_of_what_is_not_open_any_more(desk_app: DeskApp) -> None:
    """Whoever searches for a decided one is not told that there is none."""
    browser = desk_app.browser()
    desk_app.approve(browser, desk_app.deal(customer_name="Sought Ltd"))
    page = browser.get("/desk/?search=sought")
    assert "1 more matches, in another state Nothing in this state matches." in words(page)
    assert 'href="/desk/?search=sought&amp;state=all"' in page.text
    assert "more match" not in words(browser.get("/desk/?search=sought&state=all"))
    desk_app.deal(customer_name="Sought Ltd", product="Another")
    assert "1 more matches" in words(browser.get("/desk/?search=sought"))
    assert "Nothing matches. Remove a filter" in words(browser.get("/desk/?search=nobody"))
    assert "more match" not in words(browser.get("/desk/"))


def test_pages_of_fifty(desk_app: DeskApp) -> None:
    for number in range(52):
        desk_app.deal(product=f"Product {number}", customer_name=f"Customer {number}")
    browser = desk_app.browser()
    first, last = browser.get("/desk/"), browser.get("/desk/?page=2")
    assert (len(order(first.text)), len(order(last.text))) == (50, 2)
    assert "Page 1 of 2 Next page" in words(first)
    assert 'href="/desk/?page=2"' in first.text
    assert "Previous page Page 2 of 2" in words(last)
    assert order(browser.get("/desk/?page=99").text) == order(last.text)


def test_a_day_that_is_none_is_said_and_kept(desk_app: DeskApp) -> None:
    """422; the list is shown without it, the form is open with what was typed."""
    desk_app.deal()
    answer = desk_app.browser().get("/desk/?since=1.13.2026&kind=deal")
    assert answer.status_code == 422
    assert "Choose the day, or type it" in words(answer)
    assert 'href="#since"' in answer.text
    assert re.search(r'id="since" name="since" type="text" value="1.13.2026"', answer.text)
    assert '<details class="filters" open>' in answer.text


def test_an_empty_desk_says_so(desk_app: DeskApp) -> None:
    browser = desk_app.browser()
    assert "Nothing is waiting. New submissions appear here" in words(browser.get("/desk/"))
    assert "Nothing matches. Remove a filter" in words(browser.get("/desk/?search=nobody"))


def test_what_the_service_needs_stands_above_the_list(open_desk: Callable[..., DeskApp]) -> None:
    """Undelivered mail first, then mail server and backup. Not above a narrowed list, nor for readers."""
    desk_app = open_desk()
    desk_app.deal()
    mail = desk_app.service.store.find("mails", "state", "queued")[0]
    with desk_app.service.store.batch() as batch:
        batch.replace("mails", {**mail, "state": "dead", "problem": "550"}, mail["version"])
    said = words(desk_app.browser(ADMIN).get("/desk/"))
    needs = said[said.index("Needs attention") : said.index("Open Mine")]
    assert needs.startswith("Needs attention 1 email was not delivered. See which Nobody gets emails:")
    assert "There is no backup yet" in needs
    assert "Needs attention" not in words(desk_app.browser().get("/desk/?kind=deal"))
    assert "Needs attention" not in words(desk_app.browser(WATCHER).get("/desk/"))


def test_each_need_is_told(open_desk: Callable[..., DeskApp], monkeypatch: pytest.MonkeyPatch) -> None:
    """A full disk, an old backup, a line that a crash tore."""
    desk_app = open_desk()
    browser = desk_app.browser(ADMIN)
    assert "The disk is almost full" not in words(browser.get("/desk/"))
    monkeypatch.setattr(alerts, "LITTLE_SPACE_BYTES", 10**18)
    assert re.search(r"The disk is almost full: [\d,]+ MB left\.", words(browser.get("/desk/")))
    backups.record(desk_app.service.settings.data_dir, file_of(desk_app.data), desk_app.clock())
    desk_app.clock.forward(days=7)
    assert "backup" not in words(desk_app.browser(ADMIN).get("/desk/"))
    desk_app.clock.forward(seconds=1)
    assert "The last backup was made on 23 Nov." in words(desk_app.browser(ADMIN).get("/desk/"))


def test_that_nobody_may_decide_is_told_to_whoever_is_left(desk_app: DeskApp) -> None:
    """They read only, and nothing else is said to them: there is nothing that they could see to."""
    browser = desk_app.browser(WATCHER)
    assert "Needs attention" not in words(browser.get("/desk/"))
    for email in (REVIEWER_1, REVIEWER_2):
        desk_app.service.auth.users.remove(UserKind.STAFF, email, by="command")
    with desk_app.service.store.batch() as batch:
        (boss,) = (each for each in batch.find("people", "kind", "staff") if each["email"] == ADMIN)
        deactivated(batch, boss, at=desk_app.clock(), by="settings")
    said = words(browser.get("/desk/"))
    assert "Needs attention Nobody can decide, and nobody is told about new submissions. Submissions" in said


def test_needs_end_when_they_are_met(open_desk: Callable[..., DeskApp]) -> None:
    desk_app = open_desk(MAIL_URL="smtp://127.0.0.1:9")
    said = words(desk_app.browser().get("/desk/"))
    assert "Nobody gets mails" not in said
    assert "not delivered" not in said


def test_the_language_switch_stays_in_the_view(desk_app: DeskApp) -> None:
    browser = desk_app.browser()
    page = browser.get("/desk/?kind=deal&owner=-").text
    back = re.search(r'name="next" value="([^"]+)"', page)
    assert back is not None
    answer = browser.post(
        "/desk/language", data={"lang": "pl", "next": back[1].replace("&amp;", "&")}, headers=OWN
    )
    assert answer.location == "/desk/?kind=deal&owner=-"
    assert '<html lang="pl">' in browser.get(answer.location).text


def test_navigation_is_what_a_role_may_use(desk_app: DeskApp) -> None:
    def entries(email: str) -> list[str]:
        nav = (
            desk_app.browser(email)
            .get("/desk/")
            .text.partition('<nav class="top__nav"')[2]
            .partition("</nav>")[0]
        )
        return [entry for entry in re.findall(r'<a href="([^"]+)"', nav) if entry != "/desk/partners"]

    assert entries(WATCHER) == ["/desk/", "/desk/figures", "/desk/history"]
    assert entries(REVIEWER_1) == ["/desk/", "/desk/figures", "/desk/mails", "/desk/history"]
    assert entries(ADMIN)[-2:] == ["/desk/privacy", "/desk/people"]


def test_a_decision_that_did_not_arrive_stands_out_in_the_list_of_what_is_closed(desk_app: DeskApp) -> None:
    """The conflict that was decided on does not."""
    desk_app.deal(partner_email="other@partner.example")
    reference, browser = desk_app.deal(), desk_app.browser()
    desk_app.do(browser, reference, "reject", reason="cannot-register")
    store = desk_app.service.store
    mail = next(each for each in store.find("mails", "record", reference) if each["template"] == "rejected")
    assert "email not delivered" not in words(browser.get("/desk/?state=closed"))
    with store.batch() as batch:
        batch.replace("mails", {**mail, "state": "dead", "problem": "550 no"}, mail["version"])
    said = words(browser.get("/desk/?state=closed"))
    assert "email not delivered" in said
    assert "conflict" not in said
