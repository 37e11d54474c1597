"""Every public page, as a visitor meets it: any language, phone and desktop, with and without scripts."""

import re
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import DESKTOP, PHONE, Visitor
from tests.browser.steps import ENGLISH, POLISH, Tongue
from tests.conftest import Service

PAGES = tuple(
    f"/{path.stem}/" if path.stem != "index" else "/" for path in sorted(Path("docs/pl").glob("*.md"))
)
DEVICES = {"phone": PHONE, "desktop": DESKTOP}


@pytest.mark.parametrize("device", DEVICES)
@pytest.mark.parametrize("prefix", ["", "/en"])
def test_every_page_has_no_barrier(
    prefix: str, device: str, visit: Callable[..., Visitor], service: Service
) -> None:
    """axe is content, nothing scrolls sideways, no console message, no other host, nothing stored."""
    visitor = visit(service.url, viewport=DEVICES[device])
    for path in (*PAGES, "/no-such-page/"):
        page = visitor.goes_to(prefix + path)
        expect(page.locator("html")).to_have_attribute("lang", "en" if prefix else "pl")
        expect(page.locator("h1")).to_have_count(1)
        visitor.finds_no_barrier()


def test_the_language_switch_stays_on_the_page(visit: Callable[..., Visitor], service: Service) -> None:
    """From a Polish page to the same page in English, and back."""
    page = visit(service.url).goes_to("/register-deal/")
    page.locator("a[hreflang=en]:visible").first.click()
    expect(page).to_have_url(f"{service.url}/en/register-deal/")
    page.locator("a[hreflang=pl]:visible").first.click()
    expect(page).to_have_url(f"{service.url}/register-deal/")


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("prefix", ["", "/en"])
def test_the_header_fits_into_one_line(
    prefix: str, width: int, visit: Callable[..., Visitor], service: Service
) -> None:
    """Logo, pages and language stand beside each other, none over or under another one."""
    page = visit(service.url, viewport={"width": width, "height": 800}).goes_to(f"{prefix}/faq/")
    header = page.locator(".site-header")
    parts = header.locator(".site-logo, .site-nav a, .languages a, .site-menu summary")
    boxes = [box for each in parts.all() if each.is_visible() and (box := each.bounding_box())]
    assert len(boxes) > 2
    frame = header.bounding_box()
    assert frame is not None
    for box in boxes:
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= width
        assert frame["y"] <= box["y"]
        assert box["y"] + box["height"] <= frame["y"] + frame["height"]
    for left, right in pairwise(boxes):
        assert left["x"] + left["width"] <= right["x"]


_DOT = """() => {
  const hero = document.querySelector(".hero"), box = hero.getBoundingClientRect()
  if (getComputedStyle(hero).backgroundImage === "none") return null
  const rem = parseFloat(getComputedStyle(document.documentElement).fontSize)
  return box.right + 6 * rem - (900 - 640 + 9) / 520 * 1.3 * box.height
}"""
"""Where the dot of the picture (`tracks.svg`) begins, left of its bold line; null without a picture."""


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_the_picture_of_the_home_page_crosses_no_words(
    prefix: str, visit: Callable[..., Visitor], service: Service
) -> None:
    """Its line and its dot stand beside what is read, or it is left out."""
    page = visit(service.url, scripts=True).goes_to(f"{prefix}/")
    for width in (768, 820, 960, 1024, 1280, 1920):
        page.set_viewport_size({"width": width, "height": 800})
        dot = page.evaluate(_DOT)
        assert (dot is None) is (width < 960)
        words = page.locator(".hero p").evaluate_all(
            "all => all.map(each => each.getBoundingClientRect().right)"
        )
        assert dot is None or max(words) < dot


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
@pytest.mark.parametrize("prefix", ["", "/en"])
def test_a_question_is_one_press_away(
    prefix: str, scripts: bool, visit: Callable[..., Visitor], service: Service
) -> None:
    """On a phone, from the list at the top of the page."""
    page = visit(service.url, viewport=PHONE, scripts=scripts).goes_to(f"{prefix}/faq/")
    last = page.locator(".questions ul ul a").last
    words = last.inner_text()
    last.click()
    expect(page.locator("h3", has_text=words)).to_be_in_viewport()


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
@pytest.mark.parametrize("device", DEVICES)
@pytest.mark.parametrize("tongue", [POLISH, ENGLISH], ids=["pl", "en"])
def test_finding_a_tier(
    tongue: Tongue, device: str, scripts: bool, visit: Callable[..., Visitor], service: Service
) -> None:
    """Two sales people and no technical one: Gold lacks one person, and revenue is agreed individually."""
    visitor = visit(service.url, viewport=DEVICES[device], scripts=scripts)
    page = visitor.goes_to(f"{tongue.prefix}/tiers/")
    for name, number in (("sales_people", "2"), ("technical_people", "0"), ("lead_activities", "2")):
        page.locator(f"[name={name}]").fill(number)
    page.locator("[name=sponsor]").check()
    page.locator("form:has([name=sales_people]) button[type=submit]:visible").click()
    missing, individually = {
        "": ("Gold: brakuje 1 osoby z kwalifikacjami technicznymi", "do ustalenia indywidualnie"),
        "/en": ("Gold: 1 person with technical qualifications missing", "agreed individually"),
    }[tongue.prefix]
    main = page.locator("main")
    expect(main).to_contain_text(re.compile(missing.replace(" ", r"\s")))
    expect(main).to_contain_text(re.compile(individually.replace(" ", r"\s")))
    expect(page).to_have_url(re.compile("sales_people=2"))
    expect(page.locator("#tier-finder-found")).to_be_in_viewport()
    visitor.finds_no_barrier()


def test_a_shared_answer_opens_as_it_was(visit: Callable[..., Visitor], service: Service) -> None:
    """The address of a finder's answer can be sent to a colleague."""
    page = visit(service.url, scripts=False).goes_to(
        "/tiers/?sales_people=2&technical_people=1&lead_activities=2&sponsor=y"
    )
    expect(page.locator("[name=sales_people]")).to_have_value("2")
    expect(page.locator("main")).to_contain_text("Gold")
    expect(page.locator("main")).to_contain_text(re.compile(r"do\sustalenia\sindywidualnie"))


def test_the_comparison_prints_on_one_page(visit: Callable[..., Visitor], service: Service) -> None:
    """A4, everything but the table and its heading left away or small enough."""
    page = visit(service.url).goes_to("/tiers/")
    page.emulate_media(media="print")
    pdf = page.pdf(format="A4", prefer_css_page_size=True)
    comparison = page.locator("table").first.bounding_box()
    assert comparison is not None
    assert len(re.findall(rb"/Type\s*/Page\b(?!s)", pdf)) >= 1
    a4_height_px = 297 / 25.4 * 96
    assert comparison["y"] + comparison["height"] < a4_height_px, "the table does not end on the first sheet"
