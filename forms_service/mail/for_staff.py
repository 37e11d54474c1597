"""Mails to staff: template context of reminders, daily summary, tasks, retention notices.

Their readers may see everything, so what people typed is looked up when a mail is sent; the mail's own
document holds references and numbers only, under `facts`.
"""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from forms_service.domain.clock import moment
from forms_service.domain.partners import partner_labels
from forms_service.domain.partners.partner import Partner
from forms_service.domain.submissions.submission import Submission
from forms_service.domain.submissions.submission_labels import date_and_time, decision_sentence, local
from forms_service.domain.submissions.workflow import OPEN
from forms_service.i18n.jinja import Context
from forms_service.i18n.translations import texts
from forms_service.mail.message import fits_header
from partner_program.business_days import BusinessCalendar
from partner_program.model import Language, Program
from partner_program.phrases import long_date, time_left

Facts = Mapping[str, Any]

REMINDER = "reminder"
"""A deal has to be decided; facts: none."""
SUMMARY = "summary"
"""What waits this morning; facts: `urgent` (references), and the numbers named in COUNTS."""
UNREACHED = "unreached"
"""The sender got no mail about a decision and has to be phoned; facts: none."""
RETENTION = "retention"
"""What will be deleted; facts: `day` (YYYY-MM-DD), the numbers `applications`, `deals`, `partners` and
`trapped`, and the first `references`."""
CLOCK = "clock"
"""Nothing is deleted while the clock is not believed; facts: `shown` and `known`, two moments."""
ACCESS = "staff-access"
"""Somebody may sign in to the desk; facts: `role`."""
TO_STAFF = (REMINDER, SUMMARY, UNREACHED, RETENTION, CLOCK, ACCESS)

COUNTS = ("overdue", "today", "next_day", "later", "paused", "applications", "unreached", "trapped")
"""What a summary counts, each submission once; of what the honeypot caught that since the last summary."""
HEADLINE = {"deal": "customer_name", "application": "company_name"}
"""The answer that tells one submission from another at a glance."""

_HEADLINE_LENGTH = 60


class StaffMails:
    """Template context of mails to staff."""

    def __init__(
        self,
        find_record: Callable[[str], Submission | None] = lambda reference: None,
        desk_link: Callable[[str], str] = lambda reference: "",
        partner_of: Callable[[Submission], Partner | None] = lambda record: None,
        has_conflict: Callable[[Submission], bool] = lambda record: False,
    ) -> None:
        """`desk_link` makes the address of a submission at the desk, of the desk itself for an empty text.
        `has_conflict`: whether somebody else has the customer of a deal, or the company of an application is
        known."""
        self.find_record = find_record
        self.desk_link = desk_link
        self._partner_of = partner_of
        self._has_conflict = has_conflict

    def context(self, mail: Facts, record: Submission | None, program: Program) -> Context | None:
        """Template context; None where there is nothing left to write about."""
        language: Language = mail["lang"]
        facts: Facts = mail.get("facts") or {}
        desk = {"desk": self.desk_link("")}
        match mail["template"]:
            case "summary":
                return desk | self._summary(mail, facts, program, language)
            case "retention":
                return desk | {**facts, "day": long_date(date.fromisoformat(facts["day"]), language)}
            case "staff-access":
                return desk | {"role": facts["role"]}
            case "clock":
                return desk | {name: date_and_time(facts[name], program, language) for name in facts}
        return self._about(mail, record, program, language)

    def notice(self, mail: Facts, record: Submission, program: Program) -> Context:
        """What a notice says besides the answers."""
        return {
            "desk": self.desk_link(record["id"]),
            "partner": self._partner(mail, record, program),
            "has_conflict": self._has_conflict(record),
        }

    def _partner(self, mail: Facts, record: Submission, program: Program) -> str:
        """`Example Partner (Gold, active)`, as of the day of the mail; empty where it is from none."""
        partner = self._partner_of(record)
        if partner is None:
            return ""
        day, words = local(mail["created_at"], program).date(), texts(mail["lang"])
        standing = partner_labels.tier_and_state(partner, day, program, words)
        name = _short(partner["company"]["name"])
        return f"{name} ({standing})" if name else standing

    def _about(
        self, mail: Facts, record: Submission | None, program: Program, language: Language
    ) -> Context | None:
        """One submission. A reminder of what is decided by now is of no use."""
        if record is None or (mail["template"] == REMINDER and record["state"] not in OPEN):
            return None
        return self._line(mail, record["id"], record, program, language) | {
            "kind": record["kind"],
            "received": date_and_time(record["received_at"], program, language),
            "decide_by": decision_sentence(record, program, language),
        }

    def _summary(self, mail: Facts, facts: Facts, program: Program, language: Language) -> Context:
        urgent = [
            self._line(mail, reference, self.find_record(reference), program, language)
            for reference in facts["urgent"]
        ]
        day = long_date(local(mail["created_at"], program).date(), language)
        counts = {name: facts.get(name, 0) for name in COUNTS}
        return {"day": day, "urgent": urgent, "caught": f"{self.desk_link('')}?trapped=y", **counts}

    def _line(
        self, mail: Facts, reference: str, record: Submission | None, program: Program, language: Language
    ) -> Context:
        """One submission in a line: what it is, how much time is left, who has taken it."""
        owner = record.get("owner") if record else None
        return {
            "reference": reference,
            "headline": headline(record) if record else "",
            "partner": self._partner(mail, record, program) if record else "",
            "time_left": _time_left(mail, record, program, language) if record else "",
            "owner": owner or "",
            "is_mine": owner == mail["to"],
            "link": self.desk_link(reference),
        }


def headline(record: Submission) -> str:
    """Subject matter of a submission, short and safe for a subject line; empty where it is not."""
    return _short(str(record["said"].get(HEADLINE[record["kind"]], "")))


def _short(text: str) -> str:
    words = " ".join(str(text).split())[:_HEADLINE_LENGTH]
    return words if fits_header(words) else ""


def _time_left(mail: Facts, record: Submission, program: Program, language: Language) -> str:
    """As of the moment at which the mail was owed, so that it says the same at each attempt."""
    if not record["decide_by"] or record["state"] not in OPEN:
        return ""
    calendar = BusinessCalendar.of(program.deal_registration)
    return time_left(calendar.remaining(moment(mail["created_at"]), moment(record["decide_by"])), language)
