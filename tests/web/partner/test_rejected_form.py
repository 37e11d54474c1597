"""A form that was sent and not done is shown again as it was typed; every other form as it is."""

from hypothesis import given
from hypothesis import strategies as st

from forms_service.web.partner_record.form_input import RejectedForm

TYPED = {"form": "new", "name": "Somebody", "contact": "y"}


def test_what_was_typed_stands_in_the_form_that_was_sent_and_in_no_other() -> None:
    sent = RejectedForm(TYPED, [("email", "No address")])
    form, other = sent.form("new"), sent.form("p1")
    assert (form.value("name", "x"), form.value("phone", "x"), form.error("email")) == (
        "Somebody",
        "",
        "No address",
    )
    assert (form.ticked("contact"), form.ticked("sponsor", True), form.open) == (True, False, " open")
    assert (other.value("name", "x"), other.error("email"), other.open) == ("x", "", "")
    assert other.ticked("sponsor", True)


def test_the_summary_leads_to_the_field_or_nowhere() -> None:
    """A field that the form carries unseen, or none at all, is nothing to go to."""
    sent = RejectedForm(TYPED, [("email", "a"), ("", "b"), ("item", "c")])
    assert sent.summary == [("new-email", "a"), ("", "b"), ("", "c")]
    assert sent.form("new").id("email") == "new-email"


def test_a_form_that_was_done_or_not_sent_is_as_it_was() -> None:
    assert RejectedForm(TYPED).form("new").value("name", "x") == "x"
    assert RejectedForm().form("new").open == ""


@given(st.text())
def test_no_name_of_a_form_becomes_markup(name: str) -> None:
    """The name is the sender's: what is none of ours names no form."""
    sent = RejectedForm({"form": name}, [("a", "b")])
    assert all(each.isascii() and (each.isalnum() or each == "-") for each in sent.name)
