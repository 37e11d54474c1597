"""Labels of a submission in the reader's language: English message ids, looked up in the catalogs.

For staff, all of it: nothing here may be said to a sender, but `state_for_sender` and `happened_for_sender`.
"""

from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel.dates import format_date

from forms_service.domain.clock import moment
from forms_service.domain.companies.look_alikes import MixedWord
from forms_service.domain.submissions.action_results import Refusal, Refused
from forms_service.domain.submissions.conflicts import Conflict, ConflictDoubt, DoubtKind, Reason, ReasonKind
from forms_service.domain.submissions.deadline import Deadline, course, read
from forms_service.domain.submissions.sender_identity import IdentityWarning, WarningKind
from forms_service.domain.submissions.submission import HistoryEntry, Submission
from forms_service.domain.submissions.workflow import OPEN, Action, Benefit, State, SubmissionKind
from forms_service.i18n.translations import N_, Words, texts
from partner_program.business_days import BusinessCalendar
from partner_program.model import DealRegistration, Language, Program
from partner_program.phrases import deadline_sentence, long_date

KINDS: Mapping[SubmissionKind, str] = {
    SubmissionKind.DEAL: N_("Deal registration"),
    SubmissionKind.APPLICATION: N_("Partner application"),
}
STATE_MARKS: Mapping[State, str] = {
    State.WAITING_FOR_ANSWER: "soon",
    State.APPROVED: "met",
    State.PRE_ACCEPTED: "met",
    State.WON: "met",
    State.REJECTED: "refused",
    State.LOST: "refused",
    State.WITHDRAWN: "over",
}
"""How a state looks besides its words, as the style sheet names it; what is with the vendor looks plain."""
BENEFITS: Mapping[Benefit, str] = {"discount": N_("discount"), "commission": N_("commission")}


def state_for_staff(state: State, words: Words) -> str:
    """Where a submission stands, as the desk says it."""
    return words.gettext(_STATES_FOR_STAFF.get(state) or _STATES[state])


def state_for_sender(state: State, words: Words) -> str:
    """Where a submission stands, as its status page says it."""
    return words.gettext(_STATES[state])


def happened(entry: HistoryEntry, words: Words) -> str:
    """What an entry of the history says happened; who and when stands beside it."""
    action = Action(entry["what"])
    if action is Action.HAND_OVER:
        return words.gettext("handed over to %(to)s") % {"to": entry["to"]}
    return words.gettext(_HAPPENED[action])


def happened_for_sender(entry: HistoryEntry, words: Words) -> str:
    """The same for the sender, of an entry that they may see."""
    action = Action(entry["what"])
    return words.gettext(_HAPPENED_FOR_SENDER.get(action) or _HAPPENED[action])


def refusal(refused: Refused, words: Words) -> str:
    """Why nothing was changed, and what to do."""
    return words.gettext(_REFUSALS[refused.reason])


def conflict(found: Conflict, label: str, words: Words) -> str:
    """A conflict in one or two sentences. `label` names the other: its reference, or the account's name."""
    sentences = [f"{label}: {reasons(found, words)}."]
    if found.is_account:
        sentences.append(words.gettext("It is on the list of our own customers and talks."))
    elif found.approved:
        sentences.append(words.gettext("It is approved."))
    elif found.other_is_first:
        sentences.append(words.gettext("It was registered earlier."))
    else:
        sentences.append(words.gettext("It was registered later."))
    if found.same_sender:
        sentences.append(words.gettext("It is from the same sender."))
    return " ".join([*sentences, *doubts(found, words)])


def reasons(found: Conflict, words: Words) -> str:
    """What the two customers have in common, for the middle of a sentence."""
    return ", ".join(reason(each, words) for each in found.reasons)


def doubts(found: Conflict, words: Words) -> tuple[str, ...]:
    """In what they differ, a sentence each."""
    return tuple(doubt(each, words) for each in found.doubts)


def identity_warning(warning: IdentityWarning, words: Words) -> str:
    """What does not fit about the sender."""
    facts = {"given": warning.given, "reference": warning.reference or ""}
    return words.gettext(_WARNINGS[warning.kind]) % facts


def mixed_word(found: MixedWord, words: Words) -> str:
    """That a word is not what it looks like."""
    letters = ", ".join(f"{letter} (U+{ord(letter):04X} {name})" for letter, name in found.letters)
    return words.gettext(_MIXED_WORD) % {"word": found.word, "letters": letters}


def reason(common: Reason, words: Words) -> str:
    """What two companies have in common, for the middle of a sentence."""
    return words.gettext(_REASONS[common.kind]) % {"theirs": common.theirs}


def doubt(differs: ConflictDoubt, words: Words) -> str:
    """In what two companies differ, a sentence."""
    return words.gettext(_DOUBTS[differs.kind]) % {"ours": differs.ours, "theirs": differs.theirs}


_MIXED_WORD = N_(
    "“%(word)s” mixes letters of two alphabets and could be mistaken for another "
    "name. Out of place: %(letters)s."
)

_STATES = {
    State.RECEIVED: N_("Received"),
    State.UNDER_REVIEW: N_("Under review"),
    State.WAITING_FOR_ANSWER: N_("Waiting for your answer"),
    State.APPROVED: N_("Approved"),
    State.PRE_ACCEPTED: N_("Pre-accepted"),
    State.REJECTED: N_("Rejected"),
    State.WON: N_("Won"),
    State.LOST: N_("Lost"),
    State.WITHDRAWN: N_("Withdrawn"),
}
_STATES_FOR_STAFF = {State.WAITING_FOR_ANSWER: N_("Waiting for the sender's answer")}
_HAPPENED = {
    Action.SUBMIT: N_("received"),
    Action.CORRECT: N_("corrected by the sender"),
    Action.TAKE: N_("taken for review"),
    Action.HAND_OVER: N_("handed over to %(to)s"),
    Action.ASK: N_("question asked"),
    Action.ANSWER: N_("question answered"),
    Action.MESSAGE: N_("message from the sender"),
    Action.APPROVE: N_("approved"),
    Action.PRE_ACCEPT: N_("pre-accepted"),
    Action.REJECT: N_("rejected"),
    Action.WITHDRAW: N_("withdrawn by the sender"),
    Action.REOPEN: N_("reopened"),
    Action.WIN: N_("reported as won"),
    Action.LOSE: N_("reported as lost"),
    Action.TAKE_BACK: N_("result withdrawn"),
    Action.MOVE_DEADLINE: N_("deadline recalculated"),
    Action.EXTEND: N_("validity extended"),
    Action.ERASE: N_("personal data erased"),
    Action.RELEASE: N_("put into the queue: a person sent it"),
    Action.NOTE: N_("note added"),
}
_HAPPENED_FOR_SENDER = {
    Action.CORRECT: N_("corrected"),
    Action.MESSAGE: N_("message sent"),
    Action.TAKE: N_("taken under review"),
    Action.WITHDRAW: N_("withdrawn"),
    Action.REOPEN: N_("decision withdrawn, under review again"),
}
_REFUSALS = {
    Refusal.NOT_NOW: N_("This is no longer possible. Check the history: somebody may have done it first."),
    Refusal.NOT_YOURS: N_("Somebody else takes care of this."),
    Refusal.NOTHING_CHANGES: N_("Nothing was changed: it is already like this."),
    Refusal.CHANGED_MEANWHILE: N_(
        "Somebody changed this in the meantime. Nothing was saved. Check it again."
    ),
    Refusal.TOO_OFTEN: N_("The limit of corrections has been reached. Nothing was changed."),
    Refusal.MISSING: N_("Something is missing. Fill it in and try again."),
    Refusal.NOT_A_PERCENTAGE: N_("Enter a percentage above 0 and up to 100, for example 7.5"),
    Refusal.NOT_A_CHOICE: N_("Choose one from the list."),
    Refusal.NOT_THEIR_OWN: N_("You can name only another registration from the same sender."),
    Refusal.IN_THE_FUTURE: N_("The time of registration cannot be in the future."),
    Refusal.NOT_A_DAY: N_("Enter the date as year-month-day, for example 2026-11-30"),
    Refusal.DAY_TO_COME: N_("This day has not come yet. Enter today or an earlier day."),
    Refusal.BEFORE_REGISTRATION: N_("This day is before the day of registration. Enter a later one."),
    Refusal.NOT_AN_AMOUNT: N_("Enter the amount in digits, for example 25 000 or 25 000.50"),
    Refusal.REASON_FOR_CONFLICT: N_("There is a conflict. Explain why you approve it anyway."),
}
_REASONS = {
    ReasonKind.TAX_ID: N_("the same tax number %(theirs)s"),
    ReasonKind.DOMAIN: N_("the same web domain %(theirs)s"),
    ReasonKind.NAME: N_("the same name “%(theirs)s”"),
    ReasonKind.NEAR_NAME: N_("a similar name “%(theirs)s”"),
    ReasonKind.PRODUCT: N_("the same product"),
}
_DOUBTS = {
    DoubtKind.TAX_ID: N_("The tax numbers differ: here %(ours)s, there %(theirs)s."),
    DoubtKind.COUNTRY: N_("The countries differ: here %(ours)s, there %(theirs)s."),
}
_WARNINGS = {
    WarningKind.UNKNOWN_SENDER: N_("No application has the tax number %(given)s."),
    WarningKind.NOT_A_PARTNER: N_(
        "The company with the tax number %(given)s is not pre-accepted: %(reference)s."
    ),
    WarningKind.OTHER_PARTNER: N_("The address %(given)s belongs to another partner: %(reference)s."),
    WarningKind.FREE_MAIL: N_(
        "Anybody can have an address like %(given)s, and %(reference)s does not name it."
    ),
    WarningKind.OTHER_DOMAIN: N_("%(reference)s names no address and no website like %(given)s."),
}


def local(stamped: str, program: Program) -> datetime:
    """A stored time on the clocks of the program's time zone."""
    return moment(stamped).astimezone(ZoneInfo(program.deal_registration.time_zone))


def date_and_time(stamped: str, program: Program, language: Language) -> str:
    """`środa, 23 grudnia 2026, 10:30` / `Wednesday 23 December 2026, 10:30 (Warsaw)`."""
    at = local(stamped, program)
    city = "" if language == "pl" else f" ({at.tzinfo})".replace("Europe/", "")
    return f"{long_date(at.date(), language)}, {at:%H:%M}{city}"


def exact_moment(stamped: str, program: Program, language: Language, *, fraction: bool = False) -> str:
    """`30 listopada 2026, 14:05:09 (Europe/Warsaw, UTC+01:00)`, in the program's time zone.

    `fraction`: to the microsecond, which tells two of one second apart.
    """
    at = local(stamped, program)
    time = f"{at:%H:%M:%S.%f}" if fraction else f"{at:%H:%M:%S}"
    day = format_date(at.date(), "d MMMM y", locale="pl" if language == "pl" else "en_GB")
    offset = at.isoformat(timespec="seconds")[-6:]
    return f"{day}, {time} ({at.tzinfo}, UTC{offset})"


def decision_sentence(record: Submission, program: Program, language: Language) -> str:
    """By when the record is decided, and which days do not count; empty where no time runs."""
    facts = read(record)
    if facts is None or not record["decide_by"]:
        return ""
    return _decision_sentence(facts, record["decide_by"], program.deal_registration, language)


@lru_cache(maxsize=256)
def _decision_sentence(facts: Deadline, decide_by: str, rule: DealRegistration, language: Language) -> str:
    """Cached: the page and both mails of a submission say it."""
    calendar = BusinessCalendar.of(rule)
    due = moment(decide_by).astimezone(calendar.zone).date()
    legs = course(facts, calendar).legs
    return deadline_sentence(due, [day for leg in legs for day in leg.skipped if day.date < due], language)


def clock_sentence(record: Submission, program: Program, language: Language) -> str:
    """That the time to decide stands still, where it does; else empty."""
    facts = read(record)
    if facts is None or record["decide_by"] or record["state"] not in OPEN:
        return ""
    return texts(language).gettext(N_("The time to decide is paused until you answer."))
