"""From the mail to the decision: the whole way of a submission, its sender and staff each at a screen."""

import re
from collections.abc import Callable, Iterator
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.conftest import PHONE, Visitor
from tests.browser.desk_steps import MODERN_PHONE, REVIEWER, SECOND, Sign, command, sign_in, staff, until
from tests.browser.steps import application, applies, deal, fill, send
from tests.conftest import Service

APPLY, DEAL = "/apply/", "/register-deal/"


@pytest.fixture
def offices(site_folder: Path, tmp_path: Path) -> Iterator[Service]:
    """A service with two reviewers, alone: a screen is as long as its history."""
    running = Service.start(site_folder, tmp_path)
    for email in (REVIEWER, SECOND):
        command(running, "staff", "add", email)
    yield running
    running.end()


@pytest.fixture
def sign(browser: Browser, offices: Service) -> Iterator[Sign]:
    with staff(browser, offices) as signed:
        yield signed


@pytest.mark.parametrize("viewport", [PHONE, MODERN_PHONE], ids=["320", "390"])
def test_from_the_mail_one_screen_and_one_press(
    viewport: dict[str, int],
    sign: Sign,
    offices: Service,
    visit: Callable[..., Visitor],
    browser: Browser,
) -> None:
    """The notice's link leads, through signing in, to one phone screen with all of it; one press decides."""
    partner = f"contact@partner{viewport['width']}.example"
    known_terms(sign, visit, offices, partner)
    status = visit(offices.url)
    second = registered(
        lambda *_: status,
        offices,
        customer_name=f"Second Customer {viewport['width']}",
        partner_email=partner,
    )
    link = link_in_notice(offices, second)
    phone = browser.new_context(viewport=viewport, locale="pl-PL").new_page()
    phone.goto(link)
    expect(phone).to_have_url(re.compile("/desk/sign-in"))
    sign_in(phone, offices, REVIEWER, "pl")
    phone.goto(link)
    approve = phone.get_by_role("button", name="Zgoda: prowizja 10%")
    said = ("Second Customer", "25 000,50", "Cloud migration", partner, "dni robocze")
    all_on_one_screen(phone, approve, *said)
    approve.click()
    expect(phone.locator("[role=status]")).to_contain_text("Zgoda zapisana")
    phone.context.close()

    status.page.reload()
    expect(status.page.locator("main")).to_contain_text("Zgoda")
    expect(status.page.locator("main")).to_contain_text("10%")
    status.finds_no_barrier()


def test_a_conflict_on_one_screen_and_one_press(
    sign: Sign, offices: Service, visit: Callable[..., Visitor]
) -> None:
    """In one sentence; whoever was not first is rejected with one press, whoever was is approved with one."""
    early, late = "early@one-screen.example", "late@one-screen.example"
    known_terms(sign, visit, offices, early)
    wanted = {"customer_name": "Conflict Screen Ltd.", "customer_country": "GB"}
    first = registered(visit, offices, **wanted, partner_email=early)
    status = visit(offices.url)
    third = registered(visit, offices, **wanted, partner_email="later@one-screen.example")
    second = registered(lambda *_: status, offices, **wanted, partner_email=late)
    reviewer = sign(lang="pl", viewport=PHONE)

    page = reviewer.goes_to(f"/desk/submissions/{third}")
    open_form(page, "Odmowa")
    page.get_by_label("Nie możemy zarejestrować tej szansy").check()
    press(page, "Odmowa")
    expect(page.locator("[role=status]")).to_contain_text("Odmowa zapisana")

    page = reviewer.goes_to(f"/desk/submissions/{second}")
    reject = page.get_by_role("button", name="Odmowa: nie możemy zarejestrować tej szansy")
    sentence = f"Ten klient jest we wcześniejszej rejestracji: {early}"
    all_on_one_screen(page, reject, "Conflict Screen", "25 000,50", late, sentence)
    for other in ("Zgoda mimo konfliktu", "Zapytaj"):
        box = page.get_by_text(other, exact=True).bounding_box()
        assert box is not None
        assert box["y"] + box["height"] <= PHONE["height"]
    reviewer.finds_no_barrier()

    page = reviewer.goes_to(f"/desk/submissions/{first}")
    approve = page.get_by_role("button", name="Zgoda: prowizja 10%")
    all_on_one_screen(page, approve, f"Ten klient jest też w późniejszej rejestracji: {late}")
    expect(page.locator(".case__deciding")).to_contain_text("Ta rejestracja była pierwsza.")
    approve.click()
    expect(page.locator("[role=status]")).to_contain_text("Zgoda zapisana")
    expect(page.locator(".decided")).to_contain_text("Mimo konfliktu: Ta rejestracja była pierwsza.")

    page = reviewer.goes_to(f"/desk/submissions/{second}")
    page.get_by_role("button", name="Odmowa: nie możemy zarejestrować tej szansy").click()
    expect(page.locator("[role=status]")).to_contain_text("Odmowa zapisana")
    status.page.reload()
    expect(status.page.locator("main")).to_contain_text("Nie możemy zarejestrować tej szansy")
    for secret in (first, early, REVIEWER, "pierwsza"):
        expect(status.page.locator("body")).not_to_contain_text(secret)


def known_terms(sign: Sign, visit: Callable[..., Visitor], offices: Service, partner: str) -> None:
    """This partner has had an approval, with a commission of ten per cent."""
    first = registered(visit, offices, customer_name=f"Earlier of {partner}", partner_email=partner)
    page = sign(lang="pl").goes_to(f"/desk/submissions/{first}")
    fill(page, {"benefit": "commission", "percent": "10"})
    press(page, "Zgoda")
    expect(page.locator("[role=status]")).to_contain_text("Zgoda zapisana")


def all_on_one_screen(page: Page, press_here: Locator, *said: str) -> None:
    """The button is on the first screen, and all of this above it."""
    height = (page.viewport_size or {})["height"]
    box = press_here.bounding_box()
    assert box is not None
    assert box["y"] + box["height"] <= height, "the decision is below the first screen"
    for words in said:
        spot = page.get_by_text(words).first.bounding_box()
        assert spot is not None, words
        assert 0 <= spot["y"] < box["y"], words


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "plain"])
def test_apply_ask_answer_pre_accept(
    scripts: bool, sign: Sign, offices: Service, visit: Callable[..., Visitor]
) -> None:
    """A question and its answer, by keyboard where a script would not help; then pre-accepted."""
    applicant = visit(offices.url, scripts=scripts)
    page = applicant.goes_to(APPLY)
    applies(page, application() | {"company_name": f"Applicant {scripts}"})
    reference = reference_on(page)
    reviewer = sign(scripts=scripts, viewport=PHONE)
    desk = reviewer.goes_to(f"/desk/submissions/{reference}")
    desk.get_by_text("Zapytaj", exact=True).press("Enter")
    desk.locator("#ask-text").fill("Od kiedy?\nW jakim zakresie?")
    press(desk, "Wyślij pytanie")
    expect(desk.locator(".case__state")).to_contain_text("Czeka na odpowiedź nadawcy")
    page.reload()
    expect(page.locator("main")).to_contain_text("W jakim zakresie?")
    page.locator("main textarea").first.fill("Od stycznia, w całym kraju.")
    page.get_by_role("button", name=re.compile("odpowied", re.I)).first.click()
    desk.reload()
    expect(desk.locator(".history")).to_contain_text("Od stycznia, w całym kraju.")
    press(desk, "Zaakceptuj wstępnie")
    expect(desk.locator(".case__state")).to_contain_text("Wstępnie zaakceptowane")
    reviewer.finds_no_barrier()
    page.reload()
    expect(page.locator("main")).to_contain_text("Wstępnie zaakceptowane")


def test_two_deals_of_one_customer(sign: Sign, offices: Service, visit: Callable[..., Visitor]) -> None:
    """The conflict is seen from both sides; one is approved with a reason, the other rejected."""
    wanted = {
        "customer_name": "Wanted Ltd.",
        "customer_website": "www.wanted.example",
        "customer_country": "GB",
    }
    first = registered(visit, offices, **wanted)
    rival = visit(offices.url)
    second = registered(lambda *_: rival, offices, **wanted, partner_email="sales@rival.example")
    reviewer = sign(lang="en", viewport=PHONE)
    page = reviewer.goes_to(f"/desk/submissions/{second}")
    expect(page.locator(".notice--conflict")).to_contain_text("registered earlier: contact@example.com")
    page.get_by_role("link", name="Compare").click()
    expect(page.locator("#conflicts .compare--same").first).to_contain_text("Wanted Ltd.")
    open_form(page, "(Reject|Another reason)")
    page.get_by_label("We cannot register this deal").check()
    press(page, "Reject")
    expect(page.locator("[role=status]")).to_contain_text("Rejected.")

    page = reviewer.goes_to(f"/desk/submissions/{first}")
    expect(page.locator(".notice--conflict")).to_have_count(0)
    third = registered(visit, offices, **wanted, partner_email="late@rival.example")
    page = reviewer.goes_to(f"/desk/submissions/{first}")
    page.get_by_text("Approve despite the conflict").click()
    fill(page, {"benefit": "discount", "percent": "7.5"})
    press(page, "Approve")
    expect(page.locator(".error-summary")).to_be_focused()
    reviewer.finds_no_barrier()
    page.locator("#approve-despite_conflict").fill("They came first")
    expect(page.locator("#approve-percent")).to_have_value("7.5")
    press(page, "Approve")
    expect(page.locator("[role=status]")).to_contain_text("Approved.")
    page = reviewer.goes_to(f"/desk/submissions/{third}")
    expect(page.locator(".notice--conflict").first).to_contain_text("approved already: contact@example.com")

    rival.page.reload()
    expect(rival.page.locator("main")).to_contain_text("Nie możemy zarejestrować tej szansy")
    for secret in (first, "contact@example.com", REVIEWER):
        expect(rival.page.locator("body")).not_to_contain_text(secret)


def test_two_reviewers_at_once(sign: Sign, offices: Service, visit: Callable[..., Visitor]) -> None:
    """The slower one is shown both versions, keeps every word, and decides again."""
    reference = registered(visit, offices, customer_name="Two At Once", customer_country="FR")
    slow, quick = sign(REVIEWER, lang="en"), sign(SECOND, lang="en")
    mine, theirs = (each.goes_to(f"/desk/submissions/{reference}") for each in (slow, quick))
    open_form(mine, "Reject")
    mine.get_by_label("Not enough information to decide").check()
    mine.locator("#reject-text").fill("My long and careful text")
    press(theirs, "Take it")
    press(mine, "Reject")
    expect(mine.locator(".changed")).to_contain_text("Somebody changed this while you were reading.")
    expect(mine.locator(".changed")).to_contain_text(SECOND)
    slow.finds_no_barrier()
    expect(mine.locator("#reject-text")).to_have_value("My long and careful text")
    press(mine, "Reject")
    expect(mine.locator("[role=status]")).to_contain_text("Rejected.")


def registered(visit: Callable[..., Visitor], service: Service, **other: str) -> str:
    """A deal that a partner registers in the browser; its reference."""
    page = visit(service.url).goes_to(DEAL)
    fill(page, deal(**other))
    send(page)
    return reference_on(page)


def reference_on(page: Page) -> str:
    """The reference on the status page where a form led to."""
    expect(page).to_have_url(re.compile("/status/"))
    found = re.search("(DEAL|APP)-[2-9A-Z]{4}-[2-9A-Z]{4}", page.locator("main").inner_text())
    assert found is not None
    return found[0]


def open_form(page: Page, words: str) -> None:
    """Open the form behind a button that is a summary."""
    page.locator("details.act > summary", has_text=re.compile(f"^{words}$")).click()


def press(page: Page, words: str) -> None:
    """Press the button with exactly these words."""
    page.locator("main form button", has_text=re.compile(f"^{words}$")).locator("visible=true").click()


def link_in_notice(service: Service, reference: str) -> str:
    """The address of the submission at the desk, from the mail to the vendor."""

    def found() -> str:
        for file in (service.data / "mail").glob("*.eml"):
            body = message_from_bytes(file.read_bytes(), policy=policy.default).get_body(("plain",))
            link = re.search(rf"http\S+/desk/submissions/{reference}\b", body.get_content() if body else "")
            if link:
                return link[0]
        return ""

    return until(found)
