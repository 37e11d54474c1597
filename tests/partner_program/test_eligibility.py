"""Where a company stands in each tier."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from partner_program import Program
from partner_program.eligibility import CompanyFacts, Outcome, TierAnswer, assess
from partner_program.model import Measure

O = Outcome  # noqa: E741 - the tables below are read as columns

people = st.integers(min_value=0, max_value=99)
facts_of_companies = st.builds(
    CompanyFacts, sales_people=people, technical_people=people, lead_activities=people, sponsor=st.booleans()
)


def outcomes(answer: TierAnswer) -> dict[str, tuple[Outcome, int]]:
    return {one.item.id: (one.outcome, one.missing) for one in answer.answers}


def test_a_company_that_says_nothing(example: Program):
    """Each kind of value is answered; only what is counted can be missing."""
    basic, full = assess(example, CompanyFacts())
    assert outcomes(basic) == {
        "sponsor": (O.NOT_ASKED, 0),
        "skills": (O.NOT_YET, 0),
        "engineers": (O.NOT_YET, 1),
        "planning": (O.VENDOR_CARRIES, 0),
        "revenue-goal": (O.NOT_ASKED, 0),
        "deal-registration": (O.NOT_ASKED, 0),
    }
    assert outcomes(full) == {
        "sponsor": (O.NOT_YET, 1),
        "skills": (O.NOT_YET, 0),
        "engineers": (O.NOT_YET, 3),
        "planning": (O.VENDOR_CARRIES, 0),
        "revenue-goal": (O.AGREED_INDIVIDUALLY, 0),
        "deal-registration": (O.NOT_YET, 0),
    }


def test_a_company_that_has_enough(example: Program):
    basic, full = assess(example, CompanyFacts(technical_people=3, sponsor=True))
    assert outcomes(basic)["engineers"] == outcomes(full)["engineers"] == (O.MET, 0)
    assert outcomes(full)["sponsor"] == (O.MET, 0)
    assert outcomes(full)["revenue-goal"] == (O.AGREED_INDIVIDUALLY, 0)


def test_what_counts_for_one_fact_counts_for_no_other(example: Program):
    full = assess(example, CompanyFacts(sales_people=99, lead_activities=99))[1]
    assert outcomes(full)["engineers"] == (O.NOT_YET, 3)


@given(facts=facts_of_companies)
def test_gold_is_never_met_in_full(program: Program, facts: CompanyFacts):
    """What is agreed individually cannot be read off a form, whatever a company says."""
    for answer in assess(program, facts):
        kinds = {item.id: item.tiers[answer.tier.id].kind for item in program.items()}
        agreed = [item for item, kind in kinds.items() if kind == "agreed_individually"]
        assert [one.item.id for one in answer.agreed_individually] == agreed
        assert agreed or answer.tier.id != "gold"


@given(facts=facts_of_companies)
def test_no_threshold_and_the_vendors_part_are_never_missing(program: Program, facts: CompanyFacts):
    for answer in assess(program, facts):
        for one in answer.answers:
            if one.outcome is not Outcome.NOT_YET:
                assert one.missing == 0
            if one.value.kind == "no_threshold":
                assert one.outcome is Outcome.NOT_ASKED


@given(facts=facts_of_companies)
def test_every_requirement_of_every_tier_is_answered_once_in_order(program: Program, facts: CompanyFacts):
    answers = assess(program, facts)
    assert [answer.tier for answer in answers] == list(program.tiers)
    for answer in answers:
        assert [one.item for one in answer.answers] == list(program.items())


@given(facts=facts_of_companies, measure=st.sampled_from(Measure))
def test_having_more_never_makes_a_company_stand_worse(
    program: Program, facts: CompanyFacts, measure: Measure
):
    more = CompanyFacts(**{**vars(facts), measure: facts.count(measure) + 1})
    for before, after in zip(assess(program, facts), assess(program, more), strict=True):
        for one, other in zip(before.answers, after.answers, strict=True):
            assert other.missing <= one.missing
            assert (one.outcome, other.outcome) != (Outcome.MET, Outcome.NOT_YET)


@given(facts=facts_of_companies)
def test_what_is_missing_is_exactly_what_would_do(program: Program, facts: CompanyFacts):
    """With as many more as the answer names, nothing that is counted is missing any longer."""
    for position, answer in enumerate(assess(program, facts)):
        enough = dict(vars(facts))
        for one in answer.missing:
            assert one.item.measure is not None
            enough[one.item.measure] = facts.count(one.item.measure) + one.missing
        assert assess(program, CompanyFacts(**enough))[position].missing == ()


@pytest.mark.parametrize(
    ("engineers", "full"),
    [(0, (O.NOT_YET, 3)), (2, (O.NOT_YET, 1)), (3, (O.MET, 0)), (4, (O.MET, 0))],
)
def test_a_requirement_is_met_through_its_parts(example: Program, engineers: int, full: tuple[Outcome, int]):
    """The example's skills are told by nothing but its engineers."""
    found = outcomes(assess(example, CompanyFacts(technical_people=engineers))[1])
    assert found["engineers"] == full
    assert found["skills"] == (full[0], 0)


def test_what_is_still_to_come_is_apart_from_what_is_missing(example: Program):
    full = assess(example, CompanyFacts(technical_people=1, sponsor=True))[1]
    assert [one.item.id for one in full.missing] == ["engineers"]
    assert [one.item.id for one in full.still_to_come] == ["skills", "deal-registration"]
