"""Lists of people, without a script."""

from typing import Any

import pytest
from werkzeug.datastructures import MultiDict

from forms_service import forms
from forms_service.forms import PartnerForm
from partner_program import Program
from tests.forms.filled import APPLICATION, TODAY, Fill


def pressed(program: Program, button: str, **rows: str) -> PartnerForm:
    """The application after a button of a list was pressed. Underscores in names stand for dashes."""
    fields = APPLICATION | {name.replace("__", "-"): value for name, value in rows.items()} | {button: "y"}
    form = forms.build("application", program, "en", formdata=MultiDict(fields), today=TODAY)
    assert form.row_action()
    return form


def ids(form: PartnerForm, name: str = "contacts") -> list[str]:
    """The fields of a list, in the order of the page."""
    return [field.id for entry in form[name] for field in entry.form]


def shown(form: PartnerForm, name: str = "contacts") -> list[str]:
    """The names typed into a list."""
    return [entry.form["name"].typed for entry in form[name]]


def test_adding_a_row_keeps_what_was_typed_and_goes_on_there(program: Program) -> None:
    """Nothing is checked meanwhile."""
    form = pressed(program, "add-contacts", tax_id="wrong", contacts__0__email="wrong")
    assert shown(form) == ["Osoba Kontaktowa", ""]
    assert form.focused == "contacts-1-name"
    assert ids(form)[4:] == ["contacts-1-name", "contacts-1-email", "contacts-1-phone", "contacts-1-role"]
    assert list(form.mistakes()) == []
    html = str(forms.render(form))
    assert html.count(" autofocus") == 1
    assert 'value="wrong"' in html


def test_removing_a_row_closes_the_gap(program: Program) -> None:
    """The rows that stay are counted from 0 again."""
    rows = {f"contacts__{row}__name": f"Person {row}" for row in range(3)}
    form = pressed(program, "remove-contacts-1", **rows)
    assert shown(form) == ["Person 0", "Person 2"]
    assert ids(form)[4] == "contacts-1-name"
    assert form.focused == "add-contacts"
    assert 'id="add-contacts" name="add-contacts" value="y" autofocus' in str(forms.render(form))


def test_removing_the_only_row_leaves_a_blank_one(program: Program) -> None:
    """There is always one to type into."""
    assert shown(pressed(program, "remove-contacts-0")) == [""]


def test_lists_with_an_underscore_in_their_name(program: Program) -> None:
    """`sales_people` grows as `contacts` does."""
    form = pressed(program, "add-sales_people", sales_people__0__name="Person")
    assert shown(form, "sales_people") == ["Person", ""]
    assert shown(pressed(program, "remove-technical_people-0"), "technical_people") == [""]


@pytest.mark.parametrize(
    "button",
    [
        "add-", "add-website", "add-sponsor", "remove-contacts", "remove-contacts-x", "remove-contacts-²",
        "remove-contacts-99999999999", "remove--1", "send",
    ],
)  # fmt: skip
def test_a_button_that_is_none_is_no_row_action(program: Program, button: str) -> None:
    """The form is then taken as sent."""
    form = forms.build(
        "application", program, "pl", formdata=MultiDict(APPLICATION | {button: "y"}), today=TODAY
    )
    assert not form.row_action()
    assert form.validate()


def test_a_row_number_that_is_not_there_removes_nothing(program: Program) -> None:
    """As after pressing twice."""
    assert shown(pressed(program, "remove-contacts-7")) == ["Osoba Kontaktowa"]


def many(count: int) -> dict[str, Any]:
    """That many people with sales qualifications."""
    return {f"sales_people-{row}-name": f"Osoba {row}" for row in range(count)}


def test_twenty_rows_and_no_more(fill: Fill) -> None:
    """What is too much is said and kept on the page, never dropped."""
    assert len(fill("application", many(20)).said()["sales_people"]) == 20
    form = fill("application", many(21))
    assert [tuple(each) for each in form.mistakes()] == [
        ("sales_people", "Zostaw tu najwyżej 20 osób, teraz jest ich 21")
    ]
    assert 'value="Osoba 20"' in str(forms.render(form))


def test_far_too_many_rows_cost_little(fill: Fill) -> None:
    """All are counted, a hundred are read."""
    form = fill("application", many(990))
    assert [message for _, message in form.mistakes()] == ["Zostaw tu najwyżej 20 osób, teraz jest ich 990"]
    assert len(form["sales_people"]) == 100


def test_no_row_is_added_to_a_full_list(program: Program) -> None:
    """The page says why."""
    fields = MultiDict(APPLICATION | many(20) | {"add-sales_people": "y"})
    form = forms.build("application", program, "en", formdata=fields)
    assert form.row_action()
    assert len(form["sales_people"]) == 20
    assert [message for _, message in form.mistakes()] == ["There can be at most 20 rows here"]
    assert 'name="add-sales_people"' not in str(forms.render(form))


def test_blank_rows_are_ignored_wherever_they_are(fill: Fill) -> None:
    """The first contact person is the first one who is not blank."""
    form = fill(
        "application",
        {
            "contacts-0-name": " ",
            "contacts-0-email": "",
            "contacts-3-name": "Osoba",
            "contacts-3-email": "osoba@example.com",
            "sales_people-5-name": "",
        },
    )
    assert form.validate()
    assert [each["name"] for each in form.said()["contacts"]] == ["Osoba"]
    assert form.said()["sales_people"] == []


def test_mistakes_in_rows_name_their_field(fill: Fill) -> None:
    """Only the first contact needs an address; a name is needed as soon as there is anything."""
    form = fill(
        "application",
        {
            "contacts-0-email": "",
            "contacts-1-name": "Druga Osoba",
            "contacts-2-role": "Dyrektor",
            "sales_people-0-email": "osoba",
        },
    )
    assert [field for field, _ in form.mistakes()] == [
        "contacts-0-email",
        "contacts-2-name",
        "sales_people-0-name",
        "sales_people-0-email",
    ]


@pytest.mark.parametrize("number", ["²", "١", "00", "01", "-1", "1e1", "9" * 4000, ""])
def test_a_row_number_not_in_plain_digits_is_no_row(fill: Fill, number: str) -> None:
    """`int` takes some of these, and fails on others; neither must happen here."""
    form = fill("application", {f"contacts-{number}-name": "x"})
    assert len(form["contacts"]) == 1
    assert form.validate()


def test_numbers_far_apart_make_few_rows(fill: Fill) -> None:
    """A row exists because something was sent for it."""
    form = fill("application", {"contacts-999999999-name": "Druga Osoba"})
    assert [each["name"] for each in form.said()["contacts"]] == ["Osoba Kontaktowa", "Druga Osoba"]
    assert ids(form)[4] == "contacts-1-name"
