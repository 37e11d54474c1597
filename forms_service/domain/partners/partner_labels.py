"""Labels of a partner record in the reader's language: English message ids, looked up in the catalogs.

Both sides read the same; whom a sentence is for shows where it stands.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_date

from forms_service.domain.clock import moment
from forms_service.domain.partners import company_profile
from forms_service.domain.partners.due_dates import Due, DueKind
from forms_service.domain.partners.invoice_lines import InvoicedTo, LineFault
from forms_service.domain.partners.meeting_calls import ends_at
from forms_service.domain.partners.onboarding_checklist import MissingPart, OnboardingStep
from forms_service.domain.partners.partner import (
    Called,
    GoalKind,
    Partner,
    PartnerState,
    Progress,
    RenewalDecision,
    Skill,
)
from forms_service.domain.partners.partner_permissions import PartnerAction
from forms_service.domain.partners.partner_years import tier_on
from forms_service.domain.partners.refusals import PartnerActionRefused, PartnerRefusal
from forms_service.domain.partners.revenue_csv import BadCsvLine, FileFault, RowFault
from forms_service.domain.partners.scorecard import Fulfilment, Scorecard, ScorecardRow
from forms_service.i18n.translations import N_, Words
from partner_program.model import Item, Language, Program
from partner_program.phrases import long_date, missing_things
from partner_program.requirement_kinds import AgreedIndividually


def standing(row: ScorecardRow, words: Words, language: Language, *, vendor: str = "") -> str:
    """How a partner stands in a requirement: `spełnione`, `do 23 listopada 2027: brakuje 1 aktywności`.

    `vendor` is its name where the partner reads it: "our side" would be theirs.
    """
    things = lacking(row, words, language)
    match row.standing:
        case Fulfilment.MISSING if things:
            return things
        case Fulfilment.DUE if row.due is None:
            return words.gettext("from the first partner year on")
        case Fulfilment.DUE:  # it has a day
            until = words.gettext("until %(day)s") % {"day": _day(row.due, language)}
            return f"{until}: {things}" if things else until
        case Fulfilment.VENDOR_CARRIES if row.due is not None:
            said = (_LATE_ON_THEIR_SIDE if vendor else _LATE_ON_OUR_SIDE) if row.overdue else ""
            said = said or (_BY_THEM if vendor else _ON_OUR_SIDE)
            return words.gettext(said) % {"day": _day(row.due, language), "vendor": vendor}
        case Fulfilment.VENDOR_CARRIES if vendor:
            return vendor_side(vendor, words)
    if row.standing is Fulfilment.NOT_ASKED:
        return row.value.kind.means[language]
    if row.standing is Fulfilment.AGREED_INDIVIDUALLY:
        return AgreedIndividually.means[language]
    return words.gettext(_STANDINGS[row.standing])


def vendor_side(vendor: str, words: Words) -> str:
    """On whose side it is, for the partner: `po stronie Future Processing`."""
    return words.gettext("on the side of %(vendor)s") % {"vendor": vendor}


def meeting_time(call: Called, time_zone: str, language: Language) -> str:
    """`wtorek, 15 grudnia 2026, 10:00–11:00` / `Tuesday 15 December 2026, 10:00–11:00 (Warsaw)`."""
    start, end = (each.astimezone(ZoneInfo(time_zone)) for each in (moment(call["starts_at"]), ends_at(call)))
    city = "" if language == "pl" else f" ({time_zone.rpartition('/')[2]})"
    return f"{long_date(start.date(), language)}, {start:%H:%M}–{end:%H:%M}{city}"


def to_next_tier(card: Scorecard, words: Words, language: Language) -> str:
    """What is still to come for a tier that the partner does not have, in one sentence.

    `Do Gold brakuje: 1 osoby z kwalifikacjami technicznymi, 1 aktywności`. Where nothing that is counted is
    missing, it says that of what is counted, never of the whole tier.
    """
    things = ", ".join(_things(row, language) for row in card.still_to_count)
    if things:
        first = words.gettext("Missing for %(tier)s: %(things)s") % {"tier": card.tier.name, "things": things}
    else:
        first = words.gettext("All requirements of %(tier)s that can be counted are met") % {
            "tier": card.tier.name
        }
    told = [first]
    if confirmed := _titles(card.to_confirm, language):
        told.append(words.gettext("to be confirmed: %(things)s") % {"things": confirmed})
    if agreed := _titles(card.to_agree, language):
        told.append(words.gettext("agreed individually: %(things)s") % {"things": agreed})
    return " · ".join(told)


def _titles(rows: Iterable[ScorecardRow], language: Language) -> str:
    return ", ".join(_inside_a_sentence(row.item.title[language]) for row in rows)


def step_words(step: OnboardingStep, partner: Partner, words: Words, language: Language) -> str:
    """A step of the onboarding with what of it is lacking: `Umowa Partnerska i Profil Partnera: adres`."""
    left, title = step_lacks(step, partner, words, language), step.item.title[language]
    return f"{title}: {left}" if left else title


def step_lacks(step: OnboardingStep, partner: Partner, words: Words, language: Language) -> str:
    """What is to be done about a step; empty where it is ready."""
    if step.there or step.by_hand:
        if step.ready:
            return ""
        return words.gettext(CHANGED_SINCE if step.changed else TO_CONFIRM)
    parts = [words.gettext(_LACKS[lack]) for lack in step.lacks if lack is not MissingPart.PROFILE]
    if MissingPart.PROFILE in step.lacks:
        names = ", ".join(
            words.gettext(PROFILE[name]) for name in company_profile.missing(partner["company"])
        )
        parts.append(words.gettext("in the profile: %(things)s") % {"things": names})
    return "; ".join(parts) or lacking(step.row, words, language)


def lacks(item: Item, number: int, program: Program, words: Words, language: Language) -> str:
    """A requirement that is missing, with how many: `Kwalifikacje sprzedażowe: brakuje 1 osoby`."""
    title = item.title[language]
    if item.measure is None or not number:
        return title
    things = missing_things(program.measures[item.measure], number, language, in_short=True)
    return f"{title}: {words.gettext('%(things)s missing') % {'things': things}}"


def due_title(due: Due, words: Words, language: Language) -> str:
    """What comes due, without its day and without names."""
    match due.kind:
        case DueKind.ATTESTATION if due.waits_for_copy:
            return words.gettext("Signed copy of the yearly attestation")
        case DueKind.ACTIVITIES:
            return words.ngettext(
                "%(number)d lead-generation activity", "%(number)d lead-generation activities", due.missing
            ) % {"number": due.missing}
        case DueKind.QUALIFICATION if due.skill is not None:
            return words.gettext(_LAPSES[due.skill])
    return words.gettext(DUES[due.kind])


def due_in(due: Due, day: date, words: Words) -> str:
    """How far away it is: `za 30 dni`, `dziś`, `po terminie od 1 dnia`."""
    left = due.days_left(day)
    if left == 0:
        return words.gettext("today")
    if left < 0:
        return words.ngettext("%(days)d day overdue", "%(days)d days overdue", -left) % {"days": -left}
    return words.ngettext("in %(days)d day", "in %(days)d days", left) % {"days": left}


def happened(entry: Mapping[str, Any], words: Words) -> str:
    """What an entry of the history says happened; who and when stands beside it."""
    did = words.gettext(_HAPPENED[PartnerAction(entry["what"])])
    if entry.get("on_behalf"):
        return words.gettext("%(did)s (on the partner's behalf)") % {"did": did}
    return did


def refusal(refused: PartnerActionRefused, words: Words) -> str:
    """Why nothing was changed, and what to do."""
    return words.gettext(_REFUSALS[refused.reason])


def bad_line(line: BadCsvLine, words: Words) -> str:
    """All that is wrong with a line of a file of amounts: `Wiersz 7: „25.000”: …; „XYZ”: …`."""
    place = words.gettext("Line %(number)d") % {"number": line.number}
    return f"{place}: " + "; ".join(_bad_value(each, words) for each in (line, *line.others))


def _bad_value(line: BadCsvLine, words: Words) -> str:
    fault = line.fault
    said = words.gettext(_ROW_FAULTS[fault] if isinstance(fault, RowFault) else LINE_FAULTS[fault])
    if line.field is not None and not line.value:
        return f"{words.gettext(FIELDS[line.field])}: {said}"
    if not line.value:
        return said
    return words.gettext("“%(text)s”") % {"text": line.value} + f": {said}"


def file_fault(
    fault: FileFault,
    missing: tuple[str, ...],
    words: Words,
    *,
    repeated: tuple[str, ...] = (),
    line: int = 0,
) -> str:
    """Why a file was not read."""
    columns = ", ".join(words.gettext(FIELDS[name]) for name in missing)
    facts = {"columns": columns, "headings": ", ".join(repeated), "line": line}
    return words.gettext(_FILE_FAULTS[fault]) % facts


def lacking(row: ScorecardRow, words: Words, language: Language) -> str:
    """How many are still to come: `brakuje 1 aktywności`; empty where nothing is counted, or missing."""
    if not row.missing or row.measured is None:
        return ""
    return words.gettext("%(things)s missing") % {"things": _things(row, language)}


def _things(row: ScorecardRow, language: Language) -> str:
    assert row.measured is not None  # noqa: S101 - asked for what is counted
    number = None if row.value.number is None else row.missing
    return missing_things(row.measured, number, language, in_short=True)


def _day(day: date | None, language: Language) -> str:
    assert day is not None  # noqa: S101 - asked for what has a day
    return format_date(day, "d MMMM y", locale=language)


def _inside_a_sentence(title: str) -> str:
    """A title without its first capital, unless it begins with an abbreviation."""
    return title if title[1:2].isupper() else title[:1].lower() + title[1:]


TO_CONFIRM = N_("awaiting confirmation")
CHANGED_SINCE = N_("changed since it was confirmed")
_LACKS = {MissingPart.AGREEMENT: N_("concluding the agreement")}
STATES = {
    PartnerState.ONBOARDING: N_("Onboarding"),
    PartnerState.ACTIVE: N_("Active"),
    PartnerState.SUSPENDED: N_("Suspended"),
    PartnerState.ENDED: N_("Ended"),
}


def tier_name(tier: str, program: Program) -> str:
    """A tier's name; its id where the program has none such any more."""
    return next((each.name for each in program.tiers if each.id == tier), tier)


def tier_and_state(partner: Partner, day: date, program: Program, words: Words) -> str:
    """`Gold, aktywny`: tier on this day, and state."""
    state = words.gettext(STATES[PartnerState(partner["state"])]).lower()
    return f"{tier_name(tier_on(partner, day), program)}, {state}"


SKILLS = {Skill.SALES: N_("sales"), Skill.TECHNICAL: N_("technical")}
GOAL_PROGRESS = {
    Progress.PLANNED: N_("planned"),
    Progress.DONE: N_("reached"),
    Progress.DROPPED: N_("given up"),
}
MEETING_PROGRESS = {
    Progress.PLANNED: N_("planned"),
    Progress.DONE: N_("held"),
    Progress.DROPPED: N_("called off"),
}
ACTIVITY_PROGRESS = {
    Progress.PLANNED: N_("planned"),
    Progress.DONE: N_("carried out"),
    Progress.DROPPED: N_("called off"),
}
GOALS = {
    GoalKind.FINANCIAL: N_("financial"),
    GoalKind.MARKETING: N_("marketing"),
    GoalKind.NEW_OPPORTUNITIES: N_("new opportunities"),
}
DECISIONS = {
    RenewalDecision.RENEW: N_("renewed"),
    RenewalDecision.CHANGE_TIER: N_("renewed in another tier"),
    RenewalDecision.END: N_("not renewed"),
}
RENEWALS = {
    RenewalDecision.RENEW: N_("Renew in the same tier"),
    RenewalDecision.CHANGE_TIER: N_("Renew in another tier"),
    RenewalDecision.END: N_("Do not renew: the partnership ends"),
}
RECIPIENTS = {
    InvoicedTo.PARTNER: N_("partner"),
    InvoicedTo.END_CUSTOMER: N_("end customer"),
}
FIELDS = {
    "date": N_("date"),
    "amount": N_("amount"),
    "currency": N_("currency"),
    "model": N_("selling model"),
    "invoiced_to": N_("invoiced to"),
    "area": N_("area"),
    "document": N_("invoice number"),
}
PROFILE = {
    "name": N_("company name"),
    "tax_id": N_("tax number"),
    "country": N_("country"),
    "address": N_("address"),
    "website": N_("website"),
    "models": N_("selling models"),
    "areas": N_("areas"),
}
_STANDINGS = {
    Fulfilment.MET: N_("met"),
    Fulfilment.MISSING: N_("missing"),
    Fulfilment.ONGOING: N_("ongoing"),
    Fulfilment.VENDOR_CARRIES: N_("up to Future Processing"),
}
_ON_OUR_SIDE = N_("up to Future Processing, by %(day)s")
_LATE_ON_OUR_SIDE = N_("up to Future Processing, overdue; the next by %(day)s")
_BY_THEM = N_("on the side of %(vendor)s, by %(day)s")
_LATE_ON_THEIR_SIDE = N_("on the side of %(vendor)s, overdue; the next by %(day)s")
DUES = {
    DueKind.ATTESTATION: N_("Yearly attestation"),
    DueKind.ACTIVITIES: N_("Lead-generation activities"),
    DueKind.PLANNING: N_("Joint business planning"),
    DueKind.QUALIFICATION: N_("Qualification expires"),
    DueKind.RENEWAL: N_("Renewal"),
}
_LAPSES = {
    Skill.SALES: N_("Sales qualification expires"),
    Skill.TECHNICAL: N_("Technical qualification expires"),
}
_HAPPENED = {
    PartnerAction.START: N_("pre-accepted, onboarding started"),
    PartnerAction.JOIN: N_("another application of the company joined"),
    PartnerAction.CHANGE_COMPANY: N_("profile changed"),
    PartnerAction.ADD_PERSON: N_("person added"),
    PartnerAction.CHANGE_PERSON: N_("person changed"),
    PartnerAction.PERSON_LEFT: N_("person left the company"),
    PartnerAction.ASK_ACCESS: N_("access requested"),
    PartnerAction.ANSWER_ACCESS: N_("access request answered"),
    PartnerAction.LAPSE_ACCESS: N_("access request expired"),
    PartnerAction.GIVE_ACCESS: N_("access given"),
    PartnerAction.TAKE_ACCESS: N_("access removed"),
    PartnerAction.ADD_QUALIFICATION: N_("qualification added"),
    PartnerAction.EXTEND_QUALIFICATION: N_("validity of a qualification changed"),
    PartnerAction.REMOVE_QUALIFICATION: N_("qualification removed"),
    PartnerAction.PLAN_ACTIVITY: N_("activity planned"),
    PartnerAction.DO_ACTIVITY: N_("activity carried out"),
    PartnerAction.DROP_ACTIVITY: N_("activity called off"),
    PartnerAction.PLAN_MEETING: N_("planning meeting called"),
    PartnerAction.MOVE_MEETING: N_("planning meeting changed"),
    PartnerAction.HOLD_MEETING: N_("planning meeting held"),
    PartnerAction.WRITE_NOTES: N_("meeting notes written"),
    PartnerAction.DROP_MEETING: N_("planning meeting called off"),
    PartnerAction.SET_GOAL: N_("goal set"),
    PartnerAction.CLOSE_GOAL: N_("goal closed"),
    PartnerAction.GIVE_LINK: N_("link to the recommendation added"),
    PartnerAction.CONFIRM_LINK: N_("recommendation checked"),
    PartnerAction.RECORD_AGREEMENT: N_("agreement recorded"),
    PartnerAction.KEEP_DOCUMENT: N_("signed agreement uploaded"),
    PartnerAction.REMOVE_DOCUMENT: N_("signed agreement removed"),
    PartnerAction.CONFIRM: N_("requirement confirmed"),
    PartnerAction.TAKE_BACK: N_("confirmation withdrawn"),
    PartnerAction.ACTIVATE: N_("became an active partner"),
    PartnerAction.SET_TARGETS: N_("revenue targets set"),
    PartnerAction.ADD_REVENUE: N_("invoiced amounts recorded"),
    PartnerAction.VOID_REVENUE: N_("invoiced amount voided"),
    PartnerAction.ATTEST: N_("yearly attestation submitted"),
    PartnerAction.RECEIVE_COPY: N_("signed copy of the attestation received"),
    PartnerAction.RENEW: N_("renewal decided"),
    PartnerAction.REOPEN_RENEWAL: N_("renewal reopened"),
    PartnerAction.CHANGE_TIER: N_("tier changed"),
    PartnerAction.SUSPEND: N_("suspended"),
    PartnerAction.RESUME: N_("resumed"),
    PartnerAction.END: N_("ended"),
    PartnerAction.RENEW_CALENDAR_LINK: N_("calendar link renewed"),
    PartnerAction.REMIND: N_("reminder sent"),
    PartnerAction.NOTE: N_("note added"),
}
_REFUSALS = {
    PartnerRefusal.NOT_NOW: N_("This is not possible at the current stage of the partnership."),
    PartnerRefusal.NOT_YOURS: N_("Somebody else takes care of this."),
    PartnerRefusal.NOTHING_CHANGES: N_("Nothing was changed: it is already like this."),
    PartnerRefusal.MISSING: N_("Something is missing. Fill it in and try again."),
    PartnerRefusal.NOT_THERE: N_("What you chose is no longer there. Reload the page."),
    PartnerRefusal.IN_THE_FUTURE: N_("This day has not come yet. Enter today or an earlier day."),
    PartnerRefusal.BEGINS_ELSEWHEN: N_(
        "Enter a day from the agreement or the pre-acceptance on, and at most 31 days ahead."
    ),
    PartnerRefusal.PAST: N_(
        "This time has passed. Enter a later one, or use the other form to report a meeting that was held."
    ),
    PartnerRefusal.NO_SUCH_TIME: N_(
        "There is no such time on this day: the clocks go forward. Enter another one."
    ),
    PartnerRefusal.NOWHERE: N_("Enter a place or a link."),
    PartnerRefusal.NOBODY_INVITED: N_("Choose at least one person to invite."),
    PartnerRefusal.BEFORE_PARTNERSHIP: N_("This day is before the first partner year. Enter a later day."),
    PartnerRefusal.WRONG_ORDER: N_("The last day cannot be before the first. Enter a later day."),
    PartnerRefusal.NO_LINK: N_("Enter a whole web address, for example https://www.company.com/partners"),
    PartnerRefusal.ALREADY_THERE: N_("This is already on the list."),
    PartnerRefusal.ALREADY_KEPT: N_(
        "We already have a signed agreement. Write to us if it needs to be replaced."
    ),
    PartnerRefusal.LAST_CONTACT: N_(
        "There would be nobody left to contact. Name another contact person first."
    ),
    PartnerRefusal.NOT_READY: N_("Something on the checklist still has to be done or confirmed."),
    PartnerRefusal.NOT_YET_THERE: N_("This cannot be confirmed: it is not there yet."),
    PartnerRefusal.CRITERIA_NOT_MET: N_(
        "This cannot be attested: too few people with qualifications are listed. Add them first."
    ),
    PartnerRefusal.TOO_EARLY: N_("It is too early for this."),
    PartnerRefusal.ALREADY_GIVEN: N_(
        "The attestation for this partner year has been submitted and cannot be changed."
    ),
    PartnerRefusal.ALREADY_DECIDED: N_("The renewal has been decided. Reopen it first and give a reason."),
    PartnerRefusal.UNKNOWN_TIER: N_("The program has no such tier. Choose another one."),
    PartnerRefusal.TOO_OFTEN: N_(
        "This was not saved: meetings were called or changed ten times within an hour, with an email to "
        "everybody invited each time. Try again in an hour."
    ),
    PartnerRefusal.FULL: N_(
        "This was not saved: the list is full. A record holds up to 200 rows of a kind. If you need more, "
        "write to the program's contact."
    ),
    PartnerRefusal.SAME_TIER: N_("This is the tier the partner has. Choose another one."),
}
LINE_FAULTS = {
    LineFault.MISSING: N_("is missing"),
    LineFault.NO_DATE: N_("is not a date. Write 2026-11-24 or 24.11.2026"),
    LineFault.IN_THE_FUTURE: N_("this day has not come yet"),
    LineFault.BEFORE_PARTNERSHIP: N_("this day is before the first partner year"),
    LineFault.NO_AMOUNT: N_("is not an amount. Write 25000, 25 000,50 or -1200.00"),
    LineFault.AMBIGUOUS_AMOUNT: N_("could be two amounts. Write 25000 or 25,00"),
    LineFault.IN_WORDS: N_("is not in digits. Write 25000 for 25 thousand"),
    LineFault.OTHER_CURRENCY: N_("is in another currency than its line says"),
    LineFault.TOO_PRECISE: N_("has more than two decimals"),
    LineFault.ZERO: N_("an amount cannot be 0"),
    LineFault.TOO_LARGE: N_("is too large"),
    LineFault.UNKNOWN_CURRENCY: N_("is not a currency we know. Write PLN, EUR, USD, GBP or CHF"),
    LineFault.UNKNOWN_MODEL: N_("is not a selling model of the program. Write sell-with or resell"),
    LineFault.UNKNOWN_RECIPIENT: N_("write partner or end customer"),
    LineFault.TOO_LONG: N_("is longer than 200 characters"),
    LineFault.CONTROL_CHARACTER: N_("contains invisible characters"),
}
"""Said after the value, or the name of the field."""
_ROW_FAULTS = {
    RowFault.RECORDED: N_("this amount of this invoice is already recorded"),
    RowFault.IN_FILE: N_("this amount of this invoice is in the file twice"),
    RowFault.SPLIT_AMOUNT: N_(
        "the amount may continue in the next column. Put it in quotes, or write its decimals: 1200.00"
    ),
    RowFault.TOO_MANY_CELLS: N_("there are more cells than headings. Put amounts with a comma in quotes"),
}
_FILE_FAULTS = {
    FileFault.EMPTY: N_("The file is empty."),
    FileFault.TOO_LARGE: N_("The file is larger than 200 kB. Split it."),
    FileFault.TOO_MANY_LINES: N_("The file has more than 10,000 lines. Split it."),
    FileFault.NO_TEXT: N_("This is not a CSV file. Save the table as CSV (UTF-8) and choose that file."),
    FileFault.REPEATED: N_(
        "These columns mean the same: %(headings)s. Keep one of them, or rename the wrong one."
    ),
    FileFault.BROKEN: N_(
        "Line %(line)d: a quotation mark is not closed, or there is text after a closing "
        "one. Correct the mark and try again."
    ),
    FileFault.TWO_ENCODINGS: N_("Choose below how to read the file."),
    FileFault.NO_HEADINGS: N_("The first line has to name the columns. Missing: %(columns)s."),
}
