"""Who may do what to a partner's record: the table, the history, and that nothing is changed in place."""

from collections.abc import Callable
from copy import deepcopy
from datetime import date

import pytest

from forms_service.domain.partners import (
    access_requests,
    activities,
    agreement,
    attestation,
    calendar_feed,
    company_profile,
    joint_plan,
    onboarding_checklist,
    people_actions,
    qualifications,
    renewal,
    suspension,
    targets,
)
from forms_service.domain.partners.partner import GoalKind, Partner, PartnerState, RenewalDecision, Skill
from forms_service.domain.partners.partner_permissions import (
    TABLE,
    PartnerActing,
    PartnerAction,
    PartnerActor,
    PartnerRole,
    Side,
    allowed,
)
from forms_service.domain.partners.partner_reminders import reminded
from forms_service.domain.partners.refusals import PartnerActionRefused, PartnerRefusal
from tests.factories.partners import (
    CONTACT,
    MEMBER,
    SPONSOR,
    START,
    STRANGER,
    active,
    by,
    call,
    company,
    done,
    id_of,
    prepared,
    staff,
    system,
    with_member,
)
from tests.factories.program import published

NEAR_THE_END = date(2027, 10, 30)

Do = Callable[[Partner, PartnerActing], Partner | PartnerActionRefused]


def with_request(partner: Partner) -> Partner:
    return done(
        access_requests.ask_access(partner, by(STRANGER), name="Osoba Obca", email="new@partner.example")
    )


def with_things(partner: Partner) -> Partner:
    """One of everything, so that every action has something to act on."""
    partner = with_request(partner)
    partner = done(activities.plan(partner, staff(), title="Webinar"))
    partner = done(joint_plan.plan_meeting(partner, staff(), call(date(2027, 2, 1))))
    partner = done(joint_plan.plan_meeting(partner, staff(), call(date(2027, 5, 1))))
    partner = done(joint_plan.set_goal(partner, staff(), kind=GoalKind.MARKETING, text="Webinary", year=1))
    return done(company_profile.give_link(partner, staff(), "https://partner.example/blog"))


DAY = NEAR_THE_END
ACTS: dict[PartnerAction, Do] = {
    PartnerAction.JOIN: lambda p, a: access_requests.join(
        p, a, "APP-3333-3333", [{"name": "Osoba Nowa", "email": "second@partner.example"}]
    ),
    PartnerAction.CHANGE_COMPANY: lambda p, a: company_profile.change_company(
        p, a, company(address="Inny adres 2")
    ),
    PartnerAction.ADD_PERSON: lambda p, a: people_actions.add(p, a, name="Osoba Nowa"),
    PartnerAction.CHANGE_PERSON: lambda p, a: people_actions.change(
        p, a, id_of(p, MEMBER), name="Osoba Inna", email=MEMBER
    ),
    PartnerAction.PERSON_LEFT: lambda p, a: people_actions.left(p, a, id_of(p, MEMBER), on=DAY),
    PartnerAction.ANSWER_ACCESS: lambda p, a: access_requests.answer_access(p, a, "r1", granted=True),
    PartnerAction.GIVE_ACCESS: lambda p, a: people_actions.give_access(
        done(people_actions.take_access(p, staff(DAY), id_of(p, SPONSOR))), a, id_of(p, SPONSOR)
    ),
    PartnerAction.TAKE_ACCESS: lambda p, a: people_actions.take_access(p, a, id_of(p, MEMBER)),
    PartnerAction.ADD_QUALIFICATION: lambda p, a: qualifications.add(
        p, a, person="p2", skill=Skill.TECHNICAL
    ),
    PartnerAction.EXTEND_QUALIFICATION: lambda p, a: qualifications.extend(
        p, a, "q1", valid_until=date(2029, 1, 1)
    ),
    PartnerAction.REMOVE_QUALIFICATION: lambda p, a: qualifications.remove(p, a, "q1"),
    PartnerAction.PLAN_ACTIVITY: lambda p, a: activities.plan(p, a, title="Targi"),
    PartnerAction.DO_ACTIVITY: lambda p, a: activities.do(p, a, "a1", done_on=DAY),
    PartnerAction.DROP_ACTIVITY: lambda p, a: activities.drop(p, a, "a1", reason="Nie doszło do skutku"),
    PartnerAction.PLAN_MEETING: lambda p, a: joint_plan.plan_meeting(p, a, call(date(2027, 11, 1))),
    PartnerAction.MOVE_MEETING: lambda p, a: joint_plan.move_meeting(p, a, "m2", call(date(2027, 11, 2))),
    PartnerAction.HOLD_MEETING: lambda p, a: joint_plan.hold_meeting(p, a, "m1", held_on=DAY),
    PartnerAction.WRITE_NOTES: lambda p, a: joint_plan.write_notes(p, a, "m1", notes="Plan na rok"),
    PartnerAction.DROP_MEETING: lambda p, a: joint_plan.drop_meeting(p, a, "m2"),
    PartnerAction.SET_GOAL: lambda p, a: joint_plan.set_goal(
        p, a, kind=GoalKind.FINANCIAL, text="Więcej", year=1
    ),
    PartnerAction.CLOSE_GOAL: lambda p, a: joint_plan.close_goal(p, a, "g1", reached=True),
    PartnerAction.GIVE_LINK: lambda p, a: company_profile.give_link(p, a, "https://partner.example/fp"),
    PartnerAction.CONFIRM_LINK: lambda p, a: company_profile.confirm_link(p, a),
    PartnerAction.RECORD_AGREEMENT: lambda p, a: agreement.record_agreement(
        p, a, concluded_on=START, for_partner="Prezes", for_vendor="Dyrektor"
    ),
    PartnerAction.KEEP_DOCUMENT: lambda p, a: agreement.keep_document(p, a, sha256="0f", size_bytes=5),
    PartnerAction.REMOVE_DOCUMENT: lambda p, a: agreement.remove_document(
        done(agreement.keep_document(p, staff(DAY), sha256="0f", size_bytes=5)), a
    ),
    PartnerAction.LAPSE_ACCESS: lambda p, a: access_requests.lapse(p, a),
    PartnerAction.CONFIRM: lambda p, a: onboarding_checklist.confirm(p, a, published(), "website-promotion"),
    PartnerAction.TAKE_BACK: lambda p, a: onboarding_checklist.take_back(p, a, "contact"),
    PartnerAction.SET_TARGETS: lambda p, a: targets.set_targets(
        p,
        a,
        1,
        [{"year": 1, "area": "", "model": "", "amount": "1000.00", "currency": "PLN"}],
        published(),
    ),
    PartnerAction.ATTEST: lambda p, a: attestation.attest(
        p, a, published(), language="pl", **({} if a.actor.side is Side.PARTNER else on_paper(p))
    ),
    PartnerAction.RECEIVE_COPY: lambda p, a: attestation.receive_copy(
        done(attestation.attest(p, by(CONTACT, DAY), published(), language="pl")), a, 1, received_on=DAY
    ),
    PartnerAction.RENEW: lambda p, a: renewal.decide(p, a, published(), RenewalDecision.RENEW),
    PartnerAction.REOPEN_RENEWAL: lambda p, a: renewal.reopen(
        done(renewal.decide(p, staff(DAY), published(), RenewalDecision.RENEW)), a, reason="Pomyłka"
    ),
    PartnerAction.CHANGE_TIER: lambda p, a: renewal.change_tier(
        p, a, published(), tier="gold", reason="Spełnia więcej"
    ),
    PartnerAction.SUSPEND: lambda p, a: suspension.suspend(p, a, reason="Brak kontaktu"),
    PartnerAction.RESUME: lambda p, a: suspension.resume(
        done(suspension.suspend(p, staff(DAY), reason="Brak kontaktu")), a, reason="Jest kontakt"
    ),
    PartnerAction.END: lambda p, a: suspension.end(p, a, reason="Na prośbę partnera"),
    PartnerAction.RENEW_CALENDAR_LINK: lambda p, a: calendar_feed.renew(p, a, token_hash="00"),
    PartnerAction.REMIND: lambda p, a: reminded(p, a, ()),
    PartnerAction.NOTE: lambda p, a: suspension.note(p, a, "Zadzwonić"),
}
"""Every action on an active partner near the end of its first year, as it may succeed."""

APART = {
    PartnerAction.ASK_ACCESS,
    PartnerAction.ACTIVATE,
    PartnerAction.ADD_REVENUE,
    PartnerAction.VOID_REVENUE,
}
"""Asked by strangers, done during onboarding, done to other documents: each has a test of its own."""


def on_paper(partner: Partner) -> dict[str, object]:
    return {"person": id_of(partner, SPONSOR), "copy_received_on": DAY}


ACTORS = {
    PartnerRole.CONTACT: by(CONTACT, DAY),
    PartnerRole.SPONSOR: by(SPONSOR, DAY),
    PartnerRole.MEMBER: by(MEMBER, DAY),
    PartnerRole.STRANGER: by(STRANGER, DAY),
    PartnerRole.STAFF: staff(DAY),
    PartnerRole.SYSTEM: system(DAY),
}
ROLES = {
    PartnerRole.CONTACT: {PartnerRole.CONTACT, PartnerRole.MEMBER},
    PartnerRole.SPONSOR: {PartnerRole.SPONSOR, PartnerRole.MEMBER},
    PartnerRole.MEMBER: {PartnerRole.MEMBER},
    PartnerRole.STRANGER: {PartnerRole.STRANGER},
    PartnerRole.STAFF: {PartnerRole.STAFF},
    PartnerRole.SYSTEM: {PartnerRole.SYSTEM},
}


@pytest.fixture(scope="module")
def partner() -> Partner:
    return with_things(with_member(active()))


def test_every_action_of_the_table_is_tried_here():
    assert ACTS.keys() | APART == TABLE.keys()
    assert set(PartnerAction) == TABLE.keys() | {PartnerAction.START}


@pytest.mark.parametrize("who", ACTORS)
@pytest.mark.parametrize("action", ACTS)
def test_only_those_in_the_table_may(partner: Partner, action: PartnerAction, who: PartnerRole):
    """The others are refused and nothing is written; whoever may is named in the history."""
    before = deepcopy(partner)
    result = ACTS[action](partner, ACTORS[who])
    assert partner == before, "changed in place"
    may = bool(ROLES[who] & TABLE[action].by)
    if action is PartnerAction.END and who is PartnerRole.SYSTEM:
        may = False  # the service only notes that the last day has passed
    if not may:
        assert result == PartnerActionRefused(PartnerRefusal.NOT_YOURS)
        return
    after = done(result)
    entry = next(each for each in reversed(after["history"]) if each["what"] == action)
    assert entry["at"].startswith(DAY.isoformat())
    assert entry["who"] == (ACTORS[who].actor.email or "system")
    behalf = who is PartnerRole.STAFF and PartnerRole.STAFF in TABLE[action].by and not TABLE[action].shared
    of_partners = TABLE[action].by & {PartnerRole.CONTACT, PartnerRole.SPONSOR, PartnerRole.MEMBER}
    assert entry.get("on_behalf", False) == bool(behalf and of_partners)


@pytest.mark.parametrize("state", [PartnerState.ONBOARDING, PartnerState.SUSPENDED, PartnerState.ENDED])
@pytest.mark.parametrize("action", ACTS)
def test_a_state_that_does_not_allow_it_refuses_it(
    partner: Partner, action: PartnerAction, state: PartnerState
):
    if state in TABLE[action].states:
        return
    who = next(
        who for who in (PartnerRole.STAFF, PartnerRole.SYSTEM, PartnerRole.MEMBER) if who in TABLE[action].by
    )
    act = ACTORS[who]
    if action in (
        PartnerAction.GIVE_ACCESS,
        PartnerAction.RECEIVE_COPY,
        PartnerAction.REOPEN_RENEWAL,
        PartnerAction.RESUME,
    ):
        assert act.refused({**partner, "state": state.value}, action) == PartnerActionRefused(
            PartnerRefusal.NOT_NOW
        )
        return
    assert ACTS[action]({**partner, "state": state.value}, act) == PartnerActionRefused(
        PartnerRefusal.NOT_NOW
    )


def test_what_is_allowed_is_what_the_table_says(partner: Partner):
    """Views ask before they show a button."""
    assert PartnerAction.ATTEST in allowed(partner, PartnerActor(Side.PARTNER, SPONSOR))
    assert PartnerAction.ATTEST not in allowed(partner, PartnerActor(Side.PARTNER, MEMBER))
    assert allowed(partner, PartnerActor(Side.PARTNER, STRANGER)) == (PartnerAction.ASK_ACCESS,)
    assert allowed({**partner, "state": "ended"}, PartnerActor(Side.PARTNER, CONTACT)) == ()
    assert PartnerAction.ACTIVATE in allowed(prepared(), PartnerActor(Side.STAFF, "x"))


def test_an_address_is_the_same_however_it_is_written(partner: Partner):
    assert PartnerAction.ADD_PERSON in allowed(partner, PartnerActor(Side.PARTNER, CONTACT.upper()))
    assert allowed(partner, PartnerActor(Side.PARTNER, "")) == (PartnerAction.ASK_ACCESS,)


def test_the_history_holds_nothing_that_anybody_wrote(partner: Partner):
    """Facts only: names and reasons can be erased where they stand, the history stays."""
    written = {"Osoba", "Webinar", "doszło", "Brak", "kontaktu", "Zadzwonić", "prośbę", "Pomyłka", "Inny"}
    for action, do in ACTS.items():
        who = PartnerRole.SYSTEM if action is PartnerAction.REMIND else PartnerRole.STAFF
        if PartnerRole(who) in TABLE[action].by and isinstance(after := do(partner, ACTORS[who]), dict):
            told = str([{**entry, "who": ""} for entry in after["history"]])
            assert not [word for word in written if word in told], action
