"""From pre-acceptance to an active partner."""

from datetime import timedelta

import pytest

from forms_service.domain.partners import (
    agreement,
    company_profile,
    onboarding_checklist,
    people_actions,
    qualifications,
)
from forms_service.domain.partners.partner import Skill
from forms_service.domain.partners.refusals import PartnerActionRefused, PartnerRefusal
from tests.factories.partners import (
    CONTACT,
    START,
    active,
    by,
    changed,
    company,
    done,
    id_of,
    onboarded,
    prepared,
    staff,
)
from tests.factories.program import published


def steps(partner, tier=None):
    found = onboarding_checklist.checklist(partner, published(), START, tier=tier)
    return {step.item.id: (step.there, step.ready) for step in found}


def test_the_checklist_is_what_the_program_asks_before_the_partnership_begins():
    """No more and no less: nothing yearly, nothing optional, and only what is not told by its parts."""
    assert steps(onboarded()) == {
        "application": (True, True),
        "agreement": (False, False),
        "contact": (True, False),
        "sponsor": (True, False),
        "sales-qualifications": (True, False),
    }
    gold = steps(onboarded(), "gold")
    assert gold.keys() - steps(onboarded()).keys() == {"technical-qualifications"}
    assert gold["technical-qualifications"] == (False, False)


def test_agreement_and_profile_are_one_step():
    """The agreement holds the profile."""
    partner = done(
        agreement.record_agreement(
            onboarded(), staff(), concluded_on=START, for_partner="Zarząd", for_vendor="Dyrektor"
        )
    )
    assert steps(partner)["agreement"] == (False, False)
    assert company_profile.missing(partner["company"]) == ("address", "areas")
    partner = done(company_profile.change_company(partner, staff(), company()))
    assert steps(partner)["agreement"] == (True, False)


def test_a_requirement_that_nothing_computes_is_there_when_people_confirm_it():
    """A row that marketing adds to the program needs no code."""
    content = published().model_dump(mode="json")
    sections = content["sections"]
    new = dict(sections[0]["requirements"][2], id="training-day", fact=None, when="before_active")
    sections[0]["requirements"].append(new)
    other = changed(sections=sections)
    (step,) = [
        s for s in onboarding_checklist.checklist(onboarded(), other, START) if s.item.id == "training-day"
    ]
    assert not step.there
    partner = done(onboarding_checklist.confirm(onboarded(), staff(), other, "training-day"))
    (step,) = [
        s for s in onboarding_checklist.checklist(partner, other, START) if s.item.id == "training-day"
    ]
    assert step.ready


def step(partner, item, tier=None):
    found = onboarding_checklist.checklist(partner, published(), START, tier=tier)
    return next(each for each in found if each.item.id == item)


def test_what_is_not_there_cannot_be_confirmed():
    """A confirmation is of something."""
    refused = onboarding_checklist.confirm(onboarded(), staff(), published(), "agreement")
    assert refused == PartnerActionRefused(PartnerRefusal.NOT_YET_THERE, "item")
    assert not step(onboarded(), "agreement").can_be_confirmed


def test_the_checklist_says_what_of_the_agreement_is_lacking():
    assert step(onboarded(), "agreement").lacks == (
        onboarding_checklist.MissingPart.AGREEMENT,
        onboarding_checklist.MissingPart.PROFILE,
    )
    partner = done(company_profile.change_company(onboarded(), staff(), company()))
    assert step(partner, "agreement").lacks == (onboarding_checklist.MissingPart.AGREEMENT,)
    assert step(prepared(), "agreement").lacks == ()


CHANGES = {
    "agreement": lambda p: company_profile.change_company(p, by(CONTACT), company(address="Inny adres 2")),
    "contact": lambda p: people_actions.change(
        p, by(CONTACT), id_of(p, CONTACT), name="Osoba Inna", email=CONTACT, contact=True
    ),
    "sponsor": lambda p: people_actions.add(
        p, by(CONTACT), name="Nowy", email="n@partner.example", sponsor=True
    ),
    "sales-qualifications": lambda p: qualifications.add(p, by(CONTACT), person="p2", skill=Skill.SALES),
}


@pytest.mark.parametrize("item", CHANGES)
def test_what_changed_since_it_was_confirmed_has_to_be_confirmed_again(item: str):
    """That of which it was confirmed, and nothing else; taken back to what it was, it counts again."""
    partner = done(CHANGES[item](prepared()))
    unready = [
        each.item.id for each in onboarding_checklist.checklist(partner, published(), START) if not each.ready
    ]
    assert unready == ([item] if item != "contact" else ["contact", "sales-qualifications"])
    assert step(partner, item).changed
    assert onboarding_checklist.activate(
        partner, staff(), published(), tier="silver"
    ) == PartnerActionRefused(PartnerRefusal.NOT_READY, item)
    for each in unready:
        partner = done(onboarding_checklist.confirm(partner, staff(), published(), each))
    assert (
        done(onboarding_checklist.activate(partner, staff(), published(), tier="silver"))["state"] == "active"
    )


def test_a_file_that_is_handed_in_later_is_part_of_what_is_confirmed():
    partner = done(agreement.keep_document(prepared(), by(CONTACT), sha256="0f", size_bytes=5))
    assert step(partner, "agreement").changed


def test_nobody_becomes_active_before_all_is_there():
    partner = prepared()
    for step in onboarding_checklist.checklist(partner, published(), START):
        if step.item.id != "application":
            unready = done(onboarding_checklist.take_back(partner, staff(), step.item.id))
            refused = onboarding_checklist.activate(unready, staff(), published(), tier="silver")
            assert refused == PartnerActionRefused(PartnerRefusal.NOT_READY, step.item.id)
    gold = onboarding_checklist.activate(partner, staff(), published(), tier="gold")
    assert gold == PartnerActionRefused(PartnerRefusal.NOT_READY, "sales-qualifications")
    unknown = onboarding_checklist.activate(partner, staff(), published(), tier="platinum")
    assert unknown == PartnerActionRefused(PartnerRefusal.UNKNOWN_TIER, "tier")


def test_what_was_confirmed_and_is_gone_is_not_ready():
    """A confirmation is of what the record says."""
    partner = prepared()
    partner = done(people_actions.left(partner, staff(), id_of(partner, CONTACT), on=START))
    assert steps(partner)["contact"] == (False, False)


def test_the_partner_year_begins_on_the_day_of_becoming_active():
    partner = active()
    assert (partner["state"], partner["active_since"]) == ("active", START.isoformat())
    (terms,) = partner["terms"]
    assert (terms["year"], terms["tier"], terms["program"]) == (1, "silver", published().hash)


def test_days_that_have_not_come_are_no_facts():
    tomorrow = START + timedelta(days=1)
    recorded = agreement.record_agreement(
        onboarded(), staff(), concluded_on=tomorrow, for_partner="A", for_vendor="B"
    )
    assert recorded == PartnerActionRefused(PartnerRefusal.IN_THE_FUTURE, "concluded_on")
    confirmed = onboarding_checklist.confirm(onboarded(), staff(), published(), "contact", on=tomorrow)
    assert confirmed == PartnerActionRefused(PartnerRefusal.IN_THE_FUTURE, "on")
    assert onboarding_checklist.confirm(onboarded(), staff(), published(), "nothing") == PartnerActionRefused(
        PartnerRefusal.NOT_THERE, "item"
    )


@pytest.mark.parametrize(
    "link", ["javascript:alert(1)", "partner.example", "ftp://a.example", "https://", "http://[x"]
)
def test_a_link_is_an_address_of_the_web(link: str):
    assert company_profile.give_link(onboarded(), staff(), link) == PartnerActionRefused(
        PartnerRefusal.NO_LINK, "link"
    )


def test_a_new_link_has_to_be_confirmed_anew():
    partner = done(company_profile.give_link(active(), staff(), "https://partner.example/a"))
    partner = done(company_profile.confirm_link(partner, staff()))
    assert partner["promotion"]["confirmed_at"]
    partner = done(company_profile.give_link(partner, staff(), "https://partner.example/b"))
    assert partner["promotion"]["confirmed_at"] is None
    assert company_profile.confirm_link(
        done(company_profile.give_link(partner, staff(), "")), staff()
    ) == PartnerActionRefused(PartnerRefusal.MISSING, "link")
