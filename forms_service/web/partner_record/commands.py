"""Commands: from a submitted form of a partner page to the one change it asks for."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from zoneinfo import ZoneInfo

from forms_service.domain.partners import (
    activities,
    agreement,
    attestation,
    company_profile,
    joint_plan,
    onboarding_checklist,
    renewal,
    suspension,
    targets,
)
from forms_service.domain.partners.meeting_calls import LENGTHS_MINUTES, MeetingCall, invitable, starts_at
from forms_service.domain.partners.partner import (
    CompanyProfile,
    GoalKind,
    Partner,
    RenewalDecision,
    Target,
)
from forms_service.domain.partners.partner_permissions import PartnerActing, PartnerAction, Side
from forms_service.domain.partners.partner_years import partner_year
from forms_service.domain.partners.refusals import PartnerActionRefused, PartnerRefusal
from forms_service.domain.values.amounts import CURRENCIES, AmountRefused, parse_amount
from forms_service.domain.values.country_codes import country_codes
from forms_service.domain.values.tax_ids import SHORTENED, TaxIdProblem, TaxIdRefused, clean_tax_id
from forms_service.i18n.translations import N_
from forms_service.services.partners import Change
from forms_service.web.partner_record import people_commands
from forms_service.web.partner_record.form_context import FormReader, Made
from forms_service.web.partner_record.form_input import NO_CHOICE, FormInput

BAD_TAX_ID = N_("Check the tax number: it does not fit the country")
NO_AMOUNT = N_("Enter an amount, for example 25 000.50")

OVERWRITES = frozenset(
    {
        PartnerAction.CHANGE_COMPANY,
        PartnerAction.CHANGE_PERSON,
        PartnerAction.MOVE_MEETING,
        PartnerAction.WRITE_NOTES,
        PartnerAction.SET_TARGETS,
        PartnerAction.RENEW,
    }
)
"""What replaces something whole, so that it counts only for the record that the page showed."""


def overwrites(action: PartnerAction, fields: Mapping[str, str]) -> bool:
    """Whether this form replaces something whole (needs an optimistic lock)."""
    return action in OVERWRITES or (action is PartnerAction.HOLD_MEETING and bool(fields.get("meeting")))


def change(action: PartnerAction, typed: FormInput, reader: FormReader) -> Change:
    """The change that this form asks for.

    Raises:
        KeyError: no form of a page does this.
        NotUsable: values cannot be used; all of them are told.
    """
    made = _MADE[action](typed, reader)
    typed.check()
    return made


def _plan_activity(typed: FormInput, reader: FormReader) -> Change:
    title, day, goal = typed.line("title", needed=True), typed.day("planned_for"), typed.line("goal") or None
    return lambda partner, act: activities.plan(partner, act, title=title, planned_for=day, goal=goal)


def _do_activity(typed: FormInput, reader: FormReader) -> Change:
    activity = typed.line("activity") or None
    title, day = typed.line("title", needed=activity is None), typed.needed_day("done_on")
    evidence, goal = typed.line("evidence"), typed.line("goal") if "goal" in typed.fields else None
    return lambda partner, act: activities.do(
        partner, act, activity, done_on=day, title=title, evidence=evidence, goal=goal
    )


def _drop_activity(typed: FormInput, reader: FormReader) -> Change:
    activity, reason = typed.line("activity"), typed.text("reason", needed=True)
    return lambda partner, act: activities.drop(partner, act, activity, reason=reason)


def _plan_meeting(typed: FormInput, reader: FormReader) -> Change:
    called = _meeting_call(typed, reader)
    return lambda partner, act: joint_plan.plan_meeting(partner, act, called(partner))


def _move_meeting(typed: FormInput, reader: FormReader) -> Change:
    meeting, called = typed.line("meeting"), _meeting_call(typed, reader)
    return lambda partner, act: joint_plan.move_meeting(partner, act, meeting, called(partner))


def _meeting_call(typed: FormInput, reader: FormReader) -> Callable[[Partner], MeetingCall]:
    """The call that a form asks for; whom it invites is known with the record."""
    day, at = typed.needed_day("planned_for"), typed.needed_time("time")
    minutes = int(typed.choice("minutes", tuple(map(str, LENGTHS_MINUTES))))
    place, link, agenda = typed.line("place"), typed.line("link"), typed.text("agenda")
    zone = ZoneInfo(reader.served.deal_registration.time_zone)
    start = None if typed.mistakes else starts_at(day, at, zone)

    def called(partner: Partner) -> MeetingCall:
        ids = [person["id"] for person in invitable(partner)]
        invited = tuple(id for id in ids if typed.ticked(f"invited-{id}"))
        return MeetingCall(day, start, minutes, place, link, agenda, invited, reader.language)

    return called


def _hold_meeting(typed: FormInput, reader: FormReader) -> Change:
    meeting, day, notes = typed.line("meeting") or None, typed.needed_day("held_on"), typed.text("notes")
    return lambda partner, act: joint_plan.hold_meeting(partner, act, meeting, held_on=day, notes=notes)


def _write_notes(typed: FormInput, reader: FormReader) -> Change:
    meeting, notes = typed.line("meeting"), typed.text("notes")
    return lambda partner, act: joint_plan.write_notes(partner, act, meeting, notes=notes)


def _drop_meeting(typed: FormInput, reader: FormReader) -> Change:
    meeting = typed.line("meeting")
    return lambda partner, act: joint_plan.drop_meeting(partner, act, meeting)


def _set_goal(typed: FormInput, reader: FormReader) -> Change:
    kind, text = GoalKind(typed.choice("kind", tuple(GoalKind))), typed.text("text", needed=True)
    plan = typed.number("plan") if typed.line("plan") else 0

    def set_goal(partner: Partner, act: PartnerActing) -> Partner | PartnerActionRefused:
        year = _year_to_plan(partner, act, plan)
        if year is None:
            return PartnerActionRefused(PartnerRefusal.NOT_THERE, "plan")
        return joint_plan.set_goal(partner, act, kind=kind, text=text, year=year)

    return set_goal


def _close_goal(typed: FormInput, reader: FormReader) -> Change:
    goal, reached = typed.line("goal"), typed.choice("reached", ("y", "n")) == "y"
    return lambda partner, act: joint_plan.close_goal(partner, act, goal, reached=reached)


def _change_company(typed: FormInput, reader: FormReader) -> Change:
    models = [model.id for model in reader.served.models if typed.ticked(f"model-{model.id}")]
    areas = [area.strip() for area in typed.text("areas").splitlines() if area.strip()]
    name, address, website = typed.line("name", needed=True), typed.text("address"), typed.line("website")
    number, country = _tax_id(typed)

    def change_company(partner: Partner, act: PartnerActing) -> Partner | PartnerActionRefused:
        company: CompanyProfile = {
            **partner["company"],
            "name": name,
            "address": address,
            "website": website,
            "models": models,
            "areas": areas,
        }
        if act.actor.side is Side.STAFF and number:
            company |= {"tax_id": number, "country": country}
        return company_profile.change_company(partner, act, company)

    return change_company


def _tax_id(typed: FormInput) -> tuple[str, str]:
    """Tax number and country, where the form asks for them: that of the vendor's people does."""
    number, country = typed.line("tax_id"), typed.line("country")
    if "tax_id" not in typed.fields:
        return "", ""
    if country not in country_codes():
        typed.wrong("country", NO_CHOICE)
        return "", ""
    try:
        return clean_tax_id(number, country), country
    except TaxIdRefused as refused:
        typed.wrong("tax_id", SHORTENED if refused.fault is TaxIdProblem.SHORTENED else BAD_TAX_ID)
        return "", ""


def _give_link(typed: FormInput, reader: FormReader) -> Change:
    link = typed.line("link", needed=True)
    return lambda partner, act: company_profile.give_link(partner, act, link)


def _confirm_link(typed: FormInput, reader: FormReader) -> Change:
    confirmed = typed.choice("confirmed", ("y", "n")) == "y"
    return lambda partner, act: company_profile.confirm_link(partner, act, confirmed=confirmed)


def _record_agreement(typed: FormInput, reader: FormReader) -> Change:
    day = typed.needed_day("concluded_on")
    ours, theirs = typed.line("for_vendor", needed=True), typed.line("for_partner", needed=True)
    return lambda partner, act: agreement.record_agreement(
        partner, act, concluded_on=day, for_partner=theirs, for_vendor=ours
    )


def _confirm(typed: FormInput, reader: FormReader) -> Change:
    item, on = typed.line("item"), typed.day("on")
    return lambda partner, act: onboarding_checklist.confirm(partner, act, reader.program, item, on=on)


def _take_back(typed: FormInput, reader: FormReader) -> Change:
    item = typed.line("item")
    return lambda partner, act: onboarding_checklist.take_back(partner, act, item)


def _activate(typed: FormInput, reader: FormReader) -> Change:
    tier, on = _tier(typed, reader), typed.day("on")
    return lambda partner, act: onboarding_checklist.activate(partner, act, reader.served, tier=tier, on=on)


def _attest(typed: FormInput, reader: FormReader) -> Change:
    person, received = typed.line("person") or None, typed.day("received_on")
    return lambda partner, act: attestation.attest(
        partner, act, reader.program, language=reader.language, person=person, copy_received_on=received
    )


def _receive_copy(typed: FormInput, reader: FormReader) -> Change:
    year, day = typed.number("year"), typed.needed_day("received_on")
    return lambda partner, act: attestation.receive_copy(partner, act, year, received_on=day)


def _renew(typed: FormInput, reader: FormReader) -> Change:
    decision, reason = RenewalDecision(typed.choice("decision", tuple(RenewalDecision))), typed.text("reason")
    tier = _tier(typed, reader) if decision is RenewalDecision.CHANGE_TIER else None
    return lambda partner, act: renewal.decide(
        partner, act, reader.served, decision, tier=tier, reason=reason
    )


def _reopen_renewal(typed: FormInput, reader: FormReader) -> Change:
    reason = typed.text("reason", needed=True)
    return lambda partner, act: renewal.reopen(partner, act, reason=reason)


def _change_tier(typed: FormInput, reader: FormReader) -> Change:
    tier, reason = _tier(typed, reader), typed.text("reason", needed=True)
    return lambda partner, act: renewal.change_tier(partner, act, reader.program, tier=tier, reason=reason)


def _suspend(typed: FormInput, reader: FormReader) -> Change:
    reason = typed.text("reason", needed=True)
    return lambda partner, act: suspension.suspend(partner, act, reason=reason)


def _resume(typed: FormInput, reader: FormReader) -> Change:
    reason = typed.text("reason", needed=True)
    return lambda partner, act: suspension.resume(partner, act, reason=reason)


def _end(typed: FormInput, reader: FormReader) -> Change:
    reason, on = typed.text("reason", needed=True), typed.day("on")
    return lambda partner, act: suspension.end(partner, act, reason=reason, on=on)


def _note(typed: FormInput, reader: FormReader) -> Change:
    text = typed.text("text", needed=True)
    return lambda partner, act: suspension.note(partner, act, text)


def _set_targets(typed: FormInput, reader: FormReader) -> Change:
    """One more target for a year; or the one with this number taken away."""
    plan = typed.number("plan") if typed.line("plan") else 0
    if typed.line("remove"):
        return _without_target(typed.number("remove"), plan, reader)
    amount = _amount(typed)
    currency, area = typed.choice("currency", tuple(CURRENCIES)), typed.line("area")
    model = typed.choice("model", ("", *(each.id for each in reader.program.models)))

    def set_targets(partner: Partner, act: PartnerActing) -> Partner | PartnerActionRefused:
        year = _year_to_plan(partner, act, plan)
        if year is None:
            return PartnerActionRefused(PartnerRefusal.NOT_THERE, "plan")
        new: Target = {
            "year": year,
            "area": area,
            "model": model,
            "amount": f"{amount:.2f}",
            "currency": currency,
        }
        known = [target for target in partner["targets"] if target["year"] == year]
        return targets.set_targets(partner, act, year, [*known, new], reader.program)

    return set_targets


def _amount(typed: FormInput) -> Decimal:
    text = typed.line("amount", needed=True)
    try:
        return parse_amount(text, typed.fields.get("currency", ""))
    except AmountRefused:
        typed.wrong("amount", NO_AMOUNT)
        return Decimal(0)


def _without_target(number: int, plan: int, reader: FormReader) -> Change:
    def set_targets(partner: Partner, act: PartnerActing) -> Partner | PartnerActionRefused:
        year = _year_to_plan(partner, act, plan)
        if year is None:
            return PartnerActionRefused(PartnerRefusal.NOT_THERE, "plan")
        known = [target for target in partner["targets"] if target["year"] == year]
        left = [target for at, target in enumerate(known, start=1) if at != number]
        return targets.set_targets(partner, act, year, left, reader.program)

    return set_targets


def _tier(typed: FormInput, reader: FormReader) -> str:
    return typed.choice("tier", tuple(tier.id for tier in reader.served.tiers))


def _year_to_plan(partner: Partner, act: PartnerActing, asked: int) -> int | None:
    """The year for which something can be agreed: the running one (also where 0 is asked for), or the next.

    None for any other.
    """
    running = partner_year(partner, act.today)
    number = 1 if running is None else running.number
    asked = asked or number
    return asked if asked in (number, number + 1) else None


_MADE: Mapping[PartnerAction, Made] = {
    PartnerAction.CHANGE_COMPANY: _change_company,
    PartnerAction.ADD_PERSON: people_commands.add_person,
    PartnerAction.CHANGE_PERSON: people_commands.change_person,
    PartnerAction.PERSON_LEFT: people_commands.person_left,
    PartnerAction.ANSWER_ACCESS: people_commands.answer_access,
    PartnerAction.GIVE_ACCESS: people_commands.give_access,
    PartnerAction.TAKE_ACCESS: people_commands.take_access,
    PartnerAction.ADD_QUALIFICATION: people_commands.add_qualification,
    PartnerAction.EXTEND_QUALIFICATION: people_commands.extend_qualification,
    PartnerAction.REMOVE_QUALIFICATION: people_commands.remove_qualification,
    PartnerAction.PLAN_ACTIVITY: _plan_activity,
    PartnerAction.DO_ACTIVITY: _do_activity,
    PartnerAction.DROP_ACTIVITY: _drop_activity,
    PartnerAction.PLAN_MEETING: _plan_meeting,
    PartnerAction.MOVE_MEETING: _move_meeting,
    PartnerAction.HOLD_MEETING: _hold_meeting,
    PartnerAction.WRITE_NOTES: _write_notes,
    PartnerAction.DROP_MEETING: _drop_meeting,
    PartnerAction.SET_GOAL: _set_goal,
    PartnerAction.CLOSE_GOAL: _close_goal,
    PartnerAction.GIVE_LINK: _give_link,
    PartnerAction.CONFIRM_LINK: _confirm_link,
    PartnerAction.RECORD_AGREEMENT: _record_agreement,
    PartnerAction.CONFIRM: _confirm,
    PartnerAction.TAKE_BACK: _take_back,
    PartnerAction.ACTIVATE: _activate,
    PartnerAction.SET_TARGETS: _set_targets,
    PartnerAction.ATTEST: _attest,
    PartnerAction.RECEIVE_COPY: _receive_copy,
    PartnerAction.RENEW: _renew,
    PartnerAction.REOPEN_RENEWAL: _reopen_renewal,
    PartnerAction.CHANGE_TIER: _change_tier,
    PartnerAction.SUSPEND: _suspend,
    PartnerAction.RESUME: _resume,
    PartnerAction.END: _end,
    PartnerAction.NOTE: _note,
}
"""What forms do. The calendar link and amounts have ways of their own."""
