"""What editors say at the top of a page: place in the menu, day, old name. One file a language."""

import datetime
import re
import shutil
import signal
from pathlib import Path

import pytest

from publishing import build, staging
from publishing.built_pages import read
from tests.publishing.conftest import edit
from tests.publishing.test_preview import Workshop

PNG = b"\x89PNG\r\n\x1a\n"
DAY = datetime.date(2027, 1, 15)
EVE = DAY - datetime.timedelta(days=1)


def written(project: Path, name: str = "news.md", says: str = "", text: str = "") -> None:
    """A page in both languages, between the tiers and the requirements."""
    for language, menu in (("pl", "Aktualności"), ("en", "News")):
        page = f"---\ndescription: {menu}.\nmenu: {menu}\nmenu_order: 25\n{says}---\n\n# {menu}\n\n{text}\n"
        (project / "docs" / language / name).parent.mkdir(exist_ok=True)
        (project / "docs" / language / name).write_text(page, encoding="utf-8")


def built(project: Path, day: datetime.date = DAY, *, preview: bool = False) -> Path:
    """The site of this day."""
    return build.build(project, compressed=False, day=day, preview=preview)[0]


def menu_of(site: Path, page: str = "index.html") -> list[str]:
    """The names in the footer, where every page of the menu stands."""
    footer = (site / page).read_text("utf-8").split('class="site-footer__pages"')[1].split("</ul>")[0]
    return re.findall(r">([^<]+)</a>", footer)[:-1]


def mentions(site: Path, address: str) -> list[str]:
    """Files of a site that lead to this address."""
    texts = {path: path.read_text("utf-8") for path in site.rglob("*.*ml")}
    return [path.relative_to(site).as_posix() for path, text in texts.items() if address in text]


def test_a_new_page_is_one_file_a_language(project: Path) -> None:
    """Menu, header, map of the site and the page of what is not there follow."""
    written(project, says="place: header\n")
    site = built(project)
    assert menu_of(site)[:4] == ["Start", "Poziomy", "Aktualności", "Wymagania"]
    assert menu_of(site, "en/index.html")[:4] == ["Home", "Tiers", "News", "Requirements"]
    for name, menu in (("index.html", "Aktualności"), ("en/index.html", "News")):
        header = (site / name).read_text("utf-8").split('class="site-nav"')[1].split("</nav>")[0]
        assert re.findall(r">([^<]+)</a>", header)[:2][1] == menu
    assert "/en/news/" in (site / "404.html").read_text("utf-8")
    assert "/news/</loc>" in (site / "sitemap.xml").read_text("utf-8")


@pytest.mark.parametrize("says", ["draft: true\n", "publish_on: 2027-01-15\n"])
def test_an_unpublished_page_is_nowhere_and_stops_nothing(
    says: str, project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Neither it, nor its picture, nor a link to it; who links to it is told."""
    (project / "docs/files").mkdir()
    (project / "docs/files/plan.png").write_bytes(PNG)
    written(project, says=says, text="![Plan](../files/plan.png) [Pytania](faq.md)")
    faq = project / "docs/pl/faq.md"
    line = len(faq.read_text("utf-8").splitlines()) + 2
    faq.write_text(
        faq.read_text("utf-8") + "\nZobacz [nasze *nowości*](news.md#x){ .button } i `[a](news.md)`.\n"
    )
    site = built(project, EVE)
    assert not (site / "news").exists()
    assert not list(site.rglob("plan.png"))
    assert mentions(site, "news/") == []
    assert "Aktualności" not in menu_of(site)
    assert "Zobacz nasze <em>nowości</em> i\u00a0<code>" in (site / "faq/index.html").read_text("utf-8")
    told = "the link to news.md is left out until that page is published"
    assert f"docs/pl/faq.md:{line}: {told}" in capsys.readouterr().out


def test_the_day_brings_a_page(project: Path) -> None:
    """A build on that day is another one, from the same sources; on the days after it is the same."""
    written(project, says="publish_on: 2027-01-15\n")
    before = built(project, EVE)
    assert built(project, EVE - datetime.timedelta(days=9)) == before
    after = built(project, DAY)
    assert after != before
    assert built(project, DAY + datetime.timedelta(days=9)) == after
    assert "Aktualności" in menu_of(after)
    assert (after / "en/news/index.html").is_file()


@pytest.mark.parametrize(
    ("says", "words"),
    [
        ("draft: true\n", "A draft: this page"),
        ("publish_on: 2999-01-15\n", "published site from: 2999-01-15"),
    ],
)
def test_a_preview_shows_and_marks_what_waits(says: str, words: str, workshop: Path) -> None:
    """In the menu and on the page, on no other page; a link to it leads there."""
    written(workshop, says=says)
    edit(workshop / "docs/en/faq.md", "# Questions", "[News](news.md)\n\n# Questions")
    running = Workshop(workshop)
    try:
        running.reads_until("Ctrl-C ends it.")
        assert words in running.get("/en/news/")
        assert ">News (draft)</a>" in running.get("/en/")
        assert "Aktualności (szkic)" in running.get("/")
        assert 'href="../news/"' in running.get("/en/faq/")
        assert "unpublished" not in running.get("/en/faq/")
    finally:
        running.process.send_signal(signal.SIGINT)
        running.process.wait(timeout=10)
        assert running.process.stdout is not None
        running.process.stdout.close()


def test_pictures_and_files_lie_once_for_both_languages(project: Path) -> None:
    """And a page in a folder finds them, too."""
    (project / "docs/files/a").mkdir(parents=True)
    (project / "docs/files/a/plan.png").write_bytes(PNG)
    written(
        project, "news/plan.md", text="![Plan](../../files/a/plan.png)\n\n[Plan](<../../files/a/plan.png>)"
    )
    site = built(project)
    for home in ("", "en/"):
        (picture,) = [one for one in read(site / home / "news/plan/index.html").loads if "plan" in one]
        assert (site / home / "news/plan" / picture).resolve().is_file()


def test_a_renamed_page_leads_on(project: Path) -> None:
    """In both languages, from each old name, by a list for the service and a page for whoever has none."""
    for language in ("pl", "en"):
        docs = project / "docs" / language
        edit(docs / "status.md", "menu:", "renamed_from: [state.md, old/index.md]\nmenu:")
    site = built(project)
    assert staging.redirects(project, DAY) == {
        "/old/": "/status/",
        "/state/": "/status/",
        "/en/old/": "/en/status/",
        "/en/state/": "/en/status/",
    }
    assert '"/en/state/": "/en/status/"' in (site / "redirects.json").read_text("utf-8")
    page = (site / "en/state/index.html").read_text("utf-8")
    assert 'http-equiv="refresh" content="0; url=/en/status/"' in page
    assert '<a href="/en/status/">' in page
    assert read(site / "old/index.html").language == "pl"
    assert "/state/" not in (site / "sitemap.xml").read_text("utf-8")


def test_the_feed_of_changes_is_linked_from_every_page(project: Path) -> None:
    """At its address whatever the page's name is; none without a page or a recorded version."""
    for language in ("pl", "en"):
        docs = project / "docs" / language
        (docs / "changes.md").rename(docs / "history.md")
        edit(docs / "history.md", "menu:", "renamed_from: changes.md\nmenu:")
    site = built(project)
    for home in ("/", "/en/"):
        page = (site / home[1:] / "faq/index.html").read_text("utf-8")
        assert 'type="application/atom+xml" title="' in page
        assert f'href="{home}changes/feed.xml"' in page
        feed = (site / home[1:] / "changes/feed.xml").read_text("utf-8")
        assert f'href="http://127.0.0.1:8000{home}history/#changes-1"' in feed
    shutil.rmtree(project / "docs/program-versions")
    site = built(project)
    assert not list(site.rglob("feed.xml"))
    assert "atom+xml" not in (site / "index.html").read_text("utf-8")


def test_every_page_leads_to_the_contact_with_a_subject(project: Path) -> None:
    """The address is the program's; the subject says in the page's language what it is about."""
    edit(project / "docs" / "program.yml", "dmajewski@future-processing.com", "partners@example.com")
    site = built(project)
    for page in site.rglob("*.html"):
        html = page.read_text("utf-8")
        if 'class="site-footer"' in html:
            subject = "A%20question%20before" if '<html lang="en"' in html else "Pytanie%20przed"
            assert f'href="mailto:partners@example.com?subject={subject}' in html, page
    assert mentions(site, "mailto:partners@example.com?subject=")
