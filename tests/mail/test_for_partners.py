"""What each mail about a partner's years says, as it was last agreed: `partner_news/` has one file for each.

`UPDATE_EXPECTED=1 pytest tests/mail/test_for_partners.py` writes them anew; review the difference.
"""

import os
from collections.abc import Mapping
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest

from forms_service.cli import mail_examples
from forms_service.domain.clock import moment
from forms_service.mail.composer import Composer
from forms_service.mail.event_mails import queued_mail
from forms_service.mail.for_partners import NEWS, NOTICE, SUBJECTS, PartnerMails
from partner_program.model import LANGUAGES, Language, Program

EXPECTED = Path(__file__).with_name("partner_news")
_DUE = {"subject": "1", "missing": 0, "waits": False, "skill": None}
DUES = {
    "partner-reminder": [
        _DUE | {"kind": "qualification", "on": "2026-12-22", "subject": "q1", "skill": "sales"},
        _DUE | {"kind": "renewal", "on": "2027-12-27"},
    ],
    "partner-reminder-notice": [_DUE | {"kind": "renewal", "on": "2027-01-22"}],
}


def partner(news: str, lang: Language) -> dict[str, Any]:
    """The example, as it is when this happens: in onboarding, active, or suspended."""
    found = {**mail_examples.partner(lang)}
    if news == "partner-ready-notice":
        skilled = [{**each, "kind": "technical", "id": "q9"} for each in found["qualifications"][:1]]
        return found | {
            "state": "onboarding",
            "suspended": None,
            "company": found["company"] | {"address": "ul. Przykładowa 1", "areas": ["Polska"]},
            "agreement": found["agreement"] | {"concluded_on": "2026-12-28"},
            "qualifications": [*found["qualifications"], *skilled],
        }
    if news.startswith(("partner-started", "partner-ready", "partner-onboarding", "partner-access")):
        return found | {"state": "onboarding", "suspended": None}
    if news != "partner-suspended":
        return found | {"state": "active", "suspended": None} | in_its_years(found, lang)
    return found


def in_its_years(found: Mapping[str, Any], lang: Language) -> dict[str, Any]:
    """Begun a year ago as Silver; Gold from the next year on, attested, and about to end after all."""
    at = mail_examples.DECIDED_AT
    since, reason = (
        "2025-12-28",
        "Spełnia wymagania Gold." if lang == "pl" else "Meets the requirements of Gold.",
    )
    terms = {"year": 1, "tier": "silver", "program": "", "reason": ""}
    renewed = {"year": 1, "decision": "change_tier", "tier": "gold", "reason": reason, "at": at, "by": ""}
    return {
        "active_since": since,
        "terms": [terms | {"since": since}],
        "renewals": [renewed],
        "attestations": [{"year": 1, "at": at, "declared_by": found["people"][0]}],
        "ends_on": "2027-03-31",
    }


def text(news: str, lang: Language, program: Program) -> str:
    """Subject and text of one mail."""
    template = NOTICE if news.endswith("-notice") else NEWS
    facts = {"news": news, "happened": mail_examples.DECIDED_AT}
    facts |= {"dues": DUES[news]} if news in DUES else {}
    now = moment(mail_examples.DECIDED_AT)
    mail = queued_mail(template, "PAR-6F2K-8R3T", to="contact@example.com", lang=lang, now=now, facts=facts)
    letters = PartnerMails(
        lambda reference: partner(news, lang),
        lambda reference: f"https://partners.example.com/partner/{reference}",
        lambda reference: f"https://partners.example.com/desk/partners/{reference}",
    )
    letter = Composer(lambda: program, lambda record: "", partner_mails=letters)(mail, None)
    assert letter is not None
    read = message_from_bytes(letter.data, policy=policy.default)
    body = read.get_body(("plain",))
    assert body is not None
    return f"Subject: {read['Subject']}\n\n{body.get_content()}".replace("\r\n", "\n")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_they_read_as_agreed(program: Program, lang: Language) -> None:
    written = {f"{news}.{lang}.txt": text(news, lang, program) for news in SUBJECTS}
    if os.environ.get("UPDATE_EXPECTED"):
        EXPECTED.mkdir(exist_ok=True)
        for name, content in written.items():
            (EXPECTED / name).write_text(content, "utf-8")
    assert {file.name: file.read_text("utf-8") for file in EXPECTED.glob(f"*.{lang}.txt")} == written


def test_every_file_is_of_a_mail() -> None:
    assert {file.name for file in EXPECTED.iterdir()} == {
        f"{n}.{lang}.txt" for n in SUBJECTS for lang in LANGUAGES
    }


def test_where_the_record_is_gone_there_is_nothing_to_write(program: Program) -> None:
    mail = queued_mail(
        NEWS,
        "PAR-6F2K-8R3T",
        to="contact@example.com",
        lang="pl",
        now=moment(mail_examples.DECIDED_AT),
        facts={"news": "partner-active", "happened": mail_examples.DECIDED_AT},
    )
    assert Composer(lambda: program, lambda record: "")(mail, None) is None
