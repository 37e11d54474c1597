"""What a form looks like: to a browser, to a screen reader, to Enter."""

import re
from typing import Any

import pytest
from markupsafe import Markup
from werkzeug.datastructures import MultiDict

from forms_service import forms
from forms_service.forms import PartnerForm
from partner_program import Program
from partner_program.model import LANGUAGES, Choice, Text
from tests.forms.drawn import Element, read
from tests.forms.filled import FILLED, TODAY, Fill

FIELDS = {
    "application": [
        "company_name", "country", "tax_id", "website", "tier", "models", "contacts-0-name",
        "contacts-0-email", "contacts-0-phone", "contacts-0-role", "sponsor_is_contact", "sponsor-name",
        "sponsor-email", "sponsor-role", "sales_people-0-name", "sales_people-0-email",
        "technical_people-0-name", "technical_people-0-email", "lead_activities", "promote_website",
        "message", "accept_requirements",
    ],
    "deal-registration": [
        "partner_tax_id", "partner_email", "customer_name", "customer_country", "customer_tax_id",
        "customer_website", "model", "product", "value_amount", "value_currency", "expected_close",
        "description", "customer_aware",
    ],
    "tier-finder": ["sales_people", "technical_people", "lead_activities", "sponsor"],
}  # fmt: skip
"""Every field, in the order of the page."""

WRONG = {name: dict.fromkeys(fields, "\x00<wrong>") for name, fields in FIELDS.items()}
"""A mistake in every field there is."""

STATES = ["blank", "filled in", "all wrong", "row added"]


@pytest.fixture(
    params=[(name, state, lang) for name in forms.NAMES for state in STATES for lang in LANGUAGES]
)
def form(request: pytest.FixtureRequest, program: Program) -> PartnerForm:
    """Each form in each state and language."""
    name, state, lang = request.param
    sent: dict[str, dict[str, Any]] = {
        "filled in": FILLED[name],
        "all wrong": WRONG[name],
        "row added": FILLED[name] | {"add-contacts": "y"},
    }
    formdata = MultiDict(sent[state]) if state in sent else None
    form = forms.build(name, program, lang, formdata=formdata, today=TODAY)
    if state in ("filled in", "all wrong"):
        form.validate()
    else:
        form.row_action()
    return form


@pytest.fixture
def page(form: PartnerForm) -> Element:
    """The same, drawn."""
    return read(str(forms.render(form)))


def test_ids_are_unique_and_point_to_something(page: Element) -> None:
    """Labels, descriptions and links of the summary all find their element."""
    ids = [each.attributes["id"] for each in page.all() if "id" in each.attributes]
    assert len(set(ids)) == len(ids)
    for each in page.all():
        wanted = each.attributes.get("aria-describedby", "").split()
        wanted += [each.attributes["for"]] if "for" in each.attributes else []
        wanted += [each.attributes["href"][1:]] if each.attributes.get("href", "").startswith("#") else []
        assert set(wanted) <= set(ids), each.attributes


def test_every_control_has_a_label_with_words(page: Element) -> None:
    """And every group a legend."""
    labels = {each.attributes["for"]: each.text for each in page.all("label")}
    for control in page.all("input", "select", "textarea"):
        if control.attributes.get("type") != "hidden":
            assert labels[control.attributes["id"]]
    for group in page.all("fieldset"):
        legend = next(each for each in group.inside if isinstance(each, Element))
        assert legend.tag == "legend"
        assert legend.text


def test_a_control_has_its_name_as_its_id(page: Element) -> None:
    """The first one of that name: a link to the field leads there."""
    seen: set[str] = set()
    for control in page.all("input", "select", "textarea"):
        name = control.attributes["name"]
        assert control.attributes["id"] == name or name in seen
        seen.add(name)


def test_enter_presses_the_button_that_sends(page: Element) -> None:
    """The first submit button of the form has no name; the one people see says the same."""
    (form,) = page.all("form")
    first, *others = (each for each in form.all("button") if each.attributes.get("type") == "submit")
    assert "name" not in first.attributes
    seen = [each for each in (first, *others) if "aria-hidden" not in each.attributes]
    sends = [each for each in seen if "name" not in each.attributes]
    assert [each.text for each in sends] == [first.text]
    assert seen[-1] is sends[0]
    assert all(each.attributes.get("type") == "submit" for each in form.all("button"))


def test_nothing_that_the_security_policy_forbids(page: Element) -> None:
    """No style, no script, nothing loaded."""
    for each in page.all():
        assert each.tag not in ("script", "style", "img", "iframe")
        assert not [name for name in each.attributes if name == "style" or name.startswith("on")]


def test_links_open_beside_the_form(page: Element) -> None:
    """So that nothing typed is lost; and say so. Who signs in gets another form in place of this one."""
    for link in page.all("a"):
        if not link.attributes["href"].startswith(("#", "mailto:", "/partner/sign-in")):
            assert link.attributes["target"] == "_blank"
            assert link.attributes["rel"] == "noopener"
            assert re.search(r"\((otwiera się w nowej karcie|opens in a new tab)\)$", link.text)


def test_browsers_leave_checking_to_us(page: Element) -> None:
    """Their bubbles speak another language than the page, perhaps, and vanish."""
    (form,) = page.all("form")
    assert "novalidate" in form.attributes
    assert not [each for each in form.all() if {"required", "pattern", "maxlength"} & each.attributes.keys()]


@pytest.mark.parametrize("name", forms.NAMES)
def test_a_mistake_in_every_field_is_shown_at_every_field(program: Program, name: str) -> None:
    """In the summary and at the control, which is marked and described; what was typed is kept."""
    form = forms.build(name, program, "pl", formdata=MultiDict(WRONG[name]), today=TODAY)
    assert not form.validate()
    page = read(str(forms.render(form)))
    (summary,) = (each for each in page.all("div") if each.attributes.get("class") == "error-summary")
    assert summary.attributes["role"] == "alert"
    assert summary.attributes["tabindex"] == "-1"
    assert [link.attributes["href"][1:] for link in summary.all("a")] == FIELDS[name]
    for field in FIELDS[name]:
        control = page.by_id(field)
        assert control.attributes["aria-invalid"] == "true"
        assert f"{field}-error" in control.attributes["aria-describedby"].split()
        assert page.by_id(f"{field}-error").text.startswith("Błąd: ")
        if control.attributes.get("type") in ("text", "email", "tel", "date"):
            assert control.attributes["value"] == "\ufffd<wrong>"


@pytest.mark.parametrize(
    ("changes", "heading"),
    [
        ({"company_name": ""}, "Popraw formularz: 1 błąd"),
        ({"company_name": "", "tier": ""}, "Popraw formularz: 2 błędy"),
        ({"company_name": "", "tier": "", "models": None, "country": "", "accept_requirements": None},
         "Popraw formularz: 5 błędów"),
    ],
)  # fmt: skip
def test_mistakes_are_counted_in_polish(fill: Fill, changes: dict[str, Any], heading: str) -> None:
    """One, few, many."""
    page = read(str(forms.render(fill("application", changes))))
    assert [each.text for each in page.all("h2")] == [heading]


def test_mistakes_are_counted_in_english(fill: Fill) -> None:
    """One, other."""
    for changes, heading in (
        ({"company_name": ""}, "There is a problem: 1 error"),
        ({"company_name": "", "tier": ""}, "There is a problem: 2 errors"),
    ):
        page = read(str(forms.render(fill("application", changes, lang="en"))))
        assert [each.text for each in page.all("h2")] == [heading]


@pytest.mark.parametrize(
    "payload", ["<script>alert(1)</script>", '" onmouseover="x', "{{7*7}}", "${7*7}", "</textarea>"]
)
@pytest.mark.parametrize("name", forms.NAMES)
def test_markup_that_is_typed_stays_text(program: Program, name: str, payload: str) -> None:
    """In every field, at the control and in its message."""
    fields = dict.fromkeys(FIELDS[name], payload) | {"program": payload, "subject": payload}
    form = forms.build(name, program, "en", formdata=MultiDict(fields), today=TODAY)
    form.validate()
    page = read(str(forms.render(form)))
    assert not list(page.all("script"))
    assert not [each for each in page.all() if "onmouseover" in each.attributes]
    assert "49" not in page.text.split()


def test_optional_fields_are_marked_and_no_others(program: Program) -> None:
    """What is needed is not."""
    page = read(str(forms.render(forms.build("deal-registration", program, "en"))))
    marked = [each.attributes["for"] for each in page.all("label") if "(optional)" in each.text]
    assert marked == ["customer_tax_id", "customer_website", "description"]


def test_the_form_says_where_it_is_sent_and_whom_to_write_to(program: Program) -> None:
    """To its own page, unless it is told another address."""
    form = forms.build("deal-registration", program, "pl")
    (own,) = read(str(forms.render(form))).all("form")
    assert "action" not in own.attributes
    assert own.attributes["method"] == "post"
    page = read(str(forms.render(form, action="https://forms.example.com/register-deal/")))
    (other,) = page.all("form")
    assert other.attributes["action"] == "https://forms.example.com/register-deal/"
    assert program.contact.email in page.text
    (hidden,) = (each for each in page.all("input") if each.attributes["name"] == "program")
    assert hidden.attributes["value"] == program.hash


def test_a_problem_stands_above_the_form_and_an_answer_below(program: Program) -> None:
    """Both come ready made; the finder is a GET form without hidden fields."""
    form = forms.build("tier-finder", program, "pl", formdata=MultiDict({"sponsor": "y"}))
    html = str(forms.render(form, problem=Markup("<b>Uwaga</b>"), answer=Markup("<i>Silver</i>")))
    assert (
        html.index("<b>Uwaga</b>") < html.index("<form") < html.index("</form") < html.index("<i>Silver</i>")
    )
    page = read(html)
    assert [each.attributes["method"] for each in page.all("form")] == ["get"]
    assert [each.attributes["name"] for each in page.all("input")] == FIELDS["tier-finder"]
    assert "checked" in page.by_id("sponsor").attributes


def test_the_date_picker_begins_today_where_today_is_known(program: Program) -> None:
    """A built page does not know who reads it when."""
    built = read(str(forms.render(forms.build("deal-registration", program, "pl"))))
    assert "min" not in built.by_id("expected_close").attributes
    answered = read(str(forms.render(forms.build("deal-registration", program, "pl", today=TODAY))))
    assert answered.by_id("expected_close").attributes["min"] == "2026-11-24"


def test_browsers_and_telephones_help_to_type(program: Program) -> None:
    """The right keyboard; one's own data, and nobody else's."""
    page = read(str(forms.render(forms.build("application", program, "pl"))))
    helped = {each.attributes["name"]: each.attributes for each in page.all("input", "select")}
    assert helped["company_name"]["autocomplete"] == "organization"
    assert helped["country"]["autocomplete"] == "country"
    assert helped["contacts-0-email"]["autocomplete"] == "email"
    assert helped["contacts-0-email"]["inputmode"] == "email"
    assert helped["sponsor-email"]["autocomplete"] == "off"
    assert helped["lead_activities"]["inputmode"] == "numeric"
    assert all("autocomplete" not in text.attributes for text in page.all("textarea"))
    deal = read(str(forms.render(forms.build("deal-registration", program, "pl"))))
    assert deal.by_id("value_amount").attributes["inputmode"] == "decimal"
    # Of the customer nothing is in the section of the partner's own data, nor `off`, which Chrome ignores.
    for field in ("customer_name", "customer_country", "customer_website"):
        assert deal.by_id(field).attributes["autocomplete"].startswith("section-customer ")


def test_the_field_nobody_sees_is_out_of_everybodys_way(program: Program) -> None:
    """Out of sight, out of the order of Tab, out of the screen reader."""
    page = read(str(forms.render(forms.build("application", program, "pl"))))
    (away,) = (each for each in page.all("div") if each.attributes.get("class") == "off-screen")
    assert away.attributes["aria-hidden"] == "true"
    (field,) = away.all("input")
    assert field.attributes["name"] == forms.HONEYPOT
    assert field.attributes["tabindex"] == "-1"
    assert field.attributes["autocomplete"] == "off"


def test_no_polish_line_ends_with_a_one_letter_word(program: Program) -> None:
    """Wherever a sentence is shown."""
    for name in forms.NAMES:
        form = forms.build(name, program, "pl", formdata=MultiDict(WRONG[name]), today=TODAY)
        form.validate()
        texts = [str(each) for element in read(str(forms.render(form))).all() for each in element.inside]
        loose = re.compile(r"(?<![\w’'-])[aiouwzAIOUWZ] ")
        assert not [each for each in texts if not each.startswith("Element(") and loose.search(each)]


def test_a_third_tier_and_listed_products_are_choices(fill: Fill, program: Program) -> None:
    """An edit of the program is all it takes."""
    gold = program.tier("gold")
    platinum = gold.model_copy(update={"id": "platinum", "name": "Platinum", "title": "Platinum Partner"})
    listed = (Choice(id="web-shop", text=Text(pl="Sklep internetowy", en="Web shop")),)
    more = program.model_copy(
        update={
            "tiers": (*program.tiers, platinum),
            "deal_registration": program.deal_registration.model_copy(update={"products": listed}),
        }
    )
    page = read(str(forms.render(forms.build("application", more, "en"))))
    offered = [each.attributes["value"] for each in page.all("input") if each.attributes["name"] == "tier"]
    assert offered == ["silver", "gold", "platinum"]
    assert fill("application", {"tier": "platinum"}, program=more).said()["tier"] == "platinum"

    form = fill("deal-registration", {"product": "Aplikacja", "model": ""}, program=more)
    assert [field for field, _ in form.mistakes()] == ["model", "product"]
    form = fill("deal-registration", {"product": "web-shop"}, program=more)
    assert form.validate()
    assert ("Produkt lub usługa", "Sklep internetowy") in forms.summary(form.name, form.said(), more, "pl")
