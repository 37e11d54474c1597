"""Mail examples: fictitious records for the preview of mails, and for its tests."""

from collections.abc import Mapping
from typing import Any

from forms_service.domain.clock import moment
from forms_service.domain.partners.notifications import EVENTS
from forms_service.domain.partners.onboarding_checklist import new_partner
from forms_service.domain.partners.partner import Meeting, PartnerState, Progress, Stop
from forms_service.domain.submissions.deadline import fields, started
from forms_service.domain.submissions.submission import Submission, parse
from partner_program.business_days import BusinessCalendar
from partner_program.model import Language, Program, Protection

_PROGRAM_HASH = "0" * 64
_REVIEWER = "reviewer@example.com"

DECIDED_AT = "2026-12-28T10:15:00.000000Z"
TOLD_AT = "2026-12-23T12:40:00.000000Z"
ASKED_AT, ANSWERED_AT = "2026-12-23T11:00:00.000000Z", "2026-12-23T12:30:00.000000Z"
MEETS_AT = "2027-01-14T09:00:00.000000Z"
WON_AT = "2027-03-31T08:00:00.000000Z"
"""When things happened to the records below; the mails about them are owed from then on."""


def deal(lang: Language) -> dict[str, Any]:
    """A deal registered on the last business day before Christmas 2026."""
    return {
        "id": "DEAL-7K3M-2P9Q",
        "version": 1,
        "kind": "deal",
        "state": "received",
        "lang": lang,
        "said": {
            "partner_tax_id": "PL1234563218",
            "partner_email": "partner@example.com",
            "customer_name": "Przykład sp. z o.o." if lang == "pl" else "Example Ltd",
            "customer_country": "PL",
            "customer_website": "https://www.example.com",
            "model": "resell",
            "product": "Audyt chmury" if lang == "pl" else "Cloud audit",
            "value_amount": "25000.50",
            "value_currency": "PLN",
            "expected_close": "2027-03-31",
            "description": (
                "Przegląd kosztów.\nPotem migracja."
                if lang == "pl"
                else "A review of costs.\nThen migration."
            ),
            "customer_aware": True,
        },
        "received_at": "2026-12-23T09:30:00.000000Z",
        "decide_by": "2026-12-29T22:59:59.000000Z",
        "deadline": {
            "counted_from": "2026-12-23T09:30:00.000000Z",
            "business_days": 2,
            "skipped": ["2026-12-24", "2026-12-25", "2026-12-26", "2026-12-27"],
            "pauses": [],
        },
        "program": _PROGRAM_HASH,
        "fingerprint": "example",
        "token_hashes": [],
        "trapped": False,
        "history": [],
    }


def approved(lang: Language) -> dict[str, Any]:
    """The same deal, approved on the day before its deadline, valid for ninety days."""
    terms = "od ceny z oferty" if lang == "pl" else "of the price in the offer"
    decision = {"at": DECIDED_AT, "by": _REVIEWER, "outcome": "approved", "benefit": "discount"}
    more = {"percent": "7.5", "words": terms, "product": deal(lang)["said"]["product"]}
    return {
        **deal(lang),
        "state": "approved",
        "owner": _REVIEWER,
        "decision": {**decision, **more, "decide_by": "2026-12-29T22:59:59.000000Z"},
        "protection": {"decided_at": decision["at"], "until": "2027-03-28"},
    }


def won(lang: Language) -> dict[str, Any]:
    """The same deal, approved and won for a little less."""
    result = {"at": WON_AT, "by": "sender", "outcome": "won", "on": "2027-03-30"}
    value = {"value_amount": "24000.00", "value_currency": "PLN"}
    return {**approved(lang), "state": "won", "owner": _REVIEWER, "result": {**result, **value}}


def asked(lang: Language) -> dict[str, Any]:
    """The same deal with a question, which was answered."""
    answer = "Usługę." if lang == "pl" else "The service."
    question = "Chodzi o usługę czy o produkt?" if lang == "pl" else "Is it about the service or the product?"
    return {
        **deal(lang),
        "state": "under_review",
        "owner": _REVIEWER,
        "questions": [
            {
                "at": ASKED_AT,
                "by": _REVIEWER,
                "text": question,
                "answer": {"at": ANSWERED_AT, "text": answer},
            }
        ],
    }


def told(lang: Language) -> dict[str, Any]:
    """The same deal with a message: a correction that came too late."""
    text = "Wartość szansy: 26 000,00 PLN" if lang == "pl" else "Deal value: 26,000.00 PLN"
    messages = [{"at": TOLD_AT, "text": text}]
    return {**deal(lang), "state": "under_review", "owner": _REVIEWER, "messages": messages}


def rejected(lang: Language) -> dict[str, Any]:
    """The same deal, rejected because the sender had registered it before."""
    text = "Rozpatrujemy tamto zgłoszenie." if lang == "pl" else "We are looking at the other one."
    decision = {"at": DECIDED_AT, "by": _REVIEWER, "outcome": "rejected", "text": text}
    more = {
        "reason": "duplicate",
        "duplicate_of": "DEAL-3H6N-9C4T",
        "decide_by": "2026-12-29T22:59:59.000000Z",
    }
    return {**deal(lang), "state": "rejected", "owner": _REVIEWER, "decision": {**decision, **more}}


def pre_accepted(lang: Language) -> dict[str, Any]:
    """The application, pre-accepted."""
    text = "Zadzwonimy w styczniu." if lang == "pl" else "We will call you in January."
    decision = {"at": DECIDED_AT, "by": _REVIEWER, "outcome": "pre_accepted", "decide_by": None, "text": text}
    return {**application(lang), "state": "pre_accepted", "owner": _REVIEWER, "decision": decision}


def partner(lang: Language, template: str = "partner-suspended") -> Mapping[str, Any]:
    """The partner that the application became, as it is when this mail is owed to it."""
    begun = new_partner(pre_accepted(lang), "PAR-6F2K-8R3T", at=moment(DECIDED_AT), by=_REVIEWER)
    if template == "partner-ready-notice":
        skilled = [{**each, "kind": "technical", "id": "q9"} for each in begun["qualifications"][:1]]
        return {
            **begun,
            "company": begun["company"] | {"address": "ul. Przykładowa 1", "areas": ["Polska"]},
            "agreement": begun["agreement"] | {"concluded_on": "2026-12-28"},
            "qualifications": [*begun["qualifications"], *skilled],
        }
    if template == "partner-suspended":
        reason = "Od roku nie ma osoby kontaktowej." if lang == "pl" else "No contact person for a year."
        stop: Stop = {"at": DECIDED_AT, "by": _REVIEWER, "reason": reason, "before": PartnerState.ACTIVE}
        return {**begun, "state": PartnerState.SUSPENDED, "suspended": stop}
    if template.startswith("partner-meeting"):
        return {
            **begun,
            "state": PartnerState.ACTIVE,
            **_in_its_years(begun, lang),
            "meetings": [_meeting(lang)],
        }
    if template.startswith(("partner-started", "partner-onboarding", "partner-access")):
        return begun
    return {**begun, "state": PartnerState.ACTIVE, **_in_its_years(begun, lang)}


def _meeting(lang: Language) -> Meeting:
    """A planning meeting online, in winter time."""
    agenda = (
        "Cele na kolejny rok.\nWspólne webinary." if lang == "pl" else "Goals for the next year.\nWebinars."
    )
    return {
        "id": "m1",
        "state": Progress.PLANNED,
        "planned_for": "2027-01-14",
        "held_on": None,
        "notes": "",
        "call": {
            "starts_at": MEETS_AT,
            "minutes": 60,
            "place": "Biuro partnera, sala 2" if lang == "pl" else "The partner's office, room 2",
            "link": "https://meet.example.com/plan",
            "agenda": agenda,
            "invited": ["p1", "p2"],
            "host": _REVIEWER,
            "host_lang": lang,
            "sequence": 1,
        },
    }


def _in_its_years(begun: Mapping[str, Any], lang: Language) -> dict[str, Any]:
    """Begun a year ago as Silver; Gold from the next year on, attested, and about to end after all."""
    since, reason = (
        "2025-12-28",
        "Spełnia wymagania Gold." if lang == "pl" else "Meets the requirements of Gold.",
    )
    renewed = {"year": 1, "decision": "change_tier", "tier": "gold", "reason": reason}
    return {
        "active_since": since,
        "terms": [{"year": 1, "tier": "silver", "program": "", "reason": "", "since": since}],
        "renewals": [renewed | {"at": DECIDED_AT, "by": ""}],
        "attestations": [{"year": 1, "at": DECIDED_AT, "declared_by": begun["people"][0]}],
        "ends_on": "2027-03-31",
    }


def counted(record: dict[str, Any], program: Program) -> Submission:
    """The record of a deal with the deadline that this program gives it; any other as it is."""
    if record["kind"] != "deal":
        return parse(record)
    rule = program.deal_registration
    calendar = BusinessCalendar.of(rule)
    deadline = fields(started(moment(record["received_at"]), rule), calendar)
    found = {**record, **deadline}
    if decision := record.get("decision"):
        found["decision"] = {**decision, "decide_by": deadline["decide_by"]}
    return parse(found)


def with_protection(program: Program) -> Program:
    """The program, saying how long an approval is valid."""
    protection = Protection(days=90, reminder_days_before=14)
    rule = program.deal_registration.model_copy(update={"protection": protection})
    return program.model_copy(update={"deal_registration": rule})


_DUE = {"subject": "1", "missing": 0, "waits": False, "skill": None}
_QUALIFIED = _DUE | {"kind": "qualification", "on": "2026-12-22", "subject": "q1", "skill": "sales"}
_MOVED = {"meeting": "m1", "sequence": 1, "is_new": False}
_CANCELLED = {"meeting": "m1", "sequence": 2, "starts_at": MEETS_AT, "minutes": 60}
_MORE: dict[str, dict[str, Any]] = {
    "partner-meeting": _MOVED | {"is_new": True},
    "partner-meeting-notice": _MOVED,
    "partner-meeting-cancelled": _CANCELLED,
    "partner-meeting-cancelled-notice": _CANCELLED,
    "partner-reminder": {"dues": [_QUALIFIED, _DUE | {"kind": "renewal", "on": "2027-12-27"}]},
    "partner-reminder-notice": {"dues": [_DUE | {"kind": "renewal", "on": "2027-01-22"}]},
}
FACTS: dict[str, dict[str, Any]] = {
    "staff-access": {"role": "reviewer"},
    "summary": {
        "urgent": ["DEAL-7K3M-2P9Q"],
        "overdue": 0,
        "today": 0,
        "next_day": 0,
        "later": 1,
        "paused": 0,
        "applications": 2,
        "unreached": 0,
        "trapped": 1,
    },
    "retention": {
        "day": "2027-01-02",
        "applications": 1,
        "deals": 1,
        "partners": 1,
        "trapped": 0,
        "references": ["APP-4W8H-6T2X", "DEAL-7K3M-2P9Q", "PAR-6F2K-8R3T"],
    },
    **{event: {"news": event, "happened": DECIDED_AT} | _MORE.get(event, {}) for event in EVENTS},
    "digest": {
        "told": [
            {"template": "deal-received", "record": "DEAL-7K3M-2P9Q", "at": "2026-12-23T09:30:00.000000Z"},
            {"template": "deal-copy", "record": "DEAL-7K3M-2P9Q", "at": "2026-12-23T09:50:00.000000Z"},
        ],
        "more": 12,
    },
    "clock": {"shown": "2027-12-23T09:30:00.000000Z", "known": "2026-12-23T09:00:00.000000Z"},
}
"""What mails without a record say, by their template."""


def application(lang: Language) -> dict[str, Any]:
    """An application with one person too few for its tier."""
    contact, sponsor = ("Osoba kontaktowa", "Sponsor") if lang == "pl" else ("Contact person", "Sponsor")
    return {
        "id": "APP-4W8H-6T2X",
        "version": 1,
        "kind": "application",
        "state": "received",
        "lang": lang,
        "said": {
            "company_name": "Firma Przykładowa SA" if lang == "pl" else "Example Partner Ltd",
            "tax_id": "PL1234563218",
            "country": "PL",
            "tier": "gold",
            "models": ["sell-with", "resell"],
            "contacts": [{"name": contact, "email": "contact@example.com", "phone": "+48 22 000 00 00"}],
            "sponsor": {"name": sponsor, "email": "sponsor@example.com", "role": "CEO"},
            "sponsor_is_contact": False,
            "sales_people": [{"name": "A. B."}, {"name": "C. D."}],
            "technical_people": [],
            "lead_activities": 2,
            "promote_website": True,
            "message": "Zaczniemy w marcu." if lang == "pl" else "We will start in March.",
            "accept_requirements": True,
        },
        "received_at": "2026-12-23T09:30:00.000000Z",
        "decide_by": None,
        "deadline": None,
        "program": _PROGRAM_HASH,
        "fingerprint": "example",
        "token_hashes": [],
        "trapped": False,
        "history": [],
    }
