"""Action form: the typed details of an action on a submission: parsed, cleaned, kept as typed. Pure.

Whether it may be done the use case decides; here is only what a form needs to be whole.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from forms_service.domain.submissions import submission_labels
from forms_service.domain.submissions.action_results import Refusal, Refused
from forms_service.domain.submissions.workflow import TABLE, Action, Role, SubmissionKind
from forms_service.domain.values.free_text import (
    TextProblem,
    TextRefused,
    many_lines,
    one_line,
    showable,
    without_pasted_signs,
)
from forms_service.forms.fields import LINE_LIMIT, TEXT_LIMIT
from forms_service.i18n.translations import N_
from forms_service.web.desk.formatter import Formatter
from forms_service.web.partner_record.form_input import UNSEEN, UNSEEN_AT

Mistake = tuple[str, str]
"""The name of a field, empty where it is about the whole, and a sentence."""

FIELDS: Mapping[Action, tuple[str, ...]] = {
    Action.TAKE: (),
    Action.HAND_OVER: ("to",),
    Action.ASK: ("text",),
    Action.NOTE: ("text",),
    Action.APPROVE: ("benefit", "percent", "words", "product", "text", "despite_conflict"),
    Action.PRE_ACCEPT: ("text", "join"),
    Action.REJECT: ("reason", "text", "duplicate_of"),
    Action.REOPEN: ("reason",),
    Action.TAKE_BACK: ("reason",),
    Action.RELEASE: (),
}
"""What staff do on the page of a submission, and the fields of its form."""

_SEVERAL_LINES = frozenset({"text", "despite_conflict"})

_MISSING = {
    (Action.HAND_OVER, "to"): N_("Choose who takes it over"),
    (Action.ASK, "text"): N_("Write the question"),
    (Action.NOTE, "text"): N_("Write the note"),
    (Action.APPROVE, "benefit"): N_("Choose discount or commission"),
    (Action.APPROVE, "percent"): N_("Enter the percentage, or the terms in words"),
    (Action.APPROVE, "words"): N_("Enter the percentage, or the terms in words"),
    (Action.APPROVE, "product"): N_("Enter the product or service"),
    (Action.REJECT, "reason"): N_("Choose the reason"),
    (Action.REJECT, "text"): N_("Write the reason: the sender reads it"),
    (Action.REOPEN, "reason"): N_("Write why you reopen it"),
    (Action.TAKE_BACK, "reason"): N_("Write why you undo the result"),
}
_NEEDED: Mapping[tuple[SubmissionKind, Action], tuple[str, ...]] = {
    **{(kind, Action.HAND_OVER): ("to",) for kind in SubmissionKind},
    **{(kind, Action.ASK): ("text",) for kind in SubmissionKind},
    **{(kind, Action.NOTE): ("text",) for kind in SubmissionKind},
    **{(kind, Action.REOPEN): ("reason",) for kind in SubmissionKind},
    (SubmissionKind.DEAL, Action.TAKE_BACK): ("reason",),
    (SubmissionKind.DEAL, Action.APPROVE): ("benefit", "percent", "product"),
    (SubmissionKind.DEAL, Action.REJECT): ("reason",),
    (SubmissionKind.APPLICATION, Action.REJECT): ("text",),
}

DONE = {
    Action.TAKE: N_("Assigned to you."),
    Action.HAND_OVER: N_("Handed over."),
    Action.ASK: N_("The question is on the status page."),
    Action.NOTE: N_("The note is saved, for us only."),
    Action.APPROVE: N_("Approved. The sender can read it on the status page."),
    Action.PRE_ACCEPT: N_("Pre-accepted. The sender can read it on the status page."),
    Action.REJECT: N_("Rejected. The sender can read why on the status page."),
    Action.REOPEN: N_("It is open again."),
    Action.RELEASE: N_("It is in the queue. Its time counts from when it was received."),
    Action.WIN: N_("Marked as won."),
    Action.LOSE: N_("Marked as lost."),
    Action.TAKE_BACK: N_("It is approved as before, neither won nor lost."),
}
"""What the page says afterwards."""

MAIL_GOES_OUT = N_("An email about it will be sent.")
NO_MAIL_SERVER = N_("No email will be sent: no mail server is set.")

DECISIONS = frozenset({Action.APPROVE, Action.PRE_ACCEPT, Action.REJECT})


@dataclass(frozen=True)
class ActionForm:
    """A filled form of an action, or an empty one."""

    action: Action | None = None
    seen: int = 0
    typed: Mapping[str, str] = field(default_factory=dict)
    """As it can be shown again."""
    details: Mapping[str, str] = field(default_factory=dict)
    """As the use case takes it."""
    mistakes: tuple[Mistake, ...] = ()

    def value(self, action: str, name: str, default: str = "") -> str:
        """Value of a field: as typed, or its default."""
        return self.typed.get(name, "") if self.action == action else default

    def error(self, action: str, name: str) -> str:
        """Error of a field."""
        if self.action != action:
            return ""
        return next((sentence for about, sentence in self.mistakes if about == name), "")

    def is_open(self, action: str) -> bool:
        """Whether the form of this action is unfolded."""
        return self.action == action

    def summary(self) -> tuple[tuple[str, str], ...]:
        """Errors with the ids of their fields."""
        return tuple((f"{self.action}-{name}" if name else "", sentence) for name, sentence in self.mistakes)


def read(form: Mapping[str, str], kind: SubmissionKind, fmt: Formatter) -> ActionForm | None:
    """Parse the form; None where it names no action of staff on this kind."""
    action = next((each for each in FIELDS if each.value == form.get("action")), None)
    seen = form.get("seen", "")
    if action is None or not _is_for_staff(kind, action) or not (seen.isascii() and seen.isdigit()):
        return None
    typed = {name: _shown(name, form.get(name, "")) for name in FIELDS[action]}
    details: dict[str, str] = {}
    mistakes: list[Mistake] = []
    for name in FIELDS[action]:
        try:
            details[name] = _tidy(name, form.get(name, ""))
        except TextRefused as refused:
            mistakes.append((name, _refused(refused, fmt)))
    mistakes += _missing(kind, action, details, fmt)
    given = {name: text for name, text in details.items() if text}
    return ActionForm(action, int(seen[:12]), typed, given, tuple(mistakes))


def refused(order: ActionForm, refusal: Refused, fmt: Formatter) -> ActionForm:
    """The same form with the error that the service reported."""
    fields = FIELDS[order.action] if order.action else ()
    name = refusal.field if refusal.field in fields else ""
    return ActionForm(
        order.action, order.seen, order.typed, order.details, ((name or "", _in_words(order, refusal, fmt)),)
    )


def _in_words(order: ActionForm, refusal: Refused, fmt: Formatter) -> str:
    if refusal.reason is Refusal.MISSING and order.action:
        missing = _MISSING.get((order.action, refusal.field or ""))
        if missing:
            return fmt.text(missing)
    return submission_labels.refusal(refusal, fmt.words)


def _is_for_staff(kind: SubmissionKind, action: Action) -> bool:
    return any(
        step.action is action and kind in step.kinds and Role.STAFF in step.by and step.start is not None
        for step in TABLE
    )


def _shown(name: str, text: str) -> str:
    return showable(without_pasted_signs(text) if _is_long(name) else text)


def _is_long(name: str) -> bool:
    return name in _SEVERAL_LINES or name == "reason"


def _tidy(name: str, text: str) -> str:
    if _is_long(name):
        return many_lines(text, TEXT_LIMIT)
    text = one_line(text, LINE_LIMIT)
    if name == "percent":
        return text.replace(" ", "").removesuffix("%").replace(",", ".")
    return text


def _missing(
    kind: SubmissionKind, action: Action, details: Mapping[str, str], fmt: Formatter
) -> Iterator[Mistake]:
    for name in _NEEDED.get((kind, action), ()):
        given = details.get(name) or (details.get("words") if name == "percent" else None)
        if name in details and not given:
            yield name, fmt.text(_MISSING[action, name])


def _refused(refused: TextRefused, fmt: Formatter) -> str:
    if refused.fault is TextProblem.TOO_LONG:
        return fmt.words.ngettext(
            "Shorten this by %(num)s character", "Shorten this by %(num)s characters", refused.excess
        ) % {"num": refused.excess}
    if refused.fault is TextProblem.ENCODED:
        return fmt.text(N_("Leave out the signs =?"))
    if refused.fault is TextProblem.MARKS:
        return fmt.text(N_("Too many accents on one letter. Delete them"))
    if refused.line:
        return fmt.text(UNSEEN_AT) % {"line": refused.line, "piece": refused.piece}
    return fmt.text(UNSEEN)
