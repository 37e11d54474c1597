"""The site as it is published: what is in it for people, for search engines and for the security policy."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from partner_program.model import LANGUAGES
from publishing.built_pages import read
from tests import ROOT

NAMES = sorted(page.stem for page in (ROOT / "docs" / "pl").glob("*.md"))
PAGES = ["" if name == "index" else f"{name}/" for name in NAMES]
ADDRESSES = [f"{home}{page}" for home in ("", "en/") for page in PAGES]
SITE = "http://127.0.0.1:8000/"


def text_of(folder: Path, address: str) -> str:
    return (folder / address / "index.html").read_text()


@pytest.mark.parametrize("address", ADDRESSES)
def test_page_knows_its_twin(address: str, site_folder: Path) -> None:
    """A plain link to the same page in the other language; hreflang for both and x-default for Polish."""
    html = text_of(site_folder, address)
    page = address.removeprefix("en/")
    for language, home in (("pl", ""), ("en", "en/"), ("x-default", "")):
        assert f'<link rel="alternate" hreflang="{language}" href="{SITE}{home}{page}">' in html
    other, home = ("pl", "/") if address.startswith("en/") else ("en", "/en/")
    assert f'<a href="{home}{page}" hreflang="{other}" lang="{other}">' in html
    assert f'<html lang="{"en" if address.startswith("en/") else "pl"}"' in html


@pytest.mark.parametrize("address", ADDRESSES)
def test_page_says_what_it_is(address: str, site_folder: Path) -> None:
    """A title, a description and what is shown where its link is shared."""
    html = text_of(site_folder, address)
    page = read(site_folder / address / "index.html")
    assert page.title.strip()
    assert 40 <= len(page.description) <= 170
    for name in ("og:title", "og:description", "og:image", "og:locale", "og:type"):
        assert f'<meta property="{name}" content="' in html
    assert 'name="robots"' not in html
    assert f'<link rel="canonical" href="{SITE}{address}">' in html


@pytest.mark.parametrize("address", [*ADDRESSES, "404.html", "en/404.html"])
def test_every_page_leads_to_the_partner_area(address: str, site_folder: Path) -> None:
    """From the header, from a phone's menu and from the footer, in the page's language."""
    name = address if address.endswith(".html") else f"{address}index.html"
    lang, words = ("en", "Partner area") if address.startswith("en/") else ("pl", "Strefa partnera")
    html = (site_folder / name).read_text()
    link = rf'<a [^>]*href="/partner/sign-in\?lang={lang}">{words}</a>'
    header, footer = html[html.index("<header") : html.index("</header>")], html[html.index("<footer") :]
    assert len(re.findall(link, header)) == 2
    assert len(re.findall(link, footer)) == 1


@pytest.mark.parametrize("home", ["", "en/"])
def test_a_phone_folds_into_its_menu_what_is_looked_for(home: str, site_folder: Path) -> None:
    """How the program changed stands in the footer only: `footer_pages`."""
    html = text_of(site_folder, home)
    menu = html[html.index('class="site-menu"') : html.index("</details>")]
    footer = html[html.index("<footer") :]
    places = {name: f'href="{name}/"' for name in NAMES if name != "index"}
    assert [name for name, link in places.items() if link not in footer] == []
    assert [name for name, link in places.items() if link not in menu] == ["changes"]


def test_titles_and_descriptions_differ(site_folder: Path) -> None:
    pages = [read(site_folder / address / "index.html") for address in ADDRESSES]
    assert len({page.title for page in pages}) == len(pages)
    assert len({page.description for page in pages}) == len(pages)


def test_nothing_comes_from_another_host(site_folder: Path) -> None:
    """Neither in a page nor in a style."""
    for path in site_folder.rglob("*.html"):
        loads = read(path).loads
        assert loads
        assert not [address for address in loads if "//" in address]
    for path in site_folder.rglob("*.css"):
        assert not re.findall(r"(?:url\(|@import)\s*[\"']?(?:https?:)?//", path.read_text())


def test_no_inline_script_or_style(site_folder: Path) -> None:
    """So the security policy needs no exception, not even a hash."""
    for path in site_folder.rglob("*.html"):
        html = path.read_text()
        inline = [tag for tag in re.findall(r"<script[^>]*>", html) if "src=" not in tag]
        assert inline == []
        assert not re.search(r"<[^>]+\s(?:style|on\w+)=", html)


def test_own_scripts_touch_no_storage_and_no_cookie() -> None:
    script = (ROOT / "theme" / "assets" / "partner.js").read_text()
    code = re.sub(r"//.*", "", script)
    assert not re.search(r"localStorage|sessionStorage|indexedDB|cookie|caches", code)


@pytest.mark.parametrize("name", ["404.html", "en/404.html"])
def test_not_found_page_works_at_any_address(name: str, site_folder: Path) -> None:
    """All its links are absolute, it answers in both languages, and its text can be replaced."""
    page = read(site_folder / name)
    assert '<meta name="robots" content="noindex">' in (site_folder / name).read_text()
    assert page.slots == ["message", "/message"]
    assert not [link for link in page.links if not link.startswith(("/", "#", "mailto:"))]
    assert not [link for link in page.loads if not link.startswith("/")]
    text = " ".join(page.texts)
    assert "Nie ma takiej strony" in text
    assert "There is no such page" in text


def test_slots_stand_where_the_service_looks_for_them(site_folder: Path) -> None:
    for home in ("", "en/"):
        for address, slot in (
            ("apply/", "application"),
            ("register-deal/", "deal-registration"),
            ("tiers/", "tier-finder"),
            ("status/", "status"),
        ):
            assert slot in read(site_folder / home / address / "index.html").slots


def test_sitemap_lists_every_page(site_folder: Path) -> None:
    for home in ("", "en/"):
        listed = re.findall(r"<loc>(.*?)</loc>", (site_folder / home / "sitemap.xml").read_text())
        assert sorted(listed) == sorted(f"{SITE}{home}{page}" for page in PAGES)


def test_nothing_is_published_that_no_page_uses(site_folder: Path) -> None:
    """No search, no worker, no source map, no script but ours."""
    files = [path.relative_to(site_folder).as_posix() for path in site_folder.rglob("*") if path.is_file()]
    assert files
    assert not [name for name in files if re.search(r"search|worker|lunr|\.map\b|javascripts", name)]
    scripts = {Path(load).name for path in site_folder.rglob("*.html") for load in read(path).loads}
    assert {name for name in scripts if name.endswith(".js")} == {"partner.js"}


@pytest.mark.parametrize("home", ["", "en/"])
def test_the_questions_page_opens_with_its_questions(home: str, site_folder: Path) -> None:
    """Each of them, as a link, without a script; sections that have none lead to themselves."""
    html = text_of(site_folder, f"{home}faq/")
    listed = re.search(r'<nav class="questions" aria-label="[^"]+">.*?</nav>', html, re.DOTALL)
    assert listed is not None
    links = re.findall(r'<a href="#([^"]+)">([^<]+)</a>', listed[0])
    headings = re.findall(r'<h[23] id="([^"]+)">([^<]+)</h', html)
    assert len(headings) > 10
    assert links == headings
    assert html.index("<h1") < html.index(listed[0]) < html.index("<h2")


def test_polish_words_of_one_letter_end_no_line(site_folder: Path) -> None:
    """In every text of every Polish page, whoever wrote it; addresses and code apart."""
    for address in PAGES:
        article = re.search(r"<article.*</article>", text_of(site_folder, address), re.DOTALL)
        assert article is not None
        prose = re.sub(r"<(form|option)\b.*?</\1>", "", article[0], flags=re.DOTALL)
        text = re.sub(r"<[^>]+>", "", prose)
        assert not re.findall(r"(?:^|[\s(])[aiouwz][ \n]\S", text, re.IGNORECASE)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A copy of what a build needs, to make mistakes in."""
    for name in ("docs", "theme"):
        shutil.copytree(ROOT / name, tmp_path / name)
    for name in ("mkdocs.yml", "mkdocs.en.yml"):
        shutil.copy(ROOT / name, tmp_path / name)
    return tmp_path


def build(project: Path, configuration: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "-f", configuration, "-d", "out"]
    return subprocess.run(command, cwd=project, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("language", LANGUAGES)
def test_misspelt_block_stops_the_build_with_one_line(language: str, project: Path) -> None:
    """The file, the line counted with the front matter, what is wrong and what there is; no traceback."""
    page = project / "docs" / language / "faq.md"
    lines = page.read_text().splitlines()
    page.write_text("\n".join([*lines, "", "{{ comparision }}", ""]))
    result = build(project, "mkdocs.yml" if language == "pl" else "mkdocs.en.yml")
    assert result.returncode != 0
    assert (
        f"docs/{language}/faq.md:{len(lines) + 2}: {{{{ comparision }}}}: there is no block" in result.stderr
    )
    assert 'did you mean "comparison"?' in result.stderr
    assert "Traceback" not in result.stderr


def test_broken_program_stops_the_build_with_its_line(project: Path) -> None:
    file = project / "docs" / "program.yml"
    file.write_text(file.read_text().replace("vendor: Future", "vendr: Future"))
    result = build(project, "mkdocs.yml")
    assert result.returncode != 0
    assert re.search(r"docs/program\.yml:\d+: .*vendr", result.stderr)
    assert "Traceback" not in result.stderr


def test_broken_link_stops_the_build(project: Path) -> None:
    page = project / "docs" / "pl" / "faq.md"
    page.write_text(page.read_text() + "\n[x](requirements.md#nothing-there)\n")
    result = build(project, "mkdocs.yml")
    assert result.returncode != 0
    assert "nothing-there" in result.stderr


def test_link_to_a_requirement_is_known(project: Path) -> None:
    """Headings that a block brings count as headings of the page."""
    page = project / "docs" / "pl" / "faq.md"
    page.write_text(page.read_text() + "\n[x](requirements.md#sponsor)\n")
    result = build(project, "mkdocs.yml")
    assert result.returncode == 0, result.stderr
