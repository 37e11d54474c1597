"""A third tier, added by an edit of the program file alone."""

import json
import re
from pathlib import Path

import pytest

from partner_program import Program, load
from partner_program.eligibility import CompanyFacts, Outcome, assess
from partner_program.json_export import program_json
from partner_program.phrases import missing_phrase

PLATINUM = """  - id: platinum
    name: Platinum
    title: Platinum Partner
    summary: {pl: Dla największych., en: For the largest.}
"""


def with_platinum(text: str) -> str:
    """The program with a tier above the others: it asks what Gold asks, and 50 technical people."""
    text = text.replace("\nmodels:\n", f"\n{PLATINUM}\nmodels:\n", 1)
    text = re.sub(r"^( +)gold: (\{.*\})$", r"\1gold: \2\n\1platinum: \2", text, flags=re.MULTILINE)
    fifty = "{kind: at_least, number: 50, label: {pl: 50 i więcej osób, en: 50 or more people}}"
    technical = r"(id: technical-qualifications\n.*?platinum: )\{[^\n]*\}"
    return re.sub(technical, rf"\g<1>{fifty}", text, count=1, flags=re.DOTALL)


@pytest.fixture(scope="module")
def three_tiers(program_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Program:
    copy = tmp_path_factory.mktemp("program") / "program.yml"
    copy.write_text(with_platinum(program_file.read_text(encoding="utf-8")), encoding="utf-8")
    return load(copy)


def test_every_requirement_has_a_value_for_it(three_tiers: Program):
    assert [tier.id for tier in three_tiers.tiers][-1] == "platinum"
    assert all("platinum" in item.tiers for item in three_tiers.items())


def test_eligibility_answers_for_it(three_tiers: Program):
    facts = CompanyFacts(sales_people=99, technical_people=2, lead_activities=99, sponsor=True)
    *_, gold, platinum = assess(three_tiers, facts)
    assert [(one.item.id, one.missing) for one in platinum.missing] == [("technical-qualifications", 48)]
    assert [one.item for one in platinum.agreed_individually] == [
        one.item for one in gold.agreed_individually
    ]
    assert missing_phrase(platinum, "pl").startswith("Platinum: brakuje 48 osób z ")
    assert missing_phrase(platinum, "en").startswith("Platinum: 48 people with ")


def test_the_other_tiers_answer_as_before(three_tiers: Program, program: Program):
    facts = CompanyFacts(sales_people=2, lead_activities=1, sponsor=True)
    before = [missing_phrase(answer, "en") for answer in assess(program, facts)]
    assert [missing_phrase(answer, "en") for answer in assess(three_tiers, facts)][:-1] == before


def test_it_is_published(three_tiers: Program, program: Program):
    published = json.loads(program_json(three_tiers))
    assert published["program"]["tiers"][-1]["title"] == "Platinum Partner"
    assert published["hash"] != program.hash


def test_a_requirement_of_a_new_kind_of_fact_is_never_taken_as_met(three_tiers: Program):
    """What no measure tells stays to come, however much a company has of everything else."""
    facts = CompanyFacts(sales_people=99, technical_people=99, lead_activities=99, sponsor=True)
    for answer in assess(three_tiers, facts):
        unmeasured = [one for one in answer.answers if one.item.measure is None and not _has_parts(one.item)]
        assert all(one.outcome is not Outcome.MET for one in unmeasured)


def _has_parts(item: object) -> bool:
    return bool(getattr(item, "parts", ()))
