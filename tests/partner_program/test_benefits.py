"""Benefits: only what the vendor's document grants, said as the document says it."""

import re

import pytest

from partner_program import Program
from partner_program.benefit_kinds import BENEFIT_KINDS
from partner_program.model import LANGUAGES
from tests import ROOT
from tests.partner_program.test_seed import ROWS

BENEFITS = {
    "discount-or-commission": ("deal-registration", ("included", None), ("included", None)),
    "decision-time": ("deal-registration", ("quantity", 2), ("quantity", 2)),
    "planning-support": ("planning", ("every_year", None), ("every_quarter", None)),
}
"""The document grants nothing else: id, the row it stands in, and for each tier kind and number."""

PROMISED = re.compile(
    r"\b(?:otrzymuj\w*|otrzymasz|dostaj\w*|dostanie\w*|zyskuj\w*|zyskasz|gwarantuj\w*|masz|daje\w*) "
    r"(?:\w+ ){0,2}(?:zniżk|prowizj)"
    r"|\b(?:gets?|receives?|earns?|will have|guarantees?|gives? you|are given|is given|grants?) "
    r"(?:\w+ ){0,2}(?:discount|commission)",
    re.IGNORECASE,
)
"""The document says `aby zakwalifikować się`: nobody gets a discount or commission by registering."""
TEXTS = sorted(
    path
    for folder, kinds in (
        ("docs", ("*.md", "program.yml")),
        ("forms_service", ("*.txt", "*.po", "*.html", "*.py")),
        ("partner_program", ("*.py", "*.html")),
        ("theme", ("*.html", "*.js")),
    )
    for kind in kinds
    for path in (ROOT / folder).rglob(kind)
)


def test_they_are_what_the_document_grants_and_nothing_else(program: Program):
    found = {
        one.id: (one.source, *((str(value.kind), value.number) for value in one.tiers.values()))
        for one in program.all_benefits()
    }
    assert found == BENEFITS


def test_each_rests_on_a_row_of_the_document(program: Program):
    titles = {item.id: item.title.pl for item in program.items()}
    rows = {row[1] for row in ROWS}
    assert [one.id for one in program.all_benefits() if titles.get(one.source or "") not in rows] == []


def test_the_time_to_decide_is_the_rule(program: Program):
    days = program.deal_registration.decide_within_business_days
    (benefit,) = (one for one in program.all_benefits() if one.id == "decision-time")
    assert {value.number for value in benefit.tiers.values()} == {days}


def test_nobody_is_promised_a_discount_or_commission():
    found = {path: PROMISED.findall(" ".join(path.read_text(encoding="utf-8").split())) for path in TEXTS}
    assert {path.name: words for path, words in found.items() if words} == {}


@pytest.mark.parametrize(
    "promise",
    [
        "Otrzymujesz zniżkę",
        "dostaniesz wysoką prowizję",
        "Zyskujesz prowizję",
        "You get a discount",
        "a partner receives the full commission",
        "earn commission",
    ],
)
def test_such_words_are_found(promise: str):
    assert PROMISED.search(promise)


def test_the_example_holds_every_kind(example: Program):
    kinds = {str(value.kind) for one in example.all_benefits() for value in one.tiers.values()}
    assert kinds == {*BENEFIT_KINDS}


def test_every_kind_is_worded_in_both_languages():
    for kind in BENEFIT_KINDS.values():
        for language in LANGUAGES:
            assert kind.means[language]
            assert kind.examples[language]
