"""What the other blocks of the program say."""

import re
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from babel.dates import format_date
from markupsafe import escape

from partner_program import Program, block_html
from partner_program.business_days import BusinessCalendar
from partner_program.eligibility import CompanyFacts
from partner_program.labels import LABELS
from partner_program.model import LANGUAGES, CarriedBy, Language
from partner_program.phrases import value_text
from partner_program.typography import bind
from tests import ROOT
from tests.site.conftest import changed
from tests.site.tables import tables_of


def plain(html: str) -> str:
    """The text of HTML, with ordinary spaces."""
    return " ".join(re.sub(r"<[^>]+>", " ", html).replace("\u00a0", " ").split())


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_requirement_is_explained_under_an_anchor(language: Language, program: Program) -> None:
    html = block_html.requirements(program, language)
    text = plain(html)
    for item in program.items():
        assert f'id="{item.id}">{escape(bind(item.title[language], language))}</h' in html
        assert plain(str(escape(item.text[language]))) in text
        assert plain(str(escape(item.evidence[language]))) in text
    ids = re.findall(r'id="([^"]+)"', html)
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_side_of_a_tier_holds_what_it_carries(language: Language, program: Program) -> None:
    """A row stands once on its side: on each card where the tiers differ, else in the fold below them."""
    cards, fold = block_html.tiers(program, language).split("<details", 1)
    headings = {CarriedBy.VENDOR: "gives", CarriedBy.BOTH: "together", CarriedBy.PARTNER: "asks"}
    granted = {benefit.source for benefit in program.all_benefits()}
    each_card = cards.split("<section")[1:]
    assert len(each_card) == len(program.tiers)
    for html, differing in [*((card, True) for card in each_card), (fold, False)]:
        lists = dict(re.findall(r"<h4>(.*?)</h4>(.*?)(?=<h4>|</section>|$)", html, re.DOTALL))
        for section in program.sections:
            for requirement in section.requirements:
                rows = [each for each in requirement.parts or (requirement,) if each.differs is differing]
                if requirement.carried_by is CarriedBy.VENDOR and requirement.id in granted:
                    rows = []
                name = bind(
                    getattr(LABELS[language], headings[requirement.carried_by]).format(vendor=program.vendor),
                    language,
                )
                for row in requirement.parts or (requirement,):
                    holding = [heading for heading, text in lists.items() if f'#{row.id}"' in text]
                    assert holding == ([name] if row in rows else [])


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_a_partner_gets_stands_before_what_is_asked(language: Language, program: Program) -> None:
    """On each card and in the comparison."""
    for html in (
        *block_html.tiers(program, language).split("<section")[1:],
        block_html.comparison(program, language),
    ):
        benefits = [html.index(f'#{one.id}"') for one in program.all_benefits()]
        assert max(benefits) < html.index("/requirements/#")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_kind_of_benefit_is_said_in_words(language: Language, example: Program) -> None:
    """Explained, on the cards, in the comparison: each value as it is, a sign also for who cannot see it."""
    for render in (block_html.benefits, block_html.tiers, block_html.comparison):
        text = plain(render(example, language))
        for benefit in example.all_benefits():
            assert benefit.title[language] in text
            for value in benefit.tiers.values():
                assert value_text(value, language) in text


def test_the_finder_says_what_a_higher_tier_also_gives(program: Program, with_platinum: Program) -> None:
    facts = CompanyFacts(1, 0, 1, True)
    text = plain(block_html.finder_answer(program, facts, "en"))
    assert "Gold also gives: Support in business planning and analysis Quarterly" in text
    assert "Silver also gives" not in text
    assert "Platinum also gives" in plain(block_html.finder_answer(with_platinum, facts, "en"))
    assert "daje też" not in block_html.finder_answer(program, CompanyFacts(9, 9, 9, True), "pl")


def test_only_rows_that_differ_can_be_left(program: Program) -> None:
    """The switch hides what is marked as the same; a row that differs is never marked."""
    html = block_html.comparison(program, "en")
    marked = re.findall(
        r'<tr role="row" class="[^"]*comparison__same[^"]*">\s*<th[^>]*><a href="[^"]*#([\w-]+)"', html
    )
    rows = [*program.all_benefits(), *(item for item in program.items() if not getattr(item, "parts", ()))]
    assert {*marked} == {row.id for row in rows if not row.differs}
    assert html.index("only-differences") < html.index("<table")


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_every_tier_asks_is_said_once(language: Language, with_platinum: Program) -> None:
    text = plain(block_html.requirements(with_platinum, language))
    together = {"pl": "Silver, Gold i Platinum wymagane", "en": "Silver, Gold and Platinum required"}[
        language
    ]
    assert together in text.replace("Gold, and", "Gold and")
    assert {"pl": "Silver wymagane", "en": "Silver required"}[language] not in text


def test_promise_as_a_table(program: Program) -> None:
    """Two business days: Monday to Wednesday, and Friday to Sunday all to the next Tuesday."""
    (table,) = tables_of(block_html.decision_table(program, "en"))
    assert [tuple(cell.text for cell in row) for row in table.groups[1]] == [
        ("Monday", "Wednesday"),
        ("Tuesday", "Thursday"),
        ("Wednesday", "Friday"),
        ("Thursday", "Monday of the next week"),
        ("Friday", "Tuesday of the next week"),
        ("Saturday", "Tuesday of the next week"),
        ("Sunday", "Tuesday of the next week"),
    ]


@pytest.mark.parametrize("days", [1, 2, 5, 10, 30])
def test_table_follows_the_rule(days: int, program: Program) -> None:
    """For any number of days the program may promise, the table says what the calendar says."""
    content = program.model_dump(mode="json")
    content["deal_registration"]["decide_within_business_days"] = days
    (table,) = tables_of(block_html.decision_table(changed(content), "pl"))
    monday, zone = date(2026, 9, 7), ZoneInfo("Europe/Warsaw")
    for ahead, row in enumerate(table.groups[1]):
        registered = datetime.combine(monday + timedelta(ahead), time(12), zone)
        due = BusinessCalendar().due(registered, days)
        assert row[1].text.split()[0].rstrip(",") == format_date(due, "EEEE", locale="pl")
        weeks = (due.date() - monday).days // 7
        assert ("tyg. później" in row[1].text) == (weeks > 1)


def test_one_off_days_off_are_named(program: Program) -> None:
    content = program.model_dump(mode="json")
    name = {"pl": "100-lecie niepodległości", "en": "Centenary of independence"}
    content["deal_registration"]["extra_days_off"] = [{"date": "2018-11-12", "name": name}]
    text = plain(block_html.decision_table(changed(content), "pl"))
    assert "12 listopada 2018 (100-lecie niepodległości)." in text
    assert "Dodatkowo wolne" not in block_html.decision_table(program, "pl")


def test_retention_periods_are_words(program: Program) -> None:
    text = plain(block_html.retention(program, "pl"))
    for words in ("12 miesięcy od zakończenia", "3 lata, do końca roku kalendarzowego", "1 dzień", "35 dni;"):
        assert words in text


def test_warning_stands_until_the_controller_is_filled(program: Program) -> None:
    """What is not known is named, and nothing is invented."""
    html = block_html.controller(program, "pl")
    assert "notice--warning" in html
    assert "siedziba, rejestr, e-mail w sprawie danych, inspektor" in plain(html)
    content = program.model_dump(mode="json")
    content["controller"] |= {
        "seat": "ul. Przykładowa 1",
        "register_entry": "KRS 0",
        "email": "dane@example.com",
        "inspector": "none",
        "recipients": {"pl": "Dostawca serwera", "en": "The hosting provider"},
        "transfers": {"pl": "Nie", "en": "No"},
    }
    filled = changed(content)
    for block in (block_html.controller, block_html.recipients):
        assert "notice--warning" not in block(filled, "pl")
    assert "nie wyznaczono" in block_html.controller(filled, "pl")
    assert 'href="mailto:dane@example.com"' in block_html.controller(filled, "pl")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("facts", [CompanyFacts(), CompanyFacts(2, 0, 1, True), CompanyFacts(9, 9, 9, True)])
def test_answer_of_the_tier_finder(facts: CompanyFacts, language: Language, with_platinum: Program) -> None:
    """Every tier is answered; what is missing is said in words; no tier is ever called met."""
    html = block_html.finder_answer(with_platinum, facts, language)
    text = plain(html)
    for tier in with_platinum.tiers:
        assert f"{tier.name}: " in text
    if facts == CompanyFacts(2, 0, 1, True) and language == "pl":
        assert "Gold: brakuje 1 osoby z kwalifikacjami technicznymi" in text
    if facts == CompanyFacts(9, 9, 9, True):
        assert "outcome--missing" not in html
        assert {"pl": "do ustalenia indywidualnie", "en": "agreed individually"}[language] in text


@pytest.mark.parametrize(
    ("facts", "polish", "english"),
    [
        (CompanyFacts(), "Na dziś najbliżej jest Silver:", "For now Silver is the closest:"),
        (CompanyFacts(2, 0, 1, True), "Na dziś pasuje Silver:", "For now Silver fits:"),
        (CompanyFacts(2, 1, 2, True), "Na dziś pasuje Gold:", "For now Gold fits:"),
        (CompanyFacts(9, 9, 9, True), "Na dziś pasuje Gold:", "For now Gold fits:"),
    ],
)
def test_the_tier_that_fits_is_named_first(
    program: Program, facts: CompanyFacts, polish: str, english: str
) -> None:
    """One sentence, then its details unfolded: the highest tier that lacks nothing, or the nearest one."""
    for language, sentence in (("pl", polish), ("en", english)):
        html = block_html.finder_answer(program, facts, language)
        assert sentence in plain(html)
        folds = re.findall(r"<details( open)?>\s*<summary>(\w+):", html)
        assert folds[0] == (" open", "Gold" if "Gold" in sentence else "Silver")
        assert [is_open for is_open, _ in folds[1:]] == [""]


def test_values_are_escaped(program: Program) -> None:
    content = program.model_dump(mode="json")
    content["contact"]["name"] = "<b>*One*</b>"
    content["sections"][0]["requirements"][0]["title"]["pl"] = "<i>A & B</i>"
    nasty = changed(content)
    for render in (block_html.contact, block_html.comparison, block_html.requirements, block_html.tiers):
        html = render(nasty, "pl")
        assert "<b>" not in html
        assert "<i>" not in html
    assert "&lt;b&gt;*One*&lt;/b&gt;" in block_html.contact(nasty, "pl")


@pytest.mark.parametrize(
    ("phrase", "polish", "english"),
    [
        ("decision-time", "w ciągu 2 dni roboczych", "within 2 business days"),
        ("decision-time plain", "2 dni robocze", "2 business days"),
        ("tier-names", "Silver i Gold", "Silver and Gold"),
        ("program", "Kanał Partnerski Future Processing", "Future Processing Partner Channel"),
        ("vendor", "Future Processing", "Future Processing"),
        ("contact", "Dominik Majewski", "Dominik Majewski"),
        ("contact-email", "dmajewski@future-processing.com", "dmajewski@future-processing.com"),
    ],
)
def test_phrases(
    phrase: str,
    polish: str,
    english: str,
    rendered: Callable[..., str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from partner_program.markdown import ProgramExtension

    monkeypatch.chdir(ROOT)
    for language, words in (("pl", polish), ("en", english)):
        html = rendered(f"{{{{ {phrase} }}}}", ProgramExtension(lang=language))
        assert plain(html) == words


@pytest.mark.parametrize(
    ("phrase", "polish", "english"),
    [
        ("application-time", "w ciągu 10 dni roboczych", "within 10 business days"),
        ("application-time after", "po 10 dniach roboczych", "after 10 business days"),
    ],
)
def test_the_time_of_applications_is_a_phrase_where_it_is_named(
    phrase: str,
    polish: str,
    english: str,
    rendered: Callable[..., str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    """Where the program names none, the build stops and says what to write."""
    from partner_program.markdown import ProgramExtension

    program_text = (ROOT / "docs" / "program.yml").read_text("utf-8")
    (tmp_path / "docs").mkdir()
    named = f"{program_text}\napplications: {{decide_within_business_days: 10}}\n"
    (tmp_path / "docs" / "program.yml").write_text(named, "utf-8")
    for language, words in (("pl", polish), ("en", english)):
        monkeypatch.chdir(tmp_path)
        assert plain(rendered(f"{{{{ {phrase} }}}}", ProgramExtension(lang=language))) == words
        monkeypatch.chdir(ROOT)
        with pytest.raises(Exception, match="names no time for applications"):
            rendered(f"{{{{ {phrase} }}}}", ProgramExtension(lang=language))


CARD = {"phone": "+48 (32) 000-00-00", "meeting_url": "https://example.com/meeting?a=1&b=2"}


@pytest.mark.parametrize(("language", "words"), [("pl", "Umów rozmowę"), ("en", "Book a meeting")])
def test_phone_and_meeting_stand_on_the_contact_card_where_they_are_written(
    language: Language, words: str, program: Program
) -> None:
    content = program.model_dump(mode="json")
    content["contact"] |= CARD
    html = block_html.contact(changed(content), language)
    assert 'href="tel:+48320000000"' in html and CARD["phone"] in plain(html)
    assert 'href="https://example.com/meeting?a=1&amp;b=2"' in html and words in plain(html)
    silent = block_html.contact(program, language)
    assert "tel:" not in silent and words not in plain(silent)


@pytest.mark.parametrize(
    ("key", "wrong"),
    [
        *(
            ("phone", each)
            for each in (
                "32 000 00 00",
                "+48",
                "+48 32 000 00 00 00 00 00",
                "+48 call me",
                "tel:+48320000000",
            )
        ),
        *(
            ("meeting_url", each)
            for each in (
                "http://example.com",
                "javascript:alert(1)",
                "example.com",
                "https://",
                "https://a b.com",
                "https://[",
            )
        ),
    ],
)
def test_what_cannot_be_called_or_opened_is_refused(key: str, wrong: str, program: Program) -> None:
    content = program.model_dump(mode="json")
    content["contact"][key] = wrong
    with pytest.raises(ValueError, match="write"):
        changed(content)
