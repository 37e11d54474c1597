"""Digest mails: several mails to one address in one, a few lines each. See `services.mail_digests`.

Each entry keeps to what its own mail may say: of what somebody typed nothing to an address that nobody
verified, and no link to a status page to anybody but the sender.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from forms_service.domain.submissions.sender_identity import sender_of
from forms_service.domain.submissions.submission import Submission
from forms_service.domain.submissions.submission_labels import date_and_time, decision_sentence
from forms_service.i18n.jinja import Context
from forms_service.i18n.translations import N_, texts
from forms_service.mail.for_senders import COPY
from forms_service.mail.for_staff import headline
from forms_service.mail.sender_context import SenderContext
from partner_program.model import Language, Program

Facts = Mapping[str, Any]

DIGEST = "digest"
"""Facts: `told`, a list of `template`, `record` and `at` (when it happened), and `more`, how many else."""

_TO_SENDERS = {
    "application-received": N_("We have your application"),
    "deal-received": N_("We have your deal registration"),
    "withdrawn": N_("Withdrawn, as you asked"),
}
_TO_OTHERS = {COPY: N_("A deal registration in the name of your company")}
_TO_THE_VENDOR = {
    "application-notice": N_("A new application"),
    "deal-notice": N_("A new deal registration"),
    "withdrawn-notice": N_("Withdrawn by the sender"),
    "corrected-notice": N_("Corrected by the sender"),
    "result-notice": N_("Result reported by the sender"),
}
WORDS = {**_TO_SENDERS, **_TO_OTHERS, **_TO_THE_VENDOR}
"""What happened, by the template of the mail that an entry stands for."""


@dataclass(frozen=True)
class DigestMails:
    """Template context of digests."""

    find_record: Callable[[str], Submission | None]
    senders: SenderContext
    desk_link: Callable[[str], str]

    def context(self, mail: Facts, program: Program) -> Context | None:
        """Template context; None where everything it is about is gone."""
        facts: Facts = mail["facts"]
        found = [(entry, self.find_record(entry["record"])) for entry in facts["told"]]
        language: Language = mail["lang"]
        entries = [
            self._entry(entry, record, mail["to"], program, language)
            for entry, record in found
            if record and record.get("said")
        ]
        has_keys = any(each["is_key"] for each in entries)
        return {"entries": entries, "more": facts["more"], "has_keys": has_keys} if entries else None

    def _entry(
        self, entry: Facts, record: Submission, address: str, program: Program, language: Language
    ) -> dict[str, Any]:
        template = entry["template"]
        context = {
            "what": texts(language).gettext(WORDS[template]),
            "reference": record["id"],
            "at": date_and_time(entry["at"], program, language),
            "decide_by": "",
            "headline": "",
            "sender": "",
            "link": "",
            "is_key": False,
        }
        if template.endswith(("-received", "-notice")):
            context["decide_by"] = decision_sentence(record, program, language)
        if template in _TO_THE_VENDOR:
            names = {"headline": headline(record), "link": self.desk_link(record["id"])}
            return context | names | {"sender": sender_of(record)}
        if template in _TO_OTHERS:
            link = self.senders.for_others(record, address)["link"]
            return context | {"sender": sender_of(record), "link": link}
        found = self.senders.of(record, address, language)
        named = {name: found[name] for name in ("headline", "link")}
        return context | named | {"is_key": not found["is_known"]}
