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
    calendar,
    company_profile,
    onboarding,
    people_actions,
    planning,
    qualifications,
    renewal,
    suspension,
    targets,
)
from forms_service.domain.partners.actions import TABLE, Act, Action, Actor, Side, Who, allowed
from forms_service.domain.partners.partner import Decision, GoalKind, Partner, Skill, State
from forms_service.domain.partners.refusals import Refusal, Refused
from forms_service.domain.partners.reminders import reminded
from tests.domain.partners.firm import (
    CONTACT,
    MEMBER,
    SPONSOR,
    START,
    STRANGER,
    active,
    by,
    company,
    done,
    id_of,
    prepared,
    program,
    staff,
    system,
    with_member,
)

NEAR_THE_END = date(2027, 10, 30)

Do = Callable[[Partner, Act], Partner | Refused]


def with_request(partner: Partner) -> Partner:
    return done(
        access_requests.ask_access(partner, by(STRANGER), name="Osoba Obca", email="new@partner.example")
    )


def with_things(partner: Partner) -> Partner:
    """One of everything, so that every action has something to act on."""
    partner = with_request(partner)
    partner = done(activities.plan(partner, staff(), title="Webinar"))
    partner = done(planning.plan_meeting(partner, staff(), planned_for=date(2027, 2, 1)))
    partner = done(planning.plan_meeting(partner, staff(), planned_for=date(2027, 5, 1)))
    partner = done(planning.set_goal(partner, staff(), kind=GoalKind.MARKETING, text="Webinary", year=1))
    return done(company_profile.give_link(partner, staff(), "https://partner.example/blog"))


DAY = NEAR_THE_END
ACTS: dict[Action, Do] = {
    Action.CHANGE_COMPANY: lambda p, a: company_profile.change_company(p, a, company(address="Inny adres 2")),
    Action.ADD_PERSON: lambda p, a: people_actions.add(p, a, name="Osoba Nowa"),
    Action.CHANGE_PERSON: lambda p, a: people_actions.change(
        p, a, id_of(p, MEMBER), name="Osoba Inna", email=MEMBER
    ),
    Action.PERSON_LEFT: lambda p, a: people_actions.left(p, a, id_of(p, MEMBER), on=DAY),
    Action.ANSWER_ACCESS: lambda p, a: access_requests.answer_access(p, a, "r1", granted=True),
    Action.GIVE_ACCESS: lambda p, a: people_actions.give_access(
        done(people_actions.take_access(p, staff(DAY), id_of(p, SPONSOR))), a, id_of(p, SPONSOR)
    ),
    Action.TAKE_ACCESS: lambda p, a: people_actions.take_access(p, a, id_of(p, MEMBER)),
    Action.ADD_QUALIFICATION: lambda p, a: qualifications.add(p, a, person="p2", skill=Skill.TECHNICAL),
    Action.EXTEND_QUALIFICATION: lambda p, a: qualifications.extend(p, a, "q1", valid_until=date(2029, 1, 1)),
    Action.REMOVE_QUALIFICATION: lambda p, a: qualifications.remove(p, a, "q1"),
    Action.PLAN_ACTIVITY: lambda p, a: activities.plan(p, a, title="Targi"),
    Action.DO_ACTIVITY: lambda p, a: activities.do(p, a, "a1", done_on=DAY),
    Action.DROP_ACTIVITY: lambda p, a: activities.drop(p, a, "a1", reason="Nie doszło do skutku"),
    Action.PLAN_MEETING: lambda p, a: planning.plan_meeting(p, a, planned_for=date(2027, 11, 1)),
    Action.HOLD_MEETING: lambda p, a: planning.hold_meeting(p, a, "m1", held_on=DAY),
    Action.WRITE_NOTES: lambda p, a: planning.write_notes(p, a, "m1", notes="Plan na rok"),
    Action.DROP_MEETING: lambda p, a: planning.drop_meeting(p, a, "m2"),
    Action.SET_GOAL: lambda p, a: planning.set_goal(p, a, kind=GoalKind.FINANCIAL, text="Więcej", year=1),
    Action.CLOSE_GOAL: lambda p, a: planning.close_goal(p, a, "g1", reached=True),
    Action.GIVE_LINK: lambda p, a: company_profile.give_link(p, a, "https://partner.example/fp"),
    Action.CONFIRM_LINK: lambda p, a: company_profile.confirm_link(p, a),
    Action.RECORD_AGREEMENT: lambda p, a: agreement.record_agreement(
        p, a, concluded_on=START, for_partner="Prezes", for_vendor="Dyrektor"
    ),
    Action.KEEP_DOCUMENT: lambda p, a: agreement.keep_document(p, a, sha256="0f", size_bytes=5),
    Action.REMOVE_DOCUMENT: lambda p, a: agreement.remove_document(
        done(agreement.keep_document(p, staff(DAY), sha256="0f", size_bytes=5)), a
    ),
    Action.LAPSE_ACCESS: lambda p, a: access_requests.lapse(p, a),
    Action.CONFIRM: lambda p, a: onboarding.confirm(p, a, program(), "website-promotion"),
    Action.TAKE_BACK: lambda p, a: onboarding.take_back(p, a, "contact"),
    Action.SET_TARGETS: lambda p, a: targets.set_targets(
        p,
        a,
        1,
        [{"year": 1, "area": "", "model": "", "amount": "1000.00", "currency": "PLN"}],
        program(),
    ),
    Action.ATTEST: lambda p, a: attestation.attest(
        p, a, program(), language="pl", **({} if a.actor.side is Side.PARTNER else on_paper(p))
    ),
    Action.RECEIVE_COPY: lambda p, a: attestation.receive_copy(
        done(attestation.attest(p, by(CONTACT, DAY), program(), language="pl")), a, 1, received_on=DAY
    ),
    Action.RENEW: lambda p, a: renewal.decide(p, a, program(), Decision.RENEW),
    Action.REOPEN_RENEWAL: lambda p, a: renewal.reopen(
        done(renewal.decide(p, staff(DAY), program(), Decision.RENEW)), a, reason="Pomyłka"
    ),
    Action.CHANGE_TIER: lambda p, a: renewal.change_tier(
        p, a, program(), tier="gold", reason="Spełnia więcej"
    ),
    Action.SUSPEND: lambda p, a: suspension.suspend(p, a, reason="Brak kontaktu"),
    Action.RESUME: lambda p, a: suspension.resume(
        done(suspension.suspend(p, staff(DAY), reason="Brak kontaktu")), a, reason="Jest kontakt"
    ),
    Action.END: lambda p, a: suspension.end(p, a, reason="Na prośbę partnera"),
    Action.RENEW_CALENDAR_LINK: lambda p, a: calendar.renew(p, a, token_hash="00"),
    Action.REMIND: lambda p, a: reminded(p, a, ()),
    Action.NOTE: lambda p, a: suspension.note(p, a, "Zadzwonić"),
}
"""Every action on an active partner near the end of its first year, as it may succeed."""

APART = {Action.ASK_ACCESS, Action.ACTIVATE, Action.ADD_REVENUE, Action.VOID_REVENUE}
"""Asked by strangers, done during onboarding, done to other documents: each has a test of its own."""


def on_paper(partner: Partner) -> dict[str, object]:
    return {"person": id_of(partner, SPONSOR), "copy_received_on": DAY}


ACTORS = {
    Who.CONTACT: by(CONTACT, DAY),
    Who.SPONSOR: by(SPONSOR, DAY),
    Who.MEMBER: by(MEMBER, DAY),
    Who.STRANGER: by(STRANGER, DAY),
    Who.STAFF: staff(DAY),
    Who.SYSTEM: system(DAY),
}
ROLES = {
    Who.CONTACT: {Who.CONTACT, Who.MEMBER},
    Who.SPONSOR: {Who.SPONSOR, Who.MEMBER},
    Who.MEMBER: {Who.MEMBER},
    Who.STRANGER: {Who.STRANGER},
    Who.STAFF: {Who.STAFF},
    Who.SYSTEM: {Who.SYSTEM},
}


@pytest.fixture(scope="module")
def partner() -> Partner:
    return with_things(with_member(active()))


def test_every_action_of_the_table_is_tried_here():
    assert ACTS.keys() | APART == TABLE.keys()
    assert set(Action) == TABLE.keys() | {Action.START}


@pytest.mark.parametrize("who", ACTORS)
@pytest.mark.parametrize("action", ACTS)
def test_only_those_in_the_table_may(partner: Partner, action: Action, who: Who):
    """The others are refused and nothing is written; whoever may is named in the history."""
    before = deepcopy(partner)
    result = ACTS[action](partner, ACTORS[who])
    assert partner == before, "changed in place"
    may = bool(ROLES[who] & TABLE[action].by)
    if action is Action.END and who is Who.SYSTEM:
        may = False  # the service only notes that the last day has passed
    if not may:
        assert result == Refused(Refusal.NOT_YOURS)
        return
    after = done(result)
    entry = next(each for each in reversed(after["history"]) if each["what"] == action)
    assert entry["at"].startswith(DAY.isoformat())
    assert entry["who"] == (ACTORS[who].actor.email or "system")
    behalf = who is Who.STAFF and Who.STAFF in TABLE[action].by and not TABLE[action].shared
    of_partners = TABLE[action].by & {Who.CONTACT, Who.SPONSOR, Who.MEMBER}
    assert entry.get("on_behalf", False) == bool(behalf and of_partners)


@pytest.mark.parametrize("state", [State.ONBOARDING, State.SUSPENDED, State.ENDED])
@pytest.mark.parametrize("action", ACTS)
def test_a_state_that_does_not_allow_it_refuses_it(partner: Partner, action: Action, state: State):
    if state in TABLE[action].states:
        return
    who = next(who for who in (Who.STAFF, Who.SYSTEM, Who.MEMBER) if who in TABLE[action].by)
    act = ACTORS[who]
    if action in (Action.GIVE_ACCESS, Action.RECEIVE_COPY, Action.REOPEN_RENEWAL, Action.RESUME):
        assert act.refused({**partner, "state": state.value}, action) == Refused(Refusal.NOT_NOW)
        return
    assert ACTS[action]({**partner, "state": state.value}, act) == Refused(Refusal.NOT_NOW)


def test_what_is_allowed_is_what_the_table_says(partner: Partner):
    """Views ask before they show a button."""
    assert Action.ATTEST in allowed(partner, Actor(Side.PARTNER, SPONSOR))
    assert Action.ATTEST not in allowed(partner, Actor(Side.PARTNER, MEMBER))
    assert allowed(partner, Actor(Side.PARTNER, STRANGER)) == (Action.ASK_ACCESS,)
    assert allowed({**partner, "state": "ended"}, Actor(Side.PARTNER, CONTACT)) == ()
    assert Action.ACTIVATE in allowed(prepared(), Actor(Side.STAFF, "x"))


def test_an_address_is_the_same_however_it_is_written(partner: Partner):
    assert Action.ADD_PERSON in allowed(partner, Actor(Side.PARTNER, CONTACT.upper()))
    assert allowed(partner, Actor(Side.PARTNER, "")) == (Action.ASK_ACCESS,)


def test_the_history_holds_nothing_that_anybody_wrote(partner: Partner):
    """Facts only: names and reasons can be erased where they stand, the history stays."""
    written = {"Osoba", "Webinar", "doszło", "Brak", "kontaktu", "Zadzwonić", "prośbę", "Pomyłka", "Inny"}
    for action, do in ACTS.items():
        who = Who.SYSTEM if action is Action.REMIND else Who.STAFF
        if Who(who) in TABLE[action].by and isinstance(after := do(partner, ACTORS[who]), dict):
            told = str([{**entry, "who": ""} for entry in after["history"]])
            assert not [word for word in written if word in told], action
