"""Words: no page, mail or catalog says what was mended, and no Polish line ends with a one-letter word."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from forms_service.app import create_app, service_of
from forms_service.cli.demo.command import fill
from forms_service.i18n.catalogs import known, read_catalog
from forms_service.mail.mail_preview import every_mail
from forms_service.settings import Settings
from forms_service.web.partner_record.parts import SECTIONS
from partner_program.model import LANGUAGES, Language, Program
from tests.factories.desk import OWN
from tests.factories.words import banned, loose_letters, texts_of

NOW = datetime(2026, 11, 25, 9, 30, tzinfo=UTC)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_catalog_says_it(language: Language) -> None:
    said = [message for _, message in known()]
    if language == "pl":
        strings = [message.string for message in read_catalog("pl") if message.id]
        said = [each for text in strings for each in ((text,) if isinstance(text, str) else text)]
    assert [found for text in said for found in banned(text, language)] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_mail_says_it(program: Program, language: Language) -> None:
    mails = [each for each in every_mail(program) if each.name.endswith(f".{language}")]
    assert len(mails) > 40
    lines = [line for each in mails for line in each.text.splitlines()]
    assert [found for line in lines for found in banned(line, language)] == []


def test_no_polish_mail_ends_a_line_with_one_letter(program: Program) -> None:
    mails = [each.html for each in every_mail(program) if each.name.endswith(".pl")]
    assert [found for html in mails for found in loose_letters(html)] == []
    assert any("w\u00a0" in html for html in mails)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_page_of_the_site_says_it(site_folder: Path, language: Language) -> None:
    pages = [page.read_text() for page in site_folder.rglob("index.html")]
    there = [html for html in pages if f'<html lang="{language}"' in html]
    assert len(there) > 6
    assert [found for html in there for text in texts_of(html) for found in banned(text, language)] == []


NO_TIME = re.compile(
    r"(określa|wyznacza|podaje)\b[^.]{0,20}(czasu|terminu)|nie obiecuj"
    r"|(sets|names) no (time|term)|promises? (none|no time)"
)
SOURCES = (
    "docs/*/*.md",
    "docs/program.yml",
    "forms_service/locale/**/*.po",
    "forms_service/**/*.txt",
    "theme/**/*.html",
)


def test_that_no_time_is_promised_stands_once() -> None:
    """In one answer of the questions page, in either language, and nowhere else."""
    root = Path(__file__).parents[2]
    files = sorted({file for pattern in SOURCES for file in root.glob(pattern)})
    lines = [(file, line) for file in files for line in file.read_text("utf-8").splitlines()]
    saying = [
        file.relative_to(root).as_posix()
        for file, line in lines
        if NO_TIME.search(line) and not line.strip().startswith("#")
    ]
    assert saying == ["docs/en/faq.md", "docs/pl/faq.md"]


def _pages(site: Path, folder: Path, language: Language) -> Iterator[tuple[str, str]]:
    """Address and HTML of the pages of the example: desk, partners' records, partner area, status page."""
    settings = Settings.from_environment(
        {"SITE_DIR": str(site), "DATA_DIR": str(folder), "RATE_LIMIT": "off"}
    )
    fill(folder, settings, NOW)
    app = create_app(settings, clock=lambda: NOW)
    try:
        browser = app.test_client()
        link = service_of(app).auth.staff_admin.first_administrator_link()
        assert link is not None
        browser.post(link.removeprefix(settings.base_url), headers=OWN)
        browser.post("/desk/language", data={"lang": language}, headers=OWN)
        queue = browser.get("/desk/?state=all").text
        deals = sorted(set(re.findall(r'href="(/desk/submissions/[A-Z0-9-]+)"', queue)))
        listed = browser.get("/desk/partners?state=all").text
        partners = sorted(set(re.findall(r'href="(/desk/partners/PAR-[A-Z0-9-]+)"', listed)))
        parts = [f"{partner}/{name}" for partner in partners for name in SECTIONS]
        rest = [f"/desk/{name}" for name in ("", "figures", "history", "mails", "users", "privacy", "me")]
        public = ["/status/", "/partner/sign-in", "/partner/ask", "/en/status/"]
        for address in (*deals, *partners, *parts, *rest, *public):
            answer = browser.get(address)
            if answer.status_code == 200:
                yield address, answer.text
    finally:
        service_of(app).store.close()


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_page_of_the_service_says_it(site: Path, tmp_path: Path, language: Language) -> None:
    seen, wrong = 0, []
    for address, html in _pages(site, tmp_path, language):
        if f'lang="{language}"' not in html[:300]:
            continue
        seen += 1
        wrong += [(address, found) for text in texts_of(html) for found in banned(text, language)]
        wrong += [(address, found) for found in loose_letters(html) if language == "pl"]
    assert seen > 60
    assert wrong == []
