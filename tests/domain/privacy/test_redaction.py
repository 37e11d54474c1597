"""Finding a person in a document, and the document without them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms_service.domain.privacy.redaction import GONE, DataSubject, addresses, person_in, rows_of, without

EMAIL = "advisor.sample@partner.example"
PHONE = "+48 22 123 45 67"
DOCUMENT = {
    "id": "APP-2222-2222",
    "contacts": [
        {"name": "Advisor Sample", "email": "Advisor.Sample@Partner.example", "phone": PHONE, "role": "CEO"},
        {"name": "Peer Sample", "email": "peer@partner.example", "phone": "", "role": "CTO"},
    ],
    "message": f"Pytania do: Advisor Sample, {EMAIL}, tel. {PHONE}. Advisor Samplesome to ktoś inny.",
    "count": 2,
    "nothing": None,
}


def test_their_group_and_their_name_elsewhere_in_the_document() -> None:
    person = person_in(DOCUMENT, EMAIL.upper())
    assert person == DataSubject(EMAIL, frozenset({"Advisor Sample"}), frozenset({PHONE}))
    assert rows_of(DOCUMENT, EMAIL) == [DOCUMENT["contacts"][0]]
    assert without(DOCUMENT, person) == DOCUMENT | {
        "contacts": [{"name": "", "email": "", "phone": "", "role": ""}, DOCUMENT["contacts"][1]],
        "message": f"Pytania do: {GONE}, {GONE}, tel. {GONE}. Advisor Samplesome to ktoś inny.",
    }


def test_nobody_else_is_meant() -> None:
    assert person_in(DOCUMENT, "sample@partner.example") is None
    others = f"x{EMAIL} {EMAIL}.pl jo.{EMAIL} jo-{EMAIL} jo+{EMAIL}"
    assert DataSubject(EMAIL).away_from(others) == others
    assert not DataSubject(EMAIL).is_in(others)
    assert DataSubject(EMAIL).away_from(f"<{EMAIL}>, ({EMAIL}). {EMAIL}; {EMAIL}.") == (
        f"<{GONE}>, ({GONE}). {GONE}; {GONE}."
    )


def test_a_first_name_alone_and_a_short_number_are_anybody_s() -> None:
    group = {"name": "Advisor", "email": EMAIL, "phone": "123"}
    assert person_in(group, EMAIL) == DataSubject(EMAIL)
    assert without([group, "Advisor 123"], DataSubject(EMAIL)) == [
        {"name": "", "email": "", "phone": ""},
        "Advisor 123",
    ]


@pytest.mark.parametrize("character", list("()[]|*+?^$\\.{}"))
def test_a_name_is_a_name_and_no_pattern(character: str) -> None:
    name = f"Advisor {character} Sample"
    person = person_in({"name": name, "email": EMAIL}, EMAIL)
    assert person is not None
    assert person.away_from(f"to {name} tu") == f"to {GONE} tu"


def test_addresses_in_texts() -> None:
    text = f"{EMAIL}, <PEER@partner.example>; a@b.example. (c@d.example) nobody @ nowhere"
    assert addresses({"x": [text]}) == {EMAIL, "peer@partner.example", "a@b.example", "c@d.example"}


documents = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(max_size=8)
    | st.sampled_from([EMAIL, "Advisor Sample"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["name", "email", "phone", "role", "text", "id"]), inner, max_size=4
        )
    ),
    max_leaves=12,
)


@given(documents)
def test_afterwards_they_are_in_no_document(document: object) -> None:
    """Of any shape; and whoever is not in it leaves it as it was."""
    person = person_in(document, EMAIL)
    after = without(document, person or DataSubject(EMAIL))
    assert person_in(after, EMAIL) is None
    if person is None:
        assert after == document
