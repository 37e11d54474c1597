"""A kind of requirement that the program does not have yet: one class, and every place knows it."""

import json
import re
from collections.abc import Iterator
from datetime import date

import pytest

from forms_service.domain.partners import onboarding_checklist
from forms_service.domain.partners.joint_plan import next_meeting
from forms_service.domain.partners.partner_labels import standing
from forms_service.domain.partners.scorecard import Fulfilment, scorecard
from forms_service.i18n.translations import texts
from partner_program import Program, ProgramError, block_html
from partner_program.eligibility import CompanyFacts, Outcome, assess
from partner_program.json_export import program_json, program_schema
from partner_program.loader import read
from partner_program.requirement_kinds import KINDS, ValueKind, Wording
from tests import ROOT
from tests.factories.partners import START, active, done, staff

AFTER = '{kind: every_half_year, label: {pl: "✓", en: Twice a year}}'


@pytest.fixture(scope="module", autouse=True)
def every_half_year() -> Iterator[None]:
    class EveryHalfYear(ValueKind, name="every_half_year"):
        means = Wording("co pół roku", "every half year")
        examples = means
        patterns = Wording(r"✓|pół roku", r"twice a year|half year")
        months = 6
        family = "cadence"

    yield
    KINDS.pop("every_half_year")


def edited(silver: str = AFTER, summary: str = "twice a year") -> bytes:
    """The program file, where Silver plans by the new kind and has a row of it that people confirm."""
    text = (ROOT / "docs" / "program.yml").read_text(encoding="utf-8")
    planning = re.search(r"      - id: planning\n.*?(?=      - id: |  - id: )", text, re.DOTALL)
    assert planning
    row = re.sub(r"silver: \{.*\}", lambda _: f"silver: {silver}", planning[0])
    by_hand = row.replace("id: planning", "id: review").replace("        fact: planning\n", "")
    by_hand = by_hand.replace("carried_by: vendor", "carried_by: partner")
    benefit = re.search(r"      - id: planning-support\n.*?\n\n", text, re.DOTALL)
    assert benefit
    in_words = "silver: {kind: text, label: {pl: co pół roku, en: twice a year}}"
    text = text.replace(benefit[0], re.sub(r"silver: \{.*\}", in_words, benefit[0]))
    text = text.replace("raz w roku.", "co pół roku.", 1)
    text = text.replace("once a year.", f"{summary}.", 1)
    return text.replace(planning[0], row + by_hand).encode()


@pytest.fixture(scope="module")
def program() -> Program:
    return read(edited(), "program.yml")


def test_pages_show_its_label_and_say_what_its_sign_means(program: Program):
    for language, label in (("pl", "co pół roku"), ("en", "Twice a year")):
        assert label in block_html.comparison(program, language).replace("\u00a0", " ")
        assert label in block_html.requirements(program, language).replace("\u00a0", " ")
    assert 'class="tick tick--every_half_year"' in block_html.comparison(program, "pl")


def test_the_tier_finder_says_that_it_is_still_to_come(program: Program):
    silver, *_ = assess(program, CompanyFacts())
    assert {one.item.id: one.outcome for one in silver.answers}["review"] is Outcome.NOT_YET


def test_it_is_published_and_comes_back(program: Program):
    published = json.loads(program_json(program))["program"]
    kinds = {one["id"]: one["tiers"]["silver"]["kind"] for one in published["sections"][0]["requirements"]}
    assert kinds["review"] == "every_half_year"
    assert Program.model_validate_json(json.dumps(published)) == program
    assert "every_half_year" in program_schema()["$defs"]["ValueKind"]["enum"]


def test_the_scorecard_asks_for_it_in_each_half_year(program: Program):
    row = scorecard(active(), program, START).row("review")
    assert (row.standing, row.due) == (Fulfilment.DUE, date(2027, 5, 23))
    assert standing(row, texts("en"), "en") == "until 23 May 2027"
    day = date(2027, 3, 15)
    partner = done(onboarding_checklist.confirm(active(), staff(day), program, "review"))
    assert scorecard(partner, program, day).row("review").standing is Fulfilment.MET
    assert scorecard(partner, program, date(2027, 6, 1)).row("review").standing is Fulfilment.DUE


def test_meetings_follow_it(program: Program):
    meeting = next_meeting(active(), program, START)
    assert meeting is not None
    assert (meeting.cadence_months, meeting.due) == (6, date(2027, 5, 24))


@pytest.mark.parametrize(
    ("silver", "message"),
    [
        ('{kind: every_half_year, label: {pl: Rocznie, en: "Yearly"}}', "or change `kind` to `every_year`"),
        ("{kind: every_half_year, number: 2, label: {pl: co pół roku, en: half year}}", "takes no number"),
        ("{kind: every_halfyear, label: {pl: co pół roku, en: half year}}", "`every_half_year`"),
        ("{kind: every_year, label: {pl: co pół roku, en: Yearly}}", "change `kind` to `every_half_year`"),
    ],
)
def test_a_label_a_number_or_another_name_that_disagrees_is_told(silver: str, message: str):
    with pytest.raises(ProgramError, match=re.escape(message)):
        read(edited(silver), "program.yml")


def test_a_summary_that_says_another_kind_contradicts_it():
    with pytest.raises(
        ProgramError, match="`once a year` contradicts `planning`, which says `every_half_year`"
    ):
        read(edited(summary="once a year"), "program.yml")
