"""What a filled-in form says, and what it says about mistakes."""

import re
import unicodedata
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from forms_service import forms
from forms_service.domain.values.free_text import TextRefused, many_lines, one_line
from partner_program import Program
from partner_program.model import Language
from tests.forms.drawn import controls
from tests.forms.filled import APPLICATION, DEAL, FILLED, TODAY, Fill

Mistakes = Callable[..., dict[str, str]]

REQUIRED = {
    "application": {
        "company_name": "Podaj nazwę firmy",
        "country": "Wybierz kraj, w którym firma ma siedzibę",
        "tax_id": "Podaj NIP lub numer VAT UE firmy",
        "tier": "Wybierz poziom",
        "models": "Wybierz jeden lub oba modele sprzedaży",
        "contacts-0-name": "Podaj imię i nazwisko osoby kontaktowej",
        "contacts-0-email": "Podaj adres e-mail osoby kontaktowej",
        "sponsor-name": "Podaj imię i nazwisko sponsora wykonawczego",
        "sponsor-email": "Podaj adres e-mail sponsora wykonawczego",
        "accept_requirements": "Zaznacz, że firma zna wymagania Kanału Partnerskiego i je akceptuje",
    },
    "deal-registration": {
        "partner_tax_id": "Podaj NIP lub numer VAT UE firmy",
        "partner_email": "Podaj swój adres e-mail",
        "customer_name": "Podaj nazwę klienta",
        "customer_country": "Wybierz kraj klienta",
        "model": "Wybierz model sprzedaży",
        "product": "Podaj produkt lub usługę",
        "value_amount": "Podaj szacunkową wartość netto",
        "value_currency": "Wybierz walutę",
        "expected_close": "Podaj przewidywaną datę zamknięcia",
    },
    "tier-finder": {},
}


@pytest.mark.parametrize("name", forms.NAMES)
def test_a_blank_form_names_exactly_what_is_needed(program: Program, name: str) -> None:
    """One sentence for each, in the order of the page, and nothing about the rest."""
    form = forms.build(name, program, "pl", formdata=MultiDict(), today=TODAY)
    assert form.validate() is not bool(REQUIRED[name])
    assert {field: " ".join(message.split()) for field, message in form.mistakes()} == REQUIRED[name]
    assert [field for field, _ in form.mistakes()] == list(REQUIRED[name])


@pytest.mark.parametrize("name", forms.NAMES)
def test_the_needed_answers_are_enough(mistakes: Mistakes, name: str) -> None:
    """Nine for a deal."""
    assert mistakes(name) == {}
    assert len(REQUIRED["deal-registration"]) == 9


def test_an_application_says_its_clean_answers(fill: Fill) -> None:
    """Every field is there; blank rows are not."""
    form = fill(
        "application",
        {
            "company_name": "  Firma\u00a0 Przykładowa ",
            "website": "www.example.com",
            "models": ["resell", "sell-with", "resell"],
            "contacts-1-name": " ",
            "contacts-2-name": "Druga Osoba",
            "contacts-2-phone": "+48 32 000 00 00",
            "sales_people-0-name": "Osoba Sprzedająca",
            "lead_activities": " 02 ",
            "message": " pierwszy\r\n\r\ndrugi ",
        },
    )
    assert form.said() == {
        "company_name": "Firma Przykładowa",
        "country": "PL",
        "tax_id": "PL1234563218",
        "website": "https://www.example.com",
        "tier": "silver",
        "models": ["sell-with", "resell"],
        "contacts": [
            {"name": "Osoba Kontaktowa", "email": "kontakt@example.com", "phone": "", "role": ""},
            {"name": "Druga Osoba", "email": "", "phone": "+48 32 000 00 00", "role": ""},
        ],
        "sponsor_is_contact": False,
        "sponsor": {"name": "Sponsor Wykonawczy", "email": "sponsor@example.com", "role": ""},
        "sales_people": [{"name": "Osoba Sprzedająca", "email": ""}],
        "technical_people": [],
        "lead_activities": 2,
        "promote_website": False,
        "message": "pierwszy\n\ndrugi",
        "accept_requirements": True,
    }


def test_a_deal_says_its_clean_answers(fill: Fill) -> None:
    """Amounts as decimal numbers in strings, days as ISO dates."""
    assert fill("deal-registration", {"customer_tax_id": "136 695 976"}).said() == {
        "partner_tax_id": "PL1234563218",
        "partner_email": "handel@example.com",
        "customer_name": "Klient Przykładowy",
        "customer_country": "DE",
        "customer_tax_id": "DE136695976",
        "customer_website": "",
        "model": "sell-with",
        "product": "Aplikacja",
        "value_amount": "25000.50",
        "value_currency": "EUR",
        "expected_close": "2026-12-31",
        "description": "",
        "customer_aware": False,
    }


@pytest.mark.parametrize("name", forms.NAMES)
@pytest.mark.parametrize("language", ["pl", "en"])
def test_what_was_said_can_be_shown_and_sent_again(
    fill: Fill, program: Program, name: str, language: Any
) -> None:
    """A form filled from a record and sent as it is says the same."""
    said = fill(name, {"lead_activities": "7"} if name != "deal-registration" else {}).said()
    shown = forms.build(name, program, language, said=said)
    again = forms.build(
        name, program, language, formdata=_sent_by_a_browser(str(forms.render(shown))), today=TODAY
    )
    assert again.validate(), list(again.mistakes())
    assert again.said() == said


def _sent_by_a_browser(html: str) -> "MultiDict[str, str]":
    return MultiDict(controls(html))


LINES = [
    "company_name",
    "website",
    "contacts-0-name",
    "contacts-0-phone",
    "sponsor-role",
    "sales_people-0-email",
]
UNSEEN = [
    "\x00", "\t", "\n", "\r\n", "\x0b", "\x1b", "\x7f", "\x85", "\u2028", "\u202e", "\u2066", "\u200f",
    "\ud800", "\ufffd", "\ufffe",
]  # fmt: skip


@pytest.mark.parametrize("field", LINES)
@pytest.mark.parametrize("sign", UNSEEN)
def test_a_sign_that_cannot_be_seen_is_refused_in_a_line(mistakes: Mistakes, field: str, sign: str) -> None:
    """Whatever else is asked of that field; in the middle and at the end."""
    for typed in (f"12345 a{sign}b", f"12345 ab{sign}"):
        changes = {"sales_people-0-name": "Osoba", field: typed}
        message = mistakes("application", changes)[field]
        assert message.endswith("jest tu znak, którego nie widać. Usuń go albo wpisz całość jeszcze raz")


@pytest.mark.parametrize(("name", "field"), [(name, field) for name in forms.NAMES for field in FILLED[name]])
def test_what_is_right_is_wrong_with_a_line_end_or_another_unseen_sign(
    mistakes: Mistakes, name: str, field: str
) -> None:
    """I5: in every field of every form: no pattern, number, day or choice takes one in its stead."""
    for sign in ("\n", "\r\n", "\x00", "\u202e"):
        for typed in (f"{FILLED[name][field]}{sign}", f"{sign}{FILLED[name][field]}"):
            assert field in mistakes(name, {field: typed})


@pytest.mark.parametrize("sign", sorted(set(UNSEEN) - {"\n", "\r\n", "\u2028", "\t", "\x0b", "\u200f"}))
def test_a_long_text_has_lines_but_no_other_such_sign(mistakes: Mistakes, sign: str) -> None:
    """Also no lone carriage return. It is told where it stands."""
    message = mistakes("application", {"message": f"first\n•\ta{sign}b\nthird"})["message"]
    assert "wiersz 2" in message.replace("\u00a0", " ") and "„• a\ufffdb”" in message
    assert "message" in mistakes("application", {"message": "a\rb"})
    assert mistakes("application", {"message": "a\nb\r\nc\u2028d"}) == {}


def test_what_word_and_excel_put_into_a_long_text_is_cleaned(program: Program) -> None:
    """Also where the form comes back for another mistake: sent again, it is right."""
    pasted = "\u200eone\x0b•\ttwo\x0c\u202athree\u202c\u200f"
    form = forms.build("reply", program, "pl", formdata=MultiDict({"text": pasted}))
    assert form.validate() and form.said()["text"] == "one\n• two\nthree"
    assert _sent_by_a_browser(str(forms.render(form)))["text"] == "one\n• two\nthree"


@given(st.text(st.sampled_from("ab \n\t\x0b\x0c\r\u200e\u200f\u061c\u202a\u202b\u202c\u2028é"), max_size=60))
def test_cleaning_a_long_text_changes_no_word_of_it(text: str) -> None:
    """Nothing but the signs goes, what is left needs no cleaning, and a lone carriage return is refused."""
    try:
        clean = many_lines(text, 100)
    except TextRefused as refused:
        assert "\r" in text.replace("\r\n", "") and refused.line
        return
    assert many_lines(clean, 100) == clean
    assert set(clean) <= set("ab \né")
    marks = dict.fromkeys(map(ord, "\u200e\u200f\u061c\u202a\u202b\u202c"))
    assert clean.split() == text.translate(marks).split()


@pytest.mark.parametrize(
    "sign", ["\u200b", "\u2060", "\ufeff", "\u00ad", "\u034f", "\u3164", "\u115f", "\uffa0", "\U000e0041"]
)
def test_a_name_has_no_sign_that_takes_no_room(mistakes: Mistakes, sign: str) -> None:
    """Two names would read the same and not be. A text may hold one, as pages that are copied from do."""
    for field in ("company_name", "contacts-0-name"):
        assert "którego nie widać" in mistakes("application", {field: f"Exam{sign}ple"})[field]
    assert mistakes("application", {"message": f"Exam{sign}ple"}) == {}


_OVER_DIGITS = "\u0600-\u0605\u06dd\u070f\u0890\u0891\u08e2\U000110bd\U000110cd"
"""Prepended_Concatenation_Mark: format characters that are drawn."""
_IGNORABLE = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\u3164"
    "\ufeff\uffa0\ufff0-\ufff8\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
"""Default_Ignorable_Code_Point of DerivedCoreProperties.txt, without joiners and variation selectors."""


def test_no_sign_that_shows_nothing_stands_in_a_name() -> None:
    """L12: whatever Unicode calls ignorable or a format character, and blanks that are called letters."""
    drawn = re.compile(f"[{_OVER_DIGITS}\u200c\u200d\ufe00-\ufe0f]")
    ignorable = re.compile(f"[{_IGNORABLE}\u2800\U00016fe4\U0001d159]")
    for sign in map(chr, range(0x110000)):
        is_format = unicodedata.category(sign) == "Cf" and not drawn.match(sign)
        if is_format or ignorable.match(sign):
            with pytest.raises(TextRefused):
                one_line(f"Exam{sign}ple", 200)


@pytest.mark.parametrize(
    "name", ["Ex\u200dample", "\u200cExample", "Example\ufe0f", "Example 1\ufe0f", "Żółw\u200c"]
)
def test_a_joiner_that_joins_nothing_is_not_taken(mistakes: Mistakes, name: str) -> None:
    """Letters of Europe are joined and varied by nothing: two names would read the same."""
    assert "którego nie widać" in mistakes("application", {"company_name": name})["company_name"]


@pytest.mark.parametrize("field", ["company_name", "website", "tax_id", "message", "contacts-0-email"])
@pytest.mark.parametrize("marks", ["\u0301" * 31, "\u0301\u0316" * 16, "\uff9e" * 31, "\u0f73\u0316" * 16])
def test_marks_pile_up_no_higher_than_any_language_needs(mistakes: Mistakes, field: str, marks: str) -> None:
    """UAX 15, Stream-Safe Text Format: 30 in a row; normalising more is quadratic."""
    assert mistakes("application", {"message": "a" + marks[:30]}) == {}
    assert "zbyt wiele" in mistakes("application", {field: f"a{marks}b"})[field]


def test_signs_that_join_letters_and_pictures_stay(fill: Fill) -> None:
    """Persian and the languages of India need them, and so do some emoji."""
    for name in ("می\u200cخواهم", "\U0001f468\u200d\U0001f4bb Studio \u2764\ufe0f"):
        assert fill("application", {"company_name": name}).said()["company_name"] == name


@pytest.mark.parametrize("typed", ["\x00", "\u200b", "\u2060 \u200d", "\x1f", "\u202e", "\u3164"])
def test_an_answer_that_shows_nothing_is_no_answer_and_no_blank(mistakes: Mistakes, typed: str) -> None:
    """Also where it may be left out, and alone in its row."""
    for field in ("company_name", "website", "message", "contacts-1-name", "lead_activities"):
        assert "którego nie widać" in mistakes("application", {field: typed})[field]


def test_spaces_of_any_kind_are_a_blank_answer(mistakes: Mistakes) -> None:
    """As people leave them behind."""
    blank = "\u00a0 \u3000"
    found = mistakes(
        "application",
        {"company_name": blank, "website": blank, "message": " \r\n\t", "contacts-1-name": blank},
    )
    assert found == {"company_name": "Podaj nazwę firmy"}


def test_nothing_that_begins_an_encoded_word_reaches_a_mail(mistakes: Mistakes) -> None:
    """`=?utf-8?q?a=0ABcc:_x?=` as a name would become a header."""
    for name, field in [
        ("application", "company_name"),
        ("application", "contacts-0-name"),
        ("application", "contacts-0-role"),
        ("deal-registration", "customer_name"),
        ("deal-registration", "product"),
    ]:
        assert "usuń znaki =?" in mistakes(name, {field: "=?utf-8?q?a=0ABcc:_x?="})[field]


@pytest.mark.parametrize(
    ("language", "field", "typed", "beside", "alone"),
    [
        (
            "pl",
            "sales_people",
            "dwie",
            "Wpisz liczbę całkowitą od 0 do 999",
            "Ile osób w Twojej firmie ma kwalifikacje sprzedażowe? Wpisz liczbę całkowitą od 0 do 999",
        ),
        (
            "en",
            "sales_people",
            "two",
            "Enter a whole number from 0 to 999",
            "How many people in your company have sales qualifications? Enter a whole number from 0 to 999",
        ),
        ("pl", "company_name", "a" * 202, "Skróć o 2 znaki", "Nazwa firmy: skróć o 2 znaki"),
        (
            "en",
            "company_name",
            "a\x00b",
            "There is an invisible character. Delete it, or type this again",
            "Company name: there is an invisible character. Delete it, or type this again",
        ),
    ],
)
def test_only_the_summary_names_the_field(
    language: Language, field: str, typed: str, beside: str, alone: str, program: Program
) -> None:
    """Its label stands above the field already."""
    name = "tier-finder" if field == "sales_people" else "application"
    form = forms.build(name, program, language, formdata=MultiDict({field: typed}))
    form.validate()
    errors = [*form[field].errors, *(sentence for id, sentence in form.mistakes() if id == field)]
    assert [each.replace("\u00a0", " ") for each in errors] == [beside, alone]


def test_limits_count_what_is_kept(mistakes: Mistakes) -> None:
    """200 characters in a line, 5,000 in a text; how many are too many is said."""
    assert mistakes("application", {"company_name": "ż" * 200, "message": "ó" * 5000}) == {}
    assert mistakes("application", {"company_name": "a" * 201, "message": "o" * 5002}) == {
        "company_name": "Nazwa firmy: skróć o 1 znak",
        "message": "Co jeszcze chcesz nam przekazać: skróć o 2 znaki",
    }
    assert mistakes("application", {"message": "\u0344" * 200_000})["message"].endswith("znaków")


@pytest.mark.parametrize(
    ("name", "field", "typed"),
    [
        ("application", "tier", "platinum"),
        ("application", "tier", "Silver"),
        ("application", "models", ["resell", "junk"]),
        ("application", "country", "pl"),
        ("application", "country", "EU"),
        ("application", "lead_activities", "100"),
        ("application", "lead_activities", "-1"),
        ("application", "lead_activities", "1_0"),
        ("application", "lead_activities", "١"),
        ("application", "lead_activities", "1.5"),
        ("application", "lead_activities", "9" * 5000),
        ("application", "contacts-0-phone", "later"),
        ("application", "company_name", "..."),
        ("deal-registration", "model", "both"),
        ("deal-registration", "value_currency", "BTC"),
        ("deal-registration", "value_amount", "NaN"),
        ("deal-registration", "value_amount", "1e9999"),
        ("deal-registration", "value_amount", "1_000"),
        ("deal-registration", "value_amount", "١٠٠"),
        ("deal-registration", "expected_close", "0001-01-01"),
        ("deal-registration", "expected_close", "2026-11-23"),
        ("deal-registration", "expected_close", "2037-01-01"),
        ("deal-registration", "expected_close", "9999-12-31"),
        ("deal-registration", "expected_close", "2027-02-29"),
        ("deal-registration", "expected_close", "20261231"),
        ("deal-registration", "expected_close", "2026-W53-1"),
        ("deal-registration", "expected_close", "٢٠٢٦-12-31"),
        ("deal-registration", "expected_close", "11/12/2026"),
        ("deal-registration", "customer_tax_id", "DE136695977"),
        ("tier-finder", "sales_people", "1e3"),
        ("tier-finder", "technical_people", "1000"),
    ],
)
def test_an_answer_that_is_none_is_refused(mistakes: Mistakes, name: str, field: str, typed: Any) -> None:
    """And only that field is wrong."""
    assert list(mistakes(name, {field: typed})) == [field]


def test_today_and_ten_years_on_are_still_possible(mistakes: Mistakes) -> None:
    """Both ends count."""
    for day in (TODAY, TODAY.replace(year=TODAY.year + 10), TODAY + timedelta(days=1)):
        assert mistakes("deal-registration", {"expected_close": day.isoformat()}) == {}


def test_sentences_say_what_to_type(mistakes: Mistakes) -> None:
    """Word for word, in both languages."""
    wrong = {
        "partner_tax_id": "1234563219",
        "partner_email": "handel",
        "value_amount": "25.000",
        "expected_close": "2026-11-23",
    }
    assert mistakes("deal-registration", wrong) == {
        "partner_tax_id": "Ten NIP jest błędny: nie zgadza się cyfra kontrolna. "
        "Sprawdź, czy nie ma literówki",
        "partner_email": "Podaj adres e-mail w formacie nazwa@firma.pl",
        "value_amount": "Nie wiemy, czy „25.000” to 25 czy 25 tysięcy. Wpisz 25000 albo 25,00",
        "expected_close": "Data zamknięcia nie może być wcześniejsza niż dziś, 24 listopada 2026",
    }
    assert mistakes("deal-registration", wrong, lang="en") == {
        "partner_tax_id": "This NIP is wrong: its check digit does not match. Look for a typing mistake",
        "partner_email": "Enter an email address like name@company.com",
        "value_amount": 'We cannot tell whether "25.000" is 25 or 25 thousand. Enter 25000 or 25.00',
        "expected_close": "The expected close cannot be before today, 24 November 2026",
    }


def test_a_number_from_another_country_names_both_places_to_look(mistakes: Mistakes) -> None:
    """The country may be the mistake."""
    message = mistakes("application", {"tax_id": "DE136695976"})["tax_id"]
    assert message == "Sprawdź numer albo kraj: ten numer jest z innego kraju (Niemcy)"


@pytest.mark.parametrize(
    ("name", "field"),
    [
        (name, field)
        for name in ("application", "deal-registration")
        for field in FILLED[name]
        if field != "models"
    ],
)
def test_an_answer_that_comes_twice_is_refused(mistakes: Mistakes, name: str, field: str) -> None:
    """The first one does not win in silence."""
    typed = {"application": APPLICATION, "deal-registration": DEAL}[name][field]
    assert "więcej niż raz" in mistakes(name, {field: [typed, "other"]})[field]


NO_SPONSOR = {"sponsor-name": None, "sponsor-email": None}


def test_sponsor_may_be_the_contact_person(mistakes: Mistakes) -> None:
    """Then nobody else need be named."""
    assert mistakes("application", {"sponsor_is_contact": "y"} | NO_SPONSOR) == {}


@pytest.mark.parametrize("named", ["sponsor-name", "sponsor-email", "sponsor-role"])
def test_the_contact_person_or_another_is_sponsor(fill: Fill, mistakes: Mistakes, named: str) -> None:
    """Both cannot be said; what was typed stays in the form."""
    typed = {"sponsor_is_contact": "y"} | NO_SPONSOR | {named: "sponsor@example.com"}
    assert mistakes("application", typed) == {
        "sponsor_is_contact": "Wybierz jedno: zaznacz to pole albo wpisz niżej, kto to jest"
    }
    form: Any = fill("application", typed)
    assert form.sponsor_is_contact.ticked
    assert [field.typed for field in form.sponsor.form if not field.is_blank()] == ["sponsor@example.com"]


def test_the_program_and_the_field_nobody_sees(fill: Fill) -> None:
    """Neither is an answer, neither is ever a mistake."""
    form = fill("application", {"program": "abc", "subject": "cheap\x00pills"})
    assert form.validate()
    assert form.is_honeypot_filled
    assert form.program_version == "abc"
    assert not form.said().keys() & {"program", forms.HONEYPOT}
    assert not fill("application").is_honeypot_filled
    assert fill("application").program_version == ""


def test_facts_of_a_company(fill: Fill) -> None:
    """The same from an application and from the tier finder."""
    people = {f"sales_people-{row}-name": f"Osoba {row}" for row in range(2)}
    from_application = forms.facts(fill("application", people | {"lead_activities": "1"}).said())
    found = fill("tier-finder", {"sales_people": "2", "lead_activities": "1", "sponsor": "y"})
    assert forms.facts(found.said()) == from_application
    assert not forms.facts(fill("tier-finder").said()).sponsor
    assert forms.facts({"sponsor_is_contact": True}).sponsor


@given(st.dictionaries(st.sampled_from([*APPLICATION, "contacts-19-role", "message", "models"]), st.text()))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50, deadline=None)
def test_nothing_typed_breaks_a_form(fill: Fill, changes: dict[str, str]) -> None:
    """It is right, or it is drawn again with a mistake; never anything else."""
    form = fill("application", changes)
    assert bool(form.errors) == bool(list(form.mistakes()))
    str(forms.render(form)).encode()
