"""The scorecard: computed from the record, the same for both sides, and never worse for more."""

from copy import deepcopy
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms_service.domain.partners import (
    activities,
    company_profile,
    onboarding_checklist,
    qualifications,
    targets,
)
from forms_service.domain.partners.partner import Skill
from forms_service.domain.partners.partner_labels import standing, to_next_tier
from forms_service.domain.partners.scorecard import Fulfilment, Scorecard, next_tier, scorecard
from forms_service.i18n.translations import texts
from partner_program import Program
from partner_program.model import Language
from tests.domain.partners.test_revenue import invoice
from tests.factories.partners import START, active, changed, done, onboarded, staff
from tests.factories.program import published

YEAR_END = date(2027, 11, 23)
S = Fulfilment


def standings(card: Scorecard) -> dict[str, str]:
    return {row.item.id: row.standing.value for row in card.rows}


def words_of(card: Scorecard, item: str, language: Language = "pl") -> str:
    return standing(card.row(item), texts(language), language)


def with_activities(partner, number: int, day: date = date(2027, 3, 1)):
    for one in range(number):
        partner = done(activities.do(partner, staff(day), title=f"Webinar {one}", done_on=day))
    return partner


def test_a_silver_partner_on_its_first_day():
    """What is there, what the year asks, what is on the vendor's side; nothing is missing."""
    card = scorecard(active(), published(), START)
    assert standings(card) == {
        "application": "met",
        "agreement": "met",
        "contact": "met",
        "sponsor": "met",
        "planning": "vendor_carries",
        "finance": "not_asked",
        "deal-registration": "ongoing",
        "certification": "due",
        "sales-qualifications": "met",
        "technical-qualifications": "not_asked",
        "attestation": "due",
        "lead-generation": "due",
        "website-promotion": "not_asked",
    }
    assert card.missing == ()
    assert [(row.item.id, row.due) for row in card.due] == [
        ("attestation", YEAR_END),
        ("lead-generation", YEAR_END),
    ]


@pytest.mark.parametrize(
    ("item", "polish", "english"),
    [
        ("contact", "spełnione", "met"),
        (
            "lead-generation",
            "do 23 listopada 2027: brakuje 1 aktywności",
            "until 23 November 2027: 1 activity missing",
        ),
        ("attestation", "do 23 listopada 2027", "until 23 November 2027"),
        (
            "planning",
            "po stronie Future Processing, do 24 listopada 2027",
            "up to Future Processing, by 24 November 2027",
        ),
        ("finance", "bez progu", "no threshold"),
        ("technical-qualifications", "nieobowiązkowe", "optional"),
        ("website-promotion", "zalecane", "recommended"),
        ("deal-registration", "na bieżąco", "ongoing"),
    ],
)
def test_it_says_so_in_words(item: str, polish: str, english: str):
    card = scorecard(active(), published(), START)
    assert (words_of(card, item), words_of(card, item, "en")) == (polish, english)


def test_the_next_tier_in_one_sentence():
    partner = with_activities(active(), 1)
    partner = done(qualifications.add(partner, staff(), person="p2", skill=Skill.SALES))
    tier = next_tier(partner, published(), START)
    card = scorecard(partner, published(), START, tier=tier.id)
    assert to_next_tier(card, texts("pl"), "pl") == (
        "Do Gold brakuje: 1 osoby z kwalifikacjami technicznymi, 1 aktywności "
        "· do ustalenia indywidualnie: wymagania finansowe"
    )
    assert to_next_tier(card, texts("en"), "en") == (
        "Missing for Gold: 1 person with technical qualifications, 1 activity "
        "· agreed individually: revenue requirements"
    )


def test_where_nothing_is_missing_it_never_says_that_the_tier_is_met():
    partner = with_activities(active(), 2)
    for person, skill in (("p2", Skill.SALES), ("p2", Skill.TECHNICAL)):
        partner = done(qualifications.add(partner, staff(), person=person, skill=skill))
    card = scorecard(partner, published(), START, tier="gold")
    assert to_next_tier(card, texts("pl"), "pl") == (
        "Spełnione są wszystkie policzalne wymagania poziomu Gold · do ustalenia "
        "indywidualnie: wymagania finansowe"
    )


def test_there_is_no_tier_above_the_highest():
    assert next_tier(active(), published(), START).id == "gold"
    highest = {**active(), "terms": [{**active()["terms"][0], "tier": "gold"}]}
    assert next_tier(highest, published(), START) is None
    unknown = {**active(), "terms": [{**active()["terms"][0], "tier": "bronze"}]}
    assert next_tier(unknown, published(), START) is None


def test_a_lapsed_qualification_is_missing_the_day_after():
    partner = done(qualifications.extend(active(), staff(), "q1", valid_until=date(2027, 5, 31)))
    assert scorecard(partner, published(), date(2027, 5, 31)).missing == ()
    card = scorecard(partner, published(), date(2027, 6, 1))
    assert [row.item.id for row in card.missing] == ["sales-qualifications"]
    assert card.row("certification").standing is S.MISSING
    assert words_of(card, "sales-qualifications") == "brakuje 1 osoby z kwalifikacjami sprzedażowymi"


def test_activities_count_in_the_partner_year_they_were_carried_out_in():
    partner = with_activities(active(), 1, YEAR_END)
    assert scorecard(partner, published(), YEAR_END).row("lead-generation").standing is S.MET
    card = scorecard(partner, published(), YEAR_END + timedelta(days=1))
    row = card.row("lead-generation")
    assert (row.standing, row.count, row.due) == (S.DUE, 0, date(2028, 11, 23))


def test_an_individually_agreed_target_is_what_is_due():
    """Without one it is agreed individually, and never missing."""
    partner = {**active(), "terms": [{**active()["terms"][0], "tier": "gold"}]}
    row = scorecard(partner, published(), START).row("finance")
    assert (row.standing, row.targets) == (S.AGREED_INDIVIDUALLY, ())
    target = {"year": 1, "area": "", "model": "resell", "amount": "1000.00", "currency": "PLN"}
    partner = done(targets.set_targets(partner, staff(), 1, [target], published()))
    half = [invoice("600.00"), invoice("400.00", currency="EUR"), invoice("400.00", model="sell-with")]
    row = scorecard(partner, published(), START, revenue=half).row("finance")
    assert (row.standing, row.due, str(row.targets[0].missing)) == (S.DUE, YEAR_END, "400.00")
    whole = scorecard(partner, published(), START, revenue=[*half, invoice("400.00")])
    assert whole.row("finance").standing is S.MET


def test_deals_are_counted_and_none_is_missing():
    deals = [
        {"received_at": "2027-01-05T10:00:00.000000Z", "state": "approved"},
        {"received_at": "2027-01-05T10:00:00.000000Z", "state": "withdrawn"},
        {"received_at": "2027-01-05T10:00:00.000000Z", "state": "received", "trapped": True},
        {"received_at": "2027-11-23T22:59:59.000000Z", "state": "rejected"},
        {"received_at": "2027-11-23T23:00:00.000000Z", "state": "rejected"},
    ]
    row = scorecard(active(), published(), START, deals=deals).row("deal-registration")
    assert (row.standing, row.count) == (S.ONGOING, 2)


def test_a_recommendation_is_met_by_a_confirmed_link_and_never_missing():
    partner = done(company_profile.give_link(active(), staff(), "https://partner.example/fp"))
    assert scorecard(partner, published(), START).row("website-promotion").standing is S.NOT_ASKED
    partner = done(company_profile.confirm_link(partner, staff()))
    assert scorecard(partner, published(), START).row("website-promotion").standing is S.MET


def test_in_onboarding_what_a_year_asks_is_still_to_come():
    card = scorecard(onboarded(), published(), START)
    assert (card.tier.id, card.year) == ("silver", None)
    assert card.row("lead-generation").standing is S.DUE
    assert words_of(card, "lead-generation") == "od pierwszego roku partnerskiego"
    assert [row.item.id for row in card.missing] == ["agreement"]


def with_requirement(kind: str, when: str, number: int | None = None, fact: str | None = None) -> Program:
    """The program with one more requirement, that this tier asks for so."""
    sections = deepcopy(published().model_dump(mode="json")["sections"])
    label = {"pl": "x", "en": "x"}
    value = {"kind": kind, "number": number, "label": label}
    new = dict(sections[0]["requirements"][2], id="new-one", fact=fact, when=when)
    new["tiers"] = {"silver": value, "gold": value}
    sections[0]["requirements"].append(new)
    return changed(sections=sections)


@pytest.mark.parametrize(
    ("kind", "when", "number", "before", "due", "confirmed_on", "after"),
    [
        ("required", "before_active", None, S.MISSING, None, START, S.MET),
        ("required", "ongoing", None, S.ONGOING, None, START, S.MET),
        ("required", "yearly", None, S.DUE, YEAR_END, date(2027, 1, 1), S.MET),
        ("every_year", "ongoing", None, S.DUE, YEAR_END, date(2027, 1, 1), S.MET),
        ("every_quarter", "ongoing", None, S.DUE, date(2027, 5, 23), date(2027, 3, 1), S.MET),
        ("every_quarter", "ongoing", None, S.DUE, date(2027, 5, 23), date(2027, 2, 23), S.DUE),
        ("per_year", "yearly", 2, S.DUE, YEAR_END, date(2027, 1, 1), S.MET),
        ("at_least", "before_active", 40, S.MISSING, None, START, S.MET),
        ("recommended", "ongoing", None, S.NOT_ASKED, None, START, S.MET),
        ("optional", "ongoing", None, S.NOT_ASKED, None, START, S.NOT_ASKED),
        ("no_threshold", "yearly", None, S.NOT_ASKED, None, START, S.NOT_ASKED),
        ("agreed_individually", "yearly", None, S.AGREED_INDIVIDUALLY, None, START, S.AGREED_INDIVIDUALLY),
    ],
)
def test_a_requirement_of_any_kind_is_confirmed_by_hand(
    kind: str,
    when: str,
    number: int | None,
    before: Fulfilment,
    due: date | None,
    confirmed_on: date,
    after: Fulfilment,
):
    """A row added to the program needs no code; one tick says that all of it is there."""
    new, day = with_requirement(kind, when, number), date(2027, 3, 15)
    row = scorecard(active(), new, day).row("new-one")
    assert (row.standing, row.due) == (before, due)
    partner = done(onboarding_checklist.confirm(active(), staff(day), new, "new-one", on=confirmed_on))
    assert scorecard(partner, new, day).row("new-one").standing is after


def test_what_is_only_to_be_confirmed_is_told_beside_what_is_counted():
    """A row added to the program is in the sentence about the next tier, until it is confirmed."""
    new, day = with_requirement("per_year", "yearly", 2), date(2027, 3, 15)
    card = scorecard(active(), new, day, tier="gold")
    title = card.row("new-one").item.title["pl"]
    said = f"do potwierdzenia: {title[:1].lower()}{title[1:]}"
    assert said in to_next_tier(card, texts("pl"), "pl").split(" · ")
    partner = done(onboarding_checklist.confirm(active(), staff(day), new, "new-one", on=day))
    assert "do potwierdzenia" not in to_next_tier(
        scorecard(partner, new, day, tier="gold"), texts("pl"), "pl"
    )


def test_planning_that_the_partner_shares_is_due_each_cadence():
    """Only what the vendor alone carries is never counted."""
    sections = deepcopy(published().model_dump(mode="json")["sections"])
    sections[0]["requirements"][4]["carried_by"] = "both"
    shared = changed(sections=sections)
    row = scorecard(active(), shared, START).row("planning")
    assert (row.standing, row.due) == (S.DUE, YEAR_END)


RANK = {S.MISSING: 0, S.DUE: 1}
"""From worst to best; all others are as good."""


def badness(card: Scorecard) -> dict[str, tuple[int, int]]:
    return {row.item.id: (-RANK.get(row.standing, 2), row.missing) for row in card.rows}


@given(
    held=st.lists(st.tuples(st.integers(1, 5), st.sampled_from(list(Skill))), max_size=8, unique=True),
    more=st.sets(st.sampled_from(list(Skill)), min_size=1),
    both=st.booleans(),
    tier=st.sampled_from(["silver", "gold"]),
)
def test_one_more_person_never_makes_any_row_worse(held, more, both: bool, tier: str):
    used = changed(certification__one_person_counts_in_both=both)
    partner = active()
    person = partner["people"][0]
    people = [{**person, "id": f"p{number}"} for number in range(1, 7)]
    qualification = partner["qualifications"][0]

    def with_held(pairs):
        some = [
            {**qualification, "id": f"q{n}", "person": f"p{who}", "kind": skill.value}
            for n, (who, skill) in enumerate(pairs, 1)
        ]
        return {**partner, "people": people, "qualifications": some}

    before = badness(scorecard(with_held(held), used, START, tier=tier))
    after = badness(scorecard(with_held([*held, *((6, skill) for skill in more)]), used, START, tier=tier))
    for item, (rank, missing) in after.items():
        assert rank <= before[item][0] and missing <= before[item][1], item


@given(number=st.integers(0, 5), tier=st.sampled_from(["silver", "gold"]))
def test_one_more_activity_never_makes_any_row_worse(number: int, tier: str):
    before = badness(scorecard(with_activities(active(), number), published(), YEAR_END, tier=tier))
    after = badness(scorecard(with_activities(active(), number + 1), published(), YEAR_END, tier=tier))
    assert all(after[item] <= before[item] for item in before)


@given(ahead=st.integers(0, 4000))
def test_what_the_vendor_carries_is_never_missing_nor_due(ahead: int):
    card = scorecard(active(), published(), START + timedelta(days=ahead))
    assert card.row("planning") not in (*card.missing, *card.due)


def test_when_planning_is_due_is_said_of_the_tier_that_the_partner_has() -> None:
    """A yearly meeting is no date for a tier that plans every quarter."""
    partner = active()
    assert scorecard(partner, published(), START).row("planning").due is not None
    assert scorecard(partner, published(), START, tier="gold").row("planning").due is None
